"""The page and the report from Python, for a project that has no source."""

import urllib.request

import pytest

import panel as sl

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


def test_a_page_that_cannot_be_served_says_why_in_one_line(cached, sweep):
    with pytest.raises(sl.SweepLensError, match="forrest"):
        sl.show(sweep(30), "loss", method="forrest", browser=False)


def test_a_report_of_frames_is_one_file(cached, sweep, tmp_path):
    path = sl.report(sweep(60), "loss", path=tmp_path / "report.html")
    assert path.stat().st_size > 100_000
    assert "lr" in path.read_text(encoding="utf-8")
