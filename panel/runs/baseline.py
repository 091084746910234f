"""
The baseline: of a parameter one of the values with the most configs, and the config that has most of these values.

Both views that compare with a baseline take it from here: one parameter alone (`isolation`), and the path from a
config to the best one (`ablation`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .base import Runs
from .buckets import Bucket, make_buckets
from .milestones import list_milestones

ABOUT_MOST = 0.75
"""A value with this share of the most configs stays the baseline, lest it changes with every run of a search."""


def find_usual(runs: Runs, buckets: Sequence[Bucket], number: np.ndarray) -> int:
    """
    Return the number of the bucket that has about the most configs.

    It is the one that had the most at a milestone before, as long as it has about as many as any other.

    Parameters
    ----------
    runs
        The runs.
    buckets
        The values of a parameter, at least one.
    number
        Number of the config of every run; see `configs.config_numbers`.
    """
    rows = [bucket.rows[:0] if bucket.mixed else bucket.rows[runs.feasible[bucket.rows]] for bucket in buckets]
    chosen = None
    for kept in (*list_milestones(runs), np.arange(len(runs))):
        there = np.isin(np.arange(len(runs)), kept)
        sizes = [len(np.unique(number[r[there[r]]])) for r in rows]
        if chosen is None or sizes[chosen] < ABOUT_MOST * max(sizes):
            chosen = int(np.argmax(sizes))
    return chosen or 0


def find_usual_run(runs: Runs, number: np.ndarray, names: Sequence[str]) -> tuple[int, int]:
    """
    Return the feasible run that has the usual value of most parameters, and of how many; of equal ones the first.

    Parameters
    ----------
    runs
        The runs, of which at least one is feasible.
    number
        Number of the config of every run; see `configs.config_numbers`.
    names
        The parameters that are looked at.
    """
    usual = np.zeros(len(runs), int)
    for name in names:
        buckets = make_buckets(runs.axis(name))
        if buckets:
            usual[buckets[find_usual(runs, buckets, number)].rows] += 1
    feasible = np.flatnonzero(runs.feasible)
    first = feasible[np.lexsort((runs.order[feasible], -usual[feasible]))[0]]
    return int(first), int(usual[first])
