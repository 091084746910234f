"""The tab of one parameter alone: the best for each of its values, compared at equally many configs."""

from __future__ import annotations

from typing import Any

from ...answers import run_queries
from ...figures.isolation import draw_isolation
from ...question.selection import Selection
from ...runs import isolation
from ...runs.empty import Empty
from . import Context, told

NAME, LABEL, OF_RUNS = "isolation", "Isolation", True

AT_ONCE = 20_000
"""Up to so many runs it is computed at once: quicker than to wait for a worker that computes importance."""

ASKED = ("parameter", "baseline", "buckets", "m")


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the comparison of a parameter's values, or how far it is. Arguments are as in `tabs.TABS`."""
    wanted = _wanted(asked)
    found: dict[str, Any] | None
    if len(run_queries.runs_of(selection, context.folder)) <= AT_ONCE:
        found, status = run_queries.record_of(NAME, selection, wanted, context.folder), {"state": "done"}
    else:
        found, status = told(context, NAME, selection, wanted, anew)
    if found is None:
        return status
    record = isolation.from_json(found)
    if isinstance(record, Empty):
        return {**status, "record": found, "figures": []}
    figure = draw_isolation(record).to_plotly_json()
    return {**status, "record": {**found, "points": []}, "figures": [figure]}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [run_queries.record_key(NAME, selection, _wanted(asked), context.folder)]


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in ASKED if asked.get(key) is not None}
