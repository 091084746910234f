"""The expected best of m: against every subset, under chance, and with its interval."""

from itertools import combinations

import numpy as np
import pytest

from panel.runs import bestof
from panel.runs.bestof import blocks, chance, expected_best, half_width, holm, survival, variance, weights


@pytest.mark.parametrize(("n", "m"), [(1, 1), (5, 1), (5, 5), (6, 2), (9, 4)])
def test_the_expected_best_is_the_mean_over_all_subsets(n, m):
    x = np.random.default_rng(n).standard_normal(n)
    assert np.isclose(expected_best(x, m), np.mean([min(c) for c in combinations(x, m)]))
    assert np.isclose(weights(n, m).sum(), 1)
    assert survival(n, m)[0] == 1
    assert survival(n, m)[n - m + 1 :].sum() == 0


def test_at_one_it_is_the_mean_and_at_all_the_best():
    x = np.array([3.0, 1.0, 2.0, 2.0])
    assert expected_best(x, 1) == pytest.approx(2)
    assert expected_best(x, 4) == pytest.approx(1)


def test_the_jackknife_leaves_out_each_once():
    x = np.random.default_rng(0).standard_normal(12)
    left = np.array([expected_best(np.delete(x, i), 4) for i in range(12)])
    assert variance(x, 4) == pytest.approx(11 / 12 * ((left - left.mean()) ** 2).sum())
    assert variance(np.ones(9), 3) == half_width([(0.0, 9)], 3) == 0


def test_intervals_cover_what_they_say():
    rng = np.random.default_rng(1)
    m, n, times = 5, 15, 600
    true = rng.standard_normal((200_000, m)).min(1).mean()
    covered = 0
    for _ in range(times):
        x = rng.standard_normal(n)
        covered += abs(expected_best(x, m) - true) <= half_width([(variance(x, m), n)], m)
    assert 0.85 < covered / times < 0.95


def test_chance_is_uniform_where_nothing_differs_and_small_where_it_does():
    rng = np.random.default_rng(2)
    p = np.array([chance(rng.standard_normal(12), rng.standard_normal(40), 4, i) for i in range(300)])
    assert 0.05 < (p <= 0.1).mean() < 0.15
    assert chance(rng.standard_normal(30) - 3, rng.standard_normal(30), 10) < 0.001
    assert chance(np.ones(6), np.ones(8), 2) == 1


def test_chance_does_not_depend_on_order_but_sees_every_shuffle():
    x, y = np.array([0.0, 1.0, 2.0, 3.0, 7.0, 9.0]), np.array([4.0, 5.0, 6.0, 8.0, 10.0, 11.0])
    assert chance(x, y, 2) == chance(x[::-1], y[::-1], 2)
    pooled, seen = np.concatenate([x, y]), abs(expected_best(x, 2) - expected_best(y, 2))
    exact = [
        abs(expected_best(pooled[list(c)], 2) - expected_best(np.delete(pooled, c), 2)) >= seen - 1e-9
        for c in combinations(range(12), 6)
    ]
    assert chance(x, y, 2) == pytest.approx(np.mean(exact), abs=0.02)


@pytest.mark.parametrize(("n", "m"), [(600, 50), (5_000, 2), (200_000, 20)])
def test_blocks_are_some_hundred_and_hold_equal_losses_together(n, m):
    pooled = np.sort(np.random.default_rng(0).standard_normal(n).round(3))
    found = blocks(pooled, m)
    assert len(found) == n + 1 if n <= bestof.SINGLY else len(found) < 300
    assert (found[0], found[-1], np.diff(found).min() > 0) == (0, n, True)
    inner = found[1:-1]
    assert n <= bestof.SINGLY or (pooled[inner - 1] < pooled[inner]).all()


@pytest.mark.parametrize("m", [2, 40])
def test_large_groups_have_the_same_chance_in_blocks_as_one_by_one(monkeypatch, m):
    rng = np.random.default_rng(m)
    for shift in (0.0, 0.15, 0.3):
        first, second = rng.standard_normal(400), rng.standard_normal(2_000) + shift
        together = chance(first, second, m)
        with monkeypatch.context() as patch:
            patch.setattr(bestof, "SINGLY", 10_000)
            assert together == pytest.approx(chance(first, second, m, 1), abs=0.05)


def test_chance_in_blocks_is_uniform_where_nothing_differs():
    rng = np.random.default_rng(3)
    p = np.array([chance(rng.exponential(size=300), rng.exponential(size=900), 20, i) for i in range(150)])
    assert 0.04 < (p <= 0.1).mean() < 0.18
    assert 0.38 < (p <= 0.5).mean() < 0.62


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.6]) == [1.0, 1.0]
    assert holm([]) == []
