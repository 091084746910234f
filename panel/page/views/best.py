"""The tab of the best runs: in which settings they agree and differ from the rest, and their curves."""

from __future__ import annotations

from typing import Any

from ...answers import run_queries
from ...figures import curves as figures
from ...question.selection import Selection
from . import Context, told

NAME, LABEL, OF_RUNS = "best", "Best runs", True


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the best runs, or how far they are. Arguments are as in `tabs.TABS`."""
    found, status = told(context, NAME, selection, _wanted(asked), anew)
    if found is None or "empty" in found:
        return {**status, "record": found, "figures": []}
    drawn = [figures.of_best(found).to_plotly_json()] if found["curves"] else []
    return {**status, "record": {**found, "curves": []}, "figures": drawn}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [run_queries.record_key(NAME, selection, _wanted(asked), context.folder)]


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    return {"k": asked["k"]} if asked.get("k") is not None else {}
