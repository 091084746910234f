"""What a ranking by a forest rests on: the forest, parameters that share their importance, and what one should know."""

from __future__ import annotations

import numpy as np

from ..data.messages import Count, Message, say
from ..question.adaptive import SENTENCE
from ..question.design import Design
from ..question.matrix import find_associated_groups
from .bags import BAGS, Bags, measure_oob_r2
from .record import Group, Surrogate, keep_finite, name_first

PREDICTS_NOTHING = 0.0
"""A forest whose out-of-bag R² is not above this predicts no better than the mean."""


def describe_forest(design: Design, rows: np.ndarray, bags: Bags) -> Surrogate:
    """Return what is known of the forest."""
    return Surrogate(
        keep_finite(measure_oob_r2(design.y[rows], bags.prediction)),
        len(rows),
        len(np.unique(design.config_id[rows])),
        trees=BAGS * bags.measured.shape[2],
        bags=BAGS,
    )


def find_groups(design: Design, rows: np.ndarray, share: np.ndarray) -> tuple[Group, ...]:
    """Return the sets of parameters that share their importance."""
    names = [f.parameter.name for f in design.features]
    return tuple(
        Group(
            tuple(names[i] for i in group),
            keep_finite(strength),
            keep_finite(float(share[list(group)].sum())),
        )
        for group, strength in find_associated_groups(design, rows)
    )


def list_notes(design: Design, r2: float, pooled: int) -> tuple[Message, ...]:
    """Return what the user should know before believing what was computed from `pooled` runs of a design."""
    notes = []
    if not r2 > PREDICTS_NOTHING:
        notes.append(
            say(
                "importance.predicts_nothing",
                "The forest predicts no better than the mean: the order of the parameters means nothing.",
            )
        )
    if design.adaptive:
        notes.append(
            say(
                "importance.adaptive",
                "{sentence} The search is adaptive: {reason}.",
                sentence=SENTENCE,
                reason=design.adaptive,
            )
        )
    if pooled < len(design.y):
        notes.append(
            say(
                "importance.pooled",
                "Computed from {pooled} of the {runs} runs, drawn at random as whole configs.",
                pooled=Count(pooled),
                runs=Count(len(design.y)),
            )
        )
    unrecorded = [f.parameter.name for f in design.features if f.parameter.condition is None and not f.active.all()]
    if unrecorded:
        notes.append(
            say(
                "importance.filled",
                "Some runs did not record {names}; there a value of another run stands in, drawn at random.",
                names=name_first(unrecorded),
            )
        )
    return tuple(notes)
