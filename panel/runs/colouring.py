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
        a number; ``words`` for each class; ``of``: the class of every run, -1 for one without a value; ``none``: what
        that means; ``rest``: how many values of a category share the last class, 0 if each has its own.
    """
    if by == "target":
        return _by_target(runs, chosen)
    axis = runs.axis(by)
    values = axis.values[chosen]
    about = {"by": by, "label": by, "scale": axis.scale, "none": axis.absent, "rest": 0}
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
    found = np.unique(values[finite])
    if len(found) <= SHADES:
        of = np.where(finite, np.searchsorted(found, values), -1)
        return {**about, "kind": "number", "words": [f"{v:.4g}" for v in found], "of": of.tolist()}
    scaled = np.log10(np.where(finite, values, 1)) if axis.scale == "log" else values
    edges = np.linspace(scaled[finite].min(), scaled[finite].max(), SHADES + 1)
    of = np.where(finite, np.clip(np.searchsorted(edges, scaled, side="right") - 1, 0, SHADES - 1), -1)
    limits = 10**edges if axis.scale == "log" else edges
    words = [f"{a:.3g} to {b:.3g}" for a, b in pairwise(limits)]
    return {**about, "kind": "number", "words": words, "of": of.tolist()}


def _by_target(runs: Runs, chosen: np.ndarray) -> dict[str, Any]:
    """Return equal groups of the runs in the order of their target."""
    feasible = runs.feasible[chosen]
    n = int(feasible.sum())
    groups = min(SHADES, n)
    of = np.full(len(chosen), -1)
    of[feasible] = np.arange(n) * groups // max(n, 1)
    target = runs.target[chosen]
    words = []
    for group in range(groups):
        part = target[of == group]
        low, high = f"{part.min():.4g}", f"{part.max():.4g}"
        words.append(low if low == high else f"{low} to {high}")
    return {
        "by": "target",
        "label": runs.label,
        "kind": "order",
        "scale": "linear",
        "words": words,
        "of": of.tolist(),
        "none": "failed, or no value",
        "rest": 0,
    }
