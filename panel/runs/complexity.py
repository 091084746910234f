"""Which of two sides of a comparison takes longer, is larger, or brings more parameters with it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.messages import Count, Message, Number, say
from ..data.names import split_words
from ..question.conditions import name_value
from .base import Runs

SIZES = frozenset("params parameters flops gflops macs memory".split())
"""Words in the names of metrics that tell how large a model is."""

MORE = 1.1
"""Slower or larger: by this factor or more, in the middle run."""

FEWEST = 3
"""Of fewer runs on a side nothing is said of how long they took or how large they are."""

MOST_METRICS = 3
MOST_NAMED = 5


def say_larger(runs: Runs, rows: tuple[np.ndarray, np.ndarray], sides: tuple[str, str]) -> list[Message]:
    """
    Say which side takes longer or is larger, by the middle of its feasible runs; nothing where that is not known.

    Parameters
    ----------
    runs
        The runs.
    rows
        Numbers of the runs of each side.
    sides
        How the sides are called.
    """
    messages = []
    for name, column in _find_sizes(runs).items():
        values = column.astype(float).to_numpy()[runs.rows]
        found = [values[mine[runs.feasible[mine]]] for mine in rows]
        found = [side[np.isfinite(side)] for side in found]
        if min(len(side) for side in found) < FEWEST:
            continue
        middle = [float(np.median(side)) for side in found]
        low, high = sorted(middle)
        if low > 0 and high >= MORE * low:
            more = middle.index(high)
            messages.append(
                say(
                    "adopt.larger",
                    "{side} has {times} times the {size} of {other} ({more} and {less} in the middle run).",
                    side=sides[more],
                    times=Number(high / low, 2),
                    size=name,
                    other=sides[1 - more],
                    more=Number(high),
                    less=Number(low),
                )
            )
    return messages


def _find_sizes(runs: Runs) -> dict[str, pd.Series]:
    """Return what tells how long a run took and how large its model is, by name; one a run of the project."""
    sizes = {}
    clock = runs.project.runs.get("runtime")
    if clock is not None and clock.dtype.kind in "iuf":
        sizes["runtime in seconds"] = clock
    sized = [name for name in runs.project.metrics if SIZES & set(split_words(name))]
    return sizes | {name: runs.project.summary[name] for name in sized[:MOST_METRICS] if name != runs.metric}


def say_conditional(runs: Runs, parameter: str, values: tuple[str, str]) -> list[Message]:
    """Say which of two values of a parameter brings more parameters with it that have to be tuned."""
    needed = [
        [
            p.name
            for p in runs.parameters.values()
            if p.modelled and p.condition and p.condition[0] == parameter and value in map(name_value, p.condition[1])
        ]
        for value in values
    ]
    many = [len(names) for names in needed]
    if many[0] == many[1]:
        return []
    more = int(many[1] > many[0])
    own = [name for name in needed[more] if name not in needed[1 - more]]
    return [
        say(
            "adopt.needs",
            "{value} needs {parameters} that {other} does not have: {names}.",
            value=values[more],
            parameters=Count(len(own), "parameter"),
            other=values[1 - more],
            names=", ".join(own[:MOST_NAMED]),
        )
    ]
