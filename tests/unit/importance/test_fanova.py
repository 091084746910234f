import numpy as np
import pandas as pd
import pytest

from panel.api import importance
from panel.data.project import Domain, Space, from_frames
from panel.importance import fanova

pytestmark = pytest.mark.heavy


def of(X, y, space=None, **how):
    X = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, columns=[f"x{i + 1}" for i in range(X.shape[1])])
    project = from_frames(X, pd.DataFrame({"y": y}), space=space)
    return importance(project, "y", method="fanova", target_scale="raw", **how)


def alone(record):
    return {row.parameter: row.raw for row in record.rows}


def together(record):
    return {pair.parameters: pair.raw for pair in record.pairs}


def uniform(names, low, high):
    return Space("y", "minimize", "random", {name: Domain("real", low, high) for name in names})


def test_ishigami(rng):
    X = rng.uniform(-np.pi, np.pi, (4000, 3))
    y = np.sin(X[:, 0]) + 7 * np.sin(X[:, 1]) ** 2 + 0.1 * X[:, 2] ** 4 * np.sin(X[:, 0])
    record = of(X, y, uniform(["x1", "x2", "x3"], -np.pi, np.pi))
    found, pairs = alone(record), together(record)
    assert found["x1"] == pytest.approx(0.3139, abs=0.05)
    assert found["x2"] == pytest.approx(0.4424, abs=0.05)
    assert found["x3"] == pytest.approx(0.0, abs=0.01)
    assert pairs["x1", "x3"] == pytest.approx(0.2437, abs=0.03)
    assert next(iter(pairs)) == ("x1", "x3")
    assert record.parts.main + record.parts.pairs + record.parts.rest == pytest.approx(1.0)


def test_sobol_g(rng):
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    X = rng.random((4000, 8))
    y = np.prod((np.abs(4 * X - 2) + a) / (1 + a), axis=1)
    found = alone(of(X, y, uniform([f"x{i}" for i in range(1, 9)], 0, 1)))
    for i, exact in enumerate((0.7162, 0.1790, 0.0237, 0.0072, 0.0001), 1):
        assert found[f"x{i}"] == pytest.approx(exact, abs=0.03)


def test_a_log_scale_weighs_decades_equally(rng):
    """``y = log10(lr) + 2 x``: on lr's own scale nearly all of the space would be one decade."""
    lr, x = 10 ** rng.uniform(-5, 0, 2000), rng.random(2000)
    space = Space("y", "minimize", "random", {"lr": Domain("real", 1e-5, 1, scale="log"), "x": Domain("real", 0, 1)})
    found = alone(of(pd.DataFrame({"lr": lr, "x": x}), np.log10(lr) + 2 * x, space))
    exact = np.array([25 / 12, 4 / 12])
    assert found["lr"] == pytest.approx(exact[0] / exact.sum(), abs=0.02)


def test_a_declared_space_counts_whichever_runs_a_search_preferred(rng):
    """Nine tenths of the runs lie in a tenth of the space."""
    crowded = rng.random(3000) < 0.9
    x = np.where(crowded, rng.uniform(0.45, 0.55, 3000), rng.random(3000))
    z = rng.random(3000)
    frame = pd.DataFrame({"x": x, "z": z})
    declared = alone(of(frame, x + 0.2 * z, uniform(["x", "z"], 0, 1)))
    assert declared["x"] == pytest.approx(1 / 1.04, abs=0.03)
    assert alone(of(frame, x + 0.2 * z))["x"] < declared["x"] - 0.05


def test_levels_weigh_equally_however_often_they_were_tried(rng):
    kind = rng.choice(["a", "b", "c"], 1500, p=[0.7, 0.2, 0.1])
    z = rng.random(1500)
    y = (kind == "c") * 1.0 + z
    exact = (2 / 9) / (2 / 9 + 1 / 12)
    assert alone(of(pd.DataFrame({"kind": kind, "z": z}), y))["kind"] == pytest.approx(exact, abs=0.06)


def test_a_categorical_is_one_axis(rng):
    """A parity of four categories has all of its main effect in one axis; as indicators it would be less."""
    kind, z = rng.choice(list("abcd"), 1500), rng.random(1500)
    y = np.isin(kind, ["a", "c"]) + 0.5 * z
    exact = 0.25 / (0.25 + 0.25 / 12)
    assert alone(of(pd.DataFrame({"kind": kind, "z": z}), y))["kind"] == pytest.approx(exact, abs=0.02)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8])
def test_a_child_that_matters_where_it_is_active(rng, share):
    """As an independent axis its main effect is w² Var(g), that with its parent w (1 - w) Var(g)."""
    n = 4000
    active = rng.random(n) < share
    child = rng.random(n)
    frame = pd.DataFrame(
        {"use": np.where(active, "a", "b"), "child": np.where(active, child, np.nan), "other": rng.random(n)}
    )
    record = of(frame, np.where(active, child - 0.5, 0.0))
    weights = np.array([0.5, 0.5])  # the levels of the parent weigh equally
    total = weights[0] / 12
    assert alone(record)["child"] == pytest.approx(weights[0] ** 2 / 12 / total, abs=0.05)
    assert together(record)["child", "use"] == pytest.approx(weights[0] * weights[1] / 12 / total, abs=0.05)


def test_an_irrelevant_child_stays_at_its_floor(rng):
    """Missing as a value of its own gave such a child .32."""
    use = rng.choice(["a", "b"], 400)
    frame = pd.DataFrame({"use": use, "child": np.where(use == "a", rng.random(400), np.nan), "other": rng.random(400)})
    record = of(frame, (use == "a") + 0.1 * rng.normal(size=400))
    rows = {row.parameter: row for row in record.rows}
    assert rows["child"].importance < 0.02
    assert not rows["child"].clear
    assert rows["use"].importance > 0.97


def test_noise_is_not_clear_and_what_matters_is(sweep):
    rows = {row.parameter: row for row in importance(sweep(300), "loss", method="fanova").rows}
    assert rows["lr"].clear
    assert rows["optimizer"].clear
    assert not rows["useless"].clear
    assert not rows["workers"].clear


def test_many_parameters_are_paired_only_where_they_explain_something(rng, monkeypatch):
    monkeypatch.setattr(fanova, "MOST_PAIRED", 4)
    X = rng.random((400, 8))
    record = of(X, X[:, 1] * X[:, 6] + X[:, 3])
    assert len(record.pairs) == 6
    assert record.pairs[0].parameters == ("x2", "x7")
    assert any("Pairs are computed among the 4" in note for note in record.notes)


def test_it_does_not_depend_on_the_number_of_cores(sweep, monkeypatch):
    project = sweep(120)
    many = importance(project, "loss", method="fanova")
    monkeypatch.setattr(fanova.os, "cpu_count", lambda: 1)
    assert importance(project, "loss", method="fanova") == many
