import numpy as np
import pytest
from scipy import stats

from panel.data.statistics import (
    fisher_interval,
    is_more_even_in_log,
    measured,
    p_value,
    pearson,
    pearson_without_one,
    ranks,
    short,
    spearman,
    t_quantile,
)


@pytest.fixture
def pair(rng):
    x = rng.normal(size=60)
    return x, 0.5 * x + rng.normal(size=60)


def test_pearson_and_its_p_value_equal_scipys(pair):
    expected = stats.pearsonr(*pair)
    r = pearson(*pair)
    assert r == pytest.approx(expected.statistic, abs=1e-12)
    assert p_value(r, 60) == pytest.approx(expected.pvalue, rel=1e-9)


def test_fisher_interval_equals_scipys(pair):
    expected = stats.pearsonr(*pair).confidence_interval(0.9)
    assert fisher_interval(pearson(*pair), 60, 0.9) == pytest.approx(tuple(expected), abs=1e-12)


def test_spearman_equals_scipys_with_ties(rng):
    x, y = rng.integers(0, 5, 80).astype(float), rng.integers(0, 9, 80).astype(float)
    assert spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic, abs=1e-12)


def test_ranks_share_ties():
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


def test_t_quantile_equals_scipys():
    assert t_quantile(0.95, np.array([3.0, 15.0])) == pytest.approx(stats.t.ppf(0.95, [3, 15]))


def test_values_of_any_magnitude_neither_overflow_nor_vanish():
    x = np.array([1.0, 2.0, 3.0, 4.0])
    assert pearson(x * 1e300, x * 1e-300) == pytest.approx(1.0)
    assert pearson(x, -x * 1e280) == pytest.approx(-1.0)


def test_what_does_not_vary_has_no_correlation():
    x = np.arange(5.0)
    assert pearson(x, np.ones(5)) is None
    assert spearman(np.ones(5), x) is None
    assert p_value(None, 5) is None


def test_a_straight_line_is_certain():
    assert fisher_interval(1.0, 10, 0.9) == (1.0, 1.0)
    assert p_value(-1.0, 10) == 0.0


@pytest.mark.parametrize("n", [2, 3])
def test_too_few_pairs_have_no_interval(n):
    assert fisher_interval(0.5, n, 0.9) == (None, None)


@pytest.mark.parametrize(("ratio", "log"), [(15.9, False), (16.1, True)])
def test_the_factor_from_which_log_is_thought_of(ratio, log):
    assert is_more_even_in_log(np.geomspace(1, ratio, 50)) is log


def test_whole_numbers_keep_their_digits_and_others_are_short():
    for value, words in {
        65536: "65536", -1024.0: "−1024", 1e6: "1000000", 2560.0: "2560", 12345678: "12345678",
        2147483647.0: "2147483647", 3e9: "3e+9", 0.0: "0", 0.00012345: "0.000123", 65536.5: "65500",
        1e16: "1e+16", np.inf: "∞", -np.inf: "−∞", np.nan: "?",
    }.items():  # fmt: skip
        assert short(value, 3) == words


def test_what_was_measured_has_no_exponent_where_it_is_easily_read():
    values = (0.0001234, 1.2345, 99.96, 123.4, -12345.6, 12345678.0, np.inf)
    assert [measured(v) for v in values] == ["0.000123", "1.23", "100", "123", "−12346", "12345678", "∞"]


@pytest.mark.parametrize("far", [0.0, 3.0, 30.0, 1e3, 1e9])
@pytest.mark.parametrize("n", [4, 5, 30, 2_000])
def test_without_one_is_the_same_wherever_it_is_asked_only_for_large_changes(rng, n, far):
    for least in (0.05, 0.3):
        x, y = rng.normal(size=n), rng.normal(size=n)
        x[-1], y[-1] = x[-1] + far, y[-1] + far
        every, large = pearson_without_one(x, y), pearson_without_one(x, y, least)
        changed = every is not None and abs(every - pearson(x, y)) > least
        assert large == every if changed else large in (None, every)


def test_without_one_that_is_all_there_is():
    x = np.array([0.0, 0, 0, 0, 0, 1])
    assert pearson_without_one(x, np.arange(6.0), 0.3) == pearson_without_one(x, np.arange(6.0))
    assert pearson_without_one(x, x, 0.3) is None  # the rest does not vary
