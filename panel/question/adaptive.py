"""
Recognise adaptive searches: Bayesian optimisation, TPE, Hyperband, population based training, and people.

Their runs are neither independent nor spread over the space, so that p-values mean nothing and importance is about the
runs that the search chose. A search is adaptive if its method says so, if the target trends with the order of the
runs, or if the later a run is, the nearer its settings lie to the best ones: after a few trials TPE draws near them,
and on a plateau the target no longer trends.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ..data.messages import NOTHING, Message, Number, say
from ..data.statistics import p_value, spearman
from .nearing import measure_nearing

ADAPTIVE_METHODS = (
    "bayes",
    "tpe",
    "hyperband",
    "asha",
    "bohb",
    "hebo",
    "smac",
    "cma",
    "pbt",
    "population",
    "evol",
    "gp",
    "skopt",
)
PLANNED_METHODS = ("random", "grid", "sobol", "halton", "quasi", "lhs", "latin")

TREND_P = 0.01
"""The target trends with run order if its rank correlation has a smaller p-value than this."""

NEARING_P = 0.005
"""Runs come nearer to the best ones if they do so by chance less often than this."""

FEWEST_CONFIGS = 20
MOST_CONFIGS = 4_096
"""The trend is looked for among this many configurations, evenly thinned."""

MANY_VALUES = 8
MOSTLY_KEPT = 0.3
"""Settings of many values are kept from run to run in more than this share of cases where people turn one at a time."""

SENTENCE = say("adaptive.importance", "Importance among the runs that this search chose, not over the space.")


def recognise(
    y: np.ndarray,
    order: np.ndarray | None,
    read: Callable[[np.ndarray], list[np.ndarray]],
    config_id: np.ndarray,
    method: str,
    goal: str = "minimize",
    tests: int = 1,
) -> Message:
    """
    Say why a search is adaptive.

    Parameters
    ----------
    y
        Target, shape (n_runs,).
    order
        Place of every run in the order in which they were started; ``None`` if that is not known.
    read
        Gives every parameter as one column of numbers or codes, of the runs at some positions; they tell a plan from a
        search.
    config_id
        Number of the configuration of every run; replicates count once.
    method
        The search method as declared; empty if it is not.
    goal
        Whether small or large values of the target are good.
    tests
        Of how many sets of runs this is asked: chance has as many occasions.

    Returns
    -------
    Message
        The reason; empty if the search is not recognised as adaptive.
    """
    words = re.split(r"[^a-z]+", method.lower())
    if any(word.startswith(ADAPTIVE_METHODS) for word in words if word):
        return say("adaptive.method", "its method is {method}", method=method)
    if any(word.startswith(PLANNED_METHODS) for word in words if word) or order is None:
        return NOTHING
    by_time = np.argsort(order, kind="stable")
    first = _find_first_runs(config_id, by_time)
    first = first[:: max(1, len(first) // MOST_CONFIGS)]
    settings = read(first) if len(first) >= FEWEST_CONFIGS else []
    if len(first) < FEWEST_CONFIGS or any(map(_is_planned, settings)):
        return NOTHING
    if _is_tuned_by_hand(settings):
        return say("adaptive.by_hand", "most runs change few of the settings of the run before, as in tuning by hand")
    means = np.bincount(config_id, weights=y)[config_id[first]] / np.bincount(config_id)[config_id[first]]
    trend = spearman(np.arange(len(first)), means)
    p = p_value(trend, len(first))
    if trend is None or p is None or abs(trend) > 0.95:  # sorted by the target, in no order of time
        return NOTHING
    if p * tests < TREND_P:
        return say(
            "adaptive.trend",
            "the target trends with the order of the runs (rank correlation {trend}, p = {p})",
            trend=Number(trend, 2, "signed"),
            p=Number(p, 2, "figures"),
        )
    nearing = measure_nearing(-means if goal == "maximize" else means, settings)
    if nearing is None or nearing[1] * tests >= NEARING_P:
        return NOTHING
    return say(
        "adaptive.nearing",
        "the later a run, the nearer its settings lie to the best ones (correlation {correlation}, p = {p})",
        correlation=Number(nearing[0], 2, "signed"),
        p=Number(nearing[1], 2, "figures"),
    )


def recognise_each(
    y: np.ndarray,
    order: np.ndarray,
    read: Callable[[np.ndarray], list[np.ndarray]],
    config_id: np.ndarray,
    method: str,
    goal: str,
    sources: np.ndarray,
) -> Message:
    """
    Say why a search is adaptive, or one of several sources of runs that stand one after the other.

    Parameters
    ----------
    y, order, read, config_id, method, goal
        As of `recognise`.
    sources
        Number of the source of every run.
    """
    several = int(sources.max(initial=0)) + 1
    if several * FEWEST_CONFIGS > len(y):  # a table of a run or few each: their order is that of one search
        sources, several = np.zeros(len(y), dtype=int), 1
    for source in range(several):
        own = np.flatnonzero(sources == source)
        numbers = np.unique(config_id[own], return_inverse=True)[1]
        found = recognise(y[own], order[own], _read_some(read, own), numbers, method, goal, several)
        if found:
            return found
    return NOTHING


def _read_some(
    read: Callable[[np.ndarray], list[np.ndarray]], own: np.ndarray
) -> Callable[[np.ndarray], list[np.ndarray]]:
    return lambda at: read(own[at])


def _find_first_runs(config_id: np.ndarray, by_time: np.ndarray) -> np.ndarray:
    """Return the first run of every configuration, in the order in which they were started."""
    if config_id.max(initial=-1) + 1 == len(config_id):  # one run each
        return by_time
    return by_time[np.sort(np.unique(config_id[by_time], return_index=True)[1])]


def _is_tuned_by_hand(settings: list[np.ndarray]) -> bool:
    """Say whether runs mostly keep settings of the run before that a random search would have drawn anew."""
    drawn = [values for values in settings if len(np.unique(values)) >= max(MANY_VALUES, len(values) // 10)]
    if len(drawn) < 2:
        return False
    return float(np.mean([values[1:] == values[:-1] for values in drawn])) > MOSTLY_KEPT


def _is_planned(values: np.ndarray) -> bool:
    """Say whether a parameter was stepped through systematically: in blocks of equal values, or steadily up or down."""
    values = np.nan_to_num(values, nan=-np.inf)
    n, distinct = len(values), len(np.unique(values))
    if distinct < 2:
        return False
    changes = int((values[1:] != values[:-1]).sum())
    if n >= 3 * distinct and changes <= distinct:
        return True
    if distinct < 10 or not np.isfinite(values).all():
        return False
    return abs(spearman(np.arange(n), values) or 0.0) > 0.9
