"""What notebooks use: `load`, `importance`, `correlation`, `findings`, `propose`, `from_frames`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

import numpy as np

from . import checks, next_sweep, sources
from .checks import Finding
from .data.project import Project, from_frames
from .errors import QuestionError, SourceError, SweepLensError, describe_fault, nearest
from .importance import Importance, compute
from .importance.correlation import Correlation, correlate
from .next_sweep import Proposal
from .question import design
from .question.conditions import find_column, parse_condition
from .question.selection import REPLICATES, Goal, Selection, Target, TargetScale, Value, check_choice
from .runs import collect
from .sources.common.corrections import Corrections
from .sources.common.given import hide_password
from .sources.common.records import Reading

__all__ = [
    "Correlation",
    "Finding",
    "Importance",
    "Project",
    "Proposal",
    "Target",
    "correlation",
    "findings",
    "from_frames",
    "importance",
    "load",
    "propose",
]

Runs = str | Iterable[object]
"""A condition, ids, or one boolean a run."""


def load(
    uri: str,
    *,
    format: str = "",
    config: Iterable[str] = (),
    metric_columns: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Project:
    """
    Read a source.

    Parameters
    ----------
    uri
        A path or an address, after a ``#`` the study or experiment of it, ``*`` for all together; or ``sample``.
    format
        Name of the reader; by default the one that recognises the source.
    config, metric_columns, ignore
        Patterns (``*``, ``?``) of columns that are settings, metrics, or neither, where the guess is wrong.

    Raises
    ------
    SourceError
        If it cannot be read. Its cause is another exception where something went wrong inside.
    """
    corrections = Corrections(tuple(config), tuple(metric_columns), tuple(ignore))
    try:
        return sources.load(str(uri), Reading(corrections), format, propose=True)
    except SweepLensError:
        raise
    except Exception as error:
        raise SourceError(describe_fault(f"{hide_password(str(uri))} could not be read", error)) from error


def _select(
    project: Project,
    target: str | Target,
    goal: str | None,
    value: str,
    target_scale: str,
    runs: Runs | None,
    group: str = "",
    seed: int = 0,
    top: float = 0.1,
    step: float | Literal["last"] | None = None,
) -> Selection:
    """Return the question that the arguments ask; they are those of `importance`."""
    if not isinstance(target, Target):
        given_goal = None if goal is None else check_choice(goal, Goal, "Goal")
        given_value = check_choice(value, Value, "Value")
        scale = check_choice(target_scale, TargetScale, "Target scale")
        target = Target(str(target), given_goal, given_value, scale, step=step)
    selection = Selection("", target, seed=seed, top=top)
    if isinstance(runs, str):
        selection = replace(selection, filters=(parse_condition(runs, project.filterable()),))
    elif runs is not None:
        selection = replace(selection, picked=_pick(project, runs))
    if group and group != REPLICATES:
        group = find_column(group, project.filterable(), "group")
    return replace(selection, group=group)


def _pick(project: Project, runs: Iterable[object]) -> tuple[str, ...]:
    """Return the ids of runs, given by these or as one boolean a run."""
    given = np.asarray(runs)
    if given.dtype == bool:
        if len(given) != len(project.runs):
            raise QuestionError(f"runs has {len(given)} entries and the project {len(project.runs)} runs.")
        given = project.runs.index.to_numpy()[given]
    ids = tuple(map(str, given))
    unknown = [run for run in ids if run not in project.runs.index]
    if unknown:
        raise QuestionError(f"runs names {unknown[0]!r}. {nearest(unknown[0], list(project.runs.index))}")
    return ids


def _study(project: Project, selection: Selection) -> checks.Study:
    built = design.build(project, selection)
    return checks.Study(collect(project, selection, built), built)


def importance(
    project: Project,
    target: str | Target,
    *,
    goal: str | None = None,
    value: str = "last",
    step: float | Literal["last"] | None = None,
    method: str = "forest",
    target_scale: str = "auto",
    runs: Runs | None = None,
    group: str = "",
    seed: int = 0,
    top: float = 0.1,
) -> Importance:
    """
    Compute how useful each parameter is to a model that predicts a metric.

    Parameters
    ----------
    project
        A project from `load` or `from_frames`.
    target
        Name of the metric.
    goal
        ``minimize`` or ``maximize``; by default as the sweep declares, or guessed from the name.
    value
        Which value of the metric counts: ``last``, ``best``, ``min`` or ``max``, of which all but the last need a
        history; or ``failing``: 1 for a run that failed or has no finite value, 0 for the others.
    step
        The step up to which values count, so that runs that were stopped early can be compared; ``last`` for all that
        was logged; by default a rule finds one where runs were stopped.
    method
        ``forest``, ``permutation``, ``fanova`` (with pairs), ``gaussian_process`` (total effects), ``top`` (what
        matters among the best runs), ``article`` (without interval and noise floor) or ``shap``.
    target_scale
        ``raw``, ``log``, ``rank``, or ``auto`` for a rule.
    runs
        Which runs: ids, one boolean a run, or a condition such as ``"optimizer.lr<0.1"``; by default all that finished.
    group
        ``replicates`` to make one of runs that are equal but for seeds, or a field; each target is then a group's mean.
    seed
        Seed of every random draw.
    top
        Which share of the configurations counts as the best, for the method ``top``.

    Returns
    -------
    Importance
        Its rows as a frame with ``.to_frame()``.

    Raises
    ------
    QuestionError
        If the question does not fit the project.

    Examples
    --------
    >>> import panel as sl
    >>> record = sl.importance(sl.load("sample"), "val_loss")
    >>> record.rows[0].parameter
    'optimizer.lr'
    """
    selection = _select(project, target, goal, value, target_scale, runs, group, seed, top, step)
    return compute(design.build(project, selection), method)


def correlation(
    project: Project,
    target: str | Target,
    *,
    goal: str | None = None,
    value: str = "last",
    step: float | Literal["last"] | None = None,
    target_scale: str = "auto",
    runs: Runs | None = None,
    group: str = "",
    seed: int = 0,
) -> Correlation:
    """
    Correlate each parameter with a metric. Arguments are those of `importance`.

    Returns
    -------
    Correlation
        Its rows as a frame with ``.to_frame()``.
    """
    selection = _select(project, target, goal, value, target_scale, runs, group, seed, step=step)
    return correlate(design.build(project, selection))


def findings(
    project: Project,
    target: str | Target,
    *,
    goal: str | None = None,
    value: str = "last",
    step: float | Literal["last"] | None = None,
    target_scale: str = "auto",
    runs: str | None = None,
    seed: int = 0,
) -> list[Finding]:
    """
    Ask all checks whether the search was any good.

    Arguments are those of `importance`; ``runs`` is a condition or nothing.

    Returns
    -------
    list of Finding
        One a check: its ``question``, ``verdict``, ``sentence``, ``advice``, ``basis`` and ``facts``.
    """
    selection = _select(project, target, goal, value, target_scale, runs, seed=seed, step=step)
    return checks.ask_all(_study(project, selection))


def propose(
    project: Project,
    target: str | Target,
    *,
    goal: str | None = None,
    value: str = "last",
    step: float | Literal["last"] | None = None,
    target_scale: str = "auto",
    runs: str | None = None,
    seed: int = 0,
) -> Proposal:
    """
    Propose the next sweep.

    Arguments are those of `findings`.

    Returns
    -------
    Proposal
        What to do with each parameter, and why. ``sweeplens --next-sweep`` writes the same for a tool.

    Raises
    ------
    QuestionError
        If nothing can be computed, saying why.
    """
    study = _study(project, _select(project, target, goal, value, target_scale, runs, seed=seed, step=step))
    if study.design.empty is not None:
        raise QuestionError(study.design.empty.words)
    return next_sweep.propose(study, checks.ask_all(study), compute(study.design))
