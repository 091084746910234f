"""
SHAP values: how much each parameter moves a forest's prediction for a run, away from the mean prediction.

Lundberg and Lee (2017), "A unified approach to interpreting model predictions"; exactly for trees by the ``shap``
package (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for trees"), by the
paths of the trees. The values of a run add up to its prediction. A parameter's importance is its mean absolute value
over configurations that the trees had not seen; bags, intervals and noise floors are those of `bags`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from ..data.progress import Progress, no_progress
from ..data.records import Record
from ..errors import QuestionError
from ..question.conditions import name_value
from ..question.design import Design
from ..question.features import Feature, code_column
from ..question.matrix import measure_associations
from .axes import Columns, make_columns
from .bags import BAGS, ROWS_PER_TREE, draw_configs, find_floors, find_variance, pool_rows, shuffle, thin_rows
from .basis import PREDICTS_NOTHING, find_groups, list_notes
from .explained import measure_oob_r2
from .record import Importance, Surrogate, find_half_width, keep_finite, make_rows
from .response import Forest, write_labels

NAME = "shap"
WORDS = "SHAP values"
QUESTION = "How far does it move a forest's predictions?"
NEEDS = "shap"
ASKS: frozenset[str] = frozenset()
AS_GIVEN = False
PAIRS = False

TREES = 16
MIN_SAMPLES_LEAF = 5
"""
With larger leaves, and all parameters tried at every split, what moves nothing is lent less by chance. Of few runs a
leaf has a tenth.
"""

EXPLAINED = 100
"""Configurations of a bag that are explained, at most."""


def compute(design: Design, progress: Progress = no_progress) -> Importance:
    """
    Compute the mean absolute SHAP value of every parameter.

    Parameters
    ----------
    design
        The question as numbers; not empty.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    Importance
        ``raw`` and ``unseen`` are the mean absolute value in standard deviations of the modelled target, ``importance``
        its share among all parameters. ``clear`` if it is above the floor; in an adaptive search the lower limit of
        its interval has to be.

    Raises
    ------
    QuestionError
        If the ``shap`` package is not installed.
    """
    import_explainer()
    rows = pool_rows(design)
    y = design.y[rows]
    _, first, config = np.unique(design.config_id[rows], return_index=True, return_inverse=True)
    columns = make_columns(design, rows[first])
    by_time = np.argsort(design.order[rows[first]], kind="stable") if design.adaptive else None
    measured = []
    total, count = np.zeros(len(rows)), np.zeros(len(rows))
    for done, seed in enumerate(np.random.SeedSequence([design.seed, 11]).spawn(BAGS), 1):
        values, out, prediction = _explain_bag(columns, y, config, by_time, np.random.default_rng(seed))
        measured.append(np.abs(values).mean(axis=0) if len(values) else np.zeros(values.shape[1]))
        total[out] += prediction
        count[out] += 1
        progress(done / BAGS)
    every = np.array(measured)[:, None] / max(float(y.std()), np.finfo(float).tiny)  # bags, one tree, parameters
    own, copies = np.split(every, 2, axis=2)
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = measure_oob_r2(y, total / count, config)
    raw, floor = own.mean(axis=(0, 1)), find_floors(copies)
    total_raw = max(float(raw.sum()), np.finfo(float).tiny)
    v, freedom = find_variance(own / np.maximum(own.sum(axis=2), np.finfo(float).tiny)[..., None])
    share, width = raw / total_raw, find_half_width(v, freedom)
    clear = ((raw - width * total_raw if design.adaptive else raw) > floor) & (r2 > PREDICTS_NOTHING)
    surrogate = Surrogate(keep_finite(r2), len(rows), len(first), trees=BAGS * TREES, bags=BAGS)
    return Importance(
        NAME,
        make_rows(design, share, (share - width, share + width), floor / total_raw, clear, raw, (raw, floor)),
        surrogate,
        find_groups(design, measure_associations(design, rows), share),
        design.seed,
        notes=list_notes(design, r2, len(rows)),
    )


def _explain_bag(
    columns: Columns, y: np.ndarray, config: np.ndarray, by_time: np.ndarray | None, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grow a forest on half of the configurations; explain some others, and predict the runs of these."""
    from sklearn.ensemble import RandomForestRegressor  # takes a second to import

    n = len(columns.codes)
    half = draw_configs(n, 0.5, rng)
    codes, _ = columns.draw(rng)
    codes = np.hstack([codes, codes[shuffle(n, by_time, rng)]])
    seen, out = (thin_rows(ROWS_PER_TREE, np.flatnonzero(part), rng) for part in (half[config], ~half[config]))
    leaf = min(MIN_SAMPLES_LEAF, max(len(seen) // 10, 1))
    model = RandomForestRegressor(TREES, min_samples_leaf=leaf, random_state=int(rng.integers(2**31))).fit(
        codes[config[seen]], y[seen]
    )
    explained = thin_rows(EXPLAINED, np.flatnonzero(~half), rng)
    if not len(explained):
        return np.empty((0, codes.shape[1])), out, np.empty(0)
    return import_explainer()(model).shap_values(codes[explained]), out, model.predict(codes[config[out]])


def import_explainer() -> Any:
    """Return the explainer of the ``shap`` package; `QuestionError` if that is not installed."""
    if find_spec(NEEDS) is None:
        raise QuestionError("SHAP values need the shap package: pip install 'sweeplens[shap]'.")
    from shap import TreeExplainer

    return TreeExplainer


@dataclass(frozen=True)
class Moved(Record):
    """
    What a parameter does to the prediction for a run.

    Attributes
    ----------
    parameter
        Its name.
    text
        Its value in this run; empty if it is not recorded.
    value
        By how much it moves the prediction, on the scale of the model.
    """

    parameter: str
    text: str
    value: float


@dataclass(frozen=True)
class Explanation(Record):
    """
    What the trees that had not seen a run's configuration predict for it, and why.

    Attributes
    ----------
    target
        Its target as logged.
    value, base, prediction
        On the scale of the model: the target, the mean prediction, and the prediction for the run.
    scale
        That scale.
    trees
        How many trees had not seen it.
    rows
        What moves the prediction most comes first; base and values add up to the prediction.
    run
        The id of the run; empty as long as nobody has said it.
    """

    target: float
    value: float
    base: float
    prediction: float
    scale: str
    trees: int
    rows: tuple[Moved, ...]
    run: str = ""


def explain(forest: Forest, row: int) -> Explanation:
    """
    Explain what the trees that had not seen a run's configuration predict for it.

    Parameters
    ----------
    forest
        The forest.
    row
        The run, as a row of the project.

    Raises
    ------
    QuestionError
        If the run is not among those that the forest knows, or the ``shap`` package is not installed.
    """
    tree_explainer, design, columns = import_explainer(), forest.design, forest.columns
    places = np.flatnonzero(design.rows[forest.rows] == row)
    if not len(places):
        raise QuestionError("This run is not among those that the forest knows, so it cannot explain it.")
    run, config = int(forest.rows[places[0]]), int(forest.config[places[0]])
    trees = [tree for tree in forest.trees if not tree.inside[config]]
    if not trees:
        raise QuestionError("Every tree has seen this run's config, so none can be asked about it.")
    values, base = np.zeros(len(design.features)), 0.0
    for tree in trees:
        codes, _ = columns.draw(np.random.default_rng(tree.seed))
        explained = tree_explainer(tree.model)
        values += explained.shap_values(codes[config : config + 1])[0] / len(trees)
        base += float(np.ravel(explained.expected_value)[0]) / len(trees)
    return Explanation(
        target=float(design.raw[run]),
        value=float(design.y[run]),
        base=base,
        prediction=base + float(values.sum()),
        scale=design.scale,
        trees=len(trees),
        rows=tuple(
            Moved(f.parameter.name, write_value(f, run), float(values[k]))
            for k, f in sorted(enumerate(design.features), key=lambda item: -abs(values[item[0]]))
        ),
    )


def write_value(f: Feature, run: int) -> str:
    """Return a parameter's value in a run of the design; empty if it is not recorded."""
    value = code_column(f)[run]
    if np.isnan(value):
        return ""
    labels = write_labels(f, np.array([value]))
    return labels[0] if labels else name_value(value) if float(value).is_integer() else f"{value:.6g}"
