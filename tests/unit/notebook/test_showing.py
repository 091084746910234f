"""The page and the report from Python, for a project that has no source."""

import os
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

import panel as sl
from panel.notebook.asking import read_question
from panel.notebook.keeping import keep
from panel.store import cache, loading

pytestmark = pytest.mark.heavy


@pytest.fixture
def cached(monkeypatch, tmp_path):
    monkeypatch.setenv("SWEEPLENS_CACHE_DIR", str(tmp_path / "cache"))


def test_the_page_opens_on_the_question_and_comes_back_at_once(cached, sweep):
    page = sl.show(sweep(60), "loss", runs="lr<0.5", browser=False)
    try:
        with urllib.request.urlopen(page.url) as answer:
            text = answer.read().decode()
            assert "http://localhost:*" in answer.headers["Content-Security-Policy"], "a notebook shows it in a cell"
            assert "X-Frame-Options" not in answer.headers
        assert "loss" in text
        assert "SweepLens" in text
        assert page.url in page._repr_html_()
        assert "<iframe" in page._repr_html_()
    finally:
        page.stop()
    assert page.process.poll() is not None
    page.stop()


def test_a_page_of_the_same_source_goes_on_following_it(cached, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("lr,loss\n" + "\n".join(f"{i / 20},{i % 5}" for i in range(20)))
    folder = cache.prepare(tmp_path / "cache")[0]
    opened = loading.load_source(loading.Wanted((str(path),)), folder)
    kept, _ = keep(*read_question(sl.load(path), "loss", {}))
    assert kept.project == opened, "it is the same project"
    assert loading.find_change(opened, folder) == ("", "")


def test_a_page_that_cannot_be_served_says_why_in_one_line(cached, sweep):
    with pytest.raises(sl.SweepLensError, match="forrest"):
        sl.show(sweep(30), "loss", method="forrest", browser=False)


def test_a_report_of_frames_is_one_file(cached, sweep, tmp_path):
    path = sl.report(sweep(60), "loss", path=tmp_path / "report.html")
    assert path.stat().st_size > 100_000
    assert "lr" in path.read_text(encoding="utf-8")


def test_what_cannot_be_asked_or_written_is_said_before_anything_is_computed(cached, sweep, tmp_path):
    with pytest.raises(sl.SweepLensError, match="'zz'"):
        sl.show(sweep(30), "zz", browser=False)
    with pytest.raises(sl.SweepLensError, match="there is no folder"):
        sl.report(sweep(30), "loss", path=tmp_path / "no" / "report.html")
    with pytest.raises(sl.SweepLensError, match="is a folder"):
        sl.report(sweep(30), "loss", path=tmp_path)


def test_a_page_ends_with_the_program_that_opened_it_however_that_ends(tmp_path):
    """Which is killed here."""
    code = (
        "import os, signal, panel as sl\n"
        "page = sl.show(sl.load([{'lr': i / 20, 'loss': i % 5} for i in range(20)]), browser=False)\n"
        "print(page.process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    page = int(done.stdout)
    for _ in range(100):
        if not psutil.pid_exists(page) or psutil.Process(page).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    psutil.Process(page).kill()
    raise AssertionError("the page is still served")
