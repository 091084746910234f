"""What is drawn of how a search went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..data.messages import Message
from ..data.records import Record
from ..question.selection import Goal
from .history_lanes import Timeline
from .target_axis import TargetAxis

Along = Literal["order", "time"]
"""Along what runs are drawn: the order in which they were started, or the time."""


@dataclass(frozen=True)
class Points(Record):
    """
    The runs that are drawn, along x.

    Attributes
    ----------
    run, name
        Their ids and names.
    x, y
        Where they lie.
    target
        Their target; ``None`` where there is no finite one.
    kind
        ``feasible``, ``infeasible`` or ``aside``: see `history_started`.
    why
        Why they are infeasible or aside, in words.
    part
        Number of the part; -1 for none.
    beyond
        1 for a target above what the axis shows, -1 below, else 0.
    """

    run: tuple[str, ...]
    name: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    target: tuple[float | None, ...]
    kind: tuple[str, ...]
    why: tuple[str, ...]
    part: tuple[int, ...]
    beyond: tuple[int, ...]


@dataclass(frozen=True)
class Part(Record):
    """
    The best so far and the distribution of a part of the runs.

    Attributes
    ----------
    label
        What it is called; empty for all runs.
    runs, feasible
        How many it has, and how many of these have a target that counts.
    x, best
        Where its best got better, and to which target.
    end
        Where its last run lies.
    values, shares
        Its different targets, ascending, and the share of its feasible runs at or below each.
    """

    label: Message
    runs: int
    feasible: int
    x: tuple[float, ...]
    best: tuple[float, ...]
    end: float
    values: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Band(Record):
    """Where the best so far lies in nine of ten random orders of the same runs: from the better to the worse end."""

    x: tuple[float, ...]
    better: tuple[float, ...]
    worse: tuple[float, ...]


@dataclass(frozen=True)
class HistoryRecord(Record):
    """
    How the search went.

    Attributes
    ----------
    target, goal
        As of `Runs`.
    runs, feasible
        How many runs there are, those put aside among them, and how many have a target that counts.
    lead
        The answer, in a sentence.
    order, distribution
        What is said of the order of the runs, and of the spread of the target.
    notes
        What else must be known of the runs that are drawn.
    x, along
        Along what they are drawn, and what they can be drawn along.
    by, fields
        What divides them, empty for nothing, and what can beside the selection.
    said
        What is said of each part.
    axis
        The axis of the target.
    points, parts, band
        What is drawn; no band of parts.
    timeline
        When they ran.
    """

    target: str
    goal: Goal
    runs: int
    feasible: int
    lead: Message
    order: tuple[Message, ...]
    distribution: Message
    notes: tuple[Message, ...]
    x: Along
    along: tuple[Along, ...]
    by: str
    fields: tuple[str, ...]
    said: tuple[Message, ...]
    axis: TargetAxis
    points: Points
    parts: tuple[Part, ...]
    band: Band | None
    timeline: Timeline
