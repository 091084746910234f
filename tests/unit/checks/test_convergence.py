"""Whether training was long enough, or too long."""

from __future__ import annotations

import numpy as np
import pytest

from panel.checks import convergence, overfitting
from panel.checks.progress import line_of

from .curves import falling, study_of


def runs(speed: float, noise: float = 0.003, n: int = 100, of: int = 10) -> dict[str, dict[str, np.ndarray]]:
    draw = np.random.default_rng(1)
    return {f"r{i}": {"val_loss": falling(n, 1 + i / 20, speed) + draw.normal(0, noise, n)} for i in range(of)}


def test_a_run_that_was_stopped_too_early_still_improves() -> None:
    found = convergence.check(study_of(runs(2.0)))
    assert found.verdict == "act"
    assert found.facts.still_improving >= 0.9
    # 2·exp(−2) a run of steps, a tenth of it, over a fall of about 1 − exp(−1.9)
    assert found.facts.gain == pytest.approx(0.1 * 2 * np.exp(-1.9) / (1 - np.exp(-1.9)), rel=0.2)
    assert f"{round(10 * found.facts.still_improving)} of the 10 best runs are still improving" in found.sentence
    assert "200 steps instead of 100" in found.advice


def test_a_run_that_levels_off_late_is_fine() -> None:
    found = convergence.check(study_of(runs(8.0)))
    assert found.verdict == "fine" and not found.advice
    assert found.facts.still_improving <= 0.2
    assert found.facts.saturated_at == pytest.approx(np.log(100) / 8, abs=0.06)  # within 1 % of the fall
    assert f"step {found.facts.saturated_step:g}"[:7] in found.sentence


def test_a_run_that_levelled_off_long_before_is_wasteful() -> None:
    found = convergence.check(study_of(runs(30.0, 0.001)))
    assert found.verdict == "look"
    assert found.facts.saturated_at == pytest.approx(np.log(100) / 30, abs=0.06)
    assert "stop at about step" in found.advice


def test_what_is_gained_late_counts_where_the_best_differ_by_as_much() -> None:
    """A steep first fall makes 1 % of it as large as the differences between the best runs: not wasteful then."""
    steep = 50 * np.exp(-np.arange(100)) + 0.3 * np.exp(-6 * np.arange(1, 101) / 100)
    found = convergence.check(study_of({f"r{i}": {"val_loss": 1 + 0.01 * i + steep} for i in range(10)}))
    assert found.facts.saturated_at < convergence.EARLY
    assert found.verdict == "fine"


def test_noise_neither_improves_nor_saturates() -> None:
    draw = np.random.default_rng(0)
    found = convergence.check(study_of({f"r{i}": {"val_loss": draw.normal(1, 0.1, 60)} for i in range(10)}))
    assert found.verdict == "fine"
    assert found.facts.saturated_at is None
    assert "too uneven" in found.sentence


def test_ten_checkpoints_tell_by_the_mean_of_the_configs() -> None:
    """A single run of ten noisy values tells nothing; the ten best together do."""
    found = convergence.check(study_of(runs(1.0, 0.02, n=10)))
    assert found.facts.together is True
    assert found.verdict == "act"
    alone = convergence.check(study_of(runs(1.0, 0.02, n=10, of=3)))
    assert alone.verdict == "can't tell"
    assert "10 values of val_loss" in alone.sentence


@pytest.mark.parametrize("picked", [False, True])
def test_the_value_that_picked_a_run_can_be_left_out(picked: bool) -> None:
    y = np.concatenate([falling(99), [-50.0]])
    end = convergence.measure_end(line_of(np.arange(100.0), y, "minimize", False), picked)
    assert (end.gain > 0.05) is not picked


def test_a_rising_curve_gains_nothing() -> None:
    end = convergence.measure_end(line_of(np.arange(50.0), np.arange(50.0), "minimize", False), False)
    assert end.gain == 0 and end.sigmas < -5 and np.isnan(end.saturated)


def test_what_got_worse_again_and_is_above_its_minimum_is_not_still_improving() -> None:
    def restarted(i: int) -> np.ndarray:
        draw = np.random.default_rng(i)
        step = np.arange(100)
        up = np.where(step < 60, 0, 0.6 * np.exp(-(step - 60) / 40))
        return falling(100, 1 + i / 20, 10) + up + draw.normal(0, 0.003, 100)

    curves = {f"r{i}": {"val_loss": restarted(i), "train_loss": falling(100, 0.5, 4)} for i in range(10)}
    asked = study_of(curves)
    found = convergence.check(asked)
    assert "10 of the 10" in overfitting.check(asked).sentence
    assert found.facts.still_improving == 0 and not found.facts.improves
    assert "longer" not in found.advice
