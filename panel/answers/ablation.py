"""The answer about the path from a baseline to the best config."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..data.messages import NOTHING, Message
from ..data.progress import Progress
from ..data.records import Json
from ..importance import Importance
from ..next_sweep.between import learn_between
from ..question.selection import Selection
from ..runs import ablation
from ..runs.ablation_record import AblationRecord, Asked, Ranked
from ..runs.ablation_words import say_bridge
from .base import Answer, Request, get_cached
from .designs import get_study
from .equality import reduce_to_all_runs_for_models
from .ranking import IMPORTANCE


def _walk(request: Request, folder: Path, progress: Progress) -> Json:
    study = get_study(request.selection, folder)
    return ablation.record(study.runs, Asked.from_json(request.asked), partial(learn_between, study)).to_json()


ABLATION = Answer("ablation", reduce_to_all_runs_for_models, _walk)
"""
The path from a ``baseline`` (see `runs.ablation_record.Asked`) to the best config: JSON of an `AblationRecord`, or of
what tells that there is none.
"""


def bridge_to_ranking(record: AblationRecord, selection: Selection, method: str, folder: Path) -> Message:
    """Say how a path goes with the ranking of the page; nothing if that is not known yet, for then it says nothing."""
    answer = get_cached(IMPORTANCE.make_request(selection, method=method), folder)
    if answer is None:
        return NOTHING
    return say_bridge(record, read_ranking(Importance.from_json(answer)))


def read_ranking(ranking: Importance) -> Ranked:
    """Return what a ranking says that a path must not deny."""
    rows = ranking.rows if ranking.empty is None else ()
    first = next((row.parameter for row in rows[:1] if row.clear), "")
    return Ranked(first, frozenset(row.parameter for row in rows if row.clear is False))
