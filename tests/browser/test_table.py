"""The table and the bar panel: what they say, in one order."""

from __future__ import annotations

import pytest

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
def test_bars_of_table_and_chart_have_one_scale_whatever_is_hidden(panel):
    def drawn() -> tuple[float, list[float]]:
        bar = panel.page.locator('[row-id="parameter:optimizer.name"] .importance-cell .bar')
        axis = panel.page.evaluate("document.querySelector('#bars .js-plotly-plot').layout.xaxis.range")
        return bar.evaluate("(node) => node.getBoundingClientRect().width"), axis

    before, axis = drawn()
    panel.eye("optimizer.lr")  # the longest
    assert "optimizer.lr" not in panel.bars()
    after, same = drawn()
    assert after == before
    assert same == axis
    track = panel.page.locator('[row-id="parameter:optimizer.name"] .importance-cell .track')
    full = track.evaluate("(node) => node.getBoundingClientRect().width")
    share = panel.bar("importance")[panel.bars().index("optimizer.name")]
    assert before / full == pytest.approx(share / (axis[1] / 1.28), abs=0.02)


def test_a_bar_is_never_said_to_be_nothing(open_page, long_names):
    panel = open_page(long_names)
    least = "sweeplens.shown.record.importance.filter((row) => row.importance > 0 && row.importance < 0.005)"
    name = panel.page.evaluate(f"{least}[0].parameter")
    panel.search(name)
    panel.page.evaluate(
        f"sweeplens.show({{ hidden: [...sweeplens.shown.facts.keys()].filter((n) => n !== '{name}') }})"
    )
    panel.settle()
    assert panel.cell(name, "importance").strip() == "< 0.01"
    text = "document.querySelector('#bars .js-plotly-plot').data.find((t) => t.name === 'share').text"
    assert panel.page.evaluate(text)[0].strip() == "&lt; 0.01"


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


@IN_LIGHT
def test_a_conditional_parameter_says_where_it_counts(panel):
    tag = panel.page.locator('[row-id="parameter:optimizer.momentum"] .tag').text_content()
    assert tag.startswith("real, only where optimizer.name is sgd; 0.")
    assert tag.endswith("among the runs that record it")
    panel.go("Best runs")
    panel.expect(".best-table thead").to_contain_text("Likely by chance", timeout=60_000)
    said = panel.page.locator(".best-table tbody tr td:nth-of-type(3)").all_inner_texts()
    assert said and all(text == "–" or text.endswith(" %") for text in said)
