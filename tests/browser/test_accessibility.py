"""axe-core in a real browser: no tab has a serious violation, in either theme."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from panel.page.views.rooms import OVERVIEW
from panel.page.views.tabs import TABS

LONG = 120_000

GRAVE = ("serious", "critical")

COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""The rules on colours, which are all that a theme can break: the others are asked in light."""

READ = "() => !document.querySelector('.tab-status, .progress-row:not(.hidden)')"

DRAWN = """() => [...document.querySelectorAll('.chart, canvas.pc-base')].every((node) => {
    const { top, bottom } = node.getBoundingClientRect();
    const inSight = node.checkVisibility() && bottom > 0 && top < innerHeight;
    return !inSight || node.dataset.drawn || node.dataset.painted })"""

OPENED = {
    "an enlarged slice": (
        "sweeplens.show({ tab: 'slices', options: { slices: { parameter: 'optimizer.lr' } } })",
        ".slice-large .chart[data-drawn]",
    ),
    "a run's card": ("sweeplens.show({ tab: 'runs', run: 'r000s0' })", "#run-content .fact"),
    "the menu of roles": ("document.querySelector('#manager .role').click()", ".role-menu button"),
    "the chooser of columns": ("document.querySelector('#tab-runs summary').click()", ".column-chooser[open] label"),
}
"""By what is opened how, and what then is there."""


def violations(panel, rules: dict, within: str | None = None) -> list[str]:
    """Return what is grave on the page or in a part of it, once it is drawn."""
    for done in (READ, DRAWN):
        panel.page.wait_for_function(done, timeout=LONG)
    panel.settle()
    options = {"resultTypes": ["violations"], **rules}
    found = Axe().run(panel.page, context=within, options=options).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for v in found
        if v["impact"] in GRAVE
        for node in v["nodes"]
    ]


SENTENCE = """() => [...document.querySelectorAll('#tab-pane .lead, #runs-head .runs-words')]
    .some((node) => node.checkVisibility() && /^.{20,}\\.$/s.test(node.innerText))"""
"""Whether a view begins with a sentence that answers."""


def test_no_tab_has_a_serious_violation_and_each_begins_with_a_sentence(panel):
    dark = panel.page.evaluate("sweeplens.getTheme()") == "dark"
    rules = {"runOnly": COLOURS} if dark else {}
    assert violations(panel, rules) == [], OVERVIEW
    for tab in (tab.NAME for tab in TABS):
        panel.page.evaluate("(tab) => sweeplens.show({ tab })", tab)
        panel.settle()
        assert violations(panel, rules, within="main") == [], tab  # beside it the page is as it was
        assert panel.page.evaluate(SENTENCE), f"{tab} does not begin with a sentence"
    for what, (action, there) in OPENED.items():
        panel.page.evaluate(action)
        panel.page.locator(there).first.wait_for(timeout=LONG)
        panel.settle()
        assert violations(panel, rules) == [], what
