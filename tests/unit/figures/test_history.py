"""The figures of how a search went draw what their record says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from panel.data.messages import NOTHING, as_message
from panel.data.project import STATES
from panel.figures.history import DASHES, PARTS, draw_distribution, draw_progress
from panel.figures.palette import COLOURS, DARK, LIGHT, PAGE_DARK, PAGE_LIGHT
from panel.figures.timeline import STATE_COLOURS, draw_timeline
from panel.runs.history_lanes import Bars, Timeline
from panel.runs.history_record import Band, HistoryRecord, Part, Points
from panel.runs.target_axis import TargetAxis

CARDS = {"light": PAGE_LIGHT["card"], "dark": PAGE_DARK["card"]}
"""What points and bars lie on."""


@pytest.fixture
def record():
    return HistoryRecord(
        target="<b>loss",
        goal="minimize",
        runs=5,
        feasible=3,
        lead=NOTHING,
        order=(),
        distribution=NOTHING,
        notes=(),
        x="order",
        along=("order", "time"),
        by="",
        fields=(),
        said=(),
        axis=TargetAxis("linear", 1.0, 4.0, (0.9, 4.5), 4.4, "top", 0, 0),
        points=Points(
            run=("r0", "r1", "r2", "r3", "r4"),
            name=("a", "<i>b", "c", "d", "e"),
            x=(1.0, 2.0, 3.0, 4.0, 5.0),
            y=(4.0, 4.4, 2.0, 3.0, 1.0),
            target=(9.0, None, 2.0, 3.0, 1.0),
            kind=("feasible", "infeasible", "feasible", "aside", "feasible"),
            why=("", "NaN (diverged)", "", "pruned", ""),
            part=(0, 0, 0, 0, 0),
            beyond=(1, 0, 0, 0, 0),
        ),
        parts=(Part(NOTHING, 5, 3, (1.0, 3.0, 5.0), (9.0, 2.0, 1.0), 5.0, (1.0, 2.0, 9.0), (1 / 3, 2 / 3, 1.0)),),
        band=Band((1.0, 3.0, 5.0), (1.0, 1.0, 1.0), (4.0, 2.0, 1.0)),
        timeline=Timeline(
            "bars",
            NOTHING,
            NOTHING,
            ("finished", "pruned"),
            2,
            Bars(("r0", "r3"), ("<i>b", "d"), ("finished", "pruned"), (0.0, 500.0), (90_000.0, 500.0), (0, 1)),
        ),
    )


def named(figure):
    return {trace.name: trace for trace in figure.data}


def test_runs_by_what_they_are_and_the_best_so_far(record):
    traces = named(draw_progress(record))
    run, aside, infeasible = (traces[name] for name in ("run", "stopped, or not counted", "infeasible"))
    assert [said[0] for said in run.customdata] == ["r0", "r2", "r4"]
    assert list(run.marker.symbol) == ["triangle-up", "circle", "circle"], "beyond the axis"
    assert run.customdata[0][2] == "&lt;b&gt;loss 9", "its own value, though it is drawn at the end"
    assert tuple(aside.customdata[0]) == ("r3", "d", "&lt;b&gt;loss 3, pruned")
    assert tuple(infeasible.customdata[0]) == ("r1", "&lt;i&gt;b", "NaN (diverged)")
    assert len({str(trace.marker.symbol) for trace in (run, aside, infeasible)}) == 3, "told by shape too"
    best = traces["best so far"]
    assert (list(best.x), list(best.y), best.line.shape) == ([1, 3, 5, 5], [4, 2, 1, 1], "hv")


def test_the_band_has_steps(record):
    band = named(draw_progress(record))["best so far in nine of ten random orders"]
    assert list(zip(band.x, band.y, strict=True))[:5] == [(1, 4), (3, 4), (3, 2), (5, 2), (5, 1)]
    assert min(band.y) == 1 and len(band.x) == 12


def test_parts_have_colours_and_dashes_of_their_own_and_no_band(record):
    one = record.parts[0]
    parts = tuple(replace(one, label=as_message(label)) for label in ("<s>", "b"))
    figure = draw_progress(replace(record, by="run.sweep", parts=parts, band=None))
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.name for line in lines] == ["best so far: &lt;s&gt;", "best so far: b"]
    assert len({line.line.color for line in lines}) == len({line.line.dash for line in lines}) == 2
    assert len(set(PARTS)) == len(set(DASHES)) == 6
    shares = draw_distribution(replace(record, by="run.sweep", parts=parts))
    assert [line.name for line in shares.data] == ["&lt;s&gt;", "b"] and shares.layout.showlegend


def test_a_part_without_a_target_has_no_line(record):
    empty = Part(as_message("none"), 2, 0, (), (), 2.0, (), ())
    found = replace(record, by="run.sweep", parts=(*record.parts, empty), band=None)
    assert "best so far: none" not in named(draw_progress(found))
    assert len(draw_distribution(found).data) == 1


def test_the_distribution_begins_at_nothing_and_ends_at_all(record):
    (line,) = draw_distribution(record).data
    assert (list(line.x), list(line.y)) == ([1, 1, 2, 9, 9], [0, 1 / 3, 2 / 3, 1, 1])
    assert line.line.shape == "hv"


def test_runs_over_time_lie_on_their_lanes(record):
    figure = draw_timeline(record.timeline)
    finished, pruned = figure.data
    assert (list(finished.base), list(finished.x), list(finished.y)) == ([0], [90_000], [1])
    assert tuple(finished.customdata[0]) == ("r0", "&lt;i&gt;b", "1.5 min")
    assert pruned.x[0] > 0, "what was over at once is still to be seen"
    assert figure.layout.xaxis.type == "date"


@pytest.mark.parametrize("kind", ["order", "time"])
def test_counts_are_stacked(record, kind):
    counted = Timeline(
        kind,
        NOTHING,
        NOTHING,
        ("finished", "failed"),
        0,
        Bars(),
        (0.5, 2.5, 4.5),
        {"finished": (2, 1), "failed": (0, 1)},
    )
    figure = draw_timeline(counted)
    assert figure.layout.barmode == "stack"
    assert [list(bar.y) for bar in figure.data] == [[2, 1], [0, 1]]
    assert (figure.layout.xaxis.type == "date") == (kind == "time")


@pytest.mark.parametrize(("most", "step"), [(1, 1), (40, None)])
def test_few_runs_are_counted_by_whole_numbers(most, step):
    counts = {"finished": (most - 1, 0), "failed": (1, 0)}
    counted = Timeline("order", NOTHING, NOTHING, tuple(counts), 0, Bars(), (0.5, 1.5, 2.5), counts)
    assert draw_timeline(counted).layout.yaxis.dtick == step


def contrast(one, other):
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_points_lines_and_bars_stand_out_from_the_page_in_both_themes():
    assert set(STATE_COLOURS) == set(STATES)
    names = {colour: name for name, colour in COLOURS.items()}
    meant = {*STATE_COLOURS.values(), *PARTS, *(COLOURS[name] for name in ("muted", "infeasible", "importance"))}
    for name in map(names.__getitem__, meant):
        assert contrast(LIGHT[name], CARDS["light"]) >= 3, name
        assert contrast(DARK[name], CARDS["dark"]) >= 3, name
