"""Where the best values of a number lie under each value of a categorical parameter, and whether they lie alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when first used

from ..data.names import split_leaf, split_words
from ..data.statistics import ranks
from ..question.parameters import Parameter
from ..runs.base import Axis
from ..runs.best import FEW
from .advisable import keep_sensible
from .base import Study

MOST_VALUES = 20
"""A parent with more values is not looked at."""

BEST = 0.25
"""The best of a value are this share of its configs."""

LEAST = 4
"""Of fewer best configs a value is not compared."""

SCREEN = 0.05
"""Only where the p-value by χ², times the number of pairs, is smaller, is shuffled."""

LARGE = 400
"""Of more best configs χ² is right enough."""

SHUFFLES = 9_999


@dataclass(frozen=True)
class Pair:
    """A parameter and its parent: the value of every config of both, NaN where there is none."""

    parameter: str
    parent: str
    columns: tuple[str, ...]
    x: np.ndarray
    place: np.ndarray
    log: bool
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Places:
    """
    Where the best of each value of a parent lie along a parameter.

    Attributes
    ----------
    pair
        The parameter and its parent.
    ranges, best
        By value in words, from where to where its configs lie, and the quartiles of the best of them.
    configs
        Number of configs by value in words.
    apart
        How far the middles of the best differ, as a share of the range.
    overlap
        The smallest share of one value's range that another covers.
    p
        How likely the best lie as far apart by chance.
    rows, best_rows
        Numbers of the configs compared, and of the best among them.
    """

    pair: Pair
    ranges: dict[str, tuple[float, ...]]
    best: dict[str, tuple[float, ...]]
    configs: dict[str, int]
    apart: float
    overlap: float
    p: float
    rows: np.ndarray
    best_rows: np.ndarray


def pairs_of(study: Study) -> list[Pair]:
    """Return the parameters to compare under the values of each parent, as the feasible configs have them."""
    rows = study.configs.best
    axes: dict[str, Axis] = {}
    if not len(rows):
        return []

    def axis(name: str) -> Axis:
        if name not in axes:
            axes[name] = study.runs.axis(name)
        return axes[name]

    tuned = keep_sensible(study.tuned)
    parents = [p for p in tuned if p.kind in ("categorical", "boolean") and 2 <= p.distinct <= MOST_VALUES]
    numbers = [p for p in tuned if p.kind in ("real", "integer") and p.distinct > FEW]
    numbers = [p for p in numbers if axis(p.name).kind == "number"]
    found = []
    for parent in parents:
        by = axis(parent.name)
        place = by.values[rows]
        for number in numbers:
            if number.condition is None or (number.condition[0] != parent.name or len(number.condition[1]) > 1):
                along = axis(number.name)
                found.append(
                    Pair(
                        number.name,
                        parent.name,
                        (number.name,),
                        along.values[rows],
                        place,
                        along.scale == "log",
                        by.labels,
                    )
                )
        for name, group in _group_namesakes(
            [p for p in numbers if p.condition and p.condition[0] == parent.name]
        ).items():
            x = np.full(len(rows), np.nan)
            for p in group:
                values = axis(p.name).values[rows]
                x = np.where(np.isnan(values), x, values)
            log = any(axis(p.name).scale == "log" for p in group)
            found.append(Pair(name, parent.name, tuple(p.name for p in group), x, place, log, by.labels))
    return found


def _group_namesakes(children: Sequence[Parameter]) -> dict[str, list[Parameter]]:
    """Return the parameters that have one name under different values of their parent, by that name."""
    groups: dict[str, list[Parameter]] = {}
    for child in children:
        values = child.condition[1] if child.condition else ()
        own = {word for value in values for word in split_words(value)}
        words = split_leaf(child.name)
        groups.setdefault(".".join([w for w in words if w not in own] or words), []).append(child)
    return {
        name: group
        for name, group in groups.items()
        if len(group) > 1 and _are_apart([p.condition[1] if p.condition else () for p in group])
    }


def _are_apart(values: list[tuple[str, ...]]) -> bool:
    """Say whether no value is in two of the groups."""
    return len({v for group in values for v in group}) == sum(map(len, values))


def compare_places(pair: Pair, study: Study, pairs: int) -> Places | None:
    """Compare the values of a parent; ``None`` if fewer than two have enough configs."""
    known = np.isfinite(pair.x) & ~np.isnan(pair.place) & ((pair.x > 0) if pair.log else True)
    rows = np.flatnonzero(known)  # from the best
    codes = pair.place[rows].astype(np.int16)
    rows = rows[np.argsort(codes, kind="stable")]  # those of each value beside each other, its best first
    counts = np.bincount(codes, minlength=len(pair.labels))
    start = np.cumsum(counts) - counts
    best_n = np.floor(BEST * counts).astype(int)
    enough = np.flatnonzero(best_n >= LEAST).tolist()
    if len(enough) < 2:
        return None
    x = np.log(pair.x[rows]) if pair.log else pair.x[rows]
    own = {c: x[start[c] : start[c] + counts[c]] for c in enough}
    ends = {c: (own[c].min(), own[c].max()) for c in enough}
    middles = {c: _quartiles(own[c][: best_n[c]]) for c in enough}
    span = float(x.max() - x.min())
    if not 0 < span < np.inf:
        return None
    best = np.concatenate([np.arange(start[c], start[c] + best_n[c]) for c in enough])
    rank, of = ranks(x[best]), np.repeat(enough, best_n[enough])
    apart = float(np.ptp([m[1] for m in middles.values()]) / span)
    overlap = min(
        (max(0.0, min(ends[a][1], ends[b][1]) - max(ends[a][0], ends[b][0])) / max(ends[a][1] - ends[a][0], 1e-300))
        for a in ends
        for b in ends
        if a != b
    )
    back = np.exp if pair.log else np.asarray
    return Places(
        pair=pair,
        ranges={pair.labels[c]: tuple(np.asarray(back(np.array(ends[c]))).tolist()) for c in ends},
        best={pair.labels[c]: tuple(np.asarray(back(middles[c])).tolist()) for c in ends},
        configs={pair.labels[c]: int(counts[c]) for c in ends},
        apart=apart,
        overlap=float(min(1.0, overlap)),
        p=chance_of(rank, of, study.design.seed, SCREEN / pairs),
        rows=rows,
        best_rows=rows[best],
    )


def _quartiles(values: np.ndarray) -> np.ndarray:
    """Return the quartiles as `np.quantile` does, in a tenth of its time."""
    ordered, at = np.sort(values), np.array([0.25, 0.5, 0.75]) * (len(values) - 1)
    below = at.astype(int)
    above = np.minimum(below + 1, len(values) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def chance_of(rank: np.ndarray, of: np.ndarray, seed: int, screen: float = SCREEN) -> float:
    """
    Return how likely the best of several values lie as far apart by chance: Kruskal and Wallis' H of the ranks.

    If the best region does not depend on the value, the best of one are a random part of the best of all. By χ²; where
    that is below `screen` and the best are few, by shuffling, which is exact, and beyond what that tells by χ² again.

    Parameters
    ----------
    rank
        Ranks of the best configs along the parameter, ties sharing their mean.
    of
        The value of the parent of each.
    seed
        Seed of the shuffles.
    screen
        Larger p-values are not looked at more closely.
    """
    n = len(rank)
    _, group = np.unique(of, return_inverse=True)
    size = np.bincount(group)
    centred = rank - rank.mean()
    variance = float(centred @ centred) / (n - 1)
    if variance <= 0:
        return 1.0
    seen = float((np.bincount(group, centred) ** 2 / size).sum())
    p = float(scipy.special.chdtrc(len(size) - 1, seen / variance))
    if p > screen or n > LARGE:
        return p
    times = min(SHUFFLES, max(199, 1_000_000 // n))
    draw = np.random.default_rng([seed, n])
    shuffled = draw.permuted(np.broadcast_to(centred, (times, n)), axis=1)
    shuffled = shuffled[:, np.argsort(group, kind="stable")]
    sums = np.add.reduceat(shuffled, np.cumsum(size) - size, axis=1)
    above = int(((sums**2 / size).sum(axis=1) >= seen * (1 - 1e-12)).sum())
    return min(p, 1 / (times + 1)) if not above else (1 + above) / (times + 1)
