"""The tab that compares methods, and the ranking of the selected runs with that of all."""

from __future__ import annotations

from dataclasses import replace

from ...answers.base import Request
from ...answers.comparing import compare_methods, compare_parts
from ...answers.ranking import IMPORTANCE
from ...data.records import Json
from ...importance import list_installed
from ...question.selection import Selection
from . import Context
from .importance import ask_each
from .tab import TabQuestion, no_callbacks, no_layout

NAME, LABEL, OF_RUNS = "methods", "Compare methods", False
layout, register = no_layout, no_callbacks


def payload(context: Context, question: TabQuestion) -> Json:
    """
    Return the rankings of all methods that are computed; see `tab.Tab`.

    If runs are ``selected``, first the ranking of these beside that of all runs, by the method of the question.
    """
    parts = _list_parts(question)
    far = ask_each(context, _choose_by_words(question), question.anew)
    compared = {**compare_parts(parts, question.method, context.folder), "sides": list(parts)} if parts else None
    return {**far, "comparison": compare_methods(question.selection, context.folder), "parts": compared}


def requests(question: TabQuestion) -> tuple[Request, ...]:
    """Return what may be under way."""
    return tuple(request for _, request in _choose_by_words(question))


def _choose_by_words(question: TabQuestion) -> list[tuple[str, Request]]:
    parts = [
        (words, IMPORTANCE.make_request(part, method=question.method)) for words, part in _list_parts(question).items()
    ]
    return [*parts, *((m.WORDS, IMPORTANCE.make_request(question.selection, method=m.NAME)) for m in list_installed())]


def _list_parts(question: TabQuestion) -> dict[str, Selection]:
    """Return the question about all runs and about the selected ones, by label; empty if none are selected."""
    selected, selection = question.asked.get("selected"), question.selection
    if not selected:
        return {}
    picked = selected if isinstance(selected, str) else tuple(map(str, selected))
    return {"all runs": replace(selection, picked=None), "selected runs": replace(selection, picked=picked)}
