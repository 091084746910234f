"""The tabs beside importance: one module each, in the order in which people ask."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from ...answers.registry import cancel
from ...data.records import Json
from .. import ids
from . import (
    Context,
    adopt,
    answer_with_question,
    best,
    checks,
    curves,
    history,
    interactions,
    isolation,
    linear,
    listing,
    make_progress_bar,
    methods,
    next_sweep,
    parallel,
    parse,
    register_in_browser,
    slices,
    targets,
    tradeoff,
)
from .tab import Tab, TabQuestion

TABS: tuple[Tab, ...] = (
    checks,
    next_sweep,
    interactions,
    parallel,
    slices,
    isolation,
    adopt,
    linear,
    curves,
    listing,
    history,
    best,
    tradeoff,
    methods,
    targets,
)
"""The other tabs, in the order in which they are shown."""

FIRST = {"value": "importance", "label": "Importance"}

BY_NAME = {tab.NAME: tab for tab in TABS}


def make_strip(context: Context) -> dmc.SegmentedControl:
    """Return the row of tabs."""
    return dmc.SegmentedControl(
        id=ids.TAB,
        data=[FIRST, *({"value": tab.NAME, "label": tab.LABEL} for tab in TABS)],
        value=FIRST["value"],
        size="sm",
        attributes={"root": {"aria-label": "Tabs"}},
    )


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
            return {"tab": tab.NAME, **tab.payload(context, TabQuestion(*parse(question), asked, anew))}

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

    register_in_browser(app, "choose_tab", Input(ids.TAB, "value"))
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
