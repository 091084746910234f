"""Apply the user's changes to a proposal: limits, values, budget or method."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..data.levels import is_number
from ..data.messages import say
from ..data.project import Domain
from ..errors import QuestionError, nearest
from ..question.conditions import name_value
from ..question.selection import check_choice
from .activity import mark_activity
from .base import Action, Line, Method, Proposal
from .budget import A_DIMENSION, LEAST, count_combinations

MOST_RUNS = 1_000_000

WHY = say("next.you_said", "You said so.")
WHY_SPACE = say("next.you_changed", "You changed the space, of which every config was run.")


def apply_changes(proposal: Proposal, changes: Mapping[str, Any]) -> Proposal:
    """
    Return a proposal with what the user changed.

    Parameters
    ----------
    proposal
        As it was proposed.
    changes
        ``budget``; ``method``; ``lines``: for a parameter ``low`` and ``high`` of its domain, or ``choices``, values as
        the page names them, or the one ``value`` at which it is fixed, or ``whole``: where this sweep looked. What is
        left out stays as proposed.

    Returns
    -------
    Proposal
        Lines that were changed say so; nothing outside the narrowed space is explored where nothing is narrowed.

    Raises
    ------
    QuestionError
        If a parameter is not in the proposal, a limit is no number, the lower one is not below the upper one, or a
        choice is not one of the values that this sweep tried.
    """
    lines = changes.get("lines") or {}
    if not isinstance(lines, Mapping):
        raise QuestionError("The changes of the next sweep have not the form that the page writes. Start over.")
    known = {line.parameter: line for line in proposal.lines}
    for name in lines:
        if name not in known:
            raise QuestionError(f"The next sweep has no parameter {name!r}. {nearest(name, list(known))}")
    changed_lines = (
        _change_line(line, lines[line.parameter]) if line.parameter in lines else line for line in proposal.lines
    )
    made = tuple(mark_activity(changed_lines))
    narrowed = any(line.action in ("narrow", "fix") for line in made)
    changed = replace(proposal, lines=made, explore=proposal.explore if narrowed else 0.0)
    if lines and not proposal.budget:  # where nothing was left to run, somebody found something
        changed = replace(changed, budget=_choose_budget(made), why_budget=WHY_SPACE)
    if changes.get("budget") is not None:
        changed = replace(changed, budget=_read_budget(changes["budget"]), why_budget=WHY)
    if changes.get("method") is not None:
        changed = replace(changed, method=check_choice(changes["method"], Method, "The search method"), why_method=WHY)
    return changed


def _choose_budget(lines: Sequence[Line]) -> int:
    """Return how many runs a changed space gets by itself: each config of a small one, else some for each parameter."""
    free = [line.domain for line in lines if line.action not in ("fix", "omit")]
    usual = max(LEAST, A_DIMENSION * len(free))
    return min(usual, count_combinations(free) or usual)


def _read_budget(value: Any) -> int:
    number = _read_number(value, "The budget")
    if not (number.is_integer() and 1 <= number <= MOST_RUNS):
        raise QuestionError(f"The budget must be a whole number of runs from 1 to {MOST_RUNS:,}, not {value!r}.")
    return int(number)


def _read_number(value: Any, what: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise QuestionError(f"{what} must be a number, not {value!r}.")
    return number


def _change_line(line: Line, change: Any) -> Line:
    if not isinstance(change, Mapping):
        raise QuestionError(f"{line.parameter}: a change must name limits, choices or a value, not {change!r}.")
    if "value" in change:
        return replace(line, action="fix", domain=line.before, value=_read_value(line, change["value"]), why=WHY)
    if change.get("whole"):
        return replace(line, action="keep", domain=line.before, value=None, why=WHY)
    domain = _read_choices(line, change) if line.before.kind == "categorical" else _read_limits(line, change)
    return replace(line, action=_name_action(domain, line.before), domain=domain, value=None, why=WHY)


def _read_value(line: Line, given: Any) -> Any:
    """Return the value that the user means: any number, or a category that this sweep tried or the next one would."""
    before = line.before
    named = {name_value(value): value for value in _list_choices(line)}
    if str(given) in named:
        return named[str(given)]
    if before.kind == "categorical":
        raise QuestionError(f"{line.parameter} has no value {given!r}. {nearest(str(given), list(named))}")
    number = _read_number(given, f"The value of {line.parameter}")
    return _require_whole(line, number) if before.kind == "integer" else number


def _require_whole(line: Line, number: float) -> int:
    if not number.is_integer():
        raise QuestionError(f"{line.parameter} takes whole numbers, not {number:g}.")
    return int(number)


def _read_choices(line: Line, change: Mapping[str, Any]) -> Domain:
    wanted = change.get("choices")
    if not isinstance(wanted, list) or not wanted:
        raise QuestionError(f"{line.parameter} needs at least one value.")
    kept = {name_value(_read_value(line, text)) for text in wanted}
    return replace(line.before, choices=tuple(v for v in _list_choices(line) if name_value(v) in kept))


def _list_choices(line: Line) -> tuple[Any, ...]:
    """Return the values that were tried and those that are proposed, numbers ascending."""
    tried = {name_value(value) for value in line.before.choices}
    every = (*line.before.choices, *(v for v in line.domain.choices if name_value(v) not in tried))
    return tuple(sorted(every)) if all(map(is_number, every)) else every


def _read_limits(line: Line, change: Mapping[str, Any]) -> Domain:
    now = line.domain if line.action != "fix" else line.before
    low, high = (
        _read_number(change[side], f"The {words} limit of {line.parameter}") if change.get(side) is not None else held
        for side, words, held in (("low", "lower", now.low), ("high", "upper", now.high))
    )
    if low is None or high is None or not low < high:
        raise QuestionError(f"The lower limit of {line.parameter}, {low}, must be below the upper one, {high}.")
    if not math.isfinite(high - low):
        raise QuestionError(f"{line.parameter} cannot be drawn from {low:g} to {high:g}: no number is as large.")
    if line.before.scale == "log" and low <= 0:
        raise QuestionError(f"{line.parameter} is drawn on a log scale, so its limits must be positive, not {low:g}.")
    if line.before.kind == "integer":
        return replace(line.before, low=_require_whole(line, low), high=_require_whole(line, high))
    return replace(line.before, low=low, high=high)


def _name_action(domain: Domain, before: Domain) -> Action:
    if domain == before:
        return "keep"
    if domain.kind == "categorical":
        tried = set(map(name_value, before.choices))
        return "narrow" if tried.issuperset(map(name_value, domain.choices)) else "widen"
    below = domain.low is not None and before.low is not None and domain.low < before.low
    above = domain.high is not None and before.high is not None and domain.high > before.high
    return "widen" if below or above else "narrow"
