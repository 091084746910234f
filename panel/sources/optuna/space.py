"""Optuna's distributions: the values that they stand for, and the search space that they are together."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

from ...data.messages import Message, Names, say
from ...data.project import Domain, Goal, Space
from ...errors import SourceError

SAMPLERS = (
    ("grid_id", "grid"),
    ("qmc:", "quasi-random"),
    ("tpe:", "tpe"),
    ("gp:", "gp"),
    ("cma:", "cma-es"),
    ("sepcma:", "cma-es"),
    ("cmawm:", "cma-es"),
    ("nsga", "evolutionary"),
    ("NSGA", "evolutionary"),
)
"""What samplers leave among the system attributes, by the start of the key. Random ones and the usual TPE nothing."""

MOST_NAMED = 5
"""Of the parameters whose range changed so many are named."""


@dataclass(frozen=True)
class Distribution:
    """
    What one parameter is drawn from.

    Attributes
    ----------
    kind
        Kind of its values.
    low, high
        Limits of a number.
    log
        Whether a number is drawn on a logarithmic scale.
    choices
        The values of a categorical, which Optuna stores by their place.
    step
        Distance of the numbers that can be drawn; 0 if all can.
    """

    kind: Literal["real", "integer", "categorical"]
    low: float = 0.0
    high: float = 0.0
    log: bool = False
    choices: tuple[Any, ...] = ()
    step: float = 0.0

    def value(self, stored: float) -> Any:
        """Return the value that is stored as a number; `SourceError` if it is none of the choices."""
        if self.kind == "real":
            return float(stored)
        if self.kind == "integer":
            return int(stored) if math.isfinite(stored) else stored
        if not 0 <= stored < len(self.choices):
            raise SourceError(f"choice {stored:g} of {len(self.choices)} does not exist")
        return self.choices[int(stored)]


MOST_STEPS = 100
"""A number of which more can be drawn is declared as a range."""

NAMES: dict[str, tuple[Literal["real", "integer", "categorical"], bool]] = {
    "FloatDistribution": ("real", False),
    "UniformDistribution": ("real", False),
    "DiscreteUniformDistribution": ("real", False),
    "LogUniformDistribution": ("real", True),
    "IntDistribution": ("integer", False),
    "IntUniformDistribution": ("integer", False),
    "IntLogUniformDistribution": ("integer", True),
    "CategoricalDistribution": ("categorical", False),
    "float": ("real", False),
    "int": ("integer", False),
    "categorical": ("categorical", False),
}
"""Kind and scale by the names that Optuna has given to distributions since its first release."""


@lru_cache(maxsize=4096)
def parse_distribution(text: str) -> Distribution:
    """Read a distribution as Optuna writes it; `SourceError` if it is of no kind that is known."""
    try:
        data = json.loads(text)
        about = data.get("attributes", data)
        kind, log = NAMES[data.get("name", data.get("type"))]
        if kind == "categorical":
            return Distribution(kind, choices=tuple(about["choices"]))
        if not (is_number(about["low"]) and is_number(about["high"])):
            raise TypeError("limits are numbers")
        step = about.get("step", about.get("q")) or 0.0
        return Distribution(kind, about["low"], about["high"], bool(about.get("log", log)), step=step)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{text[:80]!r} is no distribution of Optuna") from error


def space_of(
    goals: Mapping[str, str], drawn: Iterable[tuple[str, str]], attributes: Iterable[str], notes: list[Message]
) -> Space:
    """
    Return the search space that the distributions of all trials declare together.

    Parameters
    ----------
    goals
        By objective ``minimize``, ``maximize``, or nothing; the first is the target.
    drawn
        Name and distribution, as text, of every parameter; several where the range changed from trial to trial. Then
        the widest is declared.
    attributes
        Keys of system attributes, by which the sampler is known.
    notes
        Are told which ranges changed.
    """
    domains: dict[str, Domain] = {}
    changed = set()
    for name, text in drawn:
        try:
            domain = _domain(parse_distribution(text))
        except SourceError:
            continue
        before = domains.setdefault(name, domain)
        if before != domain:
            domains[name] = _union(before, domain)
            changed.add(name)
    if changed:
        names = Names(tuple(sorted(changed)[:MOST_NAMED]), last="")
        notes.append(
            say(
                "optuna.ranges_changed",
                "The range changed during the study; the widest is taken: {names}.",
                names=names,
            )
            if len(changed) <= MOST_NAMED
            else say(
                "optuna.many_ranges_changed",
                "The range changed during the study; the widest is taken: {names}….",
                names=names,
            )
        )
    keys = list(attributes)
    method = next((word for start, word in SAMPLERS if any(key.startswith(start) for key in keys)), "")
    declared = cast(dict[str, Goal], {name: goal for name, goal in goals.items() if goal})
    objective = next(iter(goals), "")
    return Space(objective, declared.get(objective), method, domains, declared)


def _domain(drawn: Distribution) -> Domain:
    if drawn.kind == "categorical":
        choices = tuple(json.dumps(c) if isinstance(c, list | dict) else c for c in drawn.choices)
        return Domain("categorical", choices=choices)
    steps = _list_steps(drawn)
    if steps:
        return Domain("categorical", choices=steps, scale="linear")
    return Domain(drawn.kind, drawn.low, drawn.high, scale="log" if drawn.log else "linear")


def _list_steps(drawn: Distribution) -> tuple[float, ...]:
    """Return the numbers that can be drawn, where these are only some and few; else none."""
    if not is_number(drawn.step) or drawn.step <= (1 if drawn.kind == "integer" else 0):
        return ()
    count = int((drawn.high - drawn.low) / drawn.step + 1e-9) + 1
    if not 1 < count <= MOST_STEPS:
        return ()
    return tuple(_add_steps(drawn, k) for k in range(count))


def _add_steps(drawn: Distribution, k: int) -> float:
    value = drawn.low + k * drawn.step
    return int(value) if drawn.kind == "integer" else float(f"{value:.12g}")


def _union(one: Domain, other: Domain) -> Domain:
    if "categorical" in (one.kind, other.kind):
        return Domain("categorical", choices=tuple(dict.fromkeys((*one.choices, *other.choices))))
    low, high = (
        pick(v for v in limits if v is not None)
        for pick, limits in ((min, (one.low, other.low)), (max, (one.high, other.high)))
    )
    kind = one.kind if one.kind == other.kind else "real"
    return Domain(kind, low, high, scale=one.scale if one.scale == other.scale else None)


def is_number(value: Any) -> bool:
    """Say whether it is a number and no boolean."""
    return isinstance(value, int | float) and not isinstance(value, bool)
