"""By what runs are coloured: groups of the target's order, stretches of a number, or values of a category."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from .base import Runs

SHADES = 7
"""Steps of the colours for an order or a number."""

HUES = 8
"""Values of a category that have a colour of their own."""


def coloured(runs: Runs, chosen: np.ndarray, by: str) -> dict[str, Any]:
    """
    Put runs into classes that are drawn in one colour each.

    Parameters
    ----------
    runs
        The runs.
    chosen
        Numbers of those that are drawn, the best first. Shape (n,).
    by
        ``target``, or a parameter.

    Returns
    -------
    dict
        ``by``; ``label``; ``kind``: ``order`` (of the target, the best first), ``number`` or ``category``; ``scale`` of
        a number; ``words`` for each class, from low to high or from the best; ``of``: the class of every run; ``none``:
        what class -1 means, -2 and so on, of runs without a value that can be told by colour; ``rest``: how many values
        of a category share the last class, 0 if each has its own.
    """
    if by == "target":
        return _by_target(runs, chosen)
    axis = runs.axis(by)
    values = axis.values[chosen]
    about = {"by": by, "label": by, "scale": axis.scale, "none": [axis.absent], "rest": 0}
    if axis.kind == "category":
        there = values[~np.isnan(values)].astype(int)
        found, counts = np.unique(there, return_counts=True)
        shown = np.sort(found[np.lexsort((found, -counts))][:HUES])
        place = {int(v): i for i, v in enumerate(shown)}
        rest = len(found) - len(shown)
        words = [axis.labels[v] for v in shown] + ([f"{rest} other values"] if rest else [])
        numbers = [-1 if v != v else place.get(int(v), len(shown)) for v in values]
        return {**about, "kind": "category", "words": words, "of": numbers, "rest": rest}
    finite = np.isfinite(values)
    if axis.scale == "log":
        finite &= values > 0
    without = np.select([np.isnan(values), np.isinf(values)], [-1, -2], -3)
    about["none"] = [axis.absent, "infinite", "0 or less"]
    found = np.unique(values[finite])
    if len(found) <= SHADES:
        of = np.where(finite, np.searchsorted(found, values), without)
        return {**about, "kind": "number", "words": _ranges([(v, v) for v in found], 4), "of": of.tolist()}
    scaled = np.log10(np.where(finite, values, 1)) if axis.scale == "log" else values
    edges = np.linspace(scaled[finite].min(), scaled[finite].max(), SHADES + 1)
    of = np.where(finite, np.clip(np.searchsorted(edges, scaled, side="right") - 1, 0, SHADES - 1), without)
    limits = 10**edges if axis.scale == "log" else edges
    words = _ranges(list(pairwise(limits)), 3)
    return {**about, "kind": "number", "words": words, "of": of.tolist()}


def _by_target(runs: Runs, chosen: np.ndarray) -> dict[str, Any]:
    """Return groups of the runs in the order of their target: equal ones, but runs with one target are in one group."""
    feasible = runs.feasible[chosen]
    target = runs.target[chosen]
    losses, start, counts = np.unique(runs.loss[chosen][feasible], return_index=True, return_counts=True)
    middle = start + (counts - 1) // 2
    of_value = np.arange(len(losses))
    if len(losses) > SHADES:
        of_value = np.unique(middle * SHADES // int(counts.sum()), return_inverse=True)[1]
    of = np.full(len(chosen), -1)
    of[feasible] = np.repeat(of_value, counts)
    parts = [target[of == group] for group in range(int(of.max(initial=-1)) + 1)]
    words = _ranges([(part.min(), part.max()) for part in parts], 4)
    return {
        "by": "target",
        "label": runs.label,
        "kind": "order",
        "scale": "linear",
        "words": words,
        "of": of.tolist(),
        "none": ["failed, or no value"],
        "rest": 0,
    }


def _ranges(ends: list[tuple[float, float]], digits: int) -> list[str]:
    """Return stretches of numbers as words, with so many digits, or as many as tell one from another."""
    for enough in (digits, 7, 17):
        texts = [(f"{low:.{enough}g}", f"{high:.{enough}g}") for low, high in ends]
        words = [low if low == high else f"{low} to {high}" for low, high in texts]
        if len(set(words)) == len(words):
            break
    return words
