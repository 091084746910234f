"""What a forest predicts along a parameter or a pair: distribution, curve with band, response surface with runs."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..importance.response_record import Response, ResponseAxis, Surface
from .axes import draw_axis, log_axis, place_points
from .theme import COLOURS, POINT_OPACITY, escape, shorten, template


def draw_distribution(axis: ResponseAxis) -> go.Figure:
    """Draw how many runs have which value of a parameter."""
    figure = go.Figure(layout={"template": template()})
    counts = axis.counts
    if axis.labels:
        x, width = axis.x, [0.7] * len(counts)
        words = [escape(label) for label in axis.labels]
    else:
        edges = np.array(axis.edges)
        x, width = ((edges[1:] + edges[:-1]) / 2).tolist(), (np.diff(edges) * 0.94).tolist()
        words = [f"{a:.4g} to {b:.4g}" for a, b in pairwise(edges)]
    figure.add_trace(
        go.Bar(
            name="runs",
            x=x,
            y=counts,
            width=width,
            customdata=words,
            marker={"color": COLOURS["unclear"]},
            hovertemplate="%{customdata}: %{y:,} runs<extra></extra>",
        )
    )
    figure.update_layout(
        height=104,
        bargap=0.06,
        margin={"l": 62, "r": 16, "t": 4, "b": 22},
        xaxis=draw_axis(axis),
        yaxis={"title": {"text": "runs", "standoff": 4}, "nticks": 3, "rangemode": "tozero"},
    )
    return figure


def draw_curve(record: Response, number: int) -> go.Figure:
    """
    Draw what the forest predicts along one parameter, over the runs.

    Parameters
    ----------
    record
        What the forest predicts.
    number
        Which of its parameters.
    """
    axis = record.axes[number]
    figure = go.Figure(layout={"template": template()})
    figure.add_trace(_draw_runs(record, number))
    if axis.labels:
        figure.add_trace(_draw_estimates(axis))
    else:
        for trace in _draw_lines(axis):
            figure.add_trace(trace)
    figure.update_layout(
        height=260,
        margin={"l": 62, "r": 16, "t": 8, "b": 44},
        xaxis={**draw_axis(axis), "title": {"text": escape(shorten(axis.parameter, 40)), "standoff": 6}},
        yaxis={
            "title": {"text": escape(shorten(record.metric, 30)), "standoff": 4},
            **_make_target_axis(record),
        },
    )
    return figure


def draw_surface(record: Response, surface: Surface) -> go.Figure:
    """
    Draw what the forest predicts for a pair, with runs on it: contours between numbers, else a grid.

    Parameters
    ----------
    record
        What the forest predicts.
    surface
        Its surface.
    """
    first, second = record.axes
    z = np.array(surface.z, float)
    runs = np.array([p.target for p in record.points], float)
    shown = np.log10(z) if record.scale == "log" else z
    colours = np.log10(runs) if record.scale == "log" else runs
    low, high = _find_limits(shown, colours)
    scale = [[0.0, COLOURS["worst"]], [0.5, COLOURS["middle"]], [1.0, COLOURS["best"]]]
    common = {
        "x": surface.x,
        "y": surface.y,
        "z": shown.tolist(),
        "zmin": low,
        "zmax": high,
        "customdata": z.tolist(),
        "colorscale": scale,
        "reversescale": record.goal == "minimize",
        "colorbar": {
            "thickness": 12,
            "outlinewidth": 0,
            "title": {"text": escape(shorten(record.metric, 16)), "side": "right"},
            **_make_ticks(low, high, record.scale == "log"),
        },
        "hovertemplate": "predicted %{customdata:.4g}<extra></extra>",
    }
    figure = go.Figure(layout={"template": template()})
    if first.labels or second.labels:
        gaps = {"xgap": bool(first.labels) * 2, "ygap": bool(second.labels) * 2}
        figure.add_trace(go.Heatmap(name="predicted", **gaps, **common))
    else:
        size = (high - low) / 12
        contours = {"start": low, "end": high, "size": size} if size > 0 else {}
        figure.add_trace(go.Contour(name="predicted", line={"width": 0.5}, contours=contours, **common))
    x, y = _place_runs(record, 0), _place_runs(record, 1)
    figure.add_trace(
        go.Scatter(
            name="runs",
            mode="markers",
            x=x,
            y=y,
            customdata=[[escape(p.run), p.target, p.run] for p in record.points],
            marker={
                "size": 7,
                "color": colours.tolist(),
                "cmin": low,
                "cmax": high,
                "colorscale": scale,
                "reversescale": record.goal == "minimize",
                "line": {"color": COLOURS["ink"], "width": 0.8},
            },
            hovertemplate="%{customdata[0]}: %{customdata[1]:.4g}<extra></extra>",
        )
    )
    figure.update_layout(
        height=430,
        margin={"l": 70, "r": 16, "t": 8, "b": 48},
        xaxis={**draw_axis(first), "title": {"text": escape(shorten(first.parameter, 40)), "standoff": 6}},
        yaxis={**draw_axis(second), "title": {"text": escape(shorten(second.parameter, 40)), "standoff": 4}},
    )
    return figure


def _place_runs(record: Response, number: int) -> list[float | None]:
    """Return where the runs lie along one of the parameters."""
    values = [(p.x, p.y)[number] for p in record.points]
    return place_points(values, record.axes[number].labels)


def _make_target_axis(record: Response) -> dict[str, Any]:
    """Return the axis of the target: log where it is modelled so."""
    values = [*(p.target for p in record.points), *record.axes[0].mean]
    if record.scale == "log" and min(values) > 0:
        return log_axis(min(values), max(values))
    return {"nticks": 6}


def _draw_runs(record: Response, number: int) -> go.Scatter:
    return go.Scatter(
        name="runs",
        mode="markers",
        x=_place_runs(record, number),
        y=[p.target for p in record.points],
        customdata=[[escape(p.run), p.target, p.run] for p in record.points],
        marker={"size": 5, "color": COLOURS["point"], "opacity": POINT_OPACITY},
        hovertemplate="%{customdata[0]}: %{customdata[1]:.4g}<extra></extra>",
    )


def _draw_lines(axis: ResponseAxis) -> list[go.Scatter]:
    """Return single curves, the band, and the mean."""
    x = axis.x
    single_x = [value for _ in axis.single for value in [*x, None]]
    single_y = [value for line in axis.single for value in [*line, None]]
    return [
        go.Scatter(
            name="single configs",
            mode="lines",
            x=single_x,
            y=single_y,
            line={"color": COLOURS["unclear"], "width": 0.7},
            opacity=0.6,
            hoverinfo="skip",
        ),
        go.Scatter(
            name="band",
            mode="lines",
            x=[*x, *reversed(x)],
            y=[*axis.high, *reversed(axis.low)],
            fill="toself",
            fillcolor=COLOURS["band"],
            line={"width": 0},
            hoverinfo="skip",
        ),
        go.Scatter(
            name="predicted",
            mode="lines+markers" if len(x) < 12 else "lines",
            x=x,
            y=axis.mean,
            line={"color": COLOURS["importance"], "width": 2.6},
            marker={"size": 6},
            hovertemplate="predicted %{y:.4g} at %{x:.4g}<extra></extra>",
        ),
    ]


def _draw_estimates(axis: ResponseAxis) -> go.Scatter:
    """Return the mean at every label, with its band."""
    mean = np.array(axis.mean)
    return go.Scatter(
        name="predicted",
        mode="markers",
        x=axis.x,
        y=axis.mean,
        marker={"size": 11, "symbol": "line-ew", "line": {"width": 3, "color": COLOURS["importance"]}},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(0, np.array(axis.high) - mean).tolist(),
            "arrayminus": np.maximum(0, mean - np.array(axis.low)).tolist(),
            "color": COLOURS["importance"],
            "thickness": 2,
            "width": 0,
        },
        hovertemplate="predicted %{y:.4g}<extra></extra>",
    )


def _find_limits(surface: np.ndarray, runs: np.ndarray) -> tuple[float, float]:
    """Return the ends of the colours: those of the surface, widened by what nine tenths of the runs reach."""
    both = [surface.min(), surface.max(), *(np.quantile(runs, [0.05, 0.95]) if len(runs) else [])]
    return float(min(both)), float(max(both))


def _make_ticks(low: float, high: float, log: bool) -> dict[str, Any]:
    values = np.linspace(low, high, 5)
    return {"tickvals": values.tolist(), "ticktext": [f"{10**v if log else v:.3g}" for v in values]}
