"""
Test each parameter's own effect beside all others: analysis of variance of one smooth curve a parameter.

The forest's floor asks whether a parameter helps at all. It has two blind sides: a useless parameter that goes along
with a useful one helps too, and in an adaptive search, whose runs lie close together, little rises above it. Least
squares on polynomials has neither: what a parameter adds is tested with the others kept as they are, and that holds
for runs that were chosen after looking at earlier ones. It sees no interactions; the forest does.

Source: Scheffé (1959), "The analysis of variance", on testing a set of coefficients of a linear model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when first used

from ..question.design import Design
from ..question.features import Feature

LEVEL = 0.02
"""
A parameter's own effect is clear below this p-value: with what the forest finds beside it, noise is clear in about 4 %.
"""

OVERALL_LEVEL = 0.05
"""No single effect counts unless all together are below this: in a sweep of pure noise nothing is to be clear."""

CONFIGS_PER_COLUMN = {9: 30.0, 6: 12.0, 3: 5.0, 2: 2.5, 1: 1.5}
"""
Degrees of the polynomials, and how many configurations per column each takes at least: the first that has enough.

With thousands of runs what a cubic misses of one parameter would be found again in another that goes along with it.
"""

MOST_CONFIGS = 4_096


@dataclass(frozen=True)
class OwnEffects:
    """
    Tests of the parameters' own effects.

    Attributes
    ----------
    p
        P-value of each parameter's own effect given all others, shape (n_parameters,); NaN where it has none to test.
    overall
        P-value of all of them together; NaN if nothing could be tested.
    joint
        P-value of two parameters together, given the others, by their positions.
    """

    p: np.ndarray
    overall: float
    joint: dict[tuple[int, int], float]

    @property
    def tested(self) -> bool:
        """Whether there were enough configurations for a test."""
        return bool(np.isfinite(self.overall))

    @property
    def clear(self) -> np.ndarray:
        """Which parameters have an effect of their own, shape (n_parameters,)."""
        return (self.p < LEVEL) & (self.overall < OVERALL_LEVEL)


def find_own_effects(design: Design, rows: np.ndarray, pairs: tuple[tuple[int, int], ...] = ()) -> OwnEffects:
    """
    Test the own effect of every parameter of a design.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    rows
        The rows to test it in. Replicates count as one, with their mean.
    pairs
        Positions of parameters to be tested two at a time, too.

    Returns
    -------
    OwnEffects
        A number is read on its own scale, as a polynomial; a categorical as one column a value; a value that is not
        recorded as the mean of those that are.
    """
    from threadpoolctl import threadpool_limits

    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    y = np.bincount(config, weights=design.y[rows]) / np.bincount(config)
    taken = np.arange(len(first))[:: max(1, len(first) // MOST_CONFIGS)]
    y, first = y[taken] - y[taken].mean(), rows[first][taken]
    nothing = OwnEffects(np.full(len(design.features), np.nan), np.nan, {})
    with threadpool_limits(1):  # matrices this small gain nothing from threads, and lose much where cores are busy
        for degree, least in CONFIGS_PER_COLUMN.items():
            parts = [_make_columns(f.take(first), degree) for f in design.features]
            columns = sum(len(part) for part in parts)
            if columns and len(y) >= least * columns + 2:
                return _test(y, parts, pairs)
    return nothing


def _test(y: np.ndarray, parts: list[list[np.ndarray]], pairs: tuple[tuple[int, int], ...]) -> OwnEffects:
    X = np.column_stack([column for part in parts for column in part])
    parents = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    n, q = X.shape
    inverse = np.linalg.inv(X.T @ X + 1e-8 * n * np.eye(q))  # what cannot be told apart has no effect of its own
    coefficients = inverse @ (X.T @ y)
    free = n - 1 - q
    unexplained = float(np.sum((y - X @ coefficients) ** 2))
    error = max(unexplained / free, np.finfo(float).eps * float(y @ y), np.finfo(float).tiny)

    def find_p(members: list[int]) -> float:
        own = np.flatnonzero(np.isin(parents, members))
        if not len(own):
            return float("nan")
        squares = coefficients[own] @ np.linalg.solve(inverse[np.ix_(own, own)], coefficients[own])
        return float(scipy.special.fdtrc(len(own), free, squares / len(own) / error))

    return OwnEffects(
        np.array([find_p([k]) for k in range(len(parts))]),
        float(scipy.special.fdtrc(q, free, (y @ y - unexplained) / q / error)),
        {pair: find_p(list(pair)) for pair in pairs},
    )


def _make_columns(f: Feature, degree: int) -> list[np.ndarray]:
    """Return a parameter's columns, centred and scaled; none if it does not vary."""
    made: list[np.ndarray] = []
    columns, coded = f.numbers, f.levels
    for name, numbers in columns.items():
        made += _make_powers(numbers, degree, in_log=f.parameter.scale == "log" and not name)
    if coded is not None and (not columns or "" in columns):  # a list is its length and elements
        codes = coded.codes
        known = codes >= 0
        counts = np.bincount(codes[known], minlength=len(coded.values))
        usual = int(np.argmax(counts)) if not columns else -1
        made += [_scale(np.where(known, codes == k, np.nan)) for k in np.flatnonzero(counts) if k != usual]
    return [column for column in made if column.any()]


def _make_powers(numbers: np.ndarray, degree: int, in_log: bool) -> list[np.ndarray]:
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)  # an infinite one has no place on a curve
    if in_log and np.nanmin(numbers, initial=1.0) > 0:
        numbers = np.log(numbers)
    distinct = len(np.unique(numbers[~np.isnan(numbers)]))
    line, highest = _scale(numbers), min(degree, distinct - 1)
    if highest < 2:
        return [line]
    powers = np.linalg.qr(np.vander(line, highest + 1, increasing=True))[0]  # each without what lower ones have of it
    return [line, *(_scale(powers[:, k]) for k in range(2, highest + 1))]


def _scale(column: np.ndarray) -> np.ndarray:
    """Return a column with mean 0 and deviation 1, 0 where it has no value; zeros if it does not vary."""
    known = ~np.isnan(column)
    if not known.any() or np.ptp(column[known]) == 0:
        return np.zeros(len(column))
    centred = np.where(known, column - column[known].mean(), 0.0)
    return centred / max(float(centred.std()), np.finfo(float).tiny)
