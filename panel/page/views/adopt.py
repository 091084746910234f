"""The tab that compares two values of a parameter, or two configs: adopt the one, or stay with the other."""

from __future__ import annotations

from ... import checks
from ...answers.base import Request
from ...answers.designs import get_study
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.isolation import draw_two
from ...runs import adopt
from ...runs.empty import Empty
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "adopt", "Adopt", True
layout, register = no_layout, no_callbacks

ASKED = ("kind", "parameter", "a", "b", "buckets", "run_a", "run_b")


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the comparison, or how far it is; see `tab.Tab`."""
    answer, status = ask(context.jobs, *requests(question), question.anew)
    if answer is None:
        return {**status, "record": None, "figures": []}
    record = adopt.from_json(answer)
    if isinstance(record, Empty):
        return {**status, "record": answer, "figures": []}
    figures = [draw_two(record).to_plotly_json()] if record.points else []
    caveats = checks.say_caveats(get_study(question.selection, context.folder))
    return {**status, "record": {**answer, "points": [], "notes": [*answer["notes"], *caveats]}, "figures": figures}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    asked = {name: value for name, value in question.pick(*ASKED).items() if value != ""}
    return (RECORDS[NAME].make_request(question.selection, **asked),)
