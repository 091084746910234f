"""The tab of parallel coordinates: every run as a line across the parameters and the target."""

from __future__ import annotations

from ...answers.base import get
from ...answers.runs import RECORDS
from ...data.records import Json
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout, no_requests

NAME, LABEL, OF_RUNS = "parallel", "Parallel", True
layout, register, requests = no_layout, no_callbacks, no_requests


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the runs along the ``parameters`` asked about; see `tab.Tab`."""
    request = RECORDS[NAME].make_request(question.selection, **question.pick("parameters"))
    return {"state": "done", "record": get(request, context.folder, keep_large=False)}
