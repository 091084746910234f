"""Is the winner better than noise: the naive test is fooled by the best of many, this one is not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import special

from benchmarks.power.noise import repeated
from benchmarks.sweeps import sound, study
from panel.checks import noise
from panel.checks.noise_words import say_advice
from panel.data.project import from_frames
from panel.data.records import plain
from panel.runs import adopt
from panel.runs.replicates import Noise, trial_noise


def study_of(loss, lr, **more):
    ids = [f"run{i}" for i in range(len(loss))]
    config = pd.DataFrame({"lr": lr, "seed": np.arange(len(loss))}, index=ids)
    return study(from_frames(config, pd.DataFrame({"loss": loss}, index=ids)), "loss", **more)


def noise_of(loss, number):
    return trial_noise(np.asarray(loss, float), np.asarray(number), np.ones(len(loss), bool))


def test_of_equal_configs_the_naive_test_fires_in_more_than_half_and_this_one_in_five_of_a_hundred():
    draw = np.random.default_rng(0)
    naive, adjusted, best = [], [], []
    for _ in range(600):
        runs = draw.standard_normal((100, 5))
        runs = runs[np.argsort(runs.mean(1))]
        means, size = runs.mean(1), np.full(100, 5)
        sd = noise_of(runs.ravel(), np.repeat(np.arange(100), 5))
        far = (means[50] - means[0]) / (sd.sd * np.sqrt(2 / 5))
        naive.append(special.stdtr(sd.freedom, -far) <= 0.05)
        middle = noise.compare_with_middle(means, size, sd)
        adjusted.append(middle.p <= 0.05)
        assert (middle.difference - middle.half > 0) == adjusted[-1]  # interval and test agree
        best.append(noise.compare_with_runner_up(means, size, sd)[1])
    assert np.mean(naive) > 0.5
    assert 0.02 <= np.mean(adjusted) <= 0.07
    assert np.mean(best) <= 0.05


def test_of_two_equal_configs_the_winner_is_told_from_the_runner_up_in_one_of_ten():
    draw = np.random.default_rng(1)
    told = []
    for _ in range(1_000):
        runs = draw.standard_normal((2, 6))
        runs = runs[np.argsort(runs.mean(1))]
        told.append(
            noise.compare_with_runner_up(runs.mean(1), np.full(2, 6), noise_of(runs.ravel(), np.repeat([0, 1], 6)))[1]
        )
    assert 0.07 <= np.mean(told) <= 0.13


def test_a_lucky_single_run_does_not_count_as_a_mean_of_many():
    sd = Noise(1.0, 50, 25, 25)
    many = noise.compare_with_middle(np.r_[-2.6, np.zeros(20)], np.full(21, 4), sd)
    single = noise.compare_with_middle(np.r_[-2.6, np.zeros(20)], np.r_[1, np.full(20, 4)], sd)
    assert many.p < 0.001 < 0.05 < single.p


def test_equal_configs_fire_and_different_ones_do_not():
    fired = [[noise.check(repeated(np.random.default_rng([i]), apart, 40)).fires for i in range(6)] for apart in (0, 3)]
    assert sum(fired[0]) >= 4 and not any(fired[1])


def test_a_sound_search_with_repeats_is_fine_and_says_by_how_much():
    seeds = [s for s in range(20) if "seed" in sound(s, curves=False).config][:2]
    for seed in seeds:
        found = study(sound(seed, curves=False))
        finding = noise.check(found)
        assert finding.verdict == "fine" and 0.003 < finding.facts.trial_sd < 0.008
        gap = np.median(found.configs.loss) - found.configs.loss[0]
        assert finding.facts.difference == pytest.approx(gap)
        assert f"{gap:.3g}" in finding.sentence
        assert adopt.record(found.runs, adopt.Asked()).trial.sd == pytest.approx(finding.facts.trial_sd_target)
        assert finding.facts.low < gap < finding.facts.high and finding.facts.p < 0.05
        assert finding.evidence[0].series[0].kind == "points"  # a bar from 0 hides differences
    assert seeds


def test_without_repeats_it_says_which_runs_to_repeat_how_often():
    loss = np.r_[1.0, 1.01, 1.02, np.linspace(2, 5, 40)]
    finding = noise.check(study_of(loss, np.linspace(0, 1, 43)[np.random.default_rng(0).permutation(43)]))
    assert finding.verdict == "can't tell"
    assert [r.run for r in finding.facts.repeat] == ["run0", "run1", "run2"]
    assert all(2 <= r.times <= 9 for r in finding.facts.repeat)
    assert "run0" in finding.advice and f"{finding.facts.repeat[0].times} more times" in finding.advice


def test_the_narrower_the_gap_the_more_repeats():
    wide, narrow = (
        noise.check(study_of(np.r_[0.0, gap, 2 * gap, np.linspace(2, 5, 30)], np.arange(33.0) ** 2 % 37)).facts.repeat
        for gap in (0.9, 0.01)
    )
    assert wide[0].times < narrow[0].times


def test_the_largest_noise_is_right_if_all_is_noise():
    draw = np.random.default_rng(0)
    guess = [noise.find_largest_noise(np.sort(draw.normal(0, 2, 80))) for _ in range(200)]
    assert 1.8 < np.mean(guess) < 2.2


@pytest.mark.parametrize(
    "loss",
    [[1.0], [1.0, 2.0], [np.inf] * 6, [1.0] * 30, [np.inf, 1.0, np.nan] * 10, [1e308, -1e308, 0.0] * 6],
)
@pytest.mark.parametrize("again", [1, 3])
def test_odd_projects(loss, again):
    finding = noise.check(study_of(np.array(loss), np.arange(len(loss)) // again))
    assert finding.sentence and finding.verdict in ("can't tell", "look", "fine")
    assert json.dumps(plain(finding.facts), allow_nan=False)


def advised(*repeats):
    facts = noise.Facts(repeat=tuple(noise.Repeat(*one) for one in repeats))
    return say_advice(study_of([1.0, 1.01, 1.02], [1.0, 2.0, 3.0]), facts)


def test_which_runs_to_repeat_can_be_read_whatever_their_names():
    same = advised(("run0", 9), ("run1", 9))
    assert same.startswith("Repeat run0 and run1, 9 more times, each with another seed")
    other = advised(("run0", 1), ("run1", 4))
    assert other.startswith("Repeat run0 (once more) and run1 (4 more times), each")
