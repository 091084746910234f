"""The tab that compares two values of a parameter, or two configs: adopt the one, or stay with the other."""

from __future__ import annotations

from typing import Any

from ... import checks
from ...answers.base import Request
from ...answers.designs import study_of
from ...answers.registry import ask
from ...answers.runs import RECORDS
from ...figures.isolation import two
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "adopt", "Adopt", True
layout, register = no_layout, no_callbacks

ASKED = ("kind", "parameter", "a", "b", "buckets", "run_a", "run_b")


def payload(context: Context, question: TabQuestion) -> dict[str, Any]:
    """Return the comparison, or how far it is; see `tab.Tab`."""
    record, status = ask(context.jobs, *requests(question), question.anew)
    if record is None or "empty" in record:
        return {**status, "record": record, "figures": []}
    drawn = [two(record).to_plotly_json()] if record["points"] else []
    caveats = checks.caveats(study_of(question.selection, context.folder))
    return {**status, "record": {**record, "points": [], "notes": [*record["notes"], *caveats]}, "figures": drawn}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    asked = {name: value for name, value in question.pick(*ASKED).items() if value != ""}
    return (RECORDS[NAME].about(question.selection, **asked),)
