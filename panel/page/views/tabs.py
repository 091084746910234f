"""The tabs beside importance: one module each, in the order in which people ask."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from .. import ids
from . import (
    Context,
    adopt,
    answering,
    best,
    checks,
    curves,
    in_browser,
    interactions,
    isolation,
    linear,
    listing,
    methods,
    next_sweep,
    parallel,
    parse,
    progress,
    slices,
    targets,
    tradeoff,
)

TABS = (
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
    best,
    tradeoff,
    methods,
    targets,
)
"""
The other tabs. Each has

- ``NAME``, by which ``assets/`` draws it and the address names it, and ``LABEL``;
- ``OF_RUNS``: whether it shows runs, and so stays the same when importance is computed on a part of them only;
- ``payload(context, selection, method, asked, anew)``: what it shows, as far as it is computed. ``asked`` is what the
  tab itself was asked; ``anew`` starts again what was cancelled or failed;
- ``keys(context, selection, method, asked)``: what may be under way for it and can be cancelled;
- and may have ``layout(context)`` and ``register(app, context)``, for components that are more than drawn.
"""

FIRST = {"value": "importance", "label": "Importance"}

BY_NAME = {tab.NAME: tab for tab in TABS}


def strip(context: Context) -> dmc.SegmentedControl:
    """Return the row of tabs."""
    return dmc.SegmentedControl(
        id=ids.TAB,
        data=[FIRST, *({"value": tab.NAME, "label": tab.LABEL} for tab in TABS)],
        value=FIRST["value"],
        size="sm",
        attributes={"root": {"aria-label": "Tabs"}},
    )


def layout(context: Context) -> html.Div:
    """Return what all these tabs share, and what is in some; ``assets/tabs.js`` and its like draw the rest."""
    own = [
        html.Div(tab.layout(context), id=f"tab-{tab.NAME}", className="tab-own hidden")
        for tab in TABS
        if hasattr(tab, "layout")
    ]
    return html.Div(
        [
            dcc.Store(id=ids.TAB_ASKED),
            html.Div(
                [
                    progress(ids.TAB_PROGRESS),
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


def about(question: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer to a tab is an answer to, so that the page can tell whether it still is one."""
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
    def answer(question: dict[str, Any], asked: dict[str, Any] | None, _ticks: int, _clicks: int) -> Any:
        if not question or not asked or asked.get("tab") not in BY_NAME:
            return no_update
        tab, anew = BY_NAME[asked["tab"]], ctx.triggered_id == ids.TAB_RETRY
        return answering(
            about(question, asked), lambda: {"tab": tab.NAME, **tab.payload(context, *parse(question), asked, anew)}
        )

    @app.callback(
        Output(ids.TAB_CANCEL, "disabled"),
        Input(ids.TAB_CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        State(ids.TAB_ASKED, "data"),
        prevent_initial_call=True,
    )
    def cancel(_clicks: int, question: dict[str, Any], asked: dict[str, Any]) -> bool:
        for key in BY_NAME[asked["tab"]].keys(context, *parse(question), asked):
            if context.jobs.status(key)[0].state in ("queued", "running"):
                context.jobs.cancel(key)
        return False

    in_browser(app, "choose_tab", Input(ids.TAB, "value"))
    in_browser(
        app,
        "tab_received",
        Output(ids.TAB_PROGRESS, "value"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB_ANSWER, "data"),
        Input(ids.TAB_ASKED, "data"),
        initially=True,
    )
    for tab in TABS:
        if hasattr(tab, "register"):
            tab.register(app, context)
