"""The tab that compares two values of a parameter, or two configs: adopt the one, or stay with the other."""

from __future__ import annotations

from typing import Any

from ... import checks
from ...answers import run_queries, study_queries
from ...figures.isolation import draw_two
from ...question.selection import Selection
from ...runs import adopt
from ...runs.empty import Empty
from . import Context, told

NAME, LABEL, OF_RUNS = "adopt", "Adopt", True

ASKED = ("kind", "parameter", "a", "b", "buckets", "run_a", "run_b")


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the comparison, or how far it is. Arguments are as in `tabs.TABS`."""
    found, status = told(context, NAME, selection, _wanted(asked), anew)
    if found is None:
        return {**status, "record": None, "figures": []}
    record = adopt.from_json(found)
    if isinstance(record, Empty):
        return {**status, "record": found, "figures": []}
    figures = [draw_two(record).to_plotly_json()] if record.points else []
    caveats = checks.caveats(study_queries.study_of(selection, context.folder))
    return {**status, "record": {**found, "points": [], "notes": [*record.notes, *caveats]}, "figures": figures}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [run_queries.record_key(NAME, selection, _wanted(asked), context.folder)]


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in ASKED if asked.get(key) not in (None, "")}
