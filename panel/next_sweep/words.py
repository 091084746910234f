"""A proposal in words, and texts and values as they can stand in code: nothing from data is ever read as code."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable
from typing import Any

from ..data.messages import Count
from ..data.plain import plain_value
from ..data.project import Domain
from ..data.statistics import short
from .base import Excluded, Line, Proposal
from .prior import Repeat

WIDTH = 110
LISTED = 12
"""Most values of a domain that are listed."""

DONE = {"keep": "kept", "narrow": "narrowed", "widen": "widened", "fix": "fixed", "omit": "left out"}


def put_on_one_line(text: str) -> str:
    """Return a text on one line, without anything that cannot be seen."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "\ufffd" for c in text).split())


def write_comment(text: str, indent: int = 0, width: int = WIDTH) -> list[str]:
    """Return a text as the lines of a comment, in Python and in YAML."""
    lead = f"{' ' * indent}# "
    lines = textwrap.wrap(
        put_on_one_line(text), max(40, width - len(lead)), break_long_words=False, break_on_hyphens=False
    )
    return [lead + line for line in lines]


def write_code(value: Any) -> str:
    r"""
    Return a plain value as Python code that gives it again.

    Examples
    --------
    >>> write_code([1, 1e-05, True, None, 'a"b', float("inf")])
    '[1, 1e-05, True, None, \'a"b\', float(\'inf\')]'
    """
    if isinstance(value, dict):
        return f"{{{', '.join(f'{write_code(key)}: {write_code(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_code, value))}]"
    value = plain_value(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    return repr(value)


def say_value(value: Any) -> str:
    """Return a value in words."""
    value = plain_value(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return short(value).replace("−", "-")  # code has no other minus
    return put_on_one_line(str(value)) or '""'


def say_domain(domain: Domain) -> str:
    """Return a domain in words, such as ``0.001 to 0.1, log``."""
    if domain.kind == "categorical":
        listed = ", ".join(map(say_value, domain.choices[:LISTED]))
        more = len(domain.choices) - LISTED
        return f"one of {listed}{f' and {more} more' if more > 0 else ''}" if domain.choices else "no known value"
    limits = ["?" if limit is None else say_value(limit) for limit in (domain.low, domain.high)]
    return f"{limits[0]} to {limits[1]}{', log' if domain.scale == 'log' else ''}"


def say_line(line: Line) -> str:
    """Return what is done with a parameter, and why."""
    single = line.action == "fix" and len(line.before.choices) == 1  # it was no choice, or the others all failed
    was = "" if single or line.action in ("keep", "omit") else f" (was {say_domain(line.before)})"
    return f"{line.parameter}: {DONE[line.action]}{was}. {line.why}"


def say_region(region: Excluded) -> str:
    """Return a region to leave out in words, and why."""
    met = " and ".join(f"{name} {sign} {say_value(value)}" for name, sign, value in region.conditions)
    return f"{met}: {region.why}"


def say_repeat(repeat: Repeat) -> str:
    """Return which run to repeat, how often, and with which seeds."""
    passed = [f"{name} = {', '.join(map(str, values))}" for name, values in repeat.seeds.items()]
    seeds = f"with {' and '.join(passed)}" if passed else "with other seeds"
    return f"{repeat.name}: {repeat.times} more {'run' if repeat.times == 1 else 'runs'}, {seeds}"


def say_budget(runs: int) -> str:
    """
    Return a number of runs in words.

    Examples
    --------
    >>> say_budget(0), say_budget(1), say_budget(1200)
    ('no run', '1 run', '1,200 runs')
    """
    return Count(runs, "run").to_words() if runs else "no run"


def write_heading(proposal: Proposal) -> list[str]:
    """Return what stands above every line, as comments: what it follows, how it searches, and what it holds for."""
    texts = [
        f"Follows: {proposal.name}",
        f"Goal: {proposal.goal} {proposal.metric}",
        f"Method: {proposal.method}. {proposal.why_method}",
        f"Budget: {say_budget(proposal.budget)}. {proposal.why_budget}",
        *([str(proposal.stop)] if proposal.stop else []),
        *(f"Note: {caveat}" for caveat in proposal.caveats),
    ]
    return [line for text in texts for line in write_comment(text)]


def join_lines(lines: Iterable[str]) -> str:
    """Return lines as a text."""
    return "\n".join(lines).rstrip("\n") + "\n"
