"""Verdicts of a search that still runs: they change with the evidence, and are a function of the runs alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from benchmarks.sweeps import study
from panel.checks import fairness, infeasible
from panel.checks.regions import halve
from panel.data.project import from_frames
from panel.runs.milestones import FIRST


def grown(seed, n):
    """Return the first n runs of a search of 60 in which values are unequal, and runs fail where lr is high."""
    draw = np.random.default_rng([seed, 7])
    lr = 10 ** draw.uniform(-5, -1, 60)
    name = draw.choice(["adam", "sgd", "rmsprop"], 60, p=[0.55, 0.3, 0.15])
    loss = 1 + 0.3 * (np.log10(lr) + 3) ** 2 + draw.normal(0, 0.2, 60)
    loss = np.where((lr > 10**-1.8) & (draw.random(60) < 0.7), np.nan, loss)
    config = pd.DataFrame({"lr": lr, "optimizer": name, "layers": draw.integers(1, 7, 60)})
    return study(from_frames(config.head(n), pd.DataFrame({"val_loss": loss[:n]})), goal="minimize")


def test_milestones_are_the_same_for_all_searches_between_two_of_them():
    assert grown(0, FIRST).earlier is None
    sizes = [len(grown(0, n).earlier.runs) for n in range(FIRST + 1, 61)]
    assert sizes == sorted(sizes) and sizes[-10:] == [50, 50, 52, 52, 54, 54, 56, 56, 58, 58]
    early, late = grown(0, 59).earlier, grown(0, 60).earlier
    assert early.runs.ids.tolist() == late.runs.ids.tolist()
    assert (early.number == late.number).all() and early.loss == pytest.approx(late.loss, nan_ok=True)


def test_what_is_nearly_so_is_as_it_was_before():
    asked = grown(0, 60)
    assert asked.settle(lambda s: True) and not asked.settle(lambda s: False) and not asked.settle(lambda s: None)
    assert asked.settle(lambda s: True if len(s.runs) == 50 else None)
    assert not asked.settle(lambda s: {46: True, 50: False}.get(len(s.runs)))
    assert not asked.settle(lambda s: True if len(s.runs) == 20 else None), "too long ago"


def test_configs_keep_their_half_when_more_are_added():
    happened = np.random.default_rng(0).random(80) < 0.3
    whole = halve(happened, 0)
    for n in range(20, 80):
        part = halve(happened[:n], 0)
        assert (part != whole[:n]).sum() <= 2  # the last of each kind has no other yet


@pytest.mark.heavy
@pytest.mark.parametrize("module", [fairness, infeasible], ids=["fairness", "infeasible"])
def test_verdicts_seldom_change_while_a_search_runs(module):
    changes = Counter()
    for seed in range(8):
        told = [module.check(grown(seed, n)).verdict for n in range(20, 61)]
        changes[seed] = sum(a != b for a, b in pairwise(told))
    assert max(changes.values()) <= 6 and sum(changes.values()) / 8 <= 3
