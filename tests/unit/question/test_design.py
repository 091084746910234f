import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.conditions import Condition
from panel.question.design import build
from panel.question.matrix import make_matrix
from panel.question.selection import Selection, Target


def ask(project, metric="loss", **target):
    return build(project, Selection("p", Target(metric, **target)))


def small(n=12, **columns):
    rng = np.random.default_rng(3)
    return pd.DataFrame({"x": rng.random(n), **columns})


def test_runs_without_a_finite_target_are_left_out_and_counted():
    loss = np.arange(15.0)
    loss[[0, 1]] = np.nan
    loss[2] = np.inf
    states = ["finished"] * 13 + ["failed", "crashed"]
    project = from_frames(small(15), pd.DataFrame({"loss": loss}), runs=pd.DataFrame({"state": states}))
    design = ask(project)
    assert (design.loaded, len(design.y)) == (15, 10)
    assert design.left_out == {"failed": 1, "crashed": 1, "no value": 2, "infinite": 1}


def test_a_nan_that_was_logged_is_told_from_a_missing_value():
    from dataclasses import replace

    loss = np.arange(14.0)
    loss[[0, 1]] = np.nan
    project = from_frames(small(14), pd.DataFrame({"loss": loss}))
    logged = pd.DataFrame({"loss": [True] + [False] * 13}, index=project.runs.index)
    assert ask(replace(project, logged_nan=logged)).left_out == {"NaN (diverged)": 1, "no value": 1}


@pytest.mark.parametrize("state", ["failed", "running", "pruned", "killed", "crashed"])
def test_only_finished_and_unknown_count_by_default_and_others_can_be_switched_on(state):
    project = from_frames(
        small(), pd.DataFrame({"loss": np.arange(12.0)}), runs=pd.DataFrame({"state": ["finished"] * 11 + [state]})
    )
    assert len(ask(project).y) == 11
    assert len(build(project, Selection("p", Target("loss"), states=("finished", state))).y) == 12


class TestEmpty:
    def test_no_metric(self):
        project = from_frames(small(), pd.DataFrame({"note": ["a"] * 12}))
        design = build(project, Selection("p"))
        assert design.empty.reason == "no metric"
        assert "Columns and roles" in design.empty.words

    def test_too_few_runs(self):
        design = ask(from_frames(small(9), pd.DataFrame({"loss": np.arange(9.0)})))
        assert design.empty.reason == "too few runs"
        assert design.empty.words.startswith("There are only 9 runs; importance and checks need at least 10 runs.")

    def test_no_usable_run_is_not_only_0_runs(self):
        runs = pd.DataFrame({"state": ["failed"] * 12})
        design = ask(from_frames(small(), pd.DataFrame({"loss": np.arange(12.0)}), runs=runs))
        assert design.empty.reason == "too few runs"
        assert design.empty.words.startswith("None of 12 runs is usable; importance and checks need at least 10 runs.")

    def test_constant_target(self):
        assert ask(from_frames(small(), pd.DataFrame({"loss": [2.5] * 12}))).empty.reason == "constant target"

    def test_no_varying_parameter(self):
        frame = pd.DataFrame({"a": [1] * 12, "seed": range(12)})
        assert ask(from_frames(frame, pd.DataFrame({"loss": np.arange(12.0)}))).empty.reason == "no varying parameter"

    def test_no_run_at_all(self):
        nothing = pd.DataFrame({"a": []}), pd.DataFrame({"loss": []})
        assert ask(from_frames(small(), pd.DataFrame({"loss": [np.nan] * 11 + [1.0]}))).empty.reason == "too few runs"
        assert build(from_frames(*nothing), Selection("p")).empty.reason == "no metric"


def test_seeds_and_ignored_never_enter_and_hidden_constants_do(sweep):
    project = sweep(60, seed=np.arange(60) % 5, constant=1, name=[f"n{i}" for i in range(60)])
    names = [f.parameter.name for f in ask(project).features]
    assert names == ["constant", "lr", "optimizer", "useless", "workers"]


def test_replicates_are_runs_equal_but_for_seeds_and_last_digits():
    lr = np.repeat([0.1, 0.2, 0.3, 0.4], 4)
    lr = lr * (1 + 1e-14 * np.arange(16))
    project = from_frames(
        pd.DataFrame({"lr": lr, "seed": np.tile(range(4), 4)}), pd.DataFrame({"loss": np.arange(16.0)})
    )
    design = ask(project)
    assert design.n_configs == 4
    assert np.bincount(design.config_id).tolist() == [4, 4, 4, 4]


def test_rows_and_columns_stand_in_an_order_that_comes_from_their_content(sweep, rng):
    project = sweep(80)
    shuffled = rng.permutation(80)
    other = from_frames(
        project.config.iloc[shuffled][["workers", "lr", "useless", "optimizer"]], project.summary.iloc[shuffled]
    )
    a, b = ask(project), ask(other)
    np.testing.assert_array_equal(a.y, b.y)
    np.testing.assert_array_equal(make_matrix(a, np.arange(80)).X, make_matrix(b, np.arange(80)).X)


def test_filters_change_what_is_constant(sweep):
    project = sweep(90)
    selection = Selection("p", Target("loss"), filters=(Condition("config.optimizer", values=("adam",)),))
    found = {p.name: p.reason for p in build(project, selection).parameters}
    assert found["optimizer"] == "constant"


def test_a_setting_recorded_only_where_the_target_is_missing_is_left_out_with_that_reason():
    config = pd.DataFrame({"lr": np.geomspace(1e-4, 1, 33), "model": [*"abc", *[None] * 30]})
    loss = pd.Series([np.nan] * 3 + list(np.linspace(0, 1, 30)))
    built = build(from_frames(config, pd.DataFrame({"loss": loss})), Selection("", Target("loss")))
    model = next(p for p in built.parameters if p.name == "model")
    assert (model.role, model.words) == ("ignored", "recorded only in runs without a value of the target")
    assert [f.parameter.name for f in built.features] == ["lr"]
