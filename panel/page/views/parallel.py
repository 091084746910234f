"""The tab of parallel coordinates: every run as a line across the parameters and the target."""

from __future__ import annotations

from typing import Any

from ...answers import run_queries
from ...question.selection import Selection
from . import Context

NAME, LABEL, OF_RUNS = "parallel", "Parallel", True


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the runs along the ``parameters`` asked about. Arguments are as in `tabs.TABS`."""
    wanted = {"parameters": asked["parameters"]} if "parameters" in asked else {}
    return {"state": "done", "record": run_queries.record_of(NAME, selection, wanted, context.folder)}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way: nothing takes long."""
    return []
