"""The tab that compares targets: which parameters matter for which metric."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input

from ...answers import queries
from ...question.selection import Selection
from .. import ids
from . import Context, in_browser
from .importance import each

NAME, LABEL, OF_RUNS = "targets", "Targets", False

MOST_TARGETS = 8
"""Targets that are compared at once, at most."""


def layout(context: Context) -> dmc.MultiSelect:
    """Return the choice of targets."""
    return dmc.MultiSelect(
        id=ids.TARGETS,
        data=[],
        searchable=True,
        maxValues=MOST_TARGETS,
        hidePickedOptions=True,
        className="targets",
        **{"aria-label": "Targets to compare"},
    )


def payload(context: Context, selection: Selection, method: str, asked: dict[str, Any], anew: bool) -> dict[str, Any]:
    """Return the ranking for each of the ``targets`` asked about. Arguments are as in `tabs.TABS`."""
    metrics = _metrics(asked)
    far = each(context, [(queries.of_target(selection, m), method, m) for m in metrics], anew)
    return {**far, "comparison": queries.targets_of(selection, metrics, method, context.folder)}


def keys(context: Context, selection: Selection, method: str, asked: dict[str, Any]) -> list[str]:
    """Return what may be under way."""
    return [queries.importance_key(queries.of_target(selection, m), method, context.folder) for m in _metrics(asked)]


def _metrics(asked: dict[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, asked.get("targets", ())))[:MOST_TARGETS]


def register(app: Dash, context: Context) -> None:
    """Register the choice of targets."""
    in_browser(app, "choose_targets", Input(ids.TARGETS, "value"))
