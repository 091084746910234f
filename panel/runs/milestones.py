"""A search as it was before, so that what is near a limit stays as it was: a verdict changes with the evidence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .base import Runs

FIRST, FARTHER = 20, 1.05
"""The first milestone of a search in runs, and the factor from one to the next."""

REMEMBERED = 12
"""So many milestones back it counts what was: about to where the search was half as large."""


def list_milestones(runs: Runs) -> list[np.ndarray]:
    """
    Return the numbers of the runs that there were at each of the last milestones, ascending; the oldest comes first.

    They are the first in the order in which runs were started. Milestones are fixed numbers of runs, each `FARTHER`
    times the one before, so that all searches between two of them have the same ones.
    """
    sizes, at = [], FIRST
    while at < len(runs):
        sizes.append(at)
        at = int(at * FARTHER)
    started = np.argsort(runs.order, kind="stable")
    return [np.sort(started[:size]) for size in sizes[-REMEMBERED:]]


def find_milestone(runs: Runs) -> np.ndarray | None:
    """Return the numbers of the runs that there were at the last milestone; ``None`` before the first."""
    return next(iter(list_milestones(runs)[-1:]), None)


def keep_runs(runs: Runs, kept: np.ndarray) -> Runs:
    """Return some of the runs, those of these numbers, ascending."""
    return replace(runs, rows=runs.rows[kept], target=runs.target[kept], cause=runs.cause[kept], order=runs.order[kept])
