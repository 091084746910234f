"""Beside Optuna's own evaluators: equal where both measure the same; where ours differs on purpose, why."""

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.importance import FanovaImportanceEvaluator, MeanDecreaseImpurityImportanceEvaluator

from panel.api import importance
from panel.data.project import Domain, Space, from_frames
from panel.importance.bags import sum_per_parameter

pytestmark = pytest.mark.heavy

optuna.logging.set_verbosity(optuna.logging.ERROR)


def study_of(frame, y, distributions):
    study = optuna.create_study()
    for params, value in zip(frame.to_dict("records"), y, strict=True):
        given = {k: v for k, v in params.items() if v == v}
        study.add_trial(
            optuna.create_trial(params=given, distributions={k: distributions[k] for k in given}, value=float(value))
        )
    return study


def uniform(names):
    return Space("y", "minimize", "random", {name: Domain("real", 0, 1) for name in names})


def test_from_the_same_trees_the_impurity_decrease_is_optunas(rng):
    kind = rng.choice(["a", "b", "c"], 150)
    frame = pd.DataFrame({"kind": kind, "x": rng.random(150), "z": rng.random(150)})
    y = frame["x"] + (kind == "b") + 0.1 * rng.normal(size=150)
    every = {
        "kind": CategoricalDistribution(["a", "b", "c"]),
        "x": FloatDistribution(0, 1),
        "z": FloatDistribution(0, 1),
    }
    evaluator = MeanDecreaseImpurityImportanceEvaluator(n_trees=8, seed=0)
    theirs = evaluator.evaluate(study_of(frame, y, every))
    parents = np.array([0, 0, 0, 1, 2])  # Optuna has one indicator a choice
    trees = [tree.tree_ for tree in evaluator._forest.estimators_]
    mine = np.mean([sum_per_parameter(tree.compute_feature_importances(), parents) for tree in trees], axis=0)
    assert mine == pytest.approx([theirs["kind"], theirs["x"], theirs["z"]], abs=1e-9)


def test_over_a_declared_space_functional_anova_agrees_from_end_to_end(rng):
    """Main effects of a sum: both estimate the same thing from forests of their own."""
    frame = pd.DataFrame(rng.random((400, 3)), columns=["a", "b", "c"])
    y = 3 * frame["a"] + 2 * frame["b"] ** 2
    theirs = FanovaImportanceEvaluator(n_trees=16, seed=0).evaluate(
        study_of(frame, y, {name: FloatDistribution(0, 1) for name in frame})
    )
    record = importance(
        from_frames(frame, pd.DataFrame({"y": y}), space=uniform(frame)), "y", goal="minimize", method="fanova"
    )
    found = {row.parameter: row.importance for row in record.rows}
    for name in frame:
        assert found[name] == pytest.approx(theirs[name] / sum(theirs.values()), abs=0.05)


def test_what_does_nothing_gets_a_share_from_optuna_and_is_not_clear_with_us(rng):
    """With few trials trees split noise too. Optuna ranks it; we say that a shuffled copy reaches as much."""
    frame = pd.DataFrame(rng.random((60, 4)), columns=["a", "b", "c", "d"])
    y = frame["a"] + 0.3 * rng.normal(size=60)
    study = study_of(frame, y, {name: FloatDistribution(0, 1) for name in frame})
    theirs = MeanDecreaseImpurityImportanceEvaluator(seed=0).evaluate(study)
    assert sum(theirs[name] for name in "bcd") > 0.15
    record = importance(from_frames(frame, pd.DataFrame({"y": y}), space=uniform(frame)), "y", goal="minimize")
    assert {row.parameter for row in record.rows if row.clear} == {"a"}


def test_optuna_leaves_conditional_parameters_out_and_we_measure_them(rng):
    """It takes only parameters that every trial has; here the one that matters is not among these."""
    sgd = rng.random(300) < 0.5
    frame = pd.DataFrame(
        {
            "optimizer": np.where(sgd, "sgd", "adam"),
            "momentum": np.where(sgd, rng.random(300), np.nan),
            "z": rng.random(300),
        }
    )
    y = np.where(sgd, 3 * np.nan_to_num(frame["momentum"]), 1.5) + 0.1 * rng.normal(size=300)
    every = {
        "optimizer": CategoricalDistribution(["sgd", "adam"]),
        "momentum": FloatDistribution(0, 1),
        "z": FloatDistribution(0, 1),
    }
    theirs = FanovaImportanceEvaluator(n_trees=16, seed=0).evaluate(study_of(frame, y, every))
    assert "momentum" not in theirs
    record = importance(from_frames(frame, pd.DataFrame({"y": y})), "y", goal="minimize", method="fanova")
    assert record.rows[0].parameter == "momentum"
    assert record.rows[0].clear


def test_where_runs_fail_is_another_question_than_what_matters(rng):
    """Runs that failed have no value: where they fail is another question, and never the parameter's importance."""
    frame = pd.DataFrame(rng.random((300, 2)), columns=["a", "b"])
    y = frame["a"] + 0.1 * rng.normal(size=300)
    failed = frame["b"] > 0.8
    record = importance(
        from_frames(frame, pd.DataFrame({"y": y.where(~failed)})), "y", goal="minimize", method="fanova"
    )
    row = {row.parameter: row for row in record.rows}["b"]
    assert not row.clear
    assert row.importance < 0.05
    asked = importance(from_frames(frame, pd.DataFrame({"y": y.where(~failed)})), "y", value="failing", method="fanova")
    assert asked.rows[0].parameter == "b"
    assert asked.rows[0].clear
