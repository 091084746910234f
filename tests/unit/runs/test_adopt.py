"""Adopt or not: differences that are known, what noise allows to say, and what is asked in vain."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import adopt, bestof, collect
from panel.runs.adopt import Asked


def record(runs, asked):
    return adopt.record(runs, Asked.from_json(asked))


def runs_of(config, loss, runs=None, summary=None, space=None, goal="minimize", scale=None):
    ids = [f"run{i}" for i in range(len(loss))]
    metrics = pd.DataFrame({"loss": loss, **(summary or {})}, index=ids)
    about = pd.DataFrame(runs, index=ids) if runs else None
    project = from_frames(pd.DataFrame(config, index=ids), metrics, runs=about, space=space)
    target = Target("loss", goal=goal, scale=scale) if scale else Target("loss", goal=goal)
    selection = Selection("p", target)
    return collect(project, selection, build(project, selection))


def two_values(apart, n=120, **more):
    draw = np.random.default_rng(4)
    use = np.repeat(["new", "old"], n // 2)
    loss = 3 + draw.normal(0, 0.3, n) - apart * (use == "new")
    return runs_of({"use": use, "lr": draw.random(n)}, loss, **more)


def repeats(means, seeds, sd=1.0):
    draw = np.random.default_rng(2)
    take = np.repeat(np.arange(len(means)), seeds)
    config = {"lr": (np.arange(len(means)) * 7 % 11 + 0.5)[take], "seed": np.tile(np.arange(seeds), len(means))}
    return runs_of(config, np.asarray(means)[take] + sd * draw.standard_normal(len(take)))


def test_two_values_differ_by_the_expected_best_of_equally_many():
    runs = two_values(1.0)
    found = record(runs, {"parameter": "use", "a": "new", "b": "old"})
    new, old = np.sort(runs.target[:60]), np.sort(runs.target[60:])
    assert found.m == 20
    assert found.difference == pytest.approx(bestof.expected_best(old, 20) - bestof.expected_best(new, 20))
    sd = np.sqrt(bestof.variance(new, 20) + bestof.variance(old, 20))
    assert found.study.sd == pytest.approx(sd) and found.trial.sd is None
    assert found.low < found.difference < found.high
    assert found.verdict == "adopt" and "Adopt use = new instead of use = old" in found.sentence
    assert found.p < 0.05 and not found.wanted


def test_turned_round_it_is_not_adopted():
    one, other = (
        record(two_values(1.0), {"parameter": "use", "a": a, "b": b}) for a, b in (("new", "old"), ("old", "new"))
    )
    assert other.verdict == "do not adopt" and other.difference == pytest.approx(-one.difference)
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))
    assert "it is 1.1 worse (0.94 to 1.2) in loss" in other.sentence


def test_equal_values_are_not_told_apart_and_it_says_what_to_run():
    found = record(two_values(0.0), {"parameter": "use"})
    assert found.verdict == "not enough to tell" and found.low < 0 < found.high
    assert found.wanted in found.sentence and "more configs with each" in found.wanted


def test_equal_values_are_told_apart_in_at_most_one_of_ten():
    told = []
    for i in range(40):
        draw = np.random.default_rng([i])
        runs = runs_of({"use": np.repeat(["a", "b"], 30), "lr": draw.random(60)}, draw.standard_normal(60))
        told.append(record(runs, {"parameter": "use"}).verdict != "not enough to tell")
    assert np.mean(told) <= 0.15


def test_the_goal_and_the_scale_decide_what_is_better():
    runs = two_values(1.0, goal="maximize")
    found = record(runs, {"parameter": "use", "a": "new", "b": "old"})
    assert found.verdict == "do not adopt" and found.difference < 0
    draw = np.random.default_rng(1)
    loss = np.exp(draw.normal(0, 0.3, 100)) * np.repeat([1.0, 8.0], 50)
    ratio = record(runs_of({"use": np.repeat(["a", "b"], 50), "lr": draw.random(100)}, loss, scale="log"), {})
    assert ratio.log and ratio.verdict == "adopt" and 1 / 12 < ratio.ratio < 1 / 5
    a, b = (side.expected for side in ratio.groups)
    assert ratio.difference == pytest.approx(b - a) and ratio.ratio == pytest.approx(a / b)


def test_unasked_it_compares_the_two_best_values_of_a_category():
    draw = np.random.default_rng(1)
    use = np.repeat(["worst", "middle", "best"], 40)
    loss = np.repeat([3.0, 2.0, 1.0], 40) + 0.1 * draw.standard_normal(120)
    found = record(runs_of({"lr": draw.random(120), "use": use}, loss), {})
    assert (found.a, found.b) == ("use = best", "use = middle") and found.verdict == "adopt"


def test_buckets_of_a_number_and_points_to_draw():
    draw = np.random.default_rng(1)
    lr = draw.random(100)
    runs = runs_of({"lr": lr, "x": draw.random(100)}, lr + 0.05 * draw.standard_normal(100))
    found = record(runs, {"parameter": "lr", "buckets": 2})
    assert len(found.labels) == 2 and found.groups[0].label == found.labels[0]
    assert found.drawn == 100 and {p.group for p in found.points} == {0, 1}


def test_two_configs_are_compared_by_their_repeats():
    runs = repeats([0.0, 10.0, 20.0, 30.0, 40.0], 4)
    found = record(runs, {"run_a": "run0", "run_b": "run4"})
    means = runs.target[:4].mean(), runs.target[4:8].mean()
    assert found.kind == "configs" and found.difference == pytest.approx(means[1] - means[0])
    assert found.verdict == "adopt" and found.trial.sd == pytest.approx(1, abs=0.4)
    assert found.study.sd is None and len(found.points) == 8
    assert record(runs, {"run_a": "run4", "run_b": "run1"}).verdict == "do not adopt"


def test_the_best_of_many_equal_configs_is_rarely_adopted():
    adopted = 0
    for i in range(30):
        draw = np.random.default_rng([i, 3])
        take = np.repeat(np.arange(40), 3)
        runs = runs_of({"lr": draw.random(40)[take], "seed": np.tile([1, 2, 3], 40)}, draw.standard_normal(120))
        means = runs.target.reshape(40, 3).mean(1)
        pair = {"run_a": f"run{3 * np.argmin(means)}", "run_b": f"run{3 * np.argsort(means)[20]}"}
        found = record(runs, pair)
        adopted += found.verdict == "adopt"
        assert "adjusted for 39" in found.notes[0]
    assert adopted <= 4


def test_without_repeats_two_configs_cannot_be_told_apart():
    runs = runs_of({"lr": np.linspace(0.1, 0.9, 12) ** 2}, np.random.default_rng(1).random(12))
    found = record(runs, {"run_a": "run3"})
    assert found.verdict == "not enough to tell" and found.difference is not None and found.low is None
    assert "3 more times with other seeds" in found.sentence


def test_what_is_more_complex_is_said_where_it_is_known():
    draw = np.random.default_rng(1)
    use = np.repeat(["adam", "sgd"], 40)
    config = {"use": use, "momentum": np.where(use == "sgd", draw.random(80), np.nan), "lr": draw.random(80)}
    runtime = np.where(use == "sgd", 100.0, 200.0)
    size = {"n_params": np.where(use == "sgd", 1e6, 1.01e6)}
    found = record(runs_of(config, draw.random(80), {"runtime": runtime}, size), {"parameter": "use"})
    assert any("sgd needs 1 parameter that adam does not have: momentum" in words for words in found.complexity)
    assert any("use = adam has 2 times the runtime" in words for words in found.complexity)
    assert len(found.complexity) == 2  # one in a hundred more parameters is none
    assert record(two_values(0.0), {"parameter": "use"}).complexity == ()


def test_adaptive_searches_are_not_judged():
    runs = two_values(2.0, space=Space("loss", "minimize", "tpe"))
    found = record(runs, {"parameter": "use"})
    assert found.verdict == "not enough to tell" and found.p is None and found.beyond is None
    assert "at random" in found.sentence and "tpe" in found.notes[0]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"run_a": "nosuch"}, "nosuch"),
        ({"run_b": "nosuch"}, "nosuch"),
        ({"parameter": "nosuch"}, "nosuch"),
        ({"parameter": "use", "a": "nosuch"}, "nosuch"),
        ({"parameter": "use", "a": "new", "b": "new"}, "itself"),
        ({"parameter": "lr", "buckets": "many"}, "many"),
        ({"run_a": "run0", "run_b": "run0"}, "same config"),
    ],
)
def test_what_is_asked_in_vain_is_named(asked, words):
    with pytest.raises(QuestionError, match=words):
        record(two_values(0.0), asked)


def test_a_config_without_a_finite_target_is_said():
    loss = np.random.default_rng(1).random(20)
    loss[3] = np.inf
    runs = runs_of({"lr": np.linspace(0.1, 0.9, 20) ** 2}, loss)
    found = record(runs, {"run_a": "run3", "run_b": "run4"})
    assert found.verdict == "not enough to tell" and "the config of run3 has no run" in found.sentence
    assert json.dumps(found.to_json(), allow_nan=False)


def test_an_interval_that_leaves_out_none_and_the_verdict_do_not_contradict_each_other():
    apart = []
    for seed in range(12, 20):
        draw = np.random.default_rng(seed)
        use = np.repeat(["new", "old"], 16)
        loss = 3 + draw.normal(0, 1, 32) - 0.5 * (use == "new")
        found = record(runs_of({"use": use, "lr": draw.random(32)}, loss), {"parameter": "use", "a": "new", "b": "old"})
        excludes = found.low * found.high > 0
        told = "of these two alone, leaves out none. Where values are shuffled" in found.sentence
        assert told == (excludes and found.verdict == "not enough to tell")
        apart.append(told)
    assert any(apart) and not all(apart)
