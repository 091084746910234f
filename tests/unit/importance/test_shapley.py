"""SHAP values: they add up, agree with known answers, and say what they need."""

import numpy as np
import pandas as pd
import pytest

from panel.api import importance
from panel.data.project import from_frames
from panel.errors import QuestionError
from panel.importance import list_installed, response, shapley
from panel.question.design import build
from panel.question.selection import Selection, Target

pytestmark = pytest.mark.heavy


def project_of(config, y):
    return from_frames(pd.DataFrame(config), pd.DataFrame({"y": y}))


def forest_of(project):
    return response.grow(build(project, Selection("x", Target("y", scale="raw"))))


def test_of_a_sum_each_part_has_its_mean_absolute_deviation(rng):
    """Of independent uniform x, |c (x - 1/2)| is c/4 in the mean: shares 3 to 1."""
    X = pd.DataFrame(rng.random((1500, 4)), columns=list("abcd"))
    record = importance(project_of(X, 3 * X["a"] + X["b"]), "y", method="shap", target_scale="raw")
    share = {row.parameter: row.importance for row in record.rows}
    assert share["a"] == pytest.approx(0.75, abs=0.08)
    assert share["b"] == pytest.approx(0.25, abs=0.08)
    raw = {row.parameter: row.raw for row in record.rows}
    assert raw["a"] == pytest.approx(0.75 / np.std(3 * X["a"] + X["b"]), rel=0.15)
    assert {row.parameter for row in record.rows if row.clear} == {"a", "b"}


def test_noise_is_rarely_clear(rng):
    clear = []
    for seed in range(20):
        draw = np.random.default_rng(seed)
        X = pd.DataFrame(draw.random((100, 4)), columns=list("abcd"))
        record = importance(project_of(X, X["a"] + 0.3 * draw.normal(size=100)), "y", method="shap", target_scale="raw")
        assert record.rows[0].parameter == "a" and record.rows[0].clear
        clear += [row.clear for row in record.rows if row.parameter != "a"]
    assert np.mean(clear) < 0.15


def test_the_values_of_a_run_add_up_to_what_the_unseen_trees_predict(rng):
    n = 400
    config = {"a": rng.random(n), "kind": rng.choice(["u", "v", "w"], n), "b": rng.random(n)}
    y = 2 * config["a"] + (config["kind"] == "v") + 0.1 * rng.normal(size=n)
    project = project_of(config, y)
    forest = forest_of(project)
    found = shapley.explain(forest, 7)
    run = int(np.flatnonzero(forest.design.rows == 7)[0])
    at = forest.config[np.flatnonzero(forest.rows == run)[0]]
    predicted = [
        tree.model.predict(forest.columns.draw(np.random.default_rng(tree.seed))[0][at : at + 1])[0]
        for tree in forest.trees
        if not tree.inside[at]
    ]
    assert found.trees == len(predicted) > 0
    assert found.prediction == pytest.approx(np.mean(predicted))
    assert found.base + sum(row.value for row in found.rows) == pytest.approx(found.prediction)
    assert found.target == pytest.approx(y[7])
    assert shapley.Explanation.from_json(found.to_json()) == found
    texts = {row.parameter: row.text for row in found.rows}
    assert texts["kind"] == config["kind"][7]
    assert float(texts["a"]) == pytest.approx(config["a"][7], rel=1e-5)


def test_what_moves_a_prediction_has_the_sign_of_its_effect(rng):
    x, z = rng.random(600), rng.random(600)
    forest = forest_of(project_of({"x": x, "z": z}, x - z))
    for row in (int(np.argmax(x - z)), int(np.argmin(x - z))):
        value = {r.parameter: r.value for r in shapley.explain(forest, row).rows}
        assert np.sign(value["x"]) == np.sign(x[row] - 0.5)
        assert np.sign(value["z"]) == -np.sign(z[row] - 0.5)


def test_a_parameter_that_a_run_does_not_record_has_no_text(rng):
    n = 200
    sgd = rng.random(n) < 0.5
    config = {"optimizer": np.where(sgd, "sgd", "adam"), "momentum": np.where(sgd, rng.random(n), np.nan)}
    forest = forest_of(project_of(config, sgd + rng.random(n)))
    row = int(np.flatnonzero(~sgd)[0])
    assert {r.parameter: r.text for r in shapley.explain(forest, row).rows}["momentum"] == ""


def test_a_run_that_the_question_leaves_out_is_not_explained(rng):
    forest = forest_of(project_of({"x": rng.random(50)}, np.where(np.arange(50) == 3, np.nan, rng.random(50))))
    with pytest.raises(QuestionError, match="not among those"):
        shapley.explain(forest, 3)


def test_without_the_package_one_line_says_what_to_install(rng, monkeypatch):
    monkeypatch.setattr(shapley, "NEEDS", "a_package_that_nobody_has")
    assert shapley not in list_installed()
    with pytest.raises(QuestionError, match=r"pip install 'sweeplens\[shap\]'"):
        importance(project_of({"x": rng.random(50)}, rng.random(50)), "y", method="shap")
