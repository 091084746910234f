"""Draw the evidence of a check: series on two axes, and limits as dashed lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..checks.base import Evidence, Mark, Series
from .axes import LONGEST, log_axis, titled
from .evidence_traces import NAME, SIDES, Scaled, Side, draw_trace, find_places
from .theme import COLOURS, escape, shorten, template

PLOT, FOOT = 190, 48
"""Heights in pixels of the plot and of what stands below it."""

ROW, MARK, CATEGORY = 19, 15, 19
"""Heights of a row of the legend, of labels of marks, and of a category."""

NARROW, LETTER, SWATCH = 250, 6.2, 42
"""Widths in pixels: the legend on a narrow screen, a letter, and the symbol before an entry."""

ORDER = {"band": 0, "bars": 1, "line": 2, "points": 3}
"""The order of drawing; later kinds lie on top."""

HUGE = 1e300
"""Limits beyond this overflow when the width of an axis is computed."""

TONES = {"rest": 0, "bad": 1, "best": 2}


@dataclass(frozen=True)
class Placed:
    """A mark that can be drawn: its place in Plotly's units and from 0 to 1, and its row of labels."""

    mark: Mark
    at: float
    place: float
    share: float
    row: int


def draw_evidence(record: Evidence) -> go.Figure:
    """
    Draw evidence.

    Its title is for the heading above the figure and is not drawn.

    Parameters
    ----------
    record
        What was seen. A place that is missing, or not positive on a log axis, is left out. Bars lie along the axis
        without labels: on one of categories from top to bottom they are horizontal.

    Returns
    -------
    go.Figure
        One trace a series. A point's ``customdata`` is the id of its run (empty if it is none), the same as markup,
        and the labels at its place.
    """
    figure = go.Figure(layout={"template": template()})
    sideways = bool(record.y.labels) and not record.x.labels
    axes = {side: _make_axis(record, side, sideways) for side in SIDES}
    seen: dict[tuple[str, str], list[str]] = {}  # the names of every tone and kind: the second has another shape
    for series in record.series:
        names = seen.setdefault((series.tone, "line" if series.kind == "line" else "points"), [])
        if series.name not in names:
            names.append(series.name)
    named: set[str] = set()
    for series in sorted(record.series, key=lambda s: (ORDER[s.kind], TONES[s.tone])):
        place = seen[series.tone, "line" if series.kind == "line" else "points"].index(series.name)
        trace = draw_trace(series, axes, place, sideways)
        if not len(trace.x):
            continue
        trace.update(
            legendgroup=series.name, showlegend=series.name not in named, legendrank=_find_rank(record, series)
        )
        named.add(series.name)
        figure.add_trace(trace)
    marks = {side: _place_marks(record, side, axes[side]) for side in SIDES}
    marked = MARK * (1 + max((placed.row for placed in marks["x"]), default=-1))
    top = 10 + marked + (ROW * _count_rows(list(named)) if len(named) > 1 else 0)
    down = max(PLOT, CATEGORY * len(record.y.labels))
    figure.update_layout(
        height=top + down + FOOT,
        showlegend=len(named) > 1,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1 + (marked + 2) / down,
            "yanchor": "bottom",
            "font": {"size": 11},
            "itemclick": False,
            "itemdoubleclick": False,
            "tracegroupgap": 0,
        },
        margin={"l": 8, "r": 16, "t": top, "b": FOOT},
        hovermode="closest",
        bargap=0.35,
        barmode="group",
        xaxis={**axes["x"].layout, "title": {"text": axes["x"].title, "standoff": 6, "font": {"size": 11}}},
        yaxis={**axes["y"].layout, "title": {"text": axes["y"].title, "standoff": 6, "font": {"size": 11}}},
    )
    _draw_marks(figure, marks)
    return figure


def _find_rank(record: Evidence, series: Series) -> int:
    """Return the place in the legend: that of the series with this name in the record."""
    return 1 + [s.name for s in record.series].index(series.name)


def _count_rows(names: list[str]) -> int:
    """Return how many rows the legend has on a narrow screen, where its entries are as wide as the widest."""
    widest = SWATCH + LETTER * max((len(shorten(name, NAME)) for name in names), default=0)
    return -(-len(names) // max(1, int(NARROW // widest)))


def _make_axis(record: Evidence, side: Side, sideways: bool) -> Scaled:
    along = record.x if side == "x" else record.y
    shared: dict[str, Any] = {"automargin": True, "tickfont": {"size": 11}}
    if along.labels:
        texts = [escape(shorten(str(label) or "empty", LONGEST)) for label in along.labels]
        low, high = -0.6, len(texts) - 0.4
        ends = (low, high) if side == "x" else (high, low)  # the first at the top
        layout = shared | {"tickvals": list(range(len(texts))), "ticktext": texts, "range": list(ends)}
        title = titled(along.label, "linear", 34)
        return Scaled(layout, ends, False, along.labels, title, title)
    values = _collect_values(record, side, sideways)
    log = along.log and bool((values > 0).any())
    if log:
        values = values[values > 0]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    if log:
        layout = shared | log_axis(low, high)
        ends = (layout["range"][0], layout["range"][1])
    else:
        room = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        bars = any(s.kind == "bars" for s in record.series) and (side == "x") == sideways
        ends = (low - room * (low < 0 or not bars), high + room * (high > 0 or not bars))  # bars stand on their axis
        layout = shared | {"range": list(ends), "nticks": 6, "tickformat": ",~g"}
    if side == "y":
        layout |= {"showgrid": True, "gridcolor": COLOURS["line"], "gridwidth": 1}
    limit = 24 if side == "y" else 34
    return Scaled(
        layout, ends, log, (), titled(along.label, "log" if log else "", limit), titled(along.label, "", limit)
    )


def _collect_values(record: Evidence, side: Side, sideways: bool) -> np.ndarray:
    """Return all values that an axis must show, with zero where bars stand on it."""
    along, value_side = record.x if side == "x" else record.y, "x" if sideways else "y"
    found: list[float | None] = [mark.at for mark in record.marks if mark.axis == side]
    for series in record.series:
        places = find_places(series, side)
        found += places
        if side == value_side:
            found += [*series.low, *series.high]
        if series.kind == "bars":
            found += [0.0] if side == value_side else _find_edges(places, along.log)
    values = np.array([np.nan if v is None else v for v in found], float)
    return np.clip(values[np.isfinite(values)], -HUGE, HUGE)


def _find_edges(places: Sequence[float | None], log: bool) -> list[float]:
    """Return the outer edges of bars that stand side by side."""
    known = sorted({p for p in places if p is not None})
    if not known:
        return []
    if log and known[0] > 0:
        ratio = min((b / a for a, b in pairwise(known)), default=np.e) ** 0.5
        return [known[0] / ratio, known[-1] * ratio]
    half = min((b - a for a, b in pairwise(known)), default=1.0) / 2
    return [known[0] - half, known[-1] + half]


def _place_marks(record: Evidence, side: Side, axis: Scaled) -> list[Placed]:
    """
    Return the marks across an axis that can be drawn, in order.

    Labels of marks across x stand above the plot, each in the lowest row in which there is room for it.
    """
    marks = [(m.at, m) for m in record.marks if m.axis == side and m.at is not None and (m.at > 0 or not axis.log)]
    start, end = axis.ends
    taken: list[float] = []  # up to where each row is
    placed = []
    for at, mark in sorted(marks, key=lambda pair: pair[0]):
        place = float(np.log10(at)) if axis.log else float(at)
        share, wide = (place - start) / (end - start), LETTER * len(shorten(mark.label, NAME)) / NARROW
        left = share - (wide if share > 0.5 else 0)
        row = next((i for i, used in enumerate(taken) if left > used), len(taken))
        taken[row : row + 1] = [left + wide + 0.02]
        placed.append(Placed(mark, at, place, share, row))
    return placed


def _draw_marks(figure: go.Figure, marks: Mapping[Side, list[Placed]]) -> None:
    """Draw every mark as a dashed line with its label: above the plot, or inside at the right."""
    for side, across in (SIDES, SIDES[::-1]):
        for placed in marks[side]:
            far = placed.share > 0.5
            figure.add_shape(
                type="line",
                line={"color": COLOURS["ink"], "width": 1.2, "dash": "dash"},
                **{f"{side}ref": side, f"{side}0": placed.at, f"{side}1": placed.at},
                **{f"{across}ref": f"{across} domain", f"{across}0": 0, f"{across}1": 1},
            )
            above = {"xanchor": "right" if far else "left", "yanchor": "bottom", "yshift": MARK * placed.row}
            inside = {"xanchor": "right", "yanchor": "top" if far else "bottom", "bgcolor": COLOURS["card"]}
            figure.add_annotation(
                text=escape(shorten(placed.mark.label, NAME)),
                showarrow=False,
                borderpad=0,
                font={"size": 11, "color": COLOURS["ink"]},
                **{f"{side}ref": side, side: placed.place, f"{across}ref": f"{across} domain", across: 1},
                **(above if side == "x" else inside),
            )
