"""Runs that ended by themselves because they got no better for a while (early stopping by patience)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from ..data.names import split_words
from .lengths import Curves

GAINS = (0.0, 1e-5, 1e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1)
"""Least gains that people make count as getting better."""

FEWEST_WAITS, FEWEST_LENGTHS = 5, 3
"""So many runs at least, of so many different lengths, show what they waited for."""

WAITED = 0.7
"""So large a share of the short runs must have waited equally long."""

MOST_RUNS, MOST_VALUES = 300, 5_000
"""So many short runs are looked at; a metric with more values a run is none that patience looks at."""


def stop_by_themselves(curves: Iterable[Curves], short: np.ndarray) -> bool:
    """
    Say whether short runs ended because they got no better for a while, and not because they were behind.

    So it is if most of them ended the same number of values after the last that was better than those before, and at
    many different steps.

    Parameters
    ----------
    curves
        Those of the metrics that patience may have looked at, small or large values being good.
    short
        Which runs ended well before the longest, shape (n_runs,).
    """
    some = np.flatnonzero(short)
    some = some[np.unique(np.linspace(0, len(some) - 1, MOST_RUNS).astype(int))] if len(some) else some
    return any(_have_waited(_stack(one, some)) for one in curves)


def _stack(curves: Curves, runs: np.ndarray) -> np.ndarray:
    """Return the values of some runs, one after the other, shape (n_runs, most values); NaN after the last."""
    begin, end = np.searchsorted(curves.run, runs), np.searchsorted(curves.run, runs, side="right")
    most = int((end - begin).max(initial=0))
    if most > MOST_VALUES:
        return np.empty((0, 0))
    at = begin[:, None] + np.arange(most)
    there = at < end[:, None]
    stacked = np.full(at.shape, np.nan)
    stacked[there] = curves.value[at[there]]
    return stacked


def _have_waited(values: np.ndarray) -> bool:
    """Say whether most of the runs ended equally long after they last got better, for some goal and least gain."""
    lengths = np.isfinite(values).sum(axis=1)
    if len(np.unique(lengths)) < FEWEST_LENGTHS:
        return False
    signs = np.repeat([1.0, -1.0], len(GAINS))
    gains = np.tile(GAINS, 2)
    best, at = np.full((len(values), len(gains)), np.inf), np.zeros((len(values), len(gains)), int)
    for k in range(values.shape[1]):
        now = values[:, k, None] * signs
        better = now < best - gains
        best = np.where(better, now, best)
        at[better.nonzero()] = k
    waits = np.where(at > 0, lengths[:, None] - 1 - at, 0)
    return any(_mostly_agree(waits[:, j], lengths) for j in range(len(gains)))


def wait_after_best(lengths: Iterable[np.ndarray], columns: Mapping[str, np.ndarray]) -> bool:
    """
    Say whether runs ended equally long after their best step, where that was recorded.

    Parameters
    ----------
    lengths
        Numbers that tell how far each run got, each of shape (n_runs,); those that got farthest need not have waited.
    columns
        What was recorded of the runs, by name: those that are called the best epoch or step count.
    """
    for name, best in columns.items():
        words = set(split_words(name))
        if "best" not in words or not words & {"epoch", "step", "iter", "iteration"}:
            continue
        for length in lengths:
            ended = np.isfinite(best) & (length < np.nanmax(length, initial=-np.inf))
            if _mostly_agree((length - best)[ended], length[ended]):
                return True
    return False


def _mostly_agree(waits: np.ndarray, lengths: np.ndarray) -> bool:
    """Say whether most runs waited equally long, and ended at many different places."""
    values, counts = np.unique(waits[waits > 0], return_counts=True)
    if not len(values) or counts.max() < max(FEWEST_WAITS, WAITED * len(waits)):
        return False
    return len(pd.unique(lengths[waits == values[counts.argmax()]])) >= FEWEST_LENGTHS
