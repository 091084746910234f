"""The tab of the linear model: its coefficients, their errors, and how far to trust them."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.ranking import LINEAR
from ...answers.registry import ask
from ...data.records import Json
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "linear", "Linear model", False
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the linear model, or how far it is; see `tab.Tab`."""
    record, status = ask(context.jobs, *requests(question), question.anew)
    return {**status, "linear": record}


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (LINEAR.make_request(question.selection),)
