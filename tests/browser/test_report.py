"""The report as it is printed."""

import re
import zlib

import pytest

from panel.answers.defaults import choose_default_selection
from panel.answers.report import write_report
from panel.store import loading
from panel.store.cache import prepare

DARK_PAGE = b".0784 .0824 .0902 rg"  # #141517


@pytest.fixture(scope="module")
def report(cache, tmp_path_factory):
    """The sample's report; what the pages of other tests have had computed it need not compute again."""
    folder, _ = prepare(cache)
    asked = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(write_report(asked, "forest", folder), encoding="utf-8")
    return file.as_uri()


def read_drawing(pdf):
    """Return the operators that draw a PDF's pages."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    found = []
    for stream in streams:
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:  # a font or a picture in another coding
            continue
    return b"\n".join(found)


def count_shapes(pdf):
    return len(re.findall(rb"[\d.] (?:l|c|re)\n", read_drawing(pdf)))


@pytest.mark.parametrize("dark", [False, True])
def test_it_prints_with_all_its_figures_in_light(new_page, report, dark):
    page = new_page(dark)
    page.goto(report)
    page.wait_for_selector(".plot .main-svg")
    before = page.evaluate("[...document.querySelectorAll('.plot')].map((n) => Boolean(n.querySelector('.main-svg')))")
    assert not all(before), "those below are drawn when they are scrolled to"
    pdf = page.pdf(format="A4", print_background=True)
    after = page.evaluate("[...document.querySelectorAll('.plot')].map((n) => Boolean(n.querySelector('.main-svg')))")
    assert all(after)
    assert DARK_PAGE not in read_drawing(pdf)
    page.evaluate("document.querySelectorAll('.plot').forEach((node) => node.remove())")
    assert count_shapes(pdf) > count_shapes(page.pdf(format="A4", print_background=True)) + 100 * len(after) / 2
    page.close()


def test_it_begins_with_what_matters_how_sure_and_what_to_do(new_page, report):
    page = new_page()
    page.goto(report)
    words = page.locator("section").first.inner_text()
    assert re.search(r"What matters\s+optimizer\.lr matters most", words)
    assert page.locator("#ranking + section p").first.inner_text() in words, "as the ranking says it"
    assert "What to do next" in words
    assert len(words.splitlines()) < 20
    page.close()
