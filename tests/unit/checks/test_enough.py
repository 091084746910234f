"""Were enough points sampled: what doubling gained is exact, and searches that may not be asked are told apart."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.power.enough import bowl, lone
from benchmarks.sweeps import sound, study
from panel.checks import Study, enough
from panel.data.project import Domain, Space, from_frames
from panel.data.records import plain
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import bestof, collect


def study_of(loss, config=None, space=None, **more):
    ids = [f"run{i}" for i in range(len(loss))]
    frame = pd.DataFrame(config if config is not None else {"lr": np.linspace(0.1, 0.9, len(loss)) ** 2}, index=ids)
    summary = pd.DataFrame({"loss": loss}, index=ids)
    return study(from_frames(frame, summary, space=space), "loss", **more)


def maximised(values):
    project = study_of(values).runs.project
    selection = Selection("p", Target("loss", goal="maximize"))
    design = build(project, selection)
    return Study(collect(project, selection, design), design)


def test_the_gain_is_what_all_halves_have_missed():
    loss = np.array([1.0, 1.2, 1.25, 2.0, 3.0, 5.0])
    halves = [min(half) for half in itertools.combinations(loss, 3)]
    assert bestof.gain(loss, 3)[0] == pytest.approx(np.mean(halves) - 1.0)


def test_the_error_of_the_gain_is_the_jackknife():
    loss = np.random.default_rng(1).standard_normal(12)
    without = [np.delete(loss, i) for i in range(12)]
    gains = np.array([bestof.expected_best(few, 6) - few.min() for few in without])
    error = np.sqrt(11 / 12 * ((gains - gains.mean()) ** 2).sum())
    assert bestof.gain(loss, 6)[1] == pytest.approx(2.91998558 * error)  # t, two degrees of freedom


def test_the_gain_is_in_the_units_of_the_target_whatever_the_goal():
    loss = np.random.default_rng(3).permutation(np.r_[1.0, 1.1, np.linspace(1.3, 9, 28)])
    small = enough.check(study_of(loss)).facts
    large = enough.check(maximised(-loss)).facts
    halves = bestof.gain(loss, 15)[0]
    assert small.gain == pytest.approx(halves) == pytest.approx(large.gain)
    assert small.gain_low <= small.gain <= small.gain_high


def test_one_config_far_ahead_of_all_others_fires():
    finding = enough.check(lone(np.random.default_rng(1), 8))
    assert finding.verdict == "look" and not finding.facts.saturated and finding.facts.more == 100
    assert finding.facts.of_spread > 0.4 and "run0" in finding.advice


def test_a_small_search_of_a_large_space_fires_more_often_than_a_large_one():
    fired = [sum(enough.check(bowl(np.random.default_rng([i]), n)).fires for i in range(8)) for n in (12, 80)]
    assert fired[0] >= 2 and fired[1] == 0


def test_few_configs_are_too_few():
    finding = enough.check(bowl(np.random.default_rng(0), 6))
    assert finding.verdict == "look" and "Only 6 configs" in finding.sentence and finding.facts.more == 14


@pytest.mark.parametrize("seed", [1, 2, 4, 5])
def test_a_sound_search_was_enough_and_the_sentence_has_the_number(seed):
    finding = enough.check(study(sound(seed, curves=False)))
    n = finding.facts.configs
    assert finding.verdict == "fine" and f"from {n // 2} to {n} configs" in finding.sentence
    assert f"{100 * finding.facts.of_spread:.0f} %" in finding.sentence and finding.evidence


def test_a_search_whose_best_is_reached_again_and_again_is_saturated():
    facts = enough.check(study_of(np.r_[np.ones(30), np.linspace(2, 3, 30)][np.random.default_rng(1).permutation(60)]))
    assert facts.verdict == "fine" and facts.facts.saturated and facts.facts.gain == 0


def test_a_grid_and_an_adaptive_search_cannot_be_asked():
    combinations = np.array(list(itertools.product([1, 2, 3, 4], [1, 2, 3])))
    loss = np.random.default_rng(1).standard_normal(12)
    assert enough.is_grid(study_of(loss, {"a": combinations[:, 0], "b": combinations[:, 1]}))
    finding = enough.check(study_of(loss, {"a": combinations[:, 0], "b": combinations[:, 1]}))
    assert finding.verdict == "can't tell" and "grid" in finding.sentence
    drawn = np.random.default_rng(2).random(12)
    assert not enough.is_grid(study_of(loss, {"lr": drawn}))
    assert not enough.is_grid(study_of(loss, {"lr": drawn, "use": ["a", "b"] * 6}))
    assert enough.is_grid(study_of(loss, {"lr": 10.0 ** -np.arange(12)}))
    some = Space("loss", "minimize", "tpe", {"lr": Domain("real", 0.0, 1.0)})
    adaptive = enough.check(study_of(np.random.default_rng(1).standard_normal(40), space=some))
    assert adaptive.verdict == "can't tell" and "tpe" in adaptive.sentence
    assert not enough.is_grid(study(sound(1, curves=False)))


def test_the_curve_is_the_expected_best_and_its_band_ends_where_it_no_longer_holds():
    found = study(sound(1, curves=False))
    band, line = enough.check(found).evidence[0].series
    n = len(found.configs)
    assert line.x[0] == 1 and line.x[-1] == n and max(band.x) <= n / bestof.BLOCKS
    assert line.y[-1] == pytest.approx(found.runs.target[found.configs.best[0]])
    assert all(low <= y <= high for low, y, high in zip(band.low, line.y, band.high, strict=False))


@pytest.mark.parametrize(
    "loss", [[1.0], [1.0, 2.0], [np.inf] * 5, [1.0] * 30, [np.inf, 1.0, np.nan] * 10, [1e308, -1e308, 0.0] * 6]
)
def test_odd_projects(loss):
    finding = enough.check(study_of(np.array(loss)))
    assert finding.sentence and json.dumps(plain(finding.facts), allow_nan=False)


def test_configs_that_are_all_the_same_tell_nothing():
    finding = enough.check(study_of(np.ones(60)))
    assert finding.verdict == "can't tell" and "All 60 configs have the same" in finding.sentence


def test_one_config_is_no_grid():
    config = {"a": np.repeat([1, 2, 3, 4], 3), "b": np.tile([1, 2, 3], 4)}
    finding = enough.check(study_of(np.r_[1.0, [np.nan] * 11], config))
    assert finding.verdict == "look"
    assert finding.sentence == "Only 1 config has a finite loss: too few to say what more would gain."
    assert finding.basis.startswith("1 config; ")
