"""The tab of one parameter alone: the best for each of its values, compared at equally many configs."""

from __future__ import annotations

from typing import Any

from .. import run_queries
from ..figures.isolation import isolation
from ..selection import Selection
from . import Context, told

NAME, LABEL, OF_RUNS = "isolation", "Isolation", True

ASKED = ("parameter", "baseline", "buckets", "m")


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the comparison of a parameter's values, or how far it is. Arguments are as in `tabs.TABS`."""
    found, status = told(context, NAME, selection, _wanted(asked), anew)
    if found is None:
        return status
    if "empty" in found:
        return {**status, "record": found, "figures": []}
    drawn = isolation(found).to_plotly_json()
    return {**status, "record": {**found, "points": []}, "figures": [drawn]}


def keys(selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [run_queries.record_key(NAME, selection, _wanted(asked))]


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    return {key: asked[key] for key in ASKED if asked.get(key) is not None}
