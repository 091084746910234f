import numpy as np
import pytest
from scipy import stats

from panel.importance import bags


def test_variance_between_bags_less_what_the_trees_explain(rng):
    n, trees = 4000, 16
    between = rng.normal(0, 2.0, (n, 1, 1))
    v, freedom = bags.find_variance(between + rng.normal(0, 3.0, (n, trees, 1)))
    assert v[0] == pytest.approx(4.0, rel=0.1)
    assert freedom[0] > 100
    noise_only, low = bags.find_variance(rng.normal(0, 3.0, (16, 16, 1)))
    assert noise_only[0] > 0
    assert low[0] >= 3


def test_shares_add_up_to_one_and_their_interval_holds_them(rng):
    share, low, high = bags.find_shares(rng.random((16, 16, 5)))
    assert share.sum() == pytest.approx(1.0)
    assert np.all((low <= share) & (share <= high) & (low >= 0) & (high <= 1))


def test_floor_of_normal_copies(rng):
    copies = rng.normal(1.0, 0.1, (16, 16, 2000)) + rng.normal(0, 0.2, (16, 1, 2000))
    expected = 1 + stats.t.ppf(0.95, 15) * np.sqrt(0.04 + (0.04 + 0.01 / 16) / 16)
    assert bags.find_floors(copies).mean() == pytest.approx(expected, rel=0.02)


def test_copies_are_shuffled_among_neighbours_only_in_an_adaptive_search(rng):
    by_time = rng.permutation(35)
    place = np.argsort(by_time)
    order = bags.shuffle(35, by_time, rng)
    assert sorted(order) == list(range(35))
    assert np.all(place[order] // 10 == place // 10)


@pytest.mark.parametrize("splits", [0.4, 1, 3])
def test_where_most_copies_are_in_no_tree_all_copies_together_say_what_chance_reaches(splits):
    """Of thousands of parameters each is in a tree by luck; that does not make what has no effect clear."""
    rng = np.random.default_rng(5)
    shape = (16, 8, 4_000)

    def measure():
        return rng.poisson(splits / 128, shape) * rng.standard_t(4, shape)

    above = measure().mean(axis=(0, 1)) > bags.find_floors(measure(), 0.98)
    assert 0.005 <= above.mean() <= 0.04
