"""Regions of the settings in which something happens more often: found on some configs, to be checked on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import scipy  # its parts come when first used

Relation = Literal["<=", ">", "="]
Quantity = tuple[str, Literal["*", "+"], str]
"""A product or a sum of two parameters."""

CUTS = 32
"""A number is cut at so many places, at most."""

PURE = 0.75
"""If it happened in so large a share of a region of one condition, no second one is looked for."""

BEGIN = 3
"""A second condition is looked for within so many of the regions of one condition."""

FINEST = 1_000
"""The number by which a region is told in the end is cut at so many places, at most."""

COMBINED = 6
"""Products and sums are looked at of so many parameters, those that tell most by themselves."""

SHARP = 0.9
"""A product or sum must hold so large a share of those where it happened, and of its own configs it must as often."""

FEWEST_TRIED = 50
"""A second condition must gain 2 log of the number tried in log-likelihood, and of this number at least."""


@dataclass(frozen=True)
class Condition:
    """A parameter's values on one side of a number, or equal to a category's (then `value` is its place)."""

    parameter: str
    relation: Relation
    value: float


@dataclass(frozen=True)
class Column:
    """
    The values of configs along a parameter.

    Attributes
    ----------
    parameter
        Its name.
    category
        Whether the values are places of labels.
    values
        NaN where a config has none: no condition holds there. Shape (n_configs,).
    parts
        Of a product or sum of two parameters these, with the sign between them; else empty.
    """

    parameter: str
    category: bool
    values: np.ndarray
    parts: Quantity | tuple[()] = ()


def holds(condition: Condition, values: np.ndarray) -> np.ndarray:
    """Return where a condition holds, as booleans."""
    if condition.relation == "=":
        return values == condition.value
    return values <= condition.value if condition.relation == "<=" else values > condition.value


def inside(conditions: Sequence[Condition], columns: Mapping[str, Column], n: int) -> np.ndarray:
    """Return which configs lie where all conditions hold, as booleans of shape (n,)."""
    found = np.ones(n, bool)
    for condition in conditions:
        found &= holds(condition, columns[condition.parameter].values)
    return found


def find_region(columns: Mapping[str, Column], happened: np.ndarray, among: np.ndarray) -> tuple[Condition, ...]:
    """
    Find the region, of one condition or two, that tells best where it happened.

    Parameters
    ----------
    columns
        The configs along each parameter.
    happened
        Where it happened, as booleans of shape (n_configs,).
    among
        Which configs to look at, as booleans of shape (n_configs,).

    Returns
    -------
    tuple of Condition
        Empty if nothing tells.
    """
    rows = np.flatnonzero(among)
    singles, _ = _candidates(columns, happened, rows, rows)
    if not singles:
        return ()
    single = singles[0]
    alone = rows[holds(single[1], columns[single[1].parameter].values[rows])]
    if happened[alone].mean() >= PURE:
        return (single[1],)
    pair: tuple[float, tuple[Condition, ...]] = (0.0, ())
    tried: set[str] = set()
    needed = 0.0
    for _, first in singles:
        key = f"{first.parameter}{first.relation}"
        if key in tried or len(tried) == BEGIN:
            continue
        tried.add(key)
        within = rows[holds(first, columns[first.parameter].values[rows])]
        seconds, count = _candidates(columns, happened, within, rows)
        needed = max(needed, 2 * float(np.log(max(FEWEST_TRIED, count))))  # the best of so many gains that by chance
        if seconds and seconds[0][0] > pair[0]:
            pair = (seconds[0][0], (first, seconds[0][1]))
    return _merged(pair[1]) if pair[0] > single[0] + needed else (single[1],)


def find_combined(
    columns: Mapping[str, Column], happened: np.ndarray, among: np.ndarray, plain: Sequence[Condition]
) -> tuple[Column, Condition] | None:
    """
    Find the product or sum of two numbers beyond a limit of which it happened, such as width times depth.

    Parameters
    ----------
    columns, happened, among
        As in `find_region`.
    plain
        What that found, which must tell less: unless nothing is left to tell, by as much as the best of those tried
        gains by chance.

    Returns
    -------
    Column, Condition
        ``None`` if nothing of the kind tells more.
    """
    rows = np.flatnonzero(among)
    telling, _ = _candidates({n: c for n, c in columns.items() if not c.category}, happened, rows, rows)
    numbers = list(dict.fromkeys(condition.parameter for _, condition in telling))[:COMBINED]
    made: dict[str, Column] = {}
    for one, other in combinations(sorted(numbers), 2):
        a, b = columns[one].values, columns[other].values
        if min(np.nanmin(a), np.nanmin(b)) > 0:
            made[f"{one} × {other}"] = Column(f"{one} × {other}", False, a * b, (one, "*", other))
        made[f"{one} + {other}"] = Column(f"{one} + {other}", False, a + b, (one, "+", other))
    rough, tried = _candidates(made, happened, rows, rows)
    nearest = list(dict.fromkeys(condition.parameter for _, condition in rough))[:BEGIN]
    found, _ = _candidates({name: made[name] for name in nearest}, happened, rows, rows, FINEST)
    if not found:
        return None
    gain, best = found[0]
    where, hits = holds(best, made[best.parameter].values[rows]), happened[rows]
    shared = (where & hits).sum()
    if shared < SHARP * max(where.sum(), hits.sum()):  # else it may stand for two regions of one condition each
        return None
    exact = shared == where.sum() == hits.sum()
    fine, _ = _candidates({name: columns[name] for name in numbers}, happened, rows, rows, FINEST)
    there = inside(plain, columns, len(happened))[rows]
    n, k = np.array([there.sum()]), np.array([(there & hits).sum()])
    reached = max(fine[0][0], float(_gain(n, k, len(rows), int(hits.sum()))[0]))
    needed = 0.0 if exact else 2 * float(np.log(max(FEWEST_TRIED, tried)))
    return (made[best.parameter], best) if gain > reached + needed + 1e-9 else None


def sharpen(condition: Condition, values: np.ndarray, happened: np.ndarray) -> Condition:
    """Return the condition with the limit that parts where it happened from where it did not, if one does."""
    those, others = values[happened], values[~happened]
    if not len(those) or not len(others):
        return condition
    below, above = (others, those) if condition.relation == ">" else (those, others)
    if not below.max() < above.min():
        return condition
    return replace(condition, value=find_roundest(float(below.max()), float(above.min())))


def _merged(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Leave out a condition that another one of the same kind makes superfluous."""
    if len(conditions) == 2 and conditions[0].parameter == conditions[1].parameter:
        first, second = conditions
        if first.relation == second.relation:
            return (second,)
    return conditions


def _candidates(
    columns: Mapping[str, Column], happened: np.ndarray, within: np.ndarray, rows: np.ndarray, most: int = CUTS
) -> tuple[list[tuple[float, Condition]], int]:
    """Return how well each condition tells where another one holds, the best first; and how many were tried."""
    total, hits, tried = len(rows), int(happened[rows].sum()), 0
    found: list[tuple[float, Condition]] = []
    for column in columns.values():
        values, here = column.values[within], happened[within]
        known = ~np.isnan(values)
        values, here = values[known], here[known]
        if not len(values):
            continue
        if column.category:
            sizes = np.bincount(values.astype(int))
            tables: list[tuple[Relation, np.ndarray, np.ndarray, np.ndarray]] = [
                ("=", np.arange(len(sizes)).astype(float), sizes, np.bincount(values.astype(int), weights=here))
            ]
        else:
            cuts = find_cuts(values, most)
            bins = np.searchsorted(cuts, values, "left")  # a value at a cut lies below it
            sizes = np.cumsum(np.bincount(bins, minlength=len(cuts) + 1))
            those = np.cumsum(np.bincount(bins, weights=here, minlength=len(cuts) + 1))
            tables = [
                ("<=", cuts, sizes[:-1], those[:-1]),
                (">", cuts, sizes[-1] - sizes[:-1], those[-1] - those[:-1]),
            ]
        for relation, at, n, k in tables:
            gains = _gain(n, k, total, hits)
            tried += len(gains)
            for i in np.argsort(-gains, kind="stable")[:BEGIN]:
                if gains[i] > 0:
                    found.append((float(gains[i]), Condition(column.parameter, relation, float(at[i]))))
    found.sort(key=lambda x: (-round(x[0], 9), x[1].parameter, x[1].relation, x[1].value))
    return found, tried


def find_cuts(values: np.ndarray, most: int = CUTS) -> np.ndarray:
    """Return where to cut numbers: between neighbours, at `most` places, each the roundest number that does."""
    distinct = np.unique(values[np.isfinite(values)])
    if len(distinct) < 2:
        return np.empty(0)
    between = np.arange(1, len(distinct))
    if len(between) > most:
        ordered = np.sort(values[np.isfinite(values)])
        wanted = ordered[np.linspace(0, len(ordered), most + 2).astype(int)[1:-1]]
        between = np.unique(np.clip(np.searchsorted(distinct, wanted), 1, len(distinct) - 1))
    return np.array([find_roundest(float(distinct[i - 1]), float(distinct[i])) for i in between.tolist()])


def find_roundest(low: float, high: float) -> float:
    """Return the number with the fewest digits that is at least `low` and below `high`, near their middle if so."""
    middle = low + (high - low) / 2
    for digits in range(1, 17):
        step = 10.0 ** (np.floor(np.log10(abs(middle) or 1.0)) + 1 - digits)
        for near in (middle, np.ceil(low / step) * step):
            found = float(f"{near:.{digits}g}")
            if low <= found < high:
                return found
    return float(low)


def _gain(n: np.ndarray, k: np.ndarray, total: int, hits: int) -> np.ndarray:
    """Return twice the gain in log-likelihood of a rate of its own inside; 0 where that is no higher than outside."""
    n, k = n.astype(float), k.astype(float)
    out, left = total - n, hits - k
    gain = 2 * (_log(k, n) + _log(left, out) - _log(np.array(float(hits)), np.array(float(total))))
    return np.where((n > 0) & (out > 0) & (k * out > left * n), gain, 0.0)


def _log(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    return scipy.special.xlogy(k, k) + scipy.special.xlogy(n - k, n - k) - scipy.special.xlogy(n, n)


def halve(happened: np.ndarray, seed: int, order: np.ndarray | None = None) -> np.ndarray:
    """
    Return half of the configs, as booleans: of those where it happened half, and of the others half.

    Of two that follow each other one is drawn, so that configs keep their half when more are added at the end.

    Parameters
    ----------
    happened
        Where it happened, shape (n,).
    seed
        Seed of the draws.
    order
        The order of the configs, as places; by default they are in order.
    """
    draw = np.random.default_rng([seed, 7])
    first = np.zeros(len(happened), bool)
    heads = draw.random((len(happened) // 2 + 1, 2)) < 0.5
    for kind in (True, False):
        rows = np.flatnonzero(happened == kind)
        rows = rows if order is None else rows[np.argsort(order[rows], kind="stable")]
        pair = np.arange(len(rows)) // 2
        first[rows] = heads[pair, int(kind)] == (np.arange(len(rows)) % 2 == 0)
        if len(rows) % 2:
            first[rows[-1]] = True
    return first
