"""The ranking as a picture: drawn as on the page, by a Chrome that is installed."""

from __future__ import annotations

import json

import plotly.graph_objects as go

from ..data.records import Json
from ..errors import SettingsError, name_kind
from ..figures.bars import draw_bars
from ..figures.palette import COLOURS, LIGHT, PAGE_LIGHT
from ..importance.correlation import CorrelationRow
from ..importance.record import ImportanceRow

MOST_ROWS = 30
"""Parameters that are drawn."""

WIDTH = 900
"""Pixels."""


def paint(figure: go.Figure) -> Json:
    """Return a figure in the light theme's own colours: a file has no stylesheet to say what they are."""
    text = figure.update_layout(paper_bgcolor=PAGE_LIGHT["card"]).to_json()
    for name, variable in COLOURS.items():
        text = text.replace(f'"{variable}"', f'"{(LIGHT | PAGE_LIGHT)[name]}"')
    return json.loads(text)


def draw_ranking(answer: Json) -> bytes:
    """
    Return the ranking as PNG.

    Raises
    ------
    SettingsError
        If it cannot be drawn here; the message says why.
    """
    rows = [ImportanceRow.from_json(row) for row in answer["importance"][:MOST_ROWS]]
    figure = draw_bars(rows, [CorrelationRow.from_json(row) for row in answer["correlation"]])
    try:
        import kaleido

        opts = {"format": "png", "width": WIDTH, "height": figure.layout.height, "scale": 1.5}
        # Kaleido's page would otherwise fetch MathJax from the network
        return kaleido.calc_fig_sync(paint(figure), opts=opts, kopts={"mathjax": False})
    except ImportError:
        raise SettingsError("No image: Kaleido is not installed (pip install 'sweeplens[mcp]').") from None
    except Exception as error:  # of Kaleido, of what it stands on, or of the browser
        if type(error).__name__ == "ChromeNotFoundError":
            raise SettingsError("No image: it is drawn by a Chrome, and none is installed.") from error
        raise SettingsError(f"No image: Chrome could not draw it. {name_kind(error)}") from error
