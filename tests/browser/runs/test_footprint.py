"""The map: a sentence, all configs on a plane, colours by a parameter, and a click that opens a run."""

from __future__ import annotations

import re

from ..panel_page import IN_LIGHT

LONG = 60_000

DRAWN = "#tab-place .chart[data-drawn]"


def colour(panel):
    words = panel.page.locator("span", has_text=re.compile("^Colour by$"))
    return panel.page.locator("#tab-place label.choose", has=words).locator("select")


def traces(panel):
    return panel.page.evaluate("document.querySelector('#tab-place .js-plotly-plot').data.map((trace) => trace.name)")


def test_a_sentence_answers_and_the_map_says_what_it_keeps(panel):
    panel.go("Map")
    panel.expect("#tab-place .lead").to_contain_text("cover the space", timeout=LONG)
    panel.expect(DRAWN).to_be_visible(timeout=LONG)
    panel.expect("#tab-place .tab-card:has(.chart)").to_contain_text("of the squared distances")
    assert traces(panel)[-1] == "the 10 best"
    colour(panel).select_option("optimizer.name")
    panel.page.wait_for_function(
        "() => document.querySelector('#tab-place .js-plotly-plot')?.data?.some((trace) => trace.name === 'sgd')",
        timeout=LONG,
    )
    assert panel.options("footprint") == {"parameter": "optimizer.name"}
    assert {"adam", "sgd"} <= set(traces(panel))
    with panel.page.expect_download() as download:
        panel.page.get_by_role("button", name="Save as CSV: map").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0] == "id,run,val_loss,x,y"
    assert len(lines) == 401


@IN_LIGHT
def test_few_runs_have_no_map_and_that_is_said(panel, tmp_path):
    table = tmp_path / "few.csv"
    table.write_text("lr,width,val_loss\n" + "\n".join(f"{0.1 / i},{i},{i / 7}" for i in range(1, 6)) + "\n")
    panel.open(table).go("Map")
    panel.expect("#tab-place .lead").to_contain_text("5 configs are too few for a map", timeout=LONG)
