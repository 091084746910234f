"""The values of one parameter side by side: their configs, their best run, and the expected best of equally many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from ..question.selection import Goal
from ..runs.adopt import AdoptRecord
from ..runs.groups import Point, Standing
from ..runs.isolation import IsolationRecord
from .theme import COLOURS, POINT_OPACITY, escape, shorten, template

JITTER = 0.3
"""How far beside the middle of its column a config may lie."""

BESIDE = 0.14
"""How far beside the middle the expected best stands, so that it does not hide the best run."""

LONGEST = 15
"""Letters of a label on the axis."""

GOOD_ROOM, BAD_ROOM = 0.1, 0.14
"""Shares of the axis beyond the best run, where its value stands, and at the bad end, where infeasible runs are."""


@dataclass(frozen=True)
class _Sides:
    """
    What is drawn side by side.

    Attributes
    ----------
    title
        What the sides are values of.
    target, goal, log, level
        As of `IsolationRecord`.
    groups
        How each side stands.
    baseline
        Label of the one with which the others are compared.
    ranges
        Whether labels are ranges of numbers.
    m
        Of how many configs the best is compared; 0 or ``None`` if estimates are means of runs.
    points, middle
        What is drawn of each side, and the target of the middle one.
    counted
        What these are.
    """

    title: str
    target: str
    goal: Goal
    log: bool
    level: float
    groups: tuple[Standing, ...]
    baseline: str | None
    ranges: bool
    m: int | None
    points: tuple[Point, ...]
    middle: float | None
    counted: Literal["configs", "runs"]

    def count(self, group: Standing) -> int:
        """Return how many a side has of what is drawn."""
        return group.configs if self.counted == "configs" else group.runs


def draw_isolation(record: IsolationRecord) -> go.Figure:
    """Draw the values of a parameter side by side."""
    return _draw(
        _Sides(
            title=record.parameter,
            target=record.target,
            goal=record.goal,
            log=record.log,
            level=record.level,
            groups=record.buckets,
            baseline=record.baseline,
            ranges=record.kind == "number",
            m=record.m,
            points=record.points,
            middle=record.middle,
            counted="configs",
        )
    )


def draw_two(record: AdoptRecord) -> go.Figure:
    """Draw two values of a parameter, or two configs, side by side."""
    return _draw(
        _Sides(
            title=record.parameter or "config",
            target=record.target,
            goal=record.goal,
            log=record.log,
            level=record.level,
            groups=record.groups,
            baseline=record.groups[1].label,
            ranges=False,
            m=record.m,
            points=record.points,
            middle=record.middle,
            counted="configs" if record.m else "runs",
        )
    )


def _draw(sides: _Sides) -> go.Figure:
    groups = sides.groups
    figure = go.Figure(layout={"template": template()})
    limits, axis = _scale_target(sides)
    baseline = next((group for group in groups if group.label == sides.baseline), None)
    for trace in (
        _draw_points(sides, limits),
        _draw_best(sides),
        _draw_estimates(sides),
        _draw_infeasible(sides, limits),
    ):
        if len(trace.x):
            figure.add_trace(trace)
    if baseline and baseline.expected is not None:
        figure.add_hline(y=baseline.expected, line={"color": COLOURS["muted"], "width": 1, "dash": "dot"})
    figure.update_layout(
        height=400,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        margin={"l": 70, "r": 16, "t": 34, "b": 96 if sides.ranges else 80},
        xaxis={
            "title": {"text": escape(shorten(sides.title, 60)), "standoff": 8},
            "tickvals": list(range(len(groups))),
            "ticktext": [_name_side(sides, group) for group in groups],
            "tickfont": {"size": 11},
            "tickangle": 0,
            "range": [-0.6, len(groups) - 0.4],
        },
        yaxis={**axis, "title": {"text": _title_target(sides), "standoff": 6}},
    )
    return figure


def _title_target(sides: _Sides) -> str:
    scale = " (log scale)" if sides.log else ""
    return f"{escape(shorten(sides.target, 34))}{scale}"


def _name_side(sides: _Sides, group: Standing) -> str:
    low, to, high = group.label.partition(" to ") if sides.ranges else (group.label, "", "")
    label = escape(shorten(low, LONGEST)) + (f"<br>to {escape(high)}" if to else "")
    name = f"<b>{label}</b><br>baseline" if group.label == sides.baseline else label
    return f"{name}<br>n = {sides.count(group):,}"


def _scale_target(sides: _Sides) -> tuple[tuple[float, float], dict[str, Any]]:
    """
    Return from where to where the target is drawn, and its axis.

    From the best run to the middle config, or as far as intervals reach: what is worse is not the question.
    """
    shown = [end for group in sides.groups for end in (group.low, group.high, group.expected)]
    shown += [group.best.target for group in sides.groups if group.best]
    shown.append(sides.middle)
    ends = np.array([v for v in shown if v is not None and (v > 0 or not sides.log)], float)
    ends = np.log10(ends) if sides.log else ends
    low, high = float(ends.min()), float(ends.max())
    span = (high - low) or abs(high) or 1.0
    infeasible = any(group.infeasible for group in sides.groups)
    good, bad = GOOD_ROOM * span, (BAD_ROOM if infeasible else GOOD_ROOM / 2) * span
    ends = np.array([low - good, high + bad] if sides.goal == "minimize" else [low - bad, high + good])
    axis: dict[str, Any] = {"range": ends.tolist(), "nticks": 6}
    if sides.log:
        axis |= {"type": "log", "tickformat": "~g", **_choose_log_ticks(float(ends[1] - ends[0]))}
        ends = 10**ends
    return (float(ends[0]), float(ends[1])), axis


def _choose_log_ticks(decades: float) -> dict[str, int | str]:
    """Return ticks at 1, 2 and 5 of each decade; more of them on a short axis, fewer on a long one."""
    return {"nticks": 6} if decades > 3 else {"dtick": "D2" if decades > 0.5 else "D1"}


def _draw_points(sides: _Sides, limits: tuple[float, float]) -> go.Scatter:
    spread = np.random.default_rng(0).uniform(-JITTER, JITTER, len(sides.points))
    low, high = limits
    inside = [(p, s) for p, s in zip(sides.points, spread, strict=True) if low <= p.target <= high]
    return go.Scatter(
        name=sides.counted,
        mode="markers",
        x=[p.group + float(s) for p, s in inside],
        y=[p.target for p, _ in inside],
        customdata=[[escape(p.name), p.run, "" if p.size == 1 else f", mean of {p.size} runs"] for p, _ in inside],
        marker={"size": 5, "color": COLOURS["point"], "opacity": POINT_OPACITY},
        hovertemplate="%{customdata[0]}: %{y:.4g}%{customdata[2]}<extra></extra>",
    )


def _draw_best(sides: _Sides) -> go.Scatter:
    best = [(i, group.best) for i, group in enumerate(sides.groups) if group.best]
    below = sides.goal == "minimize"
    return go.Scatter(
        name="best run",
        mode="markers+text",
        x=[i - BESIDE for i, _ in best],
        y=[run.target for _, run in best],
        text=[f"{run.target:.4g}" for _, run in best],
        textposition="bottom center" if below else "top center",
        textfont={"size": 11, "color": COLOURS["ink"]},
        cliponaxis=False,
        customdata=[[escape(run.name), run.run] for _, run in best],
        marker={"size": 11, "symbol": "star", "color": COLOURS["ink"]},
        hovertemplate="best: %{customdata[0]}: %{y:.4g}<extra></extra>",
    )


def _draw_estimates(sides: _Sides) -> go.Scatter:
    known = [(i, g.expected, g.low, g.high) for i, g in enumerate(sides.groups) if g.expected is not None]
    mean = np.array([expected for _, expected, _, _ in known], float)
    low = np.array([expected if low is None else low for _, expected, low, _ in known], float)
    high = np.array([expected if high is None else high for _, expected, _, high in known], float)
    what = f"expected best of {sides.m} configs" if sides.m else "mean of the runs"
    return go.Scatter(
        name=f"{what}, with {100 * sides.level:.0f} % interval",
        mode="markers",
        x=[i + BESIDE for i, _, _, _ in known],
        y=mean.tolist(),
        customdata=[[f"{a:.4g}", f"{b:.4g}"] for a, b in zip(low, high, strict=True)],
        marker={"size": 11, "symbol": "diamond", "color": COLOURS["importance"]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(0, high - mean).tolist(),
            "arrayminus": np.maximum(0, mean - low).tolist(),
            "color": COLOURS["importance"],
            "thickness": 2.4,
            "width": 5,
        },
        hovertemplate=f"{what}: %{{y:.4g}} (%{{customdata[0]}} to %{{customdata[1]}})<extra></extra>",
    )


def _draw_infeasible(sides: _Sides, limits: tuple[float, float]) -> go.Scatter:
    """Return a cross for each value with infeasible runs, at the bad end of the axis, with their number."""
    counts = [(i, group.infeasible) for i, group in enumerate(sides.groups) if group.infeasible]
    low, high = np.log10(limits) if sides.log else limits
    place = high - 0.04 * (high - low) if sides.goal == "minimize" else low + 0.04 * (high - low)
    return go.Scatter(
        name="infeasible runs",
        mode="markers+text",
        x=[i for i, _ in counts],
        y=[float(10**place if sides.log else place)] * len(counts),
        text=[f"{n:,}" for _, n in counts],
        textposition="middle right",
        textfont={"size": 11, "color": COLOURS["muted"]},
        marker={"size": 8, "symbol": "x", "color": COLOURS["negative"]},
        hovertemplate="%{text} infeasible<extra></extra>",
    )
