"""Cached answers about a search as a whole: what the checks found, and what to run next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import checks
from .asking import design_of, kept
from .checks.base import Study
from .importance.record import no_progress
from .loading import program
from .run_queries import of_all_runs, runs_of
from .selection import Selection


def study_of(selection: Selection, folder: Path) -> Study:
    """Return the search that a question is about: every run that its filter leaves, each on its own."""
    return Study(runs_of(selection, folder), design_of(of_all_runs(selection), folder))


def key(what: str, selection: Selection) -> str:
    """Return the key of an answer: one of `ANSWERS`."""
    return of_all_runs(selection).key(program(), "study", what)


def findings_of(selection: Selection, folder: Path, progress: Callable[[float], None] = no_progress) -> dict[str, Any]:
    """
    Return what the checks find, computed if it was not before.

    Returns
    -------
    dict
        ``findings`` as `Finding.to_json` returns them, ``caveats`` of all conclusions, and how many ``runs`` and
        ``configs`` there are.

    Raises
    ------
    QuestionError
        If the question names no metric, or does not fit the project.
    """

    def compute() -> dict[str, Any]:
        study = study_of(selection, folder)
        return {
            "findings": [finding.to_json() for finding in checks.findings(study, progress)],
            "caveats": [],
            "runs": len(study.runs),
            "configs": len(study.configs),
        }

    return kept(key("checks", selection), folder, compute)


ANSWERS: dict[str, Callable[[Selection, Path, Callable[[float], None]], dict[str, Any]]] = {
    "checks": findings_of,
}
"""What can be asked of a search, by name."""
