"""
The panel's own ranking: a random forest with an interval and a noise floor for every parameter.

From one forest, grown in bags (`bags`), come

- the importance: the share of the impurity decrease (Breiman et al. 1984) that is due to a parameter's splits;
- its interval, from how it varies between bags;
- its floor: the part of it that does not hold on the configurations that the bag has not seen (Li et al. 2019, "A
  debiased MDI feature importance measure for random forests"), and what its own shuffled copy reaches there by chance.
  What is above its floor is clear.
"""

from __future__ import annotations

import numpy as np

from ..data.progress import Progress, no_progress
from ..question.design import Design
from .bags import Grown, find_floors, find_shares, grow, measure_oob_r2, pool_rows, sum_per_parameter
from .basis import PREDICTS_NOTHING, describe_forest, find_groups, list_notes
from .record import Importance, make_rows
from .trees import measure_unseen_decrease

NAME = "forest"
WORDS = "random forest"
QUESTION = "How useful is it to a random forest that predicts the metric from all parameters?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute importance, interval and noise floor of every parameter.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called after every bag; may raise to cancel.

    Returns
    -------
    Importance
        A constant parameter has importance 0. The interval covers the expected importance that the same method gives
        on fresh sets of as many runs of the same search, in 90 % of all cases.
    """
    rows = pool_rows(design)
    bags = grow(design, rows, measure, progress)
    (seen, inside), (_, copies) = bags.measured, bags.copies
    r2 = measure_oob_r2(design.y[rows], bags.prediction)
    share, low, high = find_shares(seen)
    total = max(float(seen.mean(axis=(0, 1)).sum()), np.finfo(float).tiny)
    unseen = inside.mean(axis=(0, 1))
    unseen_floor = find_floors(copies)
    floor = share - (unseen - unseen_floor) / total
    clear = ((low if design.adaptive else share) > np.maximum(floor, 0.0)) & (r2 > PREDICTS_NOTHING)
    raw = seen.mean(axis=(0, 1))
    return Importance(
        NAME,
        make_rows(design, share, (low, high), floor, clear, raw, (unseen, unseen_floor)),
        describe_forest(design, rows, bags),
        find_groups(design, rows, share),
        design.seed,
        notes=list_notes(design, r2, len(rows)),
    )


def measure(grown: Grown) -> np.ndarray:
    """Return a tree's impurity decrease on the runs that it was grown on, and on those that its bag left out."""
    decrease = measure_unseen_decrease(grown.tree, grown.leaf, grown.y)
    inside = grown.tree.compute_feature_importances(normalize=False)
    return np.array([sum_per_parameter(part, grown.parents) for part in (inside, decrease)])
