"""From the arguments of a notebook's function to the question that is asked."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypedDict, TypeVar

import numpy as np
import pandas as pd

from ..answers.asking import read_filters
from ..answers.defaults import choose_default_target
from ..data.project import Project
from ..errors import QuestionError, nearest
from ..question.conditions import find_column
from ..question.selection import REPLICATES, Goal, Role, Selection, Target, TargetScale, Value, check_choice
from ..question.spellings import merge_spellings

Runs = str | Iterable[object] | Callable[[pd.DataFrame], object]
"""
Which runs count.

A condition such as ``"optimizer.lr<0.1"``, several of them, ids, one boolean a run, or a function that is given a frame
of all settings, metrics and run fields and returns booleans.
"""

_COMPARES = re.compile(r"[<>=]")

Function = TypeVar("Function", bound=Callable[..., Any])


class Asked(TypedDict, total=False):
    """What can be asked beside the target; see `EXPLAINED`."""

    goal: Literal["minimize", "maximize"] | None
    value: Literal["last", "best", "min", "max", "failing"]
    step: float | Literal["last"] | None
    target_scale: Literal["auto", "raw", "log", "rank"]
    runs: Runs | None
    group: str
    roles: Mapping[str, Role]
    merge: Iterable[str]
    keep_failures: bool
    seed: int
    top: float


USUAL: Asked = {
    "goal": None,
    "value": "last",
    "step": None,
    "target_scale": "auto",
    "runs": None,
    "group": "",
    "roles": {},
    "merge": (),
    "keep_failures": False,
    "seed": 0,
    "top": 0.1,
}

OF_TARGET = ("goal", "value", "step", "target_scale", "keep_failures")
"""Those of them that a `Target` says."""

EXPLAINED = """
goal
    ``minimize`` or ``maximize``; by default as the sweep declares, or guessed from the name.
value
    Which value of the metric counts: ``last``, ``best``, ``min`` or ``max``, of which all but the last need a
    history; or ``failing``: 1 for a run that failed or has no finite value, 0 for the others.
step
    The step up to which values count, so that runs that were stopped early can be compared; ``last`` for all that
    was logged; by default a rule finds one where runs were stopped.
target_scale
    ``raw``, ``log``, ``rank``, or ``auto`` for a rule.
runs
    Which runs: a condition such as ``"optimizer.lr<0.1"`` or ``"state=finished,failed"``, a list of them, ids, one
    boolean a run, or a function of a frame of all runs that returns booleans; by default all that finished.
group
    ``replicates`` to make one of runs that are equal but for seeds, or a field; each target is then a group's mean.
roles
    Roles of parameters, by name: ``scientific``, ``nuisance``, ``fixed``, ``seed``, ``ignored`` or ``none``.
merge
    Settings in which values are one that differ in their spelling alone.
keep_failures
    Whether a value that looks like a failure, such as 999, counts as a result.
seed
    Seed of every random draw.
top
    Which share of the configurations counts as the best, for the method ``top``.
"""
"""The arguments that `Asked` has, for docstrings."""


def takes_question(function: Function) -> Function:
    """Let a function with ``**asked`` be shown with the arguments of `Asked`, their defaults and what they mean."""
    signature = inspect.signature(function)
    types = Asked.__annotations__
    own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
    more = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=types[name])
        for name, default in USUAL.items()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]
    head, mark, rest = inspect.cleandoc(function.__doc__ or "").partition("\n{asked}\n")
    if mark:
        function.__doc__ = f"{head}\n{EXPLAINED.strip()}\n{rest}"
    return function


def read_target(project: Project, target: str | Target, asked: Mapping[str, Any]) -> Target:
    """
    Return the target that is asked for; without a name the one that the command and the page choose.

    Raises
    ------
    QuestionError
        If a value cannot be asked for, or no metric is likely to be studied.
    """
    if isinstance(target, Target):
        usual = dict(USUAL)
        said = [name for name in OF_TARGET if asked[name] != usual[name]]
        if said:
            raise QuestionError(f"{said[0]} is given beside a Target, which says it itself: give one of the two.")
        return target
    if not isinstance(target, str):
        raise QuestionError(f"The target is {target!r}; give the name of a metric, or a Target.")
    made = choose_default_target(
        project,
        metric=target,
        goal=None if asked["goal"] is None else check_choice(asked["goal"], Goal, "Goal"),
        value=check_choice(asked["value"], Value, "Value"),
        scale=check_choice(asked["target_scale"], TargetScale, "Target scale"),
        step=asked["step"],
    )
    if not made.metric and made.value != "failing":
        why = "Name one." if project.metrics else "No run has a number of one, perhaps because all failed."
        raise QuestionError(
            f"{project.name} has no metric that is likely studied. {why} {nearest('', project.metrics)}"
        )
    return replace(made, failures="keep") if asked["keep_failures"] else made


def read_question(project: Project, target: str | Target, given: Mapping[str, Any]) -> tuple[Project, Selection]:
    """
    Return the project with what was merged in it, and the question that the arguments ask.

    Parameters
    ----------
    project
        The project.
    target
        Name of the metric; empty for the usual one.
    given
        Arguments of `Asked`, as far as given.

    Raises
    ------
    QuestionError
        If they do not fit the project.
    TypeError
        If there is no such argument.
    """
    if not isinstance(project, Project):
        raise QuestionError(f"The project is a {type(project).__name__}; sl.load(…) makes one of it.")
    asked = check_arguments(given)
    selection = Selection("", read_target(project, target, asked), seed=asked["seed"], top=asked["top"])
    selection = _choose_runs(project, selection, asked["runs"])
    group = asked["group"]
    if group and group != REPLICATES:
        group = find_column(group, project.filterable(), "group")
    roles = [(str(name), check_choice(role, Role, f"Role of {name!r}:")) for name, role in asked["roles"].items()]
    merged = (asked["merge"],) if isinstance(asked["merge"], str) else tuple(asked["merge"])
    for name in merged:
        if name not in project.config:
            raise QuestionError(f"merge {name!r}: there is no such setting. {nearest(str(name), list(project.config))}")
    selection = replace(selection, group=group, roles=tuple(roles), merged=merged)
    return (merge_spellings(project, merged) if merged else project), selection


def check_arguments(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return all arguments of `Asked`, those that were not given as `USUAL`.

    Raises
    ------
    TypeError
        If there is no such argument.
    QuestionError
        If one is of another kind than it can be.
    """
    unknown = sorted(set(given) - set(USUAL))
    if unknown:
        raise TypeError(f"There is no argument {unknown[0]!r}. {nearest(unknown[0], list(USUAL))}")
    asked = {**USUAL, **given}
    kinds = (
        ("seed", int, "a whole number"),
        ("top", (int, float), "a share, such as 0.1"),
        ("group", str, "'replicates', a field, or nothing"),
        ("roles", Mapping, "a mapping from names to roles"),
        ("merge", Iterable, "names of settings"),
        ("keep_failures", (bool, np.bool_), "True or False"),
    )
    for name, kind, words in kinds:
        if not isinstance(asked[name], kind):
            raise QuestionError(f"{name} is {asked[name]!r}; give {words}.")
    return asked


def _choose_runs(project: Project, selection: Selection, runs: Runs | None) -> Selection:
    if runs is None:
        return selection
    chosen = runs(make_frame(project)) if callable(runs) else runs
    if isinstance(chosen, pd.Series | np.ndarray) or not isinstance(chosen, Iterable):
        return replace(selection, picked=_pick(project, chosen))
    listed = [chosen] if isinstance(chosen, str) else list(chosen)
    texts = [one for one in listed if isinstance(one, str)]
    if len(texts) < len(listed):
        return replace(selection, picked=_pick(project, listed))
    ids = [one in project.runs.index for one in texts]
    conditions = [text for text, known in zip(texts, ids, strict=True) if not known and _COMPARES.search(text)]
    if not conditions or any(ids):
        return replace(selection, picked=_pick(project, texts))
    filters, states = read_filters(texts, project)
    return replace(selection, filters=filters, states=states or selection.states)


def _pick(project: Project, runs: Any) -> tuple[str, ...]:
    """Return the ids of runs, given by these or as one boolean a run; a series of booleans goes by its index."""
    index = project.runs.index
    given = np.asarray(_align(runs, index) if isinstance(runs, pd.Series) else runs)
    if given.ndim != 1:
        raise QuestionError(f"runs is {runs!r}; give a condition, ids, or one boolean a run.")
    if given.dtype == bool:
        if len(given) != len(index):
            raise QuestionError(f"runs has {len(given)} entries and the project {len(index)} runs.")
        given = index.to_numpy()[given]
    ids = tuple(map(str, given))
    known = set(index)
    unknown = [run for run in ids if run not in known]
    if unknown:
        raise QuestionError(
            f"runs names {unknown[0]!r}, which is neither the id of a run nor a condition such as 'lr<0.1'. "
            f"{nearest(unknown[0], list(index))}"
        )
    return ids


def _align(runs: pd.Series, index: pd.Index) -> pd.Series:
    """Return a series of booleans in the order of the project's runs; another one as it is."""
    if not pd.api.types.is_bool_dtype(runs.dtype) or isinstance(runs.index, pd.RangeIndex):
        return runs
    if len(runs) != len(index) or set(map(str, runs.index)) != set(index):
        raise QuestionError("runs is a series with another index than the project's runs; give it theirs, or an array.")
    return runs.set_axis(list(map(str, runs.index))).reindex(index).astype(bool)


def make_frame(project: Project) -> pd.DataFrame:
    """Return all that is known of every run but its history; of two columns of one name settings come first."""
    frame = pd.concat([project.config, project.summary, project.runs], axis=1)
    return frame.loc[:, ~frame.columns.duplicated()]
