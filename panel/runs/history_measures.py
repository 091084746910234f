"""How the best of a search came down: its improvements, what a random order would have given, and shares of values."""

from __future__ import annotations

import numpy as np

from . import bestof

PLACES = 60
"""At about so many places the band is found."""

LEVEL = 0.9
"""So large a share of random orders has its running best within the band."""

MOST_VALUES = 500
"""So many points a distribution has at most."""

_ROUNDING = 1e-8


def find_improvements(loss: np.ndarray) -> np.ndarray:
    """Return the places at which the smallest value so far got smaller, ascending; what is infinite never does."""
    if not len(loss):
        return np.empty(0, int)
    before = np.concatenate([[np.inf], np.minimum.accumulate(loss)[:-1]])
    return np.flatnonzero(loss < before)


def choose_places(n: int, places: int = PLACES) -> np.ndarray:
    """Return about so many whole numbers from 1 to n, both among them: close together at first, then even."""
    if n <= places:
        return np.arange(1, n + 1)
    half = places // 2
    return np.unique(np.rint(np.concatenate([np.geomspace(1, n, half), np.linspace(1, n, half)])).astype(int))


def find_band(loss: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return where the best of the first runs would lie if the same runs had come in a random order.

    Exactly: the best of m is the smallest of m values drawn from all without replacement, and the c smallest are all
    missed with the probability of `bestof.survival`. A quantile is the smallest value that the best is not above with
    at least its probability.

    Parameters
    ----------
    loss
        Finite, small is good, in any order; shape (n,).
    places
        Numbers m from 1 to n.

    Returns
    -------
    low, high
        The quantiles at 5 % and at 95 %, of the shape of `places`.
    """
    ordered = np.sort(loss)
    tail = (1 - LEVEL) / 2
    ends = np.empty((2, len(places)))
    for i, m in enumerate(places):
        reached = 1 - bestof.survival(len(ordered), int(m))[1:]
        ends[:, i] = ordered[np.searchsorted(reached + _ROUNDING, [tail, 1 - tail])]
    return ends[0], ends[1]


def find_shares(values: np.ndarray, most: int = MOST_VALUES) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the different values, ascending, and the share of all that is at or below each.

    Of more than `most` different values so many are left, evenly by their shares, the first and the last among them.
    """
    different, counts = np.unique(values, return_counts=True)
    shares = np.cumsum(counts) / max(len(values), 1)
    if len(different) > most:
        wanted = np.linspace(shares[0], 1, most)
        kept = np.unique(np.minimum(np.searchsorted(shares, wanted - _ROUNDING), len(shares) - 1))
        different, shares = different[kept], shares[kept]
    return different, shares


def choose_even(n: int, most: int, seed: int = 0) -> np.ndarray:
    """
    Return at most so many of the numbers below n, ascending: one of each of equal stretches, drawn at random.

    Not every k-th: runs often repeat in a rhythm, as seeds and the workers of a sweep do.
    """
    if n <= most:
        return np.arange(n)
    edges = np.linspace(0, n, most + 1)
    drawn = edges[:-1] + np.random.default_rng(seed).random(most) * np.diff(edges)
    return np.unique(np.minimum(drawn.astype(int), n - 1))
