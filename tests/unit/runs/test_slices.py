"""Slices: which runs are drawn and marked, trends of configs, boxes, and what cannot be drawn."""

import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Project, from_frames
from panel.errors import QuestionError
from panel.runs import slices
from panel.runs.slice_plots import JITTER
from panel.runs.slices import RunCounts


def made(config: dict, loss, **runs) -> Project:
    ids = [f"r{i}" for i in range(len(loss))]
    about = pd.DataFrame({"state": "finished", **runs}, index=ids)
    return from_frames(pd.DataFrame(config, index=ids), pd.DataFrame({"loss": loss}, index=ids), runs=about)


def record_of(runs, asked):
    return slices.record(runs, slices.Asked.from_json(asked))


def one(record, name):
    return next(found for found in record.slices if found.parameter == name)


def test_all_runs_are_drawn_while_they_are_few(project, collected):
    runs = collected(project)
    record = record_of(runs, {})
    assert slices.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record
    drawn = record.drawn
    assert [found.parameter for found in record.slices] == ["lr", "optimizer", "momentum", "layers"]
    assert sorted(drawn.id) == sorted(runs.ids)
    assert record.counts == RunCounts(106, 14, 106, 14)
    marked = {run for run, group in zip(drawn.id, drawn.group, strict=True) if group == "best"}
    assert record.best == 6
    assert marked == set(runs.ids[runs.best_first[:6]])
    lr = dict(zip(drawn.id, one(record, "lr").x, strict=True))
    assert lr["run7"] == pytest.approx(project.config["lr"]["run7"], rel=1e-6)
    assert one(record, "lr").axis.scale == "log"


def test_infeasible_runs_lie_at_the_edge_on_the_bad_side_and_say_why(project, collected):
    for goal, side in (("minimize", "top"), ("maximize", "bottom")):
        record = record_of(collected(project, goal=goal), {})
        target, drawn = record.target, record.drawn
        at_edge = [y for y, group in zip(drawn.y, drawn.group, strict=True) if group == "infeasible"]
        assert target.side == side
        assert at_edge == pytest.approx([target.edge] * 14, rel=1e-6)
        assert target.edge > target.high if goal == "minimize" else target.edge < target.low
        assert target.range[0] < min(target.edge, target.low)
        assert target.range[1] > max(target.edge, target.high)
    assert {"failed", "infinite"} <= set(drawn.why)


def test_runs_without_a_value_are_counted_in_words(project, collected):
    found = one(record_of(collected(project), {}), "momentum")
    inactive = int((project.config["optimizer"] == "adam").sum())
    assert found.without == (f"{inactive} runs inactive",)
    assert sum(v is None for v in found.x) == inactive


def test_of_many_runs_the_best_and_a_choice_by_id_are_drawn(collected):
    draw = np.random.default_rng(0)
    x, loss = draw.random(1500), draw.random(1500)
    loss[:300] = np.nan
    project = made({"x": x, "z": draw.random(1500)}, loss)
    runs = collected(project)
    record = record_of(runs, {})
    assert record.counts == RunCounts(1200, 300, 400, 80)
    assert set(runs.ids[runs.best_first[:20]]) <= set(record.drawn.id)
    assert one(record, "x").trend.runs == 1200
    large = record_of(runs, {"enlarged": "x"})
    assert large.counts.drawn == 1200
    assert len(one(large, "x").all.id) == 1500
    again = from_frames(project.config[::-1], project.summary[::-1], runs=project.runs[::-1])
    other = record_of(collected(again), {})
    assert other.drawn == record.drawn
    assert one(other, "x") == one(record, "x")


def test_replicates_count_once_in_the_trend(collected):
    draw = np.random.default_rng(0)
    x = np.repeat(draw.random(60), 5)
    project = made({"x": x, "seed": np.tile(np.arange(5), 60)}, x + np.tile([0, 0, 0, 9, 9], 60))
    trend = one(record_of(collected(project), {}), "x").trend
    assert (trend.configs, trend.runs, sum(trend.n)) == (60, 300, 60)
    assert trend.median == pytest.approx(trend.x, abs=0.06), "the median of each config"
    starts, ends = trend.edges[:-1], trend.edges[1:]
    for low, high, best in zip(starts, ends, trend.best, strict=True):
        assert low - 1e-6 <= best <= high


def test_boxes_are_of_all_runs_of_each_value(project, collected):
    runs = collected(project)
    found = one(record_of(runs, {}), "optimizer")
    assert found.axis.labels == ("adam", "sgd")
    for i, label in enumerate(("adam", "sgd")):
        loss = runs.target[runs.feasible & (runs.axis("optimizer").values == i)]
        box = found.boxes[i]
        scaled = (
            np.exp(np.percentile(np.log(loss), [25, 50, 75]))
            if runs.scale == "log"
            else np.percentile(loss, [25, 50, 75])
        )
        assert box.runs == len(loss), label
        assert box.best == loss.min()
        assert box.five[1:4] == pytest.approx(scaled, rel=1e-6)
    places = np.array([v for v in found.x if v is not None])
    assert np.abs(places - np.round(places)).max() <= JITTER


def test_the_most_frequent_values_have_strips_and_the_others_share_one(collected):
    kinds = [f"k{i:02d}" for i in range(20) for _ in range(30 - i)]
    project = made({"kind": kinds, "x": np.arange(len(kinds))}, np.arange(float(len(kinds))))
    found = one(record_of(collected(project), {}), "kind")
    assert found.axis.labels == (*(f"k{i:02d}" for i in range(12)), "8 others")
    assert [box.runs for box in found.boxes] == [*range(30, 18, -1), sum(range(11, 19))]


def test_values_that_are_infinite_or_off_a_log_axis_are_counted(collected):
    x = 10.0 ** np.linspace(-4, 0, 60)
    x[:3] = np.inf
    found = one(record_of(collected(made({"x": x, "z": np.arange(60)}, np.arange(60.0))), {}), "x")
    assert found.without == ("3 runs infinite",)
    assert found.runs == 57


def test_outliers_of_a_ranked_target_lie_at_the_ends_and_are_counted(collected):
    loss = np.arange(200.0)
    loss[-1], loss[0] = 1e9, -1e9
    record = record_of(collected(made({"x": np.arange(200.0)}, loss), scale="rank"), {})
    target = record.target
    assert (target.below, target.above) == (1, 1)
    assert (target.low, target.high) == (1, 198)
    assert max(record.drawn.y) == 198
    beyond = {side: run for side, run in zip(record.drawn.beyond, record.drawn.id, strict=True) if side}
    assert beyond == {1: "r199", -1: "r0"}
    assert max(record.drawn.target) == 1e9


@pytest.mark.parametrize("scale", ["raw", "log", "rank"])
@pytest.mark.parametrize("goal", ["minimize", "maximize"])
def test_few_outliers_do_not_squeeze_the_others(collected, scale, goal):
    x = np.arange(200.0)
    loss = 1 + np.random.default_rng(0).random(200)
    far = {"raw": [500.0, 900.0], "rank": [500.0, 900.0], "log": [317.2, 831.7]}[scale]
    worst = np.argsort(loss)[-2:] if goal == "minimize" else np.argsort(loss)[:2]
    loss[worst] = far if goal == "minimize" or scale == "log" else -np.array(far)
    if goal == "maximize" and scale == "log":
        loss[worst] = [1e-9, 1e-8]
    record = record_of(collected(made({"x": x}, loss), scale=scale, goal=goal), {})
    target = record.target
    assert (target.above, target.below) == ((2, 0) if goal == "minimize" else (0, 2))
    assert {run for side, run in zip(record.drawn.beyond, record.drawn.id, strict=True) if side} == {
        f"r{i}" for i in worst
    }
    shown = np.delete(loss, worst)
    assert (target.low, target.high) == (shown.min(), shown.max())


def test_without_far_outliers_and_for_a_best_run_somewhat_apart_the_axis_shows_all(collected):
    rng = np.random.default_rng(1)
    apart = np.append(rng.normal(5, 1, 199), -15.0)
    for loss in (rng.random(200), rng.normal(size=200), rng.exponential(size=200), apart, [1.0] * 199 + [100.0]):
        target = record_of(collected(made({"x": np.arange(200.0)}, loss), scale="raw"), {}).target
        assert (target.low, target.high) == (min(loss), max(loss))
        assert (target.below, target.above) == (0, 0)


@pytest.mark.parametrize("value", [0.0, 3.0, 1e300, -1e308])
def test_one_run_or_a_constant_target_still_has_an_axis(collected, value):
    for n in (1, 40):
        record = record_of(collected(made({"x": np.arange(float(n))}, np.full(n, value))), {})
        assert slices.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record
        assert record.target.range[0] < value < record.target.range[1]
        assert record.best == (1 if n == 1 else 5)


def test_the_whole_range_of_floats_has_an_axis(collected):
    loss = np.tile([-1.7e308, 1.7e308, 0.0], 10)
    record = record_of(collected(made({"x": loss[::-1]}, loss)), {})
    assert slices.from_json(json.loads(json.dumps(record.to_json(), allow_nan=False))) == record


def test_without_a_feasible_run_it_says_so(collected):
    record = record_of(collected(made({"x": [1.0, 2.0]}, [1.0, 2.0], state="failed")), {})
    assert list(record.to_json()) == ["empty", "messages"]
    assert slices.from_json(record.to_json()) == record
    assert "None of the 2 runs has a finite loss" in record.empty


def test_only_what_was_asked_for_is_told(project, collected):
    runs = collected(project)
    asked = record_of(runs, {"parameters": ["layers", "lr"]})
    assert [found.parameter for found in asked.slices] == ["layers", "lr"]
    assert record_of(runs, {"parameters": []}).slices == ()


def test_an_unknown_parameter_is_named(project, collected):
    for asked in ({"parameters": ["lr", "lrr"]}, {"enlarged": "lrr"}):
        with pytest.raises(QuestionError, match="no parameter 'lrr'"):
            record_of(collected(project), asked)


def test_targets_and_whole_numbers_keep_their_digits(collected):
    loss = np.arange(200.0) / 7
    loss[-1] = 1e9 + 0.125
    width = 2147483447 + np.arange(200)
    runs = collected(made({"width": width}, loss), scale="rank")
    for asked in ({}, {"enlarged": "width"}):
        record = record_of(runs, asked)
        target = dict(zip(record.drawn.id, record.drawn.target, strict=True))
        assert target == dict(zip(runs.ids, runs.target, strict=True))
        assert dict(zip(record.drawn.id, one(record, "width").x, strict=True)) == dict(
            zip(runs.ids, width, strict=True)
        )
    everything = one(record, "width").all
    assert list(everything.target) == loss.tolist()
    assert list(everything.value) == [str(v) for v in width]


def test_more_parameters_than_can_be_drawn_are_left_out_and_named(project, collected, monkeypatch):
    monkeypatch.setattr(slices, "MOST_PLOTS", 2)
    record = record_of(collected(project), {"parameters": ["layers", "lr", "optimizer"]})
    assert [found.parameter for found in record.slices] == ["layers", "lr"]
    assert record.left_out == ("optimizer",)
