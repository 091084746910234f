"""Addresses that were edited by hand: what cannot be answered is said, and what is of the wrong kind is put aside."""

from __future__ import annotations

import json

from ..panel_page import IN_LIGHT

SAID = {
    "values": ({"parameter": "nosuch"}, "There is no parameter 'nosuch'"),
    "tradeoff": ({"x": "nosuch"}, "nosuch"),
    "curves": ({"metrics": ["nosuch"]}, "nosuch"),
    "slices": ({"parameter": "nosuch"}, "There is no parameter 'nosuch'"),
    "footprint": ({"parameter": "nosuch"}, "There is no parameter 'nosuch'"),
    "best": ({"run": "nosuch"}, "There is no run 'nosuch'"),
}
"""By tab what is asked in vain, and what is then said."""

PUT_ASIDE = {
    "runs": {"columns": "x", "sort": 5, "filter": 7, "pinned": None},
    "values": {"parameter": 5, "m": "x"},
    "tradeoff": {"x": 5, "y": [], "mode": 3},
    "parallel": [],
    "curves": {"metrics": "x", "smooth": "y"},
    "best": {"k": "many", "baseline": 1, "steps": "x"},
    "footprint": {"parameter": 3},
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
        assert json.loads(panel.page.evaluate("(tab) => JSON.stringify(sweeplens.getOptions(tab))", tab)) == {}


@IN_LIGHT
def test_a_tab_that_is_none_is_the_first(panel):
    panel.page.evaluate("() => { location.hash = location.hash.replace(/&tab=[^&]*/, '') + '&tab=nosuch'; }")
    panel.page.wait_for_function("() => sweeplens.display.tab === 'importance'")


@IN_LIGHT
def test_a_control_that_says_late_what_the_page_wrote_changes_nothing(panel):
    shown = "(search) => document.querySelector('#search').value === search"
    for search in ("batch", "lr"):
        panel.page.evaluate("(search) => sweeplens.show({ search })", search)
        panel.page.wait_for_function(shown, arg=search)
    panel.page.evaluate("() => sweeplens.show({ search: 'model' })")
    panel.page.evaluate("() => dash_clientside.sweeplens.show_search('lr')")
    assert panel.page.evaluate("() => sweeplens.display.search") == "model"
    panel.page.wait_for_function(shown, arg="model")


@IN_LIGHT
def test_addresses_of_views_that_have_another_name_since_still_open(panel):
    for tab, options in {
        "isolation": {"parameter": "model.activation", "m": 10},
        "adopt": {"parameter": "model.activation", "a": "relu", "b": "tanh"},
    }.items():
        panel.page.evaluate(
            """([tab, options]) => { const out = new URLSearchParams(location.hash.slice(1));
                out.set("tab", tab); out.set("options", JSON.stringify({ [tab]: options })); location.hash = out; }""",
            [tab, options],
        )
        panel.shows("tab", "values")
        panel.expect("#values-all .lead").to_contain_text("model.activation", timeout=20_000)
        assert options.items() <= panel.page.evaluate("sweeplens.getOptions('values')").items()
    panel.expect("#values-two .lead").to_contain_text("model.activation = relu", timeout=20_000)
