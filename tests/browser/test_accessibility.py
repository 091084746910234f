"""axe-core in a real browser: no tab has a serious violation, in either theme."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe

from panel.page.views.tabs import FIRST, TABS

GRAVE = ("serious", "critical")


def violations(page) -> list[str]:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for v in found
        if v["impact"] in GRAVE
        for node in v["nodes"]
    ]


OPENED = {
    "an enlarged slice": "sweeplens.show({ tab: 'slices', options: { slices: { parameter: 'optimizer.lr' } } })",
    "a run's card": "sweeplens.show({ tab: 'runs', run: 'r000s0' })",
    "the menu of roles": "document.querySelector('#manager .role').click()",
    "the chooser of columns": "document.querySelector('#tab-runs summary').click()",
}


def test_no_tab_has_a_serious_violation(panel):
    for tab in (FIRST["value"], *(tab.NAME for tab in TABS)):
        panel.page.evaluate("(tab) => sweeplens.show({ tab })", tab)
        panel.page.wait_for_function(
            "() => !document.querySelector('#tab-place .tab-status, .progress-row:not(.hidden)')",
            timeout=120_000,
        )
        panel.page.wait_for_timeout(700)
        assert violations(panel.page) == [], tab
    for what, action in OPENED.items():
        panel.page.evaluate(action)
        panel.page.wait_for_timeout(2500)
        assert violations(panel.page) == [], what
