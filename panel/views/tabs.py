"""The tabs beside importance: how methods agree, which parameters act together, the linear model, several targets."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html, no_update

from .. import ids, queries
from ..importance import installed
from ..selection import Selection
from . import Context, answering, in_browser, parse, working
from .importance import computed

TABS = [
    {"value": "importance", "label": "Importance"},
    {"value": "methods", "label": "Compare methods"},
    {"value": "interactions", "label": "Interactions"},
    {"value": "linear", "label": "Linear model"},
    {"value": "targets", "label": "Targets"},
]

MOST_TARGETS = 8
"""Targets that are compared at once, at most."""

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
            dmc.MultiSelect(
                id=ids.TARGETS,
                data=[],
                searchable=True,
                maxValues=MOST_TARGETS,
                hidePickedOptions=True,
                className="hidden targets",
                **{"aria-label": "Targets to compare"},
            ),
            html.Div(id=ids.TAB_PLACE, className="tab-place"),
            dmc.Button("Compute again", id=ids.TAB_RETRY, className="hidden"),
        ],
        id="tab-pane",
        className="tab-body hidden",
    )


def payload(
    context: Context, selection: Selection, method: str, tab: str, targets: list[str], anew: bool
) -> dict[str, Any]:
    """
    Return what a tab shows, as far as it is computed; what is not is begun, one method after the other.

    Parameters
    ----------
    context
        Where results lie, and the jobs.
    selection, method
        The question.
    tab
        One of `TABS`.
    targets
        The metrics to be compared by that method.
    anew
        Start again what was cancelled or failed.
    """
    if tab == "linear":
        record, status = working(context, queries.linear_key(selection), {"selection": selection.to_json()}, anew)
        return {"tab": tab, **status, "linear": record}
    if tab == "interactions":
        record, status = computed(context, selection, PAIRS_BY, anew)
        return {"tab": tab, **status, "record": record}
    if tab == "targets":
        metrics = tuple(targets[:MOST_TARGETS])
        questions = [(queries.of_target(selection, metric), method, metric) for metric in metrics]
        far = _each(context, questions, anew)
        return {"tab": tab, **far, "comparison": queries.targets_of(selection, metrics, method, context.folder)}
    far = _each(context, [(selection, m.NAME, m.WORDS) for m in installed()], anew)
    return {"tab": tab, **far, "comparison": queries.comparison_of(selection, context.folder)}


def _each(context: Context, questions: list[tuple[Selection, str, str]], anew: bool) -> dict[str, Any]:
    """
    Return how far the importances of several questions are: each a selection, a method, and words for it.

    One that fails does not keep the others waiting; ``failed`` says why, by its words.
    """
    failed: dict[str, str] = {}
    for done, (selection, method, words) in enumerate(questions):
        record, status = computed(context, selection, method, anew)
        if record is None and status["state"] == "failed":
            failed[words] = status["message"]
        elif record is None:
            share = (done + status.get("done", 0.0)) / len(questions)
            return {**status, "done": share, "message": status.get("message") or words, "failed": failed}
    return {"state": "done", "failed": failed}


def register(app: Dash, context: Context) -> None:
    """Register the tabs' callbacks."""

    @app.callback(
        Output(ids.TAB_ANSWER, "data"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB, "value"),
        Input(ids.TAB_POLL, "data"),
        Input(ids.TAB_RETRY, "n_clicks"),
        Input(ids.TARGETS, "value"),
        prevent_initial_call=True,
    )
    def answer(question: dict[str, Any], tab: str, _ticks: int, _clicks: int, targets: list[str] | None) -> Any:
        if tab == TABS[0]["value"] or not question:
            return no_update
        if tab == "targets" and not targets:
            return no_update
        anew, compared = ctx.triggered_id == ids.TAB_RETRY, list(map(str, targets or []))
        about = {**question, "tab": tab, "targets": compared if tab == "targets" else []}
        return answering(about, lambda: payload(context, *parse(question), tab, compared, anew))

    @app.callback(
        Output(ids.TAB_CANCEL, "disabled"),
        Input(ids.TAB_CANCEL, "n_clicks"),
        State(ids.QUESTION, "data"),
        State(ids.TARGETS, "value"),
        prevent_initial_call=True,
    )
    def cancel(_clicks: int, question: dict[str, Any], targets: list[str] | None) -> bool:
        selection, method = parse(question)
        keys = [queries.linear_key(selection), *(queries.importance_key(selection, m.NAME) for m in installed())]
        keys += [queries.importance_key(queries.of_target(selection, t), method) for t in targets or ()]
        for key in keys:
            if context.jobs.status(key)[0].state in ("queued", "running"):
                context.jobs.cancel(key)
        return False

    in_browser(app, "choose_tab", Input(ids.TAB, "value"))
    in_browser(app, "choose_targets", Input(ids.TARGETS, "value"))
    in_browser(
        app,
        "tab_received",
        Output(ids.TAB_PROGRESS, "value"),
        Input(ids.QUESTION, "data"),
        Input(ids.TAB_ANSWER, "data"),
        Input(ids.TAB, "value"),
        initially=True,
    )
