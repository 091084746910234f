"""Windows along an axis, against exact probabilities, simulations, and numpy's quantiles."""

from math import comb

import numpy as np
import pytest

from panel.runs.windows import bound_median, cuts, find_best_in, find_trend, make_box


def test_the_band_of_a_median_is_the_narrowest_pair_of_order_statistics_with_the_level():
    assert bound_median(np.arange(4.0)) is None, "1 - 2/16 < 0.9"
    assert bound_median(np.arange(5.0)) == (0, 4), "1 - 2/32 = 0.94"
    for n in (8, 25, 60):
        low, high = bound_median(np.arange(float(n)))
        k = int(low) + 1
        assert high == n - k

        def between(k: int, n: int = n) -> float:
            return sum(comb(n, i) for i in range(k, n - k + 1)) / 2**n

        assert between(k) >= 0.9 > between(k + 1)


def test_the_band_covers_the_true_median_as_often_as_it_says():
    draw = np.random.default_rng(0)
    samples = np.exp(2 * draw.standard_normal((3000, 20)))  # median 1, far from symmetric
    bands = np.array([bound_median(values) for values in samples])
    exact = 1 - 2 * sum(comb(20, i) for i in range(6)) / 2**20
    covered = np.mean((bands[:, 0] < 1) & (bands[:, 1] > 1))
    assert covered == pytest.approx(exact, abs=0.015)
    assert exact > 0.9


def test_windows_hold_enough_and_never_part_equal_values():
    assert cuts(np.arange(10.0), 3).tolist() == [3, 6, 10], "what is left over joins the last"
    assert cuts(np.array([1, 1, 1, 1, 2, 3, 3.0]), 2).tolist() == [4, 7]
    assert cuts(np.array([1, 1, 1, 1, 1, 2.0]), 3).tolist() == [6]
    assert cuts(np.zeros(5), 10).tolist() == [5]


def test_the_trend_finds_a_known_curve():
    draw = np.random.default_rng(1)
    x = 10 ** draw.uniform(-4, 0, 2000)
    y = (np.log10(x) + 2) ** 2 + 0.1 * draw.standard_normal(2000)
    found = find_trend(x, y, log=True)
    assert len(found.x) == 20
    assert found.n.sum() == 2000
    assert np.abs(found.median - (np.log10(found.x) + 2) ** 2).max() < 0.15
    assert np.all((found.low <= found.median) & (found.median <= found.high))
    assert found.edges[[0, -1]].tolist() == [x.min(), x.max()]
    assert np.all(np.diff(found.edges) > 0)
    again = np.random.default_rng(2).permutation(2000)
    assert np.array_equal(find_trend(x[again], y[again], log=True).median, found.median)


def test_each_of_few_values_is_a_window_of_its_own():
    x = np.repeat([1.0, 2.0, 4.0], 30)
    found = find_trend(x, x * 10)
    assert found.x.tolist() == [1, 2, 4]
    assert found.median.tolist() == [10, 20, 40]
    assert found.edges.tolist() == [1, 1.5, 3, 4]


def test_too_few_have_no_trend():
    x = np.arange(30.0)
    assert find_trend(x, x) is None, "two windows of a number with many values"
    assert find_trend(np.repeat([0.0, 1.0], 12), np.arange(24.0)) is not None
    assert find_trend(np.zeros(100), np.arange(100.0)) is None
    assert find_trend(np.array([]), np.array([])) is None


def test_the_best_between_edges():
    edges, x, y = np.array([0, 1, 2, 3.0]), np.array([0, 0.5, 1, 1.5, 3]), np.array([5, 4, 7, 6, 1.0])
    assert find_best_in(edges, x, y, small=True).tolist() == [4, 6, 1]
    assert find_best_in(edges, x, y, small=False).tolist() == [5, 7, 1]
    assert np.isnan(find_best_in(edges, x[:1], y[:1], small=True)).tolist() == [False, True, True]


def test_a_box_has_numpys_quartiles_and_tukeys_whiskers():
    values = np.append(np.random.default_rng(3).standard_normal(200), [9.0, -8.0])
    low, q1, middle, q3, high = make_box(values)
    assert (q1, middle, q3) == pytest.approx(np.percentile(values, [25, 50, 75]))
    ordered = np.sort(values)
    assert high == ordered[ordered <= q3 + 1.5 * (q3 - q1)][-1] < 9
    assert low == ordered[ordered >= q1 - 1.5 * (q3 - q1)][0] > -8
    assert make_box(np.arange(4.0)) is None
    assert make_box(np.ones(5)) == (1, 1, 1, 1, 1)
