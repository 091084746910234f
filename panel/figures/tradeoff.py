"""Two metrics of the runs against each other, with the Pareto front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..runs.tradeoff import TradeoffRecord
from ..runs.tradeoff_sides import Axis
from .theme import COLOURS, POINT_OPACITY, escape, shorten, template

HEIGHT = 440


def draw_tradeoff(record: TradeoffRecord) -> go.Figure:
    """
    Draw a trade-off.

    Returns
    -------
    go.Figure
        Three traces: the runs beside the front, the front as a stepped line, and its runs. A point's ``customdata``
        is the run's id and, as markup, its name.
    """
    x, y, points = record.x, record.y, record.points
    on = np.array(points.on, bool)
    figure = go.Figure(
        [
            _draw_runs(record, np.flatnonzero(~on), "runs", "circle", 6, COLOURS["point"]),
            _draw_steps(record),
            _draw_runs(record, np.flatnonzero(on), "on the front", "diamond", 10, COLOURS["importance"]),
        ]
    )
    figure.update_layout(
        template=template(),
        height=HEIGHT,
        margin={"l": 70, "r": 20, "t": 12, "b": 68},
        dragmode="lasso",
        hovermode="closest",
        newselection={"line": {"color": COLOURS["ink"]}},
        # a narrow screen has no more room across
        xaxis=_draw_axis(x, points.x, "←" if x.goal == "minimize" else "→", "<br>"),
        yaxis=_draw_axis(y, points.y, "↓" if y.goal == "minimize" else "↑", " "),
    )
    return figure


def _draw_axis(side: Axis, values: Sequence[float], arrow: str, gap: str) -> dict[str, Any]:
    better = "smaller is better" if side.goal == "minimize" else "larger is better"
    scale = ", log scale" if side.log else ""
    axis: dict[str, Any] = {
        "title": {"text": f"{escape(shorten(side.label, 44))}{gap}({better} {arrow}{scale})", "standoff": 10},
        "showgrid": True,
        "gridcolor": COLOURS["line"],
        "showline": True,
    }
    if not side.log:
        return axis
    low, high = np.log10(min(values)), np.log10(max(values))
    room = 0.04 * (high - low)
    axis |= {"type": "log", "range": [low - room, high + room]}
    if high - low < 3:
        ticks = [m * 10.0**e for e in range(int(np.floor(low)), int(np.ceil(high)) + 1) for m in (1, 2, 5)]
        return {**axis, "tickvals": ticks, "ticktext": [f"{tick:.6g}" for tick in ticks]}
    return {**axis, "dtick": max(1, round((high - low) / 8))}


def _draw_runs(record: TradeoffRecord, rows: np.ndarray, name: str, symbol: str, size: int, color: str) -> go.Scatter:
    points = record.points
    x, y = (escape(shorten(side.label, 40)) for side in (record.x, record.y))
    return go.Scatter(
        mode="markers",
        name=name,
        x=[points.x[i] for i in rows],
        y=[points.y[i] for i in rows],
        customdata=[[points.run[i], escape(shorten(points.name[i], 60))] for i in rows],
        marker={"symbol": symbol, "size": size, "color": color, "line": {"width": 0}},
        selected={"marker": {"color": COLOURS["negative"], "size": size + 2}},
        unselected={"marker": {"opacity": POINT_OPACITY}},
        hovertemplate=f"<b>%{{customdata[1]}}</b><br>{x} %{{x:.5g}}<br>{y} %{{y:.5g}}<extra>{name}</extra>",
    )


def _draw_steps(record: TradeoffRecord) -> go.Scatter:
    """Return the border of what the front beats: from a run on it to the next worse x, then to the better y."""
    points = record.points
    sign_x, sign_y = (1 if side.goal == "minimize" else -1 for side in (record.x, record.y))
    corners = {(x, y) for x, y, on in zip(points.x, points.y, points.on, strict=True) if on}
    along = sorted(corners, key=lambda corner: (sign_x * corner[0], sign_y * corner[1]))
    return go.Scatter(
        mode="lines",
        name="front",
        x=[x for x, _ in along],
        y=[y for _, y in along],
        line={"color": COLOURS["importance"], "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )
