"""Answers about a search as a whole: what the checks found, and what to run next."""

from __future__ import annotations

from pathlib import Path

from .. import checks
from ..checks.base import Finding
from ..data.progress import Progress, no_progress
from ..data.records import Json
from ..errors import QuestionError
from ..importance import Importance
from ..next_sweep import Proposal, propose
from ..question.selection import Selection
from .base import Answer, Request, get
from .designs import get_study
from .equality import reduce_to_all_runs
from .ranking import IMPORTANCE


def _check(request: Request, folder: Path, progress: Progress) -> Json:
    study = get_study(request.selection, folder)
    caveats = checks.say_caveats(study)
    return {
        "findings": [finding.to_json() for finding in checks.ask_all(study, progress)],
        "caveats": list(map(str, caveats)),
        "messages": {"caveats": [caveat.to_json() for caveat in caveats]},
        "runs": len(study.runs),
        "configs": len(study.configs),
    }


CHECKS = Answer("checks", reduce_to_all_runs, _check)
"""
What the checks find: ``findings`` as `Finding.to_json` returns them, ``caveats`` of all conclusions and in
``messages`` what these were made of, and how many ``runs`` and ``configs`` there are. It reads roles that no model
sees, too.
"""


def _propose(request: Request, folder: Path, progress: Progress) -> Json:
    study = get_study(request.selection, folder)
    if study.design.empty is not None:
        return {"empty": study.design.empty.words, "proposal": None}
    checked = get(CHECKS.make_request(request.selection), folder, lambda done: progress(0.5 * done))
    findings = [Finding.from_json(finding) for finding in checked["findings"]]
    forest = IMPORTANCE.make_request(request.selection, method="forest")
    ranking = get(forest, folder, lambda done: progress(0.5 + 0.3 * done))
    progress(0.8)
    return {"empty": "", "proposal": propose(study, findings, Importance.from_json(ranking)).to_json()}


NEXT_SWEEP = Answer("next", reduce_to_all_runs, _propose)
"""What to run next: ``proposal`` as `Proposal.to_json` returns it, or ``None`` and why in ``empty``."""


def get_proposal(selection: Selection, folder: Path, progress: Progress = no_progress) -> Proposal:
    """
    Return what to run next.

    Raises
    ------
    QuestionError
        If the question names no metric, or does not fit the project; or if nothing can be proposed, saying why.
    """
    answer = get(NEXT_SWEEP.make_request(selection), folder, progress)
    if answer["empty"]:
        raise QuestionError(f"There is no next sweep to propose: {answer['empty']}")
    return Proposal.from_json(answer["proposal"])
