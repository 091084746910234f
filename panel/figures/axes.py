"""Axes that figures share: a parameter's, with labels or numbers, and log axes; ticks that fit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from .theme import Plotly, escape, shorten

JITTER = 0.28
"""How far from its label a point may lie, where labels are 1 apart."""

MOST_TICKS = 10
"""A whole number with at most so many values has a tick at each."""

LONGEST = 14
"""Letters of a label on an axis."""

TICKS = 6
"""About so many ticks an axis has."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class ParameterAxis(Protocol):
    """What is known of the axis of a parameter."""

    @property
    def labels(self) -> Sequence[str] | None:
        """The labels of a category; none of a number."""

    @property
    def scale(self) -> str:
        """The scale of a number: ``log`` or ``linear``."""

    @property
    def kind(self) -> str:
        """Of a number that is whole ``integer``."""

    @property
    def x(self) -> Sequence[float]:
        """Where the labels lie; of a whole number with few values these."""

    @property
    def edges(self) -> Sequence[float] | None:
        """Of a number, its ends first and last; none of a category."""


def draw_axis(axis: ParameterAxis, ticks: int = TICKS) -> Plotly:
    """Return the axis on which a parameter lies, with about so many ticks: labels, or numbers on their scale."""
    if axis.labels or not axis.edges:
        texts = [escape(shorten(label or "empty", LONGEST)) for label in axis.labels or ()]
        return {"tickvals": list(axis.x), "ticktext": texts, "range": [-0.6, len(texts) - 0.4]}
    low, high = axis.edges[0], axis.edges[-1]
    if axis.scale == "log" and low > 0:
        return log_axis(low, high, ticks)
    if axis.kind == "integer" and 1 < len(axis.x) <= MOST_TICKS:
        room = min(b - a for a, b in pairwise(axis.x)) / 2  # half a cell of a grid
        return {"range": [low - room, high + room], "tickvals": list(axis.x)}
    room = 0.03 * (high - low) or 1.0
    return {"range": [low - room, high + room], "nticks": ticks}


def log_axis(low: float, high: float, ticks: int = TICKS, room: float = 0.03) -> Plotly:
    """Return a log axis from one value to another, with ticks at decades, or at 1, 2 and 5 of few."""
    ends = np.log10([low, high])
    more = room * (ends[1] - ends[0]) or 0.5 * (ends[1] == ends[0])
    decades = np.arange(np.ceil(ends[0] - more), np.floor(ends[1] + more) + 1)
    start, end = 10.0 ** (ends[0] - more), 10.0 ** (ends[1] + more)
    around = np.arange(np.floor(ends[0] - more), np.ceil(ends[1] + more) + 1).astype(int).tolist()
    finer = [(float(f"{m}e{d}"), power(d, m)) for d in around for m in (1, 2, 5) if start <= float(f"{m}e{d}") <= end]
    every = max(1, round(len(decades) / ticks))
    coarse = [(10.0**d, power(d)) for d in decades[::every].astype(int).tolist()]
    chosen = finer if 2 < len(finer) <= ticks + 1 else coarse
    marks: Plotly = {"nticks": 4}
    if len(chosen) > 1:
        marks = {"tickvals": [value for value, _ in chosen], "ticktext": [text for _, text in chosen]}
    return {"type": "log", "range": [ends[0] - more, ends[1] + more], "tickformat": "~g", **marks}


def power(exponent: int, times: int = 1) -> str:
    """Return so many times a power of ten as short text: ``0.01``, ``200``, ``10⁵``, ``2×10⁵``."""
    if -4 < exponent < 5:
        return f"{float(f'{times}e{exponent}'):g}"
    return f"{'' if times == 1 else f'{times}×'}10{str(exponent).translate(RAISED)}"


def place_points(values: list[Any], labels: Sequence[str] | None) -> list[float | None]:
    """Return where points lie: numbers as they are, labels beside their tick, always the same way."""
    if not labels:
        return values
    place = {label: i for i, label in enumerate(labels)}
    spread = np.random.default_rng(0).uniform(-JITTER, JITTER, len(values))
    return [
        float(place[value] + offset) if value in place else None for value, offset in zip(values, spread, strict=True)
    ]


def say_scale(scale: str) -> str:
    """Return what follows a name on an axis of a scale; empty where it is the usual one."""
    return " (log scale)" if scale == "log" else ""


def titled(name: str, scale: str, limit: int = 40) -> str:
    """Return the title of an axis: what lies along it, and its scale where that is not linear."""
    return f"{escape(shorten(name, limit))}{say_scale(scale)}"
