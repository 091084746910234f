"""A slice's figure draws what its record says, and is one that Plotly takes."""

import base64
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from panel.data.project import from_frames
from panel.figures import slices as figures
from panel.figures.palette import COLOURS
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect, slices


@pytest.fixture(scope="module")
def record():
    draw = np.random.default_rng(0)
    ids = [f"<i>r{i}</i>" for i in range(150)]
    lr = 10 ** draw.uniform(-6, -1, 150)
    loss = lr**0.2 * np.exp(0.2 * draw.standard_normal(150))
    loss[:5] = np.nan
    config = pd.DataFrame({"lr": lr, "<b>kind</b>": draw.choice(["<u>a</u>", "b", ""], 150)}, index=ids)
    project = from_frames(config, pd.DataFrame({"loss": loss}, index=ids))
    selection = Selection("p", Target("loss", scale="log"))
    return slices.record(collect(project, selection, build(project, selection)), slices.Asked())


def trace(figure, name):
    return next(t for t in figure.data if t.name == name)


def test_plotly_takes_both_sizes(record):
    for number in range(2):
        for large in (False, True):
            go.Figure(figures.draw_slice(record, number, large).to_dict())


def test_a_number_has_points_trend_and_running_best(record):
    figure, found = figures.draw_slice(record, 0), record.slices[0]
    assert [t.name for t in figure.data] == [
        "band", "runs", "infeasible", "best", "trend", "running best", "selected",
    ]  # fmt: skip
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert figure.layout.xaxis.title.text == "lr (log scale)"
    assert figure.layout.yaxis.title.text == "loss (log scale)"
    group = np.array(record.drawn.group)
    for name in figures.GROUPS:
        points = trace(figure, name)
        assert points.x == pytest.approx(np.array(found.x)[group == name], rel=1e-6)
        assert points.y == pytest.approx(np.array(record.drawn.y)[group == name], rel=1e-6)
    trend, best = trace(figure, "trend"), trace(figure, "running best")
    assert trend.y == pytest.approx(found.trend.median, rel=1e-6)
    assert best.x[0] == pytest.approx(found.trend.edges[0], rel=1e-6)
    assert best.y[::2] == pytest.approx(found.trend.best, rel=1e-6)
    assert best.y[1::2] == pytest.approx(found.trend.best, rel=1e-6)
    assert trace(figure, "infeasible").marker.line.color == COLOURS["infeasible"]
    assert len({trace(figure, name).marker.symbol for name in figures.GROUPS}) == 3, "told by shape too"


def test_a_category_has_its_boxes_as_computed(record):
    figure, found = figures.draw_slice(record, 1), record.slices[1]
    boxes = trace(figure, "boxes")
    assert list(boxes.median) == [box.five[2] for box in found.boxes]
    assert list(boxes.upperfence) == [box.five[4] for box in found.boxes]
    assert [text.split("<br>")[1] for text in figure.layout.xaxis.ticktext] == [str(box.runs) for box in found.boxes]
    assert figure.layout.xaxis.ticktext[0].startswith("empty")


def test_names_from_data_are_text(record):
    texts = [
        said[:3] for group in figures.say_points(record).values() for said in group
    ]  # the fourth is no text to show
    text = str(figures.draw_slice(record, 1).to_dict()) + str(texts)
    assert "<i>" not in text
    assert "<u>" not in text
    assert "<b>kind" not in text


def test_only_the_enlarged_one_carries_what_points_say(record):
    small, large = figures.draw_slice(record, 0), figures.draw_slice(record, 0, large=True)
    assert trace(small, "runs").customdata is None
    assert list(trace(large, "runs").customdata) == figures.say_points(record)["runs"]
    assert len(figures.say_points(record)["infeasible"]) == 5
    assert small.layout.dragmode is False
    assert large.layout.dragmode == "select"


def test_points_travel_packed(record):
    packed = figures.draw_slice(record, 0).to_plotly_json()["data"][1]["x"]
    assert packed["dtype"] == "f4"
    assert len(base64.b64decode(packed["bdata"])) == 4 * record.drawn.group.count("runs")


def test_runs_beyond_the_axis_are_triangles(record):
    assert trace(figures.draw_slice(record, 0), "runs").marker.symbol == "circle"
    drawn = record.drawn
    sides = [1, -1] + [0] * (len(drawn.group) - 2)
    assert drawn.group[:2] == ("runs", "runs")
    far = replace(record, drawn=replace(drawn, beyond=tuple(sides)))
    symbols = trace(figures.draw_slice(far, 0), "runs").marker.symbol
    assert list(symbols[:3]) == ["triangle-up", "triangle-down", "circle"]


def test_labels_that_do_not_fit_are_turned_and_counts_are_in_the_enlarged_plot(record):
    found = record.slices[1]
    axis = replace(found.axis, labels=tuple(f"a long name {i}" for i in range(9)), x=tuple(range(9)))
    many = replace(found, axis=axis, boxes=found.boxes * 3)
    wide = replace(record, slices=(many,))
    assert figures.draw_slice(wide, 0).layout.xaxis.tickangle == -90
    assert figures.draw_slice(wide, 0, large=True).layout.xaxis.ticktext[1].endswith(f"<br>{many.boxes[1].runs}")


def test_targets_are_told_as_logged_in_the_order_of_the_points(record):
    told, said = figures.list_targets(record), figures.say_points(record)
    target = dict(zip(record.drawn.id, record.drawn.target, strict=True))
    for group in figures.GROUPS:
        assert told[group] == [target[run] for _, _, _, run in said[group]]


def test_values_travel_apart_only_where_32_bits_cannot_hold_them(record):
    assert figures.list_beyond_32_bits(record, 0) is None
    assert figures.list_beyond_32_bits(record, 1) is None
    n = len(record.drawn.id)
    for value in (2147483647.0, 1e60, 1e-60):
        values = (value, None, *[1.0] * (n - 2))
        far = replace(record, slices=(replace(record.slices[0], x=values),))
        told = figures.list_beyond_32_bits(far, 0)
        assert told["runs"][:3] == [value, None, 1.0]
        assert sum(map(len, told.values())) == n


def test_whole_numbers_are_said_with_all_digits(record):
    assert "%{x:.4g}" in trace(figures.draw_slice(record, 0), "runs").hovertemplate
    axis = replace(record.slices[0].axis, kind="integer")
    whole = replace(record, slices=(replace(record.slices[0], axis=axis),))
    assert "%{x:d}" in trace(figures.draw_slice(whole, 0), "runs").hovertemplate
    drawn = replace(record.drawn, target=(65536.0,) * len(record.drawn.target))
    assert figures.say_points(replace(record, drawn=drawn))["runs"][0][1] == "loss 65536"
