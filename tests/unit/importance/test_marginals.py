import itertools

import numpy as np
import pytest
from optuna.importance._fanova._tree import _FanovaTree
from sklearn.tree import DecisionTreeRegressor

from panel.importance.marginals import Axis, decompose


def grown(rng, n, p, levels=None, leaf=1):
    X = rng.random((n, p)) if levels is None else rng.integers(0, levels, (n, p))
    y = np.sin(5 * X[:, 0]) + X[:, 1] * X[:, -1] + rng.normal(0, 0.3, n)
    return DecisionTreeRegressor(min_samples_leaf=leaf, random_state=0).fit(X.astype(np.float32), y).tree_


def by_hand(tree, axes):
    """Mean, variance, main effects and interactions from the prediction at every point of the grid."""
    shape = [len(axis.points) for axis in axes]
    grid = np.array(list(itertools.product(*(axis.points for axis in axes))), np.float32)
    cells = tree.predict(grid)[:, 0].reshape(shape)
    weights = [axis.weights.reshape([-1 if i == j else 1 for i in range(len(axes))]) for j, axis in enumerate(axes)]
    whole = np.ones(shape)
    for w in weights:
        whole = whole * w
    mean = (cells * whole).sum()

    def effect(kept):
        result = cells - mean
        for j in range(len(axes)):
            if j not in kept:
                result = (result * weights[j]).sum(axis=j, keepdims=True)
        return result

    def variance(values):
        return (np.broadcast_to(values, shape) ** 2 * whole).sum()

    p = len(axes)
    main = [effect({j}) for j in range(p)]
    pairs = np.zeros((p, p))
    for i, j in itertools.combinations(range(p), 2):
        pairs[i, j] = variance(effect({i, j}) - main[i] - main[j])
    return mean, variance(cells - mean), np.array([variance(m) for m in main]), pairs


@pytest.mark.parametrize("weighed", ["equally", "unequally", "with some at nothing"])
def test_it_is_what_summing_over_the_whole_grid_gives(rng, weighed):
    levels = 6
    tree = grown(rng, 150, 4, levels)
    axes = []
    for _ in range(4):
        weights = np.ones(levels) if weighed == "equally" else rng.random(levels)
        weights[: 2 * (weighed == "with some at nothing")] = 0
        axes.append(Axis(np.arange(levels), weights / weights.sum()))
    found = decompose(tree, axes, np.arange(4))
    mean, total, main, pairs = by_hand(tree, axes)
    assert found.mean == pytest.approx(mean, abs=1e-12)
    assert found.total == pytest.approx(total, rel=1e-12)
    np.testing.assert_allclose(found.main, main, atol=1e-13)
    np.testing.assert_allclose(found.pairs, pairs, atol=1e-13)


def test_from_the_same_trees_it_is_what_optuna_computes(rng):
    tree = grown(rng, 120, 4)
    own = _FanovaTree(tree, np.array([[0.0, 1.0]] * 4))
    axes = []
    for j in range(4):
        edges = np.unique(tree.threshold[tree.feature == j])
        axes.append(Axis(np.append(edges, 1.0), np.diff(edges, prepend=0.0, append=1.0)))
    found = decompose(tree, axes, np.arange(4))
    main = [own.get_marginal_variance(np.array([j])) for j in range(4)]
    assert found.total == pytest.approx(own.variance, rel=1e-9)
    np.testing.assert_allclose(found.main, main, rtol=1e-9)
    for i, j in itertools.combinations(range(4), 2):
        both = own.get_marginal_variance(np.array([i, j]))
        assert found.pairs[i, j] == pytest.approx(both - main[i] - main[j], abs=1e-9 * own.variance)


def test_pairs_of_some_axes_are_those_of_all(rng):
    tree = grown(rng, 100, 5, 7)
    axes = [Axis(np.arange(7), np.full(7, 1 / 7))] * 5
    whole, some = decompose(tree, axes, np.arange(5)).pairs, decompose(tree, axes, np.array([0, 1, 4])).pairs
    np.testing.assert_allclose(some, whole[np.ix_([0, 1, 4], [0, 1, 4])], atol=1e-14)
    assert decompose(tree, axes).pairs.shape == (0, 0)


def test_a_tree_without_a_split_has_no_variance():
    tree = DecisionTreeRegressor().fit(np.zeros((5, 2), np.float32), np.ones(5)).tree_
    found = decompose(tree, [Axis(np.arange(3), np.full(3, 1 / 3))] * 2, np.arange(2))
    assert (found.mean, found.total) == (1.0, 0.0)
    assert not found.main.any()
    assert not found.pairs.any()
