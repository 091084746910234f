"""Design to the columns of one matrix, for methods that grow trees; and which parameters go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.statistics import equal_bins, ranks
from .design import Design

INDICATORS_UP_TO = 10
"""A categorical with at most this many values becomes one indicator a value; one with more, codes in sorted order."""

BINNED_FROM = 8_192
BINS = 64
"""
With more runs than `BINNED_FROM` trees split numbers between this many bins of equal size: faster, and no less exact
there.
"""


@dataclass(frozen=True)
class Matrix:
    """
    The parameters as the columns of one matrix for tree-based methods.

    Attributes
    ----------
    X
        Shape (n_runs, n_columns), the smallest unsigned integers that hold them: numbers as dense ranks, so that no
        monotone rescaling changes a result (in `BINS` bins of equal size where there are many runs); few categories as
        indicators, many as codes; 0 where there is no value.
    parents
        Number of the parameter (in `Design.features`) of every column.
    inactive
        For every parameter the rows in which it is not recorded; they are to be filled before X is used.
    coded
        Which columns are codes of many categories, whose order means nothing.
    """

    X: np.ndarray
    parents: np.ndarray
    inactive: tuple[np.ndarray, ...]
    coded: np.ndarray


def make_matrix(design: Design, rows: np.ndarray) -> Matrix:
    """Return the columns of all parameters for some rows of a design."""
    columns: list[np.ndarray] = []
    parents: list[int] = []
    many: list[int] = []
    inactive = []
    for number, f in enumerate(of.take(rows) for of in design.features):
        made = [_narrow(_ranks(column)) for column in f.numbers.values()]
        coded = f.levels
        if coded is not None:
            codes = coded.codes
            if len(coded.values) <= INDICATORS_UP_TO:
                binary = len(coded.values) == 2 and not made
                made += [codes == k for k in range(int(binary), len(coded.values))]
            else:
                many.append(len(columns) + len(made))
                made.append(_narrow(codes + 1))
        columns += made
        parents += [number] * len(made)
        inactive.append(np.flatnonzero(~f.active))
    X = np.empty((len(rows), len(columns)), np.result_type(np.uint8, *columns), order="F")
    for j, column in enumerate(columns):
        X[:, j] = column
    return Matrix(X, np.array(parents, int), tuple(inactive), np.isin(np.arange(len(columns)), many))


def _narrow(whole: np.ndarray) -> np.ndarray:
    return whole.astype(np.min_scalar_type(int(whole.max(initial=0))))


def _ranks(values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    ranks = np.zeros(len(values))
    distinct, inverse, counts = np.unique(values[known], return_inverse=True, return_counts=True)
    if len(values) > BINNED_FROM and len(distinct) > BINS:
        inverse = equal_bins(counts, BINS)[inverse]
    ranks[known] = inverse + 1
    return ranks


ASSOCIATED = 0.8
"""Beyond this association parameters share their importance."""


def group_associated(strength: np.ndarray, limit: float = ASSOCIATED) -> list[tuple[tuple[int, ...], float]]:
    """
    Group parameters that are so strongly associated that they share their importance.

    Parameters
    ----------
    strength
        How strongly parameters go together (see `measure_associations`).
    limit
        Beyond it two parameters belong together.

    Returns
    -------
    list of (tuple of int, float)
        Groups of positions in `Design.features`, and the weakest association that holds the group together.
    """
    groups: dict[int, set[int]] = {}
    weakest: dict[int, float] = {}
    for a, b in np.argwhere(np.triu(strength > limit, 1)):
        merged = groups.get(int(a), {int(a)}) | groups.get(int(b), {int(b)})
        low = min(float(strength[a, b]), *(weakest.get(member, 1.0) for member in merged))
        for member in merged:
            groups[member], weakest[member] = merged, low
    unique = {tuple(sorted(group)): weakest[min(group)] for group in groups.values()}
    return sorted(unique.items())


def measure_associations(design: Design, rows: np.ndarray) -> np.ndarray:
    """
    Return how strongly parameters go together, 0 to 1; shape (n_parameters, n_parameters), 0 on its diagonal.

    The largest rank correlation between the columns of two, over the runs that record both; of many rows 4,096 are
    looked at.
    """
    p = len(design.features)
    found = np.zeros((p, p))
    taken = rows[:: max(1, len(rows) // 4096)]
    made = make_matrix(design, taken)
    ranked = np.column_stack([ranks(column) for column in made.X.T]) if len(made.parents) else made.X
    for number, gaps in enumerate(made.inactive):  # a run without the parameter says nothing of its association
        columns = np.flatnonzero(made.parents == number)
        recorded = np.setdiff1d(np.arange(len(taken)), gaps)
        if len(gaps) and len(recorded):
            ranked[np.ix_(gaps, columns)] = ranked[np.ix_(recorded, columns)].mean(axis=0)
    varying = np.flatnonzero(np.ptp(ranked, axis=0) > 0) if len(taken) > 2 else np.empty(0, int)
    if len(varying) < 2:
        return found
    strength = np.abs(np.atleast_2d(np.corrcoef(ranked[:, varying], rowvar=False)))
    parents = made.parents[varying]
    np.maximum.at(found, (parents[:, None], parents[None, :]), strength)
    np.fill_diagonal(found, 0.0)
    return found
