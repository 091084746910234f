"""What a run costs against how good it is, in words: whether more cost buys a better target, and what less would do."""

from __future__ import annotations

import numpy as np

from ..data.messages import NOTHING, Message, Number, join, say
from ..data.statistics import fisher_interval, spearman
from . import bestof
from .base import Runs
from .configs import scaled_loss
from .matter import find_matter
from .tradeoff_sides import RUNTIME, TARGET, Side, is_cost

NOTABLY = 0.9
"""A run is notably cheaper than another one if it costs no more than this share of it."""

FEWEST = 10
"""Of fewer runs it is not said whether cost and target go together."""


def say_cost(runs: Runs, x: Side, y: Side, compared: np.ndarray) -> Message:
    """
    Say what cost buys; nothing unless a cost is weighed against the target.

    The cheapest run that is as good as the best but for what does not matter (`matter.find_matter`), and the rank
    correlation of cost and target.

    Parameters
    ----------
    runs
        The runs.
    x, y
        The two metrics.
    compared
        Which runs have both, as booleans.
    """
    cost, target = (x, y) if y.id == TARGET else (y, x)
    if target.id != TARGET or not is_cost(cost.id) or cost.goal != "minimize" or target.goal != runs.goal:
        return NOTHING
    rows = np.flatnonzero(compared & runs.feasible)
    if len(rows) < 2:
        return NOTHING
    return join([_say_cheapest(runs, cost, rows), _say_together(runs, cost, rows)])


def _say_cheapest(runs: Runs, cost: Side, rows: np.ndarray) -> Message:
    loss, matter = scaled_loss(runs), find_matter(runs)
    best = rows[np.lexsort((cost.values[rows], loss[rows]))[0]]
    near = rows[loss[rows] <= loss[best] + matter.loss]
    cheapest = near[np.lexsort((loss[near], cost.values[near]))[0]]
    least, most = float(cost.values[cheapest]), float(cost.values[best])
    if least <= NOTABLY * most and most > 0 and cheapest != best:
        return say(
            "tradeoff.cheaper",
            "{name} is as good as the best, {best}, but for {matter}, at {share} of its {cost} ({least} in place of "
            "{most}).",
            name=str(runs.names[cheapest]),
            best=str(runs.names[best]),
            matter=matter.words,
            share=Number(least / most, 2, "percent"),
            cost=_name_cost(cost),
            least=_count_cost(cost, least),
            most=_count_cost(cost, most),
        )
    return say(
        "tradeoff.none_cheaper",
        "No run as good as the best, {best}, but for {matter}, has a notably smaller {cost} than its {most}.",
        best=str(runs.names[best]),
        matter=matter.words,
        cost=_name_cost(cost),
        most=_count_cost(cost, most),
    )


def _name_cost(cost: Side) -> str:
    return "run time" if cost.id == RUNTIME else cost.label


def _count_cost(cost: Side, value: float) -> Number:
    return Number(value, unit="s" if cost.id == RUNTIME else "")


def _say_together(runs: Runs, cost: Side, rows: np.ndarray) -> Message:
    """Say whether a larger cost goes along with a better target, over all runs; not of runs that a search chose."""
    r = spearman(cost.values[rows], -runs.loss[rows])
    if r is None or len(rows) < FEWEST or runs.adaptive:
        return NOTHING
    low, high = fisher_interval(r, len(rows), bestof.LEVEL)
    shown = Number(r, 2, "signed")
    if low is None or high is None or low <= 0 <= high:
        return say(
            "tradeoff.no_cost",
            "Over all runs more {cost} goes along with neither a better nor a worse {target} (rank correlation {r}).",
            cost=_name_cost(cost),
            target=runs.label,
            r=shown,
        )
    if r > 0:
        return say(
            "tradeoff.cost_better",
            "Over all runs more {cost} goes along with a better {target} (rank correlation {r}).",
            cost=_name_cost(cost),
            target=runs.label,
            r=shown,
        )
    return say(
        "tradeoff.cost_worse",
        "Over all runs more {cost} goes along with a worse {target} (rank correlation {r}).",
        cost=_name_cost(cost),
        target=runs.label,
        r=shown,
    )
