"""Runs that ended because they got no better are told from those that were stopped because they were behind."""

import numpy as np
import pytest

from panel.question.lengths import Curves
from panel.question.patience import stop_by_themselves, wait_after_best

RUNS, LAST = 60, 60


def make_curves(values, lengths):
    run = np.repeat(np.arange(len(values)), lengths)
    step = np.concatenate([np.arange(n) for n in lengths]).astype(float)
    return Curves(run, step, np.concatenate([v[:n] for v, n in zip(values, lengths, strict=True)]), len(values))


def wait(values, patience, gain):
    """Return where runs end that wait for a gain."""
    lengths = []
    for row in values:
        best, at = np.inf, 0
        for k, value in enumerate(row):
            if value < best - gain:
                best, at = value, k
            if k - at >= patience:
                break
        lengths.append(k + 1)
    return np.array(lengths)


@pytest.fixture
def losses(rng):
    turn = rng.uniform(10, 50, (RUNS, 1))
    return (
        np.exp(-3 * np.arange(LAST) / turn)
        + 0.02 * np.maximum(np.arange(LAST) - turn, 0)
        + 0.01 * rng.normal(size=(RUNS, LAST))
    )


@pytest.mark.parametrize("gain", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("sign", [1, -1])
def test_equal_waits_tell_patience(losses, gain, sign):
    lengths = wait(losses, 6, gain)
    assert stop_by_themselves([make_curves(sign * losses, lengths)], lengths < 45)


def test_rungs_and_chance_tell_none(losses, rng):
    rungs = rng.choice([5, 15, 45, 60], RUNS)
    assert not stop_by_themselves([make_curves(losses, rungs)], rungs < 45)
    anywhere = rng.integers(3, LAST, RUNS)
    assert not stop_by_themselves([make_curves(losses, anywhere)], anywhere < 45)
    assert not stop_by_themselves([], np.zeros(RUNS, bool))


def test_a_recorded_best_step_tells_it_too(rng):
    length = rng.integers(12, 50, RUNS).astype(float)
    assert wait_after_best([length], {"val/best_epoch": length - 10})
    assert not wait_after_best([length], {"val/best_loss": length - 10})
    assert not wait_after_best([length], {"best_epoch": length - rng.integers(1, 12, RUNS)})
