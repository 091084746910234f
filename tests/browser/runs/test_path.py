"""The path to the best config: which change brought what, from which baseline, and what lies in the address."""

from __future__ import annotations

import itertools
import re

import pytest

from ..panel_page import IN_LIGHT

LONG = 60_000

CARD = "#tab-place .tab-card:has(.path-table)"


@pytest.fixture
def grid(tmp_path):
    """All configs of three parameters, twice each: b brings most, then a; c does nothing."""
    lines = ["a,b,c,seed,Runtime,val_loss"]
    for (a, b, c), seed in itertools.product(itertools.product((1, 2), repeat=3), (0, 1)):
        loss = 10 - (a == 2) - 3 * (b == 2) + 0.01 * ((a + 2 * b + 3 * c + seed) % 3)
        lines.append(f"{a},{b},{c},{seed},{10 * (a + b + c)},{loss}")
    table = tmp_path / "grid.csv"
    table.write_text("\n".join(lines) + "\n")
    return table


def baseline(panel):
    words = panel.page.locator("span", has_text=re.compile("^Baseline$"))
    return panel.page.locator(f"{CARD} label.choose", has=words).locator("select")


def test_a_sentence_answers_and_each_step_says_how_it_is_known(panel, grid):
    panel.open(grid).go("Best runs")
    panel.expect(f"{CARD} .lead").to_contain_text("From the baseline (val_loss 10", timeout=LONG)
    panel.expect(f"{CARD} .lead").to_contain_text("b brought 75 % of it and a 25 %")
    rows = panel.page.locator(f"{CARD} tbody tr")
    assert rows.first.inner_text().startswith("Baseline")
    assert rows.last.inner_text().startswith("Best")
    first = rows.nth(1).inner_text()
    assert first.startswith("b") and "1 → 2" in first and "as run" in first
    with panel.page.expect_download() as download:
        panel.page.get_by_role("button", name="Save as CSV: path").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("change,from,to,val_loss before,val_loss after,brought")
    assert [line.split(",")[0] for line in lines[1:3]] == ["b", "a"]


@IN_LIGHT
def test_another_baseline_is_in_the_address_and_a_selected_run_can_be_one(panel):
    panel.go("Best runs")
    panel.expect(f"{CARD} .lead").to_contain_text("From the baseline", timeout=LONG)
    before = panel.text(f"{CARD} .lead")
    baseline(panel).select_option("first")
    panel.expect(f"{CARD}").to_contain_text("is the first run that finished", timeout=LONG)
    assert panel.text(f"{CARD} .lead") != before
    assert panel.options("best") == {"baseline": "first"}
    panel.page.evaluate("sweeplens.selectRuns(['r002s0'])")
    panel.expect(f"{CARD} option[value=run]").to_have_text("the selected run", timeout=LONG)
    baseline(panel).select_option("run")
    panel.expect(f"{CARD} .path-end >> nth=0").to_contain_text("Baseline", timeout=LONG)
    panel.expect(f"{CARD} option[value=run]").to_contain_text("run ", timeout=LONG)
    assert panel.options("best") == {"run": "r002s0"}


@IN_LIGHT
def test_a_run_opens_from_either_end(panel):
    panel.go("Best runs")
    opener = panel.page.locator(f"{CARD} .path-end button").last
    opener.wait_for(timeout=LONG)
    opener.click()
    panel.page.wait_for_function("() => sweeplens.display.run")


@IN_LIGHT
def test_run_time_is_weighed_against_a_single_metric(panel, grid):
    panel.open(grid).go("Trade-off")
    panel.expect("#tab-place .lead").to_contain_text("on the front", timeout=LONG)
    panel.expect("#tab-place .tab-card >> nth=0").to_contain_text("run time")
    assert "runtime in seconds" in panel.text("#tab-place .tab-card:has(.chart) h3")
