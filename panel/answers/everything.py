"""All answers to a question, as ``--json`` prints them and the report shows them."""

from __future__ import annotations

from pathlib import Path

from ..data.progress import Progress, no_progress
from ..data.records import MESSAGES, Json
from ..question.selection import Selection
from .base import get
from .projects import get_project
from .ranking import IMPORTANCE, OVERVIEW
from .study import CHECKS, NEXT_SWEEP
from .taken import tell_columns


def answer_ranking(selection: Selection, method: str, folder: Path, progress: Progress = no_progress) -> Json:
    """
    Return the ranking and what it is based on.

    Returns
    -------
    dict
        ``schema``, ``project``, ``target``, ``taken``, ``spellings``, ``failures``, ``columns`` (every column of the
        source: its place, how sure that is, and why), ``method``, ``level``, ``runs``, ``surrogate``, ``trust``,
        ``adaptive``, ``empty``, ``importance`` (one row a parameter that entered the model, the most important first),
        ``decide_failures`` (the parameters that do), ``groups``, ``pairs``, ``parts``, ``correlation``, ``parameters``,
        ``notes``, ``skipped``, ``skipped_count``, ``seed``; ``messages``, with what the notes were made of, if there
        are any.
    """
    first = get(OVERVIEW.make_request(selection), folder)
    second = get(IMPORTANCE.make_request(selection, method=method), folder, progress)
    return {
        "schema": first["schema"],
        "project": first["project"],
        "target": first["target"],
        "taken": first["taken"],
        "spellings": first["spellings"],
        "failures": first["failures"],
        "columns": tell_columns(get_project(selection, folder)),
        "method": second["method"],
        "level": first["level"],
        "runs": first["runs"],
        "surrogate": second["surrogate"],
        "trust": second["trust"],
        "adaptive": first["adaptive"],
        "empty": second["empty"],
        "importance": second["importance"],
        "decide_failures": second["decide_failures"],
        "groups": second["groups"],
        "pairs": second["pairs"],
        "parts": second["parts"],
        "correlation": first["correlation"],
        "parameters": first["parameters"],
        "notes": [*first["notes"], *second["notes"]],
        "skipped": first["skipped"],
        "skipped_count": first["skipped_count"],
        "seed": first["seed"],
        **_join_note_messages(first, second),
    }


def _join_note_messages(*records: Json) -> Json:
    """Return ``messages`` with what the notes of all records were made of; nothing if there are no notes."""
    made_of = [made for record in records for made in record.get(MESSAGES, {}).get("notes", record["notes"])]
    return {MESSAGES: {"notes": made_of}} if made_of else {}


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
