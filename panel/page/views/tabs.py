"""The views beside the overview, each a tab of a room: one module each; here what all of them share."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from ...access.permits import check_asked
from ...answers.registry import cancel
from ...data.records import Json
from .. import ids
from . import Context, answer_with_question, kept, make_progress_bar, parse, register_in_browser
from .rooms import ROOMS
from .tab import Tab, TabQuestion

TABS: tuple[Tab, ...] = tuple(tab for room in ROOMS for tab in room.tabs)

BY_NAME = {tab.NAME: tab for tab in TABS}


def layout(context: Context) -> html.Div:
    """Return the components that all tabs share, and those of each tab; the page's scripts draw the rest."""
    layouts = {tab.NAME: tab.layout(context) for tab in TABS}
    own = [
        html.Div(own, id=f"tab-{name}", className="tab-own hidden") for name, own in layouts.items() if own is not None
    ]
    return html.Div(
        [
            dcc.Store(id=ids.TAB_ASKED),
            html.Div(
                [
                    make_progress_bar(ids.TAB_PROGRESS),
                    dmc.Button("Cancel", id=ids.TAB_CANCEL, variant="default", size="compact-sm"),
                ],
                id="tab-progress-row",
                className="progress-row hidden",
            ),
            *own,
            html.Div(id=ids.TAB_PLACE, className="tab-place"),
            dmc.Button("Compute again", id=ids.TAB_RETRY, className="hidden"),
        ],
        id="tab-pane",
        className="tab-body hidden",
    )


def describe_question(question: Json, asked: Json) -> Json:
    """Return what identifies the question of a tab, so that the page can drop answers to an older one."""
    if BY_NAME[asked["tab"]].OF_RUNS:
        return {"asked": asked, "selection": {**question["selection"], "picked": None}}
    return {"asked": asked, **question}


def show(context: Context, tab: Tab, question: TabQuestion) -> Json:
    """Return the payload of a tab; once drawn it is kept."""
    selection, method = question.selection, question.method
    if tab.OF_RUNS:
        selection, method = replace(selection, picked=None), ""
    key = kept.make_key(tab.NAME, selection, method, json.dumps(question.asked, sort_keys=True))
    return kept.show(context.folder, key, lambda: tab.payload(context, question), question.anew)


def register(app: Dash, context: Context) -> None:
    """Register the tabs' callbacks."""

    @app.callback(
        Output(ids.TAB_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB_ASKED, "data"),
        Input(ids.TAB_POLL, "data"),
        Input(ids.TAB_RETRY, "n_clicks"),
        prevent_initial_call=True,
    )
    def answer(question: Json, asked: Json | None, _ticks: int, _clicks: int) -> Any:
        if not question or not asked or asked.get("tab") not in BY_NAME:
            return no_update
        tab, anew = BY_NAME[asked["tab"]], ctx.triggered_id == ids.TAB_RETRY

        def compute() -> Json:
            check_asked(picked=asked.get("selected"))
            return {"tab": tab.NAME, **show(context, tab, TabQuestion(*parse(question), asked, anew))}

        return answer_with_question(describe_question(question, asked), compute)

    @app.callback(
        Output(ids.TAB_CANCEL, "disabled"),
        Input(ids.TAB_CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        State(ids.TAB_ASKED, "data"),
        prevent_initial_call=True,
    )
    def stop(_clicks: int, question: Json, asked: Json) -> bool:
        cancel(context.jobs, *BY_NAME[asked["tab"]].requests(TabQuestion(*parse(question), asked)))
        return False

    register_in_browser(
        app,
        "tab_received",
        Output(ids.TAB_PROGRESS, "value"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB_ANSWER, "data"),
        Input(ids.TAB_ASKED, "data"),
        initially=True,
    )
    for tab in TABS:
        tab.register(app, context)
