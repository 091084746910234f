"""Curves and the card of a run, in a real browser."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np

from panel.data.messages import NOTHING, as_message
from panel.figures.curves import draw_group
from panel.runs import pack, pack64
from panel.runs.colouring import Colouring
from panel.runs.curves import CurveGroup, CurvesRecord, DrawnCurve, DrawnMetric, DrawnRun
from panel.runs.histories import means as curve_means
from panel.runs.histories import pack_curve

from ..panel_page import IN_LIGHT, LONG

DRAWN = "() => document.querySelector('#tab-place .chart')?.dataset.drawn"
LINES = """() => (document.querySelector('#tab-place .chart')?.data || [])
    .filter((t) => t.meta && t.meta.run !== undefined)"""


def go(panel):
    panel.go("Curves")
    panel.page.wait_for_function(DRAWN, timeout=LONG)


def lines(panel, field):
    return panel.page.evaluate(f"() => ({LINES})().map((t) => t.{field})")


@IN_LIGHT
def test_what_is_chosen_is_drawn_and_stays_in_the_address(panel):
    go(panel)
    assert len(lines(panel, "meta.run")) == 20
    panel.page.evaluate("sweeplens.selectRuns(['r000s0', 'r001s0', 'r002s0'])")
    panel.page.locator("[data-control=which]").select_option("selected")
    panel.page.wait_for_function(f"() => ({LINES})().length === 6", timeout=LONG)
    panel.page.locator("[data-control=colour]").focus()
    panel.page.locator("[data-control=colour]").select_option("optimizer.name")
    legend = "() => [...document.querySelectorAll('#tab-place .legendtext')].map((t) => t.textContent)"
    panel.page.wait_for_function(f"() => ({legend})().includes('adam')", timeout=LONG)
    assert panel.page.evaluate("document.activeElement.dataset.control") == "colour"
    raw = lines(panel, "y.length")
    requests = []
    panel.page.on("request", lambda r: requests.append(r.url) if "_dash-update" in r.url else None)
    panel.page.get_by_label("Log y").check()
    slider = panel.page.locator("[data-control=smooth]")
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    panel.page.wait_for_function("() => document.querySelector('#tab-place .chart').layout.yaxis.type === 'log'")
    panel.page.wait_for_function("() => document.querySelector('#tab-place .chart').data[0].opacity < 0.5")
    assert lines(panel, "y.length") == raw
    assert requests == []
    title = panel.page.evaluate("document.querySelector('#tab-place .chart').layout.yaxis.title.text")
    assert title == "val_loss and train_loss (log scale)"
    panel.page.wait_for_function("() => location.hash.includes('smooth')")
    chosen = json.loads(panel.address["options"][0])["curves"]
    assert chosen == {"which": "selected", "colour": "optimizer.name", "logy": True, "smooth": chosen["smooth"]}
    panel.page.reload()
    panel.page.wait_for_function(DRAWN, timeout=LONG)
    assert panel.page.evaluate("document.querySelector('#tab-place .chart').layout.yaxis.type") == "log"
    assert panel.page.locator("[data-control=smooth]").input_value() == str(chosen["smooth"])
    assert len(lines(panel, "meta.run")) == len(raw)


@IN_LIGHT
def test_smoothing_is_a_moving_average_with_its_start_corrected(panel):
    smoothed = panel.page.evaluate("sweeplens.smoothValues([4, 2, NaN, 1], 0.5).map((v) => Number.isNaN(v) ? null : v)")
    first, second = 4, (0.5 * 0.5 * 4 + 0.5 * 2) / 0.75
    third = (0.5 * 0.75 * second + 0.5 * 1) / 0.875
    assert [None if v is None else round(v, 9) for v in smoothed] == [first, round(second, 9), None, round(third, 9)]
    assert panel.page.evaluate("sweeplens.smoothValues([7, 7, 7], 0.99).every((v) => Math.abs(v - 7) < 1e-9)")


@IN_LIGHT
def test_a_curve_drawn_with_fewer_points_is_smoothed_about_its_mean(panel):
    values = np.random.default_rng(0).lognormal(size=20_000)
    curve = DrawnCurve(**asdict(pack_curve((np.arange(20_000.0), values))), run=0, metric=0)
    colour = Colouring("target", "loss", "order", "linear", words=(as_message("1"),), of=(0,), none=())
    record = CurvesRecord(
        empty=NOTHING,
        which="best",
        label="loss",
        goal="minimize",
        available=("loss",),
        metrics=("loss",),
        xs=("step",),
        x="step",
        partners={},
        said=NOTHING,
        runs=(DrawnRun("a", "a", 1.0, ""),),
        colour=colour,
        x_title=as_message("step"),
        groups=(CurveGroup((DrawnMetric("loss", ""),), (curve,)),),
        notes=(),
    )
    trace = draw_group(record, 0).to_plotly_json()["data"][0]
    smooth = panel.page.evaluate(
        "(t) => { const s = sweeplens.smoothLine(t, 0.99); return [[...s.x], [...s.y]]; }", trace
    )
    expected, last = [], 0.0
    for n, mean in enumerate(curve_means((np.arange(20_000.0), values))[1], 1):
        last = 0.99 * last + 0.01 * mean
        expected.append(last / (1 - 0.99**n))
    np.testing.assert_allclose(smooth[1], expected, rtol=1e-5)
    assert abs(smooth[1][-1] - values.mean()) < 0.05, "and not the mean of its extremes, 5.4"
    assert smooth[0][0] < 67 and smooth[0][-1] > 19_900


@IN_LIGHT
def test_a_file_holds_steps_exactly_and_values_as_logged(panel):
    sent = {
        "meta": {"run": "a", "metric": "loss"},
        "x": {"dtype": "f8", "bdata": pack64(np.array([123456789.0, 123456790.0, 2.0]))},
        "y": {"dtype": "f4", "bdata": pack(np.array([0.1, np.nan, -2.5e-9]))},
    }
    csv = panel.page.evaluate(
        "(trace) => sweeplens.makeLinesCsv({ data: [trace] }, ['run', 'step', 'value'], ({ run }) => [run])", sent
    )
    assert csv.split() == ["run,step,value", "a,123456789,0.1", "a,123456790,", "a,2,-2.5e-9"]


@IN_LIGHT
def test_a_click_on_a_line_opens_its_run(panel):
    go(panel)
    spot = panel.page.evaluate(
        """() => {
            const plot = document.querySelector('#tab-place .chart');
            plot.scrollIntoView();
            const { xaxis, yaxis } = plot._fullLayout;
            const box = plot.getBoundingClientRect();
            const line = plot.data.filter((t) => t.meta && t.meta.metric === 'val_loss').at(-1);
            return [box.x + xaxis._offset + xaxis.l2p(line.x[0]), box.y + yaxis._offset + yaxis.l2p(line.y[0])];
        }"""
    )
    panel.page.mouse.move(spot[0] + 3, spot[1])
    panel.page.mouse.move(spot[0] + 1, spot[1])
    panel.page.wait_for_function("() => document.querySelector('#tab-place .chart')._hoverdata")  # no click without
    panel.page.mouse.click(spot[0] + 1, spot[1])
    panel.page.wait_for_function("() => location.hash.includes('run=')")
    panel.expect("#run-content .fact").not_to_have_count(0, timeout=LONG)
    assert panel.address["run"][0] in panel.page.evaluate(f"() => ({LINES})().map((t) => t.meta.run)")
    panel.page.keyboard.press("Escape")
    panel.page.wait_for_function("() => !location.hash.includes('run=')")


@IN_LIGHT
def test_the_card_of_a_run(panel):
    panel.page.evaluate("sweeplens.show({ run: 'r038s0' })")
    panel.expect("#run-content .run-why").to_contain_text("Its state is failed", timeout=LONG)
    panel.expect("#run-content").to_contain_text("no history of val_loss")
    panel.page.evaluate("sweeplens.show({ run: 'r000s0' })")
    panel.expect("#run-content").to_contain_text("138th of 758 runs", timeout=LONG)
    panel.page.locator("#run-content .chart").scroll_into_view_if_needed()
    panel.expect("#run-content .js-plotly-plot .legendtext").to_have_count(4, timeout=LONG)
    panel.page.get_by_role("button", name="Select this run").click()
    panel.expect("#selection-row").to_contain_text("1 selected run")
    panel.page.get_by_role("button", name="Take out of the selection").click()
    panel.expect("#selection-row").to_be_hidden()
    panel.page.get_by_role("button", name="Better").click()
    panel.expect("#run-content").to_contain_text("137th of 758 runs", timeout=LONG)
    panel.page.locator("#run-content").get_by_role("button", name="optimizer.lr").click()
    panel.expect("#detail-curve .main-svg").not_to_have_count(0, timeout=LONG)
    panel.expect("#run-content").to_be_hidden()
    panel.page.wait_for_function("() => location.hash.includes('detail=') && !location.hash.includes('run=')")
