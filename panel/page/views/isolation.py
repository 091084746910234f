"""The tab of one parameter alone: the best for each of its values, compared at equally many configs."""

from __future__ import annotations

from ...answers.base import Request, get
from ...answers.designs import get_runs
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.isolation import draw_isolation
from ...runs import isolation
from ...runs.empty import Empty
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "isolation", "Isolation", True
layout, register = no_layout, no_callbacks

AT_ONCE = 20_000
"""Up to so many runs it is computed at once: quicker than to wait for a worker that computes importance."""

ASKED = ("parameter", "baseline", "buckets", "m")


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the comparison of a parameter's values, or how far it is; see `tab.Tab`."""
    (request,) = requests(question)
    told: Json | None
    if len(get_runs(question.selection, context.folder)) <= AT_ONCE:
        told, status = get(request, context.folder, keep_large=False), {"state": "done"}
    else:
        told, status = ask(context.jobs, request, question.anew)
    if told is None:
        return status
    record = isolation.from_json(told)
    if isinstance(record, Empty):
        return {**status, "record": told, "figures": []}
    figure = draw_isolation(record).to_plotly_json()
    return {**status, "record": {**told, "points": []}, "figures": [figure]}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (RECORDS[NAME].make_request(question.selection, **question.pick(*ASKED)),)
