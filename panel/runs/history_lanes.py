"""When runs ran: which at once, and how many of each state in each stretch of time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ..data.messages import NOTHING, Message
from ..data.project import STATES
from ..data.records import Record
from ..question.selection import FAILED_STATES
from .base import Runs
from .history_started import Started
from .history_time_words import say_no_timeline, say_timeline

MOST_BARS = 2_000
"""With more runs than this they are counted, not drawn one by one."""

BINS = 50
"""Stretches in which runs are counted, at most."""

MILLISECONDS = 1_000


@dataclass(frozen=True)
class Bars(Record):
    """
    Runs as bars of time, by their start.

    Attributes
    ----------
    run, name, state
        Their ids, names and states.
    start, end
        In milliseconds since 1970.
    lane
        On which row each lies, from 0: those that ran at once lie on different ones.
    """

    run: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    start: tuple[float, ...] = ()
    end: tuple[float, ...] = ()
    lane: tuple[int, ...] = ()


@dataclass(frozen=True)
class Timeline(Record):
    """
    The runs of a search over time, by state.

    Attributes
    ----------
    kind
        ``bars`` one by one, or counted by the ``time`` or by the ``order`` in which they were started.
    said
        What it shows, in words.
    why
        Why runs are counted in place of being drawn one by one; empty if they are not.
    states
        The states that there are, in the order of the page.
    lanes
        How many ran at once at most; 0 if that is not known.
    bars
        The runs, if they are drawn one by one.
    edges
        Where stretches begin, and where the last one ends: in milliseconds since 1970, or places in the order.
    counts
        For each state how many runs were started in each stretch.
    """

    kind: Literal["bars", "time", "order"]
    said: Message
    why: Message
    states: tuple[str, ...]
    lanes: int = 0
    bars: Bars = Bars()
    edges: tuple[float, ...] = ()
    counts: dict[str, tuple[int, ...]] = field(default_factory=dict)


def find_lanes(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """
    Return on which row each stretch of time lies, so that those on one row never overlap, on as few rows as possible.

    Each takes the lowest row that is free at its start; one that ends as another starts makes room for it.

    Parameters
    ----------
    start, end
        Ascending starts, and ends that are not before them; shape (n,).
    """
    lanes = np.empty(len(start), int)
    busy: list[tuple[float, int]] = []
    free: list[int] = []
    for i, (begins, ends) in enumerate(zip(start.tolist(), end.tolist(), strict=True)):
        while busy and busy[0][0] <= begins:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lane = heapq.heappop(free) if free else len(busy)
        lanes[i] = lane
        heapq.heappush(busy, (ends, lane))
    return lanes


def find_mean_at_once(start: np.ndarray, end: np.ndarray) -> float:
    """Return how many of some stretches of time there were on average while there was any; 0 if none lasted."""
    if not len(start):
        return 0.0
    furthest = np.maximum.accumulate(end)
    before = np.concatenate([[start[0]], furthest[:-1]])
    covered = float(np.maximum(furthest - np.maximum(start, before), 0).sum())
    return float((end - start).sum()) / covered if covered else 0.0


def make_timeline(runs: Runs, started: Started) -> Timeline:
    """
    Return the runs over time, by state.

    Parameters
    ----------
    runs
        The runs of a question.
    started
        All of them in the order in which they were started.
    """
    states = tuple(state for state in STATES if (started.state == state).any())
    failed = np.flatnonzero(np.isin(started.state, FAILED_STATES))
    known = np.flatnonzero(np.isfinite(started.created) & np.isfinite(started.runtime))
    known = known[np.argsort(started.created[known], kind="stable")]
    start, end = started.created[known], started.created[known] + MILLISECONDS * started.runtime[known]
    if len(known) * 2 < len(started) or not (end > start).any():
        created, lasted = (int(np.isfinite(values).sum()) for values in (started.created, started.runtime))
        said = say_timeline(0, 0.0, len(started), len(started), failed)
        return _count(started, states, "order", said, say_no_timeline(len(started), created, lasted, len(known)))
    lanes = find_lanes(start, end)
    at_once = int(lanes.max()) + 1
    said = say_timeline(at_once, find_mean_at_once(start, end), len(known), len(started), failed)
    if len(known) > MOST_BARS:
        return _count(started.take(known), states, "time", said, NOTHING, at_once)
    found = started.take(known)
    return Timeline(
        kind="bars",
        said=said,
        why=NOTHING,
        states=states,
        lanes=at_once,
        bars=Bars(
            run=tuple(runs.project.runs.index.to_numpy(object)[found.rows].tolist()),
            name=tuple(runs.project.runs["name"].to_numpy(object)[found.rows].tolist()),
            state=tuple(found.state.tolist()),
            start=tuple(start.tolist()),
            end=tuple(end.tolist()),
            lane=tuple(lanes.tolist()),
        ),
    )


def _count(
    started: Started,
    states: tuple[str, ...],
    kind: Literal["time", "order"],
    said: Message,
    why: Message,
    lanes: int = 0,
) -> Timeline:
    """Return how many runs of each state were started in equal stretches of time, or of the order."""
    n = len(started)
    if kind == "time":
        place = started.created
        edges = np.linspace(place.min(), place.max(), BINS + 1)
    else:
        place = np.arange(1, n + 1, dtype=float)
        edges = np.unique(np.rint(np.linspace(0, n, min(BINS, n) + 1))) + 0.5
    counts = {state: np.histogram(place[started.state == state], edges)[0] for state in states}
    return Timeline(
        kind=kind,
        said=said,
        why=why,
        states=states,
        lanes=lanes,
        edges=tuple(edges.tolist()),
        counts={state: tuple(found.tolist()) for state, found in counts.items()},
    )
