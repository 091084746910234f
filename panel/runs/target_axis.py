"""The axis of the target: what it shows, and where runs lie that have no place on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.records import Record
from .base import Runs

CORE = 0.1
"""Share of the runs at either end that are not of the core, by which outliers are told."""

FAR = {"bad": 4.0, "good": 9.0}
"""
How many lengths of the core an end may lie beyond it, before its outliers are left out: they squeeze all else.

The good end is left out later: there lie the best runs.
"""

NEAR = 1.5
"""How many lengths of the core the axis then reaches beyond it."""

ROOM, EDGE = 0.04, 0.09
"""Room at the ends of the target's axis, and how far beyond it infeasible runs lie; as shares of its length."""

HUGE = 1.79e308
"""About the largest number there is."""


@dataclass(frozen=True)
class TargetAxis(Record):
    """
    The axis of the target.

    Attributes
    ----------
    scale
        ``log`` where the target is modelled so and all of it is positive.
    low, high
        The ends of what it shows.
    range
        From where to where it is drawn.
    edge, side
        Where infeasible runs lie: beyond the bad values, at this side.
    below, above
        How many runs lie beyond its ends; they are drawn there.
    """

    scale: Literal["linear", "log"]
    low: float
    high: float
    range: tuple[float, float]
    edge: float
    side: Literal["top", "bottom"]
    below: int
    above: int


def make_axis(runs: Runs) -> TargetAxis:
    """Return the axis of the target of runs; at least one of them must be feasible."""
    target = runs.target[runs.feasible]
    log = runs.scale == "log" and bool(target.min() > 0)
    up = runs.goal == "minimize"
    low, high = _leave_out_outliers(target, log, up)
    a, b = (np.log10(low), np.log10(high)) if log else (low / 4, high / 4)  # no overflow at the largest numbers
    span = (b - a) or (1.0 if log else abs(a) * 0.2 or 1.0)
    bad = EDGE if (~runs.feasible).any() else 0.0
    edge = b + EDGE * span if up else a - EDGE * span
    ends = np.array([a - (ROOM + (0 if up else bad)) * span, edge, b + (ROOM + (bad if up else 0)) * span])
    start, edge, end = (float(v) for v in (10**ends if log else np.clip(ends, -HUGE / 4, HUGE / 4) * 4))
    return TargetAxis(
        scale="log" if log else "linear",
        low=float(low),
        high=float(high),
        range=(start, end),
        edge=edge,
        side="top" if up else "bottom",
        below=int((target < low).sum()),
        above=int((target > high).sum()),
    )


def _leave_out_outliers(target: np.ndarray, log: bool, up: bool) -> tuple[float, float]:
    """Return the ends of what is shown: those of the target, or of its runs near the core where the others are far."""
    scaled = np.log10(target) if log else target / 64  # no overflow, as above
    first, last = np.quantile(scaled, CORE, method="lower"), np.quantile(scaled, 1 - CORE, method="higher")
    length = last - first
    below, above = (FAR["good"], FAR["bad"]) if up else (FAR["bad"], FAR["good"])
    shown = np.ones(len(target), bool)
    if length > 0 and first - scaled.min() > below * length:
        shown &= scaled >= first - NEAR * length
    if length > 0 and scaled.max() - last > above * length:
        shown &= scaled <= last + NEAR * length
    return float(target[shown].min()), float(target[shown].max())


def place_on_axis(runs: Runs, axis: TargetAxis) -> np.ndarray:
    """Return where runs lie on the axis of the target: infeasible ones at the edge, those beyond it at its ends."""
    return np.where(runs.feasible, np.clip(runs.target, axis.low, axis.high), axis.edge)


def find_beyond(runs: Runs, axis: TargetAxis) -> np.ndarray:
    """Return 1 for feasible runs above what the axis shows, -1 for those below, else 0."""
    sides = (runs.target > axis.high).astype(int) - (runs.target < axis.low)
    return np.where(runs.feasible, sides, 0)
