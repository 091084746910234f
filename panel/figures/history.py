"""How a search went: its runs and the best so far, and how the target spreads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from ..runs.history_record import Band, HistoryRecord, Part
from ..runs.target_axis import TargetAxis
from .axes import log_axis, titled
from .theme import COLOURS, Plotly, escape, shorten
from .timeline import draw_time, lay_out

PARTS = tuple(COLOURS[f"hue{i}"] for i in range(1, 7))
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""Parts are told apart by dashes too."""

TRIANGLES = {1: "triangle-up", -1: "triangle-down"}

BAND = COLOURS["band"]


def draw_progress(record: HistoryRecord) -> go.Figure:
    """
    Draw the target of the runs along their order or the time, and the best so far.

    Returns
    -------
    go.Figure
        A point's ``customdata`` is the run's id, its name and what is said of it, as markup.
    """
    figure = go.Figure(layout=lay_out(380))
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
        yaxis={**_draw_target(record.axis, record.target), "showgrid": True, "gridcolor": COLOURS["line"]},
        hovermode="closest",
    )
    return figure


def draw_distribution(record: HistoryRecord) -> go.Figure:
    """Draw the share of the runs at or below each value of the target, a line a part."""
    figure = go.Figure(layout=lay_out(300))
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
            "gridcolor": COLOURS["line"],
        },
    )
    return figure


# ---- pieces


def _draw_target(axis: TargetAxis, target: str, ends: tuple[float, float] | None = None) -> Plotly:
    low, high = ends or axis.range
    title = {"text": titled(target, axis.scale, 40), "standoff": 6}
    if axis.scale == "log":
        return {**log_axis(low, high, room=0.0), "title": title}
    return {"range": [low, high], "nticks": 7, "title": title}


def _draw_order(record: HistoryRecord) -> Plotly:
    last = max(part.end for part in record.parts)
    if record.x == "time":
        return draw_time(min(record.points.x), max(last, *record.points.x))
    room = 0.015 * last + 0.5
    title = "run of its part, in order of start" if record.by else "run, in order of start"
    return {"range": [1 - room, last + room], "title": {"text": title, "standoff": 8}, "tickformat": ",d", "nticks": 8}


def _name_part(part: Part) -> str:
    return escape(shorten(str(part.label), 30))


def _style_part(record: HistoryRecord, number: int) -> Plotly:
    if not record.by:
        return {"color": COLOURS["importance"], "width": 2.2, "shape": "hv"}
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
        line={"width": 0, "color": COLOURS["importance"]},
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
    colours = [COLOURS["muted"], *PARTS] if record.by else [COLOURS["muted"]]
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
            {"size": size + 2, "symbol": "diamond-open", "color": COLOURS["hue6"], "line": {"width": 1.4}},
        ),
        _draw_kind(
            record,
            np.flatnonzero(kind == "infeasible"),
            "infeasible",
            {"size": 7, "symbol": "x-thin", "line": {"width": 1.6, "color": COLOURS["infeasible"]}},
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
