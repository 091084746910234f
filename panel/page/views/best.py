"""The tab of the best runs: in which settings they agree and differ, their curves, and what led to the best one."""

from __future__ import annotations

from ...answers.ablation import ABLATION
from ...answers.base import Request, get_cached
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures import curves as figures
from ...runs import best
from ...runs.empty import Empty
from . import Context
from .importance import ask_each
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "best", "Best runs", True
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the best runs, or how far they are; see `tab.Tab`."""
    asked, path = requests(question)
    status = ask_each(context, [("the best runs", asked), ("the path to the best config", path)], question.anew)
    if status["state"] != "done":
        return {**status, "record": None, "figures": []}
    answer = get_cached(asked, context.folder)
    if answer is None:
        return {"state": "failed", "message": status["failed"].get("the best runs", ""), "record": None, "figures": []}
    failed = {"empty": status["failed"].get("the path to the best config", "")}
    record, told = best.from_json(answer), {**status, "path": get_cached(path, context.folder) or failed}
    if isinstance(record, Empty):
        return {**told, "record": answer, "figures": []}
    plots = [figures.draw_best(record).to_plotly_json()] if record.curves else []
    return {**told, "record": {**answer, "curves": []}, "figures": plots}


def requests(question: TabQuestion) -> tuple[Request, Request]:
    """Return what may be under way."""
    return (
        RECORDS[NAME].make_request(question.selection, **question.pick("k")),
        ABLATION.make_request(question.selection, **question.pick("baseline", "run")),
    )
