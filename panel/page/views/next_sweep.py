"""The tab of the next sweep: what is proposed, what the user changed in it, and the text for a tool."""

from __future__ import annotations

from ...answers.base import Request
from ...answers.registry import ask
from ...answers.study import NEXT_SWEEP
from ...data.records import Json
from ...errors import QuestionError
from ...next_sweep import WRITERS, Proposal
from ...next_sweep.editing import apply_changes
from . import Context
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "next", "Next sweep", True
layout, register = no_layout, no_callbacks

BY_NAME = {writer.NAME: writer for writer in WRITERS}

ASKED = ("budget", "method", "lines")


def payload(context: Context, question: TabQuestion) -> Json:
    """Return the proposal and its text, or how far it is; see `tab.Tab`."""
    answer, status = ask(context.jobs, *requests(question), question.anew)
    if answer is None or answer["empty"]:
        return {**status, "record": answer}
    proposed, problem = Proposal.from_json(answer["proposal"]), ""
    try:
        proposal = apply_changes(proposed, question.pick(*ASKED))
    except QuestionError as error:
        proposal, problem = proposed, str(error)
    writer = BY_NAME.get(str(question.asked.get("tool") or proposal.tool), WRITERS[0])
    shown = {name: value for name, value in proposal.to_json().items() if name != "prior"}
    return {
        **status,
        "record": {
            "empty": "",
            "proposal": shown,
            "problem": problem,
            "tool": writer.NAME,
            "tools": [{"value": w.NAME, "label": w.LABEL} for w in WRITERS],
            "file": writer.FILE,
            "text": writer.write(proposal),
        },
    }


def requests(question: TabQuestion) -> tuple[Request]:
    """Return what may be under way."""
    return (NEXT_SWEEP.make_request(question.selection),)
