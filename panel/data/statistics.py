"""
Ranks, correlations, quantiles, evenness of plain arrays, and numbers as words.

By scipy.special: scipy.stats takes a second to import.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import scipy  # its parts come when first used

LOG_RATIO = 16
"""Values whose largest is less than this many times their smallest are never read on a log scale."""

MOST_PLACES = 100_000
"""Of more sorted values so many, evenly spaced, tell how evenly they are spread: to a hundred-thousandth."""


NEARLY = 1e-6
"""A share so small is rounding, or nearly nothing."""


def short(value: float, digits: int = 4) -> str:
    """
    Return a number as words, with a real minus: whole numbers below 1e15 exact, others with so many digits.

    From 1e7 a whole number has an exponent if that says the same; others have one from 1e7 and below 1e-4. The page
    writes numbers in the same way: `writeShort` in assets/page/numbers.mjs.

    Examples
    --------
    >>> short(-0.123456), short(12345678), short(3.0), short(1.5e-7), short(123456.7)
    ('−0.1235', '12345678', '3', '1.5e−7', '123500')
    """
    if not math.isfinite(value):
        return "?" if math.isnan(value) else "∞" if value > 0 else "−∞"
    text = round_text(value, digits)
    whole = float(value).is_integer() and abs(value) < 1e15
    if whole and (abs(value) < 1e7 or float(text) != value):
        text = str(int(value))
    return text.replace("-", "−")


def round_text(value: float, digits: int) -> str:
    """
    Return a number with so many digits; with an exponent from 1e7 and below 1e-4.

    Examples
    --------
    >>> round_text(123456.7, 4), round_text(0.000012345, 2)
    ('123500', '1.2e-5')
    """
    mantissa, _, exponent = f"{value:.{digits}g}".partition("e")
    if not exponent:
        return mantissa
    if 0 <= int(exponent) < 7:
        return str(int(float(f"{mantissa}e{exponent}")))
    return f"{mantissa}e{int(exponent):+d}"


def measured(value: float, digits: int = 3) -> str:
    """
    Return what was measured as words: as `short`, but from 100 to 1e7 to the nearest whole number.

    Examples
    --------
    >>> measured(1234.5678), measured(0.00012345)
    ('1235', '0.000123')
    """
    return short(float(round(value))) if 100 <= abs(value) < 1e7 else short(value, digits)


def ranks(values: np.ndarray) -> np.ndarray:
    """
    Return ranks from 1 to n, ties sharing their mean rank; shape (n,).

    Examples
    --------
    >>> ranks(np.array([30.0, 10.0, 30.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    return pd.Series(values).rank().to_numpy()


def equal_bins(counts: np.ndarray, bins: int) -> np.ndarray:
    """
    Return the bin of every different value, from 0, when so many bins are to hold equally many; shape (n_values,).

    Parameters
    ----------
    counts
        How often each of the values, in ascending order, occurs.
    bins
        Number of bins; one that would fall inside a frequent value stays empty.

    Examples
    --------
    >>> equal_bins(np.array([1, 1, 2, 4]), 2).tolist()
    [0, 0, 0, 1]
    """
    return np.floor((np.cumsum(counts) - counts / 2) / counts.sum() * bins).astype(int)


def pearson(x: np.ndarray, y: np.ndarray) -> float | None:
    """
    Return Pearson's correlation of two complete columns, -1 to 1; ``None`` if one of them does not vary.

    Both are scaled to their largest deviation first, so that values of any magnitude neither overflow nor vanish.
    """
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    return _correlate_centred(*(_centred(column) for column in (x, y)))


def _correlate_centred(u: np.ndarray, v: np.ndarray) -> float:
    r = float(u @ v / np.sqrt((u @ u) * (v @ v)))
    return min(1.0, max(-1.0, r))


def pearson_without_one(x: np.ndarray, y: np.ndarray, least: float = 0.0) -> float | None:
    """
    Return Pearson's correlation without the one pair that changes it most; ``None`` where there is none.

    Tried are the pairs farthest out along either column, and along both.

    Parameters
    ----------
    x, y
        Complete columns.
    least
        Where no pair changes it by so much it is ``None``: of many pairs that is known without taking one out.

    Examples
    --------
    >>> round(pearson_without_one(np.array([1.0, 2, 3, 4, 1000]), np.array([2.0, 1, 2, 1, 900])), 2)
    -0.45
    """
    if len(x) < 4 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    u, v = (_centred(column) for column in (x, y))
    r = _correlate_centred(u, v)
    far = {int(np.argmax(np.abs(distance))) for distance in (u, v, u * v)}
    if not any(_may_change(u, v, r, pair, least) for pair in far):
        return None
    left = [pearson(np.delete(x, pair), np.delete(y, pair)) for pair in sorted(far)]
    return max((one for one in left if one is not None), key=lambda one: abs(one - r), default=None)


def _may_change(u: np.ndarray, v: np.ndarray, r: float, pair: int, least: float) -> bool:
    """Say whether the correlation of two centred columns may change by so much without a pair, rounding aside."""
    share = len(u) / (len(u) - 1)  # the means move, too
    of_u, of_v = float(u @ u), float(v @ v)
    left_u, left_v = of_u - share * u[pair] ** 2, of_v - share * v[pair] ** 2
    if left_u < NEARLY * of_u or left_v < NEARLY * of_v:  # the pair is nearly all there is
        return True
    without = (float(u @ v) - share * u[pair] * v[pair]) / np.sqrt(left_u * left_v)
    return bool(abs(r - without) >= least - NEARLY)


def _centred(column: np.ndarray) -> np.ndarray:
    unit = column / np.abs(column).max()
    centred = unit - unit.mean()
    return centred / np.abs(centred).max()


def spearman(x: np.ndarray, y: np.ndarray) -> float | None:
    """Return Spearman's rank correlation of two complete columns, -1 to 1; ``None`` if one of them does not vary."""
    return pearson(ranks(x), ranks(y))


def p_value(r: float | None, n: int) -> float | None:
    """Return the two-sided p-value of a correlation of n independent pairs by Student's t; ``None`` if n is below 3."""
    if r is None or n < 3:
        return None
    if abs(r) >= 1:
        return 0.0
    return float(2 * scipy.special.stdtr(n - 2, -abs(r) * np.sqrt((n - 2) / (1 - r * r))))


def t_quantile(share: float, freedom: np.ndarray | float) -> np.ndarray:
    """Return the quantile of Student's t distribution below which `share` of it lies."""
    return scipy.special.stdtrit(freedom, share)


def fisher_interval(r: float | None, n: int, level: float) -> tuple[float | None, float | None]:
    """Return the limits of a correlation's interval by Fisher's z-transformation; ``None`` twice if n is below 4."""
    if r is None or n < 4:
        return None, None
    if abs(r) >= 1:
        return r, r
    half_width = scipy.special.ndtri(0.5 + level / 2) / np.sqrt(n - 3)
    z = np.arctanh(r)
    return float(np.tanh(z - half_width)), float(np.tanh(z + half_width))


def share_interval(count: int, n: int, level: float = 0.9) -> tuple[float, float]:
    """Return the exact limits (Clopper and Pearson 1934) of the share of which `count` of `n` were seen; n is not 0."""
    tail = (1 - level) / 2
    low = float(scipy.special.betaincinv(count, n - count + 1, tail)) if count else 0.0
    high = float(scipy.special.betaincinv(count + 1, n - count, 1 - tail)) if count < n else 1.0
    return low, high


def is_more_even_in_log(values: np.ndarray, ordered: bool = False) -> bool:
    """
    Say whether positive numbers that span a factor of `LOG_RATIO` are spread more evenly in log.

    Evenness is the largest distance of the empirical distribution from the uniform one between the smallest and largest
    value (the Kolmogorov-Smirnov statistic).

    Parameters
    ----------
    values
        The numbers; those that are not finite do not count.
    ordered
        Whether they are sorted, and none is NaN.

    Examples
    --------
    >>> is_more_even_in_log(np.geomspace(1e-4, 1, 9)), is_more_even_in_log(np.linspace(1, 100, 9))
    (True, False)
    """
    values = _drop_infinite_ends(values) if ordered else np.sort(values[np.isfinite(values)])
    if len(values) < 3 or values[0] <= 0 or values[-1] / values[0] < LOG_RATIO:
        return False
    if len(values) > MOST_PLACES:
        values = values[np.linspace(0, len(values) - 1, MOST_PLACES).round().astype(int)]
    return _unevenness(np.log(values)) < _unevenness(values)


def _drop_infinite_ends(ordered: np.ndarray) -> np.ndarray:
    begin, end = np.searchsorted(ordered, -np.inf, side="right"), np.searchsorted(ordered, np.inf, side="left")
    return ordered[begin:end]


def _unevenness(ordered: np.ndarray) -> float:
    place = (ordered - ordered[0]) / (ordered[-1] - ordered[0])
    steps = np.arange(1, len(ordered) + 1) / len(ordered)
    return float(max(np.max(steps - place), np.max(place - steps + 1 / len(ordered))))
