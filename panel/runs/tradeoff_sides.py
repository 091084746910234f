"""The two metrics of a trade-off: which there are, which are usual, and which runs have both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.names import split_words
from ..data.outcomes import guess_target
from ..data.statistics import is_more_even_in_log
from ..data.vocabulary import CLOCKS
from ..errors import QuestionError, nearest
from ..question.selection import FAILED_STATES, Goal, Target
from ..question.target import resolve_goal
from .base import CONSTRAINT, Runs

TARGET, RUNTIME = "target", "run.runtime"

_COSTS = CLOCKS | frozenset("params parameters flops gflops macs memory size bytes cost energy".split())
"""Words in the names of what a run costs: what people most often weigh a target against."""


@dataclass(frozen=True)
class Axis:
    """One of the two metrics as it is drawn: its id, its label, which values are good, and whether it is in log."""

    id: str
    label: str
    goal: Goal
    log: bool


@dataclass(frozen=True)
class Side:
    """One of the two metrics: its values, shape (n_runs,), and which are good."""

    id: str
    label: str
    goal: Goal
    values: np.ndarray

    @property
    def loss(self) -> np.ndarray:
        """The values so that small is good."""
        return self.values if self.goal == "minimize" else -self.values

    def draw(self, usable: np.ndarray) -> Axis:
        """Return its axis; `usable` says which runs are compared."""
        return Axis(self.id, self.label, self.goal, is_more_even_in_log(self.values[usable]))


def list_choices(runs: Runs) -> tuple[tuple[str, str], ...]:
    """Return what can be an axis: the target, the runtime, and the metrics; each its id and its label."""
    numbers = [(f"summary.{name}", name) for name in runs.project.metrics]
    timed = [(RUNTIME, "runtime in seconds")] if runs.project.has_runtime else []
    return ((TARGET, f"target: {runs.label}"), *timed, *numbers)


def is_cost(name: str) -> bool:
    """Say whether a metric, given by its id, is what a run costs: its runtime, or one that is named so."""
    return name == RUNTIME or bool(_COSTS & set(split_words(name.removeprefix("summary."))))


def _read_side(runs: Runs, name: str, goal: Goal | None) -> Side:
    """Return one of the metrics; `QuestionError` if there is none of that name."""
    known = dict(list_choices(runs))
    if name not in known:
        raise QuestionError(f"There is no metric {name!r} for an axis. {nearest(name, list(known))}")
    if name == TARGET:
        return Side(name, runs.label, goal or runs.goal, runs.target)
    if name == RUNTIME:
        seconds = runs.project.runs["runtime"].to_numpy(float)[runs.rows]
        return Side(name, known[name], goal or "minimize", seconds)
    metric = name.removeprefix("summary.")
    values = runs.project.summary[metric].astype(float).to_numpy()[runs.rows]
    usual = runs.goal if metric == runs.label else resolve_goal(runs.project, Target(metric))
    return Side(name, metric, goal or usual, values)


def _choose_other(runs: Runs) -> str:
    """
    Return what the target is weighed against unless something else is chosen.

    Another objective of the search, if it has several; else a cost, or the likeliest metric.
    """

    def varies(name: str) -> bool:
        values = _read_side(runs, name, None).values[runs.feasible]
        finite = values[np.isfinite(values)]
        return len(finite) > 0 and bool(np.ptp(finite) > 0)

    others = [name for name, label in list_choices(runs) if name != TARGET and label != runs.label]
    varying = [name for name in others if varies(name)]
    space = runs.project.space
    declared = {f"summary.{name}" for name in (space.metric, *space.goals)} if space else set()
    objectives = [name for name in varying if name in declared]
    if objectives:
        return objectives[0]
    costs = [name for name in varying if is_cost(name)]
    if RUNTIME in costs:
        return RUNTIME
    metrics = [name.removeprefix("summary.") for name in costs or varying or others]
    return f"summary.{guess_target(metrics)}" if metrics else ""


def read_sides(runs: Runs, x: str, y: str, goal_x: Goal | None, goal_y: Goal | None) -> tuple[Side, Side] | None:
    """
    Return the two metrics that were asked for, or the usual ones; ``None`` if there is only one in the project.

    Raises
    ------
    QuestionError
        If there is no such metric.
    """
    x = x or _choose_other(runs)
    return (_read_side(runs, x, goal_x), _read_side(runs, y, goal_y)) if x else None


def find_compared(runs: Runs, x: Side, y: Side) -> np.ndarray:
    """Return which runs can be compared: their state counts, and both metrics are finite."""
    counted = ~np.isin(runs.cause, (*FAILED_STATES, CONSTRAINT))
    return counted & np.isfinite(x.values) & np.isfinite(y.values)
