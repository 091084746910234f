"""
Permutation importance: how much worse the forest predicts runs it has not seen when a parameter's values are shuffled.

Breiman (2001), "Random forests", on the configurations that a bag left out. All columns of a parameter are shuffled
together and replicates stay together, so that only its link to the target breaks. The forest, its bags, intervals and
copies are those of `forest`.
"""

from __future__ import annotations

import numpy as np

from ..data.progress import Progress, no_progress
from ..question.design import Design
from ..question.matrix import measure_associations
from .bags import Grown, find_floors, find_variance, grow, pool_rows
from .basis import PREDICTS_NOTHING, describe_forest, find_groups, list_notes
from .explained import measure_oob_r2
from .record import Importance, find_half_width, make_rows

NAME = "permutation"
WORDS = "permutation"
QUESTION = "How much worse are runs predicted that the forest has not seen, if this parameter's values are shuffled?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute permutation importance with an interval and a noise floor for every parameter.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called after every bag; may raise to cancel.

    Returns
    -------
    Importance
        ``raw`` is the mean increase of the squared error, as a share of the target's variance: near 0, possibly
        negative, for a parameter of no effect. ``importance`` is its share of all increases.
    """
    rows = pool_rows(design)
    bags = grow(design, rows, measure, progress, fewer=2)
    r2 = measure_oob_r2(design.y[rows], bags.prediction, design.config_id[rows])
    raw = bags.measured[0].mean(axis=(0, 1))
    total = max(float(np.maximum(raw, 0.0).sum()), np.finfo(float).tiny)
    share = np.maximum(raw, 0.0) / total
    v, freedom = find_variance(bags.measured[0])
    width = find_half_width(v, freedom) / total
    floor = find_floors(bags.copies[0])
    clear = ((raw - width * total if design.adaptive else raw) > floor) & (r2 > PREDICTS_NOTHING)
    return Importance(
        NAME,
        make_rows(design, share, (share - width, share + width), floor / total, clear, raw, (raw, floor)),
        describe_forest(design, rows, bags),
        find_groups(design, measure_associations(design, rows), share),
        design.seed,
        notes=list_notes(design, r2, len(rows)),
    )


def measure(grown: Grown) -> np.ndarray:
    """Return how much a tree's squared error grows when each parameter, and each copy, is shuffled; shape (1, 2 p)."""
    X, y, parents = grown.X, grown.y, grown.parents
    increase = np.zeros(int(parents.max()) + 1)
    if not len(y):
        return increase[None]
    error = _measure_error(grown.tree, grown.leaf, y)
    configs, position = np.unique(grown.config, return_inverse=True)
    first = np.zeros(len(configs), int)
    first[position[::-1]] = np.arange(len(y))[::-1]
    split_on = np.unique(grown.tree.feature[grown.tree.children_left >= 0])
    for parameter in np.unique(parents[split_on]):
        columns = np.flatnonzero(parents == parameter)
        own = X[:, columns]
        X[:, columns] = own[first[grown.rng.permutation(len(configs))][position]]
        increase[parameter] = _measure_error(grown.tree, grown.tree.apply(X), y) - error
        X[:, columns] = own  # the next tree of the bag needs them
    return increase[None]


def _measure_error(tree: object, leaf: np.ndarray, y: np.ndarray) -> float:
    difference = tree.value[leaf, 0, 0] - y  # type: ignore[attr-defined]
    return float(np.mean((difference - difference.mean()) ** 2))  # both are centred
