"""Every parameter as one axis of the search space: its values as ranks, and how much each of them weighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.project import Domain
from ..data.statistics import equal_bins
from ..question.design import Design
from ..question.features import code_column
from ..question.matrix import BINNED_FROM, BINS
from ..question.parameters import Parameter
from .marginals import Axis

FEW_LEVELS = 20
"""The values of a parameter that has at most so many weigh equally, whichever the search preferred."""

UNORDERED = ("categorical", "structured", "text")


@dataclass(frozen=True)
class Columns:
    """
    The parameters as axes.

    Attributes
    ----------
    codes
        Rank of every configuration's value on every axis, from 0; shape (n_configs, n_parameters), float32.
    axes
        The distribution of every axis over these ranks.
    gaps
        For every parameter the configurations that do not record it.
    unordered
        For every parameter whether its values have no order.
    values
        For every parameter the value behind each code, as `features.code_column` writes it: of a bin its middle one.
    """

    codes: np.ndarray
    axes: list[Axis]
    gaps: list[np.ndarray]
    unordered: list[bool]
    values: list[np.ndarray]

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, list[Axis]]:
        """
        Return codes and axes for one tree: gaps filled from configurations that record, categories in a drawn order.

        A tree splits a category from others only in the order in which they stand; over all trees there is none.
        """
        codes, axes = self.codes.copy(), list(self.axes)
        for k in range(len(axes)):
            self._fill_gaps(codes, k, rng)
            if self.unordered[k] and len(axes[k].points) > 2:
                place = rng.permutation(len(axes[k].points))
                codes[:, k] = place[codes[:, k].astype(int)]
                axes[k] = Axis(axes[k].points, axes[k].weights[np.argsort(place)])
        return codes, axes

    def fill(self, rng: np.random.Generator) -> np.ndarray:
        """Return the codes with gaps filled from configurations that record, categories in their own order."""
        codes = self.codes.copy()
        for k in range(len(self.axes)):
            self._fill_gaps(codes, k, rng)
        return codes

    def _fill_gaps(self, codes: np.ndarray, k: int, rng: np.random.Generator) -> None:
        gaps = self.gaps[k]
        if 0 < len(gaps) < len(codes):
            recorded = np.setdiff1d(np.arange(len(codes)), gaps, assume_unique=True)
            codes[gaps, k] = codes[rng.choice(recorded, len(gaps)), k]


def make_columns(design: Design, rows: np.ndarray) -> Columns:
    """Return the parameters of some rows of a design, one row a configuration, as axes."""
    codes = np.zeros((len(rows), len(design.features)), np.float32)
    axes, gaps, unordered, stands_for = [], [], [], []
    domains = design.space.parameters if design.space else {}
    for k, f in enumerate(design.features):
        column = code_column(f)[rows]
        known = ~np.isnan(column)
        values, place, counts = np.unique(column[known], return_inverse=True, return_counts=True)
        domain = None if f.levels is not None else domains.get(f.parameter.name)  # of words no range is declared
        weights = weigh_values(values, counts, f.parameter, domain)
        if len(rows) > BINNED_FROM and len(values) > BINS and f.parameter.kind not in UNORDERED:
            bins, place_of = np.unique(equal_bins(counts, BINS), return_inverse=True)
            place, weights = place_of[place], np.bincount(place_of, weights)
            values = values[[np.flatnonzero(place_of == b)[(place_of == b).sum() // 2] for b in range(len(bins))]]
        codes[known, k] = place
        stands_for.append(values)
        axes.append(Axis(np.arange(max(len(weights), 1)), weights if len(weights) else np.ones(1)))
        gaps.append(np.flatnonzero(~known))
        unordered.append(f.parameter.kind in UNORDERED)
    return Columns(codes, axes, gaps, unordered, stands_for)


def weigh_values(values: np.ndarray, counts: np.ndarray, parameter: Parameter, domain: Domain | None) -> np.ndarray:
    """
    Return how much every value of a parameter weighs.

    Parameters
    ----------
    values
        Its different values, ascending, or the codes of its categories.
    counts
        In how many configurations each occurs.
    parameter, domain
        What is known of it, and what the search space declares.

    Returns
    -------
    ndarray
        Adding up to 1: of a declared range the part that lies nearest to each value, on the declared scale; else the
        same for every value if there are at most `FEW_LEVELS`; else how often each occurs.
    """
    ordered = parameter.kind in ("real", "integer") and len(values) > 1
    if ordered and domain is not None and domain.low is not None and domain.high is not None:
        half = 0.5 if domain.kind == "integer" else 0.0
        bounds = np.array([domain.low - half, domain.high + half])
        if (domain.scale or parameter.scale) == "log" and bounds[0] > 0 and values[0] > 0:
            values, bounds = np.log(values), np.log(bounds)
        middles = np.clip((values[1:] + values[:-1]) / 2, *bounds)
        weights = np.diff(middles, prepend=bounds[0], append=bounds[1])
        if weights.sum() > 0:
            return weights / weights.sum()
    if len(values) <= FEW_LEVELS:
        return np.full(len(values), 1 / max(len(values), 1))
    return counts / counts.sum()
