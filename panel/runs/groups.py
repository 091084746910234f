"""Groups of configs, such as those with one value of a parameter, each with its expected best of equally many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np

from ..data.messages import NOTHING, Message, say
from ..errors import QuestionError
from . import bestof
from .base import Runs
from .buckets import Bucket, make_buckets
from .configs import Configs, config_numbers, configs_of, scaled_loss, unscaled
from .possible import find_possible

FEWEST = 6
"""A group with fewer configs is not compared: the best of less than two is no best."""

CANDIDATES = 50
"""So many parameters are looked at for one whose values can be compared."""

MOST = 50
"""Of more configs than this the best is not asked about unless one says so: hardly anybody runs them."""

SMALLEST = 0.1
"""A group with fewer configs than this share of the median is left out, lest all are compared by the best of two."""

POINTS = 1_000
"""Configs that are drawn, at most."""

BEST_DRAWN = 20
"""The best of each group that are drawn in any case."""


Verdict = Literal["better", "worse", "same"]


@dataclass(frozen=True)
class Group:
    """A bucket with its configs."""

    bucket: Bucket
    configs: Configs
    infeasible: int

    @property
    def n(self) -> int:
        """Number of configs that can be compared."""
        return 0 if self.bucket.mixed else len(self.configs)


@dataclass(frozen=True)
class BestRun:
    """The best run of a group: its id, its name, its target."""

    run: str
    name: str
    target: float


@dataclass(frozen=True)
class Standing:
    """
    How a group stands, alone and beside the baseline.

    Attributes
    ----------
    label, words, mixed
        As of its `Bucket`.
    runs, configs, infeasible
        Number of its feasible runs, of their configs, and of its infeasible runs.
    best
        Its best run, if it has a feasible one.
    why
        Why it is not compared; empty if it is.
    expected, low, high
        The estimate with its interval, as a target: the expected best of m configs, or the mean of a config's runs.
    rank
        The estimate as a loss, by which groups are ordered.
    difference, difference_low, difference_high
        The difference to the baseline with its interval, a ratio where targets are compared by ratios.
    rank_difference, rank_half
        The difference as one of losses, and half the length of its interval.
    excludes
        Whether the interval of the difference leaves out none.
    p
        How likely as large a difference is by chance, corrected for the number of comparisons.
    verdict
        Whether the group is better or worse than the baseline beyond chance, by so much that it may matter.
    alike
        Whether the two hardly differ: the whole interval of the difference lies within what does not matter (see
        `matter.find_matter`). Of those that are ``same`` the others cannot be told apart. ``None`` if it is not judged.
    hopeless
        Whether it is at best better by what does not matter, but not alike. ``None`` if it is not judged.
    ids
        Of all its runs; ``None`` if they are too many.
    """

    label: str
    words: Message
    runs: int
    configs: int
    infeasible: int
    mixed: bool = False
    best: BestRun | None = None
    why: Message = NOTHING
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    rank: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    rank_difference: float | None = None
    rank_half: float | None = None
    excludes: bool | None = None
    p: float | None = None
    verdict: Verdict | None = None
    alike: bool | None = None
    hopeless: bool | None = None
    ids: tuple[str, ...] | None = None


class Point(NamedTuple):
    """A config to draw: the place of its group, its target, its best run with its name, and how many runs it has."""

    group: int
    target: float
    run: str
    name: str
    size: int


def choose_parameter(runs: Runs, wanted: str) -> str | None:
    """
    Return the parameter that is asked about: the one named, or one whose effect is most likely the question.

    Of the latter one that can be compared, if there is any.

    Raises
    ------
    QuestionError
        If the one named is not there, or no run has a value of it.
    """
    if wanted:
        known = runs.known([wanted])
        if not known:
            raise QuestionError(f"No run has a value of {wanted!r} here. Choose another parameter, or another filter.")
        return known[0]
    varying = [p for p in runs.parameters.values() if p.distinct > 1]
    modelled = [p for p in varying if p.modelled]
    order = [
        *(p for p in varying if p.role == "scientific"),
        *(p for p in modelled if p.kind in ("categorical", "boolean") and 2 <= p.distinct <= 8),
        *modelled,
        *varying,
        *runs.parameters.values(),
    ]
    names = list(dict.fromkeys(p.name for p in order if runs.known([p.name])))
    return next((name for name in names[:CANDIDATES] if _can_compare(runs, name)), names[0] if names else None)


def _can_compare(runs: Runs, name: str) -> bool:
    """Say whether two values have enough configs to be compared."""
    if not runs.feasible.any():
        return False
    number, loss = config_numbers(runs), scaled_loss(runs)
    buckets = [bucket for bucket in make_buckets(runs.axis(name)) if not bucket.mixed]
    return sum(make_group(runs, bucket, number, loss).n >= FEWEST for bucket in buckets) >= 2


def make_group(runs: Runs, bucket: Bucket, number: np.ndarray, loss: np.ndarray) -> Group:
    """Return a bucket with its configs; see `config_numbers` and `scaled_loss`."""
    infeasible = int((~runs.feasible[bucket.rows]).sum())
    return Group(bucket, configs_of(runs, bucket.rows, number, loss), infeasible)


def choose_m(groups: Sequence[Group], wanted: int | None) -> tuple[int, int]:
    """Return of how many configs the best is compared, and how many a group needs for that; 0 and `FEWEST` if none."""
    if wanted is not None:
        return wanted, max(FEWEST, bestof.BLOCKS * wanted)
    sizes = [group.n for group in groups if group.n >= FEWEST]
    if not sizes:
        return 0, FEWEST
    smallest = min(n for n in sizes if n >= SMALLEST * np.median(sizes))
    m = min(MOST, smallest // bestof.BLOCKS)
    return m, bestof.BLOCKS * m


def tell_standing(runs: Runs, group: Group, m: int, enough: int) -> Standing:
    """Return how a group stands alone; m and enough are those of `choose_m`."""
    configs, bucket = group.configs, group.bucket
    rows = bucket.rows[runs.feasible[bucket.rows]]
    standing = Standing(
        label=bucket.label,
        words=bucket.words,
        runs=len(rows),
        configs=len(configs),
        infeasible=group.infeasible,
        mixed=bucket.mixed,
        best=_find_best(runs, rows),
    )
    if bucket.mixed:
        return replace(standing, why=say("groups.mixed", "many values"))
    if not m or len(configs) < enough:
        return replace(standing, why=say("groups.few", "too few configs"))
    estimate = bestof.expected_best(configs.loss, m)
    half = bestof.half_width([(bestof.variance(configs.loss, m), len(configs))], m)
    low, high = interval_around(runs, estimate, half)
    return replace(standing, expected=unscaled(runs, estimate), low=low, high=high, rank=estimate)


def _find_best(runs: Runs, rows: np.ndarray) -> BestRun | None:
    if not len(rows):
        return None
    first = rows[np.lexsort((runs.order[rows], runs.loss[rows]))[0]]
    return BestRun(str(runs.ids[first]), str(runs.names[first]), float(runs.target[first]))


def interval_around(runs: Runs, loss: float, half: float) -> tuple[float | None, float | None]:
    """Return the limits of an interval as targets, within what the target can be; ``None`` for one that is infinite."""
    low, high = difference_around(runs, loss, half)
    if low is None or high is None:  # one that is not known ends nowhere
        return low, high
    least, most = find_possible(runs)
    return max(least, min(low, most)), max(least, min(high, most))


def difference_around(runs: Runs, loss: float, half: float) -> tuple[float | None, float | None]:
    """Return the same of a difference of losses: it can be below 0, or a ratio above 1, where no target can."""
    low, high = sorted(unscaled(runs, loss + way * half) for way in (-1, 1))
    return finite_or_none(low), finite_or_none(high)


def finite_or_none(value: float) -> float | None:
    """Return a number; ``None`` if it is not finite."""
    return float(value) if np.isfinite(value) else None


def choose_points(runs: Runs, groups: Sequence[Group]) -> tuple[Point, ...]:
    """Return the configs to draw: the best of each group, and an even choice of the others."""
    share = min(1.0, POINTS / max(1, sum(len(group.configs) for group in groups)))
    return tuple(
        _make_point(runs, i, group, place) for i, group in enumerate(groups) for place in _choose_places(group, share)
    )


def _choose_places(group: Group, share: float) -> Sequence[int]:
    n = len(group.configs)
    if share >= 1 or not n:
        return range(n)
    even = np.linspace(0, n - 1, max(1, round(share * n))).astype(int)
    return np.union1d(np.arange(min(n, BEST_DRAWN)), even).tolist()


def _make_point(runs: Runs, i: int, group: Group, place: int) -> Point:
    run = int(group.configs.best[place])
    target = unscaled(runs, float(group.configs.loss[place]))
    return Point(i, target, str(runs.ids[run]), str(runs.names[run]), int(group.configs.size[place]))


def find_middle(runs: Runs, groups: Sequence[Group]) -> float:
    """Return the target of the middle config of all groups together."""
    return unscaled(runs, float(np.median(np.concatenate([group.configs.loss for group in groups]))))
