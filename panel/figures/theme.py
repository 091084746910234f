"""The one template: colours by meaning, in light and dark."""

from __future__ import annotations

import plotly.graph_objects as go

LIGHT = {
    "importance": "#4263eb",
    "unclear": "#adb5bd",
    "positive": "#0b9a6d",
    "negative": "#e8590c",
    "ink": "#212529",
    "muted": "#636a72",
    "line": "#dee2e6",
    "best": "#2b3fae",
    "middle": "#91a7ff",
    "worst": "#eef1ff",
    "infeasible": "#c92a2a",
}
"""Colours of meaning. Sign is told by side and label too, never by colour alone."""

DARK = {
    "importance": "#748ffc",
    "unclear": "#6b6f76",
    "positive": "#38d9a9",
    "negative": "#ff922b",
    "ink": "#e9ecef",
    "muted": "#a6a7ab",
    "line": "#373a40",
    "best": "#bac8ff",
    "middle": "#4c63c9",
    "worst": "#25283a",
    "infeasible": "#ff8787",
}

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"


def template() -> go.layout.Template:
    """Return the template: transparent, small type, no chart junk."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "color": LIGHT["muted"],
        "linecolor": LIGHT["line"],
        "fixedrange": True,
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": LIGHT["ink"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "margin": {"l": 8, "r": 16, "t": 8, "b": 32},
            "hoverlabel": {"font": {"family": FONT, "size": 12}},
            "meta": {"dark": {LIGHT[name]: DARK[name] for name in LIGHT}},
        }
    )


def escape(text: str) -> str:
    """Return text that Plotly shows as it is: names from data are never markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int = 26) -> str:
    """Return a long name without its middle, which tells least."""
    if len(text) <= limit:
        return text
    tail = limit * 3 // 5
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"
