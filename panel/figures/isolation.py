"""The values of one parameter side by side: their configs, their best run, and the expected best of equally many."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from .theme import LIGHT, escape, shorten, template

JITTER = 0.3
"""How far beside the middle of its column a config may lie."""

BESIDE = 0.14
"""How far beside the middle the expected best stands, so that it does not hide the best run."""

LONGEST = 15
"""Letters of a label on the axis."""

GOOD_ROOM, BAD_ROOM = 0.1, 0.14
"""Shares of the axis beyond the best run, where its value stands, and at the bad end, where infeasible runs are."""


def isolation(record: dict[str, Any]) -> go.Figure:
    """
    Draw the values of a parameter side by side.

    Parameters
    ----------
    record
        See `panel.runs.isolation.record`.
    """
    buckets = record["buckets"]
    figure = go.Figure(layout={"template": template()})
    limits, axis = _target_axis(record)
    baseline = next((b for b in buckets if b["label"] == record["baseline"]), None)
    for trace in (_configs(record, limits), _best(record), _expected(record), _infeasible(record, limits)):
        if len(trace.x):
            figure.add_trace(trace)
    if baseline and baseline["expected"] is not None:
        figure.add_hline(y=baseline["expected"], line={"color": LIGHT["muted"], "width": 1, "dash": "dot"})
    figure.update_layout(
        height=400,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 11}},
        margin={"l": 70, "r": 16, "t": 34, "b": 96 if record["kind"] == "number" else 80},
        xaxis={
            "title": {"text": escape(shorten(record["parameter"], 60)), "standoff": 8},
            "tickvals": list(range(len(buckets))),
            "ticktext": [_tick(b, record) for b in buckets],
            "tickfont": {"size": 11},
            "tickangle": 0,
            "range": [-0.6, len(buckets) - 0.4],
        },
        yaxis={**axis, "title": {"text": _target_title(record), "standoff": 6}},
    )
    return figure


def two(record: dict[str, Any]) -> go.Figure:
    """Draw two values of a parameter, or two configs, side by side; see `panel.runs.adopt.record`."""
    counted = "configs" if record["m"] else "runs"
    sides = [{"best": None, **group, "configs": group[counted]} for group in record["groups"]]
    about = {"drawn_are": counted, "buckets": sides, "baseline": sides[1]["label"], "kind": "category"}
    return isolation({"parameter": "config", **record, **about})


def _target_title(record: dict[str, Any]) -> str:
    scale = " (log scale)" if record["log"] else ""
    return f"{escape(shorten(record['target'], 34))}{scale}"


def _tick(bucket: dict[str, Any], record: dict[str, Any]) -> str:
    low, to, high = bucket["label"].partition(" to ") if record["kind"] == "number" else (bucket["label"], "", "")
    label = escape(shorten(low, LONGEST)) + (f"<br>to {escape(high)}" if to else "")
    name = f"<b>{label}</b><br>baseline" if bucket["label"] == record["baseline"] else label
    return f"{name}<br>n = {bucket['configs']:,}"


def _target_axis(record: dict[str, Any]) -> tuple[tuple[float, float], dict[str, Any]]:
    """
    Return from where to where the target is drawn, and its axis.

    From the best run to the middle config, or as far as intervals reach: what is worse is not the question.
    """
    shown = [b[key] for b in record["buckets"] for key in ("low", "high", "expected") if b[key] is not None]
    shown += [b["best"]["target"] for b in record["buckets"] if b["best"]]
    shown.append(record["middle"])
    ends = np.array([v for v in shown if v > 0 or not record["log"]], float)
    ends = np.log10(ends) if record["log"] else ends
    low, high = float(ends.min()), float(ends.max())
    span = (high - low) or abs(high) or 1.0
    good, bad = (
        GOOD_ROOM * span,
        (BAD_ROOM if any(b["infeasible"] for b in record["buckets"]) else GOOD_ROOM / 2) * span,
    )
    ends = np.array([low - good, high + bad] if record["goal"] == "minimize" else [low - bad, high + good])
    axis: dict[str, Any] = {"range": ends.tolist(), "nticks": 6}
    if record["log"]:
        axis |= {"type": "log", "tickformat": "~g", **_log_ticks(float(ends[1] - ends[0]))}
        ends = 10**ends
    return (float(ends[0]), float(ends[1])), axis


def _log_ticks(decades: float) -> dict[str, Any]:
    """Return ticks at 1, 2 and 5 of each decade; more of them on a short axis, fewer on a long one."""
    return {"nticks": 6} if decades > 3 else {"dtick": "D2" if decades > 0.5 else "D1"}


def _configs(record: dict[str, Any], limits: tuple[float, float]) -> go.Scatter:
    spread = np.random.default_rng(0).uniform(-JITTER, JITTER, len(record["points"]))
    low, high = limits
    inside = [(p, s) for p, s in zip(record["points"], spread, strict=True) if low <= p[1] <= high]
    return go.Scatter(
        name=record.get("drawn_are", "configs"),
        mode="markers",
        x=[p[0] + float(s) for p, s in inside],
        y=[p[1] for p, _ in inside],
        customdata=[[escape(p[3]), p[2], "" if p[4] == 1 else f", mean of {p[4]} runs"] for p, _ in inside],
        marker={"size": 5, "color": LIGHT["unclear"], "opacity": 0.5},
        hovertemplate="%{customdata[0]}: %{y:.4g}%{customdata[2]}<extra></extra>",
    )


def _best(record: dict[str, Any]) -> go.Scatter:
    found = [(i, b["best"]) for i, b in enumerate(record["buckets"]) if b["best"]]
    below = record["goal"] == "minimize"
    return go.Scatter(
        name="best run",
        mode="markers+text",
        x=[i - BESIDE for i, _ in found],
        y=[best["target"] for _, best in found],
        text=[f"{best['target']:.4g}" for _, best in found],
        textposition="bottom center" if below else "top center",
        textfont={"size": 11, "color": LIGHT["ink"]},
        cliponaxis=False,
        customdata=[[escape(best["name"]), best["run"]] for _, best in found],
        marker={"size": 11, "symbol": "star", "color": LIGHT["ink"]},
        hovertemplate="best: %{customdata[0]}: %{y:.4g}<extra></extra>",
    )


def _expected(record: dict[str, Any]) -> go.Scatter:
    found = [(i, b) for i, b in enumerate(record["buckets"]) if b["expected"] is not None]
    mean = np.array([b["expected"] for _, b in found], float)
    low, high = (np.array([b["expected"] if b[k] is None else b[k] for _, b in found], float) for k in ("low", "high"))
    return go.Scatter(
        name=f"{_estimate(record)}, with {100 * record['level']:.0f} % interval",
        mode="markers",
        x=[i + BESIDE for i, _ in found],
        y=mean.tolist(),
        customdata=[[f"{a:.4g}", f"{b:.4g}"] for a, b in zip(low, high, strict=True)],
        marker={"size": 11, "symbol": "diamond", "color": LIGHT["importance"]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": np.maximum(0, high - mean).tolist(),
            "arrayminus": np.maximum(0, mean - low).tolist(),
            "color": LIGHT["importance"],
            "thickness": 2.4,
            "width": 5,
        },
        hovertemplate=f"{_estimate(record)}: %{{y:.4g}} (%{{customdata[0]}} to %{{customdata[1]}})<extra></extra>",
    )


def _estimate(record: dict[str, Any]) -> str:
    return f"expected best of {record['m']} configs" if record["m"] else "mean of the runs"


def _infeasible(record: dict[str, Any], limits: tuple[float, float]) -> go.Scatter:
    """Return a cross for each value with infeasible runs, at the bad end of the axis, with their number."""
    found = [(i, b["infeasible"]) for i, b in enumerate(record["buckets"]) if b["infeasible"]]
    low, high = np.log10(limits) if record["log"] else limits
    place = high - 0.04 * (high - low) if record["goal"] == "minimize" else low + 0.04 * (high - low)
    return go.Scatter(
        name="infeasible runs",
        mode="markers+text",
        x=[i for i, _ in found],
        y=[float(10**place if record["log"] else place)] * len(found),
        text=[f"{n:,}" for _, n in found],
        textposition="middle right",
        textfont={"size": 11, "color": LIGHT["muted"]},
        marker={"size": 8, "symbol": "x", "color": LIGHT["negative"]},
        hovertemplate="%{text} infeasible<extra></extra>",
    )
