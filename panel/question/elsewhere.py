"""Settings that are constant among the runs that count, and had other values in runs whose state does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ..data.levels import find_values
from ..data.messages import Message, Names, say
from .conditions import name_value
from .parameter import Parameter, shorten
from .relations import clear_nulls
from .selection import FAILED_STATES

MOST_NAMED = 3
"""So many of the other values are named."""


def tell_elsewhere(
    parameters: Sequence[Parameter], counted: pd.DataFrame, others: pd.DataFrame, states: pd.Series
) -> tuple[Parameter, ...]:
    """
    Say of constants in which runs they had other values: a value that failed was tried all the same.

    Parameters
    ----------
    parameters
        As described among the runs that count.
    counted
        The settings of these runs.
    others, states
        The settings and the states of the runs that do not count because of their state.
    """
    constant = [p.name for p in parameters if p.reason == "constant" and p.distinct == 1] if len(others) else []
    tried = clear_nulls(others[constant])
    return tuple(_tell_one(p, counted[p.name], tried[p.name], states) if p.name in tried else p for p in parameters)


def _tell_one(parameter: Parameter, counted: pd.Series, tried: pd.Series, states: pd.Series) -> Parameter:
    [own] = find_values(counted).list_first(1)
    tried = tried[tried.notna()]
    tried = tried[(tried.astype("object") != own).to_numpy(bool)]
    if tried.empty:
        return parameter
    values = find_values(tried)
    named = [shorten(name_value(value)) for value in values.list_first(MOST_NAMED)]
    named += [""] * (len(values.values) - len(named))  # these are counted
    words = say(
        "parameter.constant_where_counted",
        "constant among the runs that count: {value}; {others} only in runs {which}",
        value=shorten(name_value(own)),
        others=Names(tuple(named), MOST_NAMED),
        which=_say_which(set(states[tried.index])),
    )
    role_words = words if parameter.role_reason == "constant" else parameter.role_words
    return replace(parameter, words=words, role_words=role_words)


def _say_which(states: set[str]) -> Message:
    if states <= set(FAILED_STATES):
        return say("parameter.that_failed", "that failed")
    return say("parameter.of_states", "that are left out ({states})", states=Names(tuple(sorted(states)), last="or"))
