"""Was the search any good, and what to run next: the two tabs and the report, in a real browser."""

from __future__ import annotations

import json

from tests.browser.panel_page import IN_LIGHT, LONG


@IN_LIGHT
def test_findings_open_and_stay_open_and_say_what_the_json_says(panel, answer):
    panel.go("Checks")
    panel.expect("#tab-place .finding").to_have_count(len(answer["checks"]["findings"]), timeout=LONG)
    for finding in answer["checks"]["findings"]:
        node = panel.page.locator(".finding", has_text=finding["question"])
        assert node.locator(".finding-sentence").text_content() == finding["sentence"]
        assert node.evaluate("node => node.open") == (finding["verdict"] in ("act", "look"))
    fine = next(f for f in answer["checks"]["findings"] if f["verdict"] == "fine" and f["evidence"])
    panel.page.locator(".finding summary", has_text=fine["question"]).click()
    panel.page.locator(".finding", has_text=fine["question"]).locator(".main-svg").first.wait_for(timeout=LONG)
    assert panel.options("checks") == {"flipped": [fine["check"]]}
    panel.page.reload()
    panel.page.locator(".finding[open] summary", has_text=fine["question"]).scroll_into_view_if_needed(timeout=LONG)
    panel.page.locator(".finding", has_text=fine["question"]).locator(".main-svg").first.wait_for(timeout=LONG)


@IN_LIGHT
def test_the_next_sweep_is_changed_and_written_and_a_wrong_limit_is_said(panel, answer):
    panel.go("Next sweep")
    lines = answer["next_sweep"]["proposal"]["lines"]
    panel.expect(".next-line").to_have_count(len(lines), timeout=LONG)
    for repeat in answer["next_sweep"]["proposal"]["repeats"]:
        ((seed, values),) = repeat["seeds"].items()
        said = f"{repeat['name']}: {repeat['times']} more runs, with {seed} = {', '.join(map(str, values))}"
        panel.expect("#tab-place").to_contain_text(said)
    cut = "(nodes) => nodes.filter((n) => n.scrollWidth > n.clientWidth).map((n) => n.value)"
    assert panel.page.locator(".next-limit").evaluate_all(cut) == [], "a number that is cut off is another number"
    panel.page.get_by_label("Lower limit of optimizer.lr").fill("0.00123")
    panel.page.get_by_label("Lower limit of optimizer.lr").press("Tab")
    panel.expect(".next-text").to_contain_text("0.00123")
    panel.page.get_by_label("Write it for").select_option("json")
    panel.expect(".next-text").to_contain_text('"optimizer.lr"')
    made = json.loads(panel.text(".next-text"))
    assert next(line for line in made["lines"] if line["parameter"] == "optimizer.lr")["domain"]["low"] == 0.00123
    panel.settle().page.reload()  # once the address has it all
    panel.expect(".next-text").to_contain_text("0.00123", timeout=LONG)
    panel.page.get_by_label("Upper limit of optimizer.lr").fill("0.00001")
    panel.page.get_by_label("Upper limit of optimizer.lr").press("Enter")
    panel.expect("#tab-place .open-error").to_contain_text("must be below the upper one, 1e-05")
    panel.page.get_by_role("button", name="Undo all changes").click()
    panel.expect(".next-text").not_to_contain_text("0.00123")
    assert json.loads(panel.text(".next-text"))["lines"] == lines


@IN_LIGHT
def test_the_report_is_saved_from_the_page_and_draws_without_a_server(panel, answer, tmp_path):
    panel.page.get_by_role("button", name="Export").click()
    with panel.page.expect_download(timeout=LONG) as saved:
        panel.page.get_by_text("Report as HTML").click()
    saved.value.save_as(tmp_path / "report.html")
    panel.page.goto((tmp_path / "report.html").as_uri())
    panel.page.locator(".plot .main-svg").first.wait_for()
    data = json.loads(panel.page.locator("#data").text_content())
    assert data["importance"] == answer["importance"]
    assert data["checks"] == answer["checks"]
    assert data["next_sweep"] == answer["next_sweep"]
