"""What is sent to the page's server and cannot be read is refused in a line: no trace is told, and none is logged."""

from __future__ import annotations

import logging
from typing import Any

from dash import Dash
from dash.exceptions import DependencyException
from flask import Response, abort, request
from werkzeug.exceptions import HTTPException

from ..data.records import Json
from ..errors import describe_fault

log = logging.getLogger(__name__)

CALLBACKS = "_dash-update-component"

SUITES = "_dash-component-suites/"


def register(app: Dash, prefix: str) -> None:
    """Look at what callbacks are sent before Dash does, and answer for what goes wrong outside of them."""

    @app.server.before_request
    def check_body() -> Response | None:
        if request.method != "POST" or request.path != f"{prefix}{CALLBACKS}":
            return None
        problem = find_problem(read_object(), app.callback_map)
        return refuse(400, problem) if problem else None

    @app.server.errorhandler(DependencyException)
    def tell_missing(_error: DependencyException) -> Response:
        return refuse(404, "There is no such file.")

    @app.server.errorhandler(Exception)
    def tell_fault(error: Exception) -> Response | HTTPException:
        if isinstance(error, HTTPException):
            return error
        if request.path.startswith(f"{prefix}{SUITES}"):
            return refuse(404, "There is no such file.")
        log.error("a request could not be answered", exc_info=error)
        return Response(f"{describe_fault('This could not be answered', error)}\n", 500, mimetype="text/plain")


def refuse(status: int, words: str) -> Response:
    """Return a refusal in words, and log it as one line."""
    log.warning("%s was refused: %s", request.path.encode("unicode_escape").decode(), words)
    return Response(f"{words}\n", status, mimetype="text/plain")


def read_object() -> Json:
    """Return the JSON object that was sent; the answer is a refusal if something else was."""
    try:
        found = request.get_json()
    except RecursionError:  # a million brackets
        found = None
    if not isinstance(found, dict):
        abort(refuse(400, "An object of JSON was expected."))
    return found


def find_problem(body: Json, callbacks: dict[str, Any]) -> str:
    """
    Return what is wrong with the body of a callback; empty if nothing.

    Parameters
    ----------
    body
        What a browser sent.
    callbacks
        What callbacks there are, by their outputs.
    """
    output = body.get("output")
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:  # without one it is for the browser itself
        return "There is no such output."
    for name in ("inputs", "state"):
        given = body.get(name, [])
        if not isinstance(given, list) or [_name(part) for part in given] != [part["id"] for part in callback[name]]:
            return f"The {name} are not those of the output."
    outputs = body.get("outputs", [])
    if not all(map(_name, outputs if isinstance(outputs, list) else [outputs])):
        return "The outputs cannot be read."
    changed = body.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(one, str) for one in changed):
        return "What has changed cannot be read."
    return ""


def _name(part: Any) -> str:
    """Return the id of a component's property; empty if it is none."""
    if not isinstance(part, dict) or not isinstance(part.get("property"), str):
        return ""
    name = part.get("id")
    return name if isinstance(name, str) else ""
