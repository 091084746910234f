"""What is told where there is nothing to tell: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..data.messages import Message, say
from ..data.records import Record
from .base import Runs

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Empty(Record):
    """
    A record that tells nothing.

    Attributes
    ----------
    empty
        Why, and what to do.
    """

    empty: Message


def read_record(kind: type[R], data: Mapping[str, Any]) -> R | Empty:
    """Return a record of its JSON: of this kind, or one that tells nothing."""
    return Empty.from_json(data) if data.get("empty") else kind.from_json(data)


def tell_no_target(runs: Runs) -> Empty:
    """Tell that no run has a finite target."""
    return Empty(
        say(
            "runs.no_target",
            "None of the {runs} runs has a finite {target}. Loosen the filter, or choose another metric.",
            runs=len(runs),
            target=runs.label,
        )
    )


def tell_no_parameter() -> Empty:
    """Tell that no parameter has a value."""
    return Empty(
        say(
            "runs.no_parameter",
            "No parameter has a value in these runs. Change the filter, or which columns are parameters.",
        )
    )
