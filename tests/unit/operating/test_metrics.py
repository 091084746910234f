"""The numbers for Prometheus, read by its own parser."""

from __future__ import annotations

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from panel.errors import SettingsError
from panel.operating import metrics
from panel.settings import Settings
from panel.starting import check_extras
from panel.store.cache import prepare
from panel.store.jobs import Jobs


@pytest.mark.parametrize(
    "path, kind",
    [
        ("", "page"),
        ("_dash-update-component", "answer"),
        ("_dash-component-suites/dash/x.js", "file"),
        ("assets/main.mjs", "file"),
        ("_sweeplens/status", "status"),
        ("mcp", "tool"),
        ("healthz", "health"),
        ("metrics", "metrics"),
        ("any/thing", "other"),
    ],
)
def test_requests_are_of_few_kinds(path, kind):
    assert metrics.name_kind(path) == kind


def test_requests_jobs_cache_and_memory_are_told(tmp_path):
    folder, _ = prepare(tmp_path / "cache")
    (folder / "results" / "one").write_bytes(b"0" * 1234)
    server, jobs = Flask("one"), Jobs(folder)
    settings = Settings(metrics=True, cache_dir=folder, url_prefix="/lens/")
    metrics.register(server, settings, jobs)
    client = server.test_client()
    for _ in range(3):
        client.get("/lens/nothing")
    told = read(client.get("/lens/metrics").text)
    assert told["sweeplens_requests_total", ("other", "404")] == 3
    assert told["sweeplens_request_seconds_count", ("other",)] == 3
    assert told["sweeplens_jobs", ("long", "waiting")] == 0
    assert told["sweeplens_jobs", ("reading", "running")] == 0
    assert told["sweeplens_cache_bytes", ()] == 1234
    assert told["sweeplens_processes", ()] >= 1
    assert told["sweeplens_memory_bytes", ()] > 1e7


def read(text):
    """Return the samples by their name and the values of their labels, borders of a histogram aside."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_they_are_not_there_unasked(tmp_path):
    server = Flask("one")
    metrics.register(server, Settings(cache_dir=tmp_path), Jobs(tmp_path))
    assert server.test_client().get("/metrics").status_code == 404


def test_a_folder_to_count_in_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv(metrics.TOGETHER, str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="where nothing can be written"):
        check_extras(Settings(metrics=True))
    monkeypatch.setenv(metrics.TOGETHER, str(tmp_path))
    check_extras(Settings(metrics=True))
