"""What matters: the run-to-run noise or a tenth of the spread, and what is said of two values by it."""

from __future__ import annotations

import numpy as np
import pytest

from panel.runs import adopt, isolation
from panel.runs.matter import find_matter
from tests.unit.runs.test_adopt import repeats, runs_of


def of_values(apart, spread, n=600, noise=0.0, scale=None):
    draw = np.random.default_rng(7)
    use = np.repeat(["a", "b"], n // 2)
    loss = 3 + draw.normal(0, spread, n) + apart * (use == "b")
    return runs_of({"use": use, "lr": draw.random(n)}, loss + draw.normal(0, noise, n), scale=scale)


def test_without_repeats_it_is_a_tenth_of_the_spread_of_configs():
    least = find_matter(of_values(0.0, 0.5))
    assert least.loss == pytest.approx(0.05, rel=0.1) and least.target == pytest.approx(least.loss)
    assert "a tenth of the spread" in least.words


def test_a_diverged_run_does_not_move_it():
    runs = of_values(0.0, 0.5)
    before = find_matter(runs).loss
    runs.target[3] = 1e9
    assert find_matter(runs).loss == pytest.approx(before, rel=0.05)


def test_of_repeats_that_differ_more_it_is_the_noise():
    least = find_matter(repeats([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 8, sd=1.0))
    assert least.loss == pytest.approx(1.0, abs=0.3) and "run-to-run noise" in least.words


def test_of_equal_configs_nothing_is_within_it():
    least = find_matter(runs_of({"use": ["a", "b"] * 5, "x": np.arange(10.0)}, np.ones(10)))
    assert least.loss == 0 and not least.holds(0.0, 0.0)


@pytest.mark.parametrize(("low", "high", "within"), [(-0.9, 0.9, True), (-0.28, 1.1, False), (-1.1, 0.2, False)])
def test_it_holds_only_a_whole_interval(low, high, within):
    least = find_matter(repeats([0.0, 0.1, 0.2, 0.3, 0.4, 0.5], 8, sd=1.0))
    assert least.holds(low * least.loss, high * least.loss) is within


def test_values_hardly_differ_only_where_the_interval_lies_within():
    wide = of_values(0.02, 0.3, n=60)
    told = adopt.record(wide, adopt.Asked(parameter="use"))
    assert told.verdict == "not enough to tell" and "hardly differ" not in told.sentence
    assert "hardly differ" not in isolation.record(wide, isolation.Asked(parameter="use")).lead
    draw = np.random.default_rng(3)
    level = 5 + draw.random(2000)  # equal but for chance, and the best of many lie together at the edge
    narrow = runs_of({"use": ["a", "b"] * 1000, "lr": draw.random(2000)}, level)
    told = adopt.record(narrow, adopt.Asked(parameter="use"))
    assert told.verdict == "do not adopt" and "hardly differ" in told.sentence and not told.wanted
    lead = isolation.record(narrow, isolation.Asked(parameter="use"))
    assert "hardly differ" in lead.lead and any("lies within a tenth" in note for note in lead.notes)


def test_what_another_sweep_of_this_size_cannot_tell_is_not_asked_for():
    draw = np.random.default_rng(5)
    asked = 0
    for seed in range(20):
        draw = np.random.default_rng(seed)
        runs = runs_of({"use": ["a", "b"] * 12, "lr": draw.random(24)}, draw.standard_normal(24))
        found = adopt.record(runs, adopt.Asked(parameter="use"))
        numbers = [int(word) for word in found.wanted.replace(",", "").split() if word.isdigit()]
        assert all(2 * number <= 24 for number in numbers)
        asked += bool(numbers)
        if found.wanted and not numbers:
            assert "keep both" in found.sentence
    assert 0 < asked < 20
