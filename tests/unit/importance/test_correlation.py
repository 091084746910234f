import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from panel.data.project import Space, from_frames
from panel.importance.correlation import MOST_VALUES, Correlation, correlate
from panel.question.design import build
from panel.question.selection import Selection, Target


def rows(config, y, scale="raw", **more):
    project = from_frames(pd.DataFrame(config), pd.DataFrame({"loss": y}), **more)
    record = correlate(build(project, Selection("p", Target("loss", scale=scale))))
    return {(r.parameter, r.value): r for r in record.rows}


def test_a_number_equals_scipy_on_complete_pairs(rng):
    x, y = rng.random(80), rng.random(80)
    x[:10] = np.nan
    row = rows({"x": x}, y)["x", ""]
    expected = stats.pearsonr(x[10:], y[10:])
    assert row.correlation == pytest.approx(expected.statistic, abs=1e-12)
    assert row.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert (row.low, row.high) == pytest.approx(tuple(expected.confidence_interval(0.9)))
    assert row.spearman == pytest.approx(stats.spearmanr(x[10:], y[10:]).statistic, abs=1e-12)
    assert row.n == 70


def test_a_categorical_has_one_r_a_value_and_eta_for_the_whole(rng):
    kind = rng.choice(["a", "b", "c"], 90)
    y = rng.random(90) + (kind == "b")
    found = rows({"kind": kind}, y)
    whole = found["kind", ""]
    assert whole.correlation is None
    groups = [y[kind == k] for k in "abc"]
    between = sum(len(g) * (g.mean() - y.mean()) ** 2 for g in groups)
    assert whole.eta == pytest.approx(np.sqrt(between / ((y - y.mean()) ** 2).sum()))
    ranked = stats.rankdata(y)
    groups = [ranked[kind == k] for k in "abc"]
    between = sum(len(g) * (g.mean() - ranked.mean()) ** 2 for g in groups)
    assert whole.eta_spearman == pytest.approx(np.sqrt(between / ((ranked - ranked.mean()) ** 2).sum()))
    assert all(abs(found["kind", value].spearman) <= whole.eta_spearman for value in "abc")
    assert all(abs(found["kind", value].scaled) <= whole.eta_scaled + 1e-12 for value in "abc")
    for value in "abc":
        assert found["kind", value].correlation == pytest.approx(stats.pearsonr(kind == value, y).statistic)
        assert found["kind", value].n == 90


def test_the_third_coefficient_is_on_the_scales_used(rng):
    lr = 10 ** rng.uniform(-5, 0, 100)
    y = lr**0.5 * np.exp(0.1 * rng.normal(size=100))
    row = rows({"lr": lr}, y, scale="log")["lr", ""]
    assert row.correlation == pytest.approx(stats.pearsonr(lr, y).statistic)
    assert row.scaled == pytest.approx(stats.pearsonr(np.log(lr), np.log(y)).statistic)
    assert row.scaled > 0.98


def test_a_constant_has_none(rng):
    found = rows({"x": rng.random(20), "c": [1] * 20, "k": ["a"] * 20}, rng.random(20))
    assert found["c", ""].correlation is None
    assert found["k", ""].eta is None
    assert ("k", "a") not in found


def test_a_list_has_its_values_its_length_and_its_elements(rng):
    sizes = pd.Series([[64], [64, 32], [128]] * 10)
    found = rows({"sizes": sizes}, rng.random(30))
    assert [value for _, value in found] == ["", "[64]", "[64, 32]", "[128]", "length", "[0]"]


def test_a_mixed_column_keeps_both_kinds(rng):
    mixed = pd.Series([1, 2, 3, "auto"] * 10, dtype=object)
    y = rng.random(40)
    found = rows({"m": mixed}, y)
    numeric = np.array([v != "auto" for v in mixed])
    assert found["m", ""].n == 30
    assert found["m", ""].correlation == pytest.approx(
        stats.pearsonr(mixed[numeric].astype(float), y[numeric]).statistic
    )
    assert found["m", "auto"].n == 40


def test_replicates_are_no_independent_runs(rng):
    x, effect = np.repeat(rng.random(30), 5), np.repeat(rng.normal(size=30), 5)
    y = effect + 0.01 * rng.normal(size=150)
    row = rows({"x": x, "seed": np.tile(range(5), 30)}, y)["x", ""]
    r = stats.pearsonr(x, y).statistic
    assert row.correlation == pytest.approx(r)
    assert row.n == 150
    t = r * np.sqrt(28 / (1 - r * r))
    assert row.p == pytest.approx(2 * stats.t.sf(abs(t), 28))


def test_p_values_are_withheld_in_an_adaptive_search(rng):
    found = rows({"x": rng.random(40)}, rng.random(40), space=Space("loss", "minimize", "bayes"))
    assert found["x", ""].p is None
    assert found["x", ""].correlation is not None


def test_of_very_many_values_only_the_frequent_ones_are_listed(rng):
    kind = [f"v{i % 60}" for i in range(200)]
    found = rows({"kind": kind}, rng.random(200))
    assert len(found) == 1 + MOST_VALUES


def test_a_constant_target_has_no_correlations(rng):
    assert rows({"x": rng.random(20)}, [1.0] * 20) == {}


def test_an_outlier_makes_r_and_not_the_rank(rng):
    x, y = rng.random(50), rng.random(50)
    x[0], y[0] = 50.0, 50.0
    row = rows({"x": x}, y)["x", ""]
    assert row.correlation > 0.99
    assert abs(row.spearman) < 0.5


def test_correlations_come_back_from_json(rng):
    project = from_frames(
        pd.DataFrame({"x": rng.random(30), "kind": ["a", "b"] * 15}), pd.DataFrame({"y": rng.random(30)})
    )
    found = correlate(build(project, Selection("x", Target("y"))))
    assert len(found.rows) == 4
    assert Correlation.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found


def test_a_correlation_that_rests_on_one_run_says_what_is_left_without_it(rng):
    x, y = rng.random(80), rng.random(80)
    x[7], y[7] = 1e9, -300.0
    row = rows({"x": x}, y)["x", ""]
    assert row.correlation < -0.999
    assert row.without_one == pytest.approx(stats.pearsonr(np.delete(x, 7), np.delete(y, 7)).statistic)
    line = rng.random(80)
    assert rows({"x": line}, line + 0.1 * rng.random(80))["x", ""].without_one is None
    assert rows({"x": rng.random(80)}, rng.random(80))["x", ""].without_one is None
    far = np.append(line, 30.0)
    assert rows({"x": far}, far + 0.1 * rng.random(81))["x", ""].without_one is None, "far out, and on the line"
