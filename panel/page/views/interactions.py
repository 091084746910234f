"""The tab of interactions: which parameters act together."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.ranking import IMPORTANCE
from ...answers.registry import ask
from ...data.records import Json
from ...importance import find_pairs_method
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "interactions", "Interactions", False
layout, register = no_layout, no_callbacks

PAIRS_BY = find_pairs_method().NAME
"""The method that measures interactions."""


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the record of the method that measures pairs, or how far it is; see `tab.Tab`."""
    record, status = ask(context.jobs, *requests(question), question.anew)
    return {**status, "record": record}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (IMPORTANCE.make_request(question.selection, method=PAIRS_BY),)
