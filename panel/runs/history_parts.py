"""The runs of a search in parts: those selected beside the others, or by a field of the run such as its sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.messages import NOTHING, Message, as_message, say
from ..question.conditions import name_value
from .base import Runs, natural
from .history_started import Started
from .history_words import say_no_parts, say_rest

SELECTED = "selected"
"""Parts by whether a run is selected."""

MOST_PARTS = 6
"""So many parts have a line of their own, the largest."""

MOST_VALUES = 20
"""A field of the run with more values than this makes no parts."""

PREFIX = "run."

OWN = frozenset({"name", "state", "created", "runtime", "steps"})
"""Fields that tell runs apart, or what became of them, not where they come from."""


@dataclass(frozen=True)
class Division:
    """
    Runs divided into parts.

    Attributes
    ----------
    by
        What divides them: `SELECTED`, a field with its prefix, or nothing.
    labels
        What each part is called; one empty label if nothing divides them.
    of
        The part of every run, -1 for those of none; shape (n,).
    note
        What else must be known.
    """

    by: str
    labels: tuple[Message, ...]
    of: np.ndarray
    note: Message = NOTHING


def list_fields(runs: Runs, started: Started) -> tuple[str, ...]:
    """Return the fields, with their prefix, that can make parts: with 2 to `MOST_VALUES` values among these runs."""
    fields = [str(name) for name in runs.project.runs if name not in OWN]
    return tuple(f"{PREFIX}{name}" for name in fields if 1 < len(np.unique(_read(runs, started, name))) <= MOST_VALUES)


def divide(runs: Runs, started: Started, by: str, selected: Sequence[str], fields: Sequence[str]) -> Division:
    """
    Divide runs into parts, the largest first.

    Parameters
    ----------
    runs
        The runs of a question.
    started
        All of them in the order in which they were started.
    by
        What divides them.
    selected
        Ids of the selected runs.
    fields
        See `list_fields`. Others make no parts: what could be asked yesterday may not be there today.
    """
    whole = Division("", (NOTHING,), np.zeros(len(started), int))
    if not by:
        return whole
    if by == SELECTED:
        ids = runs.project.runs.index.to_numpy(object)[started.rows].astype(str)
        inside = np.isin(ids, np.array(list(selected), str)) if len(selected) else np.zeros(len(ids), bool)
        if inside.all() or not inside.any():
            return Division("", whole.labels, whole.of, say_no_parts(SELECTED))
        names = (say("history.selected", "selected"), say("history.others", "the others"))
        return Division(SELECTED, names, np.where(inside, 0, 1))
    name = by.removeprefix(PREFIX)
    if by not in fields:
        return Division("", whole.labels, whole.of, say_no_parts(name))
    values, codes, counts = np.unique(_read(runs, started, name), return_inverse=True, return_counts=True)
    ranked = sorted(range(len(values)), key=lambda i: (-counts[i], natural(str(values[i]))))
    place = np.full(len(values), -1)
    place[ranked[:MOST_PARTS]] = np.arange(min(MOST_PARTS, len(values)))
    rest = ranked[MOST_PARTS:]
    return Division(
        by,
        tuple(as_message(str(values[i])) or say("history.no_field", "without") for i in ranked[:MOST_PARTS]),
        place[codes],
        say_rest(len(rest), int(counts[rest].sum())),
    )


def _read(runs: Runs, started: Started, name: str) -> np.ndarray:
    """Return a field of the runs as text, empty where it has no value."""
    column: pd.Series = runs.project.runs[name].iloc[started.rows]
    codes, values = pd.factorize(column)
    texts = np.array([*(name_value(value) for value in values), ""], object)
    return texts[codes].astype(str)
