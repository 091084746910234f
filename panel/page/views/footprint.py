"""The tab of the map: how the search covered its space, and where the best configs lie."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.footprint import draw_footprint
from ...runs import footprint
from ...runs.empty import Empty
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "footprint", "Map", True
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the map and its figure, or how far it is; see `tab.Tab`."""
    answer, status = ask(context.jobs, *requests(question), question.anew)
    if answer is None:
        return {**status, "record": None, "figures": []}
    record = footprint.from_json(answer)
    if isinstance(record, Empty):
        return {**status, "record": answer, "figures": []}
    return {**status, "record": answer, "figures": [draw_footprint(record).to_plotly_json()]}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (RECORDS[NAME].make_request(question.selection, **question.pick("parameter")),)
