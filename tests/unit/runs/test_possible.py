"""What a metric can be at all: no interval goes beyond."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect, isolation
from panel.runs.possible import find_possible


def runs_of(metric, values, goal, scale="raw", **config):
    project = from_frames(pd.DataFrame({"lr": np.arange(len(values)), **config}), pd.DataFrame({metric: values}))
    selection = Selection("p", Target(metric, goal=goal, scale=scale))
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


@pytest.mark.parametrize("scale", ["raw", "log"])
@pytest.mark.parametrize(("metric", "goal"), [("accuracy", "maximize"), ("loss", "minimize")])
def test_a_difference_may_be_negative_and_lies_within_its_interval(metric, goal, scale):
    rng = np.random.default_rng(1)
    use = np.tile(["a", "b", "c"], 20)
    values = 0.4 + 0.1 * (use == "b") - 0.1 * (use == "c") + 0.05 * rng.random(60)
    others = isolation.record(runs_of(metric, values, goal, scale, use=use), isolation.Asked(parameter="use")).buckets
    unnamed = isolation.record(runs_of("y", values, goal, scale, use=use), isolation.Asked(parameter="use")).buckets
    compared = [one for one in others if one.difference is not None]
    assert len(compared) == 2
    for one in compared:
        assert one.difference_low < one.difference < one.difference_high
    assert [(o.difference_low, o.difference_high) for o in others] == [
        (o.difference_low, o.difference_high) for o in unnamed
    ]
