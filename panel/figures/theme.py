"""The one template: colours by meaning, in light and dark."""

from __future__ import annotations

import os.path
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go

from .palette import COLOURS, FONT

Plotly = dict[str, Any]
"""A trace, an axis or another part of a figure, as Plotly takes it."""

POINT_OPACITY = 0.75
"""Of points among many, so that a crowd is darker than one; with the colour of points 3:1 against the page, or more."""


def template() -> go.layout.Template:
    """Return the template: transparent, small type, no chart junk."""
    axis = {
        "showgrid": False,
        "zeroline": False,
        "color": COLOURS["muted"],
        "linecolor": COLOURS["line"],
        "fixedrange": True,
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": COLOURS["ink"]},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "showlegend": False,
            "margin": {"l": 8, "r": 16, "t": 8, "b": 32},
            "hoverlabel": {"font": {"family": FONT, "size": 12}},
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

LEAST = 3
"""Letters of a part that is cut."""


def shorten_names(names: Sequence[str], limit: int = 26) -> list[str]:
    """
    Return names of parameters that fit; the same rule as `shortenNames` in assets/page/shorten.mjs.

    What many of them share tells least: leading parts go that others have too, as long as no other name ends alike.
    """
    parts = [_list_endings(name) for name in names]
    counts = Counter(text for own in parts for text in own)
    rests = [_find_rest(own, counts, limit) for own in parts]
    texts = [shorten(rest if rest == name else f"…{rest}", limit) for rest, name in zip(rests, names, strict=True)]
    for group in _group_alike(texts):
        for i, text in zip(group, _tell_apart([rests[i] for i in group], limit), strict=True):
            texts[i] = text
    for cut in (_cut_end, shorten):  # names that differ in several places
        for i in (i for group in _group_alike(texts) for i in group):
            texts[i] = shorten(f"…{_squeeze(rests[i], limit - 1, cut)}", limit)
    return texts


def _group_alike(texts: list[str]) -> list[list[int]]:
    """Return the places of each text that is there more than once."""
    alike: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        alike.setdefault(text, []).append(i)
    return [group for group in alike.values() if len(group) > 1]


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


def _cut_end(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _squeeze(rest: str, limit: int, cut: Callable[[str, int], str]) -> str:
    """Return every part of a name, the longest cut until all fit; those with digits, which count something, last."""
    pieces = re.split("([./])", rest)
    words = pieces[::2]
    sizes = [len(word) for word in words]
    over = sum(sizes) + len(words) - 1 - limit
    for wanted in ([not re.search("[0-9]", word) for word in words], [True] * len(words)):
        while over > 0:
            left = [size if may and size > LEAST else 0 for size, may in zip(sizes, wanted, strict=True)]
            if not any(left):
                break
            sizes[left.index(max(left))] -= 1
            over -= 1
    pieces[::2] = [cut(word, size) for word, size in zip(words, sizes, strict=True)]
    return "".join(pieces)
