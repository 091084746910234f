"""How many configs each value of a parameter got, and whether they are spread over other parameters alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import scipy  # its parts come when first used

from ..data.statistics import short
from ..runs.base import Axis
from ..runs.chance import kuiper_p

TELLING = 0.01
"""Only of a spread that is less likely than this it is worked out what it lacks."""

LEAST = 3
"""Of fewer configs the spread is not tested."""


@dataclass(frozen=True)
class Table:
    """One row a config, infeasible ones too: the run that stands for it, and the parameters' values."""

    rows: np.ndarray
    axes: dict[str, Axis]
    orders: dict[str, np.ndarray] = field(default_factory=dict)

    def values(self, name: str) -> np.ndarray:
        """Return the value of every config along a parameter, NaN where there is none."""
        return self.axes[name].values[self.rows]

    def order(self, name: str) -> np.ndarray:
        """Return the configs with a finite value along a parameter, in its order."""
        if name not in self.orders:
            values = self.values(name)
            order = np.argsort(values, kind="stable")
            self.orders[name] = order[np.isfinite(values[order])]
        return self.orders[name]


@dataclass(frozen=True)
class Counts:
    """
    How many configs each value of a parameter got.

    Attributes
    ----------
    parameter
        Its name.
    places, labels, counts
        Of each value its place on the axis, the value in words, and its number of configs.
    p
        How likely numbers are as unequal if all values were drawn alike.
    """

    parameter: str
    places: np.ndarray
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    p: float

    @property
    def smallest(self) -> str:
        """The value with the fewest configs; empty if there is none."""
        return min(self.by_value, key=lambda value: self.by_value[value], default="")

    @property
    def largest(self) -> str:
        """The value with the most configs; empty if there is none."""
        return max(self.by_value, key=lambda value: self.by_value[value], default="")

    @property
    def by_value(self) -> dict[str, int]:
        """Number of configs by the value in words."""
        return dict(zip(self.labels, self.counts, strict=True))


@dataclass(frozen=True)
class Spread:
    """
    How the configs with a value are spread over another parameter, beside those with the other values.

    Attributes
    ----------
    of, value
        The parameter, and its value in words.
    nuisance
        The other parameter.
    p
        How likely spreads are as different by chance.
    distance
        Kuiper's.
    low, high, others_low, others_high
        From where to where the configs lie, and those with the other values.
    n
        How many configs have the value.
    lacks, have, more
        The range in which it lacks most, how many it has there and how many it lacks; worked out only where `p` is
        small.
    """

    of: str
    nuisance: str
    value: str
    p: float
    distance: float
    low: float
    high: float
    others_low: float
    others_high: float
    n: int
    lacks: tuple[float, float] = (np.nan, np.nan)
    have: int = 0
    more: int = 0


def count_values(table: Table, name: str) -> Counts:
    """Count the configs of every value of a parameter."""
    axis, values = table.axes[name], table.values(name)
    places, counts = np.unique(values[~np.isnan(values)], return_counts=True)
    even = counts.sum() / len(counts) if len(counts) else 1.0
    p = float(scipy.special.chdtrc(len(counts) - 1, ((counts - even) ** 2).sum() / even)) if len(counts) > 1 else 1.0
    by_value = dict(zip([name_place(axis, place) for place in places], counts.tolist(), strict=True))
    return Counts(name, places, tuple(by_value), tuple(by_value.values()), p)


def name_place(axis: Axis, place: float, digits: int = 6) -> str:
    """Return a value of an axis as words."""
    return (axis.labels[int(place)] or "empty") if axis.kind == "category" else short(place, digits)


def compare_spreads(table: Table, counts: Counts, nuisance: list[str]) -> tuple[list[Spread], dict[str, float]]:
    """
    Test whether the configs of each value are spread over every nuisance parameter as those of the other values.

    Returns
    -------
    list of Spread
        One a value and nuisance parameter.
    dict
        By nuisance parameter with numbers the smallest share of the others' range that a value covers.
    """
    of = table.values(counts.parameter)
    codes, known = np.searchsorted(counts.places, of), ~np.isnan(of)
    spreads, overlap = [], {}
    for name in nuisance:
        order = table.order(name)
        order = order[known[order]]
        x, mine = table.values(name)[order], codes[order]
        if not len(x) or x[0] == x[-1]:
            continue
        last = np.append(np.flatnonzero(np.diff(x)), len(x) - 1)  # of equal values only the last is a step
        shares = []
        for code, label in enumerate(counts.labels):
            its = mine == code
            n, rest = int(its.sum()), int(len(its) - its.sum())
            if not n or not rest:
                continue
            low, high = x[its.argmax()], x[len(x) - 1 - its[::-1].argmax()]
            others_low, others_high = x[its.argmin()], x[len(x) - 1 - its[::-1].argmin()]
            shares.append(_share_covered(table.axes[name], low, high, others_low, others_high))
            if min(n, rest) < LEAST:
                continue
            own = np.cumsum(its)[last]
            others = last + 1 - own
            ahead = own / n - others / rest
            distance = float(max(0.0, ahead.max()) + max(0.0, -ahead.min()))
            ends = (float(low), float(high), float(others_low), float(others_high))
            p = kuiper_p(distance, n * rest / (n + rest))
            spread = Spread(counts.parameter, name, label, p, distance, *ends, n)
            if p <= TELLING:
                lacks, have, more = find_lack(x[last], own, others, ahead)
                spread = replace(spread, lacks=lacks, have=have, more=more)
            spreads.append(spread)
        if table.axes[name].kind == "number" and shares:
            overlap[name] = min(shares)
    return spreads, overlap


def _share_covered(axis: Axis, *places: float) -> float:
    """Return what share of the range of others (the last two) that of a value covers, on the parameter's scale."""
    ends = np.array(places)
    ends = np.log(ends) if axis.scale == "log" and (ends > 0).all() else ends
    if ends[2] == ends[3]:
        return float(ends[0] <= ends[2] <= ends[1])
    return float(max(0.0, min(ends[1], ends[3]) - max(ends[0], ends[2])) / (ends[3] - ends[2]))


def find_lack(
    at: np.ndarray, own: np.ndarray, others: np.ndarray, ahead: np.ndarray
) -> tuple[tuple[float, float], int, int]:
    """
    Return the range in which a value lacks most configs, how many it has there and how many it lacks.

    Parameters
    ----------
    at
        Places, ascending.
    own, others
        How many configs of the value, and of the other values, lie up to each place.
    ahead
        Difference of these as shares of all.
    """
    n, rest = own[-1], others[-1]
    up, down = int(np.argmax(ahead)), int(np.argmin(ahead))
    # where it runs ahead it has too many before and too few after, up to where it is furthest behind
    candidates = []
    if up < len(at) - 1:
        end = down if down > up else len(at) - 1
        candidates.append((up + 1, end))
    if down > 0 or ahead[down] < 0:
        candidates.append((up + 1 if down > up else 0, down))
    lacks, most_have, most = (float(at[0]), float(at[-1])), int(n), 0
    for start, end in candidates:
        have = int(own[end] - (own[start - 1] if start else 0))
        fair = n * (others[end] - (others[start - 1] if start else 0)) / rest
        more = int(np.ceil(fair - have))
        if more > most:
            lacks, most_have, most = (float(at[start]), float(at[end])), have, more
    return lacks, most_have, most
