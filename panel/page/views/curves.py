"""The tab of curves: the history of metrics, of the best, the selected or all runs."""

from __future__ import annotations

from typing import Any

from ...answers import run_queries
from ...figures import curves as figures
from ...question.selection import Selection
from ...runs import curves
from . import Context, told

NAME, LABEL, OF_RUNS = "curves", "Curves", True


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the curves, or how far they are. Arguments are as in `tabs.TABS`."""
    answer, status = told(context, NAME, selection, _wanted(asked), anew)
    if answer is None:
        return status
    record = curves.from_json(answer)
    drawn = [figures.draw_group(record, i).to_plotly_json() for i in range(len(record.groups))]
    groups = [{**group, "curves": len(group["curves"])} for group in answer["groups"]]  # the figures have the values
    return {**status, "record": {**answer, "groups": groups}, "figures": drawn}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [run_queries.record_key(NAME, selection, _wanted(asked), context.folder)]


def _wanted(asked: dict[str, Any]) -> dict[str, Any]:
    wanted = {name: asked[name] for name in ("metrics", "which", "x", "colour") if asked.get(name)}
    return {**wanted, "runs": asked.get("selected") or []} if wanted.get("which") == "selected" else wanted
