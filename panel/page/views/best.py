"""The tab of the best runs: in which settings they agree and differ from the rest, and their curves."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures import curves as figures
from ...runs import best
from ...runs.empty import Empty
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "best", "Best runs", True
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the best runs, or how far they are; see `tab.Tab`."""
    answer, status = ask(context.jobs, *requests(question), question.anew)
    if answer is None:
        return {**status, "record": None, "figures": []}
    record = best.from_json(answer)
    if isinstance(record, Empty):
        return {**status, "record": answer, "figures": []}
    plots = [figures.draw_best(record).to_plotly_json()] if record.curves else []
    return {**status, "record": {**answer, "curves": []}, "figures": plots}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (RECORDS[NAME].make_request(question.selection, **question.pick("k")),)
