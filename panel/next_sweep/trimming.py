"""Ranges cut where a product or sum of two parameters leaves nothing allowed beyond."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..data.levels import is_number
from ..data.messages import say
from ..data.project import Domain
from .base import Excluded, Line
from .lines import format_value


def trim_lines(lines: Sequence[Line], excluded: Sequence[Excluded]) -> list[Line]:
    """
    Cut the ranges of the next sweep where every config beyond lies in an excluded region.

    Parameters
    ----------
    lines
        The parameters.
    excluded
        The regions. Used are those of one product or sum beyond a limit; a plain condition is left to the user, who
        may want to search there again.
    """
    by_name = {line.parameter: line for line in lines}
    for region in excluded:
        if len(region.conditions) != 1 or region.conditions[0][0] not in region.quantities:
            continue
        ((name, relation, limit),) = region.conditions
        first, sign, second = region.quantities[name]
        for one, other in ((first, second), (second, first)):
            by_name[one] = _trim(by_name[one], list_numbers(by_name[other], old=False), sign, relation, limit, name)
    return [by_name[line.parameter] for line in lines]


def list_numbers(line: Line, old: bool = True) -> list[float]:
    """Return the ends of a parameter's new range, and of its old one, or its choices; of a fixed one the value."""
    if line.action == "fix":
        return [line.value] if is_number(line.value) else []
    domains = (line.domain, line.before) if old else (line.domain,)
    ends: list[Any] = [end for domain in domains for end in (domain.choices or (domain.low, domain.high))]
    return [end for end in ends if is_number(end)]


def _trim(line: Line, others: Sequence[float], sign: str, relation: str, limit: float, name: str) -> Line:
    domain = line.domain
    if line.action == "fix" or domain.choices or domain.low is None or domain.high is None or not others:
        return line
    if sign == "*" and min(*others, domain.low) <= 0:
        return line
    kindest = min(others) if relation == ">" else max(others)
    at = limit / kindest if sign == "*" else limit - kindest
    cut = _cut(domain, at, relation)
    if cut == domain or cut.low is None or cut.high is None or cut.low > cut.high:
        return line
    why = say(
        "next.trimmed",
        "{why} Cut at {at}: all beyond lies where {quantity} {relation} {limit}.",
        why=line.why,
        at=format_value(cut.high if relation == ">" else cut.low),
        quantity=name,
        relation="≤" if relation == "<=" else relation,
        limit=format_value(limit),
    )
    return replace(line, action="narrow" if line.action == "keep" else line.action, domain=cut, why=why)


def _cut(domain: Domain, at: float, relation: str) -> Domain:
    whole = domain.kind == "integer"
    if relation == ">":
        return replace(domain, high=min(domain.high or 0.0, math.floor(at) if whole else at))
    return replace(domain, low=max(domain.low or 0.0, math.floor(at) + 1 if whole else at))
