"""The tab of one parameter alone: the best for each of its values, compared at equally many configs."""

from __future__ import annotations

from typing import Any

from .. import run_queries
from ..figures.isolation import isolation
from ..selection import Selection
from . import Context

NAME, LABEL, OF_RUNS = "isolation", "Isolation", True

ASKED = ("parameter", "baseline", "buckets", "m")


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the comparison of a parameter's values. Arguments are as in `tabs.TABS`."""
    wanted = {key: asked[key] for key in ASKED if asked.get(key) is not None}
    found = run_queries.record_of(NAME, selection, wanted, context.folder)
    if "empty" in found:
        return {"state": "done", "record": found, "figures": []}
    drawn = isolation(found).to_plotly_json()
    return {"state": "done", "record": {**found, "points": []}, "figures": [drawn]}


def keys(selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way: nothing, it is computed at once."""
    return []
