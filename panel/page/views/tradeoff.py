"""The tab that shows two metrics against each other, and the runs that no other run beats in both."""

from __future__ import annotations

from ...answers.base import get
from ...answers.runs import RECORDS
from ...data.records import Json
from ...figures.tradeoff import draw_tradeoff
from ...runs import tradeoff
from ...runs.tradeoff import TradeoffRecord
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout, no_requests

NAME, LABEL, OF_RUNS = "tradeoff", "Trade-off", True
layout, register, requests = no_layout, no_callbacks, no_requests


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the record of the trade-off and its figure; see `tab.Tab`."""
    asked = {key: question.asked[key] for key in ("x", "y", "goal_x", "goal_y") if question.asked.get(key)}
    answer = get(RECORDS[NAME].make_request(question.selection, **asked), context.folder, keep_large=False)
    record = tradeoff.from_json(answer)
    figures = [draw_tradeoff(record).to_plotly_json()] if isinstance(record, TradeoffRecord) else []
    return {"state": "done", "record": answer, "figures": figures}
