"""The first answer: on the screen before the page's libraries, the same as theirs, and gone when they have drawn it."""

import pytest

from tests.browser.panel_page import Panel

LIBRARIES = "**/_dash-component-suites/**"
ROWS = """[...document.querySelectorAll('#first .first-row:not(.first-head)')].map((row) => [
    row.querySelector('.parameter-name').textContent, row.querySelector('.importance-cell .number').textContent])"""


@pytest.fixture
def page(new_page):
    """A page of its own whose libraries never come, until a test lets them."""
    page = new_page()
    page.route(LIBRARIES, lambda route: None)
    yield page
    page.evaluate("localStorage.clear()")
    page.close()


def test_it_is_there_without_the_libraries_and_says_what_they_say(page, sample):
    page.goto(sample, wait_until="commit")
    page.wait_for_selector("#first .importance-cell .bar", timeout=60_000)
    rows = dict(page.evaluate(ROWS))
    words = page.locator("#first .trust-text b").text_content()
    size = page.locator("#first .result").bounding_box()
    page.unroute(LIBRARIES)
    page.goto(sample)
    panel = Panel(page).wait()
    assert page.locator("#first").count() == 0
    assert panel.parameters() == list(rows)
    assert {name: panel.cell(name, "importance").strip() for name in rows} == rows
    assert words in panel.text("#trust")
    place = page.locator("#result").bounding_box()
    assert abs(place["y"] - size["y"]) < 12, "the table stays where it was"
    assert abs(place["x"] - size["x"]) < 3


def test_an_address_and_what_was_hidden_here_before_ask_for_something_else(page, sample):
    page.unroute(LIBRARIES)
    page.goto(sample)
    panel = Panel(page).wait()
    address = page.url
    panel.eye("optimizer.lr")
    page.wait_for_function("() => JSON.stringify(localStorage).includes('optimizer.lr')")
    page.route(LIBRARIES, lambda route: None)
    for url in (sample, address):
        page.goto("about:blank")  # another address of the same page would not load it anew
        page.goto(url, wait_until="domcontentloaded")
        assert page.locator("#first").count() == 0


def test_where_the_libraries_do_not_come_it_says_so(page, sample):
    page.unroute(LIBRARIES)
    page.route(LIBRARIES, lambda route: route.abort())
    page.goto(sample)
    page.get_by_text("The page could not be loaded.").wait_for(timeout=30_000)
    assert page.locator("#first").count() == 0
