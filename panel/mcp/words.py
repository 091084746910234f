"""Words that several tools tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..answers.base import get
from ..answers.ranking import OVERVIEW
from ..data.records import Json
from .desk import Question


def get_overview(question: Question) -> Json:
    """Return what is known of a question at once."""
    return get(OVERVIEW.make_request(question.selection), question.folder)


def list_names(overview: Json) -> list[str]:
    """Return the names that an answer is about: those of parameters and metrics."""
    target = overview["target"]
    parameters = [row["parameter"] for row in overview["parameters"]]
    return [*parameters, *overview.get("metrics", ()), *(target[name] for name in ("metric", "label") if target[name])]


def say_project(question: Question, overview: Json) -> str:
    """Return which project an answer is about."""
    project = overview["project"]
    return f"{project['name']} ({project['format']}), source {' '.join(question.sources)}"


def write_number(value: float | None, digits: int = 4) -> str:
    """Return a number as a program reads it, with so many digits; a dash if there is none."""
    return "–" if value is None else f"{value:.{digits}g}"


def write_between(low: float | None, high: float | None, more: str = "") -> str:
    """Return an interval in brackets, with a blank before and maybe `more` within; empty if there is none."""
    return "" if low is None or high is None else f" ({write_number(low)} to {write_number(high)}{more})"


def count(n: int, one: str) -> str:
    """Return a number of things in words."""
    return f"{n:,} {one if n == 1 else f'{one}s'}"


def write_cell(value: Any) -> str:
    """Return a cell of a table."""
    return write_number(value, 6) if isinstance(value, float) else "–" if value is None else str(value)


def keep_said(texts: Iterable[Any]) -> list[str]:
    """Return texts without those that are empty, each once."""
    return list(dict.fromkeys(text for text in map(str, texts) if text))
