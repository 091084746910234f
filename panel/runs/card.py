"""The card of one run: what it was, how it did, what sets it apart from the best run, and why it was left out if so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..data.project import Project
from ..errors import QuestionError, nearest
from ..question.selection import FAILED_STATES, Condition, Selection, matches, value_text
from ..question.target import target_values
from .base import Runs
from .curves import default_metrics
from .histories import fewer_points, packed, read, side_of

MOST_METRICS = 300
"""Metrics of a run that its card lists."""

LARGEST_EXACT = 1e15
"""Whole numbers below this are written in full, as filters write them."""

OWN_PLACE = ("name", "state", "created", "runtime", "tags")
"""What is known of a run that has a place of its own in its card."""


def card(runs: Runs, selection: Selection, run: str) -> dict[str, Any]:
    """
    Tell what is known of a run, whether it counts or not.

    Parameters
    ----------
    runs
        The runs of the question.
    selection
        The question; the runs it picks are ids.
    run
        Id of a run of the project.

    Returns
    -------
    dict
        ``run``, ``name``, ``state``, ``created`` (ISO 8601, UTC) and ``runtime`` (seconds) if known, ``tags``;
        ``about``: pairs of what else is known; ``label`` and ``goal`` of the target, ``target`` (``None`` if it has no
        finite one), ``rank`` from 1 among the ``of`` runs with a target, ``None`` for a run left out; ``why`` it is
        left out, as words; ``other``: the best run, or for that one the next; ``config`` and ``summary``, values as
        text, empty where none is recorded; ``before`` and ``after``: the runs next to it by rank.

    Raises
    ------
    QuestionError
        If there is no such run.
    """
    project = runs.project
    ids = project.runs.index.astype("str")
    if run not in ids:
        raise QuestionError(f"There is no run {run!r}. {nearest(run, list(ids))}")
    row = int(ids.get_loc(run))
    about = project.runs.iloc[row]
    found = np.flatnonzero(runs.rows == row)
    place = np.flatnonzero(runs.best_first == found[0]) if len(found) else np.empty(0, int)
    ranked = bool(len(place))
    at = int(place[0]) if ranked else -1
    others = [str(runs.ids[i]) for i in runs.best_first[:2]]
    other = next((i for i in others if i != run), None)
    return {
        "run": run,
        "name": str(about["name"]),
        "state": str(about["state"]),
        "created": _time(about.get("created")),
        "runtime": _number(about.get("runtime")),
        "tags": [tag.strip() for tag in value_text(about.get("tags")).split(",") if tag.strip()],
        "about": [[str(n), shown(v)] for n, v in about.items() if n not in OWN_PLACE and shown(v)],
        "source": project.source,
        "label": runs.label,
        "goal": runs.goal,
        "target": _target(runs, row, found, selection),
        "rank": 1 + int((runs.loss < runs.loss[found[0]]).sum()) if ranked else None,
        "of": len(runs.best_first),
        "why": reasons(runs, selection, row, found),
        "other": None if other is None else _other(project, other, best=other == others[0]),
        "config": _config(project, runs, row, None if other is None else int(ids.get_loc(other))),
        "summary": [[str(name), _metric(project, str(name), row)] for name in list(project.summary)[:MOST_METRICS]],
        "metrics": len(project.summary.columns),
        "before": str(runs.ids[runs.best_first[at - 1]]) if at > 0 else None,
        "after": str(runs.ids[runs.best_first[at + 1]]) if ranked and at + 1 < len(runs.best_first) else None,
    }


def shown(value: Any) -> str:
    """Return a value as short text: a whole number exactly, others with six digits, nothing for a missing value."""
    if isinstance(value, pd.Timestamp):
        return _time(value) or ""
    if isinstance(value, float | np.floating) and np.isfinite(value):
        exact = float(value).is_integer() and abs(float(value)) < LARGEST_EXACT
        return str(int(value)) if exact else f"{value:.6g}"
    return value_text(value)


def _time(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, pd.Timestamp) and value is not pd.NaT else None


def _number(value: Any) -> float | None:
    usable = isinstance(value, int | float | np.number) and np.isfinite(value)
    return float(value) if usable else None


def _metric(project: Project, name: str, row: int) -> str:
    logged = project.logged_nan
    if name in logged and bool(logged[name].iloc[row]):
        return "NaN"
    return shown(project.summary[name].iloc[row])


def _target(runs: Runs, row: int, found: np.ndarray, selection: Selection) -> float | None:
    """Return the target of a run, of one that was left out too."""
    if len(found):
        return _number(runs.target[found[0]])
    asked = replace(selection.target, goal=runs.goal)
    return _number(target_values(runs.project, asked, runs.goal)[0].iloc[row])


def _other(project: Project, run: str, best: bool) -> dict[str, str]:
    name = str(project.runs["name"][run])
    return {"run": run, "name": name, "words": "best run" if best else "second best run"}


def reasons(runs: Runs, selection: Selection, row: int, found: np.ndarray) -> list[str]:
    """
    Say why a run is not among those that importance is computed from; nothing if it is.

    Parameters
    ----------
    runs, selection
        As in `card`.
    row
        Position of the run in the project.
    found
        Its number among the runs; empty if it is not there.
    """
    project, said = runs.project, []
    state = str(project.runs["state"].iloc[row])
    if state not in selection.states and not (selection.target.value == "failing" and state in FAILED_STATES):
        said.append(f"Its state is {state}, and {state} runs do not count.")
    said += [f"The filter {c.words()} leaves it out." for c in selection.filters if not _passes(project, c, row)]
    why = str(runs.why[found[0]]) if len(found) else ""
    words = {
        "NaN (diverged)": f"Its {runs.label} is NaN: it diverged.",
        "infinite": f"Its {runs.label} is infinite: it diverged.",
        "no value": f"It has no value of {runs.label}.",
    }
    if why in words:
        said.append(words[why])
    elif said and _target(runs, row, found, selection) is None:
        said.append(f"It has no finite value of {runs.label} either.")
    if selection.picked is not None and str(project.runs.index[row]) not in set(selection.picked):
        said.append("It is not among the selected runs, and importance is computed on these only.")
    return said


def _passes(project: Project, condition: Condition, row: int) -> bool:
    return bool(matches(project.column(condition.column).iloc[[row]], condition)[0])


def _config(project: Project, runs: Runs, row: int, other: int | None) -> list[dict[str, Any]]:
    """Return every parameter with its value here and in the other run, and whether these are the same."""
    lines = []
    for name in runs.parameters:
        column = project.config[name]
        mine, theirs = column.iloc[row], None if other is None else column.iloc[other]
        same = other is not None and value_text(mine) == value_text(theirs)
        alike = other is not None and not same and shown(mine) == shown(theirs)
        write = value_text if alike else shown  # in full where six digits do not tell them apart
        lines.append(
            {
                "parameter": name,
                "value": write(mine),
                "other": "" if other is None else write(theirs),
                "same": same,
                "absent": "inactive" if runs.parameters[name].condition else "not recorded",
            }
        )
    return lines


def curves(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Tell the history of the target in one run, whether it counts or not, beside that in the best one.

    Parameters
    ----------
    runs
        The runs of the question.
    asked
        ``run``: its id.

    Returns
    -------
    dict
        ``empty`` in words; ``curves``: of each ``run`` its ``name``, ``whose`` it is (``this``, ``best``, or ``second``
        beside the best one), ``metric``, ``side``, and what `histories.packed` returns; ``metric``: what the axis
        shows; ``metrics``: what is drawn; ``notes``, such as that it is not the target.

    Raises
    ------
    QuestionError
        If there is no such run.
    """
    project = runs.project
    run, names = str(asked.get("run", "")), list(project.history.metrics)
    if run and run not in project.runs.index:
        raise QuestionError(f"There is no run {run!r}. {nearest(run, list(project.runs.index))}")
    if not names:
        return {"empty": "This project has no history.", "curves": []}
    metrics, notes = default_metrics(runs, names)
    best = [str(runs.ids[i]) for i in runs.best_first[:2]]
    other = next((i for i in best if i != run), None)
    whose = {run: "this", **({} if other is None else {other: "best" if other == best[0] else "second"})}
    found = read(project, list(whose), metrics)
    if not any(key[0] == run for key in found):
        return {"empty": " ".join([f"This run has no history of {' or '.join(metrics)}.", *notes]), "curves": []}
    told = []
    for (i, metric), curve in found.items():
        side = side_of(metric)[0] or ("train" if len(metrics) > 1 else "")
        name = str(project.runs["name"][i])
        about = {"run": i, "name": name, "whose": whose[i], "metric": metric, "side": side}
        told.append({**about, **packed(curve)})
    thin = sum("mean_x" in curve for curve in told)
    notes = [*notes, *([fewer_points(thin)] if thin else [])]
    drawn = [metric for metric in metrics if any(curve["metric"] == metric for curve in told)]
    return {"empty": "", "metric": drawn[0], "metrics": drawn, "notes": notes, "curves": told}
