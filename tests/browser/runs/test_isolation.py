"""One parameter alone, and the best runs: what is chosen is in the address, and leads to runs."""

from __future__ import annotations

import re

from ..panel_page import IN_LIGHT

LONG = 60_000


def select(panel, label):
    words = panel.page.locator("span", has_text=re.compile(f"^{label}$"))
    return panel.page.locator("#tab-place label.choose", has=words).locator("select")


@IN_LIGHT
def test_parameter_and_baseline_are_in_the_address(panel):
    panel.go("Values")
    panel.expect("#tab-place .chart[data-drawn]").to_be_visible(timeout=LONG)
    select(panel, "Parameter").select_option("model.activation")
    panel.expect("#tab-place .sentences").to_contain_text("model.activation = ", timeout=LONG)
    before = select(panel, "Baseline").input_value()
    other = next(v for v in ("tanh", "relu", "logistic") if v != before)
    select(panel, "Baseline").select_option(other)
    panel.expect("#values-all .lead").to_contain_text(f"{other} (the baseline)", timeout=LONG)
    select(panel, "Best of").select_option("10")
    panel.expect("#tab-place .sentences").to_contain_text("the best of 10 configs", timeout=LONG)
    panel.page.wait_for_function("() => location.hash.includes('baseline')")
    assert panel.options("values") == {"parameter": "model.activation", "baseline": other, "m": 10}
    said = panel.text("#tab-place .sentences")
    panel.page.reload()
    panel.expect("#tab-place .sentences").to_have_text(said.replace("\n", ""), timeout=LONG)
    assert select(panel, "Baseline").input_value() == other


@IN_LIGHT
def test_the_runs_of_a_value_are_selected_and_its_best_run_opened(panel):
    panel.go("Values")
    row = panel.page.locator("#values-all tbody tr", has_text="sgd")
    row.wait_for(timeout=LONG)
    counts = [int(row.locator("td").nth(i).inner_text()) for i in (0, 2)]
    row.get_by_role("button", name="Select the runs").click()
    panel.expect(".selection-chip").to_contain_text(f"{sum(counts)} selected runs")
    row.get_by_role("button", name="Best run").click()
    panel.page.wait_for_function("() => sweeplens.display.run !== ''")
    assert panel.page.evaluate("sweeplens.getSelected().has(sweeplens.display.run)"), (
        "the best run with sgd is one of those with sgd"
    )


@IN_LIGHT
def test_the_best_runs_are_selected_and_their_number_is_in_the_address(panel):
    panel.go("Best runs")
    panel.expect("#tab-place .best-table").to_be_visible(timeout=LONG)
    panel.expect("#tab-place .chart[data-drawn]").to_be_visible(timeout=LONG)
    select(panel, "Best").select_option("5")
    panel.expect("#tab-place .lead >> nth=0").to_contain_text("The 5 best of", timeout=LONG)
    heads = panel.page.locator("#tab-place .best-run")
    targets = [float(text) for text in heads.locator(".number").all_inner_texts()]
    assert len(targets) == 5
    assert targets == sorted(targets)
    panel.page.get_by_role("button", name="Select these runs").click()
    panel.expect(".selection-chip").to_contain_text("5 selected runs")
    panel.page.wait_for_function("() => location.hash.includes('select=') && location.hash.includes('options=')")
    assert panel.options("best") == {"k": 5}
    assert len(panel.address["select"]) == 5
    heads.first.get_by_role("button").click()
    panel.page.wait_for_function("() => location.hash.includes('run=')")
    assert panel.address["run"][0] in panel.address["select"]
    before = panel.page.locator("#tab-place .best-table tbody tr").count()
    panel.eye("optimizer.lr")
    assert panel.page.locator("#tab-place .best-table tbody tr").count() == before - 1


@IN_LIGHT
def test_the_table_of_the_best_runs_has_data_and_a_link(panel):
    panel.go("Best runs")
    panel.expect("#tab-place .best-table").to_be_visible(timeout=LONG)
    rows = panel.page.locator("#tab-place .best-table tbody tr").count()
    tools = panel.page.locator("#tab-place .tab-card", has=panel.page.locator(".best-table")).locator(".chart-tools")
    with panel.page.expect_download() as saved:
        tools.get_by_role("button", name="Save as CSV: best-runs").click()
    assert saved.value.suggested_filename == "sweeplens-best-runs.csv"
    assert len(saved.value.path().read_text("utf-8-sig").splitlines()) == 2 + rows
    tools.get_by_role("button", name="Copy a link to this view: best-runs").click()
    panel.page.wait_for_function("() => navigator.clipboard.readText().then((text) => text === location.href)")
