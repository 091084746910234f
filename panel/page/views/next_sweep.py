"""The tab of the next sweep: what is proposed, what the user changed in it, and the text for a tool."""

from __future__ import annotations

from typing import Any

from ...answers import study_queries
from ...errors import QuestionError
from ...next_sweep import WRITERS, Proposal
from ...next_sweep.editing import edited
from ...question.selection import Selection
from . import Context, studied

NAME, LABEL, OF_RUNS = "next", "Next sweep", True

BY_NAME = {writer.NAME: writer for writer in WRITERS}

ASKED = ("budget", "method", "lines")


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the proposal and its text, or how far it is. Arguments are as in `tabs.TABS`."""
    found, status = studied(context, NAME, selection, anew)
    if found is None or found["empty"]:
        return {**status, "record": found}
    proposed, problem = Proposal.from_json(found["proposal"]), ""
    try:
        proposal = edited(proposed, {key: asked[key] for key in ASKED if asked.get(key) is not None})
    except QuestionError as error:
        proposal, problem = proposed, str(error)
    writer = BY_NAME.get(str(asked.get("tool")), WRITERS[0])
    return {
        **status,
        "record": {
            "empty": "",
            "proposal": proposal.to_json(),
            "problem": problem,
            "tool": writer.NAME,
            "tools": [{"value": w.NAME, "label": w.LABEL} for w in WRITERS],
            "file": writer.FILE,
            "text": writer.write(proposal),
        },
    }


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [study_queries.key(NAME, selection)]
