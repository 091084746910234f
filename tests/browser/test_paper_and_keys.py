"""The page on paper, and by keyboard where a mouse would not notice."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from .panel_page import IN_LIGHT


def is_light(colour):
    """Say whether a colour, as ``rgb(248, 249, 250)``, is nearly white."""
    return min(int(part) for part in re.findall(r"\d+", colour)[:3]) > 240


@IN_LIGHT
def test_tab_leaves_the_table_and_arrows_go_through_it(panel):
    page = panel.page
    cell = page.locator('#table [row-index="0"] .ag-cell[col-id="parameter"]')  # in order, not as they lie in the page
    cell.focus()
    page.keyboard.press("ArrowDown")
    at = "document.activeElement.closest('[row-index]')?.getAttribute('row-index') ?? null"
    assert page.evaluate(at) == "1"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#table')") is None
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('#table'))")


@IN_LIGHT
def test_paper_has_all_rows_and_bars_and_nothing_to_click(panel):
    page = panel.page
    rows = len(panel.rows())
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    try:
        for gone in ("#sidebar", "#rooms", "#copy-link"):
            expect(page.locator(gone)).to_be_hidden()
        expect(page.locator("#headline")).to_be_visible()
        expect(page.locator("#table .ag-center-cols-container .ag-row")).to_have_count(rows)
        page.wait_for_function("() => document.querySelector('#bars .main-svg').clientWidth < 700")
        assert page.evaluate("getComputedStyle(document.querySelector('main')).overflow") == "visible"
    finally:
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.emulate_media(media="screen")
    page.wait_for_function("() => document.querySelector('#bars .main-svg').clientWidth !== 690")


@pytest.mark.parametrize("panel", ["dark"], indirect=True)
def test_a_dark_page_is_light_on_paper(panel):
    page = panel.page
    style = "(which) => getComputedStyle(document.querySelector(which)).{}"
    assert not is_light(page.evaluate(style.format("backgroundColor"), "body"))
    page.emulate_media(media="print", color_scheme="dark")
    try:
        assert is_light(page.evaluate(style.format("backgroundColor"), "body"))
        assert not is_light(page.evaluate(style.format("color"), "#headline"))
        assert "invert" in page.evaluate(style.format("filter"), "#bars .js-plotly-plot")
    finally:
        page.emulate_media(media="screen", color_scheme="dark")


@IN_LIGHT
def test_paper_has_the_charts_that_nobody_scrolled_to(panel):
    page = panel.page
    page.set_viewport_size({"width": 1280, "height": 400})
    panel.go("History").settle()
    drawn = (
        "[...document.querySelectorAll('#tab-place .chart')].map((node) => Boolean(node.querySelector('.main-svg')))"
    )
    page.wait_for_function(f"() => {drawn}.includes(false)")  # the answer is there, and not all of it is in sight
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.wait_for_function(f"() => {drawn}.every(Boolean)")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.set_viewport_size({"width": 1440, "height": 900})


def test_escape_closes_the_list_of_parameters_on_a_phone(sample, open_page):
    page = open_page(sample, size=(390, 780)).page
    page.locator("#sidebar-open").click()
    expect(page.locator("#manager")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#manager")).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "sidebar-open"


def test_a_long_name_in_a_sentence_is_cut_and_told_whole_where_one_points(long_names, open_page):
    page = open_page(long_names).page
    cut = page.locator("#headline .cut-name").first
    whole = cut.get_attribute("title")
    assert whole in page.evaluate("sweeplens.shown.record.trust.headline")
    text = cut.inner_text()
    assert len(text) <= 28 < len(whole) and "…" in text


@IN_LIGHT
def test_paper_has_the_whole_text_of_the_next_sweep(panel):
    page = panel.page
    panel.go("Next sweep").settle()
    page.locator(".next-text").wait_for()
    hidden = """() => {
        const text = document.querySelector('.next-text');
        return text.scrollHeight - text.clientHeight > 1 || text.scrollWidth - text.clientWidth > 1;
    }"""
    assert page.evaluate(hidden)
    page.emulate_media(media="print", color_scheme="light")
    try:
        assert not page.evaluate(hidden)
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    finally:
        page.emulate_media(media="screen", color_scheme="light")
