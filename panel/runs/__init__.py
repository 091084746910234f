"""
The runs behind a question, as columns, and what is told of them: one module a view, runs to record.

Where a record adds up or thins out, it says from how many runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from ..data.records import Record
from ..errors import QuestionError, nearest
from . import adopt, best, curves, footprint, history, isolation, parallel, run_curves, slices, tradeoff
from .base import Axis, Runs, collect, pack, pack64

__all__ = ["RECORDS", "Axis", "Runs", "Teller", "asks_roles", "collect", "find", "pack", "pack64", "tell"]

A = TypeVar("A")


class Teller(Protocol[A]):
    """A module that tells something of runs."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """Its name."""
        ...

    @property
    def Asked(self) -> type[A]:  # noqa: N802
        """What it can be asked: a frozen dataclass that ``from_json`` reads."""
        ...

    def record(self, runs: Runs, asked: A) -> Record:
        """Return what is told; `QuestionError` if something that was asked for is not there."""
        ...

    def from_json(self, data: Mapping[str, Any]) -> Record:
        """Return the record that such JSON was made of."""
        ...

    def asks_roles(self, asked: A) -> bool:
        """Say whether the record depends on roles that no model sees (see `answers.equality`)."""
        ...


RECORDS: tuple[Teller[Any], ...] = (
    parallel,
    slices,
    isolation,
    curves,
    run_curves,
    best,
    tradeoff,
    footprint,
    adopt,
    history,
)
"""What can be told of runs."""


def find(name: str) -> Teller[Any]:
    """
    Return what tells something of runs, by its name.

    Raises
    ------
    QuestionError
        If there is none of that name.
    """
    for teller in RECORDS:
        if name == teller.NAME:
            return teller
    raise QuestionError(f"There is no record {name!r}. {nearest(name, [teller.NAME for teller in RECORDS])}")


def tell(name: str, runs: Runs, asked: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a record as plain JSON.

    Parameters
    ----------
    name
        Of one of `RECORDS`.
    runs
        The runs of a question.
    asked
        What it is asked, as plain JSON; what it does not know is passed over.

    Raises
    ------
    QuestionError
        If there is no such record, or something that was asked for is not there.
    """
    teller = find(name)
    return teller.record(runs, teller.Asked.from_json(asked)).to_json()


def asks_roles(name: str, asked: Mapping[str, Any]) -> bool:
    """Say whether a record depends on roles that no model sees (see `answers.equality`)."""
    teller = find(name)
    return teller.asks_roles(teller.Asked.from_json(asked))
