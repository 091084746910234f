"""
What matters near the top: how differently each parameter is distributed among the best runs.

PED-ANOVA (Watanabe, Bansal and Hutter 2023, "PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary
subspaces"): the Pearson divergence of a parameter's density among the best configurations from that among all. Of a
parameter that is not recorded in all runs only those that record it are compared, weighed as in its extension to
conditional parameters (arXiv 2601.20800): by how many of the best record it, squared, over how many of all do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy  # its parts come when first used

from ..data.messages import Count, Message, Number, say
from ..data.progress import Progress, no_progress
from ..data.project import Domain
from ..data.statistics import equal_bins
from ..question.design import Design
from ..question.features import code_column
from ..question.matrix import measure_associations
from ..question.parameters import Parameter
from .axes import FEW_LEVELS
from .bags import pool_rows, shuffle
from .basis import find_groups
from .record import Importance, Surrogate, find_half_width, make_rows

NAME = "top"
WORDS = "best runs against the rest"
QUESTION = "What do the best runs have in common?"
NEEDS = ""
ASKS = frozenset({"top"})
AS_GIVEN = False
PAIRS = False

CELLS = 50
"""A number with at most `axes.FEW_LEVELS` values has one cell for each, one with more so many."""

PRIOR = 1.0
"""Weight of the flat density that is mixed in, in configurations."""

HALVES = 48
"""Half-samples of the configurations, for the interval."""

COPIES = 99
"""Shuffled copies, for the floor: the fifth largest is what one of no effect exceeds in 5 %."""

FEWEST_BEST = 5
"""With fewer configurations among the best than this it is a guess."""

TINY = 1e-12


@dataclass(frozen=True)
class _Column:
    """One parameter: the cell of every configuration, -1 where it is not recorded; how many cells; whether ordered."""

    cell: np.ndarray
    cells: int
    ordered: bool

    @cached_property
    def density(self) -> np.ndarray:
        """That of all configurations that record it."""
        return estimate_density(np.bincount(self.cell[self.cell >= 0], minlength=self.cells), self.ordered) + TINY


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute how much each parameter separates the best configurations from all.

    Parameters
    ----------
    design
        The question as numbers; not empty. `Design.top` says how many count as the best.
    progress
        Called after every resample; may raise to cancel.

    Returns
    -------
    Importance
        ``raw`` is the divergence times the squared share of the best, ``importance`` its share of all. The values of
        configurations with replicates are the means of these.
    """
    rows = pool_rows(design)
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    y = np.bincount(config, design.y[rows]) / np.bincount(config)
    y = -y if design.target.goal == "maximize" else y
    domains = design.space.parameters if design.space else {}
    columns = [
        _make_column(code_column(f)[rows[first]], f.parameter, None if f.levels else domains.get(f.parameter.name))
        for f in design.features
    ]
    raw = _measure_divergences(columns, choose_best(y, design.top))
    rng = np.random.default_rng([design.seed, 6])
    n = len(y)
    by_time = np.argsort(design.order[rows[first]], kind="stable") if design.adaptive else None
    halves, copies = [], []
    for done in range(1, HALVES + 1):
        half = rng.permutation(n)[: max(n // 2, 1)]
        halves.append(_measure_divergences([_take(c, half) for c in columns], choose_best(y[half], design.top)))
        progress(done / (HALVES + COPIES))
    for done in range(1, COPIES + 1):
        copies.append(_measure_divergences(columns, choose_best(y, design.top)[shuffle(n, by_time, rng)]))
        progress((HALVES + done) / (HALVES + COPIES))
    total = max(float(raw.sum()), np.finfo(float).tiny)
    width = find_half_width(np.var(halves, axis=0, ddof=1), np.array(float(HALVES - 1))) / total
    floor = np.sort(copies, axis=0)[-(COPIES + 1) // 20]
    clear = (raw - width * total if design.adaptive else raw) > floor
    share = raw / total
    chosen = int(choose_best(y, design.top).sum())
    surrogate = Surrogate(None, len(rows), n, best=chosen)
    result = make_rows(design, share, (share - width, share + width), floor / total, clear, raw)
    return Importance(
        NAME,
        result,
        surrogate,
        find_groups(design, measure_associations(design, rows), share),
        design.seed,
        notes=_list_notes(design.top, chosen, n),
    )


def _list_notes(share: float, chosen: int, configs: int) -> tuple[Message, ...]:
    about = say(
        "top.about",
        "This is about the best {share} alone: {chosen} of {configs}.",
        share=Number(share, 3, "percent"),
        chosen=Count(chosen),
        configs=Count(configs, "config"),
    )
    if chosen >= FEWEST_BEST:
        return (about,)
    return about, say("top.few", "With fewer than {n} of them it is a guess.", n=Count(FEWEST_BEST))


def choose_best(y: np.ndarray, share: float) -> np.ndarray:
    """Return which values are among the smallest `share` of all, equal ones included; at least one is."""
    limit = np.partition(y, max(int(np.ceil(share * len(y))) - 1, 0))[max(int(np.ceil(share * len(y))) - 1, 0)]
    return y <= limit


def _make_column(values: np.ndarray, parameter: Parameter, domain: Domain | None) -> _Column:
    known = ~np.isnan(values)
    cell = np.full(len(values), -1)
    distinct, place, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    ordered = parameter.kind in ("real", "integer", "boolean")
    if not ordered or len(distinct) <= FEW_LEVELS:
        cell[known] = place
        return _Column(cell, len(distinct), ordered and len(distinct) > 2)
    if domain is not None and domain.low is not None and domain.high is not None and domain.high > domain.low:
        low, high, numbers = domain.low, domain.high, values[known]
        if domain.scale == "log" and low > 0:
            low, high, numbers = np.log(low), np.log(high), np.log(np.maximum(numbers, low))
        where = np.ceil((numbers - low) / (high - low) * (CELLS - 1) - 0.5)  # a tie goes to the lower cell
    else:
        where = equal_bins(counts, CELLS)[place]
    cell[known] = np.clip(where, 0, CELLS - 1)
    return _Column(cell, CELLS, True)


def _take(column: _Column, rows: np.ndarray) -> _Column:
    return _Column(column.cell[rows], column.cells, column.ordered)


def _measure_divergences(columns: list[_Column], chosen: np.ndarray) -> np.ndarray:
    """Return the weighed Pearson divergence of every parameter, times the squared share of the chosen."""
    share = chosen.mean()
    return np.array([share**2 * _measure_divergence(column, chosen) for column in columns])


def _measure_divergence(column: _Column, chosen: np.ndarray) -> float:
    active = column.cell >= 0
    of_best, of_all = active[chosen].mean(), active.mean()
    if column.cells < 2 or not of_best:
        return 0.0
    near = estimate_density(np.bincount(column.cell[chosen & active], minlength=column.cells), column.ordered) + TINY
    return float(of_best**2 / of_all * (column.density @ (near / column.density - 1) ** 2))


def estimate_density(counts: np.ndarray, ordered: bool) -> np.ndarray:
    """
    Estimate a density over cells from counts.

    Parameters
    ----------
    counts
        Shape (n_cells,).
    ordered
        Whether neighbouring cells are alike: a normal kernel by Scott's rule, cut off at the ends; else every count
        mixed with a flat density.

    Returns
    -------
    ndarray
        Adding up to 1, shape (n_cells,).
    """
    n, observed = len(counts), np.flatnonzero(counts)
    if not len(observed):
        return np.full(n, 1 / n)
    weights = counts[observed].astype(float)
    total = weights.sum()
    if not ordered:
        kernels = len(observed) + 1
        flat = PRIOR / kernels
        rows = np.full((kernels, n), flat)
        rows[np.arange(len(observed)), observed] += 1
        rows /= rows.sum(axis=1, keepdims=True)
        return np.append(weights, PRIOR) / (total + PRIOR) @ rows
    mean = observed @ weights / total
    spread = np.sqrt(((observed - mean) ** 2 @ weights) / max(1.0, total - 1))
    summed = np.cumsum(weights)
    first = np.searchsorted(summed, total // 4, side="left")
    third = np.searchsorted(summed, total * 3 // 4, side="right")
    quartiles = observed[min(len(observed) - 1, int(third))] - observed[first]
    width = max(1.059 * min(quartiles / 1.34, spread) * total**-0.2, 0.5 / 1.64)
    centres = np.append(observed, (n - 1) / 2)[:, None]
    widths = np.append(np.full(len(observed), width), float(n))[:, None]
    edges = scipy.special.ndtr((np.arange(n + 1) - 0.5 - centres) / widths)
    rows = np.diff(edges, axis=1) / (edges[:, -1:] - edges[:, :1])
    return np.append(weights, PRIOR) / (total + PRIOR) @ rows
