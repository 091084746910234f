"""Whether runs, and the setting that matters most, keep their order from one step to another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy  # its parts come when first used

from ..data.statistics import ranks, spearman

FEWEST_RUNS = 10
"""Fewer runs have no order."""

BINS, FEWEST_A_BIN = 5, 4
"""A number's values are put into so many groups of equal size; a group has at least so many runs on average."""

BY_CHANCE, AHEAD = 0.01, 0.1
"""A setting leads if it is likelier to matter than this, for all settings together, and so far ahead of another."""

MOST_SETTINGS = 200
"""Of more settings the first are looked at."""


def compare_order(first: np.ndarray, last: np.ndarray) -> float | None:
    """Return the rank correlation of the values that runs have at two steps; ``None`` for fewer than `FEWEST_RUNS`."""
    both = np.isfinite(first) & np.isfinite(last)
    return spearman(first[both], last[both]) if both.sum() >= FEWEST_RUNS else None


def find_other_leader(config: pd.DataFrame, first: np.ndarray, last: np.ndarray) -> tuple[str, str] | None:
    """
    Return the settings that matter most at two steps, if these are two.

    By the share of the variance of the runs' ranks that each setting explains alone, corrected for chance. Both must
    lead beyond chance: the one at the first step ahead of the other there, and the other way round at the second.

    Parameters
    ----------
    config
        The settings of the runs.
    first, last
        The values that the runs have at the steps, shape (n_runs,); NaN where a run does not reach one.
    """
    groups = {
        str(name): codes for name in list(config)[:MOST_SETTINGS] if (codes := _make_groups(config[name])) is not None
    }
    begin, end = (_explain(groups, values) for values in (first, last))
    if not begin or not end:
        return None
    leads, leads_then = max(begin, key=begin.__getitem__), max(end, key=end.__getitem__)
    if leads not in end or leads_then not in begin:
        return None
    ahead = min(begin[leads] - begin[leads_then], end[leads_then] - end[leads])
    sure = all(_is_beyond_chance(groups, *pair) for pair in ((leads, first), (leads_then, last)))
    return (leads, leads_then) if ahead >= AHEAD and sure else None


def _make_groups(column: pd.Series) -> np.ndarray | None:
    """Return the group of every run, by a setting's value; ``None`` if it makes none."""
    codes, levels = pd.factorize(column.map(repr) if column.dtype == object else column, use_na_sentinel=False)
    if len(levels) < 2:
        return None
    if len(levels) > BINS and column.dtype.kind in "if":
        place = (ranks(column.to_numpy(float)) - 0.5) * BINS / len(column)
        return np.asarray(np.floor(np.nan_to_num(place, nan=-1.0)), int)
    return codes if len(levels) * FEWEST_A_BIN <= len(column) else None


def _compare_groups(codes: np.ndarray, values: np.ndarray) -> tuple[float, int, int] | None:
    """Return the F ratio of the groups' means, and its degrees of freedom."""
    known = np.isfinite(values)
    place = ranks(values[known])
    _, group = np.unique(codes[known], return_inverse=True)
    n, k = len(place), int(group.max(initial=0)) + 1
    if k < 2 or n < max(FEWEST_RUNS, k * FEWEST_A_BIN):
        return None
    means = np.bincount(group, place) / np.bincount(group)
    between, within = np.sum((means[group] - place.mean()) ** 2), np.sum((place - means[group]) ** 2)
    return float(between / (k - 1) / max(within / (n - k), 1e-12)), k - 1, n - k


def _explain(groups: dict[str, np.ndarray], values: np.ndarray) -> dict[str, float]:
    """Return the share of the variance that each setting explains, corrected for what it would by chance."""
    shares = {}
    for name, codes in groups.items():
        found = _compare_groups(codes, values)
        if found is not None:
            ratio, between, within = found
            shares[name] = between * (ratio - 1) / (between * ratio + within)
    return shares


def _is_beyond_chance(groups: dict[str, np.ndarray], name: str, values: np.ndarray) -> bool:
    found = _compare_groups(groups[name], values)
    return found is not None and float(scipy.special.fdtrc(found[1], found[2], found[0])) * len(groups) < BY_CHANCE
