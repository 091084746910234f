"""What a Hydra multirun declared: its overrides that sweep, such as ``lr=0.1,0.01`` or ``tag(log, interval(…))``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal

from ...data.project import Domain, Space
from ..common.cells import parse_cell
from ..common.curves import as_number
from ..common.documents import as_list, as_object

MOST_CHOICES = 1_000
"""A range of more numbers than this is declared by its limits."""

_CALL = re.compile(r"(\w+)\s*\((.*)\)", re.DOTALL)


def space_of(multirun: Mapping[str, Any]) -> Space | None:
    """Return the search space in the content of a ``multirun.yaml``; ``None`` if it sweeps nothing."""
    settings = as_object(multirun.get("hydra"))
    sweeper = as_object(settings.get("sweeper"))
    declared = {str(k): str(v) for k, v in as_object(sweeper.get("params") or sweeper.get("search_space")).items()}
    tasks = as_object(settings.get("overrides")).get("task")
    for override in as_list(tasks):
        key, _, value = str(override).partition("=")
        declared[key.lstrip("+")] = value
    parameters = {key: domain for key, value in declared.items() if (domain := domain_of(value)) is not None}
    if not parameters:
        return None
    direction = sweeper.get("direction")
    goal: Literal["minimize", "maximize"] | None = direction if direction in ("minimize", "maximize") else None
    return Space("return_value" if goal else "", goal, _method(sweeper), parameters)


def _method(sweeper: Mapping[str, Any]) -> str:
    """Return how settings were drawn: the name of the sampler, or of the sweeper."""
    target = str(as_object(sweeper.get("sampler")).get("_target_") or sweeper.get("_target_") or "")
    name = target.rpartition(".")[2]
    return "grid" if name == "BasicSweeper" else re.sub(r"(Sampler|Sweeper)$", "", name)


def domain_of(text: str) -> Domain | None:
    """
    Return what the value of an override sweeps over; ``None`` if it is one value.

    Examples
    --------
    >>> domain_of("tag(log, interval(0.001, 1))")
    Domain(kind='real', low=0.001, high=1.0, choices=(), scale='log', condition=None)
    """
    text = text.strip()
    call = _CALL.fullmatch(text)
    items = list(split_arguments(call[2] if call else text))
    if call is None:
        return Domain("categorical", choices=tuple(map(_value, items))) if len(items) > 1 else None
    name = call[1]
    if name == "choice":
        return Domain("categorical", choices=tuple(map(_value, items)))
    if name == "range":
        return _range([as_number(parse_cell(item.rpartition("=")[2])) for item in items])
    if name == "interval" and len(items) == 2:
        low, high = (as_number(parse_cell(item.rpartition("=")[2])) for item in items)
        return Domain("real", low, high)
    if name in ("tag", "int", "float", "sort", "shuffle", "str", "bool") and items:
        inner = domain_of(items[-1] if name in ("tag", "int", "float") else ",".join(items))
        if inner is None:
            return None
        if name == "int" and inner.kind == "real":
            return replace(inner, kind="integer")
        return replace(inner, scale="log") if name == "tag" and "log" in items[:-1] else inner
    return None


def _range(limits: list[float | None]) -> Domain | None:
    """Return the domain of ``range(stop)``, ``range(start, stop)`` or ``range(start, stop, step)``."""
    if not 1 <= len(limits) <= 3 or None in limits:
        return None
    given = [v for v in limits if v is not None]
    start, stop, step = (0.0, given[0], 1.0) if len(given) == 1 else (given[0], given[1], (*given, 1.0)[2])
    if not step or not abs(stop - start) < float("inf"):
        return None
    last = start + step * max(0, -int(-(stop - start) / step // 1) - 1)
    kind: Literal["real", "integer"] = "integer" if all(v.is_integer() for v in (start, step)) else "real"
    return Domain(kind, min(start, last), max(start, last))


def split_arguments(text: str) -> Iterator[str]:
    """Give the parts of a text between commas that are in no brackets or quotation marks."""
    depth, quote, start = 0, "", 0
    for position, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == "," and not depth:
            yield text[start:position].strip()
            start = position + 1
    yield text[start:].strip()


def _value(text: str) -> Any:
    """Return the value that a choice spells; a list stays text, as in the configuration."""
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    value = parse_cell(text)
    return value if isinstance(value, bool | int | float) else text
