"""The tabs beside importance: compare methods, interactions, linear model."""

from __future__ import annotations

import json
import re

import pytest

from .panel_page import IN_LIGHT

LONG = 120_000


def names(panel):
    return [
        name.strip()
        for name in panel.page.locator(
            "#tab-place tbody th.name > .opener, #tab-place tbody th.name:not(:has(button))"
        ).all_inner_texts()
    ]


@IN_LIGHT
def test_methods_side_by_side(panel, answer):
    panel.go("Compare methods")
    panel.expect("#tab-place .lead").to_contain_text("The 7 methods", timeout=LONG)
    panel.expect("#tab-place .lead").to_contain_text("Kendall's W")
    heads = panel.page.locator("#tab-place thead th").all_inner_texts()
    assert heads == ["Parameter", "random forest", "permutation", "functional ANOVA", "Gaussian process",
                     "best runs against the rest", "article's recipe", "SHAP values"]  # fmt: skip
    shown = names(panel)
    assert set(shown) == {row["parameter"] for row in answer["importance"]} - {"dataset"}
    first = panel.page.locator("#tab-place tbody tr", has_text="optimizer.lr").locator("td").first
    assert first.inner_text().split() == ["1", f"{answer['importance'][0]['importance']:.2f}"]
    panel.page.wait_for_function("() => location.hash.includes('tab=methods')")
    panel.eye("optimizer.lr")
    assert "optimizer.lr" not in names(panel)


@IN_LIGHT
def test_interactions_of_pairs(panel):
    panel.go("Interactions")
    panel.expect("#tab-place .split").to_be_visible(timeout=LONG)
    shares = [float(x) for x in re.findall(r"([\d.]+) %", panel.text("#tab-place .lead"))]
    assert abs(sum(shares) - 100) < 0.2
    largest = panel.page.locator(".two-cards section").nth(1).locator("tbody tr").first
    assert "optimizer.lr" in largest.inner_text()
    assert panel.page.locator(".two-cards td.diagonal").count() == 12
    panel.go("Overview")
    panel.expect("#table").to_be_visible()
    panel.page.wait_for_function("() => !location.hash.includes('tab=')")


@IN_LIGHT
def test_the_linear_model_is_sorted_by_its_heads(panel):
    panel.go("Linear model")
    panel.expect("#tab-place .lead").to_contain_text("One straight line a parameter explains", timeout=LONG)
    assert names(panel)[0] == "intercept"
    panel.page.locator("#tab-place .sort-head", has_text=re.compile("^t$")).click()
    t = [
        abs(float(x.replace("−", "-")))
        for x in panel.page.locator("#tab-place tbody td:nth-child(4)").all_inner_texts()
    ]
    assert t == sorted(t, reverse=True)
    panel.page.locator("#tab-place .sort-head", has_text="Parameter").click()
    assert names(panel) == sorted(names(panel))
    assert panel.page.locator("#tab-place", has_text="against logistic").count() == 1


@IN_LIGHT
def test_another_question_changes_the_tab_too(panel):
    panel.go("Linear model")
    panel.expect("#tab-place .lead").to_contain_text("explains", timeout=LONG)
    before = panel.text("#tab-place .lead")
    panel.page.locator("#metric").click()
    panel.page.get_by_role("option", name="val_accuracy", exact=True).click()
    panel.expect("#tab-place .lead").not_to_have_text(before, timeout=LONG)
    panel.expect("#tab-place .lead").to_contain_text("explains", timeout=LONG)


@IN_LIGHT
def test_which_runs_are_the_best_can_be_chosen(panel):
    panel.choose("method", "best runs against the rest")
    assert "about the best 10 % alone" in panel.text("#notes")
    panel.choose("top", "the best 20%")
    assert panel.address["top"] == ["0.2"]
    assert "about the best 20 % alone" in panel.text("#notes")
    panel.choose("method", "random forest")
    assert not panel.page.locator("#top-row").is_visible()


@IN_LIGHT
def test_several_targets_and_one_out_of_them(panel, answer):
    panel.go("Targets")
    panel.expect("#tab-place .lead").to_contain_text("The 4 targets", timeout=LONG)
    heads = panel.page.locator("#tab-place thead th").all_inner_texts()
    assert heads[:2] == ["Parameter", "val_loss"]
    first = panel.page.locator("#tab-place tbody tr", has_text="optimizer.lr").locator("td").first
    assert first.inner_text().split() == ["1", f"{answer['importance'][0]['importance']:.2f}"]
    panel.page.locator(".targets button", has=panel.page.locator("svg")).last.click()
    panel.expect("#tab-place .lead").to_contain_text("The 3 targets", timeout=LONG)
    panel.page.wait_for_function("() => new URLSearchParams(location.hash.slice(1)).getAll('target').length === 3")
    panel.page.locator(".weight", has_text="train_loss").locator("input").fill("0")
    panel.page.locator(".weigh").click()
    panel.page.wait_for_function("() => location.hash.includes('metric=')")
    assert json.loads(panel.address["metric"][0]) == {"val_loss": 1, "train_accuracy": 1}
    panel.expect("#trust").to_contain_text("a weighted mean of ranks", timeout=LONG)
    assert panel.page.locator("#metric").input_value() == "0.5 val_loss + 0.5 train_accuracy (ranks)"


@IN_LIGHT
def test_a_question_without_an_answer_says_why(panel, tmp_path):
    table = tmp_path / "constant.csv"
    table.write_text("lr,val_loss\n" + "\n".join(f"{i / 30},1" for i in range(30)) + "\n")
    panel.open(table)
    for tab in ("Compare methods", "Interactions", "Linear model"):
        panel.go(tab)
        panel.expect("#tab-place .lead").to_contain_text("nothing to explain")


@IN_LIGHT
def test_names_are_never_markup(panel, tmp_path):
    table = tmp_path / "hostile.csv"
    rows = "\n".join(f"{i / 40},{i * 7 % 40 / 80},{(i * 13 % 40) / 40 + i / 40}" for i in range(40))
    table.write_text(f"<u>lr</u>,<u>dropout</u>,val_loss\n{rows}\n")
    panel.open(table)
    for tab in ("Compare methods", "Interactions", "Linear model"):
        panel.go(tab)
        panel.expect("#tab-place").to_contain_text("<u>lr</u>", timeout=LONG)
        assert panel.page.locator("#tab-place u").count() == 0


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_matrix_of_pairs_is_not_cut(open_page, sample, width):
    panel = open_page(sample, size=(width, 800))
    panel.go("Interactions")
    panel.page.wait_for_selector(".matrix tbody tr", timeout=LONG)
    panel.settle()
    assert panel.page.locator(".matrix thead th").count() == 13
    inside = "(node) => node.scrollWidth <= node.clientWidth"
    assert all(card.evaluate(inside) for card in panel.page.locator(".pairs > .card").all())
    cut = "(node) => node.scrollWidth - node.clientWidth"
    assert panel.page.locator(".scroll:has(.matrix)").evaluate(cut) <= 0
    assert panel.page.evaluate(
        "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
    )


@pytest.mark.parametrize("width", [1280, 1366, 1440])
def test_values_and_their_ratio_do_not_collide(open_page, sample, width):
    panel = open_page(sample, size=(width, 800))
    cell = panel.page.locator('[row-id="parameter:optimizer.name"] .by-value')
    words, number, all_of_it = (
        node.bounding_box() for node in (cell.locator(".by-value-words"), cell.locator(".number"), cell)
    )
    assert cell.locator(".by-value-words").evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert words["x"] + words["width"] <= number["x"]
    assert number["x"] + number["width"] <= all_of_it["x"] + all_of_it["width"] + 1


@IN_LIGHT
def test_native_selects_look_like_the_others(panel):
    panel.go("Values")
    panel.page.wait_for_selector("#tab-place .choose select")
    style = "(node) => { const s = getComputedStyle(node); return [s.appearance, s.backgroundImage.startsWith('url')] }"
    assert panel.page.locator("#tab-place .choose select").first.evaluate(style) == ["none", True]
