"""The tab that compares methods, and the ranking of the selected runs with that of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...answers import queries
from ...importance import list_installed
from ...question.selection import Selection
from . import Context
from .importance import each

NAME, LABEL, OF_RUNS = "methods", "Compare methods", False


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """
    Return every method's ranking, as far as they are computed. Arguments are as in `tabs.TABS`.

    If runs are ``selected``, first the ranking of these beside that of all runs, by the method of the question.
    """
    parts = _parts(selection, asked)
    questions = [(part, method, words) for words, part in parts.items()]
    far = each(context, [*questions, *((selection, m.NAME, m.WORDS) for m in list_installed())], anew)
    compared = queries.parts_of(parts, method, context.folder) if parts else None
    return {**far, "comparison": queries.comparison_of(selection, context.folder), "parts": compared}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    parts = [queries.importance_key(part, method, context.folder) for part in _parts(selection, asked).values()]
    return [*parts, *(queries.importance_key(selection, m.NAME, context.folder) for m in list_installed())]


def _parts(selection: Selection, asked: dict[str, Any]) -> dict[str, Selection]:
    """Return the question about all runs and about those selected, by words; nothing if none are selected."""
    selected = asked.get("selected")
    if not selected:
        return {}
    picked = selected if isinstance(selected, str) else tuple(map(str, selected))
    return {"all runs": replace(selection, picked=None), "selected runs": replace(selection, picked=picked)}
