"""The axis of the target on which runs lie along the search: few runs far from the others do not squeeze it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .base import Runs
from .configs import is_log
from .history_started import ASIDE, Started
from .target_axis import TargetAxis, make_axis

FEW_WORSE, FEW_BETTER = 0.1, 0.02
"""So large a share of the runs at the bad and at the good end may lie beyond the axis, and one of ten runs or more."""

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
    place, n = _scale(ordered, log), len(ordered)
    worse, better = (max(int(share * n), int(n >= 10)) for share in (FEW_WORSE, FEW_BETTER))
    low, high = (better, worse) if minimize else (worse, better)
    with np.errstate(over="ignore"):
        length = place[n - 1 - high] - place[low]
        cut_low = place[low] - place[0] > (FAR_BETTER if minimize else FAR_WORSE) * length > 0
        cut_high = place[-1] - place[n - 1 - high] > (FAR_WORSE if minimize else FAR_BETTER) * length > 0
    return float(ordered[low if cut_low else 0]), float(ordered[n - 1 - high if cut_high else n - 1])


def _scale(values: np.ndarray, log: bool) -> np.ndarray:
    return np.log(values) if log else values
