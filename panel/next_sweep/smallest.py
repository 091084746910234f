"""The smallest sets of values that hold most of the predicted best: levels, consecutive ones, an interval."""

from __future__ import annotations

import numpy as np

MASS = 0.8
"""A parameter's set holds at least this share of the best candidates."""


def find_smallest_levels(counts: np.ndarray) -> np.ndarray:
    """Return the fewest levels, ascending, that hold `MASS` of the best, given how many best each level has."""
    order = np.argsort(-counts, kind="stable")
    held = np.cumsum(counts[order])
    return np.sort(order[: int(np.searchsorted(held, MASS * held[-1] - 1e-9)) + 1])


def find_shortest_run(counts: np.ndarray) -> np.ndarray:
    """Return the fewest consecutive levels that hold `MASS` of the best; among ties, those that hold most."""
    held = np.append(0, np.cumsum(counts))
    most = MASS * held[-1] - 1e-9
    for length in range(1, len(counts) + 1):
        inside = held[length:] - held[:-length]
        if inside.max() >= most:
            first = int(inside.argmax())
            return np.arange(first, first + length)
    return np.arange(len(counts))


def find_shortest_interval(places: np.ndarray) -> tuple[float, float]:
    """Return the shortest interval that holds `MASS` of some places."""
    ordered = np.sort(places)
    width = max(int(np.ceil(MASS * len(ordered) - 1e-9)) - 1, 0)
    gaps = ordered[width:] - ordered[: len(ordered) - width]
    first = int(gaps.argmin())
    return float(ordered[first]), float(ordered[first + width])
