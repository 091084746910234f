"""A proposal for the next sweep: one line a parameter, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..data.project import Domain, plain_value
from ..errors import SweepLensError

VERSION = 1
"""Of the form in which a proposal is written as plain values."""

Action = Literal["keep", "narrow", "widen", "fix"]
Method = Literal["random", "quasi-random", "bayesian", "grid"]


@dataclass(frozen=True)
class Line:
    """
    What the next sweep does with one parameter.

    Attributes
    ----------
    parameter
        Its name.
    action
        ``keep`` its domain, ``narrow`` it, ``widen`` it (also where one side is widened and the other narrowed), or
        ``fix`` it at `value`.
    domain
        Where the next sweep looks. Numbers of which only some can be drawn are ``categorical``, with numbers as
        choices. Of a parameter that is fixed: where this sweep looked.
    before
        Where this sweep looked: as declared, or as observed.
    value
        The value of a parameter that is fixed; ``None`` for others.
    why
        Why, with the number.
    """

    parameter: str
    action: Action
    domain: Domain
    before: Domain
    value: Any
    why: str


@dataclass(frozen=True)
class Excluded:
    """A region in which runs were infeasible: all hold at once, each ``(parameter, "<=" or ">" or "=", value)``."""

    conditions: tuple[tuple[str, Literal["<=", ">", "="], Any], ...]
    why: str


@dataclass(frozen=True)
class Proposal:
    """
    The next sweep.

    Attributes
    ----------
    name
        Of the project it follows.
    metric, goal
        What it optimises.
    method, why_method
        How it searches, and why.
    budget, why_budget
        How many runs, and why.
    explore
        Which share of these runs stays outside the narrowed space, in that of the old one: 0.1 to 0.2; 0 if nothing was
        narrowed.
    lines
        One a parameter, in the order of importance.
    excluded
        Regions to leave out.
    caveats
        What it holds for only, and what it rests on.
    """

    name: str
    metric: str
    goal: Literal["minimize", "maximize"]
    method: Method
    why_method: str
    budget: int
    why_budget: str
    explore: float
    lines: tuple[Line, ...]
    excluded: tuple[Excluded, ...] = ()
    caveats: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """
        Return the proposal as plain values, which any reader of JSON takes.

        ``version`` says in which form. A number that is none or infinite, which JSON lacks, is ``{"number": "inf"}``.
        """
        return {"version": VERSION, **_plain(asdict(self))}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Proposal:
        """
        Return the proposal that `to_json` made such plain values of.

        Raises
        ------
        SweepLensError
            If it is of another version, or something is missing.
        """
        try:
            if data["version"] != VERSION:
                raise SweepLensError(f"A proposal of version {data['version']!r} cannot be read; use {VERSION}.")
            named = {name: _back(value) for name, value in data.items() if name != "version"}
            lines = [
                {**line, "domain": _domain(line["domain"]), "before": _domain(line["before"])}
                for line in named["lines"]
            ]
            excluded = [{**one, "conditions": tuple(map(tuple, one["conditions"]))} for one in named["excluded"]]
            named |= {"lines": tuple(Line(**line) for line in lines), "caveats": tuple(named["caveats"])}
            return cls(**{**named, "excluded": tuple(Excluded(**one) for one in excluded)})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SweepLensError(f"This is no proposal of a next sweep: {error!r}.") from error


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    value = plain_value(value)
    return {"number": str(value)} if isinstance(value, float) and not math.isfinite(value) else value


def _back(value: Any) -> Any:
    if isinstance(value, Mapping):
        return float(value["number"]) if set(value) == {"number"} else {key: _back(item) for key, item in value.items()}
    return [_back(item) for item in value] if isinstance(value, list) else value


def _domain(data: Mapping[str, Any]) -> Domain:
    condition = data["condition"]
    condition = None if condition is None else (condition[0], tuple(condition[1]))
    return Domain(**{**data, "choices": tuple(data["choices"]), "condition": condition})
