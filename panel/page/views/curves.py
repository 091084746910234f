"""The tab of curves: the history of metrics, of the best, the selected or all runs."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures import curves as figures
from ...runs import curves
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "curves", "Curves", True
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the curves, or how far they are; see `tab.Tab`."""
    answer, status = ask(context.jobs, *requests(question), question.anew)
    if answer is None:
        return status
    record = curves.from_json(answer)
    plots = [figures.draw_group(record, i).to_plotly_json() for i in range(len(record.groups))]
    groups = [{**group, "curves": len(group["curves"])} for group in answer["groups"]]  # the figures have the values
    return {**status, "record": {**answer, "groups": groups}, "figures": plots}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    asked = {name: question.asked[name] for name in ("metrics", "which", "x", "colour") if question.asked.get(name)}
    if asked.get("which") == "selected":
        asked["runs"] = question.asked.get("selected") or []
    return (RECORDS[NAME].make_request(question.selection, **asked),)
