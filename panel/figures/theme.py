"""The one template: colours by meaning, in light and dark."""

from __future__ import annotations

import os.path
from collections import Counter
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

Plotly = dict[str, Any]
"""A trace, an axis or another part of a figure, as Plotly takes it."""

LIGHT = {
    "importance": "#4263eb",
    "unclear": "#adb5bd",
    "point": "#5f666d",
    "positive": "#0b9a6d",
    "negative": "#e8590c",
    "ink": "#212529",
    "muted": "#636a72",
    "line": "#dee2e6",
    "best": "#2b3fae",
    "middle": "#91a7ff",
    "worst": "#eef1ff",
    "infeasible": "#c92a2a",
    "shade1": "#24348f",
    "shade2": "#3a4fbd",
    "shade3": "#4f67d6",
    "shade4": "#6b84ea",
    "shade5": "#839aee",
    "shade6": "#9fadea",
    "shade7": "#b9c3e8",
    "hue1": "#0072b2",
    "hue2": "#d55e00",
    "hue3": "#00906a",
    "hue4": "#c2679a",
    "hue5": "#3a96d0",
    "hue6": "#b07a00",
    "hue7": "#7a3e9d",
    "hue8": "#495057",
}
"""
Colours of meaning. Sign is told by side and label too, never by colour alone.

Shades are for lines in an order, the first for the best; hues for lines of different kinds.
"""

DARK = {
    "importance": "#748ffc",
    "unclear": "#6b6f76",
    "point": "#a8adb5",
    "positive": "#38d9a9",
    "negative": "#ff922b",
    "ink": "#e9ecef",
    "muted": "#a6a7ab",
    "line": "#373a40",
    "best": "#bac8ff",
    "middle": "#4c63c9",
    "worst": "#25283a",
    "infeasible": "#ff8787",
    "shade1": "#e5ecff",
    "shade2": "#c5d2ff",
    "shade3": "#a3b5fa",
    "shade4": "#8297ee",
    "shade5": "#6579d6",
    "shade6": "#4f61b4",
    "shade7": "#3f4c8a",
    "hue1": "#4dabf7",
    "hue2": "#ff8a4c",
    "hue3": "#2fd3a5",
    "hue4": "#f0a6cc",
    "hue5": "#8fd0ff",
    "hue6": "#ffc14d",
    "hue7": "#c49be0",
    "hue8": "#ced4da",
}

POINT_OPACITY = 0.75
"""Of points among many, so that a crowd is darker than one; with the colour of points 3:1 against the page, or more."""

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


CONTEXT = 8
"""Letters that are kept at most before those that tell alike names apart."""


def shorten_names(names: Sequence[str], limit: int = 26) -> list[str]:
    """
    Return names of parameters that fit; the same rule as `shortenNames` in assets/page/shorten.mjs.

    What many of them share tells least: leading parts go that others have too, as long as no other name ends alike.
    """
    parts = [_list_endings(name) for name in names]
    counts = Counter(text for own in parts for text in own)
    rests = [_find_rest(own, counts, limit) for own in parts]
    texts = [shorten(rest if rest == name else f"…{rest}", limit) for rest, name in zip(rests, names, strict=True)]
    alike: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        alike.setdefault(text, []).append(i)
    for group in alike.values():
        if len(group) > 1:
            for i, text in zip(group, _tell_apart([rests[i] for i in group], limit), strict=True):
                texts[i] = text
    return texts


def _list_endings(name: str) -> list[str]:
    """Return the whole name, and what remains of it after each dot or slash."""
    return [name, *(name[i + 1 :] for i, letter in enumerate(name[:-1]) if letter in "./")]


def _find_rest(own: list[str], counts: Counter[str], limit: int) -> str:
    """Return the longest ending of a name that fits and is of no other name; else the shortest that is of no other."""
    name = own[0]
    if len(name) <= limit:
        return name
    alone = [text for text in own if counts[text] == 1]
    return next((text for text in alone if text != name and len(text) < limit), alone[-1] if alone else name)


def _tell_apart(rests: list[str], limit: int) -> list[str]:
    """Return names that were cut to the same text from the word in which they differ."""
    same = os.path.commonprefix(rests)  # noqa: RUF071 (letter by letter is what is wanted)
    word = max(same.rfind("."), same.rfind("/")) + 1
    start = word if len(same) - word <= CONTEXT else len(same) - CONTEXT
    cut = [rest[start:] for rest in rests]
    return ["…" + (f"{t[: limit - 2]}…" if len(t) > limit - 1 else t) for t in cut]
