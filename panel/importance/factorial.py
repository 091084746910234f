"""
Exact analysis of variance where every combination of the settings was run more than once.

Then nothing has to be predicted: how the means of the combinations vary is known, and the repeats say by how much they
are wrong. Shares are total effects (a parameter's own, and all of its interactions), as in the forest.

Source: Homma and Saltelli (1996) on total effects; Scheffé (1959) on the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy  # its parts come when first used

from ..data.messages import Count, Message, say
from ..question.design import Design
from ..question.features import code_column
from .record import LEVEL

FALSE_ALARMS = 0.05
ROUNDED = 1e-14
"""Values that differ by no more than this share of the largest are equal."""

MOST_PARAMETERS = 8
DRAWS = 400
"""How often the means are drawn anew, within the repeats' error, for the intervals."""


@dataclass(frozen=True)
class Factorial:
    """
    What a complete factorial tells.

    Attributes
    ----------
    share, low, high
        Total effects as shares that add up to 1, with the limits of their 90 % interval, shape (n_parameters,).
    floor
        The share that the repeats' error alone reaches in 95 of 100 cases.
    clear
        Whether its own effect, or that with its interactions, is beyond the repeats' error.
    note
        What this is, in words.
    """

    share: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    clear: np.ndarray
    note: Message


def analyse(design: Design) -> Factorial | None:
    """
    Analyse a complete factorial with repeats; ``None`` if the runs are none.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    """
    sizes = np.bincount(design.config_id)
    if len(design.y) < 4 or sizes.min() < 2:
        return None
    first = np.unique(design.config_id, return_index=True)[1]
    columns = [code_column(f)[first] for f in design.features]
    if any(np.isnan(column).any() for column in columns):
        return None
    codes = [np.unique(column, return_inverse=True)[1] for column in columns]
    levels = [int(code.max()) + 1 for code in codes]
    varying = [k for k, n in enumerate(levels) if n > 1]
    shape = tuple(levels[k] for k in varying)
    if not 1 <= len(varying) <= MOST_PARAMETERS or len(first) != np.prod(shape):
        return None
    place = tuple(codes[k] for k in varying)
    means = np.zeros(shape)
    means[place] = np.bincount(design.config_id, weights=design.y) / sizes
    within = float(np.sum((design.y - means[place][design.config_id]) ** 2))
    free, repeats = len(design.y) - len(first), len(first) / float(np.sum(1 / sizes))
    # Of a combination's mean: by its repeats, and at least by what a computer rounds off, lest that be an effect.
    error = max(within / free / repeats, float(np.abs(design.y).max() * ROUNDED) ** 2)
    return _divide(design, means, varying, error, free, repeats)


def _divide(
    design: Design, means: np.ndarray, varying: list[int], error: float, free: int, repeats: float
) -> Factorial:
    p = len(design.features)
    rng = np.random.default_rng([design.seed, 6])
    noise = rng.normal(size=(DRAWS, *means.shape)) * np.sqrt(error)
    expected = error * np.array([1 - 1 / n for n in means.shape])
    share = _share(_total(means) - expected)
    drawn = np.array([_share(_total(means + one) - 2 * expected) for one in noise])
    alone = np.array([_total(one) - expected for one in noise])
    whole = max(float(np.sum(np.maximum(_total(means) - expected, 0))), np.finfo(float).tiny)
    tail = (1 - LEVEL) / 2 * 100
    parts = [
        share,
        np.percentile(drawn, tail, axis=0),
        np.percentile(drawn, 100 - tail, axis=0),
        np.percentile(alone, 95, axis=0) / whole,
        np.array([_test(means, k, error, free) < FALSE_ALARMS for k in range(means.ndim)]),
    ]
    full = [np.zeros(p) for _ in parts]
    for target, part in zip(full, parts, strict=True):
        target[varying] = part
    note = say(
        "importance.factorial",
        "All {configs} combinations of the settings were run, {repeats} times each: shares are exact, by analysis of "
        "variance with the repeats as its error.",
        configs=Count(means.size),
        repeats=Count(round(repeats)),
    )
    return Factorial(full[0], full[1], full[2], full[3], full[4].astype(bool), note)


def _total(means: np.ndarray) -> np.ndarray:
    """Return the mean variance along each axis, all other settings kept."""
    return np.array([means.var(axis=k).mean() for k in range(means.ndim)])


def _share(total: np.ndarray) -> np.ndarray:
    positive = np.maximum(total, 0.0)
    return positive / max(float(positive.sum()), np.finfo(float).tiny)


def _test(means: np.ndarray, axis: int, error: float, free: int) -> float:
    """Return the p-value of a setting: the smaller of its own effect's and of all that it takes part in, doubled."""
    n = means.shape[axis]
    others = tuple(k for k in range(means.ndim) if k != axis)
    own = means.mean(axis=others) if others else means
    tests = [(np.sum((own - own.mean()) ** 2) * means.size / n, n - 1)]
    if others:
        kept = means - means.mean(axis=axis, keepdims=True)
        tests.append((np.sum(kept**2), (n - 1) * means.size // n))
    p = [scipy.special.fdtrc(df, free, squares / df / max(error, np.finfo(float).tiny)) for squares, df in tests]
    return float(min(p) * len(p))
