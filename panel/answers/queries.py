"""Cached answers to questions: overview, importance, and what builds on it. Keys are questions; records are JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..data.messages import as_message
from ..data.names import likely_target
from ..data.progress import no_progress
from ..data.project import Project
from ..errors import QuestionError, nearest
from ..importance import compute as compute_importance
from ..importance import keep_asked, linear, list_installed, response, shapley
from ..importance.comparison import compare
from ..importance.correlation import correlate
from ..importance.record import LEVEL, Importance
from ..importance.trust import judge_trust
from ..question.adaptive import SENTENCE
from ..question.roles import roles_seen
from ..question.selection import Selection, Target
from ..question.target import label
from ..store.cache import results
from ..store.loading import SCHEMA, open_project
from . import choices
from .asking import design_of, kept, key_of, modelled, project_of, whichever_top

MOST_SKIPPED = 100
"""Of more runs that could not be read than this only the first are named."""


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
    return {**found, "parameters": [{**p, **roles_seen(p, roles)} for p in found["parameters"]]}


def _overview(selection: Selection, folder: Path) -> dict[str, Any]:
    project, d = project_of(selection, folder), design_of(selection, folder)
    return {
        "schema": SCHEMA,
        "project": {
            "id": selection.project,
            "name": project.name,
            "source": project.source,
            "format": project.format,
            "parts": list(project.parts),
        },
        "target": {
            "metric": d.target.metric,
            "label": label(d.target.metric, project),
            "goal": d.target.goal,
            "value": d.target.value,
            "scale": d.scale,
            "scale_reason": d.scale_reason,
        },
        "level": LEVEL,
        "runs": {
            "loaded": d.loaded,
            "used": d.runs_used,
            "groups": len(d.y) if d.grouped else None,
            "grouped": d.grouped,
            "configs": d.n_configs,
            "left_out": d.left_out,
            "states": {str(state): int(n) for state, n in project.runs["state"].value_counts().sort_index().items()},
        },
        "adaptive": {"reason": d.adaptive, "words": SENTENCE} if d.adaptive else None,
        "empty": None if d.empty is None else {"reason": d.empty[0], "words": d.empty[1]},
        "correlation": correlate(d).to_json(),
        "parameters": [p.to_json() for p in d.parameters],
        "metrics": project.metrics,
        "groupable": choices.groupable(project),
        "has_history": d.target.metric in project.history.metrics,
        "notes": [*project.notes, *_other_parts(project)],
        "skipped": [{"what": what, "why": why} for what, why in project.skipped[:MOST_SKIPPED]],
        "skipped_count": len(project.skipped),
        "seed": selection.seed,
    }


def _other_parts(project: Project) -> list[str]:
    """Say that there are other studies or experiments in the same source, if there are."""
    others = [uri.partition("#")[2] for uri in project.parts if uri != project.source]
    if not others:
        return []
    shown = ", ".join(map(repr, others[:3])) + (f" and {len(others) - 3} more" if len(others) > 3 else "")
    where, _, name = project.source.partition("#")
    return [f"This is {name!r}, one of {len(project.parts)} in {where}; the other{'s' * (len(others) > 1)}: {shown}."]


def importance_key(selection: Selection, method: str, folder: Path) -> str:
    """Return the key of an importance: equal questions have equal keys in every process."""
    return key_of(keep_asked(selection, method), folder, "importance", method)


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
        return {**record.to_json(), "trust": judge_trust(record).to_json()}

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
        JSON of an `importance.response.Response`, each point with the ``run`` it is; ``empty`` in words, and
        nothing else, if nothing can be computed.
    """

    def compute() -> dict[str, Any]:
        d = design_of(selection, folder)
        if d.empty is not None:
            return response.Response(empty=as_message(d.empty[1])).to_json()
        found = response.respond(_forest_of(selection, folder, progress), parameters)
        return response.name_runs(found, project_of(selection, folder).runs.index).to_json()

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
        JSON of an `importance.shapley.Explanation`.

    Raises
    ------
    QuestionError
        If there is no such run, the question does not use it, or the ``shap`` package is not installed.
    """

    def compute() -> dict[str, Any]:
        shapley.import_explainer()
        d = design_of(selection, folder)
        known = project_of(selection, folder).runs.index.astype(str)
        if run not in known or d.empty is not None:
            raise QuestionError(f"There is no run {run!r} to explain. {nearest(run, list(known))}")
        found = shapley.explain(_forest_of(selection, folder, progress), int(known.get_loc(run)))
        return replace(found, run=run).to_json()

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
    records = {m.NAME: cached_importance(selection, m.NAME, folder) for m in list_installed()}
    there = {name: record for name, record in records.items() if record is not None}
    return {
        **compare({name: Importance.from_json(record).rows for name, record in there.items()}).to_json(),
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
        **compare({name: Importance.from_json(record).rows for name, record in there.items()}, what).to_json(),
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
