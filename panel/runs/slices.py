"""Slices: the target against each parameter, best runs, infeasible ones, trend and running best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..data.messages import Message, say
from ..data.records import Record
from .asked import asks_no_roles, read_names
from .base import Runs
from .configs import config_numbers
from .empty import Empty, read_record, say_none_left
from .slice_plots import Numbers, Slice, find_usable, hash_ids, keep_digits, make_slice, round_digits
from .target_axis import TargetAxis, find_beyond, make_axis, place_on_axis

NAME = "slices"

POINTS, POINTS_LARGE = 400, 2_000
"""Feasible runs that are drawn at most, in one of many plots and in an enlarged one; the best are among them."""

CROSSES, CROSSES_LARGE = 80, 400
"""Infeasible runs that are drawn at most."""

MOST_PLOTS = 200
"""Parameters that are told of at once, at most."""


@dataclass(frozen=True)
class Asked:
    """
    Which parameters are wanted.

    Attributes
    ----------
    parameters
        Their names; ``None`` for all that enter a model. Those beyond `MOST_PLOTS` are left out.
    enlarged
        One parameter in their place, with more points, and all runs for selecting; empty if there is none.
    """

    parameters: tuple[str, ...] | None = None
    enlarged: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read ``parameters`` and ``enlarged``; `QuestionError` if the former are no list of names."""
        return cls(read_names(data, "parameters"), str(data.get("enlarged") or ""))


@dataclass(frozen=True)
class RunCounts(Record):
    """How many runs there are of either kind, and how many of them are drawn: as points, and as crosses."""

    feasible: int
    infeasible: int
    drawn: int
    crosses: int


@dataclass(frozen=True)
class DrawnRuns(Record):
    """
    The runs that every plot draws; the attributes have one entry a run.

    Attributes
    ----------
    id, name
        Of the run.
    target
        As logged.
    y
        Where it lies on the axis of the target.
    beyond
        1 if its target is above what the axis shows, -1 below, else 0.
    group
        ``runs``, ``best`` or ``infeasible``.
    why
        Why it is infeasible; empty if it is not.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    target: Numbers
    y: Numbers
    beyond: tuple[int, ...]
    group: tuple[Literal["runs", "best", "infeasible"], ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class SlicesRecord(Record):
    """
    The target against parameters.

    Attributes
    ----------
    empty
        Nothing: there is something to draw.
    metric, goal
        Label and goal of the target.
    counts
        Of all runs.
    best
        How many runs are marked as the best.
    target
        Its axis.
    drawn
        The runs that every plot draws.
    slices
        One a parameter.
    left_out
        Names of the parameters that were too many.
    """

    empty: str
    metric: str
    goal: Literal["minimize", "maximize"]
    counts: RunCounts
    best: int
    target: TargetAxis
    drawn: DrawnRuns
    slices: tuple[Slice, ...]
    left_out: tuple[str, ...]


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> SlicesRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(SlicesRecord, data)


def record(runs: Runs, asked: Asked) -> SlicesRecord | Empty:
    """
    Return the target against parameters, or why no run is feasible.

    Raises
    ------
    QuestionError
        If a parameter is unknown.
    """
    known = runs.known([asked.enlarged] if asked.enlarged else _list_wanted(runs, asked))
    if not runs.feasible.any():
        return Empty(_say_empty(runs))
    axes = [runs.axis(name) for name in known[:MOST_PLOTS]]
    best = runs.best_first[: count_marked(len(runs.best_first))]
    among = find_usable(axes[0]) if asked.enlarged and axes else np.ones(len(runs), bool)
    drawn = _choose_drawn(runs, best, among, bool(asked.enlarged))
    target = make_axis(runs)
    y = place_on_axis(runs, target)
    configs = config_numbers(runs)
    return SlicesRecord(
        empty="",
        metric=runs.label,
        goal=runs.goal,
        counts=RunCounts(
            feasible=int(runs.feasible.sum()),
            infeasible=int((~runs.feasible).sum()),
            drawn=int(runs.feasible[drawn].sum()),
            crosses=int((~runs.feasible)[drawn].sum()),
        ),
        best=len(best),
        target=target,
        drawn=_tell_drawn(runs, drawn, best, target, y),
        slices=tuple(make_slice(runs, axis, drawn, configs, y if asked.enlarged else None) for axis in axes),
        left_out=tuple(known[MOST_PLOTS:]),
    )


def count_marked(n: int) -> int:
    """Return how many of n runs are marked as the best: a twentieth, at least 5 and at most 20, and never over half."""
    return min(20, max(5, -(-n // 20)), max(1, n // 2))


def _list_wanted(runs: Runs, asked: Asked) -> list[str]:
    if asked.parameters is not None:
        return list(asked.parameters)
    return [name for name, parameter in runs.parameters.items() if parameter.modelled]


def _say_empty(runs: Runs) -> Message:
    if not len(runs):
        return say_none_left()
    return say(
        "slices.no_target",
        "None of the {runs} runs has a finite {metric}. Choose another metric, or count other states.",
        runs=len(runs),
        metric=runs.label,
    )


def _choose_drawn(runs: Runs, best: np.ndarray, among: np.ndarray, large: bool) -> np.ndarray:
    """Return the numbers of the runs to draw: the best, and others chosen by a hash of their id."""
    order = np.argsort(hash_ids(runs, "choice"), kind="stable")
    marked = np.zeros(len(runs), bool)
    marked[best] = True
    others = order[(runs.feasible & ~marked & among)[order]][: (POINTS_LARGE if large else POINTS) - len(best)]
    crosses = order[(~runs.feasible & among)[order]][: CROSSES_LARGE if large else CROSSES]
    return np.concatenate([others, crosses, best[among[best]]])


def _tell_drawn(runs: Runs, drawn: np.ndarray, best: np.ndarray, target: TargetAxis, y: np.ndarray) -> DrawnRuns:
    group = np.where(runs.feasible, "runs", "infeasible").astype(object)
    group[best] = "best"
    return DrawnRuns(
        id=tuple(str(v) for v in runs.ids[drawn]),
        name=tuple(str(v) for v in runs.names[drawn]),
        target=keep_digits(runs.target[drawn]),
        y=round_digits(y[drawn]),
        beyond=tuple(find_beyond(runs, target)[drawn].tolist()),
        group=tuple(group[drawn].tolist()),
        why=tuple(str(v) for v in runs.why[drawn]),
    )
