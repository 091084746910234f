"""The map of configs as a figure."""

import numpy as np
import pandas as pd
import pytest

from panel.data.project import from_frames
from panel.figures.footprint import draw_footprint
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect, footprint
from panel.runs.footprint import Asked


@pytest.fixture(scope="module")
def runs():
    draw = np.random.default_rng(0)
    ids = [f"r{i}" for i in range(60)]
    config = pd.DataFrame(
        {"lr": 10 ** draw.uniform(-4, 0, 60), "kind": draw.choice(["<b>a</b>", "b"], 60), "x": draw.random(60)},
        index=ids,
    )
    state = np.where(np.arange(60) % 10 == 0, "failed", "finished")
    loss = np.where(state == "failed", np.nan, (np.log10(config["lr"]) + 2) ** 2)
    project = from_frames(
        config, pd.DataFrame({"loss": loss}, index=ids), runs=pd.DataFrame({"state": state}, index=ids)
    )
    selection = Selection("p", Target("loss", goal="minimize"))
    return collect(project, selection, build(project, selection))


def draw(runs, **asked):
    found = footprint.record(runs, Asked(**asked))
    return found, draw_footprint(found)


def test_every_config_is_drawn_once_and_the_best_have_a_ring(runs):
    found, figure = draw(runs)
    *classes, rings = figure.data
    drawn = [point[0] for trace in classes for point in trace.customdata]
    assert sorted(drawn) == sorted(found.points.run)
    assert [point[0] for point in rings.customdata] == list(found.points.run[:10])
    assert rings.name == "the 10 best"
    failed = next(trace for trace in classes if trace.name == "failed, or no value")
    assert len(failed.x) == 6
    assert {point[2] for point in failed.customdata} == {"failed"}


def test_the_best_class_is_drawn_on_top_and_the_two_axes_are_alike(runs):
    found, figure = draw(runs)
    assert figure.data[-2].name == found.colour.words[0]
    assert figure.layout.yaxis.scaleanchor == "x"


def test_by_a_parameter_names_are_no_markup(runs):
    _, figure = draw(runs, parameter="kind")
    assert {trace.name for trace in figure.data[:-1]} == {"&lt;b&gt;a&lt;/b&gt;", "b"}
    figure.to_json()
