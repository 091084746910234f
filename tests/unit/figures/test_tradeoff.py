"""The figure of a trade-off draws what its record says."""

from dataclasses import replace

import pytest

from panel.figures.tradeoff import draw_tradeoff
from panel.runs.tradeoff import Points, TradeoffRecord
from panel.runs.tradeoff_sides import Axis


@pytest.fixture
def record():
    return TradeoffRecord(
        choices=(),
        x=Axis("run.runtime", "runtime in seconds", "minimize", log=True),
        y=Axis("target", "<b>acc", "maximize", log=False),
        runs=4,
        n=4,
        left_out={},
        points=Points(
            run=("r0", "r1", "r2", "r3"),
            name=("a", "<i>b", "c", "d"),
            x=(1.0, 20.0, 300.0, 300.0),
            y=(0.1, 0.5, 0.4, 0.9),
            on=(True, True, False, True),
        ),
        front=("r0", "r1", "r3"),
        listed=(),
        parameters={},
        best=None,
    )


def test_runs_front_and_the_steps_between(record):
    others, steps, front = draw_tradeoff(record).data
    assert [point[0] for point in others.customdata] == ["r2"]
    assert [tuple(point) for point in front.customdata] == [("r0", "a"), ("r1", "&lt;i&gt;b"), ("r3", "d")]
    assert (list(steps.x), list(steps.y)) == ([1, 20, 300], [0.1, 0.5, 0.9])
    assert steps.line.shape == "hv"
    assert front.marker.symbol != others.marker.symbol, "told by shape too"


def test_axes_say_which_direction_is_better(record):
    layout = draw_tradeoff(record).layout
    assert layout.xaxis.title.text == "runtime in seconds<br>(smaller is better ←, log scale)"
    assert layout.yaxis.title.text == "&lt;b&gt;acc (larger is better ↑)"
    assert layout.xaxis.type == "log"
    assert "300" not in layout.xaxis.ticktext
    assert "200" in layout.xaxis.ticktext


def test_steps_begin_at_the_best_x(record):
    turned = replace(record, x=replace(record.x, goal="maximize"))
    assert list(draw_tradeoff(turned).data[1].x) == [300, 20, 1]
