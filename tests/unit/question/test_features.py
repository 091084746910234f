from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from panel.question import features
from panel.question.features import make_feature, order_rows
from panel.question.parameters import describe


def make(config):
    every = np.arange(len(config))
    return [make_feature(p, config[p.name], every) for p in sorted(describe(config), key=lambda p: p.name)]


@pytest.fixture(params=["ranks", "values"])
def many(request, monkeypatch):
    """Let configurations be told apart as those of few runs are, and as those of many are."""
    monkeypatch.setattr(features, "MOST_RANKED", 100_000 if request.param == "ranks" else 0)


CONFIG = pd.DataFrame(
    {
        "lr": [0.1, 0.1 * (1 + 1e-14), 0.2, np.nan, np.nan, 2.0],
        "units": [0.0, -0.0, np.inf, np.inf, np.inf, -np.inf],
        "flag": [True, True, False, True, True, True],
        "name": pd.Series(["a", "a", "b", None, None, "a"], dtype="str"),
        "mixed": pd.Series([1, 1, "auto", "auto", "auto", 2**60], dtype=object),
    }
)


def test_runs_of_equal_settings_are_one_configuration(many):
    canonical, config = order_rows(make(CONFIG), np.array([5.0, 4.0, 3.0, 2.0, 1.0, 0.0]))
    together = {tuple(canonical[config == k].tolist()) for k in range(config.max() + 1)}
    assert together == {(1, 0), (2,), (4, 3), (5,)}  # each by its target
    assert (np.diff(config) >= 0).all()


@pytest.mark.parametrize("raw", [[5.0, 4.0, 3.0, 2.0, 1.0, 0.0], [1.0] * 6], ids=["own targets", "equal targets"])
def test_the_order_does_not_depend_on_that_of_rows_and_columns(many, raw):
    settled = np.array([0, 0, 2, 3, 3, 5])
    canonical, _ = order_rows(make(CONFIG), np.array(raw))
    for shift in range(1, 6):
        shuffled = np.roll(np.arange(6), shift)
        other, _ = order_rows(make(CONFIG.iloc[shuffled, ::-1].reset_index(drop=True)), np.array(raw)[shuffled])
        assert settled[shuffled[other]].tolist() == settled[canonical].tolist()


@pytest.mark.parametrize("equal", [False, True])
def test_a_monotone_rescaling_changes_no_order(many, rng, equal):
    config = pd.DataFrame(rng.random((60, 12)) + 0.1, columns=[f"x{i}" for i in range(12)])
    raw = np.ones(60) if equal else rng.random(60)
    first, second = order_rows(make(config), raw), order_rows(make(np.log(config) * 3 + 7), raw)
    assert [part.tolist() for part in first] == [part.tolist() for part in second]


def test_values_that_differ_have_different_bits_and_equal_ones_the_same():
    values = [0.0, 1.0, 2.0, 1.0 + 1e-9, -1.0, np.inf, -np.inf, np.nan, 1e300, 5e-324 * 2**30, float(2**62)]
    bits = [features._ten_digits_as_bits(np.array([v]))[0] for v in values]
    assert all(a != b for a, b in permutations(bits, 2))
    same = features._ten_digits_as_bits(np.array([0.0, -0.0, np.nan, -np.nan, 0.3, 0.1 + 0.2]))
    assert same[0] == same[1] and same[2] == same[3] and same[4] == same[5]


def test_some_runs_of_a_parameter():
    lr = make(CONFIG)[1]
    some = lr.take(np.array([3, 0]))
    assert lr.parameter.name == "lr"
    np.testing.assert_array_equal(some.numbers[""], [np.nan, 0.1])
    assert some.active.tolist() == [False, True] and lr.active.tolist() == [True, True, True, False, False, True]
