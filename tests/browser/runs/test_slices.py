"""Slices: enlarged in the address, a box selects runs, hiding asks nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..panel_page import IN_LIGHT

ROOT = Path(__file__).parents[3]
LARGE = ".slice-large .chart[data-drawn]"


def go(panel):
    panel.go("Slices")
    panel.page.wait_for_selector(".slice .chart[data-drawn]")


def cards(panel) -> list[str]:
    return panel.page.locator(".slice").evaluate_all("(cards) => cards.map((card) => card.dataset.parameter)")


def enlarge(panel, parameter: str) -> dict[str, float]:
    """Click a plot; return where the enlarged one can be dragged in."""
    panel.page.locator(f'.slice[data-parameter="{parameter}"] .chart').click(position={"x": 150, "y": 60})
    panel.page.wait_for_selector(LARGE)
    panel.settle()
    return panel.page.locator(".slice-large .nsewdrag").first.bounding_box()


@IN_LIGHT
def test_all_visible_parameters_in_order_and_hiding_asks_nothing(panel):
    go(panel)
    assert cards(panel) == panel.listed(visible=True)
    requests: list[str] = []
    panel.page.on("request", lambda r: requests.append(r.url) if "_sweeplens/status" not in r.url else None)
    panel.eye("model.dropout")
    assert "model.dropout" not in cards(panel)
    panel.sort("Name")
    assert cards(panel) == panel.listed(visible=True) == sorted(cards(panel))
    panel.eye("model.dropout")
    assert "model.dropout" in cards(panel)
    assert requests == []


@IN_LIGHT
def test_an_enlarged_plot_is_in_the_address(panel, open_page):
    go(panel)
    enlarge(panel, "optimizer.name")
    panel.page.wait_for_function("() => location.hash.includes('optimizer.name')")
    other = open_page(panel.page.url, wait=False)
    other.page.wait_for_selector(LARGE)
    assert other.page.locator(".slice-large h3").inner_text() == "val_loss against optimizer.name"
    ticks = "() => document.querySelector('.slice-large .chart').layout.xaxis.ticktext.map((t) => t.split('<br>')[0])"
    assert other.page.evaluate(ticks) == ["adam", "rmsprop", "sgd"]
    other.page.locator(".slice-large").get_by_text("Close", exact=True).click()
    other.expect(".slice-large").to_have_count(0)
    assert other.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Enlarge optimizer.name"


@IN_LIGHT
def test_a_box_selects_runs_everywhere(panel, open_page):
    go(panel)
    area = enlarge(panel, "optimizer.lr")
    move = panel.page.mouse
    move.move(area["x"] + 0.4 * area["width"], area["y"] + 0.6 * area["height"])
    move.down()
    move.move(area["x"] + 0.6 * area["width"], area["y"] + area["height"] - 4, steps=4)
    move.up()
    panel.expect(".selection-chip").to_contain_text("selected runs")
    panel.page.wait_for_function("() => sweeplens.getSelected() && location.hash.includes('selects=')")
    selected = panel.page.evaluate("[...sweeplens.getSelected()].sort()")
    assert 30 < len(selected) < 400
    ringed = "() => document.querySelector('.slice-large .chart').data.find((t) => t.name === 'selected').x"
    panel.page.wait_for_function(f"(n) => ({ringed})().length === n", arg=len(selected))
    lr = panel.page.evaluate(f"[...({ringed})()]")
    low, high = panel.page.evaluate(
        """([a, b]) => { const axis = document.querySelector('.slice-large .chart')._fullLayout.xaxis;
            return [a, b].map((share) => axis.p2d(share * axis._length)) }""",
        [0.39, 0.61],
    )
    assert low < min(lr) < max(lr) < high
    before = panel.page.evaluate("JSON.stringify(sweeplens.shown.record.importance)")
    panel.page.locator("#selection-row input").check()
    panel.page.wait_for_function("() => location.hash.includes('picks=')")
    panel.page.wait_for_function(
        """(before) => { const record = sweeplens.shown && sweeplens.shown.record;
            return record && JSON.stringify(record.importance) !== before }""",
        arg=before,
        timeout=60_000,
    )
    other = open_page(panel.page.url, wait=False)
    other.page.wait_for_selector(LARGE)
    other.page.wait_for_function(f"(n) => ({ringed})().length === n", arg=len(selected))
    assert other.page.evaluate("[...sweeplens.getSelected()].sort()") == selected


@IN_LIGHT
def test_a_point_opens_its_run(panel):
    go(panel)
    enlarge(panel, "optimizer.lr")
    x, y, run = panel.page.evaluate(
        """() => { const plot = document.querySelector('.slice-large .chart');
            const { x, y, customdata } = plot._fullData.find((t) => t.name === 'best');
            const { xaxis, yaxis } = plot._fullLayout; const at = plot.getBoundingClientRect();
            return [at.left + xaxis._offset + xaxis.d2p(x.at(-1)), at.top + yaxis._offset + yaxis.d2p(y.at(-1)),
                    customdata.at(-1)[3]] }"""
    )
    panel.page.mouse.move(x - 4, y)
    panel.page.mouse.move(x, y)
    panel.page.wait_for_selector(".slice-large .hovertext")
    panel.page.mouse.click(x, y)
    panel.page.wait_for_function("(run) => sweeplens.display.run === run", arg=run)


@IN_LIGHT
def test_the_csv_of_a_small_plot_has_targets_as_logged(panel):
    panel.choose("scale", "rank scale")
    go(panel)
    panel.expect(".slice-about").to_contain_text("at that end")  # some lie beyond the axis
    card = panel.page.locator('.slice[data-parameter="optimizer.lr"]')
    card.hover()
    with panel.page.expect_download() as saved:
        card.get_by_text("CSV", exact=True).click()
    lines = pd.read_csv(saved.value.path())
    told = lines.dropna(subset="val_loss").set_index("run")
    logged = pd.read_csv(ROOT / "sample_data/digits-mlp/runs.csv", index_col="run.id").loc[told.index]
    assert len(told) == 400
    assert told["val_loss"].tolist() == logged["summary.val_loss"].tolist()
    assert np.allclose(told["optimizer.lr"], logged["config.optimizer.lr"], rtol=1e-6)
