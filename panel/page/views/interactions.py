"""The tab of interactions: which parameters act together."""

from __future__ import annotations

from typing import Any

from ...answers import queries
from ...importance import find_pairs_method
from ...question.selection import Selection
from . import Context
from .importance import computed

NAME, LABEL, OF_RUNS = "interactions", "Interactions", False

PAIRS_BY = find_pairs_method().NAME
"""The method that measures interactions."""


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the record of the method that measures pairs, or how far it is. Arguments are as in `tabs.TABS`."""
    record, status = computed(context, selection, PAIRS_BY, anew)
    return {**status, "record": record}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [queries.importance_key(selection, PAIRS_BY, context.folder)]
