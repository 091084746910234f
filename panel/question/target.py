"""
The target of every run: which value of the metric counts, its goal, and the scale on which it is modelled.

Several metrics make one weighted target, asked for as JSON in place of a metric's name: ``{"val_loss": 2, "time": 1}``.
"""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from ..data.messages import Message, Number, say
from ..data.project import Project
from ..data.statistics import is_more_even_in_log, ranks
from ..errors import QuestionError, nearest
from .constraints import find_breaking
from .goal import choose_goal
from .lengths import read_curves
from .selection import FAILED_STATES, Goal, Target, TargetScale, is_step

LONGEST = 20_000
"""Letters of a weighted target that are read."""

FEWEST_FOR_SCALE = 20
"""With fewer runs than this a target stays on its own scale unless the user chooses another."""

FEW, MORE = (0.01, 0.5), (0.05, 0.9)
"""
If so small a share of the runs, the most extreme, hold more than so large a share of the target's variance, importance
is about them: a few that diverged, or more of them at about one value.
"""

MOST_APART, LEFT, GAP = 0.25, 0.15, 0.5
"""
So is it about a group of at most so large a share of the runs, beyond a gap of at least so large a part of the range of
the others, if no more than this share of the variance is left to these.
"""

ScaleUsed = Literal["raw", "log", "rank"]


def read_weights(metric: str, project: Project) -> dict[str, float]:
    """
    Return the metrics of a weighted target and their weights, which add up to 1; empty for one metric.

    Raises
    ------
    QuestionError
        If a weight is no positive number.
    """
    if metric in project.metrics or not metric.startswith("{") or len(metric) > LONGEST:
        return {}
    try:
        given = json.loads(metric, parse_int=float)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict) or not given:
        return {}
    for name, weight in given.items():
        if not isinstance(weight, float) or not math.isfinite(weight) or weight <= 0:
            raise QuestionError(f"The weight of {name!r} is {weight!r}; a weight is a number above 0.")
    largest = max(given.values())
    whole = sum(weight / largest for weight in given.values())
    return {name: weight / largest / whole for name, weight in given.items()}


def name_target(metric: str, project: Project) -> str:
    """Return how a target is called: by its metric, or by the weights of its metrics."""
    weights = read_weights(metric, project)
    if not weights:
        return metric
    return f"{' + '.join(f'{weight:.2g} {name}' for name, weight in weights.items())} (ranks)"


def name_at_step(label: str, target: Target) -> str:
    """Return how a target is called that is read at a step, if it is."""
    return f"{label} at step {target.step:.10g}" if is_step(target.step) and target.value != "failing" else label


def _weighted(project: Project, target: Target, weights: dict[str, float]) -> tuple[pd.Series, pd.Series]:
    """
    Return the weighted mean of the ranks that the runs have in several metrics: 0 for the best, 1 for the worst.

    Ranks, because metrics differ in unit and spread; among all runs of the project that have the metric. A run without
    a finite value in one of them has no target.
    """
    if target.goal == "maximize":
        raise QuestionError("A weighted target is a mean of ranks, 0 for the best run: it can only be minimised.")
    total, nan = pd.Series(0.0, project.runs.index), pd.Series(False, project.runs.index)
    infinite = pd.Series(False, project.runs.index)
    for metric, weight in weights.items():
        one = replace(target, metric=metric, goal=None)
        goal = resolve_goal(project, one)
        values, logged_nan = read_target(project, one, goal)
        finite = values.where(np.isfinite(values))
        place = (finite if goal == "minimize" else -finite).rank()
        total += weight * (place - 0.5) / max(int(finite.notna().sum()), 1)
        nan |= logged_nan
        infinite |= np.isinf(values)
    return total.mask(infinite & ~nan, np.inf), nan


def resolve_goal(project: Project, target: Target) -> Goal:
    """Return the goal of a target: as given, as declared by the sweep, or guessed from the metric's name."""
    if target.value == "failing":
        return "minimize"
    if target.goal is not None:
        return target.goal
    if read_weights(target.metric, project):
        return "minimize"
    return choose_goal(project, target.metric).goal


def read_target(project: Project, target: Target, goal: Goal) -> tuple[pd.Series, pd.Series]:
    """
    Return the target of every run of a project.

    Parameters
    ----------
    project
        The project.
    target
        Metric and which of its values counts.
    goal
        Decides what ``best`` is.

    Returns
    -------
    pd.Series of float
        NaN where a run has none; ±infinity as logged. At a step NaN too where a run does
        not reach it. For ``failing`` 1 or 0. For a weighted target see `_weighted`.
    pd.Series of bool
        Where NaN was logged (the run diverged), unlike a value that is missing.

    Raises
    ------
    QuestionError
        If the project has no such metric, it holds no numbers, or it has no history and the value asked for needs one.
    """
    weights = read_weights(target.metric, project)
    if weights and target.value == "failing":
        raise QuestionError("Whether a run fails is asked of one metric, not of a weighted target.")
    if weights:
        return _weighted(project, target, weights)
    if target.metric not in project.metrics:
        known = f" {nearest(target.metric, project.metrics)}"
        if target.metric in project.summary:
            raise QuestionError(f"Metric {target.metric!r} holds no numbers.{known}")
        raise QuestionError(f"There is no metric {target.metric!r}.{known}")
    logged = project.logged_nan
    last = project.summary[target.metric].astype("float64")
    nan = logged[target.metric] if target.metric in logged else pd.Series(False, index=last.index)
    if is_step(target.step) and target.value != "failing" and target.metric in project.history.metrics:
        way = ("min" if goal == "minimize" else "max") if target.value == "best" else target.value
        then = pd.Series(read_curves(project, target.metric).take(way, target.step), index=last.index)
        return then, nan & then.isna()
    if target.value == "last":
        return last, nan
    if target.value == "failing":
        diverged = nan | np.isinf(last) | (read_words(project, target) != "") | find_breaking(project)
        failed = project.runs["state"].isin(FAILED_STATES) | diverged
        if not project.tells_gaps:
            failed |= last.isna()
        return failed.astype("float64").mask(last.isna() & ~failed), pd.Series(False, index=last.index)
    if target.metric not in project.history.metrics:
        raise QuestionError(
            f"The {target.value} value of {target.metric!r} needs its history, and this project has none; use 'last'."
        )
    history = project.history.frame
    of_metric = history[history["metric"] == target.metric]
    smallest = target.value == "min" or (target.value == "best" and goal == "minimize")
    by_run = of_metric.groupby("run_id", observed=True)["value"]
    values = (by_run.min() if smallest else by_run.max()).reindex(last.index).astype("float64")
    return values, nan & values.isna()


def read_words(project: Project, target: Target) -> np.ndarray:
    """Return the word that each run logged in place of the target's number, such as ``diverged``; else empty."""
    words = np.full(len(project.runs), "", object)
    for metric in read_weights(target.metric, project) or [target.metric]:
        if metric in project.words:
            words = np.where(words == "", project.words[metric].fillna("").to_numpy(object), words)
    return words


def choose_scale(values: np.ndarray, asked: TargetScale, goal: Goal | None = None) -> tuple[ScaleUsed, Message]:
    """
    Choose the scale on which a target is modelled.

    Parameters
    ----------
    values
        Finite target values.
    asked
        ``auto``, or the scale that the user chose.
    goal
        Only a target that is to be small, such as a loss, is read in log because it is spread more evenly there.

    Returns
    -------
    str
        ``log`` if all values are positive and either extreme runs hold most of the variance (a few, or a group apart)
        and no more of it in log, or the target is to be small, spans a factor of 16 and is spread more evenly in log;
        ``rank`` if extreme runs hold most of the variance otherwise; else ``raw``.
    Message
        The reason.

    Raises
    ------
    QuestionError
        If ``log`` was asked for and not all values are positive.

    Examples
    --------
    >>> choose_scale(np.geomspace(0.01, 100, 30), "auto", "minimize")
    ('log', 'positive, over a factor of 10000, and spread more evenly in log')
    """
    positive = bool(np.all(values > 0))
    if asked == "log" and not positive:
        raise QuestionError(
            f"A log scale needs positive values, and the smallest here is {values.min():.4g}; use 'raw' or 'rank'."
        )
    if asked != "auto":
        return asked, say("scale.chosen", "chosen by you")
    if len(values) < FEWEST_FOR_SCALE:
        return "raw", say("scale.few_runs", "too few runs to choose another")
    few = _is_held_by_few(values, FEW)
    dominated = few or _is_dominated(values)
    also_in_log = positive and (_has_group_apart(np.log(values)) if few else _is_dominated(np.log(values)))
    if positive and dominated and not also_in_log:
        return "log", say(
            "scale.dominated_positive", "on the raw scale a few extreme runs would hold most of the variance"
        )
    if dominated:
        return "rank", say("scale.dominated", "a few extreme runs hold most of the variance")
    if positive and goal == "minimize" and not also_in_log and is_more_even_in_log(values):
        factor = Number(float(values.max() / values.min()), 3, "figures")
        return "log", say(
            "scale.spread", "positive, over a factor of {factor}, and spread more evenly in log", factor=factor
        )
    return "raw", say("scale.not_dominated", "no few runs dominate it")


def _is_dominated(values: np.ndarray) -> bool:
    """Say whether extreme runs, some or a group apart from the others, hold nearly all of the variance."""
    return _is_held_by_few(values, MORE) or _has_group_apart(values)


def _has_group_apart(values: np.ndarray) -> bool:
    """Say whether some values at one end lie beyond a gap and leave the others hardly any variance."""
    ordered = np.sort(values - np.median(values))
    return _has_group_above(ordered) or _has_group_above(-ordered[::-1])


def _has_group_above(ordered: np.ndarray) -> bool:
    ordered = ordered / max(float(np.abs(ordered).max()), 1e-300)
    n = len(ordered)
    rest = np.arange(n - int(MOST_APART * n), n)
    left = np.cumsum(ordered**2)[rest - 1] - np.cumsum(ordered)[rest - 1] ** 2 / rest
    gap = ordered[rest] - ordered[rest - 1]
    wide = gap >= GAP * np.maximum(ordered[rest - 1] - ordered[0], 1e-12)
    return bool((wide & (left > 0) & (left <= LEFT * n * ordered.var())).any())


def _is_held_by_few(values: np.ndarray, extreme: tuple[float, float]) -> bool:
    scaled = values / np.abs(values).max() if values.any() else values
    squares = (scaled - scaled.mean()) ** 2
    few, share = extreme
    first = len(values) - max(1, round(few * len(values)))
    return bool(np.sort(np.partition(squares, first)[first:]).sum() > share * squares.sum() > 0)


def put_on_scale(raw: np.ndarray, scale: ScaleUsed) -> np.ndarray:
    """
    Return target values on a scale: as they are, their natural logarithm, or their ranks from 0 to 1.

    Examples
    --------
    >>> put_on_scale(np.array([30.0, 10.0]), "rank").tolist()
    [0.75, 0.25]
    """
    if scale == "log":
        return np.log(raw)
    if scale == "rank":
        return (ranks(raw) - 0.5) / len(raw)
    return raw.copy()
