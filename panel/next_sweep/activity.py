"""Which parameters the next sweep has at all: one exists only where its parent has certain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..data.messages import join, say
from ..question.conditions import name_value
from .base import Line


def mark_activity(lines: Iterable[Line]) -> list[Line]:
    """Return the lines; those of parameters that the next sweep never activates are left out, others are not."""
    lines = list(lines)
    by_name = {line.parameter: line for line in lines}
    return [_mark(line, by_name) for line in lines]


def _mark(line: Line, by_name: Mapping[str, Line]) -> Line:
    missing = _list_missing(line, by_name)
    if not missing:
        return replace(line, action="keep") if line.action == "omit" else line
    parent, values = missing
    why = say(
        "next.never_active",
        "It exists only where {parent} is {values}, which is left out.",
        parent=parent,
        values=join(sorted(values), " or "),
    )
    return replace(line, action="omit", domain=line.before, value=None, why=why)


def _list_missing(line: Line, by_name: Mapping[str, Line]) -> tuple[str, set[str]] | None:
    """Return the parent, and its values, of which the next sweep has none; ``None`` if it has one."""
    parent = by_name.get((line.before.condition or ("",))[0])
    if parent is None or line.before.condition is None:
        return None
    active = {name_value(value) for value in line.before.condition[1]}
    left = [parent.value] if parent.action == "fix" else parent.domain.choices
    return None if not left or active & {name_value(value) for value in left} else (parent.parameter, active)
