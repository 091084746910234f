"""The figures of a card: every trace on the axis of its parameter, names as text, log where it is modelled so."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Domain, Space, from_frames
from panel.figures import response as figures
from panel.figures.axes import JITTER, draw_axis
from panel.importance import response
from panel.question.design import build
from panel.question.selection import Selection, Target


@pytest.fixture(scope="module")
def records():
    rng = np.random.default_rng(3)
    lr = 10 ** rng.uniform(-5, -1, 200)
    kind = rng.choice(["<b>a</b>", "b", ""], 200)
    config = pd.DataFrame({"lr": lr, "<u>kind</u>": kind, "x": rng.random(200)})
    space = Space("loss", "minimize", "random", {"lr": Domain("real", 1e-5, 0.1, scale="log")})
    project = from_frames(config, pd.DataFrame({"loss": np.exp(rng.normal(size=200)) * lr**0.1}), space=space)
    forest = response.grow(build(project, Selection("x", Target("loss", scale="log"))))
    found = {}
    for names in (("lr",), ("<u>kind</u>",), ("lr", "x"), ("lr", "<u>kind</u>")):
        found[names] = response.name_runs(response.respond(forest, names), [f"<i>run {i}</i>" for i in range(200)])
    return found


def test_a_curve_has_runs_single_configurations_band_and_mean(records):
    figure = figures.draw_curve(records["lr",], 0)
    assert [trace.name for trace in figure.data] == ["runs", "single configs", "band", "predicted"]
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"
    assert tuple(figure.data[3].y) == records["lr",].axes[0].mean
    assert figure.data[1].x.count(None) == response.CURVES
    assert all(text.startswith("&lt;i&gt;") for text, _, _ in figure.data[0].customdata)


def test_labels_lie_at_whole_numbers_and_points_beside_them(records):
    record = records["<u>kind</u>",]
    figure = figures.draw_curve(record, 0)
    assert list(figure.layout.xaxis.ticktext) == [
        "empty" if not t else figures.escape(t) for t in record.axes[0].labels
    ]
    assert "<b>" not in "".join(figure.layout.xaxis.ticktext)
    assert figure.layout.xaxis.title.text == "&lt;u&gt;kind&lt;/u&gt;"
    places = np.array(figure.data[0].x)
    assert np.abs(places - np.round(places)).max() <= JITTER
    assert figures.draw_curve(record, 0) == figure, "the same way each time"


def test_a_surface_of_numbers_has_contours_and_one_with_labels_a_grid(records):
    contours, grid = (
        figures.draw_surface(record, record.surface) for record in (records["lr", "x"], records["lr", "<u>kind</u>"])
    )
    assert [type(t).__name__ for t in contours.data] == ["Contour", "Scatter"]
    assert [type(t).__name__ for t in grid.data] == ["Heatmap", "Scatter"]
    assert contours.data[0].reversescale, "a loss is best where it is small"
    assert (contours.data[0].zmin, contours.data[0].zmax) == (
        contours.data[1].marker.cmin,
        contours.data[1].marker.cmax,
    )
    np.testing.assert_allclose(10 ** np.array(contours.data[0].z), records["lr", "x"].surface.z)


def test_a_whole_number_with_few_values_has_a_tick_at_each():
    axis = SimpleNamespace(labels=(), kind="integer", scale="linear", x=[1, 2, 4], edges=[1, 2.5, 4])
    assert draw_axis(axis) == {"range": [0.5, 4.5], "tickvals": [1, 2, 4]}
    assert "tickvals" not in draw_axis(SimpleNamespace(**{**vars(axis), "kind": "real"}))


def test_the_distribution_counts_every_run(records):
    numbers, labels = (figures.draw_distribution(records[key].axes[0]) for key in (("lr",), ("<u>kind</u>",)))
    assert sum(numbers.data[0].y) == sum(labels.data[0].y) == 200
    assert numbers.layout.xaxis.type == "log"
    assert "<b>" not in "".join(labels.data[0].customdata)
