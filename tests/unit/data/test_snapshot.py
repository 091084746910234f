from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from panel.data import snapshot
from panel.data.messages import Count, say
from panel.data.project import Column, Domain, History, Space, from_frames
from panel.errors import MissingProjectError, SourceError


@pytest.fixture
def project():
    config = pd.DataFrame(
        {
            "lr": [0.1, np.nan, 1e-300],
            "mixed": pd.Series([1, "auto", None], dtype=object),
            "flag": [True, False, True],
            "text": ["a", None, "名前 😀"],
            "whole": [1, 2, 3],
        },
        index=["r1", "r2", "r3"],
    )
    summary = pd.DataFrame({"loss": [1.0, np.inf, np.nan]}, index=config.index)
    history = pd.DataFrame({"run_id": ["r1", "r1"], "step": [1, 2], "metric": ["loss", "loss"], "value": [2.0, 1.0]})
    runs = pd.DataFrame({"created": ["2026-01-01T10:00:00Z"] * 3, "state": ["finished"] * 3}, index=config.index)
    space = Space(
        "loss",
        "minimize",
        "random",
        {"lr": Domain("real", 0.0, 1.0, scale="log", condition=("flag", (True,)))},
        {"acc": "maximize"},
    )
    return from_frames(config, summary, history, runs, name="test", space=space)


def test_a_project_comes_back_as_it_was_saved(project, folder):
    nan = pd.DataFrame({"lr": [False, True, False]}, index=project.runs.index)
    project = replace(project, nan_settings=nan, storage=("sqlite:////runs.db", "first"))
    again = snapshot.open_project(snapshot.save(project, folder), folder)
    for name in ("config", "summary", "runs", "nan_settings"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(project, name), check_dtype=True)
    pd.testing.assert_frame_equal(again.history.frame, project.history.frame, check_dtype=False)
    assert again.space == project.space
    assert again.storage == project.storage
    assert (again.name, again.metrics) == ("test", ["loss"])


def test_the_id_comes_from_the_content_and_where_it_lies(project, folder, tmp_path):
    first = snapshot.save(project, folder)
    assert snapshot.save(replace(project), folder) == first
    assert snapshot.save(replace(project, source="elsewhere"), folder) != first
    changed = replace(project, summary=project.summary + 1)
    assert snapshot.save(changed, folder) != first
    other_history = from_frames(project.config, project.summary, project.history.frame.assign(value=[9.0, 9.0]))
    same_but_history = from_frames(project.config, project.summary, project.history.frame)
    assert snapshot.save(other_history, folder) != snapshot.save(same_but_history, folder)


@pytest.mark.parametrize("damage", ["truncate", "garble", "remove"])
def test_a_torn_snapshot_counts_as_missing_and_is_mended_by_saving(project, folder, damage):
    project_id = snapshot.save(project, folder)
    file = folder / "projects" / project_id / "config.arrow"
    content = file.read_bytes()
    if damage == "truncate":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "garble":
        file.write_bytes(b"\0" * len(content))
    else:
        file.unlink()
    with pytest.raises(SourceError, match="not in the cache"):
        snapshot.open_project(project_id, folder)
    assert snapshot.save(project, folder) == project_id
    assert len(snapshot.open_project(project_id, folder).config) == 3


def _zero(file, at, size=512):
    content = bytearray(file.read_bytes())
    size = min(size, len(content) - at)
    content[at : at + size] = bytes(b ^ 0x5A for b in content[at : at + size]) if size < 8 else bytes(size)
    file.write_bytes(content)


def _read_all(project):
    return [*(getattr(project, name) for name in snapshot.FRAMES), project.history.frame, project.table()]


@pytest.mark.parametrize("size", [512, 1])
def test_damage_anywhere_is_noticed_when_it_is_read(project, folder, size):
    """Blocks of 512 zeroed bytes, and single bytes, in every file: an error each time, and never another value."""
    config = project.config
    project = replace(project, table=lambda: config)
    project_id = snapshot.save(project, folder)
    whole = _read_all(snapshot.open_project(project_id, folder))
    place, step = folder / "projects" / project_id, {512: 512, 1: 701}[size]
    for name in sorted(file.name for file in place.iterdir()):
        for at in range(0, (place / name).stat().st_size, step):
            _zero(place / name, at, size)
            with pytest.raises(SourceError, match="open its source again"):
                _read_all(snapshot.open_project(project_id, folder))
            assert not (place / "project.json").exists() or name not in ("table.parquet", "history.parquet")
            assert snapshot.save(project, folder) == project_id, "it is made anew"
    for again, was in zip(_read_all(snapshot.open_project(project_id, folder)), whole, strict=True):
        pd.testing.assert_frame_equal(again, was)


def test_a_history_that_was_read_later_is_read_anew_if_it_is_damaged(project, folder):
    reads = []

    def read(source):
        reads.append(source)
        return project.history.frame

    lazy = replace(project, history=History(("loss",), lambda: read("now"), "stamp 1", (("native", "/there", ""),)))
    project_id = snapshot.save(lazy, folder)
    assert len(snapshot.open_project(project_id, folder, read).history.frame) == 2
    _zero(folder / "projects" / project_id / "history-read.parquet", 100)
    again = snapshot.open_project(project_id, folder, read).history.frame
    pd.testing.assert_frame_equal(again, project.history.frame, check_dtype=False)
    assert len(reads) == 2
    assert len(snapshot.open_project(project_id, folder, read).history.frame) == 2
    assert len(reads) == 2, "the whole one took its place"


def test_a_snapshot_is_on_the_disk_before_it_is_named(project, folder, monkeypatch):
    flushed, renamed = [], []
    monkeypatch.setattr(snapshot.sealed, "flush", lambda path: flushed.append(path.name))
    rename = snapshot.os.rename
    monkeypatch.setattr(snapshot.os, "rename", lambda *a: (renamed.append(list(flushed)), rename(*a)))
    project_id = snapshot.save(project, folder)
    files = {file.name for file in (folder / "projects" / project_id).iterdir()}
    assert files < set(renamed[0]), "its files, and their names"
    assert flushed[-1] == "projects"


@pytest.mark.parametrize("project_id", ["", "../projects", "nothing", "a/b", "..", "x" * 500])
def test_an_id_that_is_none_opens_nothing(folder, project_id):
    with pytest.raises(SourceError):
        snapshot.open_project(project_id, folder)


def test_a_history_that_stays_in_its_source_is_read_when_it_is_asked_for(project, folder):
    from dataclasses import replace

    reads = []

    def read(source):
        reads.append(source)
        return project.history.frame

    origin = [["native", "/there", ""]]
    lazy = replace(project, history=History(("loss",), lambda: read("now"), "stamp 1", (("native", "/there", ""),)))
    project_id = snapshot.save(lazy, folder)
    again = snapshot.open_project(project_id, folder, read)
    assert again.history.metrics == ("loss",)
    assert reads == []
    assert len(again.history.frame) == 2
    assert reads == [origin]
    assert len(snapshot.open_project(project_id, folder, read).history.frame) == 2
    assert reads == [origin], "it is left in the snapshot"


def test_the_folder_is_the_users_alone(project, folder):
    snapshot.save(project, folder)
    assert (folder / "projects").stat().st_mode & 0o077 == 0


def test_columns_and_table_are_kept(project, folder):
    from dataclasses import replace

    why = say("place.test", "has only {values}", values=Count(2, "value"))
    columns = (Column("config.lr", "config", "lr", "sure", why, ("0.1", "0.2")),)
    table = pd.DataFrame({"config.lr": [1, 2], "run_id": ["a", "b"]})
    project_id = snapshot.save(replace(project, columns=columns, table=lambda: table), folder)
    again = snapshot.open_project(project_id, folder)
    assert again.columns == columns
    assert again.columns[0].reason.to_json() == why.to_json()
    assert again.table()["run_id"].tolist() == ["a", "b"]


def test_what_a_reader_said_keeps_its_codes_and_parts(project, folder):
    note = say("doc.left_out", "{runs} left out.", runs=Count(2, "run"))
    why = say("doc.torn", "{file} is torn", file="a.log")
    project = replace(project, notes=(note, "a plain text"), skipped=(("a.log", why), ("b.log", "is gone")))
    again = snapshot.open_project(snapshot.save(project, folder), folder)
    assert again.notes == ("2 runs left out.", "a plain text")
    assert [message.code for message in again.notes] == ["doc.left_out", "text"]
    assert again.notes[0].parts == note.parts
    assert again.skipped == (("a.log", "a.log is torn"), ("b.log", "is gone"))
    assert [why.code for _, why in again.skipped] == ["doc.torn", "text"]


def test_the_content_is_the_same_wherever_the_runs_lie_and_whatever_they_are_called(project, folder):
    def content(changed):
        return snapshot.open_project(snapshot.save(changed, folder), folder).content

    first = content(project)
    assert first and content(replace(project, source="elsewhere", name="other")) == first
    assert content(replace(project, summary=project.summary + 1)) != first
    assert content(replace(project, space=None)) != first


def test_a_project_that_is_not_here_is_told_apart_from_a_source_that_cannot_be_read(folder):
    with pytest.raises(MissingProjectError, match="not in the cache"):
        snapshot.open_project("f" * 24, folder)
