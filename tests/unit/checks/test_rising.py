"""A training loss that rises."""

from __future__ import annotations

import numpy as np
import pytest

from panel.checks import rising

from .curves import falling, study_of

LATE = np.maximum(0, np.arange(100) - 50) / 50


def runs(which: range, size: float = 0.5, metric: str = "train_loss") -> dict[str, dict[str, np.ndarray]]:
    draw = np.random.default_rng(2)
    return {
        f"r{i:02}": {
            "val_loss": falling(final=1 + i / 100),
            metric: falling() + (size * LATE if i in which else 0) + draw.normal(0, 0.01, 100),
        }
        for i in range(40)
    }


def test_a_rise_in_the_best_runs_is_a_bug_usually() -> None:
    found = rising.check(study_of(runs(range(8))))
    assert found.verdict == "act"
    assert (found.facts.best_rising, found.facts.rising, found.facts.of) == (8, 8, 40)
    assert "8 of the 10 best runs and in 8 of 40 runs" in found.sentence
    assert "bug in the pipeline" in found.advice
    assert [run.run for run in found.facts.runs] == [f"r{i:02}" for i in range(8)]
    assert 42 <= found.facts.runs[0].from_step <= 58


def test_a_rise_in_other_runs_only_is_no_bug() -> None:
    found = rising.check(study_of(runs(range(25, 40))))
    assert found.verdict == "look"
    assert found.facts.best_rising == 0 and found.facts.rising == 15
    assert "best runs are not concerned" in found.advice


@pytest.mark.parametrize(("which", "size"), [(range(0), 0.5), (range(36, 40), 0.5), (range(40), 0.02), (range(1), 0.5)])
def test_few_runs_or_a_small_rise_are_fine(which: range, size: float) -> None:
    found = rising.check(study_of(runs(which, size)))
    assert found.verdict == "fine" and not found.advice


def test_a_loss_that_rises_from_its_first_step() -> None:
    curves = {f"r{i}": {"val_loss": falling(), "train_loss": np.linspace(1, 2, 50)} for i in range(10)}
    found = rising.check(study_of(curves, values={f"r{i}": 1.0 + i for i in range(10)}))
    assert found.verdict == "act"
    assert found.facts.runs[0].share == 1


def test_a_spike_on_the_way_is_no_rise() -> None:
    curves = runs(range(0))
    for metrics in curves.values():
        metrics["train_loss"][60:62] += 3
    assert rising.check(study_of(curves)).verdict == "fine"


@pytest.mark.parametrize("metric", ["policy_loss", "d_loss", "learning_rate"])
def test_other_losses_may_rise(metric: str) -> None:
    found = rising.check(study_of(runs(range(40), metric=metric)))
    assert found.verdict == "can't tell"
    assert "log train_loss" in found.sentence


def test_rewards_have_no_training_loss() -> None:
    curves = {f"r{i}": {"reward": -falling(), "train_loss": 2 - falling()} for i in range(10)}
    found = rising.check(study_of(curves, "reward"))
    assert found.verdict == "can't tell"
    assert "is a reward" in found.sentence


@pytest.mark.parametrize(("metric", "named"), [("val_accuracy", "train_loss"), ("val_mse", "train_mse")])
def test_the_loss_to_log_is_a_loss(metric: str, named: str) -> None:
    found = rising.check(study_of({f"r{i}": {} for i in range(12)}, metric, values={f"r{i}": i for i in range(12)}))
    assert f"a training loss such as {named} at every epoch" in found.sentence
