"""What conclusions hold for only."""

import numpy as np
import pandas as pd

from benchmarks.sweeps import study
from panel.checks.base import say_caveats
from panel.data.project import Space, from_frames
from panel.question.conditions import Condition


def asked(config, loss=None, space=None, **more):
    values = np.random.default_rng(0).random(len(config)) if loss is None else loss
    return study(from_frames(config, pd.DataFrame({"val_loss": values}), space=space), **more)


def test_the_only_value_tried_of_a_setting_is_a_caveat():
    config = pd.DataFrame({"activation": ["relu"] * 9, "lr": np.arange(9.0), "version_of_lab": ["x"] * 9})
    assert say_caveats(asked(config)) == ("It holds for activation = relu, the only value tried.",)


def test_many_fixed_settings_are_counted():
    config = pd.DataFrame({"lr": np.arange(9.0), **{f"block{i}.layers": [i] * 9 for i in range(10)}})
    said = say_caveats(asked(config))
    assert len(said) == 5
    assert said[-1] == "It holds for the only value tried of 6 more settings."


def test_paths_and_devices_are_no_caveat():
    assert (
        say_caveats(asked(pd.DataFrame({"lr": np.arange(9.0), "data.path": ["/d"] * 9, "device": ["cuda"] * 9}))) == ()
    )


def test_infeasible_runs_an_adaptive_search_and_a_filter_are_caveats():
    loss = np.random.default_rng(0).random(40)
    loss[:10] = np.nan
    config = pd.DataFrame({"lr": np.arange(40.0)})
    assert say_caveats(asked(config, loss)) == ("10 of 40 runs (25 %) were infeasible.",)
    adaptive = say_caveats(asked(config, space=Space(method="bayes")))
    assert len(adaptive) == 1
    assert adaptive[0].startswith("It holds among the runs that the search chose")
    filtered = say_caveats(asked(config, filters=(Condition("config.lr", high=29),)))
    assert filtered == ("10 runs are left out by the filter.",)
