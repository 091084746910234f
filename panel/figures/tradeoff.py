"""Two metrics of the runs against each other, with the Pareto front."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from .theme import LIGHT, escape, shorten, template

HEIGHT = 440


def tradeoff(record: dict[str, Any]) -> go.Figure:
    """
    Draw a trade-off.

    Parameters
    ----------
    record
        As `runs.tradeoff.record` returns it, not empty.

    Returns
    -------
    go.Figure
        Three traces: the runs beside the front, the front as a stepped line, and its runs. A point's ``customdata``
        is the run's id and, as markup, its name.
    """
    x, y, points = record["x"], record["y"], record["points"]
    on = np.array(points["on"], bool)
    figure = go.Figure(
        [
            _runs(record, np.flatnonzero(~on), "runs", "circle", 6, LIGHT["unclear"]),
            _steps(record),
            _runs(record, np.flatnonzero(on), "on the front", "diamond", 10, LIGHT["importance"]),
        ]
    )
    figure.update_layout(
        template=template(),
        height=HEIGHT,
        margin={"l": 70, "r": 20, "t": 12, "b": 68},
        dragmode="lasso",
        hovermode="closest",
        newselection={"line": {"color": LIGHT["ink"]}},
        xaxis=_axis(
            x, points["x"], "←" if x["goal"] == "minimize" else "→", "<br>"
        ),  # a narrow screen has no more room
        yaxis=_axis(y, points["y"], "↓" if y["goal"] == "minimize" else "↑", " "),
    )
    return figure


def _axis(side: dict[str, Any], values: list[float], arrow: str, gap: str) -> dict[str, Any]:
    better = "smaller is better" if side["goal"] == "minimize" else "larger is better"
    scale = ", log scale" if side["log"] else ""
    axis: dict[str, Any] = {
        "title": {"text": f"{escape(shorten(side['label'], 44))}{gap}({better} {arrow}{scale})", "standoff": 10},
        "showgrid": True,
        "gridcolor": LIGHT["line"],
        "showline": True,
    }
    if not side["log"]:
        return axis
    low, high = np.log10(min(values)), np.log10(max(values))
    room = 0.04 * (high - low)
    axis |= {"type": "log", "range": [low - room, high + room]}
    if high - low < 3:
        ticks = [m * 10.0**e for e in range(int(np.floor(low)), int(np.ceil(high)) + 1) for m in (1, 2, 5)]
        return {**axis, "tickvals": ticks, "ticktext": [f"{tick:.6g}" for tick in ticks]}
    return {**axis, "dtick": max(1, round((high - low) / 8))}


def _runs(record: dict[str, Any], rows: np.ndarray, name: str, symbol: str, size: int, color: str) -> go.Scatter:
    points = record["points"]
    lines = [f"{escape(shorten(record[side]['label'], 40))} %{{{side}:.5g}}" for side in ("x", "y")]
    return go.Scatter(
        mode="markers",
        name=name,
        x=[points["x"][i] for i in rows],
        y=[points["y"][i] for i in rows],
        customdata=[[points["run"][i], escape(shorten(str(points["name"][i]), 60))] for i in rows],
        marker={"symbol": symbol, "size": size, "color": color, "line": {"width": 0}},
        selected={"marker": {"color": LIGHT["negative"], "size": size + 2}},
        unselected={"marker": {"opacity": 0.45}},
        hovertemplate="<br>".join(["<b>%{customdata[1]}</b>", *lines]) + f"<extra>{name}</extra>",
    )


def _steps(record: dict[str, Any]) -> go.Scatter:
    """Return the border of what the front beats: from a run on it to the next worse x, then to the better y."""
    points = record["points"]
    sign = {side: 1 if record[side]["goal"] == "minimize" else -1 for side in ("x", "y")}
    corners = {(x, y) for x, y, on in zip(points["x"], points["y"], points["on"], strict=True) if on}
    along = sorted(corners, key=lambda corner: (sign["x"] * corner[0], sign["y"] * corner[1]))
    return go.Scatter(
        mode="lines",
        name="front",
        x=[x for x, _ in along],
        y=[y for _, y in along],
        line={"color": LIGHT["importance"], "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )
