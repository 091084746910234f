"""The values of one parameter, compared at equally many configs."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Space, from_frames
from panel.errors import QuestionError
from panel.runs import isolation
from panel.runs.bestof import expected_best
from panel.runs.isolation import Asked
from panel.runs.isolation_words import number_of


def record(runs, asked):
    return isolation.record(runs, Asked.from_json(asked))


def of(config, loss, **more):
    """A project of settings and losses."""
    ids = [f"r{i}" for i in range(len(loss))]
    return from_frames(pd.DataFrame(config, index=ids), pd.DataFrame({"loss": loss}, index=ids), **more)


def test_a_category_has_a_bucket_for_each_value(project, collected):
    runs = collected(project)
    found = record(runs, {"parameter": "optimizer"})
    assert [b.label for b in found.buckets] == ["adam", "sgd"]
    loss = project.summary["loss"].to_numpy()
    for bucket in found.buckets:
        own = (project.config["optimizer"] == bucket.label).to_numpy()
        feasible = own & runs.feasible
        assert (bucket.runs, bucket.infeasible) == (feasible.sum(), (own & ~runs.feasible).sum())
        assert bucket.best.target == loss[feasible].min()
        assert project.summary["loss"][bucket.best.run] == loss[feasible].min()
        assert set(bucket.ids) == set(project.config.index[own])
        assert bucket.low < bucket.expected < bucket.high
        assert bucket.expected > bucket.best.target
    assert found.m == min(b.configs for b in found.buckets) // 3
    json.dumps(found.to_json(), allow_nan=False)


def test_the_baseline_is_the_value_asked_for_or_the_one_with_most_configs(project, collected):
    runs = collected(project)
    found = record(runs, {"parameter": "optimizer"})
    assert found.baseline == max(found.buckets, key=lambda b: b.configs).label
    for baseline, other, way in (("sgd", "adam", "better"), ("adam", "sgd", "worse")):
        found = record(runs, {"parameter": "optimizer", "baseline": baseline})
        entry = next(b for b in found.buckets if b.label == other)
        assert entry.verdict == way
        text = next(s for s in found.sentences if f"optimizer = {other}" in s)
        assert f"{'below' if way == 'better' else 'above'} {baseline} (the baseline): {way} beyond chance." in text
        assert found.lead == f"{other} is {way} than optimizer {baseline} (the baseline) beyond chance."
        base = next(b for b in found.buckets if b.label == baseline)
        assert entry.difference == pytest.approx(entry.expected - base.expected)
    found = record(runs, {"parameter": "optimizer", "baseline": "nadam"})
    assert "'nadam'" in found.notes[0]


def test_more_runs_of_the_same_distribution_do_not_win(collected):
    called = won = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        kind = np.repeat(["few", "many"], [20, 300])
        found = record(
            collected(of({"kind": kind, "x": draw.random(320)}, draw.standard_normal(320))), {"parameter": "kind"}
        )
        few, many = found.buckets
        won += many.best.target < few.best.target
        called += few.verdict != "same"
    assert won > 30, "by its best run alone the larger group wins"
    assert called <= 8


def test_replicates_are_one_config(collected):
    draw = np.random.default_rng(0)
    x = np.repeat(draw.random(24), 3)
    kind = np.repeat(np.where(np.arange(24) < 12, "a", "b"), 3)
    loss = x + 0.1 * draw.standard_normal(72)
    found = record(collected(of({"x": x, "kind": kind, "seed": np.tile([1, 2, 3], 24)}, loss)), {"parameter": "kind"})
    assert [(b.runs, b.configs) for b in found.buckets] == [(36, 12), (36, 12)]
    means = loss.reshape(24, 3).mean(1)[:12]
    assert found.buckets[0].expected == pytest.approx(expected_best(means, 4))
    assert "72 runs are 24 configs" in " ".join(found.notes)


def test_a_log_target_is_compared_by_ratios(collected):
    draw = np.random.default_rng(0)
    kind = np.repeat(["a", "b"], 60)
    loss = np.exp(draw.standard_normal(120)) * np.where(kind == "b", 10, 1)
    runs = collected(of({"kind": kind, "x": draw.random(120)}, loss), scale="log")
    found = record(runs, {"parameter": "kind", "baseline": "a"})
    b = found.buckets[1]
    assert found.log
    assert b.difference == pytest.approx(b.expected / found.buckets[0].expected)
    assert b.expected == pytest.approx(math.exp(expected_best(np.log(loss[60:]), found.m)))
    assert 1 < b.difference_low < b.difference < b.difference_high
    assert b.difference_low < 10 < b.difference_high
    assert "times that with a (the baseline): worse beyond chance." in " ".join(found.sentences)


def test_a_large_target_can_be_the_good_one(project, collected):
    found = record(collected(project, "accuracy", goal="maximize"), {"parameter": "optimizer", "baseline": "sgd"})
    adam = found.buckets[0]
    assert adam.difference > 0
    assert adam.verdict == "better"
    assert adam.best.target > adam.expected


def test_numbers_have_ranges_with_equally_many_runs_or_a_bucket_for_each(project, collected):
    runs = collected(project)
    assert [b.label for b in record(runs, {"parameter": "layers"}).buckets] == ["1", "2", "3"]
    for asked, n in (({}, 5), ({"buckets": 3}, 3)):
        found = record(runs, {"parameter": "lr", **asked})
        sizes = [b.runs + b.infeasible for b in found.buckets]
        assert len(sizes) == n
        assert sum(sizes) == 120
        assert max(sizes) - min(sizes) <= 1
    momentum = record(runs, {"parameter": "momentum"}).buckets[-1]
    assert momentum.label == "inactive"
    assert momentum.words == "momentum inactive"


def test_what_has_too_few_configs_is_left_out_and_said(collected):
    draw = np.random.default_rng(0)
    kind = np.repeat(["a", "b", "rare"], [60, 60, 4])
    found = record(collected(of({"kind": kind, "x": draw.random(124)}, draw.random(124))), {"parameter": "kind"})
    assert found.m == 20
    assert found.buckets[2].why == "too few configs"
    assert found.buckets[2].best is not None
    assert len(found.sentences) == 2
    alone = record(
        collected(of({"kind": ["a", "b"] * 5, "x": draw.random(10)}, draw.random(10))), {"parameter": "kind"}
    )
    assert alone.lead == "The values of kind cannot be compared: that takes two of them with 6 configs or more."
    json.dumps(alone.to_json(), allow_nan=False)


def test_the_size_that_is_compared_can_be_asked_for(project, collected):
    runs = collected(project)
    found = record(runs, {"parameter": "optimizer", "m": 5})
    assert (found.m, found.enough) == (5, 15)
    assert found.offered == (2, 3, 5, 10)


def test_nothing_is_beyond_chance_in_an_adaptive_search(project, collected):
    searched = from_frames(
        project.config, project.summary, runs=project.runs, space=Space("loss", "minimize", "bayes", {})
    )
    found = record(collected(searched), {"parameter": "optimizer", "baseline": "sgd"})
    assert [b.verdict for b in found.buckets] == [None, None]
    assert [b.p for b in found.buckets] == [None, None]
    assert "chance is not judged" in " ".join(found.notes)
    assert "beyond chance" not in " ".join([found.lead, *found.sentences])


def test_a_scientific_parameter_comes_first_then_a_category(project, collected):
    assert record(collected(project), {}).parameter == "optimizer"


def test_odd_values_and_few_runs(collected):
    draw = np.random.default_rng(0)
    odd = [np.nan, np.inf, -np.inf, *draw.random(37)]
    mixed = ["auto", 3, 5, True] * 10
    project = of({"odd": odd, "mixed": mixed, "many": [f"v{i % 30}" for i in range(40)]}, draw.random(40))
    labels = [b.label for b in record(collected(project), {"parameter": "odd"}).buckets]
    assert (labels[0], labels[-2:]) == ("−∞", ["∞", "not recorded"])
    many = record(collected(project), {"parameter": "many"})
    assert many.buckets[-1].label == "11 other values"
    assert many.buckets[-1].why == "many values"
    for name in ("odd", "mixed", "many"):
        json.dumps(record(collected(project), {"parameter": name}).to_json(), allow_nan=False)
    one = of({"a": [1.0], "b": ["x"]}, [0.5])
    assert "nothing to compare" in record(collected(one), {"parameter": "b"}).lead
    same = of({"kind": ["a", "b"] * 10, "x": draw.random(20)}, np.ones(20))
    assert "cannot be told apart" in record(collected(same), {"parameter": "kind"}).lead


def test_values_joined_in_a_bucket_are_no_baseline(collected):
    draw = np.random.default_rng(0)
    project = of({"many": [f"v{i % 40}" for i in range(800)], "x": draw.random(800)}, draw.random(800))
    found = record(collected(project), {"parameter": "many", "baseline": "21 other values"})
    assert [b.label for b in found.buckets if b.mixed] == ["21 other values"]
    assert found.baseline == next(b.label for b in found.buckets if not b.mixed)
    assert found.notes[0] == "The 21 other values have nothing in common, so they cannot be the baseline."
    assert "too few configs" not in found.lead


def test_no_feasible_run_says_so_and_wrong_questions_are_named(project, collected):
    empty = of({"a": [1.0, 2.0]}, [np.nan, np.inf])
    assert "None of the 2 runs has a finite loss" in record(collected(empty), {}).empty
    runs = collected(project)
    for asked, wrong in (({"parameter": "lrr"}, "'lrr'"), ({"buckets": 99}, "99"), ({"m": "x"}, "'x'")):
        with pytest.raises(QuestionError, match=wrong):
            record(runs, asked)


def test_points_are_thinned_and_the_best_stay(collected):
    draw = np.random.default_rng(0)
    project = of({"kind": np.repeat(["a", "b"], 1500), "x": draw.random(3000)}, draw.random(3000))
    runs = collected(project)
    found = record(runs, {"parameter": "kind"})
    assert found.drawn == len(found.points) < 1100
    drawn = {point.run for point in found.points}
    assert {str(i) for i in runs.ids[runs.best_first[:20]]} <= drawn
    assert f"{found.drawn:,} of 3,000 configs drawn" in " ".join(found.notes)
    assert "more than 1,000 configs together" in " ".join(found.notes)
    few = record(runs, {"parameter": "x", "buckets": 12})
    assert "more than 1,000" not in " ".join(few.notes)


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (
            {"a": 0.0, "b": 2.0, "c": 3.0, "d": 0.0},
            "2 are worse than use a (the baseline) beyond chance; 1 hardly differs",
        ),
        ({"a": 0.0, "b": 2.0, "c": 3.0, "d": 4.0}, "3 are worse than use a (the baseline) beyond chance."),
    ],
)
def test_what_none_of_the_values_is_is_not_counted(collected, spread, words):
    draw = np.random.default_rng(3)
    use = np.repeat(list(spread), 400)
    loss = np.array([spread[one] for one in use]) + 5 + 0.3 * draw.random(1600)
    lead = record(
        collected(of({"use": use, "lr": draw.random(1600)}, loss)), {"parameter": "use", "baseline": "a"}
    ).lead
    assert words in lead and " 0 " not in lead


def test_a_difference_that_is_not_0_is_not_written_as_0():
    written = [number_of(value, 0.03).to_words() for value in (0.000479, -0.0004, 0.036, 0.0)]
    assert written == ["0.0005", "−0.0004", "0.036", "0.000"]


def five_values(seed):
    rng = np.random.default_rng(seed)
    optimizer = np.repeat(list("abcde"), 16)
    loss = 3 + rng.normal(0, 1, 80) - 0.5 * (optimizer == "b")
    return of({"optimizer": optimizer, "lr": rng.random(80)}, loss)


def test_an_interval_of_a_difference_does_not_end_where_the_target_does(collected):
    found = record(collected(five_values(4)), {"parameter": "optimizer", "baseline": "a"})
    for bucket in (b for b in found.buckets if b.difference is not None):
        assert bucket.difference_low == pytest.approx(bucket.difference - bucket.rank_half)
        assert bucket.difference_high == pytest.approx(bucket.difference + bucket.rank_half)


@pytest.mark.parametrize("seed", [1, 4, 12])
def test_where_an_interval_leaves_out_none_but_the_verdict_is_that_nothing_can_be_told_it_says_why(collected, seed):
    found = record(collected(five_values(seed)), {"parameter": "optimizer", "baseline": "a"})
    apart = [b for b in found.buckets if b.excludes and b.verdict == "same" and not b.alike]
    assert apart
    for bucket in found.buckets:
        [said] = [s for s in found.sentences if f"optimizer = {bucket.label} " in s]
        assert ("although this interval leaves out none. As one of 4 comparisons" in said) == (bucket in apart)
        if bucket.verdict == "same" and not bucket.alike and bucket not in apart:
            assert bucket.difference_low <= 0 <= bucket.difference_high and said.endswith("cannot be told apart.")
