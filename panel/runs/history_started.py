"""The runs of a search in the order in which they were started, those that do not count among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..question.design import find_run_order
from ..question.selection import COUNTED_STATES
from .base import Runs

FEASIBLE, INFEASIBLE, ASIDE = "feasible", "infeasible", "aside"
"""What a run is: it counts and has a target, it is infeasible, or it is put aside (see `aside`)."""

TOO_SHORT = "ended before the step"
"""Why a run is aside whose state counts."""


@dataclass(frozen=True)
class Started:
    """
    Runs in the order in which they were started; every array has the shape (n,).

    Attributes
    ----------
    rows
        Their positions in the project.
    kind
        `FEASIBLE`, `INFEASIBLE` or `ASIDE`.
    target
        As logged; NaN where there is none.
    loss
        The target so that small is good; infinite for those that are not feasible.
    state
        Their states.
    why
        Why they are infeasible or aside, in words; empty for the others.
    created
        When they were started, in milliseconds since 1970; NaN where nobody knows.
    runtime
        How long they ran, in seconds; NaN where nobody knows.
    """

    rows: np.ndarray
    kind: np.ndarray
    target: np.ndarray
    loss: np.ndarray
    state: np.ndarray
    why: np.ndarray
    created: np.ndarray
    runtime: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def feasible(self) -> np.ndarray:
        """Which of them are feasible, as booleans."""
        return self.kind == FEASIBLE

    def take(self, which: np.ndarray) -> Started:
        """Return some of them, in the order of these numbers."""
        return Started(
            self.rows[which],
            self.kind[which],
            self.target[which],
            self.loss[which],
            self.state[which],
            self.why[which],
            self.created[which],
            self.runtime[which],
        )


def list_started(runs: Runs) -> Started:
    """Return all runs of a question in the order in which they were started."""
    table = runs.project.runs
    rows = np.concatenate([runs.rows, runs.aside.rows])
    state = table["state"].to_numpy(object)[rows]
    n = len(runs)
    kind = np.full(len(rows), ASIDE, object)
    kind[:n] = np.where(runs.feasible, FEASIBLE, INFEASIBLE)
    of_aside = np.where(np.isin(state[n:], COUNTED_STATES), TOO_SHORT, state[n:])
    found = Started(
        rows=rows,
        kind=kind,
        target=np.concatenate([runs.target, runs.aside.target]),
        loss=np.concatenate([runs.loss, np.full(len(runs.aside.rows), np.inf)]),
        state=state,
        why=np.concatenate([runs.why, of_aside]),
        created=_read_created(runs)[rows],
        runtime=_read_runtime(runs)[rows],
    )
    return found.take(np.argsort(find_run_order(runs.project)[rows], kind="stable"))


def sort_by_time(started: Started) -> Started:
    """Return the runs whose time of start is known, by that; of equal ones those that came first in the order."""
    known = np.flatnonzero(np.isfinite(started.created))
    return started.take(known[np.argsort(started.created[known], kind="stable")])


def has_times(started: Started) -> bool:
    """Say whether at least half of the runs have a time of start, and these are not all the same."""
    known = started.created[np.isfinite(started.created)]
    return len(known) * 2 >= max(len(started), 1) and len(np.unique(known)) > 1


def _read_created(runs: Runs) -> np.ndarray:
    created = runs.project.runs.get("created")
    if created is None or created.dtype.kind != "M":
        return np.full(len(runs.project.runs), np.nan)
    naive = created.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("M8[ms]")
    return np.where(np.isnat(naive), np.nan, naive.astype("int64").astype(float))


def _read_runtime(runs: Runs) -> np.ndarray:
    """Return how long each run of the project took, in seconds; what is negative or infinite is not known."""
    runtime = runs.project.runs.get("runtime")
    if runtime is None or runtime.dtype.kind not in "if":
        return np.full(len(runs.project.runs), np.nan)
    values = runtime.to_numpy(float)
    return np.where(np.isfinite(values) & (values >= 0), values, np.nan)
