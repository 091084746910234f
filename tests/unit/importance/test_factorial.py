"""Shares that are exact: what is said of them agrees with their intervals, and rounding is no effect."""

import itertools

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.importance import compute
from panel.importance.trust import judge_trust
from panel.question.design import build
from panel.question.selection import Selection, Target


def rank(noise, effect=1.0, repeats=2):
    rows = list(itertools.product([1e-3, 1e-2, 1e-1, 1.0], [0.0, 1e-4, 1e-3], ["adam", "sgd"], range(repeats)))
    config = pd.DataFrame(rows, columns=["lr", "wd", "optimizer", "seed"])
    own = 0.3 * (np.log10(config["lr"]) + 1.5) ** 2 + 0.5 * (config["optimizer"] == "sgd")
    loss = effect * own + noise * np.random.default_rng(1).normal(size=len(rows))
    return compute(build(from_frames(config, pd.DataFrame({"loss": loss})), Selection("p", Target("loss"))))


def test_without_chance_an_interval_is_a_point_and_nothing_is_said_to_be_predicted():
    record = rank(noise=0)
    assert record.exact and record.surrogate.oob_r2 < 0.7
    assert max(row.high - row.low for row in record.rows) < 1e-6
    assert {row.parameter: row.clear for row in record.rows} == {"lr": True, "optimizer": True, "wd": False}
    trust = judge_trust(record)
    assert (trust.level, trust.words) == ("good", "Exact")
    assert trust.headline == "lr matters most, then optimizer; wd does not stand out from noise."


@pytest.mark.parametrize(("noise", "effect", "words"), [(0.3, 1, "Exact"), (1, 0, "Nothing is clear")])
def test_what_the_repeats_leave_open_is_in_the_intervals(noise, effect, words):
    record = rank(noise, effect, repeats=3)
    assert record.rows[0].high - record.rows[0].low > 0.05
    trust = judge_trust(record)
    assert trust.words == words and "predicts" not in trust.advice and "predicted: take" not in trust.headline


def test_a_grid_without_repeats_is_predicted():
    record = rank(noise=0.1, repeats=1)
    assert not record.exact and "Exact" not in judge_trust(record).words
