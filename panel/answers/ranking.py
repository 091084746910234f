"""Answers about parameters: what is known at once, importance, the linear model, what the forest predicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.progress import Progress, no_progress
from ..data.project import Project
from ..data.records import MESSAGES, Json
from ..errors import QuestionError, nearest
from ..importance import compute, linear, response, shapley
from ..importance.headline import limit_headline
from ..importance.record import Importance
from ..importance.trust import Trust, judge_trust
from ..question.design import Design
from ..question.selection import Selection, is_step
from .base import Answer, Request, get
from .designs import get_design, get_study
from .equality import reduce_for_models, restore_roles
from .overview import describe
from .projects import get_project
from .taken import tell_columns

if TYPE_CHECKING:
    from ..checks.base import Study


def _describe(request: Request, folder: Path, progress: Progress) -> Json:
    selection = request.selection
    return describe(get_project(selection, folder), get_design(selection, folder), selection).to_json()


OVERVIEW = Answer("overview", reduce_for_models, _describe, restore_roles)
"""What can be answered at once: the runs used, the parameters and their correlations, notes, what was skipped."""


def _rank(request: Request, folder: Path, progress: Progress) -> Json:
    design = get_design(request.selection, folder)
    record = compute(design, request.asked["method"], progress)
    return {
        **record.to_json(),
        "trust": judge_ranking(record, get_project(request.selection, folder), design).to_json(),
        "decide_failures": [] if record.empty else _name_deciding(get_study(request.selection, folder)),
    }


def judge_ranking(record: Importance, project: Project, design: Design) -> Trust:
    """Say how far the ranking of a design can be trusted, and at which step of the runs it is true."""
    guessed = {c.label for c in project.columns if c.place == "config" and c.sure == "guess"}
    constant = {p.name for p in design.parameters if p.distinct < 2}
    trust, step = judge_trust(record, guessed, constant), design.target.step if is_step(design.target.step) else None
    return replace(trust, headline=limit_headline(trust.headline, step, design.notes))


def _name_deciding(study: Study) -> list[str]:
    from ..checks import infeasible  # with all checks: what finds its answer kept need not wait for them

    return infeasible.name_deciding(infeasible.measure(study))


def rank(
    design: Design,
    make_study: Callable[[], Study],
    project: Project,
    selection: Selection,
    method: str,
    progress: Progress,
) -> tuple[Importance, Json]:
    """
    Rank the parameters of a question without a cache.

    Parameters
    ----------
    design, project, selection
        The question.
    make_study
        Makes the study of it, where there is something to rank.
    method
        Name of the method.
    progress
        Told how far it is.

    Returns
    -------
    Importance
        The ranking.
    dict
        What `answer_ranking` returns, but for the project's id.
    """
    record = compute(design, method, progress)
    second = {
        **record.to_json(),
        "trust": judge_ranking(record, project, design).to_json(),
        "decide_failures": [] if record.empty else _name_deciding(make_study()),
    }
    return record, _join(describe(project, design, selection).to_json(), second, tell_columns(project))


IMPORTANCE = Answer("importance", reduce_for_models, _rank)
"""
The importance of every parameter by the ``method`` asked for: JSON as `Importance.to_json` returns it, with the
``trust`` that it deserves, and the parameters that ``decide_failures`` by the check of infeasible runs.
"""


def _fit(request: Request, folder: Path, progress: Progress) -> Json:
    return linear.fit(get_design(request.selection, folder)).to_json()


LINEAR = Answer("linear", reduce_for_models, _fit, short=True)
"""The linear model, as `linear.Linear.to_json` returns it."""

_forest: dict[Selection, response.Forest] = {}
"""The last forest that was grown for responses: the next parameter of the same question needs it again."""


def _grow_forest(selection: Selection, folder: Path, progress: Progress) -> response.Forest:
    forest = _forest.get(selection)
    if forest is None:
        forest = response.grow(get_design(selection, folder), progress)
        _forest.clear()  # not before: another thread may have asked for another one
        _forest[selection] = forest
    return forest


def _respond(request: Request, folder: Path, progress: Progress) -> Json:
    d = get_design(request.selection, folder)
    if d.empty is not None:
        return response.Response(empty=d.empty.words).to_json()
    forest = _grow_forest(request.selection, folder, progress)
    record = response.respond(forest, tuple(request.asked["parameters"]))
    return response.name_runs(record, get_project(request.selection, folder).runs.index).to_json()


RESPONSE = Answer("response", reduce_for_models, _respond)
"""
What the forest predicts along one or two ``parameters``: JSON of a `response_record.Response`, each point with the
``run`` it is; ``empty`` in words, and nothing else, if nothing can be computed.
"""


def _explain(request: Request, folder: Path, progress: Progress) -> Json:
    shapley.import_explainer()
    run, d = str(request.asked["run"]), get_design(request.selection, folder)
    known = get_project(request.selection, folder).runs.index.astype(str)
    if run not in known or d.empty is not None:
        raise QuestionError(f"There is no run {run!r} to explain. {nearest(run, list(known))}")
    forest = _grow_forest(request.selection, folder, progress)
    return replace(shapley.explain(forest, int(known.get_loc(run))), run=run).to_json()


EXPLANATION = Answer("explanation", reduce_for_models, _explain)
"""
What moves the prediction of a ``run``: JSON of a `shapley.Explanation`.

A `QuestionError` if there is no such run, the question does not use it, or the ``shap`` package is not installed.
"""


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
    return _join(first, second, tell_columns(get_project(selection, folder)))


def _join(first: Json, second: Json, columns: list[Json]) -> Json:
    """Return the answer of an overview and of an importance, with every column of the source."""
    return {
        "schema": first["schema"],
        "project": first["project"],
        "target": first["target"],
        "taken": first["taken"],
        "spellings": first["spellings"],
        "failures": first["failures"],
        "columns": columns,
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
