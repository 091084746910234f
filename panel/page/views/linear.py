"""The tab of the linear model: its coefficients, their errors, and how far to trust them."""

from __future__ import annotations

from typing import Any

from ...answers import queries
from ...question.selection import Selection
from . import Context, working

NAME, LABEL, OF_RUNS = "linear", "Linear model", False


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the linear model, or how far it is. Arguments are as in `tabs.TABS`."""
    record, status = working(
        context, queries.linear_key(selection, context.folder), {"selection": selection.to_json()}, anew
    )
    return {**status, "linear": record}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [queries.linear_key(selection, context.folder)]
