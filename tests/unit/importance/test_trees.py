import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from panel.importance import trees


def test_unseen_decrease_is_the_covariance_of_target_and_prediction(rng):
    X = rng.random((300, 4)).astype(np.float32)
    y = X[:, 0] * 3 + X[:, 1] + 0.3 * rng.normal(size=300)
    model = DecisionTreeRegressor(min_samples_leaf=3, random_state=0).fit(X[:150], y[:150])
    centred = y[150:] - y[150:].mean()
    decrease = trees.measure_unseen_decrease(model.tree_, model.tree_.apply(X[150:]), centred)
    assert decrease.sum() == pytest.approx(np.mean(centred * model.predict(X[150:])))
    assert decrease.argmax() == 0


def test_on_the_runs_it_was_grown_on_it_is_scikit_learns_impurity_decrease(rng):
    X = rng.random((200, 3)).astype(np.float32)
    y = X[:, 0] + rng.normal(size=200)
    tree = DecisionTreeRegressor(random_state=0).fit(X, y).tree_
    decrease = trees.measure_unseen_decrease(tree, tree.apply(X), y - y.mean())
    np.testing.assert_allclose(decrease, tree.compute_feature_importances(normalize=False), rtol=1e-9)
