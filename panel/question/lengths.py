"""How far every run got: its last step with a value, and the value that it had at a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.project import Project


@dataclass(frozen=True)
class Curves:
    """
    The finite values per step of one metric, of all runs together, ordered by run and step.

    Attributes
    ----------
    run
        Position of the run in the project, shape (n_values,).
    step, value
        Shape (n_values,).
    n_runs
        How many runs the project has.
    """

    run: np.ndarray
    step: np.ndarray
    value: np.ndarray
    n_runs: int

    def take(self, which: str, step: float) -> np.ndarray:
        """
        Return the ``last``, ``min`` or ``max`` value that every run had up to a step, shape (n_runs,).

        NaN where it has none, or ended before.
        """
        found = np.full(self.n_runs, np.nan)
        until = (self.step <= step) & (self.find_ends() >= step)[self.run]
        run, value = self.run[until], self.value[until]
        if which == "last":
            found[run] = value  # of several of one run the last one written stays
        elif which == "min":
            np.fmin.at(found, run, value)
        else:
            np.fmax.at(found, run, value)
        return found

    def find_ends(self) -> np.ndarray:
        """Return the last step of every run, shape (n_runs,); NaN where it has no value."""
        ends = np.full(self.n_runs, np.nan)
        ends[self.run] = self.step
        return ends

    def find_last_intervals(self) -> np.ndarray:
        """Return how many steps lie between the last two values of every run, shape (n_runs,); 0 where it has one."""
        intervals = np.zeros(self.n_runs)
        same = self.run[1:] == self.run[:-1]
        intervals[self.run[1:][same]] = np.diff(self.step)[same]
        return intervals


MOST_KEPT, LARGEST_KEPT = 3, 2_000_000
"""The curves of the last few metrics are kept with the project, unless they have more values than this."""


def read_curves(project: Project, metric: str) -> Curves:
    """Return the values per step of a metric; its history is read if it was not before."""
    kept = project.kept_curves
    curves = kept.get(metric)
    if curves is None:
        curves = sort_curves(project, metric)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        if len(curves.step) <= LARGEST_KEPT:
            kept[metric] = curves
    return curves


def sort_curves(project: Project, metric: str) -> Curves:
    """Return the same, and keep nothing."""
    frame = project.history.frame
    frame = frame[(frame["metric"] == metric).to_numpy()]
    run = project.runs.index.get_indexer(pd.Index(frame["run_id"].astype("object")))
    step = pd.to_numeric(frame["step"]).to_numpy(float)
    value = pd.to_numeric(frame["value"]).to_numpy(float)
    known = np.flatnonzero((run >= 0) & np.isfinite(step) & np.isfinite(value))
    order = known[np.lexsort((step[known], run[known]))]
    return Curves(run[order], step[order], value[order], len(project.runs))


def find_ends(project: Project, metrics: Sequence[str]) -> np.ndarray:
    """Return the last step at which each run has a value of every one of these metrics; NaN where it has none."""
    return np.min([read_curves(project, metric).find_ends() for metric in metrics], axis=0)


def follow_settings(length: np.ndarray, short: np.ndarray, config: pd.DataFrame, apart: float = 0.0) -> bool:
    """
    Say whether the lengths of runs come from their settings, as of runs with ``epochs`` or ``batch_size`` of their own.

    Parameters
    ----------
    length
        How many steps each run made, shape (n_runs,), above 0.
    short
        Which runs ended well before the longest: theirs are to be explained.
    config
        The settings of these runs.
    apart
        Distance of two steps: lengths that are rounded to a whole number of them may differ by one.
    """
    numbers = []
    for name in config:
        column = config[name]
        codes, levels = pd.factorize(column.map(repr))
        if len(levels) < 2:
            continue
        if len(levels) <= len(length) / FEWEST_A_VALUE:
            medians = pd.Series(length).groupby(codes).transform("median").to_numpy()
            if _agrees(length, medians, short, apart):
                return True
        if column.dtype.kind in "if" and column.notna().all() and (column > 0).all():
            numbers.append(column.to_numpy(float))
    some = np.unique(np.linspace(0, len(length) - 1, MOST_RUNS).astype(int))
    length, short = length[some], short[some]
    numbers = [column[some] for column in numbers[:MOST_NUMBERS]]
    alone = [*numbers, *(1 / column for column in numbers)]
    if any(_agrees(length, _fit(length, one), short, apart) for one in alone):
        return True
    products = (alone[i] * alone[k] for i in range(len(alone)) for k in range(i))
    return any(_agrees(length, _fit(length, one), short, apart) for one in products)


FEWEST_A_VALUE = 3
"""A setting tells the length if it has so many runs a value, or if it is proportional to it."""

MOST_RUNS, MOST_NUMBERS = 1_000, 30
"""Of more runs and numeric settings some are looked at, since all pairs of settings are."""

SAME, MOSTLY = 0.05, 0.9
"""Lengths that differ by this share are one; so large a share of the runs must be told by a setting."""


def _fit(length: np.ndarray, setting: np.ndarray) -> np.ndarray:
    """Return the lengths that are proportional to a setting."""
    return setting * float(np.median(length / setting))


def _agrees(length: np.ndarray, told: np.ndarray, short: np.ndarray, apart: float) -> bool:
    """Say whether lengths are as they were told, in most of the short and in most of the long runs."""
    same = np.abs(length - told) <= np.maximum(SAME * told, apart)
    return bool(short.any() and not short.all() and min(same[short].mean(), same[~short].mean()) >= MOSTLY)
