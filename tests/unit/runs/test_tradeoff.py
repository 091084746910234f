"""Two metrics against each other: the front, what is drawn, and what a lasso encloses."""

import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.runs import tradeoff
from panel.runs.tradeoff import Asked
from panel.runs.tradeoff import BestRun as Best


def record(runs, asked):
    return tradeoff.record(runs, Asked.from_json(asked))


def brute(x, y):
    worse = (x[:, None] >= x) & (y[:, None] >= y) & ((x[:, None] > x) | (y[:, None] > y))
    return ~worse.any(1)


def test_the_front_of_few_points_is_known_and_equal_points_are_on_it_together():
    x = np.array([1.0, 2, 2, 3, 3, 1, 0, 4])
    y = np.array([3.0, 2, 2, 2, 1, 3, 9, 1])
    assert tradeoff.front(x, y).tolist() == [True, True, True, False, True, True, True, False]
    assert tradeoff.front(np.ones(3), np.ones(3)).all()
    assert not len(tradeoff.front(np.empty(0), np.empty(0)))


@pytest.mark.parametrize("values", [4, 12, 1000])
def test_the_front_is_that_of_all_pairs(values):
    draw = np.random.default_rng(values)
    for _ in range(40):
        x, y = draw.integers(0, values, (2, 60)).astype(float)
        assert np.array_equal(tradeoff.front(x, y), brute(x, y))


def metrics(x, y, **runs):
    ids = [f"r{i}" for i in range(len(x))]
    config = pd.DataFrame({"lr": np.linspace(1, 2, len(x)), "kind": np.resize(["a", "b"], len(x))}, index=ids)
    return from_frames(config, pd.DataFrame({"loss": y, "cost": x}, index=ids), runs=pd.DataFrame(runs, index=ids))


@pytest.mark.parametrize("goal_x", ["minimize", "maximize"])
@pytest.mark.parametrize("goal_y", ["minimize", "maximize"])
def test_every_combination_of_goals_has_its_front(collected, goal_x, goal_y):
    x, y = np.random.default_rng(3).integers(0, 15, (2, 80)).astype(float)
    found = record(collected(metrics(x, y)), {"x": "summary.cost", "goal_x": goal_x, "goal_y": goal_y})
    signed = [values if goal == "minimize" else -values for values, goal in ((x, goal_x), (y, goal_y))]
    assert set(found.front) == {f"r{i}" for i in np.flatnonzero(brute(*signed))}
    place = [int(run[1:]) for run in found.front]
    assert np.all(np.diff(signed[0][place]) >= 0), "from the best x"


def test_the_usual_axes_are_a_cost_and_the_target(project, collected):
    found = record(collected(project), {})
    assert (found.x.id, found.y.id) == ("summary.accuracy", "target")
    assert (found.x.goal, found.y.goal) == ("maximize", "minimize")
    project.runs["runtime"] = np.arange(120.0)
    assert record(collected(project), {}).x.id == "run.runtime"
    project.runs["runtime"] = 1.0
    assert record(collected(project), {}).x.id == "summary.accuracy", "a constant is no cost"
    json.dumps(found.to_json(), allow_nan=False)


def test_objectives_of_one_search_are_weighed_against_each_other_before_a_cost(collected):
    draw = np.random.default_rng(1)
    config = pd.DataFrame({"lr": draw.random(30)}, index=[f"r{i}" for i in range(30)])
    summary = pd.DataFrame({"accuracy": draw.random(30), "loss": draw.random(30)}, index=config.index)
    runs = pd.DataFrame({"runtime": draw.random(30)}, index=config.index)
    space = Space("loss", "minimize", "tpe", goals={"loss": "minimize", "accuracy": "maximize"})
    found = record(collected(from_frames(config, summary, runs=runs, space=space)), {})
    assert (found.x.id, found.x.goal, found.y.id) == ("summary.accuracy", "maximize", "target")
    alone = from_frames(config, summary, runs=runs, space=Space("loss", "minimize", goals={"loss": "minimize"}))
    assert record(collected(alone), {}).x.id == "run.runtime"


def test_runs_that_cannot_be_compared_are_counted(project, collected):
    found = record(collected(project), {})
    assert found.n == 106
    assert found.left_out["failed"] == 12
    assert sum(found.left_out.values()) == found.runs - found.n


def test_the_best_of_the_target_has_its_place(collected):
    runs = collected(metrics(np.array([1.0, 2, 3]), np.array([3.0, 2, 1])))
    assert record(runs, {}).best == Best("r2", "r2", place=3, without=())
    other = record(runs, {"x": "summary.cost", "y": "summary.cost"})
    assert other.front == ("r0",)
    assert other.best.place is None
    assert other.best.without == ()


def test_the_best_of_the_target_without_the_other_metric_was_not_compared(collected):
    found = record(collected(metrics(np.array([1.0, 2, np.nan]), np.array([3.0, 2, 1]))), {})
    assert found.best == Best("r2", "r2", place=None, without=("cost",))
    twice = record(collected(metrics(np.array([1.0, 2, np.inf]), np.array([3.0, 2, 1]))), {"y": "summary.cost"})
    assert twice.best.without == ("cost",)


def test_listed_runs_say_in_which_parameters_they_differ(collected):
    found = record(collected(metrics(np.array([1.0, 2, 3, 9]), np.array([3.0, 2, 1, 9]))), {})
    assert [line.run for line in found.listed] == ["r0", "r1", "r2"]
    assert found.parameters["kind"] == ("a", "b", "a")
    alone = record(collected(metrics(np.array([1.0, 2]), np.array([1.0, 2]))), {})
    assert (alone.front, alone.parameters) == (("r0",), {})


def test_a_long_front_is_listed_in_part_from_end_to_end(collected):
    found = record(collected(metrics(np.arange(100.0), np.arange(100.0)[::-1])), {})
    assert len(found.front) == 100
    assert len(found.listed) == 20
    assert [found.listed[i].run for i in (0, -1)] == ["r0", "r99"]


def test_of_many_runs_some_are_drawn_and_all_on_the_front_whatever_their_order(collected):
    x, y = np.random.default_rng(0).random((2, 5000))
    shuffled = np.random.default_rng(1).permutation(5000)
    created = pd.date_range("2026-01-01", periods=5000, freq="s").strftime("%Y-%m-%dT%H:%M:%SZ").to_numpy(object)
    project = metrics(x, y, created=created)
    other = from_frames(project.config.iloc[shuffled], project.summary.iloc[shuffled], runs=project.runs.iloc[shuffled])
    found, again = record(collected(project), {}), record(collected(other), {})
    assert found.points == again.points
    assert len(found.points.run) == tradeoff.MOST_DRAWN + sum(found.points.on)
    assert sum(found.points.on) == len(found.front) == brute(x, y).sum()
    assert found.n == 5000


def test_an_outline_takes_in_all_runs_inside_and_follows_the_log_axis(collected):
    x, y = 10 ** np.random.default_rng(5).uniform(-3, 3, (2, 400))
    runs = collected(metrics(x, y))
    assert record(runs, {}).x.log
    box = tradeoff.find_within(runs, Asked(), [0.01, 1, 1, 0.01], [0.1, 0.1, 10, 10])
    assert set(box) == {f"r{i}" for i in np.flatnonzero((x > 0.01) & (x < 1) & (y > 0.1) & (y < 10))}
    below = tradeoff.find_within(runs, Asked(), [1e-4, 1e4, 1e4], [1e-4, 1e-4, 1e4])
    assert set(below) == {f"r{i}" for i in np.flatnonzero(y < x)}
    assert tradeoff.find_within(runs, Asked(), [1, 2], [1, 2]) == []
    with pytest.raises(QuestionError, match=r"more than 5,000 corners"):
        tradeoff.find_within(runs, Asked(), [1.0] * 5_001, [1.0] * 5_001)


def test_what_is_not_there_is_said(project, collected):
    runs = collected(project)
    with pytest.raises(QuestionError, match=r"no metric 'summary\.accurcy'.*accuracy"):
        record(runs, {"x": "summary.accurcy"})
    with pytest.raises(QuestionError, match="Goal"):
        record(runs, {"goal_x": "up"})
    one = from_frames(project.config, project.summary[["loss"]])
    assert "one metric only" in record(collected(one), {}).empty
    one.runs["runtime"] = np.arange(120.0)
    found = record(collected(one), {})
    assert (found.x.id, found.y.id) == ("run.runtime", "target"), "one metric and the runtime are two"
    apart = metrics(np.array([1.0, np.nan]), np.array([np.nan, 1.0]))
    assert "No run that counts has both" in record(collected(apart), {}).empty
    single = record(collected(metrics(np.array([1.0]), np.array([2.0]))), {})
    assert (single.n, single.front, single.x.log) == (1, ("r0",), False)


def test_whole_numbers_are_listed_with_all_digits():
    assert [tradeoff._write(v) for v in (2147483647.0, 2147483647, 0.123456789, -0.5, True, np.nan)] == [
        "2147483647", "2147483647", "0.1235", "−0.5", "true", "",
    ]  # fmt: skip


def test_what_a_larger_cost_buys_is_said(collected):
    draw = np.random.default_rng(0)
    seconds = draw.uniform(10, 100, 200)
    loss = 1 + 50 / seconds + 0.1 * draw.random(200)
    loss[:2], seconds[:2] = [1.2, 1.21], [90, 20]
    found = record(collected(metrics(draw.random(200), loss, runtime=seconds), scale="raw"), {})
    assert found.x.id == "run.runtime"
    assert found.cost.startswith("r1 is as good as the best, r0, but for a tenth of the spread between configs (")
    assert "at 22 % of its run time (20 s in place of 90 s)" in found.cost
    assert "goes along with a better loss (rank correlation +0.9" in found.cost
    noise = record(collected(metrics(draw.random(200), draw.random(200), runtime=seconds)), {})
    assert "goes along with neither a better nor a worse loss" in noise.cost
    assert record(collected(metrics(seconds, loss)), {"goal_x": "maximize"}).cost == ""
    assert record(collected(metrics(seconds, loss)), {"y": "summary.loss"}).cost == ""


def test_where_nothing_cheaper_is_as_good_it_says_so(collected):
    seconds = np.linspace(10, 100, 40)
    found = record(collected(metrics(seconds, 200 - seconds, runtime=seconds), scale="raw"), {})
    assert found.cost.startswith("No run as good as the best, r39, but for")
