"""Histories as lines: one for each run and metric, coloured by target or by a parameter."""

from __future__ import annotations

import base64

import numpy as np
import plotly.graph_objects as go

from ..runs.best import BestCurve, BestRecord
from ..runs.colouring import Colouring
from ..runs.curves import CurveGroup, CurvesRecord, DrawnMetric
from ..runs.histories import PackedCurve
from ..runs.run_curves import RunCurvesRecord
from .theme import COLOURS, Plotly, escape, shorten, template

SHADES = [COLOURS[f"shade{i}"] for i in range(1, 8)]
HUES = [COLOURS[f"hue{i}"] for i in range(1, 9)]
DASHES = {"train": "dash"}
"""Lines of training are dashed, all others solid."""

WHOSE = {
    "this": ("this run", "importance", 2.4),
    "best": ("best run", "muted", 1.4),
    "second": ("second best run", "muted", 1.4),
}

PACKED = {"x": "f8", "y": "f4"}
"""Of what type the numbers of a curve are."""

Line = dict[str, str | float]
"""How Plotly draws a line: its color, width and dash."""

NAMED = 3
"""How many of the best have their rank at the end of their curve."""

LONGEST, SHORTEST = 40, 16
"""Letters of a name in a legend or at an axis."""


def floats(packed: str) -> np.ndarray:
    """Return numbers as `runs.pack` packed them."""
    return np.frombuffer(base64.b64decode(packed), "<f4")


def doubles(packed: str) -> np.ndarray:
    """Return numbers as `runs.pack64` packed them."""
    return np.frombuffer(base64.b64decode(packed), "<f8")


def draw_group(record: CurvesRecord, number: int) -> go.Figure:
    """
    Draw the curves of metrics that share an axis, the best runs on top.

    Parameters
    ----------
    record
        The record.
    number
        Which of its groups.
    """
    group = record.groups[number]
    colours = choose_colours(record.colour)
    figure = go.Figure(layout={"template": template()})
    few = len(record.runs) <= 20
    for curve in sorted(group.curves, key=lambda c: -c.run):
        run = record.runs[curve.run]
        width = 2.4 if curve.run == 0 and record.colour.by == "target" else 1.6 if few else 1.1
        look: Line = {"color": colours[record.colour.of[curve.run]], "width": width}
        figure.add_trace(_draw_line(curve, run.id, run.name, group.metrics[curve.metric], record.x, look))
    for name, look in _list_legend(record.colour, group, colours):
        figure.add_trace(go.Scatter(name=name, mode="lines", x=[None], y=[None], line=look, hoverinfo="skip"))
    most = LONGEST // len(group.metrics)
    names = " and ".join(shorten(metric.name, max(most, SHORTEST)) for metric in group.metrics)
    figure.update_layout(**_layout(names, record.x_title, 380))
    legend = {"title": {"text": escape(shorten(_title_colours(record.colour), 60)), "font": {"size": 12}}}
    figure.update_layout(legend=legend)
    return figure


def draw_run(record: RunCurvesRecord) -> go.Figure:
    """Draw a run's history of the target beside that of the best one."""
    figure = go.Figure(layout={"template": template()})
    named = set()
    for curve in sorted(record.curves, key=lambda c: c.whose == "this"):
        words, colour, width = WHOSE[curve.whose]
        metric = DrawnMetric(curve.metric, curve.side)
        look: Line = {"color": COLOURS[colour], "width": width}
        line = _draw_line(curve, curve.run, f"{curve.name} ({words})", metric, "step", look)
        key = (curve.whose, curve.metric)
        line.name, line.showlegend = escape(f"{words}, {shorten(curve.metric, 24)}"), key not in named
        named.add(key)
        figure.add_trace(line)
    figure.update_layout(**_layout(shorten(record.metric, LONGEST), "step", 250))
    return figure


def draw_best(record: BestRecord) -> go.Figure:
    """Draw the target's metric per step for the best runs, the best on top."""
    figure = go.Figure(layout={"template": template()})
    metric = DrawnMetric(record.metric, "")
    log = record.log and all(np.nanmin(floats(curve.y)) > 0 for curve in record.curves)
    for curve in reversed(record.curves):
        first = curve.rank == 1
        look: Line = {"width": 2.6 if first else 1.3, "color": COLOURS["importance"] if first else COLOURS["unclear"]}
        figure.add_trace(_draw_line(curve, curve.run, f"{curve.rank}. {curve.name}", metric, "step", look))
        if curve.rank <= NAMED:
            figure.add_annotation(**_rank(curve, log))
    words = shorten(record.metric, LONGEST) + (" (log scale)" if log else "")
    figure.update_layout(**_layout(words, "step", 250), margin_r=28)
    figure.update_layout(showlegend=False)
    if log:
        figure.update_yaxes(type="log", tickformat="~g", nticks=5)
    return figure


def _rank(curve: BestCurve, log: bool) -> Plotly:
    """Return the rank of a curve, at its end."""
    y = floats(curve.y)
    last = np.flatnonzero(np.isfinite(y))[-1]
    return {
        "x": float(doubles(curve.x)[last]),
        "y": float(np.log10(y[last]) if log else y[last]),  # on a log axis Plotly wants the logarithm
        "text": str(curve.rank),
        "showarrow": False,
        "xanchor": "left",
        "xshift": 4,
        "font": {"size": 11, "color": COLOURS["ink"]},
    }


def choose_colours(colour: Colouring) -> dict[int, str]:
    """Return the colour of every class; those below 0 are of runs without a value."""
    n = len(colour.words)
    without = range(-len(colour.none), 0)
    if colour.kind == "category":
        hues = {i: COLOURS["unclear"] if colour.rest and i == n - 1 else HUES[i] for i in range(n)}
        return hues | dict.fromkeys(without, COLOURS["unclear"])
    steps = [round(i * (len(SHADES) - 1) / max(n - 1, 1)) for i in range(n)]
    if colour.kind == "number":
        steps.reverse()  # large values are dark
    return {
        **{i: SHADES[step] for i, step in enumerate(steps)},
        **dict.fromkeys(without, COLOURS["negative" if colour.kind == "order" else "unclear"]),
    }


def _draw_line(curve: PackedCurve, run: str, name: str, metric: DrawnMetric, x: str, look: Line) -> go.Scatter:
    """Draw the curve of a run, given by its id and name, along `x`."""
    y = floats(curve.y)
    means = {}
    if curve.mean_x is not None:  # the page smooths these
        parts = {"x": curve.mean_x, "y": curve.mean_y}
        means = {"means": {part: {"bdata": parts[part], "dtype": kind} for part, kind in PACKED.items()}}
    alone = np.isfinite(y).sum() == 1  # a line of one point cannot be seen
    about = f"<b>{escape(shorten(name, 60))}</b><br>{escape(shorten(metric.name, 60))}"
    return go.Scatter(
        name=escape(name),
        mode="lines+markers" if alone else "lines",
        x=doubles(curve.x),
        y=y,
        text=about,
        line={**look, "dash": DASHES.get(metric.side, "solid")},
        marker={"size": 6},
        meta={"run": run, "metric": metric.name, **means},
        showlegend=False,
        hovertemplate=f"%{{text}} %{{y:.4g}}<br>{escape(shorten(x, 30))} %{{x:.5~g}}<extra></extra>",
    )


def _list_legend(colour: Colouring, group: CurveGroup, colours: dict[int, str]) -> list[tuple[str, Line]]:
    """Return what stands in the legend: each class with its colour, and what solid and dashed mean."""
    classes = {colour.of[curve.run] for curve in group.curves}
    entries: list[tuple[str, Line]] = [
        (escape(shorten(words or "empty", LONGEST)), {"color": colours[i], "width": 3})
        for i, words in enumerate(colour.words)
        if i in classes
    ]
    without = [words for i, words in enumerate(colour.none) if -1 - i in classes]
    if without:
        entries.append((escape(", ".join(without)), {"color": colours[-1], "width": 3}))
    if len(group.metrics) > 1:
        for metric in group.metrics:
            dash = DASHES.get(metric.side, "solid")
            words = f"{'dashed' if dash == 'dash' else 'solid'}: {shorten(metric.name, LONGEST)}"
            entries.append((escape(words), {"color": COLOURS["ink"], "width": 1.6, "dash": dash}))
    return entries


def _title_colours(colour: Colouring) -> str:
    if colour.by == "target":
        return f"{colour.label}, best first"
    return f"{colour.label} (log scale)" if colour.scale == "log" else colour.label


def _layout(y: str, x: str, height: int) -> Plotly:
    small = {"font": {"size": 11}, "orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
    small |= {"itemclick": False, "itemdoubleclick": False}
    grid = {"showgrid": True, "gridcolor": COLOURS["line"], "gridwidth": 1}
    return {
        "height": height,
        "margin": {"l": 66, "r": 16, "t": 8, "b": 44},
        "showlegend": True,
        "legend": small,
        "hovermode": "closest",
        "hoverdistance": 12,
        "xaxis": {"title": {"text": escape(shorten(x, LONGEST)), "standoff": 6}, "nticks": 8, "tickformat": ",~g"},
        "yaxis": {"title": {"text": escape(y), "standoff": 4}, "nticks": 7, "tickformat": ",~g", **grid},
    }
