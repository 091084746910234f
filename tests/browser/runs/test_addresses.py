"""Addresses that were edited by hand: what cannot be answered is said, and what is of the wrong kind is put aside."""

from __future__ import annotations

import json

from ..panel_page import IN_LIGHT

SAID = {
    "isolation": ({"parameter": "nosuch"}, "There is no parameter 'nosuch'"),
    "tradeoff": ({"x": "nosuch"}, "nosuch"),
    "curves": ({"metrics": ["nosuch"]}, "nosuch"),
    "slices": ({"parameter": "nosuch"}, "There is no parameter 'nosuch'"),
}
"""By tab what is asked in vain, and what is then said."""

PUT_ASIDE = {
    "runs": {"columns": "x", "sort": 5, "filter": 7, "pinned": None},
    "isolation": {"parameter": 5, "m": "x"},
    "tradeoff": {"x": 5, "y": [], "mode": 3},
    "parallel": [],
    "curves": {"metrics": "x", "smooth": "y"},
    "best": {"k": "many"},
}

DRAWN = "() => [...document.querySelectorAll('#tab-place canvas, #tab-place .chart, #tab-runs .ag-row')]"


def show(panel, tab: str, options: object) -> None:
    panel.page.evaluate("([tab, options]) => sweeplens.show({ tab, options: { [tab]: options } })", [tab, options])


@IN_LIGHT
def test_what_is_asked_in_vain_is_said(panel):
    for tab, (options, words) in SAID.items():
        show(panel, tab, options)
        panel.expect("#tab-place").to_contain_text(words, timeout=20_000)
        panel.expect("#tab-place .dot.busy").to_have_count(0)


@IN_LIGHT
def test_what_is_of_the_wrong_kind_is_put_aside(panel):
    for tab, options in PUT_ASIDE.items():
        show(panel, tab, options)
        panel.page.wait_for_function(DRAWN + ".some((node) => node.checkVisibility())", timeout=20_000)
        assert json.loads(panel.page.evaluate("(tab) => JSON.stringify(sweeplens.options(tab))", tab)) == {}


@IN_LIGHT
def test_a_tab_that_is_none_is_the_first(panel):
    panel.page.evaluate("() => { location.hash = location.hash.replace(/&tab=[^&]*/, '') + '&tab=nosuch'; }")
    panel.page.wait_for_function("() => sweeplens.display.tab === 'importance'")


@IN_LIGHT
def test_a_control_that_says_late_what_the_page_wrote_changes_nothing(panel):
    checked = "(tab) => document.querySelector('#tab input:checked').value === tab"
    for tab in ("curves", "slices"):
        show(panel, tab, {})
        panel.shows("tab", tab).page.wait_for_function(checked, arg=tab)
    show(panel, "isolation", {})
    panel.page.evaluate("() => dash_clientside.sweeplens.choose_tab('slices')")
    assert panel.page.evaluate("() => sweeplens.display.tab") == "isolation"
    panel.shows("tab", "isolation").page.wait_for_function(checked, arg="isolation")
    panel.go("Slices")
    panel.shows("tab", "slices")
