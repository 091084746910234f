"""How what a record was asked is read from plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import QuestionError


def read_names(asked: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    """
    Return the names that were asked for, each once; ``None`` if they were left open.

    Parameters
    ----------
    asked
        What a record was asked, as plain JSON.
    key
        Under which the names stand.

    Raises
    ------
    QuestionError
        If they are no list of text.
    """
    names = asked.get(key)
    if names is None:
        return None
    if not isinstance(names, Sequence) or isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise QuestionError(f"{key!r} must be a list of names, not {names!r}.")
    return tuple(dict.fromkeys(names))


def asks_no_roles(asked: object) -> bool:
    """Say that a record depends on no role but those that models see."""
    return False
