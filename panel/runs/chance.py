"""How likely it is by chance that a few of many agree: in a value, or in a range of numbers."""

from __future__ import annotations

import numpy as np
import scipy  # its parts come when first used


def shared_by_chance(hits: int, drawn: int, holders: int, total: int) -> float:
    """
    Return the probability that so many or more of those drawn share a value: the hypergeometric upper tail.

    Parameters
    ----------
    hits
        How many of those drawn have it.
    drawn
        How many are drawn, without replacement.
    holders
        How many of all have it.
    total
        How many there are.
    """
    x = np.arange(hits, min(drawn, holders) + 1)
    x = x[drawn - x <= total - holders]
    likely = np.exp(_choose(holders, x) + _choose(total - holders, drawn - x) - _choose(total, drawn))
    return float(min(1.0, likely.sum()))


def _choose(n: int, k: np.ndarray | int) -> np.ndarray:
    return scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1)


def apart_by_chance(few: np.ndarray, every: np.ndarray) -> tuple[float, float]:
    """
    Return how far a few values lie from all, and how likely they would lie as far by chance.

    By Kuiper's distance, the largest by which one distribution runs ahead of the other plus the largest by which it
    falls behind: it sees values that lie close together wherever they do, in the middle too.

    Parameters
    ----------
    few
        Some of the values.
    every
        All values, those few among them.

    Returns
    -------
    tuple
        The distance, 0 to 1; and how likely it is for values drawn at random, by Stephens' approximation. Ties, and
        drawing without replacement, make it less likely still.
    """
    at = np.unique(every)
    mine, all_of = (np.searchsorted(np.sort(values), at, "right") / len(values) for values in (few, every))
    distance = float(max(0.0, np.max(mine - all_of)) + max(0.0, np.max(all_of - mine)))
    return distance, kuiper_p(distance, len(few))


def kuiper_p(distance: float, n: float) -> float:
    """
    Return how likely a Kuiper distance is to be as large by chance, by Stephens' approximation (1970).

    Parameters
    ----------
    distance
        The distance, 0 to 1.
    n
        Number of values; of two samples n₁·n₂ / (n₁ + n₂).
    """
    root = np.sqrt(n)
    reach = (root + 0.155 + 0.24 / root) * distance
    if reach < 0.4:
        return 1.0
    squares = (np.arange(1, 20) * reach) ** 2
    return float(min(1.0, 2 * ((4 * squares - 1) * np.exp(-2 * squares)).sum()))
