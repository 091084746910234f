"""Curves are drawn as the record says."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from panel.data.messages import NOTHING, as_message
from panel.figures.curves import HUES, SHADES, choose_colours, draw_best, draw_group, draw_run
from panel.figures.palette import COLOURS, DARK, LIGHT
from panel.runs import pack, pack64
from panel.runs.best import BestCurve, BestRecord
from panel.runs.colouring import Colouring
from panel.runs.curves import CurveGroup, CurvesRecord, DrawnCurve, DrawnMetric, DrawnRun
from panel.runs.histories import PackedCurve
from panel.runs.run_curves import RunCurve, RunCurvesRecord

X = pack64(np.array([1.0, 2.0]))


def a_record(**more):
    colour = Colouring(
        by="target",
        label="loss",
        kind="order",
        scale="linear",
        words=(as_message("0.1"), as_message("0.2")),
        of=(0, 1, -1),
        none=(as_message("failed, or no value"),),
    )
    lines = [(i, m, pack(np.array([1.0, i + m]))) for i in range(3) for m in range(2)]
    return CurvesRecord(
        empty=NOTHING,
        which="best",
        label="loss",
        goal="minimize",
        available=("val_loss", "train_loss"),
        metrics=("val_loss", "train_loss"),
        xs=("step",),
        x="step",
        partners={},
        said=NOTHING,
        runs=tuple(DrawnRun(f"r{i}", f"<b>r{i}</b>", None, "") for i in range(3)),
        colour=replace(colour, **more),
        x_title=as_message("step"),
        groups=(
            CurveGroup(
                (DrawnMetric("val_loss", "validation"), DrawnMetric("train_loss", "train")),
                tuple(DrawnCurve(2, X, y, None, None, i, m) for i, m, y in lines),
            ),
        ),
        notes=(),
    )


def test_each_run_and_metric_is_a_line_and_the_best_is_on_top():
    lines = [t for t in draw_group(a_record(), 0).data if t.meta]
    assert len(lines) == 6
    last = lines[-1]
    assert last.meta["run"] == "r0" and lines[0].meta["run"] == "r2"
    assert {(t.meta["metric"], t.line.dash) for t in lines} == {("val_loss", "solid"), ("train_loss", "dash")}
    assert {t.meta["run"]: t.line.color for t in lines} == {
        "r0": SHADES[0],
        "r1": SHADES[-1],
        "r2": COLOURS["negative"],
    }
    assert "<b>r0" not in last.name and "&lt;b&gt;" in last.text
    sent = draw_group(a_record(), 0).to_plotly_json()["data"][0]["y"]
    assert np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist() == [1, 2]


def test_the_legend_says_colours_and_dashes_and_axes_have_titles():
    figure = draw_group(a_record(), 0)
    names = [t.name for t in figure.data if not t.meta]
    assert names == ["0.1", "0.2", "failed, or no value", "solid: val_loss", "dashed: train_loss"]
    assert figure.layout.xaxis.title.text == "step"
    assert figure.layout.yaxis.title.text == "val_loss and train_loss"


def test_large_numbers_are_dark_and_the_rest_of_the_words_is_grey():
    number = choose_colours(a_record(kind="number").colour)
    assert (number[0], number[1], number[-1]) == (SHADES[-1], SHADES[0], COLOURS["unclear"])
    words = choose_colours(
        a_record(kind="category", words=tuple(map(as_message, ("a", "b", "3 other values"))), rest=3).colour
    )
    assert [words[i] for i in range(3)] == [HUES[0], HUES[1], COLOURS["unclear"]]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_colours_are_there_in_both_themes(theme):
    assert set(LIGHT) == set(theme)


def test_a_run_is_thick_beside_the_best():
    points = PackedCurve(n=2, x=X, y=pack(np.array([1.0, 2.0])), mean_x=None, mean_y=None)
    whose = {"a": "this", "b": "best"}
    curves = [
        RunCurve(**vars(points), run=run, name=run, whose=which, metric="loss", side="") for run, which in whose.items()
    ]
    figure = draw_run(RunCurvesRecord(curves=tuple(curves), metric="loss", metrics=("loss",)))
    assert [t.name for t in figure.data] == ["best run, loss", "this run, loss"]
    assert figure.data[1].line.width > figure.data[0].line.width


def curve_of(i, *values):
    x, y = pack64(np.arange(3.0)), pack(np.array(values))
    return BestCurve(n=3, x=x, y=y, mean_x=None, mean_y=None, rank=i + 1, run=f"r{i}", name=f"<i>run {i}</i>")


def the_best(**more):
    record = BestRecord(
        k=5,
        asked=5,
        target="loss",
        metric="<b>loss</b>",
        goal="minimize",
        log=False,
        adaptive="",
        feasible=5,
        infeasible=0,
        configs=5,
        best_configs=5,
        rest=0,
        runs=(),
        rows=(),
        curves=tuple(curve_of(i, 3.0, 1.0 + i, np.nan) for i in range(5)),
    )
    return replace(record, **more)


def test_the_best_run_is_drawn_last_and_in_blue():
    figure = draw_best(the_best())
    assert [t.meta["run"] for t in figure.data] == ["r4", "r3", "r2", "r1", "r0"]
    assert list(figure.data[-1].y)[:2] == [3.0, 1.0]
    assert [t.line.color for t in figure.data].count(COLOURS["importance"]) == 1
    assert figure.data[-1].line.color == COLOURS["importance"]
    ranks = {a.text: (a.x, a.y) for a in figure.layout.annotations}
    assert ranks == {"1": (1, 1), "2": (1, 2), "3": (1, 3)}, "at the last value"
    assert "<i>" not in "".join(t.name for t in figure.data)
    assert figure.layout.yaxis.title.text == "&lt;b&gt;loss&lt;/b&gt;"


def test_a_log_target_has_a_log_axis_unless_a_curve_leaves_it():
    figure = draw_best(the_best(log=True))
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.annotations[-1].y == 0
    leaves = (*the_best().curves[:3], curve_of(3, 1.0, -1.0, 1.0))
    assert draw_best(the_best(log=True, curves=leaves)).layout.yaxis.type is None
