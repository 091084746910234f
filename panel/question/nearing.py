"""Whether the later a run is, the nearer its settings lie to those of the best ones: as of a search that learns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.statistics import p_value, pearson, ranks

BEST, FEWEST, MOST = 0.2, 5, 100
"""The best runs are this share of all; at least and at most so many."""

NEAREST = 3
"""A run is as far away as from so many of them on average, the nearest: the best may lie in several places."""


def measure_nearing(loss: np.ndarray, settings: Sequence[np.ndarray]) -> tuple[float, float] | None:
    """
    Measure whether runs come nearer to the best ones.

    Of a search that does not look at its results every order of its runs is as likely as any other, and so is every
    order of their distances to the best ones, wherever these lie. A search that learns does so early: the logarithm of
    the order counts.

    Parameters
    ----------
    loss
        Of the runs in the order in which they were started, at least `FEWEST`; small is good.
    settings
        Columns of the same runs as numbers or codes; NaN where one is not active, which is a place of its own. One that
        was only recorded from some run on, or up to it, tells nothing.

    Returns
    -------
    tuple of float or None
        The correlation of the ranks of the distances with the logarithm of the order, negative if they fall; and how
        likely one as far below 0 is by chance. ``None`` if distances do not differ.
    """
    n = len(loss)
    best = np.argsort(loss, kind="stable")[: min(MOST, max(FEWEST, int(BEST * n)), n)]
    apart = np.zeros((n, len(best)))
    for values in settings:
        if _is_recorded_since(values):
            continue
        place = _place(values)
        apart += np.abs(place[:, None] - place[best])
    apart[best, np.arange(len(best))] = np.inf  # not from itself
    distance = np.partition(apart, NEAREST, axis=1)[:, :NEAREST].mean(axis=1)
    correlation = pearson(np.log(np.arange(1.0, n + 1)), ranks(distance))
    p = p_value(correlation, n)
    if correlation is None or p is None:
        return None
    return correlation, p / 2 if correlation < 0 else 1 - p / 2


def _is_recorded_since(values: np.ndarray) -> bool:
    """Say whether the runs without a value are the first ones, or the last ones."""
    known = np.flatnonzero(~np.isnan(values))
    return 0 < len(known) < len(values) and known[-1] - known[0] + 1 == len(known)


def _place(values: np.ndarray) -> np.ndarray:
    """Return the ranks of values from 0 to 1; what is not active lies by half of that beyond them."""
    known = ~np.isnan(values)
    place = np.full(len(values), -0.5)
    place[known] = (ranks(values[known]) - 1) / max(1, known.sum() - 1)
    return place
