"""Whether a column depends on settings, as an outcome does: settings are drawn apart from one another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy  # its parts come when first used

from ..common.cells import numbers_of

LOOKED_AT = 2_000
"""Rows that are looked at."""

FEWEST_ROWS = 10
MOST_LEVELS = 12
"""A setting with more values than this is taken in its order, one with fewer in groups."""

MOST_CODED = 0.4
"""Settings of which the values make more columns than this share of the rows are not looked at together."""

MOST_BY_CHANCE = 0.001
"""A dependence that is likelier than this without any, over all settings together, is none."""


def measure_dependence(column: pd.Series, settings: Sequence[pd.Series]) -> float:
    """
    Measure how far a column of numbers depends on settings, each for itself and all together.

    Parameters
    ----------
    column
        Its values; ranks are compared, so their scale does not matter.
    settings
        The columns of settings, in the same rows.

    Returns
    -------
    float
        The largest share of the variance of its ranks that the values of one setting explain, or the sum of what each
        explains, freed of what they explain by chance (ω², adjusted R²), 0 to 1; 0 where none is beyond chance by an
        F-test, corrected by Bonferroni.
    """
    values = numbers_of(column.iloc[:LOOKED_AT]).to_numpy()
    known = np.isfinite(values)
    if known.sum() < FEWEST_ROWS:
        return 0.0
    ranks = pd.Series(values[known]).rank().to_numpy()
    largest = 0.0
    grouped = [_group(setting.iloc[:LOOKED_AT][known]) for setting in settings]
    for groups in grouped:
        share, chance = _explain(ranks, groups)
        if chance * (len(settings) + 1) < MOST_BY_CHANCE:
            largest = max(largest, share)
    share, chance = _explain_together(ranks, grouped)
    return max(largest, share) if chance * (len(settings) + 1) < MOST_BY_CHANCE else largest


def _explain_together(ranks: np.ndarray, grouped: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the adjusted R² of the sum of what each setting's groups explain, and how likely its F is by chance."""
    coded = [np.ones((len(ranks), 1))]
    for groups in grouped:
        found, which = np.unique(groups, return_inverse=True)
        if 1 < len(found) <= MOST_LEVELS:
            coded.append(np.eye(len(found))[which][:, 1:])
    design = np.hstack(coded)
    if len(coded) < 3 or design.shape[1] > len(ranks) * MOST_CODED:
        return 0.0, 1.0
    values, vectors = np.linalg.eigh(design.T @ design)
    kept = values > 1e-9 * values[-1]
    explained = float((((vectors[:, kept].T @ (design.T @ ranks)) ** 2) / values[kept]).sum())
    rank = int(kept.sum())
    free, used = len(ranks) - rank, rank - 1
    total = float(((ranks - ranks.mean()) ** 2).sum())
    left = max(0.0, float((ranks**2).sum()) - explained)
    if free < 3 or used < 1 or total <= 0:
        return 0.0, 1.0
    if left <= 1e-9 * total:
        return 1.0, 0.0
    f = (total - left) / used / (left / free)
    return max(0.0, 1 - left / free / (total / (len(ranks) - 1))), float(scipy.special.fdtrc(used, free, f))


def _group(setting: pd.Series) -> np.ndarray:
    """Return the group of each row: its value, or which of a few equal parts of the values it lies in."""
    codes = pd.factorize(setting.astype("str") if setting.dtype == object else setting)[0]
    if len(np.unique(codes)) <= MOST_LEVELS:
        return codes
    numbers = numbers_of(setting)
    if numbers.isna().any():
        return codes
    places = numbers.rank(method="first").to_numpy()
    return np.floor((places - 1) * 4 / len(places)).astype(int)


def _explain(ranks: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Return ω² of a one-way analysis of variance, and how likely its F is by chance."""
    found, which = np.unique(groups, return_inverse=True)
    n, k = len(ranks), len(found)
    if k < 2 or n - k < 3:
        return 0.0, 1.0
    counts = np.bincount(which)
    means = np.bincount(which, weights=ranks) / counts
    between = float(counts @ (means - ranks.mean()) ** 2)
    within = float(((ranks - means[which]) ** 2).sum())
    if within <= 0:
        return 1.0, 0.0
    noise = within / (n - k)
    share = (between - (k - 1) * noise) / (between + within + noise)
    return max(0.0, share), float(scipy.special.fdtrc(k - 1, n - k, between / (k - 1) / noise))
