"""
The panel's own ranking: a random forest with an interval and a noise floor for every parameter.

From one forest, grown in bags (`bags`), come

- the importance: the share of the impurity decrease (Breiman et al. 1984) that is due to a parameter's splits;
- its interval, from how it varies between bags;
- its floor: the part of it that does not hold on the configurations that the bag has not seen (Li et al. 2019, "A
  debiased MDI feature importance measure for random forests"), and what its own shuffled copy reaches there by chance.

What is above its floor is clear, and so is what has an effect of its own beside all others (`own_effects`). Only the
latter counts in an adaptive search, and for a parameter that goes along with another one. Where every combination of
the settings was run more than once, shares are exact (`factorial`).
"""

from __future__ import annotations

import numpy as np

from ..data.progress import Progress, no_progress
from ..question.design import Design
from ..question.matrix import measure_associations
from . import factorial
from .bags import Grown, find_floors, find_shares, grow, pool_rows, sum_per_parameter
from .basis import PREDICTS_NOTHING, describe_forest, find_groups, find_undecided, list_notes, list_undecidable
from .own_effects import find_own_effects
from .record import Importance, make_rows
from .trees import measure_unseen_decrease

NAME = "forest"
WORDS = "random forest"
QUESTION = "How useful is it to a random forest that predicts the metric from all parameters?"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False

FLOOR_LEVEL = 0.98
"""Noise reaches its floor in so many cases; what has an own effect is clear too, and both together keep 3 to 5 %."""

ALONE = 3.0
"""A parameter goes along with another one if their association is this many standard errors from 0."""


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
    surrogate = describe_forest(design, rows, bags)
    r2 = float("nan") if surrogate.oob_r2 is None else surrogate.oob_r2
    share, low, high = find_shares(seen)
    raw, unseen, unseen_floor = seen.mean(axis=(0, 1)), inside.mean(axis=(0, 1)), find_floors(copies, FLOOR_LEVEL)
    floor = share - (unseen - unseen_floor) / max(float(raw.sum()), np.finfo(float).tiny)
    above = ((low if design.adaptive else share) > np.maximum(floor, 0.0)) & (r2 > PREDICTS_NOTHING)
    associations = measure_associations(design, rows)
    tests = find_own_effects(design, rows, list_undecidable(associations))
    if tests.tested:
        alone = associations.max(axis=1, initial=0.0) < ALONE / np.sqrt(design.n_configs)
        above &= alone & (not design.adaptive)
    groups = find_groups(design, associations, share) + find_undecided(design, associations, tests, share)
    clear, own = above | tests.clear, tests.clear if tests.tested else None
    notes, exact = list_notes(design, r2, len(rows)), factorial.analyse(design)
    if exact is not None:
        share, low, high, floor, clear, own = exact.share, exact.low, exact.high, exact.floor, exact.clear, None
        notes = (*notes, exact.note)
    if clear.any():
        notes = tuple(note for note in notes if note.code != "importance.predicts_nothing")
    return Importance(
        NAME,
        make_rows(design, share, (low, high), floor, clear, raw, (unseen, unseen_floor), own),
        surrogate,
        groups,
        design.seed,
        notes=notes,
    )


def measure(grown: Grown) -> np.ndarray:
    """Return a tree's impurity decrease on the runs that it was grown on, and on those that its bag left out."""
    decrease = measure_unseen_decrease(grown.tree, grown.leaf, grown.y)
    inside = grown.tree.compute_feature_importances(normalize=False)
    return np.array([sum_per_parameter(part, grown.parents) for part in (inside, decrease)])
