"""
Groups beside a baseline: how far apart they are, and the verdict.

The verdict of a search that still runs changes when the evidence does, not with every run: what is near a limit is as
it was at the last milestone (see `milestones`), and where it was nothing, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from . import bestof
from .base import Runs
from .configs import config_numbers, scaled_loss, unscaled
from .groups import Group, Standing, Verdict, choose_m, difference_around, finite_or_none, make_group, tell_standing
from .matter import Matter, find_matter
from .milestones import REMEMBERED, find_milestone, keep_runs

BEYOND = 0.1
"""A difference is beyond chance if its corrected p-value is no larger, and its interval leaves out none."""

SURELY = 0.05
"""With a p-value no larger it is beyond chance whatever was said before."""

WELL_WITHIN = 0.8
"""An interval within this share of what matters is within it whatever was said before."""


def compare_with_baseline(
    runs: Runs,
    groups: Sequence[Group],
    standings: Sequence[Standing],
    m: int,
    baseline: int | None,
    remembered: int = REMEMBERED,
) -> tuple[Standing, ...]:
    """
    Return how groups stand beside the baseline: how far apart, and whether by chance.

    Parameters
    ----------
    runs
        The runs.
    groups, standings
        The groups, and how each stands alone.
    m
        Of how many configs the best is compared.
    baseline
        Number of the group with which the others are compared; ``None`` if there is none.
    remembered
        How many milestones back it counts what was said of groups near a limit.
    """
    zero = None if baseline is None else standings[baseline].rank
    if baseline is None or zero is None:
        return tuple(standings)
    base = groups[baseline].configs.loss
    beside = {
        i: _tell_difference(runs, standing, standing.rank - zero, base, groups[i].configs.loss, m)
        for i, standing in enumerate(standings)
        if i != baseline and standing.rank is not None
    }
    if not runs.adaptive:
        corrected = bestof.holm([bestof.chance(base, groups[i].configs.loss, m, i) for i in beside])
        least = find_matter(runs)
        before = cache(partial(_look_back, runs, groups, m, baseline, remembered))
        beside = {i: judge(beside[i], p, least, i, before) for i, p in zip(beside, corrected, strict=True)}
    return tuple(beside.get(i, standing) for i, standing in enumerate(standings))


def _look_back(runs: Runs, groups: Sequence[Group], m: int, baseline: int, remembered: int) -> tuple[Standing, ...]:
    """Return how the same groups stood at the last milestone; without a verdict where it does not count."""
    kept = find_milestone(runs) if remembered else None
    then = runs if kept is None else keep_runs(runs, kept)
    if kept is None or not then.feasible.any():
        return tuple(Standing(group.bucket.label, group.bucket.words, 0, 0, 0) for group in groups)
    number, loss = config_numbers(then), scaled_loss(then)
    buckets = [replace(g.bucket, rows=np.flatnonzero(np.isin(kept, g.bucket.rows))) for g in groups]
    had = [make_group(then, bucket, number, loss) for bucket in buckets]
    most, _ = choose_m(had, None)
    fewer = min(m, most)
    alone = [tell_standing(then, group, fewer, bestof.BLOCKS * fewer) for group in had]
    return compare_with_baseline(then, had, alone, fewer, baseline, remembered - 1)


def _tell_difference(
    runs: Runs, standing: Standing, difference: float, base: np.ndarray, loss: np.ndarray, m: int
) -> Standing:
    """Return a standing with its difference to the baseline, whose losses are `base`."""
    half = bestof.half_width([(bestof.variance(values, m), len(values)) for values in (loss, base)], m)
    low, high = difference_around(runs, difference, half)
    return replace(
        standing,
        difference=finite_or_none(unscaled(runs, difference)),
        difference_low=low,
        difference_high=high,
        rank_difference=difference,
        rank_half=finite_or_none(half),
        excludes=abs(difference) > half,
    )


def judge(
    standing: Standing, p: float, least: Matter, place: int, before: Callable[[], Sequence[Standing]]
) -> Standing:
    """Return a standing with its verdict; `before` says how the groups stood at the last milestone."""
    difference, half = standing.rank_difference or 0.0, standing.rank_half
    way: Verdict = "better" if difference < 0 else "worse"
    beyond = p <= BEYOND and bool(standing.excludes) and (p <= SURELY or before()[place].verdict == way)
    alike = hopeless = False
    if half is not None:
        low, high = difference - half, difference + half
        alike = least.holds(low, high) and (least.holds(low, high, WELL_WITHIN) or bool(before()[place].alike))
        hopeless = (
            low < 0 and least.holds(low, 0.0) and (least.holds(low, 0.0, WELL_WITHIN) or bool(before()[place].hopeless))
        )
    verdict: Verdict = way if beyond and not alike else "same"
    return replace(standing, p=p, verdict=verdict, alike=alike, hopeless=hopeless)
