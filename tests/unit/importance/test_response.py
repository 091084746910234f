"""What the forest predicts along parameters: known shapes, labels, gaps, scales, the same answer each time."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Domain, Space, from_frames
from panel.errors import Cancelled, QuestionError
from panel.importance import bags, response
from panel.question.design import build
from panel.question.selection import Selection, Target


def forest_of(config, y, scale="raw", space=None, **more):
    project = from_frames(pd.DataFrame(config), pd.DataFrame({"y": y}), space=space)
    return response.grow(build(project, Selection("x", Target("y", scale=scale), **more)))


def test_the_curve_of_a_known_function(rng):
    x, z = rng.random(1500), rng.random(1500)
    forest = forest_of({"x": x, "z": z, "none": rng.random(1500)}, 2 * x + np.sin(6 * z))
    axis = response.respond(forest, ("x",)).axes[0]
    at = np.array(axis.x)
    truth = 2 * at + np.mean(np.sin(6 * z))
    np.testing.assert_allclose(axis.mean, truth, atol=0.12)
    wave = response.respond(forest, ("z",)).axes[0]
    np.testing.assert_allclose(wave.mean, 1 + np.sin(6 * np.array(wave.x)), atol=0.2)
    flat = response.respond(forest, ("none",)).axes[0]
    assert np.ptp(flat.mean) < 0.1


def test_the_band_is_wider_with_fewer_runs_and_with_more_noise(rng):
    def width(n, noise):
        x = rng.random(n)
        y = x + noise * rng.normal(size=n)
        axis = response.respond(forest_of({"x": x, "z": rng.random(n)}, y), ("x",)).axes[0]
        return np.mean(np.array(axis.high) - axis.low)

    assert width(100, 0.3) > width(1000, 0.3)
    assert width(300, 1.0) > 2 * width(300, 0.1)


def test_without_an_interaction_single_curves_are_parallel_and_with_one_they_cross(rng):
    x, sign = rng.random(1500), rng.choice([-1.0, 1.0], 1500)
    apart = response.respond(forest_of({"x": x, "sign": sign}, x + sign), ("x",)).axes[0]
    across = response.respond(forest_of({"x": x, "sign": sign}, x * sign), ("x",)).axes[0]
    rises = [np.array(curve)[-1] - curve[0] for curve in apart.single]
    assert min(rises) > 0.7
    rises = [np.array(curve)[-1] - curve[0] for curve in across.single]
    assert min(rises) < -0.7 and max(rises) > 0.7


def test_the_surface_of_a_product(rng):
    X = rng.random((3000, 2))
    record = response.respond(forest_of({"a": X[:, 0], "b": X[:, 1]}, X[:, 0] * X[:, 1]), ("a", "b"))
    found = record.surface
    exact = np.outer(found.y, found.x)
    np.testing.assert_allclose(found.z, exact, atol=0.08)
    assert (len(found.z), len(found.z[0])) == (len(found.y), len(found.x)) == (response.SIDE, response.SIDE)
    assert all(None not in (p.x, p.y, p.target) for p in record.points)


def test_categories_have_labels_means_and_counts(rng):
    kind = rng.choice(["a", "b", "c"], 600, p=[0.5, 0.3, 0.2])
    effect = pd.Series(kind).map({"a": 0.0, "b": 1.0, "c": 3.0}).to_numpy()
    record = response.respond(forest_of({"kind": kind, "x": rng.random(600)}, effect), ("kind",))
    axis = record.axes[0]
    assert axis.labels == ("a", "b", "c")
    np.testing.assert_allclose(axis.mean, [0, 1, 3], atol=0.05)
    assert axis.counts == tuple(int((kind == k).sum()) for k in "abc")
    assert {p.x for p in record.points} == {"a", "b", "c"}


def test_values_of_every_kind_are_named(rng):
    n = 400
    config = {
        "flag": rng.random(n) < 0.5,
        "layers": [[[64], [64, 32], [16]][i] for i in rng.integers(3, size=n)],
        "mixed": [[0.5, 1, "auto"][i] for i in rng.integers(3, size=n)],
        "x": rng.random(n),
    }
    forest = forest_of(
        {k: pd.Series(v, dtype=object if k == "mixed" else None) for k, v in config.items()}, rng.random(n)
    )
    labels = {name: response.respond(forest, (name,)).axes[0].labels for name in config}
    assert labels["flag"] == ("false", "true")
    assert set(labels["layers"]) == {"[64]", "[64, 32]", "[16]"}
    assert set(labels["mixed"]) == {"0.5", "1", "auto"}
    assert labels["x"] is None


def test_of_many_categories_the_most_frequent_are_asked_and_this_is_said(rng):
    kind = np.array([f"k{i:02d}" for i in np.minimum(rng.geometric(0.05, 900), 60)])
    record = response.respond(forest_of({"kind": kind, "x": rng.random(900)}, rng.random(900)), ("kind",))
    axis = record.axes[0]
    most = set(pd.Series(kind).value_counts().index[: response.POINTS - 5])
    assert most <= set(axis.labels)
    assert len(axis.labels) == response.POINTS
    assert any(f"{response.POINTS} most frequent" in note for note in record.notes)


def test_a_conditional_parameter_is_asked_where_it_is_recorded(rng):
    n = 1000
    sgd = rng.random(n) < 0.5
    momentum = np.where(sgd, rng.random(n), np.nan)
    y = np.where(sgd, 5 + np.nan_to_num(momentum), 0.0)
    forest = forest_of({"optimizer": np.where(sgd, "sgd", "adam"), "momentum": momentum, "x": rng.random(n)}, y)
    record = response.respond(forest, ("momentum",))
    axis = record.axes[0]
    np.testing.assert_allclose(axis.mean, 5 + np.array(axis.x), atol=0.15)
    assert axis.recorded == sgd.sum() and axis.runs == n
    assert sum(axis.counts) == sgd.sum()
    assert any("is recorded" in note for note in record.notes)


def test_predictions_are_in_the_targets_own_units(rng):
    x = rng.random(1200)
    loss = np.exp(3 * x)
    log = response.respond(forest_of({"x": x, "z": rng.random(1200)}, loss, "log"), ("x",)).axes[0]
    np.testing.assert_allclose(np.log(log.mean), 3 * np.array(log.x), atol=0.1)
    rank = response.respond(forest_of({"x": x, "z": rng.random(1200)}, loss, "rank"), ("x",)).axes[0]
    np.testing.assert_allclose(np.log(rank.mean), 3 * np.array(rank.x), atol=0.15)


def test_a_log_parameter_has_bars_of_equal_decades(rng):
    lr = 10 ** rng.uniform(-5, -1, 500)
    space = Space("y", "minimize", "random", {"lr": Domain("real", 1e-5, 0.1, scale="log")})
    axis = response.respond(forest_of({"lr": lr, "x": rng.random(500)}, np.log10(lr), space=space), ("lr",)).axes[0]
    assert np.diff(np.log10(axis.edges)) == pytest.approx(np.diff(np.log10(axis.edges))[0])
    assert sum(axis.counts) == 500


def test_noise_is_said(rng):
    record = response.respond(forest_of({"x": rng.random(60), "z": rng.random(60)}, rng.random(60)), ("x",))
    assert record.surrogate.oob_r2 < 0.1
    assert record.surrogate.oob_r2 > 0 or "mean nothing" in record.notes[0]


def test_the_same_question_has_the_same_answer_in_any_order_of_rows(rng):
    x, z = rng.random(300), rng.random(300)
    y = x + z**2
    order = rng.permutation(300)
    a = response.respond(forest_of({"x": x, "z": z}, y), ("x", "z"))
    b = response.respond(forest_of({"z": z[order], "x": x[order]}, y[order]), ("x", "z"))
    assert replace(a, points=()) == replace(b, points=())


def test_what_cannot_be_asked_is_said(rng):
    forest = forest_of({"x": rng.random(50), "z": rng.random(50)}, rng.random(50))
    with pytest.raises(QuestionError, match="'q' is not in the model"):
        response.respond(forest, ("q",))
    for names in ((), ("x", "x"), ("x", "z", "x")):
        with pytest.raises(QuestionError, match="One parameter or two"):
            response.respond(forest, names)


def test_growing_can_be_cancelled(rng):
    project = from_frames(pd.DataFrame({"x": rng.random(100)}), pd.DataFrame({"y": rng.random(100)}))

    def stop(_share):
        raise Cancelled

    with pytest.raises(Cancelled):
        response.grow(build(project, Selection("x", Target("y", scale="raw"))), stop)


def test_infinite_values_are_not_drawn_and_this_is_said(rng):
    x = rng.random(200)
    x[:5], x[5:7] = np.inf, -np.inf
    forest = forest_of({"x": x, "z": rng.random(200)}, rng.random(200))
    for names in (("x",), ("x", "z")):
        record = response.respond(forest, names)
        assert response.Response.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record
        assert any("infinite in 7 runs" in note for note in record.notes)
        assert sum(point.x is None for point in record.points) == 7


def test_two_that_no_run_records_together_have_their_curves_and_no_surface(rng):
    sgd = rng.random(200) < 0.5
    config = {
        "optimizer": np.where(sgd, "sgd", "adam"),
        "momentum": np.where(sgd, rng.random(200), np.nan),
        "beta": np.where(sgd, np.nan, rng.random(200)),
    }
    y = np.where(sgd, np.nan_to_num(config["momentum"]), 2 + np.nan_to_num(config["beta"]))
    record = response.respond(forest_of(config, y), ("momentum", "beta"))
    assert response.Response.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record
    assert record.surface is None
    assert any("No run records both momentum and beta" in note for note in record.notes)
    for axis, base in zip(record.axes, (0, 2), strict=True):
        np.testing.assert_allclose(axis.mean, base + np.array(axis.x), atol=0.15)


def test_a_parameter_that_no_usable_run_records_says_so(rng):
    y = rng.random(50)
    y[:6] = np.nan
    forest = forest_of({"x": rng.random(50), "lost": np.where(np.arange(50) < 6, rng.random(50), np.nan)}, y)
    with pytest.raises(QuestionError, match="'lost' is not in the model"):
        response.respond(forest, ("lost",))


def test_words_and_numbers_in_one_column_are_told_apart(rng):
    """-1 and ``auto`` are both common for a depth."""
    values = [("auto", -1, 5)[i] for i in rng.integers(3, size=300)]
    y = pd.Series(values).map({"auto": 0.0, -1: 10.0, 5: 5.0}).astype(float).to_numpy() + 0.1 * rng.normal(size=300)
    forest = forest_of({"depth": pd.Series(values, dtype=object), "z": rng.random(300)}, y)
    record = response.respond(forest, ("depth",))
    [axis] = record.axes
    found = dict(zip(axis.labels, axis.mean, strict=True))
    assert found == pytest.approx({"auto": 0, "-1": 10, "5": 5}, abs=0.3)
    assert sum(axis.counts) == 300
    for point in record.points:
        assert point.target == pytest.approx({"auto": 0, "-1": 10, "5": 5}[point.x], abs=1)


def test_one_value_has_one_bar_with_a_width(rng):
    axis = response.respond(forest_of({"x": np.full(40, 3.0), "z": rng.random(40)}, rng.random(40)), ("x",)).axes[0]
    assert axis.counts == (40,)
    assert axis.edges[0] < 3 < axis.edges[1]


def test_runs_that_are_drawn_are_known_to_the_forest(rng, monkeypatch):
    monkeypatch.setattr(bags, "MOST_ROWS", 300)
    n = 1000
    forest = forest_of({"x": rng.random(n), "z": rng.random(n)}, rng.random(n))
    assert len(forest.rows) < n
    drawn = {point.row for point in response.respond(forest, ("x",)).points}
    assert drawn <= set(forest.design.rows[forest.rows].tolist())
