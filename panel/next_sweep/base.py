"""A proposal for the next sweep: one line a parameter, each with its reason."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal, Protocol

from ..checks.regions import Quantity
from ..data.messages import NOTHING, Message
from ..data.plain import plain_value
from ..data.project import Domain
from ..data.records import MESSAGES, messages_in
from ..errors import SweepLensError
from .prior import Prior, Repeat

VERSION = 1
"""Version of a proposal's JSON."""

Action = Literal["keep", "narrow", "widen", "fix", "omit"]
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
        ``keep`` its domain, ``narrow`` it, ``widen`` it (also where one side is widened and the other narrowed),
        ``fix`` it at `value`, or ``omit`` it: the values of its parent for which it exists are left out.
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
    why: Message


@dataclass(frozen=True)
class Excluded:
    """
    A region in which runs were infeasible: all of its conditions hold.

    Attributes
    ----------
    conditions
        ``(parameter, "<=" or ">" or "=", value)``.
    why
        Why it is left out.
    quantities
        The products and sums of two parameters that conditions are about, by the name that they have there.
    """

    conditions: tuple[tuple[str, Literal["<=", ">", "="], Any], ...]
    why: Message
    quantities: Mapping[str, Quantity] = field(default_factory=dict)

    def list_parameters(self) -> list[str]:
        """Return the parameters that the conditions are about, each once."""
        names = [self.quantities[name][::2] if name in self.quantities else (name,) for name, _, _ in self.conditions]
        return list(dict.fromkeys(name for parts in names for name in parts))


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
        Share of these runs that is drawn from the old space, not the narrowed one: 0.1 to 0.2; 0 if nothing was
        narrowed.
    lines
        One a parameter, in the order of importance.
    excluded
        Regions to leave out.
    caveats
        What limits it, and what it is based on.
    stop
        Why the search can stop instead; empty if nothing says so.
    prior
        The configs so far, from the best, which tools that can are told first; none where no run can log the target.
    repeats
        Configs to repeat with other seeds, beside the sweep.
    tool
        The tool that the source came from, as options have it; empty if it is none of the writers'.
    stopped
        Whether runs were stopped early, as the next ones should be, too.
    storage, study
        Where Optuna finds the runs so far, and what the study is called there; empty for another source.

    Examples
    --------
    >>> import panel as sl
    >>> proposal = sl.propose(sl.load([{"lr": i / 20, "loss": i % 5} for i in range(20)]))
    >>> isinstance(proposal, sl.Proposal), proposal.lines[0].parameter
    (True, 'lr')
    """

    name: str
    metric: str
    goal: Literal["minimize", "maximize"]
    method: Method
    why_method: Message
    budget: int
    why_budget: Message
    explore: float
    lines: tuple[Line, ...]
    excluded: tuple[Excluded, ...] = ()
    caveats: tuple[Message, ...] = ()
    stop: Message = NOTHING
    prior: tuple[Prior, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    tool: str = ""
    stopped: bool = False
    storage: str = ""
    study: str = ""

    def to_json(self) -> dict[str, Any]:
        """
        Return the proposal as plain JSON values.

        ``version`` says in which form. A number that is none or infinite, which JSON lacks, is ``{"number": "inf"}``.
        Beside words ``messages`` has what they were made of.
        """
        return {"version": VERSION, **_to_plain(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Proposal:
        """
        Return the proposal from what `to_json` returned.

        Raises
        ------
        SweepLensError
            If it is of another version, or something is missing.
        """
        try:
            if data["version"] != VERSION:
                raise SweepLensError(f"A proposal of version {data['version']!r} cannot be read; use {VERSION}.")
            return cls(
                **{name: data[name] for name in ("name", "metric", "goal", "method", "budget", "explore")},
                why_method=_read_message(data, "why_method"),
                why_budget=_read_message(data, "why_budget"),
                lines=tuple(map(_read_line, data["lines"])),
                excluded=tuple(map(_read_excluded, data["excluded"])),
                caveats=tuple(map(Message.from_json, data.get(MESSAGES, {}).get("caveats", data["caveats"]))),
                stop=_read_message({"stop": "", **data}, "stop"),
                prior=tuple(Prior(**_read_value(prior)) for prior in data.get("prior", ())),
                repeats=tuple(map(_read_repeat, data.get("repeats", ()))),
                tool=data.get("tool", ""),
                stopped=data.get("stopped", False),
                **{name: data.get(name, "") for name in ("storage", "study")},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise SweepLensError(f"This is no proposal of a next sweep: {error!r}.") from error


def _to_plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        values = {field.name: getattr(value, field.name) for field in fields(value)}
        return {**{name: _to_plain(item) for name, item in values.items()}, **messages_in(values)}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {name: _to_plain(item) for name, item in value.items()}
    value = str(value) if isinstance(value, Message) else plain_value(value)
    return {"number": str(value)} if isinstance(value, float) and not math.isfinite(value) else value


def _read_message(data: Mapping[str, Any], name: str) -> Message:
    return Message.from_json(data.get(MESSAGES, {}).get(name, data[name]))


def _read_line(data: Mapping[str, Any]) -> Line:
    return Line(
        parameter=data["parameter"],
        action=data["action"],
        domain=_read_domain(_read_value(data["domain"])),
        before=_read_domain(_read_value(data["before"])),
        value=_read_value(data["value"]),
        why=_read_message(data, "why"),
    )


def _read_excluded(data: Mapping[str, Any]) -> Excluded:
    quantities = {name: tuple(parts) for name, parts in data.get("quantities", {}).items()}
    return Excluded(tuple(map(tuple, _read_value(data["conditions"]))), _read_message(data, "why"), quantities)


def _read_repeat(data: Mapping[str, Any]) -> Repeat:
    seeds = {name: tuple(values) for name, values in data.get("seeds", {}).items()}
    return Repeat(**{**_read_value(data), "seeds": seeds})


def _read_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return (
            float(value["number"])
            if set(value) == {"number"}
            else {key: _read_value(item) for key, item in value.items()}
        )
    return [_read_value(item) for item in value] if isinstance(value, list) else value


def _read_domain(data: Mapping[str, Any]) -> Domain:
    condition = data["condition"]
    condition = None if condition is None else (condition[0], tuple(condition[1]))
    return Domain(**{**data, "choices": tuple(data["choices"]), "condition": condition})


class Writer(Protocol):
    """
    What writes a proposal for a tool: a module of this folder.

    Attributes
    ----------
    NAME
        Of the tool, as options have it.
    LABEL
        The same on the page.
    FILE
        The name of a file that is suggested.
    """

    NAME: str
    LABEL: str
    FILE: str

    def write(self, proposal: Proposal) -> str:
        """Return the proposal as the tool reads it."""
