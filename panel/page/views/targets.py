"""The tab that compares targets: which parameters matter for which metric."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import Dash, Input

from ...answers.base import Request
from ...answers.comparing import change_target, compare_targets
from ...answers.projects import get_project
from ...answers.ranking import IMPORTANCE
from ...data.project import Project
from ...data.records import Json
from ...errors import QuestionError
from ...question.target import name_target
from .. import ids
from . import Context, register_in_browser
from .importance import ask_each
from .tab import TabQuestion

NAME, LABEL, OF_RUNS = "targets", "Targets", False

MOST_TARGETS = 8
"""Targets that are compared at once, at most."""


def layout(context: Context) -> dmc.MultiSelect:
    """Return the choice of targets."""
    return dmc.MultiSelect(
        id=ids.TARGETS,
        data=[],
        searchable=True,
        maxValues=MOST_TARGETS,
        hidePickedOptions=True,
        className="targets",
        **{"aria-label": "Targets to compare"},
    )


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the ranking for each of the ``targets`` asked about; see `tab.Tab`."""
    metrics = _list_metrics(question)
    far = ask_each(context, list(zip(metrics, requests(question), strict=True)), question.anew)
    project = get_project(question.selection, context.folder)
    compared = compare_targets(question.selection, metrics, question.method, context.folder)
    return {**far, "comparison": compared, "labels": {metric: _label(metric, project) for metric in metrics}}


def _label(metric: str, project: Project) -> str:
    """Return how a target is called; one with weights that cannot be is called as it was asked."""
    try:
        return name_target(metric, project)
    except QuestionError:  # `ask_each` says it
        return metric


def requests(question: TabQuestion) -> tuple[Request, ...]:
    """Return what may be under way."""
    selections = (change_target(question.selection, metric) for metric in _list_metrics(question))
    return tuple(IMPORTANCE.make_request(selection, method=question.method) for selection in selections)


def _list_metrics(question: TabQuestion) -> tuple[str, ...]:
    return tuple(map(str, question.asked.get("targets", ())))[:MOST_TARGETS]


def register(app: Dash, context: Context) -> None:
    """Register the choice of targets."""
    register_in_browser(app, "choose_targets", Input(ids.TARGETS, "value"))
