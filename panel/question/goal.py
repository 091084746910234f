"""Whether small or large values of a target are good, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..data.messages import NOTHING, Message, Number, say
from ..data.names import split_words
from ..data.outcomes import read_goal
from ..data.project import Project
from ..data.statistics import p_value, spearman
from .selection import Goal

Teller = Literal["you", "sweep", "name", "guess"]
"""Who says what the goal is, or the target."""

FEWEST = 5
"""With fewer values than this their order tells nothing."""

_COUNTS = frozenset({"trial", "trial number", "trial no", "trial index", "run number", "run no", "number", "iteration"})
"""Columns about a run that count the runs in their order."""

_EITHER = frozenset({"fitness"})
"""Names that say maximise, which a table may contradict: many an evolution makes its fitness small."""

MOST_BY_CHANCE = 0.1
"""A drift over the runs that is likelier than this without any says nothing about the goal."""

SAME = 0.9
"""From this rank correlation on two metrics have the same good side, or opposite ones."""


@dataclass(frozen=True)
class GoalChoice:
    """
    A goal, and what it rests on.

    Attributes
    ----------
    goal
        The goal.
    by
        Who says so: the user, the sweep's declaration, the metric's name, or nobody.
    reason
        What a guess rests on.
    """

    goal: Goal
    by: Teller
    reason: Message = NOTHING


def choose_goal(project: Project, metric: str) -> GoalChoice:
    """
    Choose the goal of a metric for which the user gave none.

    In this order: what the sweep declares; what the name tells; a metric of known goal that goes with it; the order of
    the runs, since a search gets better and a table of results is sorted with the best first; else small values are
    good, but where all lie between 0 and 1, or look like scores in per cent, large ones.
    """
    space = project.space
    declared = space.find_goal(metric) if space is not None else None
    if declared is not None:
        return GoalChoice(declared, "sweep")
    by_name = read_goal(metric)
    if by_name and not _EITHER & set(split_words(metric)):
        return GoalChoice("maximize" if by_name == "maximize" else "minimize", "name")
    if metric not in project.summary or project.summary[metric].dtype.kind not in "if":
        return GoalChoice("minimize", "guess")
    values = project.summary[metric].to_numpy(float)
    order = _find_order(project)
    by_order = _read_sorting(values) if order is None else None
    return (
        _read_companions(project, metric, values)
        or _read_pruned(project, values)
        or by_order
        or _read_drift(values if order is None else values[order])
        or (GoalChoice("maximize", "name") if by_name == "maximize" else None)
        or _read_range(values)
    )


def _find_order(project: Project) -> np.ndarray | None:
    """Return the order in which the runs were started, where the source tells it."""
    created = project.runs.get("created")
    if created is not None and created.notna().all() and created.nunique() > 1:
        return np.argsort(created.to_numpy(), kind="stable")
    counted = [
        c for c in project.runs if " ".join(split_words(str(c))) in _COUNTS and project.runs[c].dtype.kind in "if"
    ]
    if counted:
        return np.argsort(project.runs[counted[0]].to_numpy(float), kind="stable")
    ids = project.runs.index.astype("str")
    if len(ids) and ids.str.fullmatch(r"\d{1,9}").all() and ids[0] != "1":
        return np.argsort(ids.astype(int).to_numpy(), kind="stable")
    return None


def _read_companions(project: Project, metric: str, values: np.ndarray) -> GoalChoice | None:
    for other in project.metrics:
        goal = read_goal(other) if other != metric else ""
        if not goal:
            continue
        beside = project.summary[other].to_numpy(float)
        both = np.isfinite(values) & np.isfinite(beside)
        rho = spearman(values[both], beside[both]) if both.sum() >= FEWEST else None
        if rho is not None and abs(rho) >= SAME:
            up = (goal == "maximize") == (rho > 0)
            why = say(
                "goal.companion",
                "it goes with {other} (rank correlation {rho})",
                other=other,
                rho=Number(rho, 2, "signed"),
            )
            return GoalChoice("maximize" if up else "minimize", "guess", why)
    return None


def _read_pruned(project: Project, values: np.ndarray) -> GoalChoice | None:
    """Read the goal off runs that were stopped early, since the better ones go on."""
    finite, pruned = np.isfinite(values), (project.runs["state"] == "pruned").to_numpy()
    stopped, ended = values[pruned & finite], values[finite & (project.runs["state"] == "finished").to_numpy()]
    if len(stopped) < FEWEST or len(ended) < FEWEST:
        return None
    ahead = float((ended[:, None] > stopped).mean() + (ended[:, None] == stopped).mean() / 2)
    if 0.3 < ahead < 0.7:
        return None
    why = say(
        "goal.pruned",
        "the runs that were stopped early have {side} values",
        side="smaller" if ahead > 0.5 else "larger",
    )
    return GoalChoice("maximize" if ahead > 0.5 else "minimize", "guess", why)


def _read_sorting(values: np.ndarray) -> GoalChoice | None:
    """Read the goal off a table that is sorted by its target."""
    known = values[np.isfinite(values)]
    steps = np.diff(known)
    if len(np.unique(known)) < FEWEST or not ((steps <= 0).all() or (steps >= 0).all()):
        return None
    why = say("goal.sorted", "the table is sorted by it, and the best comes first as a rule")
    return GoalChoice("maximize" if (steps <= 0).all() else "minimize", "guess", why)


def _read_drift(values: np.ndarray) -> GoalChoice | None:
    """Read the goal off the order in which the runs were started."""
    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return None
    rho = spearman(np.arange(len(known), dtype=float), known)
    by_chance = p_value(rho, len(known))
    if rho is None or by_chance is None or by_chance > MOST_BY_CHANCE:
        return None
    why = (
        say("goal.rises", "its values rise from run to run, as a search that maximises makes them")
        if rho > 0
        else say("goal.falls", "its values fall from run to run, as a search that minimises makes them")
    )
    return GoalChoice("maximize" if rho > 0 else "minimize", "guess", why)


def _read_range(values: np.ndarray) -> GoalChoice:
    known = values[np.isfinite(values)]
    if len(known) and known.max() < 0:
        return GoalChoice(
            "maximize", "guess", say("goal.negative", "all its values are negative, as of a loss turned round")
        )
    if len(known) and known.min() >= 0 and known.max() <= 1:
        why = say("goal.shares", "its values lie between 0 and 1, as shares and scores do")
        return GoalChoice("maximize", "guess", why)
    if len(known) and known.min() >= 0 and known.max() <= 100 and float(np.median(known)) > 50:
        why = say("goal.per_cent", "its values lie between 0 and 100, most in the upper half, as scores do")
        return GoalChoice("maximize", "guess", why)
    return GoalChoice("minimize", "guess", say("goal.default", "nothing in the table tells it"))
