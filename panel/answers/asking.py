"""The question that options ask of a project: what people type becomes a `Selection`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from ..data.project import STATES, Project
from ..errors import QuestionError, nearest
from ..question.conditions import Condition, find_column, parse_condition
from ..question.selection import REPLICATES, Role, Selection, Target, check_choice, is_step
from ..store import loading
from .defaults import choose_default_selection

USUAL: Mapping[str, Any] = {
    "metric": "",
    "goal": None,
    "value": "last",
    "step": "",
    "target_scale": "auto",
    "keep_failures": False,
    "filters": (),
    "group": "",
    "roles": (),
    "merged": (),
    "seed": 0,
    "top": 0.1,
}
"""What `read_question` reads, as the command has it where nothing is given."""


def read_question(project_id: str, folder: Path, options: Mapping[str, Any]) -> Selection:
    """
    Return the question that the options of the command ask of a project.

    Parameters
    ----------
    project_id
        The project.
    folder
        The cache folder.
    options
        The options of the command by name, see `USUAL`; others are passed over.

    Raises
    ------
    QuestionError
        If a filter, a role or a metric does not fit the project.
    """
    project = loading.open_project(project_id, folder)
    target = {name: options[name] for name in ("metric", "goal", "value")}
    target["step"] = read_step(options["step"])
    if is_step(target["step"]) and not project.history.metrics:
        raise QuestionError(
            f"--step {options['step']}: {project.name} has no values by step, only one of each run. Leave --step out."
        )
    selection = choose_default_selection(project_id, folder, **target, scale=options["target_scale"])
    if options["keep_failures"]:
        selection = selection.with_target(failures="keep")
    filters, states = read_filters(options["filters"], project)
    selection = replace(selection, filters=filters, states=states or selection.states)
    group = options["group"]
    if group and group != REPLICATES:
        group = find_column(group, project.filterable(), "--group")
    roles = []
    for text in options["roles"]:
        name, _, role = text.rpartition("=")
        roles.append((name, check_choice(role, Role, f"Role in {text!r}:")))
    for name in options["merged"]:
        if name not in project.config:
            raise QuestionError(f"--merge {name!r}: there is no such setting. {nearest(name, list(project.config))}")
    asked = {name: options[name] for name in ("seed", "top", "merged") if name in options}
    return replace(selection, roles=tuple(roles), group=group, **asked)


def read_filters(texts: Iterable[str], project: Project) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """
    Return the conditions that runs must pass, and the states that count, if one of the texts is about these.

    Raises
    ------
    QuestionError
        If a text is no condition on a column of the project, or leaves no state.
    """
    filters: list[Condition] = []
    states: tuple[str, ...] = ()
    for text in texts:
        condition = parse_condition(text, project.filterable())
        if condition.column == "run.state" and condition.values is not None:
            given = set(condition.values)
            states = tuple(s for s in (states or STATES) if (s in given) != condition.negated)
            if not states:
                raise QuestionError(f"Filter {text!r} leaves no state; the states are {', '.join(STATES)}.")
        else:
            filters.append(condition)
    return tuple(filters), states


def read_step(text: str) -> float | Literal["last"] | None:
    """
    Return the step that ``--step`` names.

    Raises
    ------
    QuestionError
        If it is neither a number nor ``last``.
    """
    if not text:
        return None
    if text == "last":
        return "last"
    try:
        return Target(step=float(text)).step
    except (ValueError, QuestionError):
        raise QuestionError(f"--step {text!r} is no step; use a number, or 'last' for all that was logged.") from None
