"""The series of evidence as Plotly traces: each tone has its own colour and shapes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from ..checks.base import Series, Tone
from .axes import JITTER
from .theme import COLOURS, POINT_OPACITY, escape, shorten

NAME = 40
"""Most letters of a name in the legend or at a mark."""

TONES = {"best": COLOURS["importance"], "rest": COLOURS["unclear"], "bad": COLOURS["negative"]}

BANDS = {"best": COLOURS["band"], "rest": COLOURS["band-rest"], "bad": COLOURS["band-bad"]}

SYMBOLS = {
    "best": ("diamond", "star", "square"),
    "rest": ("circle", "triangle-up", "circle-open"),
    "bad": ("x", "cross"),
}
"""Symbols of each tone: for its first series, its second, and so on."""

SIZES = {"best": 8, "rest": 5, "bad": 7}

WIDTHS = {"best": 2.4, "rest": 1.4, "bad": 1.8}

DASHES = {"best": ("solid", "dash", "dashdot"), "rest": ("solid", "dash", "dashdot"), "bad": ("dot", "longdash")}

HATCHES = {"best": "", "rest": "", "bad": "/"}

Numbers = Sequence[float | None]

Side = Literal["x", "y"]
SIDES: tuple[Side, Side] = ("x", "y")


@dataclass(frozen=True)
class Scaled:
    """
    An axis as it is drawn.

    Attributes
    ----------
    layout
        Of Plotly.
    ends
        Its two ends in Plotly's units: logarithms where `log`.
    log
        Whether it is a log axis.
    labels
        Of an axis of categories.
    title, name
        As it is read, and without its scale.
    """

    layout: dict[str, Any]
    ends: tuple[float, float]
    log: bool
    labels: tuple[str, ...]
    title: str
    name: str


Axes = Mapping[Side, Scaled]


def find_places(series: Series, side: Side) -> Numbers:
    """Return the places of a series along an axis, as numbers."""
    return series.x if side == "x" else series.y


def draw_trace(series: Series, axes: Axes, place: int, sideways: bool) -> go.Scatter | go.Bar:
    """
    Draw a series.

    Parameters
    ----------
    series
        The series.
    axes
        The axes ``x`` and ``y``.
    place
        How many other names of its tone came before: chooses the symbol or dash.
    sideways
        Whether bars and intervals lie along x.

    Returns
    -------
    go.Scatter or go.Bar
        Without points if nothing of it can be drawn.
    """
    tone, name = series.tone, escape(shorten(series.name, NAME))
    if series.kind == "band":
        return _draw_band(series, axes, name)
    rows = _find_drawable(series, axes)
    x, y = ([find_places(series, side)[i] for i in rows] for side in SIDES)
    shared: dict[str, Any] = {"name": name, **_say_on_hover(series, axes, rows, name)}
    errors = _find_errors(series, rows, y if not sideways else x, tone)
    if errors:
        shared["error_x" if sideways else "error_y"] = errors
    if series.kind == "bars":
        marker = {"color": TONES[tone], "pattern": {"shape": HATCHES[tone]}, "line": {"width": 0}}
        if not sideways and axes["x"].log:
            shared |= _widen_bars(x)
        return go.Bar(x=x, y=y, orientation="h" if sideways else "v", marker=marker, **shared)
    if series.kind == "line":
        dashes = DASHES[tone]
        return go.Scatter(
            mode="lines+markers" if len(rows) < 3 else "lines",
            x=x,
            y=y,
            line={"color": TONES[tone], "width": WIDTHS[tone], "dash": dashes[place % len(dashes)]},
            marker={"size": 5},
            **shared,
        )
    symbols = SYMBOLS[tone]
    return go.Scatter(
        mode="markers",
        x=_spread_out(x, axes["x"].labels, errors),
        y=_spread_out(y, axes["y"].labels, errors),
        marker={
            "symbol": symbols[place % len(symbols)],
            "size": SIZES[tone],
            "color": COLOURS["point"] if tone == "rest" else TONES[tone],
            "opacity": POINT_OPACITY if tone == "rest" else 1,
        },
        **shared,
    )


def _find_drawable(series: Series, axes: Axes) -> list[int]:
    """Return which places of a series can be drawn; a line keeps its gaps."""
    pairs = list(zip(series.x, series.y, strict=True))
    if series.kind == "line":
        return list(range(len(pairs))) if any(_can_draw(pair, axes) for pair in pairs) else []
    return [i for i, pair in enumerate(pairs) if _can_draw(pair, axes)]


def _can_draw(pair: tuple[float | None, float | None], axes: Axes) -> bool:
    x, y = pair
    return x is not None and y is not None and (x > 0 or not axes["x"].log) and (y > 0 or not axes["y"].log)


def _draw_band(series: Series, axes: Axes, name: str) -> go.Scatter:
    floor = 10.0 ** axes["y"].ends[0] if axes["y"].log else -np.inf  # log of zero is nowhere
    ends = [
        (x, low, high)
        for x, low, high in zip(series.x, series.low, series.high, strict=True)
        if x is not None and low is not None and high is not None and (x > 0 or not axes["x"].log)
    ]
    x, low, high = ([place[i] for place in ends] for i in range(3))
    return go.Scatter(
        name=name,
        mode="lines",
        x=[*x, *reversed(x)],
        y=[max(v, floor) for v in [*high, *reversed(low)]],
        fill="toself",
        fillcolor=BANDS[series.tone],
        line={"width": 0},
        hoverinfo="skip",
    )


def _find_errors(series: Series, rows: list[int], values: Numbers, tone: Tone) -> dict[str, Any]:
    """Return the intervals around points or bars, if they have any."""
    if not (len(series.low) and len(series.high)):
        return {}
    reach = [
        (
            0.0 if high is None or v is None else max(0.0, high - v),
            0.0 if low is None or v is None else max(0.0, v - low),
        )
        for low, high, v in zip((series.low[i] for i in rows), (series.high[i] for i in rows), values, strict=True)
    ]
    return {
        "type": "data",
        "symmetric": False,
        "array": [up for up, _ in reach],
        "arrayminus": [down for _, down in reach],
        "color": COLOURS["ink"] if series.kind == "bars" else TONES[tone],
        "thickness": 1.4,
        "width": 4,
    }


def _say_on_hover(series: Series, axes: Axes, rows: list[int], name: str) -> dict[str, Any]:
    """Return the hover text of each place and the run that a click there opens."""
    runs = [str(run) for run in series.runs]
    are_runs = len(runs) == len(series.x)
    shown: dict[Side, str] = {"x": "%{x:.4~g}", "y": "%{y:.4~g}"}
    custom = [[runs[i], escape(shorten(runs[i], 60))] if are_runs else ["", ""] for i in rows]
    for column, side in enumerate(SIDES, start=2):
        labels = axes[side].labels
        for row, i in zip(custom, rows, strict=True):
            row.append(_find_label(labels, find_places(series, side)[i]))
        if labels:
            shown[side] = f"%{{customdata[{column}]}}"
    if len(series.low) and len(series.high):
        for row, i in zip(custom, rows, strict=True):
            low, high = series.low[i], series.high[i]
            row.append("" if low is None or high is None else f" ({low:.4g} to {high:.4g})")
        shown["x" if axes["y"].labels and not axes["x"].labels else "y"] += "%{customdata[4]}"
    lines = [f"{axes[side].name} {shown[side]}" for side in SIDES]
    first = ["<b>%{customdata[1]}</b>"] if are_runs and runs else []
    return {"customdata": custom, "hovertemplate": "<br>".join([*first, *lines]) + f"<extra>{name}</extra>"}


def _find_label(labels: Sequence[str], place: float | None) -> str:
    number = -1 if place is None else round(place)
    return escape(shorten(str(labels[number]) or "empty", NAME)) if 0 <= number < len(labels) else ""


def _spread_out(values: Numbers, labels: Sequence[str], errors: dict[str, Any]) -> Numbers:
    """Return places on a category axis, moved apart where several coincide; always in the same way."""
    if not labels or errors or len(set(values)) == len(values) or any(v is None or v != int(v) for v in values):
        return values
    offsets = np.random.default_rng(0).uniform(-JITTER, JITTER, len(values))
    return [v + float(offset) for v, offset in zip(values, offsets, strict=True) if v is not None]


def _widen_bars(x: list[Any]) -> dict[str, Any]:
    """Return widths of bars on a log axis: Plotly's own would be too thin there."""
    places = np.array(x, float)
    known = np.unique(np.log(places[places > 0]))
    half = 0.4 * (np.diff(known).min() if len(known) > 1 else 1.0)
    low, high = places * np.exp(-half), places * np.exp(half)
    return {"offset": (low - places).tolist(), "width": (high - low).tolist()}
