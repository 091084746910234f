"""The selected runs: one set for the whole page, shown as a chip, and whether importance is computed on it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html

from .. import ids, picks
from . import Context, answering, in_browser


def layout(context: Context) -> html.Div:
    """Return the row of the selection; ``assets/selecting.js`` writes what is in it."""
    return html.Div(
        [dcc.Store(id=ids.PICKING), dcc.Store(id=ids.PICKED), html.Div(id="selection-row", className="selection-row")]
    )


def register(app: Dash, context: Context) -> None:
    """Register what keeps a large set of runs, and gives it back."""

    @app.callback(Output(ids.PICKED, "data"), Input(ids.PICKING, "data"), prevent_initial_call=True)
    def pick(asked: dict[str, Any] | None) -> dict[str, Any] | None:
        if not asked:
            return None
        return answering(asked, lambda: kept(asked))

    def kept(asked: dict[str, Any]) -> dict[str, Any]:
        if "key" in asked:
            return {"key": asked["key"], "runs": picks.runs_of(str(asked["key"]), context.folder)}
        return {"key": picks.keep(asked["runs"], context.folder)}

    in_browser(app, "picked", Input(ids.PICKED, "data"))
    in_browser(app, "draw_selection", Input(ids.QUESTION, "data"), Input(ids.OVERVIEW, "data"), initially=True)
