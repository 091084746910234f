"""The tab of how the search went: the target over the runs, when these ran, and how the target spreads."""

from __future__ import annotations

from ...answers.base import Request, get
from ...answers.designs import get_runs
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.history import draw_distribution, draw_progress
from ...figures.timeline import draw_timeline
from ...runs import history
from ...runs.empty import Empty
from ...runs.history_parts import SELECTED
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "history", "History", True
layout, register = no_layout, no_callbacks

AT_ONCE = 20_000
"""Most runs for which it is computed in the request: quicker than to wait for a busy worker."""


def payload(context: Context, question: TabQuestion) -> Json:
    """Return how the search went, or how far that is; see `tab.Tab`."""
    (request,) = requests(question)
    answer: Json | None
    if len(get_runs(question.selection, context.folder)) <= AT_ONCE:
        answer, status = get(request, context.folder, keep_large=False), {"state": "done"}
    else:
        answer, status = ask(context.jobs, request, question.anew)
    if answer is None:
        return status
    record = history.from_json(answer)
    if isinstance(record, Empty):
        return {**status, "record": answer, "figures": []}
    drawn = draw_progress(record), draw_timeline(record.timeline), draw_distribution(record)
    shown = {"points", "parts", "band"}  # the figures have them
    timeline = {**answer["timeline"], "bars": {}, "counts": {}}
    kept = {name: value for name, value in answer.items() if name not in shown}
    return {
        **status,
        "record": {**kept, "timeline": timeline},
        "figures": [figure.to_plotly_json() for figure in drawn],
    }


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    asked = question.pick("x", "by")
    if asked.get("by") == SELECTED:
        asked["runs"] = question.asked.get("selected") or []
    return (RECORDS[NAME].make_request(question.selection, **asked),)
