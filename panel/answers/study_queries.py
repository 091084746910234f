"""Cached answers about a search as a whole: what the checks found, and what to run next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import checks
from ..checks.base import Finding, Study
from ..data.progress import no_progress
from ..errors import QuestionError
from ..next_sweep import Proposal, propose
from ..question.selection import Selection
from ..store.loading import program
from .asking import design_of, kept
from .queries import importance_of
from .run_queries import of_all_runs, runs_of


def study_of(selection: Selection, folder: Path) -> Study:
    """Return the search that a question is about: every run that its filter leaves, each on its own."""
    return Study(runs_of(selection, folder), design_of(of_all_runs(selection), folder))


def key(what: str, selection: Selection) -> str:
    """Return the key of an answer, one of `ANSWERS`: it depends on roles that no model sees, too."""
    return of_all_runs(selection).key(program(), "study", what)


def findings_of(selection: Selection, folder: Path, progress: Callable[[float], None] = no_progress) -> dict[str, Any]:
    """
    Return what the checks find, computed if it was not before.

    Returns
    -------
    dict
        ``findings`` as `Finding.to_json` returns them, ``caveats`` of all conclusions and in ``messages`` what
        these were made of, and how many ``runs`` and ``configs`` there are.

    Raises
    ------
    QuestionError
        If the question names no metric, or does not fit the project.
    """

    def compute() -> dict[str, Any]:
        study = study_of(selection, folder)
        caveats = checks.caveats(study)
        return {
            "findings": [finding.to_json() for finding in checks.findings(study, progress)],
            "caveats": list(map(str, caveats)),
            "messages": {"caveats": [caveat.to_json() for caveat in caveats]},
            "runs": len(study.runs),
            "configs": len(study.configs),
        }

    return kept(key("checks", selection), folder, compute)


def next_sweep_of(
    selection: Selection, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return what to run next, computed if it was not before.

    Returns
    -------
    dict
        ``proposal`` as `Proposal.to_json` returns it, or ``None`` and why in ``empty``.

    Raises
    ------
    QuestionError
        If the question names no metric, or does not fit the project.
    """

    def compute() -> dict[str, Any]:
        study = study_of(selection, folder)
        if study.design.empty is not None:
            return {"empty": study.design.empty[1], "proposal": None}
        told = findings_of(selection, folder, lambda done: progress(0.5 * done))
        found = [Finding.from_json(finding) for finding in told["findings"]]
        ranked = importance_of(of_all_runs(selection), "forest", folder, lambda done: progress(0.5 + 0.3 * done))
        progress(0.8)
        return {"empty": "", "proposal": propose(study, found, ranked).to_json()}

    return kept(key("next", selection), folder, compute)


def proposal_of(selection: Selection, folder: Path, progress: Callable[[float], None] = no_progress) -> Proposal:
    """
    Return what to run next.

    Raises
    ------
    QuestionError
        As `next_sweep_of`; or if nothing can be proposed, saying why.
    """
    found = next_sweep_of(selection, folder, progress)
    if found["empty"]:
        raise QuestionError(f"There is no next sweep to propose: {found['empty']}")
    return Proposal.from_json(found["proposal"])


def study_answer(selection: Selection, folder: Path, progress: Callable[[float], None] = no_progress) -> dict[str, Any]:
    """Return the answers about the search as ``--json`` prints them: ``checks`` and ``next_sweep``."""
    if not selection.target.metric:
        return {"checks": None, "next_sweep": None}
    checked = findings_of(selection, folder, lambda done: progress(0.5 * done))
    return {"checks": checked, "next_sweep": next_sweep_of(selection, folder, lambda done: progress(0.5 + 0.5 * done))}


ANSWERS: dict[str, Callable[[Selection, Path, Callable[[float], None]], dict[str, Any]]] = {
    "checks": findings_of,
    "next": next_sweep_of,
}
"""What can be asked of a search, by name."""
