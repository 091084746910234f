"""Windows along an axis: the running median with its band, the best of each window, boxes; of plain arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when first used

LEVEL = 0.9
"""Of the band around a median."""

MOST_WINDOWS = 20
"""Windows along an axis, at most."""

LEAST = 12
"""Values that a window holds, at least: so many that the band is well inside it."""

FEWEST_FOR_BOX = 5
"""With fewer values there is no box."""


def cuts(ordered: np.ndarray, size: int) -> np.ndarray:
    """
    Cut ascending values into windows that hold at least `size` of them; equal values are never cut apart.

    Parameters
    ----------
    ordered
        Values in ascending order, shape (n,).
    size
        Least number of values in a window.

    Returns
    -------
    np.ndarray
        Where each window ends, the last at n; what would be left over at the end joins the last window.
    """
    ends = np.append(np.flatnonzero(np.diff(ordered)) + 1, len(ordered))
    cut_at: list[int] = []
    start = 0
    while (place := int(np.searchsorted(ends, start + size))) < len(ends):
        start = int(ends[place])
        cut_at.append(start)
    if not cut_at or cut_at[-1] < len(ordered):
        cut_at[-1:] = [len(ordered)]
    return np.array(cut_at)


def bound_median(values: np.ndarray, level: float = LEVEL) -> tuple[float, float] | None:
    """
    Return limits for the median of the population from which independent values come, whatever its distribution.

    The limits are the k-th smallest and k-th largest value, with the largest k for which the binomial probability that
    the median lies between them is at least `level`; ``None`` where no k will do (fewer than 5 values at 90 %).
    """
    n = len(values)
    k = int((scipy.special.bdtr(np.arange(n // 2), n, 0.5) <= (1 - level) / 2).sum())
    if k == 0:
        return None
    ordered = np.sort(values)
    return float(ordered[k - 1]), float(ordered[n - k])


@dataclass(frozen=True)
class Trend:
    """
    The target along an axis, in windows of about equally many values; arrays of shape (n_windows,).

    Attributes
    ----------
    x
        The middle value of each window.
    median, low, high
        The median target, and its 90 % band.
    n
        How many values each window holds.
    edges
        Where one window goes over into the next, and both ends; shape (n_windows + 1,).
    """

    x: np.ndarray
    median: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    edges: np.ndarray


def find_trend(x: np.ndarray, y: np.ndarray, log: bool = False) -> Trend | None:
    """
    Return the running median of `y` along `x`.

    Parameters
    ----------
    x, y
        Finite values of independent configs, shape (n,).
    log
        Whether distances along x are read in log; x is then positive.

    Returns
    -------
    Trend | None
        ``None`` where there are too few: fewer than three windows, or two of an `x` with only two values.
    """
    if not len(x):
        return None
    order = np.lexsort((y, x))
    x, y = x[order], y[order]
    ends = cuts(x, max(LEAST, -(-len(x) // MOST_WINDOWS)))
    if len(ends) < min(3, max(2, len(np.unique(x)))):
        return None
    starts = np.append(0, ends[:-1])
    parts = [y[a:b] for a, b in zip(starts, ends, strict=True)]
    bands = np.array([bound_median(part) for part in parts], float)
    between = _find_middle(x[ends[:-1] - 1], x[ends[:-1]], log)
    return Trend(
        x=x[(starts + ends - 1) // 2],
        median=np.array([np.median(part) for part in parts]),
        low=bands[:, 0],
        high=bands[:, 1],
        n=ends - starts,
        edges=np.concatenate([x[:1], between, x[-1:]]),
    )


def _find_middle(a: np.ndarray, b: np.ndarray, log: bool) -> np.ndarray:
    return np.sqrt(a) * np.sqrt(b) if log else a / 2 + b / 2


def find_best_in(edges: np.ndarray, x: np.ndarray, y: np.ndarray, small: bool) -> np.ndarray:
    """
    Return the smallest (`small`) or largest `y` between each two edges; NaN where there is none.

    Shape (n_edges - 1,). A value on an edge belongs to the window above it, one beyond the ends to the outermost.
    """
    worst = np.inf if small else -np.inf
    best = np.full(len(edges) - 1, worst)
    (np.minimum if small else np.maximum).at(best, np.searchsorted(edges[1:-1], x, side="right"), y)
    return np.where(np.isinf(best), np.nan, best)


def make_box(values: np.ndarray) -> tuple[float, float, float, float, float] | None:
    """
    Return lower whisker, quartiles and upper whisker of finite values; ``None`` for fewer than `FEWEST_FOR_BOX`.

    Quartiles are interpolated linearly; whiskers reach to the last value within 1.5 times their distance (Tukey).
    """
    if len(values) < FEWEST_FOR_BOX:
        return None
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    reach = 1.5 * (high - low)
    inside = values[(values >= low - reach) & (values <= high + reach)]
    return float(inside.min()), float(low), float(middle), float(high), float(inside.max())
