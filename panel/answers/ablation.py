"""The answer about the path from a baseline to the best config."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..data.progress import Progress
from ..data.records import Json
from ..importance import Importance
from ..next_sweep.between import learn_between
from ..question.selection import Selection
from ..runs import ablation
from ..runs.ablation_record import Asked, Ranked
from .base import Answer, Request, get
from .designs import get_study
from .equality import reduce_to_all_runs_for_models
from .ranking import IMPORTANCE


def _walk(request: Request, folder: Path, progress: Progress) -> Json:
    method = str(request.asked.get("method") or "forest")
    ranked = _read_ranking(request.selection, method, folder, lambda done: progress(0.7 * done))
    study = get_study(request.selection, folder)
    asked = Asked.from_json(request.asked)
    return ablation.record(study.runs, asked, partial(learn_between, study), ranked).to_json()


def _read_ranking(selection: Selection, method: str, folder: Path, progress: Progress) -> Ranked:
    ranking = Importance.from_json(get(IMPORTANCE.make_request(selection, method=method), folder, progress))
    rows = ranking.rows if ranking.empty is None else ()
    first = next((row.parameter for row in rows[:1] if row.clear), "")
    return Ranked(first, frozenset(row.parameter for row in rows if row.clear is False))


ABLATION = Answer("ablation", reduce_to_all_runs_for_models, _walk)
"""
The path from a ``baseline`` (see `runs.ablation_record.Asked`) to the best config: JSON of an `AblationRecord`, or of
what tells that there is none. It takes the ranking by ``method`` into account, lest it denies what that says.
"""
