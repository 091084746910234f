"""The map of the configs: those near each other have settings that are alike."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from ..data.statistics import short
from ..runs.colouring import HUES, SHADES, Colouring
from ..runs.footprint import FootprintRecord
from .theme import COLOURS, escape, shorten, template

HEIGHT = 540


def draw_footprint(record: FootprintRecord) -> go.Figure:
    """
    Draw a map.

    Returns
    -------
    go.Figure
        A trace for each class of colours, the best last so that it lies on top, one for what has no colour, and rings
        around the best configs. A point's ``customdata`` is the run's id, its name and its target as text.
    """
    classes = sorted(set(record.colour.of), key=lambda number: (number >= 0, -number))
    traces = [_draw_class(record, one) for one in classes]
    figure = go.Figure([*traces, _draw_rings(record)])
    axis = {"showticklabels": False, "showline": False, "constrain": "domain"}
    figure.update_layout(
        template=template(),
        height=HEIGHT,
        margin={"l": 24, "r": 10, "t": 10, "b": 30},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": -0.08, "yanchor": "top", "traceorder": "reversed"},
        dragmode="lasso",
        hovermode="closest",
        newselection={"line": {"color": COLOURS["ink"]}},
        xaxis=axis,
        yaxis={**axis, "scaleanchor": "x", "scaleratio": 1},
    )
    return figure


def _draw_class(record: FootprintRecord, number: int) -> go.Scatter:
    colour, rows = record.colour, [i for i, one in enumerate(record.colour.of) if one == number]
    name = colour.words[number] if number >= 0 else colour.none[-1 - number]
    known = number >= 0
    return _scatter(
        record,
        rows,
        name=escape(shorten(name, 30)),
        marker={
            "size": 9 if known else 8,
            "symbol": "circle" if known else "x-thin-open",
            "color": _choose_colour(colour, number) if known else COLOURS["infeasible"],
            "line": {"width": 0.5 if known else 1.5, "color": COLOURS["point"] if known else COLOURS["infeasible"]},
        },
    )


def _choose_colour(colour: Colouring, number: int) -> str:
    if colour.kind == "category":
        return COLOURS[f"hue{number + 1}"] if number < HUES else COLOURS["unclear"]
    steps = len(colour.words)
    return COLOURS[f"shade{1 + round(number * (SHADES - 1) / max(steps - 1, 1))}"]


def _draw_rings(record: FootprintRecord) -> go.Scatter:
    rows = list(range(max(1, record.best)))
    ring = {"size": 15, "symbol": "circle-open", "color": COLOURS["positive"], "line": {"width": 2}}
    return _scatter(record, rows, name=f"the {len(rows)} best" if len(rows) > 1 else "the best", marker=ring)


def _scatter(record: FootprintRecord, rows: list[int], **more: Any) -> go.Scatter:
    points = record.points
    said = [None if points.target[i] is None else short(points.target[i] or 0.0, 5) for i in rows]
    return go.Scatter(
        mode="markers",
        x=[points.x[i] for i in rows],
        y=[points.y[i] for i in rows],
        customdata=[
            [points.run[i], escape(shorten(points.name[i], 60)), text or "failed"]
            for i, text in zip(rows, said, strict=True)
        ],
        hovertemplate=f"<b>%{{customdata[1]}}</b><br>{escape(shorten(record.target, 40))} %{{customdata[2]}}"
        "<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.25}},
        **more,
    )
