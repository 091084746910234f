"""The tab of checks: was the search any good? What each found, with its evidence and what to do."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.study import CHECKS
from ...checks.base import Evidence
from ...data.records import Json
from ...figures.evidence import draw_evidence
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "checks", "Checks", True
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the findings, or how far they are; see `tab.Tab`."""
    record, status = ask(context.jobs, *requests(question), question.anew)
    if record is None:
        return status
    findings = [{**f, "evidence": [], "figures": [draw(e) for e in f["evidence"]]} for f in record["findings"]]
    return {**status, "record": {**record, "findings": findings}}


def draw(record: Json) -> Json:
    """Return a piece of evidence as a figure, with its title."""
    return {"title": record["title"], "figure": draw_evidence(Evidence.from_json(record)).to_plotly_json()}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (CHECKS.make_request(question.selection),)
