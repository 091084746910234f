"""The page's own figures, in the colours of a theme."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ..errors import QuestionError

if TYPE_CHECKING:
    import plotly.graph_objects as go

THEMES = ("light", "dark")

_VARIABLE = re.compile(r"var\(--([\w-]+)\)")


def paint(figure: dict[str, Any], theme: str = "light") -> go.Figure:
    """
    Return a figure with colours in place of the names that they have on the page.

    Parameters
    ----------
    figure
        A figure as plain JSON.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    QuestionError
        If there is no such theme.
    """
    import plotly.graph_objects as go

    from ..figures.palette import DARK, LIGHT, PAGE_DARK, PAGE_LIGHT

    if theme not in THEMES:
        raise QuestionError(f"Theme {theme!r} is not known; use one of {', '.join(THEMES)}.")
    colours = {**LIGHT, **PAGE_LIGHT} if theme == "light" else {**DARK, **PAGE_DARK}
    text = _VARIABLE.sub(lambda name: colours[name[1]], json.dumps(figure))
    made = go.Figure(json.loads(text))
    background = colours["card"]
    return made.update_layout(paper_bgcolor=background, plot_bgcolor=background)
