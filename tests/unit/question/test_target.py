import numpy as np
import pandas as pd
import pytest

from panel.api import importance
from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.question.target import choose_scale, name_target, put_on_scale, read_weights


def ask(project, metric="loss", **target):
    return build(project, Selection("p", Target(metric, **target)))


def small(n=12, **columns):
    rng = np.random.default_rng(3)
    return pd.DataFrame({"x": rng.random(n), **columns})


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


@pytest.mark.parametrize("value", ["last", "best", "min", "max"])
def test_every_metric_has_the_goal_that_is_declared_of_it(value):
    outcomes = pd.DataFrame({"a": np.arange(12.0), "b_loss": np.arange(12.0)})
    history = pd.DataFrame(
        {"run_id": np.repeat([str(i) for i in range(12)], 2), "step": [0, 1] * 12, "metric": "b_loss", "value": 1.0}
    )
    history["value"] = np.arange(24.0)
    declared = Space("a", "minimize", goals={"a": "minimize", "b_loss": "maximize"})
    design = ask(from_frames(small(), outcomes, history, space=declared), "b_loss", value=value)
    assert design.target.goal == "maximize"


def test_an_unknown_metric_names_the_nearest():
    project = from_frames(small(), pd.DataFrame({"val_loss": np.arange(12.0), "note": ["a"] * 12}))
    with pytest.raises(QuestionError, match="Did you mean 'val_loss'"):
        ask(project, "val_los")
    with pytest.raises(QuestionError, match="holds no numbers"):
        ask(project, "note")


class TestWeighted:
    BOTH = '{"loss": 3, "acc": 1}'

    def project(self, n=20):
        loss = np.arange(n, dtype=float)
        return from_frames(small(n), pd.DataFrame({"loss": loss, "acc": 1 - loss / n, "time": loss[::-1]}))

    def test_the_weights_add_up_to_one(self):
        project = self.project()
        assert read_weights(self.BOTH, project) == {"loss": 0.75, "acc": 0.25}
        assert name_target(self.BOTH, project) == "0.75 loss + 0.25 acc (ranks)"
        assert read_weights('{"loss": 1e308, "time": 1e308}', project) == {"loss": 0.5, "time": 0.5}
        for name in ("loss", "{x}", "{", "{}", "[1]", '{"a":' * 3000, '{"a":' * 100_000):
            assert read_weights(name, project) == {}
            assert name_target(name, project) == name

    def test_a_metric_that_is_called_like_one_is_itself(self):
        project = from_frames(small(20), pd.DataFrame({"loss": np.arange(20.0), self.BOTH: np.arange(20.0)}))
        assert name_target(self.BOTH, project) == self.BOTH
        np.testing.assert_array_equal(np.sort(ask(project, self.BOTH).raw), np.arange(20.0))

    def test_infinite_and_missing_values_are_told_apart(self):
        project = self.project()
        summary = project.summary.copy()
        summary.iloc[[0, 1], 0] = np.inf
        summary.iloc[2, 1] = np.nan
        assert ask(from_frames(project.config, summary), self.BOTH).left_out == {"infinite": 2, "no value": 1}

    def test_it_is_the_weighted_mean_of_ranks_from_the_best(self):
        design = ask(self.project(), self.BOTH)
        np.testing.assert_allclose(np.sort(design.raw), (np.arange(20) + 0.5) / 20)
        assert design.target.goal == "minimize"
        assert design.scale == "raw"
        opposite = ask(self.project(), '{"loss": 3, "time": 1}')
        place = (np.arange(20) + 0.5) / 20
        np.testing.assert_allclose(np.sort(opposite.raw), np.sort(0.75 * place + 0.25 * place[::-1]))

    def test_units_do_not_matter(self):
        project = self.project()
        other = from_frames(project.config, project.summary.assign(loss=np.exp(project.summary["loss"])))
        np.testing.assert_array_equal(ask(project, self.BOTH).raw, ask(other, self.BOTH).raw)

    def test_a_run_without_one_of_the_metrics_is_left_out(self):
        project = self.project()
        summary = project.summary.assign(acc=project.summary["acc"].where(project.summary["loss"] != 3))
        design = ask(from_frames(project.config, summary), self.BOTH)
        assert len(design.raw) == 19

    def test_what_cannot_be_weighed_is_said(self):
        for weight in ("0", "-1", '"a"', "true", "NaN", "1e999", "1" + 400 * "0"):
            with pytest.raises(QuestionError, match="weight of 'loss'"):
                ask(self.project(), f'{{"loss": {weight}, "acc": 1}}')
        with pytest.raises(QuestionError, match="no metric 'los'"):
            ask(self.project(), '{"los": 1}')
        with pytest.raises(QuestionError, match="one metric"):
            ask(self.project(), self.BOTH, value="failing")
        with pytest.raises(QuestionError, match="only be minimised"):
            ask(self.project(), self.BOTH, goal="maximize")


class TestScale:
    def test_raw_if_no_few_runs_dominate(self, rng):
        assert choose_scale(rng.normal(size=200), "auto", "minimize")[0] == "raw"
        assert choose_scale(rng.uniform(0.1, 0.9, 200), "auto", "maximize")[0] == "raw"

    def test_rank_if_several_stand_at_one_value_far_off(self, rng):
        values = np.append(rng.uniform(0.5, 2, 193), np.full(7, 5000.0) + rng.random(7))
        assert choose_scale(values, "auto", "minimize")[0] == "rank"

    @pytest.mark.parametrize("share", [0.01, 0.05, 0.1, 0.2])
    @pytest.mark.parametrize("bad", [12.0, -12.0])
    def test_rank_if_a_group_lies_apart_at_either_end(self, rng, share, bad):
        values = rng.normal(size=200)
        values[: int(share * 200)] = 2 * bad
        assert choose_scale(values, "auto", "minimize")[0] == "rank"
        assert choose_scale(np.abs(values) + 1, "auto", "minimize")[0] != "raw"

    def test_no_log_if_the_group_lies_apart_there_too(self, rng):
        values = 1 + 0.05 * rng.random(200)
        values[:30] = 25.0
        assert choose_scale(values, "auto", "minimize")[0] == "rank"

    def test_two_halves_and_a_tail_are_no_group_apart(self, rng):
        halves = np.append(rng.normal(size=100), 30 + rng.normal(size=100))
        assert choose_scale(halves, "auto", "minimize")[0] == "raw"
        assert choose_scale(-np.exp(rng.normal(size=200)), "auto", "maximize")[0] == "raw"

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
        assert put_on_scale(np.array([1.0, np.e]), "log").tolist() == [0.0, 1.0]
        assert put_on_scale(np.array([5.0, 1.0]), "rank").tolist() == [0.75, 0.25]


def test_whether_a_run_fails_is_a_target_of_its_own():
    loss = [0.5, np.nan, np.inf, None, 0.7, 0.8, 0.9, 0.4, 0.3, 0.2, 0.6]
    states = ["finished"] * 4 + ["failed", "crashed", "killed", "running", "finished", "unknown", "finished"]
    project = from_frames(
        pd.DataFrame({"lr": np.arange(11.0)}),
        pd.DataFrame({"loss": pd.Series(loss, dtype="float64")}),
        runs=pd.DataFrame({"state": states}),
    )
    design = build(project, Selection("p", Target("loss", "maximize", "failing", "log")))
    assert dict(zip(design.rows.tolist(), design.raw.tolist(), strict=True)) == {
        0: 0, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 8: 0, 9: 0, 10: 0,
    }  # fmt: skip
    assert design.left_out == {"killed": 1, "running": 1}
    assert (design.target.goal, design.scale) == ("minimize", "raw")
    assert "failed" in design.scale_reason


@pytest.mark.parametrize("method", ["forest", "permutation", "fanova"])
def test_what_makes_runs_fail_is_found_and_failed_runs_are_no_importance_of_anything_else(method):
    rng = np.random.default_rng(3)
    n = 300
    config = pd.DataFrame({"lr": rng.random(n), "width": rng.random(n), "useless": rng.random(n)})
    failed = config["lr"] > 0.8
    loss = (config["width"] + 0.1 * rng.normal(size=n)).where(~failed)
    runs = pd.DataFrame({"state": np.where(failed, "failed", "finished")})
    project = from_frames(config, pd.DataFrame({"loss": loss}), runs=runs)
    failing = {r.parameter: r for r in importance(project, "loss", value="failing", method=method).rows}
    assert failing["lr"].importance > 0.9
    assert failing["lr"].clear
    assert not failing["width"].clear
    assert not failing["useless"].clear
    value = {r.parameter: r for r in importance(project, "loss", method=method).rows}
    assert not value["lr"].clear
    assert value["lr"].importance < 0.1


@pytest.mark.parametrize("fails", [True, False])
def test_where_all_runs_fail_or_none_does_that_is_said(fails):
    project = from_frames(
        pd.DataFrame({"lr": np.arange(20.0)}),
        pd.DataFrame({"loss": np.arange(20.0)}),
        runs=pd.DataFrame({"state": ["failed" if fails else "finished"] * 20}),
    )
    record = importance(project, "loss", value="failing")
    assert record.empty.reason == "constant target"
    assert ("failed:" in record.empty.words) == fails
