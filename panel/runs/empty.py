"""What is told where there is nothing to tell: why, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ..data.messages import Message
from ..data.records import Record

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
