"""The selected runs: one set for the whole page, shown as a chip, and whether importance is computed on it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, html
from flask import jsonify

from ...access.permits import check_asked
from ...data.records import Json
from ...store import picks
from .. import ids
from ..bodies import read_object
from . import Context, answer_with_question, register_in_browser


def layout(context: Context) -> html.Div:
    """Return the row of the selection; ``assets/page/selecting.mjs`` writes what is in it."""
    return html.Div(id="selection-row", className="selection-row")


def register(app: Dash, context: Context) -> None:
    """Register what draws the row, and the address that tells which runs a fingerprint stands for."""
    register_in_browser(app, "draw_selection", Input(ids.QUESTION, "data"), Input(ids.OVERVIEW, "data"), initially=True)

    def answer() -> Any:
        key = str(read_object().get("key"))

        def name_runs() -> Json:
            check_asked(picked=key)
            return {"runs": picks.read_runs(key, context.folder)}

        return jsonify(answer_with_question(None, name_runs))

    app.server.add_url_rule(
        f"{context.settings.url_prefix}_sweeplens/runs/named", "runs_named", answer, methods=["POST"]
    )
