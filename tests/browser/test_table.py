"""The table and the bar panel: what they say, in one order."""

from __future__ import annotations

from .panel_page import IN_LIGHT


@IN_LIGHT
def test_it_opens_with_the_ranking_that_json_gives(panel, answer):
    expected = [row["parameter"] for row in answer["importance"] if row["parameter"] != "dataset"]
    assert panel.parameters() == expected
    assert panel.bars() == expected
    assert panel.listed(True) == expected
    for row in answer["importance"][:3]:
        assert panel.cell(row["parameter"], "importance").strip() == f"{row['importance']:.2f}"
    lr = next(c for c in answer["correlation"] if c["parameter"] == "optimizer.lr" and not c["value"])
    assert panel.cell("optimizer.lr", "correlation").strip() == f"{lr['correlation']:+.2f}"
    assert panel.cell("optimizer.momentum", "n").strip() == "252"
    assert panel.bar("importance")[0] == answer["importance"][0]["importance"]
    r2 = answer["surrogate"]["oob_r2"]
    trust = panel.text("#trust")
    assert answer["trust"]["words"] in trust
    assert f"out-of-bag R² {r2:.2f}" in trust
    assert "36 failed, 5 NaN (diverged), 1 infinite" in trust
    assert panel.text("#runs-used") == "758 of 800 runs"
    assert panel.address["metric"] == ["val_loss"]


@IN_LIGHT
def test_sorting_the_table_sorts_the_bars_and_the_manager(panel):
    header = panel.page.locator('.ag-header-cell[col-id="parameter"]')
    header.click()
    panel.settle()
    assert panel.parameters() == sorted(panel.parameters()) == panel.bars() == panel.listed(True)
    header.click()
    panel.settle()
    assert panel.parameters() == sorted(panel.parameters(), reverse=True) == panel.bars()
    panel.page.locator('.ag-header-cell[col-id="importance"]').click()
    panel.settle()
    assert panel.parameters()[0] == "optimizer.lr"
    assert "sort" not in panel.address


@IN_LIGHT
def test_sorting_the_bars_sorts_the_table(panel):
    before = panel.parameters()
    panel.page.locator('.sort-by[data-sort="correlation"]').click()
    panel.settle()
    order = panel.parameters()
    assert order == panel.bars() == panel.listed(True) != before
    panel.page.locator('.sort-by[data-sort="correlation"]').click()
    panel.settle()
    assert panel.bars() == panel.parameters() != order
    assert panel.address["up"] == ["1"]


@IN_LIGHT
def test_a_row_opens_into_its_values(panel, answer):
    panel.page.locator('[row-id="parameter:optimizer.name"] .caret').click()
    panel.settle()
    rows = panel.rows()
    at = rows.index("optimizer.name")
    assert rows[at + 1 : at + 4] == ["= adam", "= rmsprop", "= sgd"]
    sgd = next(c for c in answer["correlation"] if (c["parameter"], c["value"]) == ("optimizer.name", "sgd"))
    shown = panel.page.locator('[row-id="value:optimizer.name:sgd"] [col-id="correlation"]').inner_text()
    assert shown.strip() == f"{sgd['correlation']:+.2f}".replace("-", "−")
    assert panel.address["open"] == ["optimizer.name"]
    panel.sort("Name")
    rows = panel.rows()
    at = rows.index("optimizer.name")
    assert rows[at + 1 : at + 4] == ["= adam", "= rmsprop", "= sgd"]


@IN_LIGHT
def test_the_coefficient_can_be_changed(panel, answer):
    panel.page.locator("#coefficient").get_by_text("rank", exact=True).click()
    panel.shows("coefficient", "spearman")
    lr = next(c for c in answer["correlation"] if c["parameter"] == "optimizer.lr" and not c["value"])
    assert panel.cell("optimizer.lr", "correlation").strip() == f"{lr['spearman']:+.2f}"
    assert panel.bar("correlation")[0] == lr["spearman"]
    assert panel.address["coefficient"] == ["spearman"]


@IN_LIGHT
def test_the_keyboard_opens_a_row(panel):
    panel.page.locator('[row-id="parameter:optimizer.name"] [col-id="importance"]').click()
    panel.page.keyboard.press("Enter")
    panel.settle()
    assert "= adam" in panel.rows()


@IN_LIGHT
def test_the_keyboard_sorts_by_a_header(panel):
    header = panel.page.locator('.ag-header-cell[col-id="parameter"]')
    header.focus()
    panel.page.keyboard.press("Enter")
    panel.settle()
    assert panel.parameters() == sorted(panel.parameters()) == panel.bars()
    assert header.get_attribute("aria-sort") == "ascending"
