"""Every parameter as one dimension of a Gaussian process: where its values lie, and how much each of them weighs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..question.design import Design
from ..question.features import Feature
from .axes import FEW_LEVELS, Columns, make_columns
from .process import Scales

APART = 0.5
"""Squared distance of two different values of a parameter whose values have no order; a whole range is 1 long."""

EVEN = 1.747
"""Kuiper's statistic of values that were drawn evenly is below this in 19 of 20 cases."""

DIGITS = 10
"""Places are rounded, so that a parameter logged in other units has the same ones."""


@dataclass(frozen=True)
class Dimension:
    """
    One parameter.

    Attributes
    ----------
    places
        Where each of its values lies, 0 to 1 on its own scale; ``None`` if they have no order.
    weights
        How much each of its values weighs in the space, adding up to 1.
    """

    places: np.ndarray | None
    weights: np.ndarray

    def compute_squares(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Return the squared distances of values, given by their numbers; shape (len(a), len(b))."""
        if self.places is None:
            return np.where(a[:, None] == b[None, :], 0.0, APART)
        return (self.places[a][:, None] - self.places[b][None, :]) ** 2

    def draw(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Draw the numbers of n values, one from each n-th part of the space, in a drawn order."""
        at = (rng.permutation(n) + rng.random(n)) / n
        return np.minimum(np.searchsorted(np.cumsum(self.weights), at, side="right"), len(self.weights) - 1)


def list_dimensions(design: Design, rows: np.ndarray) -> tuple[Columns, list[Dimension]]:
    """
    Return the parameters of some rows of a design, one row a configuration, as columns and as dimensions.

    Values weigh as in `axes.weigh_values`. But numbers of an undeclared range that are spread as evenly as a random
    search draws them stand for the whole range, and not for the few that happened to be drawn.
    """
    columns = make_columns(design, rows)
    declared = design.space.parameters if design.space else {}
    dimensions = []
    for k, f in enumerate(design.features):
        places = None if columns.unordered[k] else _find_places(f, columns.values[k])
        weights = columns.axes[k].weights
        if places is not None and f.levels is None and f.parameter.name not in declared and len(places) > FEW_LEVELS:
            seen = np.delete(columns.codes[:, k], columns.gaps[k]).astype(int)
            if is_even(places[seen]):
                weights = np.diff((places[1:] + places[:-1]) / 2, prepend=0.0, append=1.0)
        dimensions.append(Dimension(places, weights))
    return columns, dimensions


def stack_squares(dimensions: Sequence[Dimension], codes: np.ndarray) -> np.ndarray:
    """Return the squared distances of configs along every dimension, shape (n_dimensions, n_configs, n_configs)."""
    return np.stack([d.compute_squares(codes[:, k], codes[:, k]) for k, d in enumerate(dimensions)])


def scale_squares(
    dimensions: Sequence[Dimension], a: np.ndarray, b: np.ndarray, scales: Scales
) -> Iterator[np.ndarray]:
    """Give the squared distances of configs along every dimension, in units of its length."""
    for k, (d, near) in enumerate(zip(dimensions, scales.near, strict=True)):
        yield near * d.compute_squares(a[:, k], b[:, k])


def _find_places(f: Feature, values: np.ndarray) -> np.ndarray:
    """Return where values lie between the smallest and the largest; of numbers beside words their ranks do."""
    if f.levels is not None:
        values = np.arange(len(values), dtype=float)
    elif f.parameter.scale == "log" and len(values) and values[0] > 0:
        values = np.log(values)
    if len(values) < 2 or not np.isfinite(values).all():
        values = np.arange(len(values), dtype=float)
    return np.round((values - values[:1]) / max(float(np.ptp(values)) if len(values) else 0.0, 1e-300), DIGITS)


def is_even(places: np.ndarray) -> bool:
    """
    Return whether places between 0 and 1 are spread as evenly as if they were drawn so.

    Kuiper (1960), "Tests concerning random points on a circle": unlike Kolmogorov's it sees at the ends as much as in
    the middle.
    """
    n = len(places)
    place, step = np.sort(places), np.arange(1, n + 1) / n
    spread = (step - place).max() + (place - step + 1 / n).max()
    return bool(spread * (np.sqrt(n) + 0.155 + 0.24 / np.sqrt(n)) < EVEN)
