"""The selected runs: a chip, a switch, both rankings side by side, and all of it in the address."""

from __future__ import annotations

import pytest

from panel.answers.defaults import choose_default_selection
from panel.answers.designs import get_runs
from panel.store import loading

from ..panel_page import IN_LIGHT

LONG = 120_000


@pytest.fixture(scope="session")
def ids(cache) -> list[str]:
    """The ids of the sample's runs, the best first."""
    project = loading.load_source(loading.Wanted(("sample",)), cache)
    runs = get_runs(choose_default_selection(project, cache), cache)
    return [str(run) for run in runs.ids[runs.best_first]]


def select(panel, ids: list[str]) -> None:
    panel.page.evaluate("(ids) => sweeplens.selectRuns(ids)", ids)
    panel.expect(".selection-chip").to_contain_text(f"{len(ids):,} selected run")


@IN_LIGHT
def test_many_runs_travel_as_a_fingerprint_and_importance_follows_the_switch(panel, ids):
    everything = panel.rows()
    select(panel, ids[:200])
    assert panel.text("#runs-used").startswith("758 of 800")
    panel.page.wait_for_function("() => location.hash.includes('selects=200-')")
    with panel.asking():
        panel.page.get_by_label("Compute importance on these runs only").check()
    assert panel.text("#runs-used") == "200 of 800 runs"
    among = panel.rows()
    assert among != everything
    assert panel.address["picks"][0].startswith("200-")
    assert "selects" not in panel.address
    panel.page.reload()
    panel.wait()
    assert panel.rows() == among
    panel.expect(".selection-chip").to_contain_text("200 selected runs")
    assert panel.page.get_by_label("Compute importance on these runs only").is_checked()
    panel.page.wait_for_function("() => sweeplens.getSelected()")
    assert set(panel.page.evaluate("() => [...sweeplens.getSelected()]")) == set(ids[:200])
    with panel.asking():
        panel.page.get_by_label("Select no runs").click()
    assert panel.rows() == everything
    panel.expect("#selection-row").to_be_hidden()


@IN_LIGHT
def test_both_rankings_stand_side_by_side(panel, ids):
    select(panel, ids[:100])
    panel.page.get_by_text("Compare with the ranking of all runs").click()
    card = panel.page.locator("#tab-place section", has_text="All runs and the selected ones")
    card.locator("td.heat b").nth(1).wait_for(timeout=LONG)
    assert card.locator("thead th").all_inner_texts() == ["Parameter", "all runs", "selected runs"]
    assert panel.text("#runs-used").startswith("758 of 800")  # the switch is off


@IN_LIGHT
def test_a_few_runs_are_named_and_too_few_are_said(panel, ids):
    select(panel, ids[:3])
    panel.page.wait_for_function("() => new URLSearchParams(location.hash.slice(1)).getAll('select').length === 3")
    with panel.asking():
        panel.page.get_by_label("Compute importance on these runs only").check()
    assert "Only 3 of 800 runs are usable" in panel.text("#empty-words")
    with panel.asking():
        panel.page.get_by_label("Compute importance on these runs only").uncheck()
    assert panel.rows()


@IN_LIGHT
def test_a_selection_of_another_machine_is_said(panel):
    panel.page.evaluate(
        """() => { location.hash = location.hash + '&selects=5-000000000000000000000000';
            sweeplens.draw(); }"""
    )
    panel.page.wait_for_function("() => sweeplens.display.selected")
    panel.page.evaluate("() => sweeplens.getSelected()")
    panel.expect("#notice").to_contain_text("is not kept here")
    panel.expect("#selection-row").to_be_hidden()
