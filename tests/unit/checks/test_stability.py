"""Would another search have picked another winner: exact winners, and parameters in which they agree or do not."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from benchmarks.power.enough import lone
from benchmarks.power.stability import slope
from benchmarks.sweeps import sound, study
from panel.checks import stability
from panel.data.project import Domain, Space, from_frames
from panel.data.records import plain


def study_of(loss, config=None, space=None):
    ids = [f"run{i}" for i in range(len(loss))]
    frame = pd.DataFrame(config if config is not None else {"lr": np.linspace(0.1, 0.9, len(loss)) ** 2}, index=ids)
    return study(from_frames(frame, pd.DataFrame({"loss": loss}, index=ids), space=space), "loss")


def test_how_often_a_config_wins_is_counted_over_all_samples():
    wins = np.zeros(8)
    for sample in itertools.combinations(range(8), 4):
        wins[min(sample)] += 1
    assert stability.winning(8, 4) == pytest.approx(wins / wins.sum())


def test_the_gap_is_what_the_winners_of_all_halves_lose():
    loss = np.r_[1.0, 1.3, 1.4, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0]
    gap = np.mean([min(half) for half in itertools.combinations(loss, 5)]) - 1.0
    facts = stability.check(study_of(loss)).facts
    assert facts.gap == pytest.approx(gap)
    assert facts.gap_of_spread == pytest.approx(gap / 0.4)


def test_the_distance_of_winners_is_that_of_all_pairs():
    draw = np.random.default_rng(1)
    weight = draw.random(7)
    for values, category in ((draw.random((3, 7)), False), (draw.integers(0, 3, (3, 7)).astype(float), True)):
        pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
        total = sum(weight[i] * weight[j] for i, j in pairs)
        for row, found in zip(values, stability._mean_distance(values, weight, category), strict=True):
            far = [float(row[i] != row[j]) if category else abs(row[i] - row[j]) for i, j in pairs]
            assert found == pytest.approx(
                sum(f * weight[i] * weight[j] for f, (i, j) in zip(far, pairs, strict=True)) / total
            )


def test_the_parameter_that_decides_is_settled_and_the_others_are_open():
    finding = stability.check(slope(np.random.default_rng(1), 0.9))
    assert finding.verdict == "fine" and finding.facts.settled == ("x0",)
    assert finding.facts.open == tuple(f"x{i}" for i in range(1, 8))
    assert finding.facts.spread["x0"] < 0.4 and "x0 (1 of 8 parameters)" in finding.sentence
    assert f"{100 * finding.facts.gap_of_spread:.0f} %" in finding.sentence


def test_a_category_can_be_settled():
    draw = np.random.default_rng(2)
    use = draw.choice(["a", "b", "c"], 120)
    loss = np.where(use == "b", 0.0, 2.0) + draw.standard_normal(120)
    facts = stability.check(study_of(loss, {"use": use, "x": draw.random(120)})).facts
    assert facts.settled == ("use",) and facts.open == ("x",)


def test_winners_of_pure_noise_have_nothing_in_common():
    found = [stability.check(slope(np.random.default_rng([i]), 0.0)) for i in range(12)]
    assert sum(f.fires for f in found) >= 5
    assert sum(len(f.facts.settled) for f in found) <= 3  # of 96
    fires = next(f for f in found if f.fires)
    assert fires.verdict == "look" and "none of 8 parameters" in fires.sentence and fires.advice


def test_a_winner_far_ahead_fires():
    finding = stability.check(lone(np.random.default_rng(1), 8))
    assert finding.verdict == "look" and finding.facts.gap_of_spread > 0.4 and "run0" in finding.advice


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_sound_search_settles_the_learning_rate(seed):
    finding = stability.check(study(sound(seed, curves=False)))
    assert finding.verdict == "fine" and "optimizer.lr" in finding.facts.settled
    assert finding.evidence[0].x.label == "optimizer.lr" and finding.evidence[0].x.log


def test_the_answer_does_not_depend_on_the_order_of_rows():
    project = sound(1, curves=False)
    turned = project.config.index[::-1]
    other = from_frames(project.config.loc[turned], project.summary.loc[turned], None, project.runs.loc[turned])
    plainly = from_frames(project.config, project.summary, None, project.runs)
    first, second = (stability.check(study(p)).facts for p in (plainly, other))
    assert first.spread == pytest.approx(second.spread) and first.gap == pytest.approx(second.gap)
    assert first.settled == second.settled


def test_an_adaptive_search_is_not_taken_apart():
    space = Space("loss", "minimize", "bayes", {"lr": Domain("real", 0.0, 1.0)})
    finding = stability.check(study_of(np.random.default_rng(1).standard_normal(40), space=space))
    assert finding.verdict == "can't tell" and "bayes" in finding.sentence and "another seed" in finding.advice


@pytest.mark.parametrize(
    "loss", [[1.0], [1.0, 2.0], [np.inf] * 12, [1.0] * 30, [np.inf, 1.0, np.nan] * 10, [1e308, -1e308, 0.0] * 6]
)
def test_odd_targets(loss):
    finding = stability.check(study_of(np.array(loss)))
    assert finding.sentence and json.dumps(plain(finding.facts), allow_nan=False)


def test_odd_settings():
    draw = np.random.default_rng(1)
    config = {
        "lr": [np.inf, 0.1, np.nan, 0.2] * 10,
        "mixed": [16, "auto", True, 3] * 10,
        "one": [1.0] * 40,
        "rare": [1.0, 2.0] + [np.nan] * 38,
        "x": draw.random(40),
    }
    finding = stability.check(study_of(draw.standard_normal(40), config))
    assert finding.verdict in ("look", "fine") and json.dumps(plain(finding.facts), allow_nan=False)
    assert set(finding.facts.settled + finding.facts.open) == {"lr", "mixed", "x"}


def test_where_no_parameter_can_be_compared_it_says_so():
    draw = np.random.default_rng(1)
    x = np.full((40, 5), np.nan)
    for i in range(40):
        x[i, i // 8] = draw.random()
    finding = stability.check(study_of(draw.standard_normal(40), {f"x{i}": x[:, i] for i in range(5)}))
    assert finding.facts.spread == {} and "no parameter has values" in finding.sentence


def test_a_gap_that_is_nothing_asks_for_nothing_wherever_the_winners_lie():
    draw = np.random.default_rng(1)
    x, loss = draw.random((60, 3))[:40], 1 + draw.random(40) ** 6
    finding = stability.check(study_of(loss, dict(zip("abc", x.T, strict=True))))
    assert finding.facts.p > stability.SIGNAL, "the winners' settings look drawn at random"
    assert finding.facts.gap < 1e-5 and "0 % of the spread" in finding.sentence
    assert finding.verdict == "fine" and not finding.advice


def test_of_one_parameter_it_does_not_say_none_of_1():
    draw = np.random.default_rng(3)
    said = {stability.check(study_of(draw.standard_normal(40), {"x": draw.random(40)})).sentence for _ in range(12)}
    assert not any("none of 1 " in sentence for sentence in said)
    assert any("agree in the one parameter" in sentence for sentence in said)
    x = draw.random(60)
    settled = stability.check(study_of((x - 0.4) ** 2, {"x": x})).sentence
    assert settled.endswith("the winners agree in the one parameter, x.")
