import numpy as np
import pandas as pd
import pytest

from panel.sources.table.dependence import measure_dependence


def test_known_shares(rng):
    group = pd.Series(np.repeat([0, 1], 50))
    assert measure_dependence(group * 10.0 + pd.Series(rng.random(100)), [group]) == pytest.approx(0.75, abs=0.02)
    assert measure_dependence(group.astype(float), [group]) == 1.0


def test_independent_columns_depend_on_nothing():
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        settings = [pd.Series(rng.integers(0, 4, 60)), pd.Series(rng.random(60)), pd.Series(rng.choice(["a", "b"], 60))]
        found.append(measure_dependence(pd.Series(rng.random(60)), settings))
    assert np.count_nonzero(found) <= 1


def test_a_continuous_setting_is_taken_in_its_order(rng):
    lr = pd.Series(rng.random(80))
    assert measure_dependence((lr - 0.5) ** 2, [lr]) > 0.3


@pytest.mark.parametrize("column", [[1.0, 2.0, None], ["a"] * 30, [None] * 30])
def test_too_little_to_tell(column):
    assert measure_dependence(pd.Series(column), [pd.Series(range(len(column)))]) == 0.0
