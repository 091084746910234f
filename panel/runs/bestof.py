"""
The expected best of m: what the best of m configs is expected to be, how sure that is, and a test of two groups.

The best of all runs of a group gets better with their number. So groups are compared by the expected best of the same
number of configs each (Dodge et al. 2019, "Show your work"), exactly as if m of a group's n were drawn without
replacement. As an estimate of the expected best of m fresh configs of the same search it is unbiased.

How sure it is: delete-one jackknife and Student's t with 2n/m − 1 degrees of freedom, because the n configs hold only
about n/m independent bests. Of a bootstrap at m = n the interval covers half of what it says, and no method does
well before n/m is about three; see `benchmarks.isolation`.
"""

from __future__ import annotations

import numpy as np
import scipy  # its parts come when first used

BLOCKS = 3
"""A group needs at least so many times m configs for its interval to hold."""

PERMUTATIONS = 1_999

LEVEL = 0.9
"""Level of the intervals."""

NEGLIGIBLE = 1e-9
"""What has a smaller probability is not drawn."""

SINGLY = 1_000
"""Two groups with more configs than this together are shuffled in blocks of configs of nearly the same loss."""

_FINENESS = 200


def survival(n: int, m: int) -> np.ndarray:
    """
    Return the probability that none of the c smallest of n is among m drawn without replacement.

    Parameters
    ----------
    n
        Number of values.
    m
        How many are drawn, 1 to n.

    Returns
    -------
    ndarray
        For c from 0 to n, shape (n + 1,).
    """
    left = n - np.arange(n + 1)
    enough = left >= m
    found = np.zeros(n + 1)
    found[enough] = np.exp(_log_choose(left[enough], m) - _log_choose(np.array(n), m))
    return found


def _log_choose(n: np.ndarray, k: int) -> np.ndarray:
    return scipy.special.gammaln(n + 1) - scipy.special.gammaln(k + 1) - scipy.special.gammaln(n - k + 1)


def weights(n: int, m: int) -> np.ndarray:
    """Return the probability of each of n values, from the smallest, to be the smallest of m drawn; shape (n,)."""
    return -np.diff(survival(n, m))


def expected_best(losses: np.ndarray, m: int) -> float:
    """Return the expected smallest of m values drawn from those given without replacement; m from 1 to their number."""
    return float(np.sort(losses) @ weights(len(losses), m))


def variance(losses: np.ndarray, m: int) -> float:
    """Return the jackknife's variance of `expected_best` as an estimate; m is smaller than the number of values."""
    x = np.sort(losses)
    return 0.0 if x[0] == x[-1] else _jackknife(_without_each(x, m))


def gain(losses: np.ndarray, m: int) -> tuple[float, float]:
    """
    Return by how much the best of all is expected to be better than the best of m, and half its interval's length.

    By the jackknife and Student's t with two degrees of freedom. Of 20, 60 and 200 Gaussian, uniform, or bounded values
    the interval of 90 % covers 91 to 98 % at m = n/2; of values with a heavy lower tail (Student's t with two degrees)
    58 to 66 %, see `benchmarks.power.enough`.

    Parameters
    ----------
    losses
        Small is good, shape (n,), n at least 3.
    m
        1 to n - 2.
    """
    x = np.sort(losses)
    if x[0] == x[-1]:
        return 0.0, 0.0
    found = expected_best(x, m) - float(x[0])
    error = _jackknife(_without_each(x, m) - _without_each(x, len(x) - 1))
    return found, float(scipy.special.stdtrit(2, (1 + LEVEL) / 2) * np.sqrt(error))


def _without_each(x: np.ndarray, m: int) -> np.ndarray:
    """Return `expected_best` of m without each of the values, which are ascending; shape (n,)."""
    w = weights(len(x) - 1, m)
    before = np.concatenate([[0.0], np.cumsum(x[:-1] * w)])
    after = np.concatenate([np.cumsum((x[1:] * w)[::-1])[::-1], [0.0]])
    return before + after


def _jackknife(without: np.ndarray) -> float:
    n = len(without)
    return float((n - 1) / n * ((without - without.mean()) ** 2).sum())


def half_width(parts: list[tuple[float, int]], m: int) -> float:
    """
    Return half the length of the interval of an estimate, or of a difference of two.

    Parameters
    ----------
    parts
        Variance and number of configs of each estimate.
    m
        Of how many the best is meant.
    """
    total = sum(v for v, _ in parts)
    if total <= 0:
        return 0.0
    # Satterthwaite
    freedom = total**2 / sum(v**2 / (2 * n / m - 1) for v, n in parts)
    return float(scipy.special.stdtrit(freedom, (1 + LEVEL) / 2) * np.sqrt(total))


def blocks(pooled: np.ndarray, m: int) -> np.ndarray:
    """
    Return where blocks of configs begin that are taken as equal when they are shuffled, and where the last one ends.

    Each block holds the best of m drawn with about the same small probability, at either end with a smaller one: a few
    hundred blocks, however many configs there are. Equal losses are never apart.

    Parameters
    ----------
    pooled
        Losses of all configs, ascending, shape (n,).
    m
        Of how many the best is meant.

    Returns
    -------
    ndarray of int
        Ascending, from 0 to n; every config is a block of its own if there are no more than `SINGLY`.
    """
    n = len(pooled)
    if n <= SINGLY:
        return np.arange(n + 1)
    even = np.arange(1, _FINENESS) / _FINENESS
    ends = np.geomspace(1e-5, even[0], 20)[:-1], np.geomspace(even[0], NEGLIGIBLE, 40)[1:]
    left = np.concatenate([[1.0], 1 - ends[0], 1 - even, ends[1]])
    first = np.minimum(np.searchsorted(-survival(n, m), -left), n - 1)
    return np.append(np.unique(np.searchsorted(pooled, pooled[first])), n)


def chance(first: np.ndarray, second: np.ndarray, m: int, seed: int = 0) -> float:
    """
    Return how often two groups whose configs are shuffled differ as much in their expected best of m, either way.

    Of large groups the losses within each of `blocks` are replaced by their mean. Shuffling does not change which
    configs are in a block, so the p-value holds as exactly as without.

    Parameters
    ----------
    first, second
        Losses of the configs of each group, m or more.
    m
        Of how many the best is meant.
    seed
        Seed of the shuffles.

    Returns
    -------
    float
        p-value by `PERMUTATIONS` shuffles; under equal distributions it is at most q with probability q.
    """
    both = np.concatenate([first, second])
    order = np.argsort(both, kind="stable")
    pooled, sizes = both[order], (len(first), len(second))
    tables = [survival(n, m) for n in sizes]
    edges = blocks(pooled, m)
    within = np.diff(edges)
    values = np.add.reduceat(pooled - pooled[0], edges[:-1]) / within
    own = np.concatenate([[0], np.cumsum(order < len(first))])[edges]
    seen = float(values @ (np.diff(tables[1][edges - own]) - np.diff(tables[0][own])))
    drawn = np.random.default_rng(seed)
    taken = np.zeros(PERMUTATIONS, int)
    difference = np.zeros(PERMUTATIONS)
    for start, size, value in zip(edges[:-1], within, values, strict=True):  # an urn: whose are the next smallest?
        others = start - taken
        if tables[0][taken.min()] < NEGLIGIBLE and tables[1][others.min()] < NEGLIGIBLE:
            break
        if size == 1:
            mine = (drawn.random(PERMUTATIONS) * (len(pooled) - start) < sizes[0] - taken).astype(int)
        else:
            mine = drawn.hypergeometric(sizes[0] - taken, sizes[1] - others, size)
        after, theirs = taken + mine, others + size - mine
        difference += value * (tables[0][taken] - tables[0][after] - tables[1][others] + tables[1][theirs])
        taken = after
    scale = abs(pooled[-1] - pooled[0])
    return float((1 + (np.abs(difference) >= abs(seen) - 1e-12 * scale).sum()) / (PERMUTATIONS + 1))


def holm(p: list[float]) -> list[float]:
    """Return p-values corrected for their number, by Holm's rule, in the order given."""
    corrected, most = [0.0] * len(p), 0.0
    for place, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        most = max(most, min(1.0, (len(p) - place) * p[i]))
        corrected[i] = most
    return corrected
