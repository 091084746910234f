"""Whether the setting that matters most is another one at a later step."""

import numpy as np
import pandas as pd
import pytest

from panel.question.order import compare_order, find_other_leader


@pytest.fixture
def config(rng):
    return pd.DataFrame(
        {"lr": rng.random(80), "wd": rng.random(80), "act": rng.choice(["a", "b"], 80), "id": range(80)}
    )


def test_another_leader_is_named_and_the_same_is_not(config, rng):
    noise = 0.1 * rng.normal(size=80)
    first, last = config["lr"] + noise, config["wd"] + noise
    assert find_other_leader(config, first.to_numpy(), last.to_numpy()) == ("lr", "wd")
    assert find_other_leader(config, first.to_numpy(), (1 - config["lr"]).to_numpy()) is None
    by_act = (config["act"] == "a").to_numpy(float) + noise
    assert find_other_leader(config, by_act, last.where(config["wd"] > 0.3).to_numpy()) == ("act", "wd")


def test_noise_has_no_leader(rng):
    found = 0
    for _ in range(100):
        config = pd.DataFrame(rng.random((60, 12)), columns=[f"p{k}" for k in range(12)])
        found += find_other_leader(config, rng.normal(size=60), rng.normal(size=60)) is not None
    assert found <= 2


def test_few_runs_have_no_order(config):
    values = np.arange(80.0)
    assert compare_order(values, -values) == pytest.approx(-1)
    assert compare_order(np.where(values < 9, values, np.nan), values) is None
    assert find_other_leader(config.head(8), values[:8], values[:8]) is None
    assert find_other_leader(pd.DataFrame(index=range(80)), values, values) is None
