"""Going back: by the browser's own buttons from view to view, and by Undo from what was hidden or given a role."""

from __future__ import annotations

import pytest

from .panel_page import IN_LIGHT


def view(panel, tab: str) -> None:
    """Wait until a view is shown, and marked on the way to it."""
    panel.shows("tab", tab)
    panel.expect(f'[aria-current][data-tab="{tab}"]:visible').not_to_have_count(0)


@IN_LIGHT
def test_back_and_forward_go_from_view_to_view(panel):
    panel.go("Checks")
    view(panel, "checks")
    panel.go("Interactions")
    view(panel, "interactions")
    length = panel.page.evaluate("history.length")
    panel.eye("epochs")
    panel.sort("Name")
    assert panel.page.evaluate("history.length") == length, "what is changed within a view is no step"
    panel.page.go_back()
    view(panel, "checks")
    assert panel.address["tab"] == ["checks"]
    panel.page.go_back()
    view(panel, "importance")
    panel.expect("#table").to_be_visible()
    assert "tab" not in panel.address
    assert "epochs" in panel.listed(False), "what is hidden is of the whole page, not of a view"
    panel.page.wait_for_function("() => location.hash.includes('sort=name')")
    panel.page.go_forward()
    panel.page.go_forward()
    view(panel, "interactions")
    panel.expect("#tab-place td.heat").not_to_have_count(0, timeout=60_000)
    assert not panel.page.locator("#tab-place th", has_text="epochs").count()


@IN_LIGHT
def test_back_restores_the_question_with_the_view(panel):
    panel.go("Checks")
    view(panel, "checks")
    panel.choose("metric", "val_accuracy")
    panel.go("History")
    view(panel, "history")
    panel.page.go_back()
    view(panel, "checks")
    assert panel.address["metric"] == ["val_accuracy"]
    with panel.asking():
        panel.page.go_back()
    view(panel, "checks")
    assert panel.address["metric"] == ["val_loss"]
    panel.page.go_back()
    view(panel, "importance")


@IN_LIGHT
def test_an_address_that_is_written_counts_wholly_and_back_undoes_it(panel):
    panel.go("Checks")
    view(panel, "checks")
    panel.eye("epochs")
    link = f"v=1&project={panel.address['project'][0]}&metric=val_accuracy&hide=batch_size"
    panel.visit(link)
    assert panel.listed(False) == ["batch_size"]
    with panel.asking():
        panel.page.go_back()
    view(panel, "checks")
    assert "epochs" in panel.listed(False)
    assert "batch_size" in panel.listed(True)


@IN_LIGHT
@pytest.mark.parametrize("key", ["Control+z", "Meta+z"])
def test_what_was_hidden_is_shown_again_by_the_keyboard(panel, key):
    before = panel.listed(True)
    panel.eye("epochs")
    panel.page.get_by_role("button", name="hide all").click()
    panel.settle()
    assert panel.listed(True) == []
    panel.page.keyboard.press(key)
    panel.settle()
    assert panel.listed(True) == [name for name in before if name != "epochs"]
    panel.page.keyboard.press(key)
    panel.settle()
    assert panel.listed(True) == before


@IN_LIGHT
def test_hide_all_and_the_wand_offer_to_undo(panel):
    before = panel.listed(True)
    panel.page.get_by_role("button", name="hide all").click()
    panel.expect(".flash.undo").to_contain_text(f"{len(before)} parameters hidden.")
    panel.page.get_by_role("button", name="Undo", exact=True).click()
    panel.settle()
    assert panel.listed(True) == before
    panel.expect(".flash.undo").to_have_count(0)
    panel.page.locator("#wand").click()
    panel.expect(".flash.undo").to_contain_text("hidden.")
    panel.page.get_by_role("button", name="Undo", exact=True).click()
    panel.expect("#wand").to_have_text("Wand")
    panel.settle()
    assert panel.listed(True) == before


@IN_LIGHT
def test_a_role_is_taken_back(panel):
    panel.page.locator('#manager li[data-name="optimizer.lr"] .role').click()
    with panel.asking():
        panel.page.locator(".role-menu button").filter(has_text="scientific").first.click()
    assert panel.address["role"] == ["scientific:optimizer.lr"]
    panel.expect(".flash.undo").to_contain_text("1 role changed.")
    with panel.asking():
        panel.page.get_by_role("button", name="Undo", exact=True).click()
    assert "role" not in panel.address


@IN_LIGHT
def test_undo_leaves_what_is_written_in_a_field_to_the_browser(panel):
    panel.eye("epochs")
    panel.search("lr")
    panel.page.locator("#search").press("Control+z")
    panel.settle()
    assert "epochs" not in panel.parameters()


def focused(panel) -> str:
    """What has the focus, by its label or its text."""
    return panel.page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
    )


@IN_LIGHT
def test_escape_closes_what_the_mouse_opened_and_returns_the_focus(panel):
    page = panel.page
    page.get_by_role("button", name="Export").click()
    panel.expect("[role=menuitem] >> nth=0").to_be_visible()
    page.keyboard.press("Escape")
    panel.expect("[role=menuitem] >> nth=0").not_to_be_visible()
    assert focused(panel) == "Export"

    page.locator('#manager li[data-name="optimizer.lr"] .role').click()
    page.locator(".role-menu .role-of").click()  # the focus leaves the menu, which stays
    page.keyboard.press("Escape")
    panel.expect(".role-menu").to_have_count(0)
    assert focused(panel).startswith("Role of optimizer.lr")

    panel.go("All runs")
    page.locator(".column-chooser summary").click()
    page.locator(".column-panel .column-group").first.click()
    page.keyboard.press("Escape")
    panel.expect(".column-panel").not_to_be_visible()
    assert focused(panel) == "Columns"

    head = page.locator("#tab-runs .ag-header-cell").nth(3)
    head.hover()
    head.locator(".ag-header-cell-filter-button").click()
    panel.expect(".ag-filter").to_be_visible()
    page.keyboard.press("Escape")
    panel.expect(".ag-filter").to_have_count(0)
    assert page.evaluate("document.activeElement.matches('.ag-header-cell')")
