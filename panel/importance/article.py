"""
The recipe of the article behind the Weights & Biases panel, as it is, so that people can compare with what they know.

L. Biewald (2019), "Exploring deep learning hyperparameters with random forests": drop runs without target,
`pandas.get_dummies`, fill numeric gaps with the column's mean, extra trees. It alone depends on the order of rows and
columns.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..data.messages import say
from ..data.progress import Progress, no_progress
from ..question.design import Design
from ..question.emptiness import Empty
from .record import Importance, ImportanceRow, Surrogate, keep_finite, rank_rows

NAME = "article"
WORDS = "article's recipe"
QUESTION = "What does W&B's panel show? (It has no interval and no noise floor.)"
NEEDS = ""
ASKS: frozenset[str] = frozenset()
AS_GIVEN = True
PAIRS = False
TREES = 250
STEP, CELLS = 25, 2_000_000
"""Trees grown at a stretch: so many, or fewer where a tree has that many cells to look through."""

NOTE = say(
    "article.no_floor",
    "The article's recipe has no interval and no noise floor; it shares importance out even where nothing has any.",
)


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute the importance as the article does.

    Parameters
    ----------
    design
        The question; its `frame` and the target as logged are used in the order of the source.
    progress
        Called before and after.

    Returns
    -------
    Importance
        Shares of impurity, indicators summed per parameter: equal to scikit-learn called by hand. No interval, no
        floor.
    """
    from sklearn.ensemble import ExtraTreesRegressor

    frame = design.frame
    dummies = pd.get_dummies(frame)
    filled = dummies.fillna(dummies.mean()).astype(float)
    if np.isinf(filled.to_numpy()).any():
        name = str(filled.columns[np.isinf(filled.to_numpy()).any(axis=0)][0])
        return Importance(
            NAME,
            (),
            seed=design.seed,
            empty=Empty(
                "infinite setting",
                say(
                    "article.infinite",
                    "{column} holds an infinite value, which the recipe cannot read; use the forest.",
                    column=name,
                ),
            ),
        )
    target = (design.y if design.target.scale != "auto" else design.raw)[np.argsort(design.rows)]
    model = ExtraTreesRegressor(random_state=design.seed, n_jobs=-1, warm_start=True)
    step = min(STEP, max(CELLS // filled.size, 1))
    for grown in range(0, TREES, step):  # growing on gives the same trees as growing at once, and can be cancelled
        progress(grown / TREES)
        model.set_params(n_estimators=min(grown + step, TREES)).fit(filled, target)
    totals = np.zeros(frame.shape[1])
    np.add.at(totals, find_parents(frame), model.feature_importances_)
    rows = [
        ImportanceRow(str(name), keep_finite(total), raw=keep_finite(total), active=int(frame[name].notna().sum()))
        for name, total in zip(frame, totals, strict=True)
    ]
    surrogate = Surrogate(None, len(frame), design.n_configs, trees=TREES)
    return Importance(NAME, rank_rows(rows), surrogate, seed=design.seed, notes=(NOTE,))


def find_parents(frame: pd.DataFrame) -> list[int]:
    """Return the position in `frame` of what is behind each column that `pandas.get_dummies` makes, in its order."""
    plain = [i for i, name in enumerate(frame) if frame[name].dtype.kind in "ifb"]
    coded = [i for i in range(frame.shape[1]) if i not in plain]
    return plain + [i for i in coded for _ in range(frame.iloc[:, i].dropna().nunique())]
