"""Answers about the runs behind a question: a record each view of runs, and the card of one run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .. import runs, sources
from ..data.progress import Progress
from ..data.records import Json
from ..runs.card import tell_card
from ..store import picks
from .base import Answer, Request
from .designs import get_design, get_runs
from .equality import reduce_for_models, reduce_to_all_runs, reduce_to_all_runs_for_models
from .projects import get_project, look_up_picked_ids


def _tell(request: Request, folder: Path, progress: Progress) -> Json:
    """Return a record of `runs.RECORDS`; ``runs`` that are a fingerprint are replaced by their ids."""
    asked = request.asked
    if isinstance(asked.get("runs"), str):
        asked = {**asked, "runs": picks.read_runs(asked["runs"], folder)}
    name = request.answer.name.removeprefix(PREFIX)
    return runs.tell(name, get_runs(request.selection, folder), asked)


def _normalise(request: Request, folder: Path) -> Request:
    if runs.asks_roles(request.answer.name.removeprefix(PREFIX), request.asked):
        return reduce_to_all_runs(request, folder)
    return reduce_to_all_runs_for_models(request, folder)


PREFIX = "runs "

RECORDS: dict[str, Answer] = {
    teller.NAME: Answer(f"{PREFIX}{teller.NAME}", _normalise, _tell, short=True) for teller in runs.RECORDS
}
"""Answers by the name of the record; each takes the arguments that `runs.RECORDS` declares."""


def _card(request: Request, folder: Path, progress: Progress) -> Json:
    selection, run = look_up_picked_ids(request.selection, folder), str(request.asked["run"])
    seen = replace(selection, target=get_design(selection, folder).target)
    card = tell_card(get_runs(selection, folder), seen, run)
    return replace(card, page=sources.page_of(get_project(selection, folder), run)).to_json()


CARD = Answer("card", reduce_for_models, _card)
"""The card of the ``run`` asked about (see `runs.card`)."""
