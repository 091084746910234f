"""Everything as one HTML file or as JSON, saved from the page; the header's menu asks for it."""

from __future__ import annotations

import json
from typing import Any

from dash import Dash, Input
from flask import Response, jsonify, request

from ...answers.everything import answer_everything
from ...answers.registry import ask
from ...answers.report import REPORT, write_report
from ...data.records import Json
from .. import ids
from ..bodies import read_object
from . import Context, answer_with_question, parse, register_in_browser

LARGEST_BODY = 1_000_000
"""Bytes of the largest request: many runs travel as a fingerprint."""


def register(app: Dash, context: Context) -> None:
    """
    Register the address of the file.

    It answers with how far it is, or with the file. A request must be JSON, which no page elsewhere may send.
    """

    def view() -> Any:
        if (request.content_length or 0) > LARGEST_BODY:
            return jsonify(error=f"A request of more than {LARGEST_BODY // 1000} kB is not answered."), 413
        asked = read_object()
        reply = answer_with_question(None, lambda: prepare_file(context, asked))
        return Response(reply["text"], mimetype="text/plain") if "text" in reply else jsonify(reply)

    app.server.add_url_rule(f"{context.settings.url_prefix}_sweeplens/report", "report", view, methods=["POST"])
    register_in_browser(app, "export_report", Input(ids.EXPORT_REPORT, "n_clicks"))
    register_in_browser(app, "export_json", Input(ids.EXPORT_JSON, "n_clicks"))


def prepare_file(context: Context, asked: Json) -> Json:
    """
    Return the file as ``text``, or the progress.

    ``asked`` is the question, ``json`` for everything as JSON instead of the report, and ``anew`` to start again what
    was cancelled or failed.
    """
    selection, method = parse(asked)
    ready, status = ask(context.jobs, REPORT.make_request(selection, method=method), bool(asked.get("anew")))
    if ready is None:
        return status
    if asked.get("json"):
        everything = answer_everything(selection, method, context.folder)
        return {"text": json.dumps(everything, ensure_ascii=False, indent=1)}
    return {"text": write_report(selection, method, context.folder)}
