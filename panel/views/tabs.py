"""The tabs beside importance: how the methods agree, which parameters act together, the linear model."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from .. import ids, queries
from ..importance import installed
from ..selection import Selection
from . import Context, answering, in_browser, parse
from .importance import computed

TABS = [
    {"value": "importance", "label": "Importance"},
    {"value": "methods", "label": "Compare methods"},
    {"value": "interactions", "label": "Interactions"},
    {"value": "linear", "label": "Linear model"},
]

PAIRS_BY = "fanova"
"""The method that measures interactions."""


def strip(context: Context) -> dmc.SegmentedControl:
    """Return the row of tabs."""
    return dmc.SegmentedControl(
        id=ids.TAB, data=TABS, value="importance", size="sm", attributes={"root": {"aria-label": "Tabs"}}
    )


def layout(context: Context) -> html.Div:
    """Return what all these tabs share; ``assets/tabs.js`` draws what is in them."""
    return html.Div(
        [
            html.Div(
                [
                    dmc.Progress(id=ids.TAB_PROGRESS, value=0, size="sm", animated=True, className="grow"),
                    dmc.Button("Cancel", id=ids.TAB_CANCEL, variant="default", size="compact-sm"),
                ],
                id="tab-progress-row",
                className="progress-row hidden",
            ),
            html.Div(id=ids.TAB_PLACE, className="tab-place"),
            dmc.Button("Compute again", id=ids.TAB_RETRY, className="hidden"),
        ],
        id="tab-pane",
        className="tab-body hidden",
    )


def payload(context: Context, selection: Selection, tab: str, anew: bool) -> dict[str, Any]:
    """
    Return what a tab shows, as far as it is computed; what is not is begun, one method after the other.

    Parameters
    ----------
    context
        Where results lie, and the jobs.
    selection
        The question.
    tab
        One of `TABS`.
    anew
        Start again what was cancelled or failed.
    """
    if tab == "linear":
        return {"tab": tab, "state": "done", "linear": queries.linear_of(selection, context.folder)}
    if tab == "interactions":
        record, status = computed(context, selection, PAIRS_BY, anew)
        return {"tab": tab, **status, "record": record}
    far: dict[str, Any] = {"state": "done"}
    for done, method in enumerate(installed()):
        record, status = computed(context, selection, method.NAME, anew)
        if record is None:
            share = (done + status.get("done", 0.0)) / len(installed())
            far = {**status, "done": share, "message": status.get("message") or method.WORDS}
            break
    return {"tab": tab, **far, "comparison": queries.comparison_of(selection, context.folder)}


def register(app: Dash, context: Context) -> None:
    """Register the tabs' callbacks."""

    @app.callback(
        Output(ids.TAB_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB, "value"),
        Input(ids.TAB_POLL, "data"),
        Input(ids.TAB_RETRY, "n_clicks"),
        prevent_initial_call=True,
    )
    def answer(question: dict[str, Any], tab: str, _ticks: int, _clicks: int) -> Any:
        if tab == TABS[0]["value"] or not question:
            return no_update
        selection, anew = question["selection"], ctx.triggered_id == ids.TAB_RETRY
        return answering({"selection": selection, "tab": tab}, lambda: payload(context, parse(question)[0], tab, anew))

    @app.callback(
        Output(ids.TAB_CANCEL, "disabled"),
        Input(ids.TAB_CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        prevent_initial_call=True,
    )
    def cancel(_clicks: int, question: dict[str, Any]) -> bool:
        selection, _ = parse(question)
        for method in installed():
            key = queries.importance_key(selection, method.NAME)
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
        Input(ids.TAB, "value"),
        initially=True,
    )
