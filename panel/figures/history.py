"""How a search went: its runs and the best so far, when runs ran, and how the target spreads."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..runs.history_record import Band, HistoryRecord, Part
from ..runs.target_axis import TargetAxis
from .axes import log_axis, titled
from .theme import LIGHT, Plotly, escape, shorten, template

STATE_COLOURS = {
    "finished": LIGHT["importance"],
    "unknown": LIGHT["muted"],
    "failed": LIGHT["infeasible"],
    "crashed": LIGHT["negative"],
    "killed": LIGHT["hue7"],
    "pruned": LIGHT["hue6"],
    "running": LIGHT["positive"],
}
"""By state; each stands out from the page by 3:1 or more in both themes."""

PARTS = tuple(LIGHT[f"hue{i}"] for i in range(1, 7))
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Parts are told apart by dashes too."""

TRIANGLES = {1: "triangle-up", -1: "triangle-down"}

LANE, LOWEST, HIGHEST = 18, 150, 420
"""Pixels of a lane, and of the timeline's plot."""

BAND = "rgba(76,110,245,0.22)"

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def draw_progress(record: HistoryRecord) -> go.Figure:
    """
    Draw the target of the runs along their order or the time, and the best so far.

    Returns
    -------
    go.Figure
        A point's ``customdata`` is the run's id, its name and what is said of it, as markup.
    """
    figure = go.Figure(layout=_lay_out(380))
    if record.band:
        figure.add_trace(_draw_band(record, record.band))
    for trace in _draw_points(record):
        if len(trace.x):
            figure.add_trace(trace)
    for i, part in enumerate(record.parts):
        if part.best:
            figure.add_trace(_draw_best(record, part, i))
    figure.update_layout(
        xaxis=_draw_order(record),
        yaxis={**_draw_target(record.axis, record.target), "showgrid": True, "gridcolor": LIGHT["line"]},
        hovermode="closest",
    )
    return figure


def draw_timeline(record: HistoryRecord) -> go.Figure:
    """Draw when runs ran: a bar each, with its state, or how many of each state were started."""
    timeline = record.timeline
    if timeline.kind == "bars":
        return _draw_bars(record)
    figure = go.Figure(layout={**_lay_out(280), "barmode": "stack", "bargap": 0.08})
    middle = [(a + b) / 2 for a, b in pairwise(timeline.edges)]
    for state, counts in timeline.counts.items():
        figure.add_trace(
            go.Bar(
                name=state,
                x=middle,
                y=list(counts),
                marker={"color": STATE_COLOURS[state], "line": {"width": 0}},
                hovertemplate=f"%{{y:,}} {state}<br>%{{x}}<extra></extra>",
            )
        )
    along: Plotly = {"title": {"text": "run, in order of start", "standoff": 8}}
    if timeline.kind == "time":
        along = _draw_time(min(timeline.edges), max(timeline.edges))
    figure.update_layout(
        xaxis={**along, "range": [timeline.edges[0], timeline.edges[-1]]},
        yaxis={"title": {"text": "runs started"}, "showgrid": True, "gridcolor": LIGHT["line"], "tickformat": "~d"},
    )
    return figure


def draw_distribution(record: HistoryRecord) -> go.Figure:
    """Draw the share of the runs at or below each value of the target, a line a part."""
    figure = go.Figure(layout=_lay_out(300))
    low, high = record.axis.low, record.axis.high
    for i, part in enumerate(record.parts):
        if not part.values:
            continue
        # from nothing at the first value, and on to the end of the axis
        figure.add_trace(
            go.Scatter(
                name=_name_part(part) or "runs",
                mode="lines",
                x=[part.values[0], *part.values, max(high, part.values[-1])],
                y=[0, *part.shares, 1],
                line=_style_part(record, i),
                hovertemplate=f"%{{y:.1%}} at or below %{{x:.4g}}<extra>{_name_part(part)}</extra>",
            )
        )
    axis = record.axis
    room = (high / low) ** 0.04 if axis.scale == "log" else 0.04 * (high - low)
    ends = (low / room, high * room) if axis.scale == "log" else (low - room, high + room)
    figure.update_layout(
        showlegend=bool(record.by),
        xaxis=_draw_target(axis, record.target, ends if high > low else axis.range),
        yaxis={
            "title": {"text": "share of runs at or below", "standoff": 6},
            "range": [0, 1.03],
            "tickformat": ".0%",
            "showgrid": True,
            "gridcolor": LIGHT["line"],
        },
    )
    return figure


# ---- pieces


def _lay_out(height: int) -> dict[str, Any]:
    return {
        "template": template(),
        "height": height,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        "margin": {"l": 66, "r": 16, "t": 34, "b": 48},
    }


def _draw_target(axis: TargetAxis, target: str, ends: tuple[float, float] | None = None) -> Plotly:
    low, high = ends or axis.range
    title = {"text": titled(target, axis.scale, 40), "standoff": 6}
    if axis.scale == "log":
        return {**log_axis(low, high, room=0.0), "title": title}
    return {"range": [low, high], "nticks": 7, "title": title}


def _draw_order(record: HistoryRecord) -> Plotly:
    last = max(part.end for part in record.parts)
    if record.x == "time":
        return _draw_time(min(record.points.x), max(last, *record.points.x))
    room = 0.015 * last + 0.5
    title = "run of its part, in order of start" if record.by else "run, in order of start"
    return {"range": [1 - room, last + room], "title": {"text": title, "standoff": 8}, "tickformat": ",d", "nticks": 8}


def _draw_time(low: float, high: float) -> Plotly:
    room = 0.015 * (high - low) or SECOND
    return {
        "type": "date",
        "range": [low - room, high + room],
        "title": {"text": "time of start (UTC)", "standoff": 8},
        "nticks": 6,
    }


def _name_part(part: Part) -> str:
    return escape(shorten(str(part.label), 30))


def _style_part(record: HistoryRecord, number: int) -> Plotly:
    if not record.by:
        return {"color": LIGHT["importance"], "width": 2.2, "shape": "hv"}
    return {"color": PARTS[number], "width": 2.2, "shape": "hv", "dash": DASHES[number]}


def _draw_band(record: HistoryRecord, band: Band) -> go.Scatter:
    """Return the band as one outline, with its steps: there is no value between two runs."""
    end = max(part.end for part in record.parts)
    there = _step(band.x, band.worse, end)
    back = _step(band.x, band.better, end)[::-1]
    return go.Scatter(
        name="best so far in nine of ten random orders",
        mode="lines",
        x=[x for x, _ in (*there, *back)],
        y=[y for _, y in (*there, *back)],
        fill="toself",
        fillcolor=BAND,
        line={"width": 0, "color": LIGHT["importance"]},
        hoverinfo="skip",
    )


def _step(x: Sequence[float], y: Sequence[float], end: float) -> list[tuple[float, float]]:
    """Return the corners of a line that keeps each value until the next one."""
    corners = []
    for i, value in enumerate(y):
        corners += [(x[i], value), (x[i + 1] if i + 1 < len(x) else end, value)]
    return corners


def _draw_best(record: HistoryRecord, part: Part, number: int) -> go.Scatter:
    name = f"best so far: {_name_part(part)}" if record.by else "best so far"
    shown = np.clip([*part.best, part.best[-1]], record.axis.low, record.axis.high)
    return go.Scatter(
        name=name,
        mode="lines",
        x=[*part.x, max(part.end, part.x[-1])],
        y=shown.tolist(),
        line=_style_part(record, number),
        hoverinfo="skip",
    )


def _draw_points(record: HistoryRecord) -> list[go.Scatter]:
    points = record.points
    kind, part = np.array(points.kind), np.array(points.part)
    colours = [LIGHT["muted"], *PARTS] if record.by else [LIGHT["muted"]]
    size = 4 if len(points.run) > 400 else 6
    feasible = np.flatnonzero(kind == "feasible")
    return [
        _draw_kind(
            record,
            feasible,
            "run",
            {
                "size": [8 if points.beyond[i] else size for i in feasible],
                "symbol": [TRIANGLES.get(points.beyond[i], "circle") for i in feasible],
                "color": [colours[part[i] + 1] for i in feasible] if record.by else colours[0],
                "line": {"width": 0},
                "opacity": 1,  # without it points of several sizes are paler
            },
        ),
        _draw_kind(
            record,
            np.flatnonzero(kind == "aside"),
            "stopped, or not counted",
            {"size": 8, "symbol": "diamond-open", "color": LIGHT["hue6"], "line": {"width": 1.4}},
        ),
        _draw_kind(
            record,
            np.flatnonzero(kind == "infeasible"),
            "infeasible",
            {"size": 7, "symbol": "x-thin", "line": {"width": 1.6, "color": LIGHT["infeasible"]}},
        ),
    ]


def _draw_kind(record: HistoryRecord, rows: np.ndarray, name: str, marker: Plotly) -> go.Scatter:
    points = record.points
    labels = [_name_part(part) for part in record.parts] if record.by else []
    said = [
        [
            points.run[i],
            escape(shorten(points.name[i], 60)),
            _say_point(record, i) + (f"<br>{labels[points.part[i]]}" if record.by and points.part[i] >= 0 else ""),
        ]
        for i in rows.tolist()
    ]
    along = "%{x}" if record.x == "time" else "run %{x:,}"
    return go.Scatter(
        name=name,
        mode="markers",
        x=[points.x[i] for i in rows.tolist()],
        y=[points.y[i] for i in rows.tolist()],
        customdata=said,
        marker=marker,
        hovertemplate=f"<b>%{{customdata[1]}}</b><br>%{{customdata[2]}}<br>{along}<extra></extra>",
    )


def _say_point(record: HistoryRecord, i: int) -> str:
    target, why = record.points.target[i], escape(shorten(record.points.why[i], 60))
    value = "" if target is None else f"{escape(shorten(record.target, 30))} {target:.5g}"
    return ", ".join(filter(None, [value, why]))


def _draw_bars(record: HistoryRecord) -> go.Figure:
    timeline, bars = record.timeline, record.timeline.bars
    height = min(HIGHEST, max(LOWEST, LANE * timeline.lanes))
    # overlaid, as a bar has its own row already
    figure = go.Figure(layout={**_lay_out(height + 84), "barmode": "overlay", "bargap": 0.12})
    state = np.array(bars.state)
    low, high = min(bars.start), max(bars.end)
    for name in timeline.states:
        rows = np.flatnonzero(state == name).tolist()
        figure.add_trace(
            go.Bar(
                name=name,
                orientation="h",
                base=[bars.start[i] for i in rows],
                # what was over at once is still to be seen
                x=[max(bars.end[i] - bars.start[i], 0.0005 * (high - low)) for i in rows],
                y=[bars.lane[i] + 1 for i in rows],
                customdata=[
                    [bars.run[i], escape(shorten(bars.name[i], 60)), _say_length(bars.end[i] - bars.start[i])]
                    for i in rows
                ],
                marker={"color": STATE_COLOURS[name], "line": {"width": 0}},
                hovertemplate=f"<b>%{{customdata[1]}}</b><br>{name}, %{{customdata[2]}}<extra></extra>",
            )
        )
    figure.update_layout(
        xaxis={**_draw_time(low, high), "title": {"text": "time (UTC)", "standoff": 8}},
        yaxis={
            "title": {"text": "at once", "standoff": 6},
            "range": [0.4, max(timeline.lanes, 3) + 0.6],
            "tickformat": "~d",
            **({"dtick": 1} if timeline.lanes <= 6 else {"nticks": 6}),
        },
    )
    return figure


def _say_length(milliseconds: float) -> str:
    for unit, size in (("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        if milliseconds >= size:
            return f"{milliseconds / size:.3g} {unit}"
    return f"{milliseconds:.3g} ms"
