"""How the search went: a sentence, three charts, and what is chosen is in the address."""

from __future__ import annotations

import re

from ..panel_page import IN_LIGHT

LONG = 60_000


def select(panel, label):
    words = panel.page.locator("span", has_text=re.compile(f"^{label}$"))
    return panel.page.locator("#tab-place label.choose", has=words).locator("select")


def titles(panel):
    return panel.page.locator("#tab-place .chart-head h3").all_inner_texts()


def draw_all(panel):
    """Scroll to each chart, as they are drawn when seen."""
    charts = panel.page.locator("#tab-place .chart")
    for i in range(3):
        charts.nth(i).scroll_into_view_if_needed()
        panel.expect(f"#tab-place .chart[data-drawn] >> nth={i}").to_be_visible(timeout=LONG)


def traces(panel, chart):
    return panel.page.evaluate(
        "(i) => document.querySelectorAll('#tab-place .js-plotly-plot')[i].data.map((trace) => trace.name)", chart
    )


@IN_LIGHT
def test_a_sentence_answers_and_three_charts_show_why(panel):
    panel.go("History")
    panel.expect("#tab-place .lead").to_contain_text("The best val_loss, 0.0514, came with run ", timeout=LONG)
    draw_all(panel)
    assert titles(panel) == ["val_loss run by run", "Runs over time, by state", "Distribution of val_loss"]
    assert {"run", "infeasible", "best so far"} <= set(traces(panel, 0))
    assert traces(panel, 1) == ["finished", "failed"]

    select(panel, "Along").select_option("time")
    panel.expect("#tab-place .chart-head h3 >> nth=0").to_have_text("val_loss over time", timeout=LONG)
    assert panel.options("history") == {"x": "time"}
    draw_all(panel)
    axis = "document.querySelector('#tab-place .js-plotly-plot').layout.xaxis.type"
    assert panel.page.evaluate(axis) == "date"

    select(panel, "Apart by").select_option("selected")
    panel.expect("#tab-place .notes").to_contain_text("No runs, or all, are selected", timeout=LONG)
    panel.page.evaluate("sweeplens.selectRuns(['r000s0', 'r001s0', 'r002s0'])")
    panel.expect("#tab-place .sentences").to_contain_text("selected: best ", timeout=LONG)
    draw_all(panel)
    assert traces(panel, 2) == ["selected", "the others"]
    assert panel.options("history") == {"x": "time", "by": "selected"}

    saved = panel.page.locator("#tab-place .tab-card", has_text="val_loss over time")
    with panel.page.expect_download() as download:
        saved.get_by_role("button", name="Save as CSV: history").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0] == "kind,id,run,started,val_loss as drawn,said"
    assert sum(line.startswith("run,") for line in lines) == 758
