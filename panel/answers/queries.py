"""Cached answers to questions: overview, importance, and what builds on it. Keys are questions; records are JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data.names import likely_target
from ..data.progress import no_progress
from ..data.project import Project
from ..errors import QuestionError, nearest
from ..importance import compute as compute_importance
from ..importance import installed, linear, response, shapley, top
from ..importance.comparison import compare
from ..importance.record import trust
from ..question.selection import Selection, Target
from ..store.cache import results
from ..store.loading import open_project
from .asking import design_of, kept, key_of, modelled, project_of, whichever_top
from .overview import describe, see_roles_in_json


def default_selection(project_id: str, folder: Path, **target: Any) -> Selection:
    """Return the question that a project is opened with: its sweep's metric, or else a likely one."""
    project = open_project(project_id, folder)
    return Selection(project_id, default_target(project, **target))


def default_target(project: Project, **target: Any) -> Target:
    """Return a target with the metric that is given, that the sweep declares, or that people most likely study."""
    declared = project.space.metric if project.space and project.space.metric in project.metrics else ""
    metric = target.pop("metric", "") or declared or (likely_target(project.metrics) if project.metrics else "")
    return Target(metric, **target)


def overview(selection: Selection, folder: Path) -> dict[str, Any]:
    """
    Answer what can be answered at once: the runs used, the parameters and their correlations.

    Parameters
    ----------
    selection
        The question.
    folder
        The cache folder.

    Returns
    -------
    dict
        JSON with the fields of `answer`, but for those of the method.

    Raises
    ------
    SourceError, QuestionError
        If the project is not in the cache, or the question does not fit it.
    """
    asked, roles = modelled(whichever_top(selection), folder), dict(selection.roles)
    found = kept(key_of(asked, folder, "overview"), folder, lambda: _overview(asked, folder))
    return {**found, "parameters": see_roles_in_json(found["parameters"], roles)}


def _overview(selection: Selection, folder: Path) -> dict[str, Any]:
    return describe(project_of(selection, folder), design_of(selection, folder), selection).to_json()


def importance_key(selection: Selection, method: str, folder: Path) -> str:
    """Return the key of an importance: equal questions have equal keys in every process."""
    asked = selection if method == top.NAME else whichever_top(selection)
    return key_of(asked, folder, "importance", method)


def cached(key: str, folder: Path) -> dict[str, Any] | None:
    """Return what was computed before under a key, else ``None``."""
    return results(folder).get(key)


def cached_importance(selection: Selection, method: str, folder: Path) -> dict[str, Any] | None:
    """Return the importance if it was computed before, else ``None``."""
    return cached(importance_key(selection, method, folder), folder)


def importance_of(
    selection: Selection, method: str, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return the importance of every parameter, computed if it was not before.

    Parameters
    ----------
    selection
        The question.
    method
        Name of a method.
    folder
        The cache folder.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    dict
        JSON as `Importance.to_json` returns it, with the ``trust`` that it deserves.
    """

    def compute() -> dict[str, Any]:
        record = compute_importance(design_of(selection, folder), method, progress)
        return {**record.to_json(), "trust": trust(record)}

    return kept(importance_key(selection, method, folder), folder, compute)


def linear_key(selection: Selection, folder: Path) -> str:
    """Return the key of a linear model."""
    return key_of(whichever_top(selection), folder, "linear")


def linear_of(selection: Selection, folder: Path) -> dict[str, Any]:
    """Return the linear model of a question as `linear.Linear.to_json` returns it, fitted if it was not before."""
    return kept(linear_key(selection, folder), folder, lambda: linear.fit(design_of(selection, folder)).to_json())


def response_key(selection: Selection, parameters: tuple[str, ...], folder: Path) -> str:
    """Return the key of what the forest predicts along one parameter or two."""
    return key_of(whichever_top(selection), folder, "response", *parameters)


_forest: dict[Selection, response.Forest] = {}
"""The last forest that was grown for responses: the next parameter of the same question needs it again."""


def _forest_of(selection: Selection, folder: Path, progress: Callable[[float], None]) -> response.Forest:
    asked = modelled(whichever_top(selection), folder)
    if asked not in _forest:
        _forest.clear()
        _forest[asked] = response.grow(design_of(asked, folder), progress)
    return _forest[asked]


def response_of(
    selection: Selection, parameters: tuple[str, ...], folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return what the forest predicts along one parameter or two, computed if it was not before.

    Returns
    -------
    dict
        JSON as `importance.response.respond` returns it, each point with the ``run`` it is; ``empty`` in words, and
        nothing else, if nothing can be computed.
    """

    def compute() -> dict[str, Any]:
        d = design_of(selection, folder)
        if d.empty is not None:
            return {"empty": d.empty.words}
        found = response.respond(_forest_of(selection, folder, progress), parameters)
        ids = project_of(selection, folder).runs.index
        for point in found["points"]:
            point["run"] = str(ids[point.pop("row")])
        return {"empty": "", **found}

    return kept(response_key(selection, parameters, folder), folder, compute)


def explanation_key(selection: Selection, run: str, folder: Path) -> str:
    """Return the key of a run's explanation."""
    return key_of(whichever_top(selection), folder, "explanation", run)


def explanation_of(
    selection: Selection, run: str, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Explain a run by SHAP values, computed if they were not before.

    Returns
    -------
    dict
        JSON as `importance.shapley.explain` returns it, with the ``run``.

    Raises
    ------
    QuestionError
        If there is no such run, the question does not use it, or the ``shap`` package is not installed.
    """

    def compute() -> dict[str, Any]:
        shapley.explainer()
        d = design_of(selection, folder)
        known = project_of(selection, folder).runs.index.astype(str)
        if run not in known or d.empty is not None:
            raise QuestionError(f"There is no run {run!r} to explain. {nearest(run, list(known))}")
        found = shapley.explain(_forest_of(selection, folder, progress), int(known.get_loc(run)))
        return {"run": run, **found}

    return kept(explanation_key(selection, run, folder), folder, compute)


def comparison_of(selection: Selection, folder: Path) -> dict[str, Any]:
    """
    Compare the methods whose importance is in the cache.

    Returns
    -------
    dict
        JSON as `comparison.Comparison.to_json` returns it, ``missing`` with the methods that were not computed yet,
        and ``empty`` with why a method has no rows, by its name.
    """
    records = {m.NAME: cached_importance(selection, m.NAME, folder) for m in installed()}
    there = {name: record for name, record in records.items() if record is not None}
    return {
        **compare({name: record["importance"] for name, record in there.items()}).to_json(),
        "missing": [name for name, record in records.items() if record is None],
        "empty": {name: record["empty"]["words"] for name, record in there.items() if record["empty"]},
    }


def targets_of(selection: Selection, metrics: tuple[str, ...], method: str, folder: Path) -> dict[str, Any]:
    """
    Compare the importance for several targets, as far as it is in the cache.

    Parameters
    ----------
    selection
        The question; its own target is put aside.
    metrics
        The targets, each with its usual goal, its last value, and the scale by rule.
    method
        Name of a method.
    folder
        The cache folder.

    Returns
    -------
    dict
        As `comparison_of`, with a metric in place of each method.
    """
    return _beside({m: of_target(selection, m) for m in metrics}, method, folder, "targets")


def parts_of(parts: dict[str, Selection], method: str, folder: Path) -> dict[str, Any]:
    """Compare the importance for several sets of runs, given by words for each, as far as it is in the cache."""
    return _beside(parts, method, folder, "sets of runs")


def _beside(questions: dict[str, Selection], method: str, folder: Path, what: str) -> dict[str, Any]:
    records = {name: cached_importance(asked, method, folder) for name, asked in questions.items()}
    there = {name: record for name, record in records.items() if record is not None}
    return {
        **compare({name: record["importance"] for name, record in there.items()}, what).to_json(),
        "missing": [name for name, record in records.items() if record is None],
        "empty": {name: record["empty"]["words"] for name, record in there.items() if record["empty"]},
    }


def of_target(selection: Selection, metric: str) -> Selection:
    """Return the same question about another metric."""
    return selection if selection.target.metric == metric else replace(selection, target=Target(metric))


def answer(
    selection: Selection, method: str, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return the whole answer to a question, as ``--json`` prints it.

    Returns
    -------
    dict
        ``schema``, ``project``, ``target``, ``method``, ``level``, ``runs``, ``surrogate``, ``trust``, ``adaptive``,
        ``empty``, ``importance`` (one row a parameter that entered the model, the most important first), ``groups``,
        ``pairs``, ``parts``, ``correlation``, ``parameters``, ``notes``, ``skipped``, ``skipped_count``, ``seed``.
    """
    first = overview(selection, folder)
    second = importance_of(selection, method, folder, progress)
    return {
        "schema": first["schema"],
        "project": first["project"],
        "target": first["target"],
        "method": second["method"],
        "level": first["level"],
        "runs": first["runs"],
        "surrogate": second["surrogate"],
        "trust": second["trust"],
        "adaptive": first["adaptive"],
        "empty": second["empty"],
        "importance": second["importance"],
        "groups": second["groups"],
        "pairs": second["pairs"],
        "parts": second["parts"],
        "correlation": first["correlation"],
        "parameters": first["parameters"],
        "notes": [*first["notes"], *second["notes"]],
        "skipped": first["skipped"],
        "skipped_count": first["skipped_count"],
        "seed": first["seed"],
    }
