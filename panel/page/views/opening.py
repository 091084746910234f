"""Opening another source: the list in the header, the dialog, and reloading a source that has changed."""

from __future__ import annotations

import base64
import binascii

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html

from ...access import naming
from ...access.permits import check_asked
from ...access.visitor import find_visitor
from ...answers.base import get
from ...answers.defaults import choose_default_selection
from ...answers.ranking import OVERVIEW
from ...data.records import Json
from ...errors import SourceError
from ...sources.common.given import digest
from ...store import loading, roots
from .. import ids, opening
from . import Context, answer_with_question, importance, make_progress_bar, parse, register_in_browser
from .icons import make_icon

WAIT = 0.5
"""Seconds that a request waits for a source to be read before it answers with the progress."""


def layout(context: Context) -> dmc.Modal:
    """Return the dialog; its list of recent sources is drawn by ``assets/page/sources.mjs``."""
    return dmc.Modal(
        [
            dcc.Store(id=ids.OPENING),
            dcc.Store(id=ids.OPENING_POLL),
            dcc.Store(id=ids.OPENED),
            dcc.Store(id=ids.UPLOADING),
            dcc.Store(id=ids.UPLOADED),
            html.Div(
                [
                    dmc.TextInput(
                        id=ids.OPEN_URI,
                        label="Path or address",
                        description="What a tracker left behind, on the machine that SweepLens runs on",
                        placeholder="runs.csv, wandb/, mlflow.db, lightning_logs/ …",
                        className="grow",
                        **{"data-autofocus": True},
                    ),
                    dmc.Button("Open", id=ids.OPEN),
                ],
                className="open-row",
            ),
            html.Div(
                [
                    make_progress_bar(ids.OPEN_PROGRESS),
                    dmc.Button("Cancel", id=ids.OPEN_CANCEL, variant="default", size="compact-sm"),
                ],
                id="open-progress-row",
                className="progress-row hidden",
            ),
            html.P(id="open-words", className="muted open-words"),
            html.P(id="open-error", className="open-error", role="alert"),
            html.Div(id=ids.OPEN_RECENT, className="open-recent"),
            dcc.Upload(
                html.Div(
                    [
                        make_icon("download"),
                        html.Span(
                            [
                                html.B("Drop a table here"),
                                ", or click: CSV, Parquet or JSON lines",
                                html.Br(),
                                html.Span(
                                    f"Up to {opening.LARGEST_UPLOAD} MB; reading it takes about four times as much "
                                    "memory. Open larger ones by their path.",
                                    className="muted",
                                ),
                            ]
                        ),
                    ],
                    className="drop",
                ),
                id=ids.UPLOAD,
                className_active="dropping",
            ),
        ],
        id=ids.OPEN_DIALOG,
        title="Open a source",
        size="lg",
        opened=False,
        keepMounted=True,
    )


def payload(context: Context, request: Json) -> Json:
    """
    Return the project of a source that was read, or the progress of reading.

    Parameters
    ----------
    context
        Where projects lie, the jobs, the settings.
    request
        ``uri`` of a source, or ``project`` to read anew; a ``token`` that names this request; ``question``, for a
        project that is read anew: what the page asks, which is answered before the page changes.

    Returns
    -------
    dict
        ``state`` as of a job; with it ``done``, ``message``, or ``question``, and, if there was one in the request, the
        answers to it.
    """
    wanted = _read_wanted(context, request)
    key = f"open-{digest([str(wanted), str(request['token'])])}"
    if request.get("cancel"):
        context.jobs.cancel(key)
    status, read = context.jobs.get_status(key)
    if read is None and status.state in ("none", "done"):
        own = find_visitor(context.folder).folder
        what = {"wanted": wanted.with_passwords().to_json(), "own": str(own), "memory": context.settings.memory}
        context.jobs.submit(key, opening.work, what, "reading")
    if read is None:
        status, read = context.jobs.get_status(key, WAIT)
    if read is None:
        return {"state": status.state, "done": status.done, "message": status.message}
    asked = request.get("question")
    if not asked:
        question = choose_default_selection(read["project"], context.folder).to_json()
        project = loading.open_project(read["project"], context.folder)
        entry = {"uri": project.source, "name": project.name, "format": project.format}
        return {"state": "done", "project": entry, "question": {"selection": question, "method": context.method}}
    question = {**asked, "selection": {**asked["selection"], "project": read["project"]}}
    selection, method = parse(question)
    overview = {"question": question, "answer": get(OVERVIEW.make_request(selection), context.folder)}
    answered = {"question": question, **importance.payload(context, selection, method, anew=False)}
    if answered["state"] in ("queued", "running"):
        return {"state": "running", "done": answered["done"], "message": ""}
    return {"state": "done", "question": question, "overview": overview, "importance": answered}


def _read_wanted(context: Context, request: Json) -> loading.Wanted:
    if request.get("project"):
        check_asked(str(request["project"]))
        return loading.read_wanted(str(request["project"]), context.folder)[0]
    uri = str(request["uri"]).strip()
    if not uri:
        raise SourceError("Give the path of a folder or file, or an address.")
    visitor = find_visitor(context.folder)
    if not visitor.local:
        uri = naming.find_place(uri, context.settings, visitor.folder)
    roots.check_allowed(uri, context.settings, visitor.folder)
    return loading.Wanted((uri,))


def keep(context: Context, upload: dict[str, str]) -> dict[str, str]:
    """Keep a table that a browser sent as a ``data:`` URL; return its path as ``uri``."""
    try:
        content = base64.b64decode(upload["contents"].partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SourceError(f"{upload['name']} did not arrive whole; try again.") from error
    return {"uri": opening.keep_upload(upload["name"], content, find_visitor(context.folder).folder)}


def register(app: Dash, context: Context) -> None:
    """Register the callbacks; which source is open, and what is said of it, is drawn in the browser."""
    register_in_browser(app, "choose_source", Input(ids.PROJECT, "value"))
    register_in_browser(
        app,
        "sources_of",
        Output(ids.PROJECT, "data"),
        Output(ids.PROJECT, "value"),
        Input(ids.OVERVIEW, "data"),
        Input(ids.OPENED, "data"),
        initially=True,
    )
    register_in_browser(app, "open_uri", Input(ids.OPEN, "n_clicks"), Input(ids.OPEN_URI, "n_submit"))
    register_in_browser(app, "cancel_opening", Input(ids.OPEN_CANCEL, "n_clicks"))
    register_in_browser(app, "opened", Output(ids.OPEN_PROGRESS, "value"), Input(ids.OPENED, "data"))
    register_in_browser(
        app,
        "upload",
        Output(ids.UPLOADING, "data"),
        Input(ids.UPLOAD, "contents"),
        State(ids.UPLOAD, "filename"),
    )
    register_in_browser(app, "uploaded", Input(ids.UPLOADED, "data"))

    @app.callback(Output(ids.UPLOADED, "data"), Input(ids.UPLOADING, "data"), prevent_initial_call=True)
    def take_upload(upload: dict[str, str]) -> Json:
        return answer_with_question(upload["name"], lambda: keep(context, upload))

    @app.callback(
        Output(ids.OPENED, "data"),
        Input(ids.OPENING, "data"),
        Input(ids.OPENING_POLL, "data"),
        prevent_initial_call=True,
    )
    def answer(request: Json, _ticks: int) -> Json:
        return {**answer_with_question(None, lambda: payload(context, request)), "token": request["token"]}
