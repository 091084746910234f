"""What a metric can be at all: no interval goes beyond."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect, isolation
from panel.runs.possible import find_possible


def runs_of(metric, values, goal, **config):
    project = from_frames(pd.DataFrame({"lr": np.arange(len(values)), **config}), pd.DataFrame({metric: values}))
    selection = Selection("p", Target(metric, goal=goal, scale="raw"))
    return collect(project, selection, build(project, selection))


@pytest.mark.parametrize(
    ("metric", "values", "low", "high"),
    [
        ("val_accuracy", [0.2, 0.9], 0.0, 1.0),
        ("test/acc", [20.0, 97.0], 0.0, 100.0),
        ("test/acc", [20.0, 970.0], 0.0, np.inf),
        ("valAUC", [0.5, 1.0], 0.0, 1.0),
        ("val_loss", [0.01, 3.0], 0.0, np.inf),
        ("val_loss", [-0.01, 3.0], -np.inf, np.inf),
        ("accuracy_gain", [0.1, 0.2], -np.inf, np.inf),
        ("reward", [0.1, 0.2], -np.inf, np.inf),
    ],
)
def test_name_and_values_together_tell_what_is_possible(metric, values, low, high):
    assert find_possible(runs_of(metric, np.tile(values, 10), "minimize")) == (low, high)


@pytest.mark.parametrize(("metric", "goal"), [("accuracy", "maximize"), ("loss", "minimize")])
def test_the_interval_of_an_expected_best_ends_where_the_metric_does(metric, goal):
    bad = np.random.default_rng(0).random(24) ** 0.3
    bad[:2] = 0.02
    values, use = 1 - bad if metric == "accuracy" else bad, ["a", "b"] * 12
    asked = isolation.Asked(parameter="use")
    unnamed = isolation.record(runs_of("y", values, goal, use=use), asked).buckets
    named = isolation.record(runs_of(metric, values, goal, use=use), asked).buckets
    assert any(one.high > 1 if metric == "accuracy" else one.low < 0 for one in unnamed), "as of any number"
    for one, other in zip(unnamed, named, strict=True):
        assert other.expected == one.expected
        limits = (one.low, min(one.high, 1.0)) if metric == "accuracy" else (max(one.low, 0.0), one.high)
        assert (other.low, other.high) == limits
