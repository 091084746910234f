import numpy as np
import pandas as pd
import pytest

from benchmarks import grids
from panel.api import importance
from panel.data.project import Space, from_frames
from panel.importance import bags

pytestmark = pytest.mark.heavy


def shares(record):
    return {row.parameter: row.importance for row in record.rows}


def test_what_matters_is_clear_and_what_does_not_is_not(sweep):
    record = importance(sweep(300), "loss")
    assert [row.parameter for row in record.rows[:2]] == ["lr", "optimizer"]
    assert {row.parameter: row.clear for row in record.rows} == {
        "lr": True,
        "optimizer": True,
        "useless": False,
        "workers": False,
    }
    assert record.surrogate.oob_r2 > 0.8
    assert record.surrogate.runs == record.surrogate.configs == 300


@pytest.mark.parametrize("replicates", ["as they are", "with a seed"])
def test_replicates_do_not_make_noise_important(replicates):
    """60 configs of 5 seeds of pure noise: by rows the out-of-bag R² would be .73 and noise clear in 98 %."""
    kept, r2 = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        config = pd.DataFrame(np.repeat(rng.random((60, 4)), 5, axis=0), columns=list("abcd"))
        if replicates == "with a seed":
            config["seed"] = np.tile(range(5), 60)
        y = np.repeat(rng.normal(size=60), 5) + 0.3 * rng.normal(size=300)
        record = importance(from_frames(config, pd.DataFrame({"y": y})), "y", seed=seed)
        kept += [row.clear for row in record.rows]
        r2.append(record.surrogate.oob_r2)
        assert record.surrogate.configs == 60
    assert np.mean(kept) <= 0.1
    assert np.mean(r2) < 0.05


def test_an_inactive_child_does_not_borrow_from_its_parent():
    """``y = 1[use == a]`` with two irrelevant children: random fill gave .954, .008, .009."""
    parent, children, clear = [], [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        use = rng.choice(["a", "b"], 200)
        config = pd.DataFrame(
            {
                "use": use,
                "a.child": np.where(use == "a", rng.random(200), np.nan),
                "b.child": np.where(use == "b", rng.random(200), np.nan),
            }
        )
        y = (use == "a") + 0.1 * rng.normal(size=200)
        record = importance(from_frames(config, pd.DataFrame({"y": y})), "y", seed=seed)
        found = shares(record)
        parent.append(found["use"])
        children += [found["a.child"], found["b.child"]]
        clear += [row.clear for row in record.rows if row.parameter != "use"]
        assert next(p for p in record.rows if p.parameter == "a.child").active == int((use == "a").sum())
    assert np.mean(parent) > 0.95
    assert np.mean(children) < 0.02
    assert np.mean(clear) <= 0.1


def test_a_child_that_matters_is_found(rng):
    use = rng.choice(["a", "b"], 300)
    child = rng.random(300)
    config = pd.DataFrame({"use": use, "child": np.where(use == "a", child, np.nan), "noise": rng.random(300)})
    y = np.where(use == "a", 3 * child, 1.0) + 0.1 * rng.normal(size=300)
    rows = {row.parameter: row for row in importance(from_frames(config, pd.DataFrame({"y": y})), "y").rows}
    assert rows["child"].clear
    assert rows["child"].importance > 0.4
    assert not rows["noise"].clear


def test_pure_noise_predicts_nothing_and_says_so(rng):
    config = pd.DataFrame(rng.random((200, 6)), columns=list("abcdef"))
    record = importance(from_frames(config, pd.DataFrame({"y": rng.normal(size=200)})), "y")
    assert record.surrogate.oob_r2 < 0.1
    assert any("no better than their mean" in note for note in record.notes) == (record.surrogate.oob_r2 <= 0)


def test_the_result_does_not_depend_on_the_number_of_cores(sweep, monkeypatch):
    project = sweep(120)
    many = importance(project, "loss")
    monkeypatch.setattr(bags.os, "cpu_count", lambda: 1)
    assert importance(project, "loss") == many


def test_another_seed_gives_another_forest_and_much_the_same_answer(sweep):
    project = sweep(200)
    a, b = shares(importance(project, "loss", seed=0)), shares(importance(project, "loss", seed=1))
    assert a != b
    assert all(abs(a[name] - b[name]) < 0.1 for name in a)


def test_a_pool_stands_for_very_many_runs(monkeypatch, sweep):
    monkeypatch.setattr(bags, "MOST_ROWS", 150)
    record = importance(sweep(400), "loss")
    assert 150 <= record.surrogate.runs <= 151
    assert record.rows[0].parameter == "lr"
    assert any("of the 400 runs" in note for note in record.notes)


def test_an_adaptive_search_is_said_and_needs_more_to_be_clear(rng):
    n = 150
    config = pd.DataFrame({"x": rng.random(n), "noise": rng.random(n)})
    y = config["x"] * 5 + 0.1 * rng.normal(size=n)
    space = Space("y", "minimize", "bayes")
    record = importance(from_frames(config, pd.DataFrame({"y": y}), space=space), "y")
    rows = {row.parameter: row for row in record.rows}
    assert any("Importance among the runs that this search chose" in note for note in record.notes)
    assert rows["x"].clear
    assert rows["x"].low > rows["x"].floor
    assert not rows["noise"].clear


def test_cancelling_stops_it(sweep):
    from panel.errors import Cancelled
    from panel.importance import compute
    from panel.question.design import build
    from panel.question.selection import Selection, Target

    seen = []

    def progress(done):
        seen.append(done)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        compute(build(sweep(100), Selection("p", Target("loss"))), "forest", progress)
    assert seen == [1 / 16, 2 / 16, 3 / 16]


@pytest.mark.parametrize("name", ["Sobol G", "Friedman", "log rate"])
def test_intervals_cover_and_clear_tells_noise_from_what_matters(name):
    """A small version of ``benchmarks/coverage.py``; its figures with 200 repetitions are in benchmarks/RESULTS.md."""
    from benchmarks.functions import FUNCTIONS

    repetitions, n = 24, 200
    table, share = [], None
    for repetition in range(repetitions):
        case = FUNCTIONS[name](np.random.default_rng([repetition, n]), n)
        frame = importance(case.project(), "y", target_scale="raw", seed=repetition).to_frame().set_index("parameter")
        table.append(frame.loc[list(case.X), ["importance", "low", "high", "clear"]].to_numpy(float))
        share = case.share
    values = np.array(table)
    expected = values[:, :, 0].mean(axis=0)
    covered = ((values[:, :, 1] <= expected) & (expected <= values[:, :, 2])).mean()
    kept = values[:, :, 3].mean(axis=0)
    assert 0.85 <= covered <= 0.99
    assert kept[share < 1e-3].mean() <= 0.10
    assert kept[share >= 0.08].mean() >= 0.90


def test_what_the_benchmark_of_settings_changes_is_a_setting():
    changed = {constant for setting in grids.SETTINGS.values() for constant in setting}
    assert changed == {"MAX_FEATURES", "MIN_SAMPLES_LEAF", "INDICATORS_UP_TO"}
    assert {grids.find_owner(constant).__name__ for constant in changed} == {
        "panel.importance.bags",
        "panel.question.matrix",
    }
