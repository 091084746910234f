"""Run-to-run noise, from configs with several runs."""

from __future__ import annotations

import numpy as np
import pytest

from panel.runs.replicates import Noise, trial_noise


def noise_of(loss, number):
    return trial_noise(np.asarray(loss, float), np.asarray(number), np.ones(len(loss), bool))


def test_the_noise_is_pooled_within_configs():
    found = noise_of([1.0, 3.0, 10.0, 12.0, 14.0, 100.0], [0, 0, 1, 1, 1, 2])
    assert found == Noise(pytest.approx(np.sqrt((2 + 8) / 3)), 3, 2, 2)


def test_the_noise_of_bad_configs_is_put_aside_where_there_are_many():
    draw = np.random.default_rng(1)
    number = np.repeat(np.arange(40), 3)
    loss = np.where(number < 20, draw.normal(0, 1, 120), draw.normal(50, 30, 120))
    found = noise_of(loss, number)
    assert 0.7 < found.sd < 1.3 and found.configs == 20 and found.repeated == 40


def test_without_repeats_there_is_no_noise_to_know():
    assert noise_of([1.0, 2.0], [0, 1]) is None
    assert trial_noise(np.array([1.0, np.inf, 2.0]), np.array([0, 0, 1]), np.array([True, False, True])) is None
    assert noise_of([0.1 + 0.2, 0.3, 1.0, 1.0], [0, 0, 1, 1]).sd == 0


def test_the_mean_of_four_runs_has_half_the_noise():
    assert Noise(3.0, 5, 2, 2).of_mean(4) == 1.5


def test_large_values_do_not_hide_the_noise():
    assert noise_of([1e9, 1e9 + 2, 5e9, 5e9 + 2], [0, 0, 1, 1]).sd == pytest.approx(np.sqrt(2))
