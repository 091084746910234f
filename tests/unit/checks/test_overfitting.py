"""Overfitting: validation rises again while training falls on."""

from __future__ import annotations

import numpy as np
import pytest

from panel.checks import overfitting

from .curves import falling, study_of

LATE = np.maximum(0, np.arange(100) - 50) / 50


def runs(
    up: int, size: float = 0.3, train: float = -0.2, of: int = 10, seed: int = 0
) -> dict[str, dict[str, np.ndarray]]:
    """Return runs of which the first `up` rise again by `size` while training changes by `train` over the last half."""
    draw = np.random.default_rng(seed)
    return {
        f"r{i}": {
            "val_loss": falling() + (size * LATE if i < up else 0) + draw.normal(0, 0.005, 100),
            "train_loss": 0.8 * falling(speed=8) + train * LATE + draw.normal(0, 0.005, 100),
        }
        for i in range(of)
    }


VALUES = {f"r{i}": 1.0 + i / 50 for i in range(10)}


def test_the_runs_that_overfit_are_named_with_step_and_rise() -> None:
    found = overfitting.check(study_of(runs(4), values=VALUES))
    assert found.verdict == "look"
    assert [run.run for run in found.facts.runs] == ["r0", "r1", "r2", "r3"]
    assert found.facts.best == "r0" and found.facts.of == 10
    assert all(42 <= run.from_step <= 62 for run in found.facts.runs)
    assert all(run.rise == pytest.approx(0.3 * 0.87, rel=0.1) for run in found.facts.runs)
    assert "4 of the 10 best runs" in found.sentence
    assert len(found.evidence[0].marks) == 2 and found.evidence[0].series[0].tone == "bad"


def test_most_best_runs_and_a_large_rise_ask_for_action() -> None:
    found = overfitting.check(study_of(runs(8), values=VALUES))
    assert found.verdict == "act"
    assert "regularisation" in found.advice


@pytest.mark.parametrize(("up", "size", "train"), [(0, 0.3, -0.2), (1, 0.3, -0.2), (8, 0.003, -0.2)])
def test_one_run_or_a_rise_within_the_noise_is_fine(up: int, size: float, train: float) -> None:
    found = overfitting.check(study_of(runs(up, size, train), values=VALUES))
    assert found.verdict == "fine" and not found.advice


def test_training_that_rises_as_well_is_no_overfitting() -> None:
    found = overfitting.check(study_of(runs(8, train=0.4), values=VALUES))
    assert found.verdict == "fine"
    assert "instability" in found.sentence


def test_accuracy_falls_instead() -> None:
    turned = {
        run: {"val_acc": 1 - 0.3 * metrics["val_loss"], "train_acc": 1 - 0.3 * metrics["train_loss"]}
        for run, metrics in runs(8).items()
    }
    found = overfitting.check(study_of(turned, "val_acc", values={run: 2 - v for run, v in VALUES.items()}))
    assert found.verdict == "act"
    assert found.facts.training == "train_acc"


def test_without_the_training_metric_it_says_which_to_log() -> None:
    only = {run: {"val_loss": metrics["val_loss"]} for run, metrics in runs(8).items()}
    found = overfitting.check(study_of(only, values=VALUES))
    assert found.verdict == "can't tell"
    assert "8 of the 10" in found.sentence and "log train_loss" in found.sentence


def test_thousands_of_steps_that_begin_late() -> None:
    long = {run: {name: np.repeat(values, 20) for name, values in metrics.items()} for run, metrics in runs(8).items()}
    found = overfitting.check(study_of(long, values=VALUES, steps=np.arange(2000) * 25 + 70_000))
    assert found.verdict == "act"
    assert all(90_000 <= run.from_step <= 102_000 for run in found.facts.runs)
    assert sum(len(series.x) for series in found.evidence[0].series) <= 600
