"""What can be said of two sides of a comparison beside their losses, and the recommendation in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.names import tokens
from ..data.statistics import measured
from ..question.selection import value_text
from .base import Runs

SIZES = frozenset("params parameters flops gflops macs memory".split())
"""Words in the names of metrics that tell how large a model is."""

MORE = 1.1
"""Slower or larger: by this factor or more, in the middle run."""

FEWEST = 3
"""Of fewer runs on a side nothing is said of how long they took or how large they are."""

FAR = 4
"""A difference that takes more than so many times the configs of now to be told is hardly worth it."""

FARTHEST = 20
MOST_METRICS = 3


def complexity(runs: Runs, rows: tuple[np.ndarray, np.ndarray], labels: tuple[str, str]) -> list[str]:
    """
    Say which side takes longer or is larger, by the middle of its feasible runs; nothing where that is not known.

    Parameters
    ----------
    runs
        The runs.
    rows
        Numbers of the runs of each side.
    labels
        How the sides are called.
    """
    columns = {}
    clock = runs.project.runs.get("runtime")
    if clock is not None and clock.dtype.kind in "iuf":
        columns["runtime in seconds"] = clock
    sized = [name for name in runs.project.metrics if SIZES & set(tokens(name))]
    columns |= {name: runs.project.summary[name] for name in sized[:MOST_METRICS] if name != runs.metric}
    said = []
    for name, column in columns.items():
        values = column.astype(float).to_numpy()[runs.rows]
        sides = [values[mine[runs.feasible[mine]]] for mine in rows]
        sides = [side[np.isfinite(side)] for side in sides]
        if min(len(side) for side in sides) < FEWEST:
            continue
        middle = [float(np.median(side)) for side in sides]
        low, high = sorted(middle)
        if low > 0 and high >= MORE * low:
            more = middle.index(high)
            said.append(
                f"{labels[more]} has {measured(high / low, 2)} times the {name} of {labels[1 - more]} "
                f"({measured(high, 3)} and {measured(low, 3)} in the middle run)."
            )
    return said


def conditional(runs: Runs, parameter: str, values: tuple[str, str]) -> list[str]:
    """Say which of two values of a parameter brings more parameters with it that have to be tuned."""
    needed = [
        [
            p.name
            for p in runs.parameters.values()
            if p.modelled and p.condition and p.condition[0] == parameter and value in map(value_text, p.condition[1])
        ]
        for value in values
    ]
    many = [len(names) for names in needed]
    if many[0] == many[1]:
        return []
    more = int(many[1] > many[0])
    own = [name for name in needed[more] if name not in needed[1 - more]]
    s = "s" if len(own) > 1 else ""
    return [
        f"{values[more]} needs {len(own)} parameter{s} that {values[1 - more]} does not have: {', '.join(own[:5])}."
    ]


def recommended(found: dict[str, Any]) -> tuple[str, str]:
    """
    Return the recommendation as a code, ``adopt``, ``do not adopt`` or ``not enough to tell``, and in one sentence.

    Parameters
    ----------
    found
        The record so far: ``a`` and ``b`` (the baseline) as words, ``difference`` with ``low`` and ``high``
        (positive where a is better), ``beyond`` (whether chance is ruled out; ``None`` if it cannot be judged),
        ``trial`` and ``wanted`` (what to run to tell).
    """
    a, b, target = found["a"], found["b"], found["target"]
    d, low, high, noise = found["difference"], found["low"], found["high"], found["trial"]["sd"]
    if d is None:
        return "not enough to tell", f"Not enough to tell {a} from {b}: {found['wanted']}."
    size = f"{_way(d)}{_interval(d, low, high)} in {target}"
    if found["beyond"] and d > 0:
        return "adopt", f"Adopt {a} instead of {b}: it is {size}."
    if found["beyond"] and d < 0:
        return "do not adopt", f"Do not adopt {a} instead of {b}: it is {size}."
    if found["beyond"] is not None and noise and high is not None and high < noise:
        return "do not adopt", (
            f"Do not adopt {a} instead of {b}: it is {size}, at best less than the run-to-run noise of "
            f"{measured(noise, 2)}."
        )
    return "not enough to tell", f"Not enough to tell {a} from {b}: it is {size}; {found['wanted']}."


def _way(difference: float) -> str:
    return f"{measured(abs(difference), 2)} {'better' if difference >= 0 else 'worse'}"


def _interval(difference: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    if low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        return f" ({measured(near, 2)} to {measured(far, 2)})"
    return f" ({_way(low)} to {_way(high)})"


def configs_wanted(half: float, difference: float, n: int) -> int:
    """Return how many more configs make the interval leave out none, as it shrinks with the root of their number."""
    if not np.isfinite(half) or difference == 0:
        return FARTHEST * n
    return int(np.clip(np.ceil(n * ((half / difference) ** 2 - 1)), n // 2 + 1, FARTHEST * n))


def wanted_configs(more: int, n: int) -> str:
    """Say how many more configs each of two values needs, and whether that is worth it; each has `n` of them now."""
    many = measured(float(f"{more:.2g}"))
    text = f"run about {many} more configs with each of the two, all other parameters drawn at random"
    if more <= FAR * n:
        return text
    return f"to tell, {text}, but the two hardly differ: the simpler or faster one will do"
