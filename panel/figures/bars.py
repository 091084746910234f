"""The bar panel: importance with interval and noise floor, and correlation, one line a parameter."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ..importance.correlation import CorrelationRow
from ..importance.record import ImportanceRow
from .theme import COLOURS, escape, shorten_names, template

ROW = 34
"""Height of one line in pixels."""

LETTER = 6.9
"""Width of a typical letter of an axis label in pixels."""


def draw_bars(importance: Sequence[ImportanceRow], correlation: Sequence[CorrelationRow]) -> go.Figure:
    """
    Draw importance and correlation side by side.

    Parameters
    ----------
    importance
        Rows of an importance record.
    correlation
        Rows of a correlation record; only those of whole parameters are drawn.

    Returns
    -------
    go.Figure
        One line for every row of `importance`, in its order, from the top. Every trace has one entry a row, so that the
        page can pick and order rows without asking for another figure.
    """
    y = list(range(len(importance)))
    names = [row.parameter for row in importance]
    by_name = {row.parameter: row for row in correlation if not row.value}
    own = [by_name.get(name) for name in names]
    labels = shorten_names(names)
    figure = go.Figure(layout={"template": template()})
    figure.add_trace(_draw_importance(importance, y))
    figure.add_trace(_draw_floors(importance, y))
    figure.add_trace(_draw_correlation(own, y))
    figure.add_trace(_draw_ratios(own, y))
    figure.add_trace(_write_shares(importance, y))
    largest = max(map(find_reach, importance), default=1.0) or 1.0
    figure.update_layout(
        height=max(len(y), 1) * ROW + 48,
        bargap=0.45,
        margin={"b": 50, "r": 40, "l": 16 + round(LETTER * max(map(len, labels), default=0))},
        xaxis={
            "domain": [0.0, 0.62],
            "range": [0, 1.28 * largest],
            "title": {"text": "importance", "standoff": 6},
            "tickformat": ".2~f",
            "nticks": 5,
            "tickangle": 0,
        },
        xaxis2={
            "domain": [0.7, 1.0],
            "range": [-1.45, 1.45],
            "title": {"text": "correlation", "standoff": 6},
            "tickvals": [-1, 0, 1],
            "ticktext": ["−1", "0", "+1"],
            "tickangle": 0,
            "anchor": "y",
        },
        yaxis={
            "range": [len(y) - 0.5, -0.5],
            "tickvals": y,
            "ticktext": [escape(label) for label in labels],
            "ticklabelstandoff": 4,  # an interval that begins at 0 would strike the label
            "ticklabeloverflow": "allow",  # measuring labels takes longer than drawing the rest
        },
        shapes=[
            {
                "type": "line",
                "xref": "x2",
                "yref": "paper",
                "x0": 0,
                "x1": 0,
                "y0": 0,
                "y1": 1,
                "line": {"color": COLOURS["line"], "width": 1},
                "layer": "below",
            }
        ],
    )
    return figure


def draw_correlations(correlation: Sequence[CorrelationRow]) -> go.Figure:
    """
    Draw correlations alone.

    Parameters
    ----------
    correlation
        Rows of whole parameters.

    Returns
    -------
    go.Figure
        One line a row, in their order, from the top.
    """
    figure = draw_bars([ImportanceRow(row.parameter, 0.0) for row in correlation], correlation)
    figure.data = [trace for trace in figure.data if trace.xaxis == "x2"]
    figure.update_layout(xaxis={"visible": False, "domain": [0, 0.01]}, xaxis2={"domain": [0.05, 1.0]})
    return figure


def _draw_importance(rows: Sequence[ImportanceRow], y: list[int]) -> go.Bar:
    shares = [row.importance or 0.0 for row in rows]
    return go.Bar(
        name="importance",
        orientation="h",
        x=shares,
        y=y,
        marker={"color": [COLOURS["unclear"] if row.clear is False else COLOURS["importance"] for row in rows]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_measure_gap(row.high, s) for row, s in zip(rows, shares, strict=True)],
            "arrayminus": [_measure_gap(s, row.low) for row, s in zip(rows, shares, strict=True)],
            "color": COLOURS["ink"],
            "thickness": 1.2,
            "width": 4,
        },
        customdata=[[escape(row.parameter), _write_interval(row), _write_clear(row), row.parameter] for row in rows],
        hovertemplate="<b>%{customdata[0]}</b><br>importance %{x:.3f}%{customdata[1]}"
        "<br>%{customdata[2]}<extra></extra>",
    )


def _write_shares(rows: Sequence[ImportanceRow], y: list[int]) -> go.Scatter:
    return go.Scatter(
        name="share",
        mode="text",
        x=[find_reach(row) for row in rows],
        y=y,
        text=[f"  {escape(write_share(row.importance))}" for row in rows],
        textposition="middle right",
        textfont={"color": COLOURS["muted"], "size": 11},
        cliponaxis=False,
        hoverinfo="skip",
    )


def find_reach(row: ImportanceRow) -> float:
    """Return how far to the right a row's bar, whisker and tick reach."""
    return max(row.importance or 0.0, row.high or 0.0, (row.floor or 0.0) if row.importance else 0.0)


def write_share(share: float | None) -> str:
    """Return an importance with two digits; one that is not nothing is never written as nothing."""
    return "< 0.01" if share and share < 0.005 else f"{share or 0.0:.2f}"


def _measure_gap(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(0.0, upper - lower)


def _write_interval(row: ImportanceRow) -> str:
    return "" if row.low is None else f", 90 % interval {row.low:.3f} to {row.high:.3f}"


def _write_clear(row: ImportanceRow) -> str:
    if row.clear is None:
        return "this method has no noise floor"
    return str(row.why)


def _draw_floors(rows: Sequence[ImportanceRow], y: list[int]) -> go.Scatter:
    return go.Scatter(
        name="noise floor",
        mode="markers",
        x=[row.floor if row.importance else None for row in rows],
        y=y,
        marker={"symbol": "line-ns", "size": 16, "line": {"width": 1.5, "color": COLOURS["muted"]}},
        hoverinfo="skip",
    )


def _draw_correlation(rows: Sequence[CorrelationRow | None], y: list[int]) -> go.Bar:
    values = [None if row is None else row.correlation for row in rows]
    return go.Bar(
        name="correlation",
        orientation="h",
        x=values,
        y=y,
        xaxis="x2",
        marker={"color": [COLOURS["positive"] if (v or 0) >= 0 else COLOURS["negative"] for v in values]},
        text=["" if v is None else f"{v:+.2f}".replace("-", "−") for v in values],
        textposition="outside",
        cliponaxis=False,
        textfont={"color": COLOURS["muted"], "size": 11},
        hovertemplate="correlation %{x:+.3f}<extra></extra>",
    )


def _draw_ratios(rows: Sequence[CorrelationRow | None], y: list[int]) -> go.Scatter:
    ratios = [None if row is None else row.eta for row in rows]
    return go.Scatter(
        name="correlation ratio",
        mode="text",
        x=[None if ratio is None else 0.0 for ratio in ratios],
        y=y,
        xaxis="x2",
        text=["" if ratio is None else f"η {ratio:.2f}" for ratio in ratios],
        textfont={"color": COLOURS["muted"], "size": 11},
        hoverinfo="skip",
    )
