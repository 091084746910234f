"""When the runs of a search ran, by state."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..runs.history_lanes import Timeline
from .theme import COLOURS, Plotly, escape, shorten, template

STATE_COLOURS = {
    "finished": COLOURS["importance"],
    "unknown": COLOURS["muted"],
    "failed": COLOURS["infeasible"],
    "crashed": COLOURS["negative"],
    "killed": COLOURS["hue7"],
    "pruned": COLOURS["hue6"],
    "running": COLOURS["positive"],
}
"""By state; each stands out from the page by 3:1 or more in both themes."""

LANE, LOWEST, HIGHEST = 18, 150, 420
"""Pixels of a lane, and of the timeline's plot."""

WHOLE = 6
"""Up to so many, an axis of counts has a tick for each: of fewer Plotly would put some between whole numbers."""

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def draw_timeline(timeline: Timeline) -> go.Figure:
    """Draw when runs ran: a bar each, with its state, or how many of each state were started."""
    if timeline.kind == "bars":
        return _draw_bars(timeline)
    figure = go.Figure(layout={**lay_out(280), "barmode": "stack", "bargap": 0.08})
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
    highest = max(map(sum, zip(*timeline.counts.values(), strict=True)), default=0)
    if timeline.kind == "time":
        along = draw_time(min(timeline.edges), max(timeline.edges))
    figure.update_layout(
        xaxis={**along, "range": [timeline.edges[0], timeline.edges[-1]]},
        yaxis={
            "title": {"text": "runs started"},
            "showgrid": True,
            "gridcolor": COLOURS["line"],
            "tickformat": "~d",
            **({"dtick": 1} if highest <= WHOLE else {}),
        },
    )
    return figure


def _draw_bars(timeline: Timeline) -> go.Figure:
    bars = timeline.bars
    height = min(HIGHEST, max(LOWEST, LANE * timeline.lanes))
    # overlaid, as a bar has its own row already
    figure = go.Figure(layout={**lay_out(height + 84), "barmode": "overlay", "bargap": 0.12})
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
        xaxis={**draw_time(low, high), "title": {"text": "time (UTC)", "standoff": 8}},
        yaxis={
            "title": {"text": "at once", "standoff": 6},
            "range": [0.4, max(timeline.lanes, 3) + 0.6],
            "tickformat": "~d",
            **({"dtick": 1} if timeline.lanes <= WHOLE else {"nticks": 6}),
        },
    )
    return figure


def _say_length(milliseconds: float) -> str:
    for unit, size in (("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        if milliseconds >= size:
            return f"{milliseconds / size:.3g} {unit}"
    return f"{milliseconds:.3g} ms"


def lay_out(height: int) -> dict[str, Any]:
    """Return the layout of a figure of the search: its legend above, room for its axes."""
    return {
        "template": template(),
        "height": height,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        "margin": {"l": 66, "r": 16, "t": 34, "b": 48},
    }


def draw_time(low: float, high: float) -> Plotly:
    """Return an axis of time from and to, in milliseconds since 1970, with some room."""
    room = 0.015 * (high - low) or SECOND
    return {
        "type": "date",
        "range": [low - room, high + room],
        "title": {"text": "time of start (UTC)", "standoff": 8},
        "nticks": 4,  # as many as stand side by side on a phone
        "tickangle": 0,
    }
