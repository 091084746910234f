import numpy as np
import pandas as pd
import pytest

from panel.design import association_groups, build, choose_scale, matrix, on_scale
from panel.errors import QuestionError
from panel.project import Space, from_frames
from panel.selection import Condition, Selection, Target


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


@pytest.mark.parametrize(
    ("value", "goal", "expected"),
    [
        ("last", "minimize", 3.0),
        ("best", "minimize", 1.0),
        ("best", "maximize", 4.0),
        ("min", "maximize", 1.0),
        ("max", "minimize", 4.0),
    ],
)
def test_value_of_the_target(value, goal, expected):
    n = 12
    history = pd.DataFrame(
        {
            "run_id": np.repeat([str(i) for i in range(n)], 3),
            "step": np.tile([1, 2, 3], n),
            "metric": "loss",
            "value": np.tile([4.0, 1.0, 3.0], n) + np.repeat(np.arange(n) * 10.0, 3),
        }
    )
    project = from_frames(small(), pd.DataFrame({"loss": np.arange(n) * 10.0 + 3}), history)
    design = ask(project, value=value, goal=goal)
    assert sorted(design.raw)[0] == expected


def test_a_value_that_needs_a_history_is_refused_without_one():
    project = from_frames(small(), pd.DataFrame({"loss": np.arange(12.0)}))
    with pytest.raises(QuestionError, match="needs its history"):
        ask(project, value="best")


def test_goal_as_given_as_declared_or_from_the_name():
    frames = small(), pd.DataFrame({"loss": np.arange(12.0), "acc": np.arange(12.0)})
    assert ask(from_frames(*frames), "acc").target.goal == "maximize"
    assert ask(from_frames(*frames), "acc", goal="minimize").target.goal == "minimize"
    declared = from_frames(*frames, space=Space("loss", "maximize"))
    assert ask(declared).target.goal == "maximize"


def test_an_unknown_metric_names_the_nearest():
    project = from_frames(small(), pd.DataFrame({"val_loss": np.arange(12.0), "note": ["a"] * 12}))
    with pytest.raises(QuestionError, match="Did you mean 'val_loss'"):
        ask(project, "val_los")
    with pytest.raises(QuestionError, match="holds no numbers"):
        ask(project, "note")


class TestScale:
    def test_raw_if_no_few_runs_dominate(self, rng):
        assert choose_scale(rng.normal(size=200), "auto", "minimize")[0] == "raw"
        assert choose_scale(rng.uniform(0.1, 0.9, 200), "auto", "maximize")[0] == "raw"

    def test_log_if_a_few_diverged(self, rng):
        values = np.concatenate([rng.uniform(0.1, 2, 200), [1e4, 1e6]])
        assert choose_scale(values, "auto", "minimize") == (
            "log",
            "on the raw scale a few extreme runs would hold most of the variance",
        )

    def test_rank_if_a_few_diverged_and_some_are_not_positive(self, rng):
        assert choose_scale(np.concatenate([rng.normal(size=200), [-1e6]]), "auto", "maximize")[0] == "rank"

    def test_log_of_a_loss_that_is_more_even_there_but_not_of_a_reward(self, rng):
        values = 10 ** rng.uniform(-3, 1, 300)
        assert choose_scale(values, "auto", "minimize")[0] == "log"
        assert choose_scale(values, "auto", "maximize")[0] == "raw"

    def test_few_runs_stay_raw(self):
        assert choose_scale(np.array([1.0] * 18 + [1e9]), "auto", "minimize")[0] == "raw"

    def test_values_that_overflow_when_squared(self):
        assert choose_scale(np.array([1e200] * 30 + [1e250]), "auto", "minimize")[0] == "log"

    def test_the_users_choice_wins(self, rng):
        assert choose_scale(rng.random(50), "rank", "minimize") == ("rank", "chosen by you")

    def test_log_of_values_that_are_not_positive_is_refused(self):
        with pytest.raises(QuestionError, match="smallest here is -1"):
            choose_scale(np.array([-1.0, 2.0]), "log")

    def test_on_scale(self):
        assert on_scale(np.array([1.0, np.e]), "log").tolist() == [0.0, 1.0]
        assert on_scale(np.array([5.0, 1.0]), "rank").tolist() == [0.75, 0.25]


class TestEmpty:
    def test_no_metric(self):
        project = from_frames(small(), pd.DataFrame({"note": ["a"] * 12}))
        design = build(project, Selection("p"))
        assert design.empty[0] == "no metric"
        assert "Columns and roles" in design.empty[1]

    def test_too_few_runs(self):
        design = ask(from_frames(small(9), pd.DataFrame({"loss": np.arange(9.0)})))
        assert design.empty[0] == "too few runs"
        assert design.empty[1].startswith("Only 9 runs are usable; importance needs at least 10.")

    def test_constant_target(self):
        assert ask(from_frames(small(), pd.DataFrame({"loss": [2.5] * 12}))).empty[0] == "constant target"

    def test_no_varying_parameter(self):
        frame = pd.DataFrame({"a": [1] * 12, "seed": range(12)})
        assert ask(from_frames(frame, pd.DataFrame({"loss": np.arange(12.0)}))).empty[0] == "no varying parameter"

    def test_no_run_at_all(self):
        nothing = pd.DataFrame({"a": []}), pd.DataFrame({"loss": []})
        assert ask(from_frames(small(), pd.DataFrame({"loss": [np.nan] * 11 + [1.0]}))).empty[0] == "too few runs"
        assert build(from_frames(*nothing), Selection("p")).empty[0] == "no metric"


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
    np.testing.assert_array_equal(matrix(a, np.arange(80)).X, matrix(b, np.arange(80)).X)


def test_matrix_codes():
    columns = {
        "flag": [True, False] * 8,
        "four": list("abcd") * 4,
        "many": [f"v{i:02d}" for i in range(12)] + ["v00"] * 4,
        "sizes": [[8], [8, 4], [16], [16, 2]] * 4,
        "gap": [np.nan, 1.0, 5.0, 2.0] * 4,
        "mixed": [1, 2, "auto", 3] * 4,
    }
    rng = np.random.default_rng(1)
    config = pd.DataFrame({k: pd.Series([v[i] for i in rng.permutation(16)]) for k, v in columns.items()})
    design = ask(from_frames(config, pd.DataFrame({"loss": np.random.default_rng(0).random(16)})))
    made = matrix(design, np.arange(16))
    names = [f.parameter.name for f in design.features]
    width = {name: int((made.parents == i).sum()) for i, name in enumerate(names)}
    # sizes: four indicators, the length, two elements; mixed: the number and an indicator of the word
    assert width == {"flag": 1, "four": 4, "many": 1, "sizes": 7, "gap": 1, "mixed": 2}
    assert len(made.inactive[names.index("gap")]) == 4
    assert all(len(made.inactive[names.index(n)]) == 0 for n in names if n != "gap")
    assert made.X.dtype == np.uint8


def test_a_monotone_rescaling_changes_no_matrix(sweep):
    project = sweep(50)
    rescaled = project.config.assign(lr=np.log(project.config["lr"]) * 3 + 7)
    a = matrix(ask(project), np.arange(50)).X
    b = matrix(ask(from_frames(rescaled, project.summary)), np.arange(50)).X
    assert np.sort(a[:, 0]).tolist() == np.sort(b[:, 0]).tolist()


def test_filters_change_what_is_constant(sweep):
    project = sweep(90)
    selection = Selection("p", Target("loss"), filters=(Condition("config.optimizer", values=("adam",)),))
    found = {p.name: p.reason for p in build(project, selection).parameters}
    assert found["optimizer"] == "constant"


def test_associated_parameters_are_grouped_and_conditional_ones_are_not(rng):
    n = 300
    a = rng.random(n)
    kind = rng.choice(["p", "q"], n)
    config = pd.DataFrame(
        {
            "a": a,
            "almost_a": a + 0.05 * rng.random(n),
            "b": rng.random(n),
            "kind": kind,
            "child": np.where(kind == "p", rng.random(n), np.nan),
        }
    )
    design = ask(from_frames(config, pd.DataFrame({"loss": rng.random(n)})))
    names = [f.parameter.name for f in design.features]
    groups = [[names[i] for i in group] for group, _ in association_groups(design, np.arange(n))]
    assert groups == [["a", "almost_a"]]
