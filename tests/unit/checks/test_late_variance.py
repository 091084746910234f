"""Variance late in training: whether the last step picked the winner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from panel.checks import late_variance
from panel.checks.progress import line_of
from panel.data.project import Space

from .curves import falling, study_of


def runs(noise: float, apart: float = 0.01, n: int = 80, seed: int = 0) -> dict[str, dict[str, np.ndarray]]:
    """Return 40 configs whose levels are so far apart, the last 20 of them further by 1."""
    draw = np.random.default_rng(seed)
    return {
        f"r{i:02}": {"val_loss": falling(n, 1 + apart * i + (i >= 20)) + draw.normal(0, noise, n)} for i in range(40)
    }


def test_noise_that_picks_the_winner_asks_for_action() -> None:
    found = late_variance.check(study_of(runs(0.2)))
    assert found.verdict == "act"
    facts = found.facts
    assert facts.noise == pytest.approx(0.2, rel=0.2)
    assert facts.other_winner >= 0.5 and facts.steps == 20 and facts.ratio > 1
    assert f"at {round(19 * facts.other_winner)} of the 19 steps" in found.sentence
    assert "mean of val_loss over their last 20 steps" in found.advice


def test_small_noise_is_fine() -> None:
    found = late_variance.check(study_of(runs(0.001)))
    assert found.verdict == "fine" and not found.advice
    assert found.facts.other_winner == 0
    assert found.facts.noise == pytest.approx(0.001, rel=0.3)


def test_equals_that_take_turns_do_not_matter() -> None:
    """The best ten are equal but for noise that is nothing beside their distance from the others."""
    found = late_variance.check(study_of(runs(0.002, apart=1e-6)))
    assert found.facts.other_winner >= 0.5
    assert found.verdict == "fine"
    assert "little beside" in found.sentence


def test_a_trend_is_no_variance() -> None:
    curves = {f"r{i}": {"val_loss": 10 + i - np.arange(60) / 10} for i in range(12)}
    found = late_variance.check(study_of(curves))
    assert found.verdict == "fine"
    assert found.facts.noise == pytest.approx(0, abs=1e-9)


def test_the_last_value_up_to_a_step_counts() -> None:
    """One is logged at every step, one at every fifth: compared where both were logged, at the same time."""
    often = line_of(np.arange(100.0), np.arange(100.0), "minimize", False)
    seldom = line_of(np.arange(0.0, 100, 5), np.arange(0.0, 100, 5) + 0.5, "minimize", False)
    late = late_variance.compare_last_quarter([[often], [seldom]])
    assert late is not None
    assert np.allclose(late.values[1] - late.values[0], 0.5)
    assert late.steps[0] >= 0.74 * 95 and len(late.steps) >= 4
    assert (late.noise, late.other) == (pytest.approx(0, abs=1e-9), 0)


def test_two_configs_are_too_few() -> None:
    found = late_variance.check(study_of({run: {"val_loss": falling()} for run in "ab"}))
    assert found.verdict == "can't tell"
    assert "2 configs" in found.sentence


def test_replicates_are_averaged() -> None:
    curves = {f"{name}-{seed}": metrics for seed in range(4) for name, metrics in runs(0.2, seed=seed).items()}
    config = {"x": [i for _ in range(4) for i in range(40)], "seed": [s for s in range(4) for _ in range(40)]}
    found = late_variance.check(study_of(curves, config=config))
    assert found.facts.noise == pytest.approx(0.1, rel=0.25)


def chosen(noise: float, **more: object) -> late_variance.Finding:
    """Return the finding on a search by TPE: ten configs a hundredth apart, 70 others hardly worse."""
    draw = np.random.default_rng(0)
    level = 1 + 0.01 * np.minimum(np.arange(80), 10)
    curves = {f"r{i:02}": {"val_loss": falling(80, at) + draw.normal(0, noise, 80)} for i, at in enumerate(level)}
    return late_variance.check(study_of(curves, **more))


def test_where_a_search_chose_its_configs_noise_is_held_against_the_best_alone() -> None:
    """Its median config lies near the best, so that any noise is large beside the way there."""
    at_random, by_tpe = chosen(0.008), chosen(0.008, space=Space(method="tpe"))
    assert at_random.fires
    assert by_tpe.facts.contrast is None and by_tpe.facts.other_winner >= 0.5 and by_tpe.facts.ratio < 1
    assert by_tpe.verdict == "fine" and "less than they differ from each other" in by_tpe.sentence
    assert "of the way from the best to the median" not in by_tpe.basis
    assert chosen(0.1, space=Space(method="tpe")).verdict == "look"


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (None, ", far more than they differ from each other:"),
        (3.0, ", 3 times as much as they differ from each other:"),
    ],
)
def test_the_noise_is_so_many_times_as_much_or_far_more_than(ratio: float | None, words: str) -> None:
    facts = replace(late_variance.check(study_of(runs(0.2))).facts, ratio=ratio)
    assert words in late_variance.tell(study_of(runs(0.2)), facts).sentence
