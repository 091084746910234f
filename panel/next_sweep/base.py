"""A proposal for the next sweep: one line a parameter, each with its reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from ..project import Domain

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
    """A region in which runs were infeasible: where all conditions hold, each with its parameter and value."""

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
        """Return the proposal as plain values."""
        return asdict(self)
