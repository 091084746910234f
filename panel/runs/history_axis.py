"""The axis of the target on which runs lie along the search: few runs far from the others do not squeeze it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .base import Runs
from .configs import is_log
from .history_started import ASIDE, Started
from .target_axis import TargetAxis, make_axis

FEW = 0.02
"""So large a share of the runs at either end may lie beyond the axis, and one of ten runs or more."""

FAR_WORSE, FAR_BETTER = 0.5, 3.0
"""They do if they would make the axis longer by this share. Good values are what is looked for, so they stay longer."""


def make_history_axis(runs: Runs, started: Started) -> TargetAxis:
    """
    Return the axis of the target, which also shows the values at which runs were stopped.

    These may lie beyond all others by as much as the others lie apart; what lies farther is drawn at its end, and so
    are few runs far from all others. At least one run must be feasible.
    """
    log = is_log(runs)
    low, high = find_limits(runs.target[runs.feasible], runs.goal == "minimize", log)
    stopped = started.target[(started.kind == ASIDE) & np.isfinite(started.target)]
    stopped = stopped[stopped > 0] if log else stopped
    place, (start, end) = _scale(stopped, log), _scale(np.array([low, high]), log)
    with np.errstate(over="ignore"):
        near = stopped[(place >= 2 * start - end) & (place <= 2 * end - start)]
    ends = np.array([min(low, *near), max(high, *near)]) if len(near) else np.array([low, high])
    return make_axis(
        replace(
            runs,
            rows=np.concatenate([runs.rows, [0, 0]]),
            target=np.concatenate([np.clip(runs.target, *ends), ends]),
            cause=np.concatenate([runs.cause, ["", ""]]),
            order=np.concatenate([runs.order, [0, 0]]),
            scale="log" if log else "raw",
        )
    )


def find_limits(values: np.ndarray, minimize: bool, log: bool) -> tuple[float, float]:
    """
    Return from where to where values are shown: all of them, or all but a few that lie far from the others.

    Parameters
    ----------
    values
        Finite, in any order; at least one.
    minimize
        Whether small values are good.
    log
        Whether they are drawn on a log axis; they are positive then.
    """
    ordered = np.sort(values)
    few = max(int(FEW * len(ordered)), int(len(ordered) >= 10))
    place, last = _scale(ordered, log), len(ordered) - 1
    with np.errstate(over="ignore"):
        length = place[last - few] - place[few]
        cut_low = place[few] - place[0] > (FAR_BETTER if minimize else FAR_WORSE) * length > 0
        cut_high = place[last] - place[last - few] > (FAR_WORSE if minimize else FAR_BETTER) * length > 0
    return float(ordered[few if cut_low else 0]), float(ordered[last - few if cut_high else last])


def _scale(values: np.ndarray, log: bool) -> np.ndarray:
    return np.log(values) if log else values
