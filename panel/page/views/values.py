"""The view of values: all values of one parameter compared, and whether to adopt the one or stay with the other."""

from __future__ import annotations

from dataclasses import replace

from ... import checks
from ...answers.base import Request, get
from ...answers.designs import get_runs, get_study
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.isolation import draw_isolation, draw_two
from ...runs import adopt, isolation
from ...runs.empty import Empty
from . import Context
from .importance import ask_each
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "values", "Compare values", True
layout, register = no_layout, no_callbacks

AT_ONCE = 20_000
"""Most runs for which it is computed in the request: quicker than to wait for a busy worker."""

ALL, TWO = ("parameter", "baseline", "buckets", "m"), ("kind", "parameter", "a", "b", "buckets", "run_a", "run_b")


def payload(context: Context, question: TabQuestion) -> Json:
    """Return how all values compare, and how two of them or two configs do, or how far it is; see `tab.Tab`."""
    every, two = requests(question)
    if len(get_runs(question.selection, context.folder)) > AT_ONCE:
        status = ask_each(context, [("all values", every), ("two of them", two)], question.anew)
        if status["state"] != "done":
            return status
    return {
        "state": "done",
        "isolation": _show_all(get(every, context.folder, keep_large=False)),
        "adopt": _show_two(context, question, get(two, context.folder, keep_large=False)),
    }


def _show_all(answer: Json) -> Json:
    record = isolation.from_json(answer)
    if isinstance(record, Empty):
        return {"record": answer, "figures": []}
    return {"record": {**answer, "points": []}, "figures": [draw_isolation(record).to_plotly_json()]}


def _show_two(context: Context, question: TabQuestion, answer: Json) -> Json:
    record = adopt.from_json(answer)
    if isinstance(record, Empty):
        return {"record": answer, "figures": []}
    figures = [draw_two(record).to_plotly_json()] if record.points else []
    caveats = checks.say_caveats(get_study(question.selection, context.folder))
    shown = replace(record, points=(), notes=(*record.notes, *caveats))
    return {"record": shown.to_json(), "figures": figures}


def requests(question: TabQuestion) -> tuple[Request, Request]:
    """Return what may be under way."""
    asked = {name: value for name, value in question.asked.items() if value not in (None, "")}
    every = {name: asked[name] for name in ALL if name in asked}
    two = {name: asked[name] for name in TWO if name in asked}
    return (
        RECORDS[isolation.NAME].make_request(question.selection, **every),
        RECORDS[adopt.NAME].make_request(question.selection, **two),
    )
