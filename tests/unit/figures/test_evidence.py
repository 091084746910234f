"""Evidence is drawn as its record says: series, intervals, marks, scales, names and runs."""

import json

import numpy as np
import pytest

from panel.checks.base import Along, Evidence, Mark, Series
from panel.figures.evidence import draw_evidence
from panel.figures.palette import COLOURS

X, Y = Along("lr"), Along("val_loss")


def draw(*series, x=X, y=Y, marks=()):
    return draw_evidence(Evidence.from_json(Evidence("title", x, y, series, marks).to_json()))


def points(name="configs", x=(1.0, 2.0), y=(3.0, 4.0), **more):
    return Series(name, "points", x, y, **more)


def test_points_carry_the_run_that_a_click_opens():
    trace = draw(points(runs=["<b>r1</b>", "r2"])).data[0]
    assert (list(trace.x), list(trace.y)) == ([1, 2], [3, 4])
    assert [row[0] for row in trace.customdata] == ["<b>r1</b>", "r2"]
    assert trace.customdata[0][1] == "&lt;b&gt;r1&lt;/b&gt;"
    assert "%{customdata[1]}" in trace.hovertemplate


def test_points_that_are_no_runs_open_nothing():
    trace = draw(points()).data[0]
    assert [row[0] for row in trace.customdata] == ["", ""]
    assert "customdata[1]" not in trace.hovertemplate


def test_what_is_left_out_takes_its_run_with_it():
    trace = draw(points(x=(1.0, np.nan, 3.0), y=(0.0, 1.0, 5.0), runs=list("abc")), y=Along("loss", log=True)).data[0]
    assert (list(trace.x), list(trace.y), [row[0] for row in trace.customdata]) == ([3], [5], ["c"])


def test_tones_differ_in_colour_and_in_shape():
    figure = draw(points("a", tone="best"), points("b"), points("c", tone="bad"))
    colour = {t.name: t.marker.color for t in figure.data}
    assert colour == {"a": COLOURS["importance"], "b": COLOURS["point"], "c": COLOURS["negative"]}
    assert len({t.marker.symbol for t in figure.data}) == 3
    assert figure.data[-1].name == "a"  # on top


def test_a_second_series_of_a_tone_has_a_shape_of_its_own():
    symbols = {t.marker.symbol for t in draw(points("a"), points("b")).data}
    dashes = {t.line.dash for t in draw(*(Series(n, "line", [1, 2, 3], [1, 2, 3]) for n in "ab")).data}
    assert len(symbols) == len(dashes) == 2


def test_a_legend_stands_above_the_plot_if_two_things_are_named():
    assert not draw(points()).layout.showlegend
    figure = draw(points("a"), points("b"), points("a"))
    assert figure.layout.showlegend
    assert [t.name for t in figure.data if t.showlegend] == ["a", "b"]
    assert figure.layout.legend.y >= 1
    assert figure.layout.legend.yanchor == "bottom"


def test_the_legend_gets_as_many_rows_as_a_narrow_screen_needs():
    short = draw(points("a"), points("b")).layout
    long = draw(*(points(f"{i} configs with a long name") for i in range(3))).layout
    assert long.margin.t > short.margin.t
    assert long.height - long.margin.t == short.height - short.margin.t


def test_a_line_keeps_its_gaps_and_a_band_goes_there_and_back():
    line, band = Series("l", "line", [1, 2, 3], [1, np.nan, 3]), Series("b", "band", [1, 2], low=[0, 1], high=[2, 3])
    figure = draw(line, band)
    there, gaps = figure.data
    assert (list(there.x), list(there.y), there.fill) == ([1, 2, 2, 1], [2, 3, 1, 0], "toself")
    assert list(gaps.y) == [1, None, 3]
    low, high = figure.layout.yaxis.range
    assert low < 0 < 3 < high


def test_a_band_down_to_zero_on_a_log_axis_ends_at_the_axis():
    band = Series("b", "band", [1, 2], low=[0, 1], high=[2, 3])
    figure = draw(band, points(), y=Along("loss", log=True))
    assert min(figure.data[0].y) == pytest.approx(10 ** figure.layout.yaxis.range[0])


def test_bars_stand_on_zero_with_their_intervals():
    bars = Series("b", "bars", [0, 1], [4.0, 8.0], low=[3, 6], high=[6, 9])
    figure = draw(bars, x=Along("optimizer", labels=("adam", "<i>sgd")))
    bar = figure.data[0]
    assert (bar.orientation, list(bar.error_y.array), list(bar.error_y.arrayminus)) == ("v", [2, 1], [1, 2])
    assert figure.layout.yaxis.range[0] == 0
    assert figure.layout.yaxis.range[1] > 9
    assert figure.layout.xaxis.ticktext == ("adam", "&lt;i&gt;sgd")
    assert [row[2] for row in bar.customdata] == ["adam", "&lt;i&gt;sgd"]
    assert [row[4] for row in bar.customdata] == [" (3 to 6)", " (6 to 9)"]


def test_bars_over_categories_from_top_to_bottom_are_horizontal():
    bars = Series("b", "bars", [4.0, -8.0], [0, 1], low=[3, -9], high=[6, -7])
    figure = draw(bars, y=Along("parameter", labels=("lr", "width")))
    assert (figure.data[0].orientation, list(figure.data[0].error_x.array)) == ("h", [2, 1])
    top, bottom = figure.layout.yaxis.range[::-1]
    assert top < 0 < 1 < bottom
    low, high = figure.layout.xaxis.range
    assert low < -9 < 6 < high


def test_many_categories_make_it_taller():
    bars = Series("b", "bars", list(range(40)), list(range(40)))
    tall = draw(bars, y=Along("parameter", labels=tuple(f"p{i}" for i in range(40))))
    assert tall.layout.height > draw(bars).layout.height + 200


def test_points_of_one_category_lie_beside_each_other():
    labels = Along("optimizer", labels=("adam", "sgd"))
    spread = draw(points(x=[0, 0, 1, 1], y=[1, 2, 3, 4]), x=labels).data[0].x
    assert len(set(spread)) == 4
    assert [round(v) for v in spread] == [0, 0, 1, 1]
    assert list(draw(points(x=[0, 1]), x=labels).data[0].x) == [0, 1]


def test_marks_are_dashed_lines_with_words_even_on_log_axes():
    marks = (Mark("x", 0.1, "upper <limit>"), Mark("y", 3.5, "baseline"), Mark("x", 0.0, "nowhere"))
    figure = draw(points(x=(0.001, 0.01)), x=Along("lr", log=True), marks=marks)
    upright, level = figure.layout.shapes
    assert (upright.x0, upright.x1, upright.yref, upright.line.dash) == (0.1, 0.1, "y domain", "dash")
    assert (level.y0, level.y1, level.xref) == (3.5, 3.5, "x domain")
    words = {a.text: a for a in figure.layout.annotations}
    assert set(words) == {"upper &lt;limit&gt;", "baseline"}
    assert words["upper &lt;limit&gt;"].x == pytest.approx(-1)  # there Plotly wants the logarithm
    assert figure.layout.xaxis.range[1] > -1
    assert words["baseline"].bgcolor == COLOURS["card"], "it can be read on bars"


def test_words_of_marks_side_by_side_do_not_meet():
    near = draw(points(), marks=(Mark("x", 1.0, "lower limit"), Mark("x", 1.1, "another limit")))
    apart = draw(points(), marks=(Mark("x", 1.0, "low"), Mark("x", 2.0, "high")))
    assert len({a.yshift for a in near.layout.annotations}) == 2
    assert len({a.yshift for a in apart.layout.annotations}) == 1
    assert near.layout.margin.t > apart.layout.margin.t


def test_a_log_axis_says_so_and_has_readable_ticks():
    axis = draw(points(x=(1e-5, 1e-1)), x=Along("lr", log=True)).layout.xaxis
    assert (axis.type, axis.title.text) == ("log", "lr (log scale)")
    assert {"0.001", "0.01"} <= set(axis.ticktext)


def test_names_from_data_are_no_markup():
    figure = draw(points("<b>a"), points("c"), x=Along("<u>lr"), y=Along("<s>loss"))
    text = json.dumps([figure.layout.xaxis.title.text, figure.layout.yaxis.title.text, *(t.name for t in figure.data)])
    assert "<u>" not in text
    assert "<s>" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("value", [np.nan, np.inf, -1.0, 0.0, 1e308])
@pytest.mark.parametrize("kind", ["points", "line", "bars"])
def test_odd_values_are_drawn_or_left_out(value, kind):
    figure = draw(
        Series("a", kind, [value, value], [value, -value]),
        x=Along("x", log=True),
        y=Along("y"),
        marks=(Mark("x", value, "m"),),
    )
    assert json.loads(figure.to_json())["layout"]["height"] > 200
    assert np.isfinite(figure.layout.yaxis.range).all()


def test_nothing_can_be_drawn():
    assert draw().data == ()
    assert draw(Series("a", "points", [], []), Series("b", "band", [])).data == ()


def test_bars_on_a_log_axis_are_no_hairs():
    bars = Series("infeasible", "bars", [1e-5, 1e-3, 1e-1], [0.1, 0.2, 0.3])
    figure = draw_evidence(
        Evidence.from_json(Evidence("Rates", Along("lr", log=True), Along("share"), (bars,)).to_json())
    )
    (trace,) = figure.data
    low = np.array(trace.x) + trace.offset
    assert np.log10((low + trace.width) / low) == pytest.approx(1.6)  # 0.8 of the two decades between them
    assert figure.layout.xaxis.range[0] < np.log10(low[0])
    assert figure.layout.xaxis.range[1] > np.log10(low[-1] + trace.width[-1])
