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
"""Most runs for which it is computed in the request: quicker than to wait for a busy worker."""

ASKED = ("parameter", "baseline", "buckets", "m")


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the comparison of a parameter's values, or how far it is; see `tab.Tab`."""
    (request,) = requests(question)
    answer: Json | None
    if len(get_runs(question.selection, context.folder)) <= AT_ONCE:
        answer, status = get(request, context.folder, keep_large=False), {"state": "done"}
    else:
        answer, status = ask(context.jobs, request, question.anew)
    if answer is None:
        return status
    record = isolation.from_json(answer)
    if isinstance(record, Empty):
        return {**status, "record": answer, "figures": []}
    figure = draw_isolation(record).to_plotly_json()
    return {**status, "record": {**answer, "points": []}, "figures": [figure]}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (RECORDS[NAME].make_request(question.selection, **question.pick(*ASKED)),)
