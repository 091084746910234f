"""The isolation plot draws what its record says."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.figures.isolation import draw_isolation
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect
from panel.runs.isolation import Asked, record


def found(scale="raw", goal="minimize", **asked):
    draw = np.random.default_rng(0)
    kind = draw.choice(["<b>a</b>", "b", "c"], 200)
    config = pd.DataFrame({"<u>kind</u>": kind, "lr": 10 ** draw.uniform(-4, 0, 200)})
    loss = np.exp(draw.standard_normal(200))
    loss[:9] = np.nan
    project = from_frames(config, pd.DataFrame({"loss": loss}, index=config.index))
    selection = Selection("x", Target("loss", goal=goal, scale=scale))
    return record(
        collect(project, selection, build(project, selection)), Asked(**{"parameter": "<u>kind</u>", **asked})
    )


def trace(figure, name):
    return next(t for t in figure.data if t.name.startswith(name))


def test_each_value_has_its_configs_best_run_expected_best_and_crosses():
    r = found()
    figure = draw_isolation(r)
    best, expected, crosses = (trace(figure, name) for name in ("best run", "expected best of", "infeasible"))
    assert list(best.y) == [b.best.target for b in r.buckets]
    assert list(expected.y) == [b.expected for b in r.buckets]
    assert np.allclose(np.array(expected.y) + expected.error_y.array, [b.high for b in r.buckets])
    assert np.allclose(np.array(expected.y) - expected.error_y.arrayminus, [b.low for b in r.buckets])
    assert [int(text) for text in crosses.text] == [b.infeasible for b in r.buckets if b.infeasible]
    assert sum(int(text) for text in crosses.text) == 9
    assert f"best of {r.m} configs" in expected.name
    ticks = figure.layout.xaxis.ticktext
    assert "<u>" not in figure.layout.xaxis.title.text
    assert "&lt;b&gt;a&lt;/b&gt;" in ticks[0]
    assert [f"n = {b.configs}" in tick for b, tick in zip(r.buckets, ticks, strict=True)] == [True] * 3
    assert ["baseline" in tick for tick in ticks].count(True) == 1


@pytest.mark.parametrize(("goal", "scale"), [("minimize", "raw"), ("maximize", "raw"), ("minimize", "log")])
def test_the_axis_holds_the_best_and_the_intervals(goal, scale):
    r = found(scale, goal)
    figure = draw_isolation(r)
    low, high = figure.layout.yaxis.range
    if scale == "log":
        assert figure.layout.yaxis.type == "log"
        assert "(log scale)" in figure.layout.yaxis.title.text
        low, high = 10**low, 10**high
    for b in r.buckets:
        assert low < b.low <= b.high < high
        assert low < b.best.target < high
    configs = trace(figure, "configs")
    assert low <= min(configs.y) <= max(configs.y) <= high
    crosses = trace(figure, "infeasible").y
    assert all(y > r.middle if goal == "minimize" else y < r.middle for y in crosses)


def test_one_run_can_be_drawn():
    project = from_frames(pd.DataFrame({"a": [1.0]}), pd.DataFrame({"loss": [0.5]}))
    selection = Selection("x", Target("loss"))
    figure = draw_isolation(record(collect(project, selection, build(project, selection)), Asked(parameter="a")))
    assert [t.name for t in figure.data] == ["configs", "best run"]
