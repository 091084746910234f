"""The answer about the path from a baseline to the best config."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..data.progress import Progress
from ..data.records import Json
from ..next_sweep.between import learn_between
from ..runs import ablation
from ..runs.ablation_record import Asked
from .base import Answer, Request
from .designs import get_study
from .equality import reduce_to_all_runs_for_models


def _walk(request: Request, folder: Path, progress: Progress) -> Json:
    study = get_study(request.selection, folder)
    return ablation.record(study.runs, Asked.from_json(request.asked), partial(learn_between, study)).to_json()


ABLATION = Answer("ablation", reduce_to_all_runs_for_models, _walk)
"""
The path from a ``baseline`` (see `runs.ablation_record.Asked`) to the best config: JSON of an `AblationRecord`, or of
what tells that there is none.
"""
