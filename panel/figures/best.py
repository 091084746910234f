"""The curves of the best runs."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go

from .theme import LIGHT, escape, shorten, template

NAMED = 3
"""How many of the best have their rank at the end of their curve."""


def curves(record: dict[str, Any]) -> go.Figure:
    """
    Draw the target's metric per step for the best runs, the best on top.

    Parameters
    ----------
    record
        See `panel.runs.best.record`.
    """
    figure = go.Figure(layout={"template": template()})
    for curve in reversed(record["curves"]):
        first = curve["rank"] == 1
        figure.add_trace(
            go.Scatter(
                name=f"{curve['rank']}. {escape(shorten(curve['name'], 30))}",
                mode="lines+markers" if len(curve["step"]) == 1 else "lines",
                x=curve["step"],
                y=curve["value"],
                customdata=[curve["run"]] * len(curve["step"]),
                line={
                    "width": 2.6 if first else 1.3,
                    "color": LIGHT["importance"] if first else LIGHT["unclear"],
                },
                hovertemplate=f"{curve['rank']}. {escape(shorten(curve['name'], 40))}: %{{y:.4g}} at step %{{x}}"
                "<extra></extra>",
            )
        )
        if curve["rank"] <= NAMED:
            figure.add_annotation(
                x=curve["step"][-1],
                y=_at(curve["value"][-1], _log(record)),
                text=str(curve["rank"]),
                showarrow=False,
                xanchor="left",
                xshift=4,
                font={"size": 11, "color": LIGHT["ink"]},
            )
    title = escape(shorten(record["target"], 30)) + (" (log scale)" if _log(record) else "")
    axis = {"type": "log", "tickformat": "~g", "nticks": 5} if _log(record) else {"nticks": 6}
    figure.update_layout(
        height=250,
        margin={"l": 66, "r": 28, "t": 8, "b": 44},
        xaxis={"title": {"text": "step", "standoff": 6}, "nticks": 6},
        yaxis={"title": {"text": title, "standoff": 4}, **axis},
    )
    return figure


def _log(record: dict[str, Any]) -> bool:
    return bool(record["log"]) and all(min(curve["value"]) > 0 for curve in record["curves"])


def _at(value: float, log: bool) -> float:
    """Return where Plotly wants a note on an axis: on a log axis the logarithm."""
    return math.log10(value) if log else value
