"""All answers to a question, as ``--json`` prints them and the report shows them."""

from __future__ import annotations

from pathlib import Path

from ..data.progress import Progress, no_progress
from ..data.records import Json
from ..question.selection import Selection
from .base import get
from .ranking import answer_ranking
from .study import CHECKS, NEXT_SWEEP


def answer_study(selection: Selection, folder: Path, progress: Progress = no_progress) -> Json:
    """Return ``checks`` and ``next_sweep`` of the search; both are ``None`` without a metric."""
    if not selection.target.metric:
        return {"checks": None, "next_sweep": None}
    checked = get(CHECKS.make_request(selection), folder, lambda done: progress(0.5 * done))
    proposed = get(NEXT_SWEEP.make_request(selection), folder, lambda done: progress(0.5 + 0.5 * done))
    return {"checks": checked, "next_sweep": proposed}


def answer_everything(selection: Selection, method: str, folder: Path, progress: Progress = no_progress) -> Json:
    """Return what `answer_ranking` and `answer_study` return, in one."""
    ranking = answer_ranking(selection, method, folder, lambda done: progress(0.4 * done))
    return {**ranking, **answer_study(selection, folder, lambda done: progress(0.4 + 0.6 * done))}
