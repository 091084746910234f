"""Long names: what tells them apart is what is shown, and the same in list, table and chart."""

from __future__ import annotations

import re

import pytest

from panel.figures.theme import shorten_names

from .conftest import NAMES

OTHER = [
    *NAMES[:40],
    "optimizer.lr",
    "optimizer.weight_decay_of_the_first_group_of_layers",
    "optimizer.weight_decay_of_the_other_group_of_layers",
    "a/b/one_name_without_any_dots_but_with_slashes",
    "one_name_without_any_dots_and_one_that_is_long_a",
    "one_name_without_any_dots_and_one_that_is_long_b",
    "ünïcödé.🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂x",
    "trailing.dot.of.a.name.that.is.rather.long.",
]


PARTS = ("dropout_probability_rate", "learning_rate_multiplier", "weight_decay_coefficient")
LAYERS = ("attention", "feed_forward", "normalisation", "embedding_projection")
SEVERAL = [f"model.encoder.layers.{a}.block_{i:03d}.{b}" for a in LAYERS for i in range(15) for b in PARTS]
"""Names that differ in several places."""


def test_names_that_differ_in_several_places_stay_different():
    for limit in (18, 22, 26, 28):
        short = shorten_names(SEVERAL, limit)
        assert len(set(short)) == len(SEVERAL), limit
        assert max(map(len, short)) <= limit


def test_the_page_and_the_figures_shorten_alike(open_page, long_names):
    page = open_page(long_names).page
    for names in (NAMES, OTHER, SEVERAL):
        for limit in (12, 17, 26, 28):
            short = page.evaluate("([names, limit]) => sweeplens.shortenNames(names, limit)", [names, limit])
            assert short == shorten_names(names, limit)
            assert max(map(len, short)) <= limit


def test_names_that_begin_alike_are_told_apart_in_list_table_and_chart(open_page, long_names):
    panel = open_page(long_names, size=(1280, 800))
    page = panel.page
    listed = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#manager li[data-name]')]
            .map((li) => [li.dataset.name, li.querySelector('.name').textContent]))"""
    )
    table = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('#table .parameter-name')]
            .map((node) => [JSON.parse(node.dataset.detail)[0], node.textContent]))"""
    )
    plot = "document.querySelector('#bars .js-plotly-plot')"
    chart = dict(zip(panel.bars(), page.evaluate(f"{plot}.layout.yaxis.ticktext"), strict=True))
    for place in (listed, table, chart):
        assert len(place) > 5
        for name, text in place.items():
            head = re.search(r"heads_\d\d", name).group()
            part = name.rpartition(".")[2]
            assert head in text, text
            assert part[:3] in text or part[-6:] in text, text
        assert len(set(place.values())) == len(place)
    overflow = """(selector) => [...document.querySelectorAll(selector)]
        .filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent)"""
    assert page.evaluate(overflow, "#table .parameter-name") == []
    name = next(iter(table))
    described = page.locator(f'.ag-row[row-id="parameter:{name}"] .parameter-cell').get_attribute("title")
    assert described.startswith(name)


@pytest.fixture
def edge(open_page, long_names):
    panel = open_page(long_names)
    return panel, panel.page.locator("#sidebar-edge")


def letters(panel) -> int:
    """Letters of the first name in the sidebar."""
    return len(panel.page.locator("#manager li[data-name] .name").first.inner_text())


def test_the_sidebar_is_widened_by_dragging_and_stays_so(edge):
    panel, line = edge
    before, names = panel.page.locator("#sidebar").bounding_box()["width"], letters(panel)
    box = line.bounding_box()
    panel.page.mouse.move(box["x"] + 4, 400)
    panel.page.mouse.down()
    panel.page.mouse.move(box["x"] + 164, 420, steps=5)
    panel.page.mouse.up()
    panel.settle()
    assert panel.page.locator("#sidebar").bounding_box()["width"] == pytest.approx(before + 160, abs=2)
    assert letters(panel) > names
    panel.page.reload()
    panel.wait()
    assert panel.page.locator("#sidebar").bounding_box()["width"] == pytest.approx(before + 160, abs=2)


def test_the_sidebar_is_widened_by_keyboard(edge):
    panel, line = edge
    assert line.get_attribute("role") == "separator"
    line.focus()
    now = int(line.get_attribute("aria-valuenow"))
    panel.page.keyboard.press("ArrowRight")
    assert int(line.get_attribute("aria-valuenow")) > now
    assert panel.page.locator("#sidebar").bounding_box()["width"] == int(line.get_attribute("aria-valuenow"))
    panel.page.keyboard.press("Home")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemin")
    panel.page.keyboard.press("End")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemax")
    assert panel.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1440, 1366, 1280, 800, 390])
def test_undo_wand_fits_into_the_head_of_the_sidebar(open_page, long_names, width):
    panel = open_page(long_names, size=(width, 800))
    if width < 760:
        panel.page.locator("#sidebar-open").click()
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Undo wand")
    panel.settle()
    head, button = (panel.page.locator(s).bounding_box() for s in (".sidebar-head", "#wand"))
    title = panel.page.locator(".sidebar-head h2").bounding_box()
    assert button["x"] + button["width"] <= head["x"] + head["width"] + 1
    assert title["x"] + title["width"] <= button["x"]
    assert head["height"] <= 42
    inside = "(node) => node.scrollWidth <= node.clientWidth"
    assert panel.page.locator("#wand .mantine-Button-label").evaluate(inside)
    assert panel.page.locator(".sidebar-head h2").evaluate(inside)
