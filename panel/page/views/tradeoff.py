"""The tab that shows two metrics against each other, and the runs that no other run beats in both."""

from __future__ import annotations

from typing import Any

from ...answers import run_queries
from ...figures.tradeoff import draw_tradeoff
from ...question.selection import Selection
from ...runs import tradeoff
from ...runs.tradeoff import TradeoffRecord
from . import Context

NAME, LABEL, OF_RUNS = "tradeoff", "Trade-off", True


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the record of the trade-off and its figure. Arguments are as in `tabs.TABS`."""
    question = {key: asked[key] for key in ("x", "y", "goal_x", "goal_y") if asked.get(key)}
    found = run_queries.record_of(NAME, selection, question, context.folder)
    record = tradeoff.from_json(found)
    figures = [draw_tradeoff(record).to_plotly_json()] if isinstance(record, TradeoffRecord) else []
    return {"state": "done", "record": found, "figures": figures}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return nothing: it is answered at once."""
    return []
