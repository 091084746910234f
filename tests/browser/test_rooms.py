"""The five rooms: the ways between them, what each opens with, and the cards that lead on."""

from __future__ import annotations

import pytest

from panel.page.views.rooms import ROOMS

LONG = 120_000

pytestmark = pytest.mark.parametrize("panel", ["light"], indirect=True)


def shown(panel, place: str) -> list[str]:
    return [text for text in panel.page.locator(f"{place} a:visible").all_inner_texts() if text]


def test_every_view_is_reached_through_its_room(panel):
    assert [text.split("\n")[0] for text in shown(panel, "#rooms")] == [room.label for room in ROOMS]
    for room in ROOMS:
        panel.page.locator("#rooms").get_by_text(room.label, exact=True).click()
        several = [tab.LABEL for tab in room.tabs] if len(room.tabs) > 1 else []
        assert shown(panel, "#tab") == several
        assert panel.page.locator("#rooms a[aria-current]").get_attribute("data-room") == room.name
        first = room.tabs[0].NAME if room.tabs else "importance"
        assert panel.page.evaluate("sweeplens.display.tab") == first


def test_a_room_opens_where_one_left_it_and_a_link_opens_a_view_elsewhere(panel):
    panel.go("Curves").go("Checks")
    panel.page.locator("#rooms").get_by_text("Runs", exact=True).click()
    assert panel.page.evaluate("sweeplens.display.tab") == "curves"
    link = panel.page.locator("#tab").get_by_text("Best runs", exact=True)
    link.hover()
    assert "tab=best" in link.get_attribute("href"), "the address of that view"


def test_the_keyboard_reaches_rooms_and_views(panel):
    panel.page.locator("#rooms a").nth(1).focus()
    panel.page.keyboard.press("Enter")
    panel.expect("#tab a[aria-current]").to_have_text("Interactions")
    panel.page.locator("#tab").get_by_text("Slices", exact=True).focus()
    panel.page.keyboard.press("Enter")
    panel.expect("#tab a[aria-current]").to_have_text("Slices")


def test_a_view_that_cannot_answer_says_why(panel, tmp_path):
    table = tmp_path / "one.csv"
    table.write_text("lr,val_loss\n" + "\n".join(f"{i / 30},{(i * 7 % 30) / 30}" for i in range(30)) + "\n")
    panel.open(table)
    panel.page.locator("#rooms").get_by_text("Runs", exact=True).click()
    for view, why in (("Curves", "No run logged this metric over time."), ("Trade-off", "It takes two metrics")):
        link = panel.page.locator("#tab").get_by_text(view, exact=True)
        assert link.get_attribute("aria-disabled") == "true"
        assert why in link.get_attribute("title")
        link.click(force=True)
        panel.expect(".flash").to_contain_text(why)
        assert panel.page.evaluate("sweeplens.display.tab") == "history"
        panel.expect(".flash").to_have_count(0)


def test_the_overview_says_what_matters_and_its_cards_lead_on(panel):
    record = panel.page.evaluate("sweeplens.shown.record")
    panel.expect("#headline").to_have_text(record["trust"]["headline"])
    cards = panel.page.locator("#cards .overview-card")
    panel.expect("#cards .waiting").to_have_count(0, timeout=LONG)
    assert cards.locator("h3").all_inner_texts() == [
        "The search so far",
        "Asks for your attention",
        "Best run",
        "Run next",
    ]
    asking = int(panel.page.locator('#rooms a[data-room="decide"]').get_attribute("data-asking"))
    for place, (way, tab) in enumerate(
        [("History", "history"), ("All checks", "checks"), ("Best runs", "best"), ("Next sweep", "next")]
    ):
        cards.nth(place).get_by_role("button", name=way).click()
        panel.shows("tab", tab)
        if tab == "checks":
            fire = panel.page.locator("#tab-place .finding.act, #tab-place .finding.look")
            fire.first.wait_for(timeout=LONG)
            assert fire.count() == asking
        panel.go("Overview")
