"""The tab of checks: was the search any good? What each found, with its evidence and what to do."""

from __future__ import annotations

from typing import Any

from ...answers import study_queries
from ...checks.base import Evidence
from ...figures.evidence import evidence
from ...question.selection import Selection
from . import Context, studied

NAME, LABEL, OF_RUNS = "checks", "Checks", True


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the findings, or how far they are. Arguments are as in `tabs.TABS`."""
    found, status = studied(context, NAME, selection, anew)
    if found is None:
        return status
    told = [{**f, "evidence": [], "figures": [drawn(e) for e in f["evidence"]]} for f in found["findings"]]
    return {**status, "record": {**found, "findings": told}}


def drawn(record: dict[str, Any]) -> dict[str, Any]:
    """Return a piece of evidence as a figure, with its title."""
    return {"title": record["title"], "figure": evidence(Evidence.from_json(record)).to_plotly_json()}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [study_queries.key(NAME, selection)]
