"""How what a record was asked is read from plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import QuestionError


def read_text(value: Any) -> str:
    """Return a text that was asked for; empty if it was left open."""
    return "" if value is None or value is False else str(value)


def read_whole(value: Any, what: str, least: int, most: int) -> int | None:
    """
    Return a whole number that was asked for; ``None`` if it was left open.

    Parameters
    ----------
    value
        The number, or its digits as text.
    what
        What it is, as a sentence begins.
    least, most
        The limits, both included.

    Raises
    ------
    QuestionError
        If it is no whole number, or outside the limits.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
        raise QuestionError(f"{what} must be a whole number, not {value!r}.")
    if not least <= int(value) <= most:
        raise QuestionError(f"{what} must be {least} to {most}, not {value}.")
    return int(value)


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
