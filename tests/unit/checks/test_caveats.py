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
    named = ", ".join(f"block{i}.layers = {i}" for i in range(4))
    assert said == (f"It holds for {named}, the only values tried, and for one value of 6 more settings.",)


def test_settings_of_one_sentence_are_joined():
    said = say_caveats(asked(pd.DataFrame({"lr": np.arange(9.0), "layers": [2] * 9, "activation": ["relu"] * 9})))
    assert said == ("It holds for layers = 2 and activation = relu, the only values tried.",)


def test_how_runs_are_looked_at_and_what_follows_from_others_is_no_caveat():
    for name in ("validation_split", "eval_batch_size", "output_dir", "num_nodes_total", "num_workers"):
        assert say_caveats(asked(pd.DataFrame({"lr": np.arange(9.0), name: [3] * 9}))) == (), name


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
    one = say_caveats(asked(config, filters=(Condition("config.lr", high=38),)))
    assert one == ("1 run is left out by the filter.",)


def test_a_value_whose_others_all_failed_is_not_called_the_only_one_tried():
    config = pd.DataFrame({"lr": np.arange(12.0), "optimizer": ["adam"] * 9 + ["sgd"] * 3})
    runs = pd.DataFrame({"state": ["finished"] * 9 + ["failed"] * 3})
    loss = pd.DataFrame({"val_loss": [*np.random.default_rng(0).random(9), *[np.nan] * 3]})
    said = say_caveats(study(from_frames(config, loss, runs=runs)))
    assert said[0] == "It holds for optimizer = adam: every run with another value failed."
    assert not any("only value" in str(one) for one in said)
