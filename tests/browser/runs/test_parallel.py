"""Parallel coordinates: brushing by mouse and keyboard, moving and flipping axes, and what follows from it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ..panel_page import IN_LIGHT, LONG

ROOT = Path(__file__).parents[3]


@pytest.fixture
def parallel(panel):
    panel.go("Parallel")
    painted(panel)
    return panel


def painted(panel):
    panel.page.wait_for_selector(".pc-base[data-painted]", timeout=LONG)
    panel.settle()


def answered(panel):
    """Wait until importance is computed on the selection."""
    panel.page.wait_for_function(
        """() => window.sweeplens && sweeplens.question && sweeplens.question.selection.picked &&
            sweeplens.current(sweeplens.received.importance) && sweeplens.shown && sweeplens.shown.record""",
        timeout=LONG,
    )


def axes(panel):
    """Keys of the axes from left to right; the target's is empty."""
    return panel.page.evaluate("() => [...document.querySelectorAll('.pc-name')].map((node) => node.dataset.axis)")


def track(panel, key):
    box = panel.page.locator(f'.pc-track[data-axis="{key}"]').bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + 8


def highlighted(panel):
    return int(panel.page.locator(".pc-top").get_attribute("data-painted"))


@IN_LIGHT
def test_brushed_runs_are_selected_ranked_and_in_the_address(parallel):
    panel, mouse = parallel, parallel.page.mouse
    before = panel.page.evaluate("sweeplens.shown.record.importance.map((row) => row.importance)")
    x, top = track(panel, "optimizer.lr")
    mouse.move(x, top + 30)
    mouse.down()
    mouse.move(x, top + 130, steps=4)
    panel.expect(".pc-status").to_contain_text("in this brush")
    mouse.up()
    panel.expect("#selection-row").to_contain_text("selected runs")
    painted(panel)
    brush = panel.options("parallel")["brush"]["optimizer.lr"]
    lr = pd.read_csv(ROOT / "sample_data/digits-mlp/runs.csv")["config.optimizer.lr"]
    n = int(lr.between(brush["low"], brush["high"]).sum())
    assert 100 < n < 700
    assert highlighted(panel) == n
    panel.expect("#selection-row").to_contain_text(f"{n} selected runs")
    panel.page.locator("#selection-row input").check()
    answered(panel)
    after = panel.page.evaluate("sweeplens.shown.record.importance.map((row) => row.importance)")
    assert after != before
    painted(panel)
    url = panel.page.url
    panel.page.reload()
    answered(panel)
    painted(panel)
    assert panel.page.url == url
    assert panel.options("parallel")["brush"]["optimizer.lr"] == brush
    panel.expect(".pc-status").to_contain_text(f"{n} of 800 runs in this brush")
    panel.expect("#selection-row").to_contain_text(f"{n} selected runs")
    assert panel.page.locator("#selection-row input").is_checked()
    x, top = track(panel, "optimizer.lr")
    mouse.click(x, top + 250)
    panel.expect("#selection-row").not_to_contain_text("selected")
    painted(panel)
    assert "brush" not in panel.options("parallel")


@IN_LIGHT
def test_an_axis_is_dragged_flipped_and_hidden_without_a_request(parallel):
    panel, mouse = parallel, parallel.page.mouse
    first = axes(panel)
    assert (first[0], first[-1]) == ("optimizer.lr", "")
    asked = []
    panel.page.on("request", lambda r: asked.append(r.url) if "_dash-update" in r.url else None)
    head = panel.page.locator('.pc-name[data-axis=""]').bounding_box()
    mouse.move(head["x"] + 20, head["y"] + 8)
    mouse.down()
    mouse.move(track(panel, first[1])[0], head["y"] + 8, steps=5)
    mouse.up()
    assert axes(panel) == [first[0], "", *first[1:-1]]
    panel.page.locator(".pc-flip").first.click()
    panel.expect(".pc-flip >> nth=0").to_have_attribute("aria-pressed", "true")
    painted(panel)
    assert panel.options("parallel") == {"order": [first[0], "", *first[1:-1]], "flip": ["optimizer.lr"]}
    panel.eye(first[1])
    assert axes(panel) == [first[0], "", *first[2:-1]]
    panel.eye(first[1])
    assert axes(panel) == [first[0], "", *first[1:-1]]
    assert asked == []
    panel.page.get_by_role("button", name="Reset", exact=True).click()
    assert axes(panel) == first


@IN_LIGHT
def test_brushes_by_keyboard(parallel):
    panel, keyboard = parallel, parallel.page.keyboard
    panel.page.locator('.pc-name[data-axis="optimizer.lr"]').focus()
    keyboard.press("ArrowRight")
    assert axes(panel)[1] == "optimizer.lr"
    keyboard.press("Enter")
    keyboard.type("0.01")
    keyboard.press("Tab")
    keyboard.type("a tenth")
    keyboard.press("Enter")
    panel.expect(".pc-form [role=alert]").to_contain_text("Write a number")
    keyboard.press("Control+A")
    keyboard.type("0.1")
    keyboard.press("Enter")
    panel.expect(".pc-status").to_contain_text("optimizer.lr: 0.01 to 0.1")
    assert panel.page.evaluate("document.activeElement.dataset.axis") == "optimizer.lr"
    panel.page.locator('.pc-name[data-axis="optimizer.momentum"]').press("Enter")
    panel.page.get_by_label("inactive").check()
    keyboard.press("Enter")
    panel.expect(".pc-status").to_contain_text("all these brushes")
    painted(panel)
    n = int(re.match(r"(\d+) of 800", panel.text(".pc-status"))[1])
    assert 0 < n == highlighted(panel)
    panel.page.get_by_role("button", name="Remove the brush optimizer.lr: 0.01 to 0.1").click()
    panel.expect(".pc-status").to_contain_text("optimizer.momentum: inactive")
    panel.page.get_by_role("button", name="Select no runs").click()
    panel.expect(".pc-status").to_contain_text("Drag along axes")
    assert panel.page.locator(".pc-chip").count() == 0
    assert panel.page.locator(".pc-top").get_attribute("data-painted") is None


@IN_LIGHT
def test_images_and_data_agree_with_what_is_shown(parallel):
    panel = parallel
    tools = panel.page.locator(".pc-card .chart-tools")
    with panel.page.expect_download() as saved:
        tools.get_by_text("CSV").click()
    lines = saved.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 801
    assert lines[0].split(",")[:5] == ["run", "name", "selected", "infeasible", "optimizer.lr"]
    with panel.page.expect_download() as saved:
        tools.get_by_text("SVG").click()
    drawn = saved.value.path().read_text()
    assert drawn.count("<path") == 800
    assert ">val_loss<" in drawn
    with panel.page.expect_download() as saved:
        tools.get_by_text("PNG").click()
    width = int.from_bytes(saved.value.path().read_bytes()[16:20], "big")
    assert width >= 2 * panel.page.locator(".pc-stage").bounding_box()["width"]


@IN_LIGHT
def test_nan_infinite_and_not_recorded_have_places_of_their_own(panel, tmp_path):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"config.lr": draw.random(40), "summary.loss": draw.random(40)})
    text = frame["config.lr"].astype(str)
    text[:3], text[3:5], text[5:7] = "NaN", "", "inf"
    frame["config.lr"] = text
    path = tmp_path / "places.csv"
    frame.to_csv(path, index=False)
    panel.open(path)
    panel.go("Parallel")
    panel.page.locator("canvas.pc-base[data-painted]").wait_for(timeout=30_000)
    words = panel.page.locator(".pc-svg text").all_text_contents()
    assert {"NaN", "not recorded", "∞"} <= set(words), words


@IN_LIGHT
def test_a_parameter_may_be_called_like_what_every_object_has(panel, tmp_path):
    names = ["constructor", "toString", "__proto__", "var(--ink)"]
    rows = [[str((i * (k + 3) % 17) / 17) for k in range(4)] + [str((i * 7 % 30) / 30)] for i in range(30)]
    table = tmp_path / "odd.csv"
    table.write_text("\n".join(",".join(row) for row in [[*names, "val_loss"], *rows]) + "\n")
    panel.open(table)
    panel.go("Parallel")
    panel.page.wait_for_selector(".pc-base[data-painted]", timeout=LONG)
    assert set(names) <= set(axes(panel))
