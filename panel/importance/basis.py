"""What a ranking by a forest rests on: the forest, parameters that share their importance, and what one should know."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy  # its parts come when first used

from ..data.messages import Count, Message, Number, say
from ..question.adaptive import SENTENCE
from ..question.design import Design
from ..question.matrix import ASSOCIATED, group_associated
from .bags import BAGS, Bags
from .explained import measure_explained, measure_oob_r2
from .own_effects import OwnEffects
from .record import Group, ModelKind, Surrogate, keep_finite, name_first, name_model

PREDICTS_NOTHING = 0.0
"""A forest whose out-of-bag R² is not above this predicts no better than the mean."""


def describe_forest(design: Design, rows: np.ndarray, bags: Bags) -> Surrogate:
    """Return what is known of the forest."""
    y = design.y[rows]
    _, config = np.unique(design.config_id[rows], return_inverse=True)
    return Surrogate(
        keep_finite(measure_oob_r2(y, bags.prediction, config)),
        len(rows),
        int(config.max()) + 1,
        trees=BAGS * bags.measured.shape[2],
        bags=BAGS,
        explained=keep_finite(measure_explained(y, config)),
    )


def find_groups(design: Design, associations: np.ndarray, share: np.ndarray) -> tuple[Group, ...]:
    """Return the sets of parameters that share their importance, by how strongly they go together."""
    names = [f.parameter.name for f in design.features]
    return tuple(
        Group(
            tuple(names[i] for i in group),
            keep_finite(strength),
            keep_finite(float(share[list(group)].sum())),
        )
        for group, strength in group_associated(associations)
    )


UNDECIDABLE = 0.45
"""Of two parameters with at least this association it is asked whether the runs tell which carries an effect."""

JOINTLY = 0.01
"""Two parameters carry an effect together if their joint test has a smaller p-value than this."""

FEWEST_UNSET = 5
TELLING_ABSENCE = 0.01
"""That so many configurations lack a parameter is said to predict the target below this p-value, over all such."""


def list_undecidable(associations: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Return the pairs of parameters of which it is to be asked which carries an effect; the strongest hundred."""
    pairs = np.argwhere(np.triu(associations >= UNDECIDABLE, 1))
    order = np.argsort(-associations[tuple(pairs.T)], kind="stable")[:100]
    return tuple((int(i), int(j)) for i, j in pairs[order])


def find_undecided(design: Design, associations: np.ndarray, tests: OwnEffects, share: np.ndarray) -> tuple[Group, ...]:
    """Return the pairs of parameters that have an effect together, of which these runs cannot tell which carries it."""
    names = [f.parameter.name for f in design.features]
    return tuple(
        Group((names[i], names[j]), keep_finite(associations[i, j]), keep_finite(float(share[i] + share[j])))
        for (i, j), p in tests.joint.items()
        if associations[i, j] <= ASSOCIATED and p < JOINTLY and not tests.clear[[i, j]].any()
    )


def list_notes(design: Design, r2: float, pooled: int, model: ModelKind | None = None) -> tuple[Message, ...]:
    """Return what the user should know before believing what a model told of `pooled` runs of a design."""
    notes = []
    if not r2 > PREDICTS_NOTHING:
        notes.append(
            say(
                "importance.predicts_nothing",
                "The {model} predicts configs that it has not seen no better than their mean does.",
                model=name_model(model),
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
    for name, p in _find_telling_absence(design, unrecorded):
        notes.append(
            say(
                "importance.absence",
                "That {name} is unset in some runs predicts the target (p = {p}); its importance does not count that.",
                name=name,
                p=Number(p, 2, "figures"),
            )
        )
    return tuple(notes)


def _find_telling_absence(design: Design, names: list[str]) -> Iterator[tuple[str, float]]:
    """Give the parameters whose being unset goes with the target, by Welch's test on configurations."""
    if not names:
        return
    first = np.unique(design.config_id, return_index=True)[1]
    y = np.bincount(design.config_id, weights=design.y) / np.bincount(design.config_id)
    for f in design.features:
        active = f.active[first]
        groups = [y[active], y[~active]]
        if f.parameter.name not in names or min(map(len, groups)) < FEWEST_UNSET:
            continue
        errors = np.array([group.var(ddof=1) / len(group) for group in groups])
        if errors.sum() == 0:
            continue
        t = (groups[0].mean() - groups[1].mean()) / np.sqrt(errors.sum())
        free = errors.sum() ** 2 / sum(e**2 / (len(g) - 1) for e, g in zip(errors, groups, strict=True))
        p = float(2 * scipy.special.stdtr(free, -abs(t)))
        if p < TELLING_ABSENCE / len(names):
            yield f.parameter.name, p
