"""By what runs are coloured: groups of the target's order, stretches of a number, or values of a category."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ..data.messages import Message, Number, as_message, say
from ..data.records import Record
from .base import Absent, Axis, Runs

SHADES = 7
"""Steps of the colours for an order or a number."""

HUES = 8
"""Values of a category that have a colour of their own."""


@dataclass(frozen=True)
class Colouring(Record):
    """
    Runs in classes that are drawn in one colour each.

    Attributes
    ----------
    by
        ``target``, or a parameter.
    label
        How that is called.
    kind
        ``order`` (of the target, the best first), ``number`` or ``category``.
    scale
        Of a number.
    words
        What each class holds, from low to high or from the best.
    of
        The class of every run.
    none
        What class -1 means, -2 and so on, of runs without a value that can be told by colour.
    rest
        How many values of a category share the last class, 0 if each has its own.
    """

    by: str
    label: str
    kind: Literal["order", "number", "category"]
    scale: Literal["linear", "log"]
    words: tuple[Message, ...]
    of: tuple[int, ...]
    none: tuple[Message, ...]
    rest: int = 0


def colour_runs(runs: Runs, chosen: np.ndarray, by: str) -> Colouring:
    """
    Put runs into classes that are drawn in one colour each.

    Parameters
    ----------
    runs
        The runs.
    chosen
        Numbers of those that are drawn, the best first. Shape (n,).
    by
        ``target``, or a parameter.
    """
    if by == "target":
        return _colour_by_target(runs, chosen)
    axis = runs.axis(by)
    if axis.kind == "category":
        return _colour_by_category(axis, axis.values[chosen])
    return _colour_by_number(axis, axis.values[chosen])


def _colour_by_target(runs: Runs, chosen: np.ndarray) -> Colouring:
    """Group the runs by the order of their target: equal groups, but runs with one target are in one group."""
    feasible = runs.feasible[chosen]
    target = runs.target[chosen]
    losses, start, counts = np.unique(runs.loss[chosen][feasible], return_index=True, return_counts=True)
    middle = start + (counts - 1) // 2
    of_value = np.arange(len(losses))
    if len(losses) > SHADES:
        of_value = np.unique(middle * SHADES // int(counts.sum()), return_inverse=True)[1]
    of = np.full(len(chosen), -1)
    of[feasible] = np.repeat(of_value, counts)
    groups = [target[of == group] for group in range(int(of.max(initial=-1)) + 1)]
    return Colouring(
        by="target",
        label=runs.label,
        kind="order",
        scale="linear",
        words=_say_ranges([(group.min(), group.max()) for group in groups], 4),
        of=tuple(of.tolist()),
        none=(say("colouring.no_target", "failed, or no value"),),
    )


def _colour_by_category(axis: Axis, values: np.ndarray) -> Colouring:
    """Give the most frequent values a class each, and the others one together."""
    there = values[~np.isnan(values)].astype(int)
    different, counts = np.unique(there, return_counts=True)
    shown = np.sort(different[np.lexsort((different, -counts))][:HUES])
    place = {int(value): i for i, value in enumerate(shown)}
    rest = len(different) - len(shown)
    words = [as_message(axis.labels[value]) for value in shown]
    if rest:
        words.append(say("colouring.rest", "{rest} other values", rest=Number(rest, style="short")))
    return Colouring(
        by=axis.parameter,
        label=axis.parameter,
        kind="category",
        scale=axis.scale,
        words=tuple(words),
        of=tuple(-1 if v != v else place.get(int(v), len(shown)) for v in values),
        none=(_say_absent(axis.absent),),
        rest=rest,
    )


def _colour_by_number(axis: Axis, values: np.ndarray) -> Colouring:
    """Give each of few numbers a class of its own; of many each stretch of the axis."""
    finite = np.isfinite(values)
    if axis.scale == "log":
        finite &= values > 0
    different = np.unique(values[finite])
    if len(different) <= SHADES:
        classes = np.searchsorted(different, values)
        words = _say_ranges([(v, v) for v in different], 4)
    else:
        scaled = np.log10(np.where(finite, values, 1)) if axis.scale == "log" else values
        edges = np.linspace(scaled[finite].min(), scaled[finite].max(), SHADES + 1)
        classes = np.clip(np.searchsorted(edges, scaled, side="right") - 1, 0, SHADES - 1)
        words = _say_ranges(pairwise(10**edges if axis.scale == "log" else edges), 3)
    without = np.select([np.isnan(values), np.isinf(values)], [-1, -2], -3)
    return Colouring(
        by=axis.parameter,
        label=axis.parameter,
        kind="number",
        scale=axis.scale,
        words=words,
        of=tuple(np.where(finite, classes, without).tolist()),
        none=(
            _say_absent(axis.absent),
            say("colouring.infinite", "infinite"),
            say("colouring.not_positive", "0 or less"),
        ),
    )


def _say_absent(absent: Absent) -> Message:
    if absent == "inactive":
        return say("colouring.inactive", "inactive")
    return say("colouring.unrecorded", "not recorded")


def _say_ranges(ends: Iterable[tuple[float, float]], digits: int) -> tuple[Message, ...]:
    """Return stretches of numbers as words, with so many digits, or as many as tell one from another."""
    stretches = list(ends)
    for enough in (digits, 7, 17):
        texts = [(f"{low:.{enough}g}", f"{high:.{enough}g}") for low, high in stretches]
        words = tuple(
            as_message(low) if low == high else say("colouring.range", "{low} to {high}", low=low, high=high)
            for low, high in texts
        )
        if len(set(words)) == len(words):
            break
    return words
