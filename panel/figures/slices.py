"""The target against one parameter: runs, the best and the infeasible ones, trend with band, running best, boxes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

import numpy as np
import plotly.graph_objects as go

from ..data.statistics import short
from ..runs.slice_plots import Numbers, Slice
from ..runs.slices import SlicesRecord
from .axes import draw_axis, log_axis, say_scale, titled
from .theme import COLOURS, POINT_OPACITY, Plotly, escape, shorten, template

T = TypeVar("T")

SMALL, LARGE = 214, 460
"""Heights in pixels."""

WIDTH = 236
"""Pixels between the axes of a small plot where it is narrowest; labels must do with that."""

LETTER = 6.6
"""Width of a typical letter in pixels."""

GROUPS = ("runs", "infeasible", "best")
"""The traces of points, from the bottom; every other trace is a line, a band or a box."""

TRIANGLES = {1: "triangle-up", -1: "triangle-down"}
"""What a run is drawn as that lies above or below what the axis shows."""


def say_points(record: SlicesRecord) -> dict[str, list[list[str]]]:
    """
    Return what a point says, by trace: the run's name, its target in words, why it is infeasible, and its id.

    It is the same in all plots of a record; the page puts it into the small ones, so that it travels once.
    """
    drawn = record.drawn
    said = []
    for group, name, target, why, run in zip(drawn.group, drawn.name, drawn.target, drawn.why, drawn.id, strict=True):
        value = f"{record.metric} {_words(target)}" if group != "infeasible" else f"infeasible: {why}"
        said.append([escape(name), escape(value), escape(why), run])
    return _split_by_group(record, said)


def list_targets(record: SlicesRecord) -> dict[str, list[float | None]]:
    """Return the targets of the points as logged, in the order of `say_points`: a plot draws some elsewhere."""
    return _split_by_group(record, record.drawn.target)


def list_beyond_32_bits(record: SlicesRecord, number: int) -> dict[str, list[float | None]] | None:
    """
    Return the values of one of a record's slices by trace, if the 32-bit floats of its figure cannot hold them.

    They do not if they are not within a millionth, or if a whole number becomes another one; ``None`` if they do.
    """
    values = record.slices[number].x
    there = np.array([v for v in values if v is not None], float)
    with np.errstate(over="ignore"):
        held = there.astype("f4").astype(float)
    near = np.abs(held - there) <= 1e-6 * np.abs(there)
    whole = there == np.round(there)
    return None if bool((near & (~whole | (held == there))).all()) else _split_by_group(record, values)


def _split_by_group(record: SlicesRecord, values: Sequence[T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {group: [] for group in GROUPS}
    for group, value in zip(record.drawn.group, values, strict=True):
        groups[group].append(value)
    return groups


def draw_slice(record: SlicesRecord, number: int, large: bool = False) -> go.Figure:
    """
    Draw one of a record's slices.

    Parameters
    ----------
    record
        A record of `runs.slices`.
    number
        Which of its slices.
    large
        Enlarged: higher, with what points say (`say_points`), and with boxes and lassos that select runs.
    """
    one = record.slices[number]
    category = bool(one.axis.labels)
    traces = _draw_boxes(record, one) if category else _draw_lines(record, one)
    below, above = traces[:1], traces[1:]
    points = _draw_points(record, one, say_points(record) if large else None)
    selected = _scatter(
        name="selected",
        mode="markers",
        x=[],
        y=[],
        marker={"symbol": "circle-open", "size": 10, "color": COLOURS["ink"], "line": {"width": 1.6}},
        hoverinfo="skip",
    )
    x = draw_axis(one.axis, 6 if large else 4)
    ticks, room = _fit_labels(one, large) if category else ({}, 0)
    short = 18 if one.axis.scale == "log" else 28  # the words for the scale have their place too
    title = titled(one.parameter, one.axis.scale, limit=60 if large else short)
    layout = {
        "template": _template(),
        "meta": {"scale": say_scale(one.axis.scale), "letters": 60 if large else short},  # for names told apart there
        "height": (LARGE if large else SMALL) + room,
        "margin": {"l": 58, "r": 10, "t": 6, "b": 44 + room},
        "boxmode": "overlay",
        "dragmode": "select" if large else False,
        "hovermode": "closest",
        "xaxis": {**x, **ticks, "title": {"text": title, "standoff": 6}},
        "yaxis": {**_draw_target_axis(record, large), "showgrid": True, "gridcolor": COLOURS["line"], "gridwidth": 0.5},
    }
    # a test validates them; forty of them validated for every answer would take longer than all the rest
    return go.Figure({"data": [*below, *points, *above, selected], "layout": layout}, _validate=False)


@cache
def _template() -> Plotly:
    return template().to_plotly_json()


def _scatter(**fields: Any) -> Plotly:
    return {"type": "scatter", **fields}


def _draw_target_axis(record: SlicesRecord, large: bool) -> Plotly:
    """Return the axis of the target, with room for infeasible runs on its bad side."""
    axis = record.target
    low, high = axis.range
    title = {"text": titled(record.metric, axis.scale, 60 if large else 16), "standoff": 4}
    if axis.scale == "log":
        return {**log_axis(low, high, 6 if large else 4, room=0.0), "title": title}
    return {"range": [low, high], "nticks": 7 if large else 5, "title": title}


def _fit_labels(one: Slice, large: bool) -> tuple[Plotly, int]:
    """Return labels that fit, with how many runs each has where there is room, and the height they need more."""
    labels = [label or "empty" for label in one.axis.labels]
    counts = [box.runs for box in one.boxes]
    slot = (900 if large else WIDTH) / len(labels) / LETTER
    longest, widest = max(map(len, labels)), max(len(f"{n:,}") for n in counts)
    if longest <= slot or slot >= 7:
        cut = max(4, int(slot))
        texts = [
            f"{escape(shorten(label, cut))}{f'<br>{n:,}' if widest < slot else ''}"
            for label, n in zip(labels, counts, strict=True)
        ]
        return {"ticktext": texts, "tickangle": 0}, 12
    texts = [escape(shorten(label, 14)) for label in labels]
    return {"ticktext": texts, "tickangle": -90}, round(LETTER * min(longest, 14)) - 8


def _draw_points(record: SlicesRecord, one: Slice, said: dict[str, list[list[str]]] | None) -> list[Plotly]:
    group = np.array(record.drawn.group)
    x, y = _floats(one.x), _floats(record.drawn.y)
    beyond = np.array(record.drawn.beyond)
    form = "d" if one.axis.kind == "integer" else ".4g"
    place = "" if one.axis.labels else f"<br>{escape(one.parameter)} %{{x:{form}}}"
    markers = {
        "runs": {"size": 5, "color": COLOURS["point"], "opacity": POINT_OPACITY, "symbol": "circle"},
        "infeasible": {"size": 7, "symbol": "x-thin", "line": {"width": 1.6, "color": COLOURS["infeasible"]}},
        "best": {
            "size": 7,
            "color": COLOURS["positive"],
            "symbol": "diamond",
            "line": {"width": 1, "color": COLOURS["ink"]},
        },
    }
    traces = []
    for name in GROUPS:
        own = group == name
        marker = dict(markers[name])
        if beyond[own].any():
            marker.setdefault("line", {"width": 0})  # points of several sizes have a rim unless told otherwise
            marker["size"] = [9 if side else marker["size"] for side in beyond[own].tolist()]
            marker["symbol"] = [TRIANGLES.get(side, marker["symbol"]) for side in beyond[own].tolist()]
        traces.append(
            _scatter(
                name=name,
                mode="markers",
                x=x[own],
                y=y[own],
                marker=marker,
                unselected={"marker": {"opacity": POINT_OPACITY if name == "runs" else 1}},
                hovertemplate=f"<b>%{{customdata[0]}}</b><br>%{{customdata[1]}}{place}<extra></extra>",
                **({} if said is None else {"customdata": said[name]}),
            )
        )
    return traces


def _draw_lines(record: SlicesRecord, one: Slice) -> list[Plotly]:
    """Return the band, the trend and the running best; nothing where there are too few runs for them."""
    trend = one.trend
    if trend is None:
        return []
    edges, best = trend.edges, trend.best
    unit = escape(shorten(record.metric, 30))
    return [
        _scatter(
            name="band",
            mode="lines",
            x=_floats([*trend.x, *reversed(trend.x)]),
            y=_floats([*trend.high, *reversed(trend.low)]),
            fill="toself",
            fillcolor=COLOURS["band"],
            line={"width": 0},
            hoverinfo="skip",
        ),
        _scatter(
            name="trend",
            mode="lines",
            x=_floats(trend.x),
            y=_floats(trend.median),
            line={"color": COLOURS["importance"], "width": 2.4},
            customdata=[
                [f"{n:,}", _words(a), _words(b)] for n, a, b in zip(trend.n, trend.low, trend.high, strict=True)
            ],
            hovertemplate=f"median {unit} %{{y:.4g}}<br>%{{customdata[1]}} to %{{customdata[2]}}"
            "<br>%{customdata[0]} configs near %{x:.4g}<extra></extra>",
        ),
        _scatter(
            name="running best",
            mode="lines",
            x=_floats([v for pair in itertools.pairwise(edges) for v in pair]),
            y=_floats([v for value in best for v in (value, value)]),
            line={"color": COLOURS["positive"], "width": 1.6, "dash": "dot"},
            hoverinfo="skip",
        ),
    ]


def _draw_boxes(record: SlicesRecord, one: Slice) -> list[Plotly]:
    """Return a box for every label with enough runs, and the best run of each."""
    boxes = one.boxes
    quartiles = {i: box.five for i, box in enumerate(boxes) if box.five}
    marks = [i for i, box in enumerate(boxes) if box.runs]
    labels = [escape(label or "empty") for label in one.axis.labels]
    unit = escape(shorten(record.metric, 30))
    return [
        {
            "type": "box",
            "name": "boxes",
            "x": list(quartiles),
            "lowerfence": [five[0] for five in quartiles.values()],
            "q1": [five[1] for five in quartiles.values()],
            "median": [five[2] for five in quartiles.values()],
            "q3": [five[3] for five in quartiles.values()],
            "upperfence": [five[4] for five in quartiles.values()],
            "width": 0.62,
            "fillcolor": COLOURS["band"],
            "line": {"color": COLOURS["importance"], "width": 1.6},
            "hoverinfo": "skip",
        },
        _scatter(
            name="running best",
            mode="markers",
            x=marks,
            y=[boxes[i].best for i in marks],
            marker={
                "symbol": "line-ew",
                "size": min(22, 0.7 * WIDTH / len(labels)),
                "line": {"width": 1.6, "color": COLOURS["positive"]},
            },
            customdata=[[labels[i], f"{boxes[i].runs:,}", _say_quartiles(boxes[i].five)] for i in marks],
            hovertemplate=f"<b>%{{customdata[0]}}</b>, %{{customdata[1]}} runs<br>best {unit} %{{y:.4g}}"
            "%{customdata[2]}<extra></extra>",
        ),
    ]


def _say_quartiles(five: Numbers | None) -> str:
    if five is None:
        return ""
    return f"<br>median {_words(five[2])}, half of the runs {_words(five[1])} to {_words(five[3])}"


def _words(value: float | None) -> str:
    return "?" if value is None else short(value)


def _floats(values: Sequence[float | None]) -> np.ndarray:
    """Return numbers as 32-bit floats, which travel packed; NaN, which is not drawn, for what is missing."""
    return np.array([np.nan if v is None else v for v in values], "f4")
