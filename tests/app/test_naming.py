"""Who does not sit at the server's machine is told no path of it, and opens things by the names that are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from panel.access.naming import find_place, shorten_paths
from panel.page import ids
from panel.settings import Settings
from panel.sources import sample_path
from tests.app.serving import serve
from tests.app.test_permits import HEADER, JSON, TABLE, ask_callback, find_defaults, open_source, upload


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("naming")
    for name in ("a", "b"):
        (folder / "root" / "deep" / name).mkdir(parents=True)
        (folder / "root" / "deep" / name / "runs.csv").write_text(TABLE)
    (folder / "outside.csv").write_text(TABLE)
    return folder


@pytest.fixture(scope="module")
def server(place):
    with serve(place / "cache", "sample", "--root", place / "root", "--trust-proxy", HEADER) as running:
        yield running


def test_no_answer_has_a_path_of_the_server(server, place):
    """What a page is sent as it opens, asks, opens sources, uploads, saves, and fails."""
    opened = open_source(server, "ada", str(place / "root/deep/a/runs.csv"))
    selection = opened["question"]["selection"]
    question = {"selection": selection, "method": "forest"}
    upload(server, "ada")
    told = [
        json.dumps(one)
        for one in (
            opened,
            ask_callback(server, "overview.data", {ids.QUESTION: question}),
            open_source(server, "ada", upload(server, "ada")),
            open_source(server, "ada", "deep/nothing.csv"),
            open_source(server, "ada", str(place / "root/nothing.csv")),
            find_defaults(server, "ada"),
        )
    ]
    (place / "root/deep/a/runs.csv").rename(place / "root/deep/a/moved.csv")
    for path in ("/", "/_dash-layout", "/_sweeplens/first", f"/_sweeplens/status?project={selection['project']}"):
        told.append(server.ask(path, X_Forwarded_User="ada").text)
    for path in ("runs/rows", "runs/csv", "runs/select", "report"):
        asked = {**question, "json": True, "start": 0, "end": 9}
        told.append(server.ask(f"/_sweeplens/{path}", "POST", json.dumps(asked), X_Forwarded_User="ada", **JSON).text)
    (place / "root/deep/a/moved.csv").rename(place / "root/deep/a/runs.csv")
    for text in told:
        for path in (place, Path.home(), sample_path().parent):
            assert f"{path}/" not in text, text[:2000]
    assert any("deep/a/runs.csv does not exist" in text for text in told)


def test_the_names_that_are_told_open_what_they_name(server):
    opened = open_source(server, "bob", "deep/b/runs.csv")
    assert opened["project"]["uri"] == "deep/b/runs.csv"
    assert [entry["uri"] for entry in find_defaults(server, "bob")["recent"]] == ["deep/b/runs.csv"]
    kept = upload(server, "bob")
    assert kept.startswith("uploads/")
    assert open_source(server, "bob", kept)["project"]["uri"] == kept
    for elsewhere in ("../outside.csv", "deep/../../outside.csv"):
        assert "lies outside" in open_source(server, "bob", elsewhere)["error"]


def test_folders_are_known_as_a_whole():
    settings = Settings(sources=('/mnt/x/é&"/runs.csv',), root=("/data/sweeps",), cache_dir=Path("/var/cache/lens"))
    own = Path("/var/cache/lens/users/1")
    for told, shown in (
        ("/data/sweeps/a/b.csv#one", "a/b.csv#one"),
        ("'/data/sweeps'.", "'sweeps'."),
        ("/data/sweeps2/a.csv", "/data/sweeps2/a.csv"),
        ("/mnt/data/sweeps/a.csv", "/mnt/data/sweeps/a.csv"),
        (json.dumps("/data/sweeps/a\n/data/sweeps/b"), json.dumps("a\nb")),
        ('/mnt/x/é&"/runs.csv', "runs.csv"),
        (json.dumps('/mnt/x/é&"/runs.csv'), '"runs.csv"'),
        (r"\u002fdata\u002fsweeps\u002fa", "a"),
        ("/mnt/x/é&amp;&quot;/runs.csv", "runs.csv"),
        ("/var/cache/lens/users/1/uploads/0/t.csv", "uploads/0/t.csv"),
        ("The trace is in /var/cache/lens/logs/faults.log.", "The trace is in logs/faults.log."),
        (str(Path.home() / "a.csv"), "~/a.csv"),
        (str(sample_path()), "sample"),
    ):
        assert shorten_paths(told.encode(), settings, own).decode() == shown


def test_a_name_is_looked_for_in_the_roots(tmp_path):
    (tmp_path / "one.csv").touch()
    settings = Settings(sources=(), root=(str(tmp_path),))
    assert find_place("one.csv", settings, tmp_path) == str(tmp_path / "one.csv")
    assert find_place("one.csv#part\none.csv", settings, tmp_path) == f"{tmp_path}/one.csv#part\n{tmp_path}/one.csv"
    for name in ("sample", "two.csv", "/one.csv", "~/one.csv", "wandb://one.csv", "", "x" * 5000, "a\0b"):
        assert find_place(name, settings, tmp_path) == name
