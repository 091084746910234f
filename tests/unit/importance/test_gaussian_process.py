import numpy as np
import pandas as pd
import pytest

from panel.api import importance
from panel.data.project import Domain, Space, from_frames
from panel.importance import METHODS, gaussian_process
from panel.importance.trust import judge_trust
from panel.question.design import build
from panel.question.selection import Selection, Target


def of(X, y, space=None, **how):
    X = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, columns=[f"x{i + 1}" for i in range(X.shape[1])])
    project = from_frames(X, pd.DataFrame({"y": y}), space=space)
    return importance(project, "y", method="gaussian_process", target_scale="raw", **how)


def shares(record):
    return {row.parameter: row.importance for row in record.rows}


def clear(record):
    return {row.parameter for row in record.rows if row.clear}


def uniform(names, low, high):
    return Space("y", "minimize", "random", {name: Domain("real", low, high) for name in names})


def test_it_comes_after_the_forest():
    names = [method.NAME for method in METHODS]
    assert names[0] == "forest"
    assert "gaussian_process" in names[1:]


def test_a_linear_function_gives_the_shares_of_its_squared_slopes(rng):
    X = rng.random((80, 3))
    record = of(X, 3 * X[:, 0] + X[:, 1], uniform(["x1", "x2", "x3"], 0, 1))
    found = shares(record)
    assert found["x1"] == pytest.approx(0.9, abs=0.02)
    assert found["x2"] == pytest.approx(0.1, abs=0.02)
    assert found["x3"] == pytest.approx(0.0, abs=0.001)
    assert clear(record) == {"x1", "x2"}
    assert record.surrogate.oob_r2 > 0.999
    assert record.surrogate.model == "process"


def test_an_interaction_counts_for_both(rng):
    """``y = (x1 - 1/2) (x2 - 1/2)`` has no main effects; the total effect of both is all of the variance."""
    X = rng.random((120, 3))
    record = of(X, (X[:, 0] - 0.5) * (X[:, 1] - 0.5), uniform(["x1", "x2", "x3"], 0, 1))
    raw = {row.parameter: row.raw for row in record.rows}
    assert raw["x1"] == pytest.approx(1.0, abs=0.1)
    assert raw["x2"] == pytest.approx(1.0, abs=0.1)
    assert shares(record)["x1"] == pytest.approx(0.5, abs=0.03)
    assert clear(record) == {"x1", "x2"}


def test_ishigami(rng):
    """Total effects .5576, .4424 and .2437 (Saltelli et al. 2000)."""
    X = rng.uniform(-np.pi, np.pi, (250, 3))
    y = np.sin(X[:, 0]) + 7 * np.sin(X[:, 1]) ** 2 + 0.1 * X[:, 2] ** 4 * np.sin(X[:, 0])
    record = of(X, y, uniform(["x1", "x2", "x3"], -np.pi, np.pi))
    exact = np.array([0.5576, 0.4424, 0.2437])
    for name, total in zip(["x1", "x2", "x3"], exact, strict=True):
        assert {row.parameter: row.raw for row in record.rows}[name] == pytest.approx(total, abs=0.06)
        assert shares(record)[name] == pytest.approx(total / exact.sum(), abs=0.04)
    assert clear(record) == {"x1", "x2", "x3"}


def test_sobol_g(rng):
    a = np.array([0, 1, 4.5, 9, 99, 99])
    X = rng.random((200, 6))
    y = np.prod((np.abs(4 * X - 2) + a) / (1 + a), axis=1)
    own = 1 / 3 / (1 + a) ** 2
    total = own * np.prod(1 + own) / (1 + own)
    record = of(X, y, uniform([f"x{i}" for i in range(1, 7)], 0, 1))
    for i, exact in enumerate(total / total.sum(), 1):
        assert shares(record)[f"x{i}"] == pytest.approx(exact, abs=0.04)
    assert {"x1", "x2", "x3"} <= clear(record)


def test_noise_beside_an_additive_function(rng):
    X = rng.random((150, 6))
    y = 2 * X[:, 0] + np.sin(4 * X[:, 1]) + 0.3 * rng.normal(size=150)
    record = of(X, y)
    signal = np.array([4 / 12, np.sin(4 * np.linspace(0, 1, 10_001)).var()])
    assert shares(record)["x1"] == pytest.approx(signal[0] / signal.sum(), abs=0.08)
    assert clear(record) == {"x1", "x2"}
    assert 0.7 < record.surrogate.oob_r2 < 0.95


def test_values_drawn_evenly_stand_for_their_range(rng):
    """The spread of 40 draws is off by a tenth; of an undeclared range it would be taken for that of the space."""
    errors = []
    for seed in range(5):
        X = np.random.default_rng([3, seed]).random((40, 4))
        found = shares(of(X, 2 * X[:, 0] + 1.5 * X[:, 1] + X[:, 2]))
        exact = {"x1": 4 / 7.25, "x2": 2.25 / 7.25, "x3": 1 / 7.25, "x4": 0.0}
        errors.append(sum(abs(found[name] - share) for name, share in exact.items()))
    assert np.mean(errors) < 0.06


def test_a_log_scale_weighs_decades_equally(rng):
    lr, x = 10 ** rng.uniform(-5, 0, 100), rng.random(100)
    space = Space("y", "minimize", "random", {"lr": Domain("real", 1e-5, 1, scale="log"), "x": Domain("real", 0, 1)})
    found = shares(of(pd.DataFrame({"lr": lr, "x": x}), np.log10(lr) + 2 * x, space))
    assert found["lr"] == pytest.approx(25 / 29, abs=0.02)


def test_a_declared_space_counts_whichever_runs_a_search_preferred(rng):
    crowded = rng.random(300) < 0.8
    x = np.where(crowded, rng.uniform(0.45, 0.55, 300), rng.random(300))
    z = rng.random(300)
    frame = pd.DataFrame({"x": x, "z": z})
    declared = shares(of(frame, x + 0.2 * z, uniform(["x", "z"], 0, 1)))
    assert declared["x"] == pytest.approx(1 / 1.04, abs=0.03)
    assert shares(of(frame, x + 0.2 * z))["x"] < declared["x"] - 0.05


def test_a_categorical_without_order(rng):
    """Its values weigh equally, and neither names nor their order say which are alike."""
    kind, z = rng.choice(list("abcd"), 160), rng.random(160)
    effect = {"a": 1.0, "b": 0.0, "c": 1.0, "d": 0.0}
    y = np.array([effect[k] for k in kind]) + 0.5 * z
    record = of(pd.DataFrame({"kind": kind, "z": z}), y)
    assert shares(record)["kind"] == pytest.approx(0.25 / (0.25 + 0.25 / 12), abs=0.03)
    renamed = pd.DataFrame({"kind": pd.Series(kind).map({"a": "p", "b": "s", "c": "r", "d": "q"}), "z": z})
    assert shares(of(renamed, y))["kind"] == pytest.approx(shares(record)["kind"], abs=0.01)


def test_many_values_of_which_one_stands_out(rng):
    kind = rng.choice([f"k{i:02}" for i in range(25)], 400)
    effect = dict(zip(sorted(set(kind)), rng.normal(size=25), strict=True))
    y = np.array([effect[k] for k in kind]) + 0.1 * rng.normal(size=400)
    record = of(pd.DataFrame({"kind": kind, "z": rng.random(400)}), y)
    assert record.rows[0].parameter == "kind"
    assert record.rows[0].importance > 0.95
    assert clear(record) == {"kind"}


def test_a_child_that_matters_where_it_is_active(rng):
    """As an independent axis: its total effect is w Var(g), its parent's w (1 - w) (Var(g) + mean²)."""
    n = 400
    active, child = rng.random(n) < 0.5, rng.random(n)
    frame = pd.DataFrame(
        {"use": np.where(active, "a", "b"), "child": np.where(active, child, np.nan), "other": rng.random(n)}
    )
    record = of(frame, np.where(active, child - 0.5, 0.0))
    found = shares(record)
    assert found["child"] == pytest.approx(2 / 3, abs=0.08)
    assert found["use"] == pytest.approx(1 / 3, abs=0.08)
    rows = {row.parameter: row for row in record.rows}
    assert rows["child"].clear
    assert rows["child"].where_active.importance > 0.95


def test_an_irrelevant_child_says_nothing_by_being_absent(rng):
    use = rng.choice(["a", "b"], 200)
    frame = pd.DataFrame({"use": use, "child": np.where(use == "a", rng.random(200), np.nan), "other": rng.random(200)})
    record = of(frame, (use == "a") + 0.1 * rng.normal(size=200))
    assert shares(record)["use"] > 0.97
    assert clear(record) == {"use"}


def test_a_twin_that_does_nothing_is_not_clear(rng):
    z = rng.normal(size=(150, 4))
    z[:, 1] = 0.85 * z[:, 0] + np.sqrt(1 - 0.85**2) * z[:, 1]
    record = of(z, z[:, 0] + 0.6 * z[:, 2] + 0.4 * rng.normal(size=150))
    assert clear(record) == {"x1", "x3"}


def test_noise_predicts_nothing_and_is_rarely_clear():
    nothing, found = 0, []
    for seed in range(30):
        draw = np.random.default_rng([seed, 5])
        record = of(draw.random((60, 6)), draw.normal(size=60), seed=seed)
        nothing += judge_trust(record).level == "none"
        found += [row.clear for row in record.rows]
    assert nothing >= 28
    assert np.mean(found) <= 0.05


def test_what_predicts_nothing_could_be_any(rng):
    record = of(rng.random((60, 4)), rng.normal(size=60))
    trust = judge_trust(record)
    assert trust.level == "none"
    assert trust.measure == "Gaussian process, leave-one-out R²"
    assert record.surrogate.oob_r2 < 0
    assert any("The Gaussian process predicts configs that it has not seen no better" in note for note in record.notes)
    assert all(row.low == 0 and row.high == 1 for row in record.rows)


def test_repeats_of_a_config_weigh_as_one(rng):
    """One config has most of the runs; what is said of the others stays."""
    X = rng.random((40, 2))
    many = np.concatenate([np.arange(40), np.zeros(60, int)])
    y = X[:, 0] + 0.1 * X[:, 1]
    record = of(X[many], y[many] + np.concatenate([np.zeros(40), 0.01 * rng.normal(size=60)]))
    assert record.surrogate.configs == 40
    assert shares(record)["x1"] == pytest.approx(shares(of(X, y))["x1"], abs=0.02)
    assert record.surrogate.explained > 0.9


def test_left_out_one_by_one_as_if_each_were_removed(rng):
    """The closed form is what one gets by making the process anew without the config, with the same scales."""
    X = rng.random((30, 2))
    y = np.sin(3 * X[:, 0]) + 0.1 * rng.normal(size=30)
    y = (y - y.mean()) / y.std()
    project = from_frames(pd.DataFrame(X, columns=["a", "b"]), pd.DataFrame({"y": y}))
    design = build(project, Selection("p", Target("y", scale="raw")))
    rows = np.arange(30)
    space = gaussian_process._make_space(design, rows, np.zeros((2, 2)))
    whole = gaussian_process._measure_whole(space, design.y, np.random.default_rng(0))
    codes = space.fill(np.random.default_rng(0))
    squares = sum(gaussian_process.scale_squares(space.dimensions, codes, codes, whole.scales))
    kernel = gaussian_process.compute_matern(squares)
    rest = rows[rows != 7]
    noisy = kernel[np.ix_(rest, rest)] + (whole.scales.noise + gaussian_process.JITTER) * np.eye(29)
    assert whole.left_out[7] == pytest.approx(kernel[7, rest] @ np.linalg.solve(noisy, design.y[rest]), abs=1e-6)


def test_of_many_configs_a_seeded_pool_stands_for_all(rng, monkeypatch):
    monkeypatch.setattr(gaussian_process, "MOST", 80)
    X = rng.random((200, 3))
    y = X[:, 0] + 0.3 * X[:, 1]
    record = of(X, y, seed=1)
    assert record.surrogate.configs == 80
    assert any("Computed from 80 of the 200 runs" in note for note in record.notes)
    assert record == of(X, y, seed=1)
    assert record != of(X, y, seed=2)
    assert shares(record)["x1"] == pytest.approx(1 / 1.09, abs=0.03)


def test_scales_are_fitted_to_some_where_there_are_many(rng, monkeypatch):
    monkeypatch.setattr(gaussian_process, "FITTED", 50)
    X = rng.random((150, 3))
    record = of(X, X[:, 0] + 0.3 * X[:, 1] ** 2)
    assert record.surrogate.configs == 150
    assert shares(record)["x1"] == pytest.approx((1 / 12) / (1 / 12 + 0.09 * 4 / 45), abs=0.04)


def test_what_is_unset_or_one_value_everywhere_does_not_matter():
    """Configs differ in nothing but whether a parameter was recorded: no dimension varies."""
    frame = pd.DataFrame({"a": [1.0] * 10 + [np.nan] * 10, "b": ["x"] * 20})
    record = of(frame, np.arange(20.0))
    assert all(row.importance == 0 and not row.clear for row in record.rows)


def test_it_does_not_depend_on_the_number_of_cores(sweep, monkeypatch):
    project = sweep(60)
    many = importance(project, "loss", method="gaussian_process")
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert importance(project, "loss", method="gaussian_process") == many


@pytest.mark.parametrize("configs", [2, 3, 5])
def test_a_handful_of_configs(configs, rng):
    x = np.repeat(np.arange(configs, dtype=float), 6)
    record = of(pd.DataFrame({"x": x, "seed": np.tile(np.arange(6), configs)}), x + 0.1 * rng.normal(size=len(x)))
    assert [row.parameter for row in record.rows] == ["x"]
    assert np.isfinite(record.rows[0].importance)


@pytest.mark.heavy
def test_an_adaptive_search_finds_its_best_parameter_and_no_noise():
    """A search that comes closer: of runs chosen after looking at earlier ones evidence holds too."""
    found = {"lr": 0, "none": 0}
    for seed in range(10):
        draw = np.random.default_rng([seed, 8])
        width = np.linspace(1.0, 0.15, 80)
        lr = np.clip(0.5 + width * (draw.random(80) - 0.5), 0, 1)
        X = pd.DataFrame({"lr": lr, **{name: draw.random(80) for name in "abcd"}})
        rows = {r.parameter: r for r in of(X, 8 * (lr - 0.45) ** 2 + 0.15 * draw.normal(size=80), seed=seed).rows}
        found["lr"] += rows["lr"].clear
        found["none"] += sum(rows[name].clear for name in "abcd")
    assert found["lr"] >= 8
    assert found["none"] <= 3
