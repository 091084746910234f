"""What is known of one parameter, and what changes in it when the user gives it a role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..data.messages import NOTHING, Message, say
from ..data.records import Record
from .selection import Role

Kind = Literal["real", "integer", "boolean", "categorical", "structured", "text"]
Scale = Literal["linear", "log"]

EXCLUDED: tuple[Role, ...] = ("seed", "ignored")
"""The roles that never enter a model."""


@dataclass(frozen=True)
class Parameter(Record):
    """
    What is known of one parameter among the runs in question.

    Attributes
    ----------
    name
        Its flattened key.
    kind
        What its values are.
    scale
        The scale on which its distances are read; ``linear`` for all that are no numbers.
    role
        See `selection.Role`; ``none`` where it is not known.
    reason
        Why it tells nothing or is left out, as a code: ``constant``, ``seed``, ``identifier``, ``path``, ``alias``,
        ``outcome``, ``differs``, ``user``; empty for the others.
    words
        The same in words; empty if there is nothing to say.
    distinct
        How many different values it has.
    recorded
        In how many of the runs it has a value.
    runs
        How many runs there are.
    condition
        The parameter, and those of its values, for which this one is recorded; ``None`` if it does not depend on one.
    alias_of
        The parameter that it always changes together with.
    value_range
        Its smallest and largest value, or a few of its values, as text.
    scale_reason
        Why it is read on its scale, in words.
    default_role
        The role that it has unless the user gives it another one.
    role_reason
        Why it has its role, as a code: its `reason`, ``user``, or what its name tells (see `roles.find_default_role`).
    role_words
        The same in words.
    """

    name: str
    kind: Kind
    scale: Scale = "linear"
    role: Role = "none"
    reason: str = ""
    words: Message = NOTHING
    distinct: int = 0
    recorded: int = 0
    runs: int = 0
    condition: tuple[str, tuple[str, ...]] | None = None
    alias_of: str = ""
    value_range: str = ""
    scale_reason: Message = NOTHING
    default_role: Role = "none"
    role_reason: str = ""
    role_words: Message = NOTHING

    @property
    def modelled(self) -> bool:
        """Whether it enters a model: all do but seeds and what is ignored."""
        return self.role not in EXCLUDED

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as plain JSON values, its name under ``parameter``; see `Record.to_json`."""
        data = super().to_json()
        return {"parameter": data.pop("name"), **data}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Parameter:
        """Return the parameter that `to_json` made such plain values of."""
        return super().from_json({"name": data["parameter"], **data})

    def with_role(self, role: Role) -> Parameter:
        """
        Return the parameter with a role that the user gave it.

        Where both that and its default let it enter a model, why it is hidden or in sight stays.
        """
        given = replace(self, role=role, role_reason="user", role_words=say("role.user", "you said so"))
        if role not in EXCLUDED and self.default_role not in EXCLUDED:
            return given
        return replace(given, reason="user", words=say("parameter.user", "{role}: you said so", role=role))


def see_roles(parameters: Iterable[Parameter], given: Mapping[str, Role]) -> tuple[Parameter, ...]:
    """
    Return parameters with those of the given roles that models do not see: all but seed and ignored.

    Parameters
    ----------
    parameters
        As models see them.
    given
        All roles that the user gave, by name.
    """
    return tuple(
        p.with_role(given[p.name]) if p.modelled and given.get(p.name, "ignored") not in EXCLUDED else p
        for p in parameters
    )


def see_roles_in_json(parameters: Iterable[Mapping[str, Any]], given: Mapping[str, Role]) -> list[Mapping[str, Any]]:
    """Return parameters as JSON with those of the given roles that models do not see: see `see_roles`."""
    return [
        see_roles([Parameter.from_json(p)], given)[0].to_json() if p["parameter"] in given else p for p in parameters
    ]


def shorten(text: str, limit: int = 60) -> str:
    """Cut a text to a length."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
