import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeRegressor

from panel.api import importance
from panel.data.project import from_frames
from panel.importance import permutation
from panel.importance.bags import Grown

pytestmark = pytest.mark.heavy


def test_it_is_twice_the_variance_that_an_additive_parameter_explains(rng):
    """For ``y = a + b`` of independent a and b, shuffling a adds 2 Var(a) to the squared error of a perfect model."""
    n = 1500
    X = pd.DataFrame({"a": rng.normal(0, 2, n), "b": rng.normal(0, 1, n), "none": rng.random(n)})
    record = importance(
        from_frames(X, pd.DataFrame({"y": X["a"] + X["b"]})), "y", method="permutation", target_scale="raw"
    )
    found = {row.parameter: row.raw for row in record.rows}
    assert found["a"] == pytest.approx(2 * 4 / 5, rel=0.12)
    assert found["b"] == pytest.approx(2 * 1 / 5, rel=0.2)
    assert abs(found["none"]) < 0.02


def test_all_columns_of_a_parameter_are_shuffled_together_and_replicates_with_each_other(rng):
    """Two columns that only count as a pair: shuffled one by one they would show, shuffled together they do."""
    config = np.repeat(np.arange(60), 3)
    sign = rng.choice([0.0, 1.0], 60)[config]
    X = np.column_stack([sign, sign, rng.random(60)[config]]).astype(np.float32)
    y = sign - sign.mean()
    tree = DecisionTreeRegressor(random_state=0).fit(X, y).tree_
    before = X.copy()
    [found] = permutation.measure(Grown(tree, X, tree.apply(X), y, config, np.array([0, 0, 1, 2]), rng))
    assert found[0] == pytest.approx(2 * y.var(), rel=0.6)
    assert found[0] > 0
    assert found[1] == 0
    np.testing.assert_array_equal(X, before)


def test_what_matters_is_clear_and_noise_is_not():
    kept = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        X = pd.DataFrame(rng.random((200, 5)), columns=list("abcde"))
        record = importance(
            from_frames(X, pd.DataFrame({"y": 3 * X["a"] + rng.normal(size=200)})), "y", method="permutation", seed=seed
        )
        rows = {row.parameter: row for row in record.rows}
        assert rows["a"].clear
        kept += [rows[name].clear for name in "bcde"]
    assert np.mean(kept) <= 0.1
