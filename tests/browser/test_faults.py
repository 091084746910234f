"""What real projects do to a page: strange names, many columns, nothing to rank, long work, a server that is gone."""

from __future__ import annotations

import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.browser.conftest import Server
from tests.browser.panel_page import IN_LIGHT
from tests.services import Redis


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """Write tables of runs."""
    folder = tmp_path_factory.mktemp("tables")

    def write(name: str, frame: pd.DataFrame) -> str:
        frame.to_csv(folder / name, index=False)
        return str(folder / name)

    return write


def runs(n: int, columns: int = 3, seed: int = 1) -> pd.DataFrame:
    """Make runs of settings, the first of which matters."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.random((n, columns)), columns=[f"config.x{i}" for i in range(columns)])
    frame["summary.val_loss"] = frame["config.x0"] + 0.1 * rng.normal(size=n)
    return frame


EMPTY = {
    "no metric": (lambda: runs(30).drop(columns="summary.val_loss"), "No metric", "Columns and roles"),
    "nothing varies": (
        lambda: runs(30).assign(**{f"config.x{i}": 1 for i in range(3)}),
        "No parameter varies",
        "Columns",
    ),
    "too few": (lambda: runs(8), "Too few runs", ""),
    "one run": (lambda: runs(1), "Too few runs", ""),
    "constant": (lambda: runs(30).assign(**{"summary.val_loss": 1.5}), "The metric never changes", ""),
    "all NaN": (lambda: runs(30).assign(**{"summary.val_loss": "NaN"}), "No metric", "val_loss"),
    "infinite": (lambda: runs(30).assign(**{"summary.val_loss": "inf"}), "Too few runs", ""),
    "all failed": (lambda: runs(30).assign(**{"run.state": "failed"}), "Too few runs", "Count runs of every state"),
}


def assert_it_is_empty(panel, title: str, way: str) -> None:
    assert panel.text("#empty-title") == title
    assert len(panel.text("#empty-words")) > 40
    assert way in panel.text("#empty")
    assert not panel.page.locator("#result").is_visible()
    assert panel.page.locator("#metric").is_visible()


@IN_LIGHT
@pytest.mark.parametrize("case", EMPTY)
def test_an_empty_panel_says_why_and_what_to_do(case, panel, tables):
    make, title, way = EMPTY[case]
    panel.open(tables(f"{case}.csv", make()))
    assert_it_is_empty(panel, title, way)


def test_a_panel_that_is_empty_from_the_start_says_why_too(open_page, serve, tables):
    make, title, way = EMPTY["no metric"]
    assert_it_is_empty(open_page(serve(tables("none.csv", make())).url), title, way)


@IN_LIGHT
def test_the_way_out_of_a_filter_that_leaves_nothing(panel):
    condition = json.dumps({"column": "config.epochs", "values": None, "low": 1e9, "high": None, "negated": False})
    panel.visit(f"v=1&project={panel.address['project'][0]}&metric=val_loss&filter={condition}")
    assert panel.text("#empty-title") == "Too few runs"
    with panel.asking():
        panel.page.locator("#clear-filter").click()
    assert "filter" not in panel.address
    assert panel.parameters()[0] == "optimizer.lr"


@IN_LIGHT
@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("metric=nonsense", "nonsense"),
        ("metric=val_loss&filter={{}}", "Filter"),
        ("metric=val_loss&role=silly:epochs", "silly"),
        ("metric=val_loss&value=middle", "middle"),
    ],
)
def test_an_address_that_asks_nonsense_gets_a_message(panel, fragment, words):
    fragment = fragment.replace("{{}}", '{"column":"config.none","low":1}')
    panel.visit(f"v=1&project={panel.address['project'][0]}&{fragment}")
    assert words in panel.text("#empty")
    assert panel.page.locator("#metric").is_visible()


def test_a_project_that_is_not_open_gets_a_message(open_page, sample):
    panel = open_page(f"{sample}#v=1&project=0123456789abcdef&metric=loss")
    assert "project" in panel.text("#empty").lower()
    with panel.asking():
        panel.page.get_by_role("button", name="Start over").click()
    assert panel.parameters()[0] == "optimizer.lr"


@IN_LIGHT
def test_an_address_without_a_metric_asks_for_the_usual_one(panel, open_page, sample):
    panel = open_page(f"{sample}#v=1&project={panel.address['project'][0]}&sort=name")
    assert panel.page.locator("#metric").input_value() == "val_loss"
    assert panel.parameters() == sorted(panel.parameters())
    assert panel.address["metric"] == ["val_loss"]


@IN_LIGHT
def test_where_no_run_has_a_state_none_is_claimed(panel, tables):
    panel.open(tables("no_states.csv", runs(30)))
    assert "state" not in panel.text("#chips")


HOSTILE = {
    "<script>alert(1)</script>": "&lt;",
    "=cmd()": "cell",
    "<img src=x onerror=alert(1)>": "img",
    "学习率": "Chinese",
    "🚀 boost": "emoji",
    "a.b%{x}$y$": "template",
    "x" * 120: "long",
    "quo\"te's": "quotes",
}


@IN_LIGHT
def test_names_are_never_markup(panel, tables, tmp_path):
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({f"config.{name}": rng.random(60) for name in HOSTILE})
    frame["config.kind<b>"] = rng.choice(["<script>alert(2)</script>", "=1+1", "🚀"], 60)
    frame["run.name"] = "<script>alert(3)</script>"
    frame["summary.<i>loss"] = frame["config.学习率"] + (frame["config.kind<b>"] == "🚀") + 0.01 * rng.random(60)
    panel.open(tables("<b>hostile.csv", frame))
    assert set(panel.listed(True)) == {*HOSTILE, "kind<b>"}
    assert panel.parameters() == panel.listed(True)
    assert panel.page.evaluate("document.querySelectorAll('main script, main img, main b b, aside img').length") == 0
    panel.page.locator(".ag-row", has_text="kind<b>").locator("button.caret").click()
    panel.settle()
    assert "= <script>alert(2)</script>" in panel.rows()
    for name in ("学习率", "🚀 boost", "<script>alert(1)</script>"):
        panel.page.locator(f'#manager li[data-name="{name}"]').hover()
        panel.expect(".tip.on").to_contain_text(name)
    ticks = panel.page.locator("#bars .ytick text").all_text_contents()
    assert any("<script>" in t or "script" in t for t in ticks)
    panel.page.get_by_role("button", name="Export").click()
    with panel.page.expect_download() as download:
        panel.page.get_by_role("menuitem", name="Table as CSV").click()
    download.value.save_as(tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(line.startswith("'=cmd()") for line in lines)  # a spreadsheet must not compute it
    assert not any(line.startswith("=") for line in lines)
    panel.page.locator("#add-filter").click()
    panel.page.locator("#filter-column").click()
    panel.page.get_by_role("option", name="kind<b>").click()
    panel.expect("#filter-about").not_to_be_empty()
    panel.settle()
    assert panel.page.locator("[role=dialog] script, #filter-about b").count() == 0
    panel.page.keyboard.press("Escape")


@IN_LIGHT
def test_dates_repeated_names_and_columns(panel, tmp_path):
    rng = np.random.default_rng(5)
    frame = runs(40)
    frame.insert(0, "run.name", "the same")
    frame["config.started"] = pd.date_range("2026-01-01", periods=40, freq="D").strftime("%Y-%m-%d")
    frame["run.created"] = pd.date_range("2026-01-01", periods=40, freq="h").strftime("%Y-%m-%dT%H:%M:%SZ")
    frame["config.again"] = rng.random(40)
    path = tmp_path / "strange.csv"
    text = frame.to_csv(index=False).replace("config.again", "config.x0", 1)
    path.write_text(text)
    panel.open(path)
    assert panel.parameters()[0] == "x0"
    assert any("(2)" in name for name in panel.listed(True) + panel.listed(False))
    assert "x0" in panel.text("#notes")


def requests_of(panel):
    seen = []
    panel.page.on("request", lambda r: seen.append((r.url, r.post_data)) if "_sweeplens/status" not in r.url else None)
    return seen


@IN_LIGHT
def test_five_hundred_parameters_are_hidden_sorted_and_searched_without_a_request(panel, tables):
    panel.open(tables("wide.csv", runs(100, 500)))
    assert panel.text("#manager-count") == "500 of 500"
    assert panel.parameters()[0] == "x0"
    assert 10 < len(panel.parameters()) < 60  # what is in sight, not all
    drawn = panel.parameters()[:20]  # the grid draws what is in view
    assert len(drawn) >= 15
    assert panel.bars()[: len(drawn)] == drawn
    panel.expect("#cards .waiting").to_have_count(0, timeout=120_000)
    seen = requests_of(panel)
    panel.eye("x0")
    assert "x0" not in panel.parameters()
    panel.sort("Name")
    assert panel.parameters()[:3] == ["x1", "x2", "x3"]
    panel.search("x49")
    assert len(panel.listed(True)) == 11
    panel.page.get_by_role("button", name="hide found").click()
    panel.settle()
    assert panel.text("#manager-count") == "488 of 500; 11 found"
    panel.search("")
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Undo wand")
    panel.settle()
    assert "x0" not in panel.listed(True)
    panel.page.locator("#coefficient").get_by_text("rank", exact=True).click()
    panel.shows("coefficient", "spearman")
    panel.page.locator("#theme").click()
    panel.shows("theme", "dark")
    assert seen == []


@IN_LIGHT
def test_two_thousand_columns(panel, tables):
    panel.open(tables("very_wide.csv", runs(60, 2000)))
    assert panel.text("#manager-count") == "2,000 of 2,000"
    assert panel.page.locator("#manager li").count() < 100
    panel.page.locator("#manager").evaluate("(node) => { node.scrollTop = node.scrollHeight }")
    panel.settle()
    assert panel.page.locator("#manager li").count() > 5
    parallel = panel.page.evaluate("sweeplens.tabs.parallel.asked().parameters")
    assert (len(parallel), parallel) == (160, sorted(parallel)), "those drawn and some more, not all that fit"
    ranked = "sweeplens.listVisible(sweeplens.shown.answer, sweeplens.shown.record, { sort: 'importance' })"
    assert set(panel.page.evaluate(f"{ranked}.slice(0, 60).map((fact) => fact.parameter)")) <= set(parallel)
    panel.page.evaluate("sweeplens.setOptions('slices', { plots: 5000 })")
    panel.go("Slices")
    panel.page.wait_for_selector(".slice .chart[data-drawn]")
    assert panel.page.locator(".slice").count() == 200
    panel.expect("#tab-place .notes").to_contain_text("1,800 of 2,000 visible parameters are left out")


def stop_worker(cache: Path, share: float) -> int:
    """Stop the worker that has done `share` of its work, so that a click reaches it on any machine."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        for file in (cache / "jobs").glob("*.json"):
            status = json.loads(file.read_text())
            if status["state"] == "running" and status["done"] >= share:
                os.kill(status["pid"], signal.SIGSTOP)
                return status["pid"]
        time.sleep(0.002)
    raise AssertionError("nothing was computed")


def cancel_held(button, worker: int, cache: Path) -> None:
    """Cancel what a stopped worker does, and let it go on."""
    button.click(timeout=30_000)
    end = time.monotonic() + 30
    while not list((cache / "jobs").glob("*.cancel")) and time.monotonic() < end:
        time.sleep(0.01)
    os.kill(worker, signal.SIGCONT)


@pytest.fixture
def long_work(tables, tmp_path):
    """A server of its own, whose project takes a second, ten times what a worker is silent; stopped after its pages."""
    server = Server([tables("long.csv", runs(800, 20))], tmp_path, "--method", "article")
    yield server
    assert "Traceback" not in server.stop()


def test_long_work_shows_progress_can_be_cancelled_and_started_again(long_work, open_page, tmp_path):
    with ThreadPoolExecutor(1) as watch:
        working = watch.submit(stop_worker, tmp_path, 0.02)
        panel = open_page(long_work.url, wait=False)
        page = panel.page
        worker = working.result()
        page.wait_for_selector("#progress-row:not(.hidden)", timeout=60_000)
        panel.expect("#trust").to_contain_text("Computing importance", timeout=30_000)
        assert "Correlations are shown already" in panel.text("#trust")
        assert panel.cell("x0", "correlation").strip().startswith("+")
        panel.eye("x2")  # nothing waits for it
        assert "x2" in panel.address["hide"]
        done = "Number(document.querySelector('#progress [role=progressbar]').getAttribute('aria-valuenow'))"
        page.wait_for_function(f"() => {done} > 2", timeout=60_000)
        cancel_held(page.locator("#cancel"), worker, tmp_path)
        panel.expect("#trust").to_contain_text("Cancelled", timeout=30_000)
        assert not page.locator("#progress-row").is_visible()
        page.get_by_role("button", name="Compute again").click()
        panel.expect("#trust").to_contain_text("article's recipe, seed 0", timeout=180_000)
        assert panel.wait().parameters()[0] == "x0"
        working = watch.submit(stop_worker, tmp_path, 0)
        page.locator("#table button.parameter-name", has_text="x1").first.click()
        cancel = page.locator("#detail-head").get_by_role("button", name="Cancel")
        cancel_held(cancel, working.result(), tmp_path)
        panel.expect("#detail-head").to_contain_text("Cancelled", timeout=30_000)
        page.locator("#detail-head").get_by_role("button", name="Compute again").click()
        page.locator("#detail-curve .main-svg").first.wait_for(timeout=60_000)


@IN_LIGHT
def test_columns_can_be_put_elsewhere(panel, tables):
    """An outcome that was taken for a setting."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"lr": rng.random(50), "units": rng.integers(1, 9, 50), "quality": rng.random(50)})
    frame["val_loss"] = frame["lr"] + 0.1 * rng.random(50)
    panel.open(tables("plain.csv", frame))
    assert "units" in panel.parameters()
    page = panel.page
    page.locator("#columns-open").click()
    page.wait_for_selector("#columns-table .ag-row")
    rows = page.evaluate(
        "[...document.querySelectorAll('#columns-table .ag-center-cols-container .ag-row')].map((r) => r.textContent)"
    )
    assert len(rows) == 4
    assert all(any(word in row for word in ("config", "metric", "run", "ignored")) for row in rows)
    page.locator("#columns-search").fill("units")
    panel.expect("#columns-table .ag-center-cols-container .ag-row").to_have_count(1)
    page.locator('#columns-table [col-id="place"].ag-cell').first.click()
    page.get_by_role("option", name="metric").click()
    with panel.asking():
        page.locator("#columns-apply").click()
    assert panel.address["place"] == ["metric:units"]
    assert "units" not in panel.parameters()
    page.locator("#metric").click()
    assert page.get_by_role("option", name="units", exact=True).count() == 1


@pytest.fixture
def two(panel, tables):
    """A page that has opened two projects, and is at the first."""
    first, second = tables("forty.csv", runs(40, 3)), tables("fifty.csv", runs(50, 4))
    panel.open(first)
    panel.open(second)
    panel.choose("project", "forty")
    return panel


@IN_LIGHT
def test_two_projects_and_a_picker(two):
    assert two.text("#runs-used") == "40 of 40 runs"
    two.choose("project", "fifty")
    assert two.text("#runs-used") == "50 of 50 runs"
    assert "x3" in two.parameters()
    with two.asking():
        two.page.go_back()
    assert two.text("#runs-used") == "40 of 40 runs"


@IN_LIGHT
def test_each_project_keeps_its_own_visibility(two):
    two.eye("x1")
    two.choose("project", "fifty")
    assert "x1" in two.parameters()
    assert "hide" not in two.address
    two.eye("x3")
    two.choose("project", "forty")
    assert two.listed(False) == ["x1"]
    assert two.address["hide"] == ["x1"]
    two.choose("project", "fifty")
    assert two.listed(False) == ["x3"]
    two.page.reload()
    assert two.wait().listed(False) == ["x3"]


def test_a_source_that_goes_and_a_server_that_stops_are_noticed(open_page, tmp_path, cache, complaints):
    path = tmp_path / "runs.csv"
    runs(40).to_csv(path, index=False)
    server = Server([str(path)], cache, "--refresh", "1")
    panel = open_page(server.url)
    before = panel.bar("importance")
    path.unlink()
    panel.expect("#notice").to_contain_text("cannot be read any more", timeout=20_000)
    assert panel.bar("importance") == before
    panel.choose("scale", "rank scale")  # it goes on with the runs as they were read
    assert panel.text("#runs-used") == "40 of 40 runs"
    said = server.stop()
    assert "Traceback" not in said
    panel.expect("#notice").to_contain_text("does not answer", timeout=20_000)
    panel.eye("x1")
    assert "x1" not in panel.parameters()
    complaints.clear()  # the browser reports the refused connections


@pytest.fixture
def away(tmp_path, monkeypatch):
    """A Redis that does not run, and a server that is to use it."""
    redis = Redis(tmp_path / "redis")
    monkeypatch.setenv("SWEEPLENS_RESULTS", redis.address)
    runs(40).to_csv(tmp_path / "runs.csv", index=False)
    server = Server([str(tmp_path / "runs.csv")], tmp_path / "cache", "--refresh", "1")
    yield redis, server.url
    redis.kill()
    assert "Traceback" not in server.stop()


@pytest.mark.service("redis-server")
def test_that_results_are_not_shared_is_said_until_they_are(away, open_page):
    redis, url = away
    panel = open_page(url)
    panel.expect("#notice").to_contain_text(f"Redis at {redis.address} cannot be used", timeout=20_000)
    assert panel.parameters()[0] == "x0"
    redis.start()
    panel.expect("#notice").to_be_empty(timeout=30_000)


def test_a_phone(open_page, sample):
    panel = open_page(sample, size=(390, 844))
    page = panel.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not page.locator("#sidebar").is_visible()
    page.locator("#sidebar-open").click()
    panel.expect("#manager li[data-name='epochs'] .eye").to_be_visible()
    panel.eye("epochs")
    page.locator("#sidebar-open").click()
    panel.expect("#sidebar").not_to_be_visible()
    assert "epochs" not in panel.parameters()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_on_a_phone_a_card_leaves_the_choices_free_and_the_ranking_comes_soon(open_page, sample):
    panel = open_page(sample, size=(390, 844))
    page = panel.page
    assert page.locator("#headline").bounding_box()["y"] < 200, "the answer comes at once"
    assert page.locator("#table").bounding_box()["y"] < 480, "and the ranking soon"
    page.locator("#table button.parameter-name").first.click()
    panel.expect("#detail-head").to_be_visible()
    panel.settle()
    card = page.locator("[role=dialog]:visible").bounding_box()
    assert card["height"] > 500
    chosen = page.locator("#metric").bounding_box()
    assert chosen["y"] + chosen["height"] <= card["y"]
    panel.choose("metric", "val_accuracy")  # by clicks: nothing lies above it
