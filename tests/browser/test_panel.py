"""The header's controls: target, filter, roles, link, theme, help, export."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager

import pytest

from .panel_page import IN_LIGHT


@IN_LIGHT
def test_the_metric_changes_everything(panel):
    before = panel.bar("importance")
    panel.choose("metric", "val_accuracy")
    assert panel.address["metric"] == ["val_accuracy"]
    assert panel.bar("importance") != before
    assert panel.page.locator("#goal").input_value() == "largest is best"
    assert "raw scale" in panel.text("#trust")
    assert panel.text("#runs-used") == "758 of 800 runs"
    with panel.asking():
        panel.page.go_back()
    assert panel.bar("importance") == before
    assert panel.page.locator("#metric").input_value() == "val_loss"


@IN_LIGHT
def test_goal_value_scale_and_method(panel):
    before = panel.bar("importance")
    panel.choose("value", "best value")
    assert panel.bar("importance") != before
    assert panel.address["value"] == ["best"]
    panel.choose("scale", "rank scale")
    assert "rank scale: chosen by you" in panel.text("#trust")
    panel.choose("goal", "largest is best")
    assert panel.address["goal"] == ["maximize"]
    panel.choose("method", "article's recipe")
    assert "Not checked" in panel.text("#trust")
    assert "no interval and no noise floor" in panel.text("#notes")
    assert panel.page.locator(".whisker").count() == 0
    assert panel.page.locator(".unclear").count() == 0


@IN_LIGHT
def test_a_value_that_needs_a_history_is_offered_only_where_there_is_one(panel):
    panel.choose("metric", "runtime")
    panel.page.locator("#value").click()
    option = panel.page.get_by_role("option", name="best value")
    assert option.get_attribute("data-combobox-disabled") == "true"


@contextmanager
def told(panel):
    """Wait until the dialog knows the column that is chosen here: it then empties its limits."""
    with panel.page.expect_response(lambda r: "filter-facts" in (r.request.post_data or "").partition(",")[0]):
        yield
    panel.settle()


@IN_LIGHT
class TestFilter:
    def add(self, panel, column):
        panel.page.locator("#add-filter").click()
        panel.page.locator("#filter-column").click()
        panel.page.locator("#filter-column").fill(column)
        with told(panel):
            panel.page.get_by_role("option", name=column, exact=True).click()

    def test_by_a_range(self, panel):
        before = panel.bar("importance")
        self.add(panel, "optimizer.lr")
        panel.expect("#filter-about").to_contain_text("0.000309")
        panel.page.locator("#filter-high").fill("0.01")
        with panel.asking():
            panel.page.locator("#filter-apply").click()
        assert "optimizer.lr ≤ 0.01" in panel.text("#chips")
        assert json.loads(panel.address["filter"][0])["high"] == 0.01
        assert "filtered" in panel.text("#trust")
        assert panel.bar("importance") != before
        with told(panel):
            panel.page.get_by_text("optimizer.lr ≤ 0.01").click()
        panel.expect("#filter-high").to_have_value("0.01")
        panel.page.locator("#filter-low").fill("0.001")
        with panel.asking():
            panel.page.locator("#filter-apply").click()
        assert "0.001 ≤ optimizer.lr ≤ 0.01" in panel.text("#chips")
        with panel.asking():
            panel.page.get_by_label("Remove this condition").click()
        assert panel.bar("importance") == before

    def test_by_values(self, panel):
        self.add(panel, "optimizer.name")
        panel.page.locator("#filter-values").click()
        panel.page.get_by_role("option", name=re.compile("^adam")).click()
        panel.page.keyboard.press("Escape")
        with panel.asking():
            panel.page.locator("#filter-apply").click()
        assert "optimizer.name = adam" in panel.text("#chips")
        assert panel.reason("optimizer.name") == "constant: always adam"

    def test_by_state(self, panel):
        assert "only finished" in panel.text("#chips")
        with panel.asking():
            panel.page.get_by_label("Count runs of every state").click()
        assert "36 no value" in panel.text("#trust")
        assert "state" not in panel.text("#chips")
        assert "failed" in panel.address["states"][0]

    def test_a_limit_that_is_none_says_so(self, panel):
        self.add(panel, "optimizer.lr")
        panel.page.locator("#filter-low").fill("small")
        panel.page.locator("#filter-apply").click()
        panel.expect("#filter-about").to_contain_text("A limit is a number or a date")
        panel.page.locator("#filter-low").fill("")
        panel.page.locator("#filter-apply").click()
        panel.expect("#filter-about").to_contain_text("at least one limit")


@IN_LIGHT
def test_a_role_can_be_changed(panel):
    panel.page.locator("#columns-open").click()
    panel.page.wait_for_selector("#columns-table .ag-row")
    panel.page.locator("#columns-search").fill("weight_decay")
    panel.expect("#columns-table .ag-center-cols-container .ag-row").to_have_count(1)
    panel.page.locator('#columns-table [col-id="role"].ag-cell').first.click()
    panel.page.get_by_role("option", name="ignored").click()
    with panel.asking():
        panel.page.locator("#columns-apply").click()
    assert panel.address["role"] == ["ignored:optimizer.weight_decay"]
    assert "optimizer.weight_decay" not in panel.bars()
    assert panel.reason("optimizer.weight_decay") == "ignored: you said so"


@IN_LIGHT
def test_the_link_shows_a_colleague_the_same(panel, open_page):
    panel.choose("metric", "val_accuracy")
    panel.choose("scale", "rank scale")
    panel.eye("epochs")
    panel.sort("Name")
    panel.page.locator('[row-id="parameter:optimizer.name"] .caret').click()
    panel.settle()
    panel.page.locator("#copy-link").click()
    panel.page.wait_for_function("() => navigator.clipboard.readText().then((text) => text === location.href)")
    link = panel.page.evaluate("navigator.clipboard.readText()")
    other = open_page(link)
    assert other.rows() == panel.rows()
    assert other.bars() == panel.bars()
    assert other.bar("importance") == panel.bar("importance")
    assert other.listed(False) == panel.listed(False)
    assert other.page.locator("#metric").input_value() == "val_accuracy"
    assert other.page.locator("#sort input:checked").get_attribute("value") == "name"


@IN_LIGHT
def test_visibility_is_remembered_by_the_browser_and_the_address_wins(panel, open_page, sample):
    panel.eye("epochs")
    again = open_page(sample)
    assert "epochs" in again.listed(False)
    link = f"{sample}#v=1&project={panel.address['project'][0]}&metric=val_loss&hide=batch_size"
    given = open_page(link)
    assert given.listed(False) == ["batch_size"]
    usual = open_page(link.replace("&hide=batch_size", ""))
    assert "epochs" not in usual.listed(False), "a link that hides nothing shows what is usual, not what the reader hid"


@IN_LIGHT
def test_two_tabs_do_not_see_each_others_choices(panel, open_page, sample):
    other = open_page(sample)
    panel.choose("metric", "val_accuracy")
    assert other.page.locator("#metric").input_value() == "val_loss"
    other.eye("epochs")
    assert "epochs" in panel.listed(True)


def test_light_and_dark(panel):
    root = panel.page.locator("html")
    first = root.get_attribute("data-theme")
    background = panel.page.evaluate("getComputedStyle(document.body).backgroundColor")
    panel.page.locator("#theme").click()
    panel.shows("theme", {"light": "dark", "dark": "light"}[first])
    assert root.get_attribute("data-theme") == {"light": "dark", "dark": "light"}[first]
    assert root.get_attribute("data-mantine-color-scheme") == root.get_attribute("data-theme")
    assert panel.page.evaluate("getComputedStyle(document.body).backgroundColor") != background
    colour = panel.page.evaluate("document.querySelector('#bars .js-plotly-plot').data[0].marker.color[0]")
    assert colour == ("#748ffc" if first == "light" else "#4263eb")
    assert panel.address["theme"] == [root.get_attribute("data-theme")]


@IN_LIGHT
def test_help_says_how_to_read_and_what_it_does_not_say(panel):
    panel.page.locator("#help").click()
    panel.expect(".help").to_be_visible()
    text = panel.text(".help")
    for words in ("90 % interval", "noise floor", "Association is not cause", "one straight line", "±0.7", "Outliers"):
        assert words in text


@IN_LIGHT
def test_help_leads_to_the_documentation(panel):
    panel.page.locator("#help").click()
    with panel.page.context.expect_page() as opened:
        panel.page.get_by_role("link", name="Documentation").click()
    page = opened.value
    assert "/documentation/reading." in page.url
    assert "Reading the numbers" in page.locator("body").inner_text()
    page.close()


@IN_LIGHT
class TestExport:
    def download(self, panel, item):
        panel.page.get_by_role("button", name="Export").click()
        with panel.page.expect_download() as download:
            panel.page.get_by_role("menuitem", name=item).click()
        return download.value

    def test_the_table_as_csv_agrees_with_the_figure(self, panel, tmp_path):
        import pandas as pd

        self.download(panel, "Table as CSV").save_as(tmp_path / "t.csv")
        table = pd.read_csv(tmp_path / "t.csv", encoding="utf-8-sig")
        own = table[table["value"].isna()]
        assert own["parameter"].tolist() == panel.bars()
        assert own["importance"].tolist() == panel.bar("importance")
        assert "sgd" in table["value"].tolist()

    def test_everything_as_json(self, panel, answer, tmp_path):
        self.download(panel, "Everything as JSON").save_as(tmp_path / "a.json")
        assert json.loads((tmp_path / "a.json").read_text()) == answer

    @pytest.mark.parametrize(("item", "start"), [("Bars as PNG", b"\x89PNG"), ("Bars as SVG", b"<svg")])
    def test_the_bars_as_an_image(self, panel, tmp_path, item, start):
        self.download(panel, item).save_as(tmp_path / "image")
        content = (tmp_path / "image").read_bytes()
        assert content.startswith(start)
        assert len(content) > 5000
        if start == b"\x89PNG":
            assert int.from_bytes(content[16:20]) == 1800  # twice the size it has on the page


@IN_LIGHT
def test_every_control_is_reached_by_tab(panel):
    panel.page.locator("body").click(position={"x": 700, "y": 880})
    reached = set()
    for _ in range(60):
        panel.page.keyboard.press("Tab")
        reached.add(panel.page.evaluate("document.activeElement.id || document.activeElement.className"))
    for control in (
        "metric",
        "goal",
        "value",
        "scale",
        "method",
        "add-filter",
        "wand",
        "search",
        "columns-open",
        "theme",
        "help",
    ):
        assert control in reached, control
    assert any("eye" in r for r in reached)
    assert any("ag-" in r for r in reached)
