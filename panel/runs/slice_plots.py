"""One slice: the target against one parameter, its axis, trend, boxes, and who has no place on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ..data.messages import Count, Message, say
from ..data.records import Record
from .base import Axis, Runs, pack
from .windows import find_best_in, find_trend, make_box

MOST_LABELS = 12
"""Values of a category with a strip of their own; the others are joined."""

FEW_VALUES = 10
"""A whole number with at most so many values has a tick at each."""

JITTER = 0.28
"""How far from its label a point may lie, where labels are 1 apart."""

Numbers = tuple[float | None, ...]
"""Numbers; ``None`` for those that are not finite."""


@dataclass(frozen=True)
class ParameterAxis(Record):
    """
    The axis of a parameter.

    Attributes
    ----------
    parameter, scale
        As in `Axis`.
    kind
        ``integer`` and ``real`` are numbers.
    labels, x
        Of a category, from 0; ``x`` also has the values of a whole number that has few.
    edges
        Of a number, its ends.
    joined
        How many values share the last label; 0 if each has its own.
    """

    parameter: str
    scale: Literal["linear", "log"]
    kind: Literal["category", "integer", "real"]
    labels: tuple[str, ...]
    x: tuple[float, ...]
    edges: tuple[float, ...]
    joined: int


@dataclass(frozen=True)
class TrendLine(Record):
    """
    The running median of configs, each with the median of its runs; see `windows.Trend` for what is not told here.

    Attributes
    ----------
    best
        The best run of each window.
    configs, runs
        How many there are in all.
    """

    x: Numbers
    median: Numbers
    low: Numbers
    high: Numbers
    n: tuple[int, ...]
    edges: Numbers
    best: Numbers
    configs: int
    runs: int


@dataclass(frozen=True)
class Box(Record):
    """The feasible runs of a label: how many, the best, and `windows.make_box` of them where there are enough."""

    runs: int
    best: float | None
    five: Numbers | None


@dataclass(frozen=True)
class AllRuns(Record):
    """Every run that has a place in a plot: packed x and y, its value as text, its target, and why it is infeasible."""

    id: tuple[str, ...]
    x: str
    y: str
    value: tuple[str, ...]
    target: Numbers
    why: tuple[str, ...]


@dataclass(frozen=True)
class Slice(Record):
    """
    The target against one parameter.

    Attributes
    ----------
    parameter, axis
        Its name, and its axis.
    x
        Where the drawn runs lie on it.
    trend
        Of a number; ``None`` where there are too few runs.
    boxes
        Of a category, one a label.
    runs, drawn
        How many feasible runs have a place on the axis, and how many of them are drawn.
    without
        How many runs have none, and why.
    all
        Every run, for selecting, if the plot is enlarged.
    """

    parameter: str
    axis: ParameterAxis
    x: Numbers
    trend: TrendLine | None
    boxes: tuple[Box, ...]
    runs: int
    drawn: int
    without: tuple[Message, ...]
    all: AllRuns | None = None


def make_slice(runs: Runs, axis: Axis, drawn: np.ndarray, configs: np.ndarray, y: np.ndarray | None) -> Slice:
    """Return one parameter's plot; with `y`, where all runs lie on the axis of the target, every run for selecting."""
    usable = find_usable(axis)
    feasible = usable & runs.feasible
    trend_line: TrendLine | None = None
    boxes: tuple[Box, ...] = ()
    if axis.kind == "category":
        places, shown = _join_labels(axis)
        x = places + JITTER * (2.0 * (hash_ids(runs, "jitter") / 2.0**64) - 1)
        boxes = _make_boxes(runs, places, feasible, len(shown.labels))
    else:
        x = np.where(usable, axis.values, np.nan)
        shown = _find_extent(runs, axis, x[usable])
        trend_line = _find_trend(runs, axis, feasible, configs)
    return Slice(
        parameter=axis.parameter,
        axis=shown,
        x=round_digits(x[drawn]),
        trend=trend_line,
        boxes=boxes,
        runs=int(feasible.sum()),
        drawn=int(feasible[drawn].sum()),
        without=_say_without(axis),
        all=None if y is None else _tell_all(runs, axis, x, y),
    )


def find_usable(axis: Axis) -> np.ndarray:
    """Return where a run has a value that lies on the axis."""
    usable = np.isfinite(axis.values)
    return usable & (np.nan_to_num(axis.values) > 0) if axis.scale == "log" else usable


def hash_ids(runs: Runs, purpose: str) -> np.ndarray:
    """Return a number for every run that depends on its id alone: the same in whatever order the runs are."""
    ids = np.array([str(v) for v in runs.ids], object)
    return pd.util.hash_array(ids, hash_key=f"slices {purpose}".ljust(16)[:16], categorize=False)


def _find_extent(runs: Runs, axis: Axis, values: np.ndarray) -> ParameterAxis:
    """Return the axis of a number: its ends and, if it is whole and has few values, these."""
    different = np.unique(values)
    integer = runs.parameters[axis.parameter].kind == "integer"
    return ParameterAxis(
        parameter=axis.parameter,
        scale=axis.scale,
        kind="integer" if integer else "real",
        labels=(),
        x=tuple(different.tolist()) if integer and len(different) <= FEW_VALUES else (),
        edges=(float(different[0]), float(different[-1])) if len(different) else (0.0, 1.0),
        joined=0,
    )


def _join_labels(axis: Axis) -> tuple[np.ndarray, ParameterAxis]:
    """Return places of runs, and the axis of a category: the most frequent have a strip each, the others one."""
    places, labels, joined = axis.values.copy(), axis.labels, max(0, len(axis.labels) - MOST_LABELS)
    if joined:
        there = ~np.isnan(axis.values)
        codes = axis.values[there].astype(int)
        counts = np.bincount(codes, minlength=len(axis.labels))
        frequent = np.sort(np.argsort(-counts, kind="stable")[:MOST_LABELS])
        place = np.full(len(axis.labels), float(MOST_LABELS))
        place[frequent] = np.arange(MOST_LABELS)
        places[there] = place[codes]
        labels = (*(axis.labels[i] for i in frequent), f"{joined:,} others")
    return places, ParameterAxis(
        parameter=axis.parameter,
        scale=axis.scale,
        kind="category",
        labels=labels,
        x=tuple(range(len(labels))),
        edges=(),
        joined=joined,
    )


def _find_trend(runs: Runs, axis: Axis, feasible: np.ndarray, configs: np.ndarray) -> TrendLine | None:
    """Return the running median, and the best of its windows."""
    x, y = axis.values[feasible], runs.target[feasible]
    each_x, each_y = _reduce_to_configs(configs[feasible], x, y)
    windows = find_trend(each_x, each_y, axis.scale == "log")
    if windows is None:
        return None
    return TrendLine(
        x=round_digits(windows.x),
        median=round_digits(windows.median),
        low=round_digits(windows.low),
        high=round_digits(windows.high),
        n=tuple(windows.n.tolist()),
        edges=round_digits(windows.edges),
        best=round_digits(find_best_in(windows.edges, x, y, runs.goal == "minimize")),
        configs=len(each_x),
        runs=len(x),
    )


def _reduce_to_configs(configs: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return one value a config: the medians of its runs."""
    if len(np.unique(configs)) == len(configs):
        return x, y
    medians = pd.DataFrame({"config": configs, "x": x, "y": y}).groupby("config").median()
    return medians["x"].to_numpy(), medians["y"].to_numpy()


def _make_boxes(runs: Runs, places: np.ndarray, feasible: np.ndarray, n: int) -> tuple[Box, ...]:
    """Return quartiles, whiskers, best and count of the feasible runs of every label, in their order."""
    log = runs.scale == "log" and bool(runs.target[runs.feasible].min() > 0)
    boxes = []
    for i in range(n):
        values = runs.target[feasible & (places == i)]
        five = make_box(np.log(values) if log else values)
        best = float(values.min() if runs.goal == "minimize" else values.max()) if len(values) else None
        boxes.append(Box(len(values), best, None if five is None else round_digits(np.exp(five) if log else five)))
    return tuple(boxes)


def _say_without(axis: Axis) -> tuple[Message, ...]:
    """Say how many runs have no place on the axis, and why."""
    absent, infinite, outside = (
        Count(int(which.sum()), "run")
        for which in (
            np.isnan(axis.values),
            np.isinf(axis.values),
            np.isfinite(axis.values) & ~find_usable(axis),
        )
    )
    said = []
    if absent.n and axis.absent == "inactive":
        said.append(say("slices.inactive", "{runs} inactive", runs=absent))
    elif absent.n:
        said.append(say("slices.unrecorded", "{runs} not recorded", runs=absent))
    if infinite.n:
        said.append(say("slices.infinite", "{runs} infinite", runs=infinite))
    if outside.n:
        said.append(say("slices.not_positive", "{runs} not above 0, so not on a log axis", runs=outside))
    return tuple(said)


def _tell_all(runs: Runs, axis: Axis, x: np.ndarray, y: np.ndarray) -> AllRuns:
    there = np.flatnonzero(np.isfinite(x))
    return AllRuns(
        id=tuple(str(v) for v in runs.ids[there]),
        x=pack(x[there]),
        y=pack(y[there]),
        value=tuple(axis.texts(there)),
        target=keep_digits(runs.target[there]),
        why=tuple(str(v) for v in runs.why[there]),
    )


def round_digits(values: Sequence[float] | np.ndarray) -> Numbers:
    """Return numbers with seven digits, whole ones with all."""
    return tuple(
        None if not np.isfinite(v) else v if v.is_integer() else float(f"{v:.7g}")
        for v in np.asarray(values, float).tolist()
    )


def keep_digits(values: np.ndarray) -> Numbers:
    """Return numbers as they are."""
    return tuple(v if np.isfinite(v) else None for v in values.tolist())
