"""From a source to a project in the cache."""

import os
import shutil
import time
from contextlib import suppress

import pandas as pd
import pytest

from panel import sources
from panel.errors import MissingProjectError, SourceError
from panel.sources.common.corrections import Corrections
from panel.store import loading
from panel.store.loading import Wanted


def test_a_source_that_did_not_change_is_not_read_again(table, folder, monkeypatch):
    first = loading.load_source(Wanted((str(table),)), folder)
    monkeypatch.setattr(sources, "load", lambda *_: pytest.fail("read twice"))
    assert loading.load_source(Wanted((str(table),)), folder) == first


def test_a_source_that_changed_is_read_again(table, folder):
    first = loading.load_source(Wanted((str(table),)), folder)
    table.write_text(table.read_text() + "0.5,a,0.1,0.2\n")
    os.utime(table, ns=(time.time_ns(), time.time_ns() + 10**9))
    second = loading.load_source(Wanted((str(table),)), folder)
    assert second != first
    assert len(loading.open_project(second, folder).runs) == 61
    assert len(loading.open_project(first, folder).runs) == 60  # the page that has it open goes on


def test_equal_content_at_another_path_keeps_its_own_name(table, folder, tmp_path):
    shutil.copy(table, tmp_path / "copy.csv")
    first = loading.load_source(Wanted((str(table),)), folder)
    copy = loading.load_source(Wanted((str(tmp_path / "copy.csv"),)), folder)
    assert (loading.open_project(first, folder).name, loading.open_project(copy, folder).name) == (table.stem, "copy")
    assert loading.open_project(copy, folder).source == str((tmp_path / "copy.csv").resolve())


def test_a_cache_that_cannot_hold_the_project_says_so(table, folder):
    shutil.rmtree(folder / "projects")
    (folder / "projects").write_text("in the way")
    with pytest.raises(SourceError, match="--cache-dir"):
        loading.load_source(Wanted((str(table),)), folder)


def test_what_was_wanted_is_known_by_the_project(table, folder):
    corrections = Corrections(config=("l*",), exact=(("kind", "ignored"),))
    wanted = Wanted((str(table),), "table", corrections)
    assert Wanted.from_json(wanted.to_json()) == wanted
    project_id = loading.load_source(wanted, folder)
    again, stamp = loading.read_wanted(project_id, folder)
    assert again == wanted
    assert stamp == sources.stamp(str(table))


def test_what_was_read_before_a_failure_need_not_be_read_again(table, folder, monkeypatch):
    """As when a page of a tracker's server does not come: the runs of the pages before it are kept."""
    from panel.sources.common.records import Run
    from panel.sources.table import reader

    def fail(given, reading):
        reading.keep("run 1", "stamp", Run("run 1"))
        raise SourceError("the server is gone")

    seen = {}
    monkeypatch.setattr(reader, "load", fail)
    with pytest.raises(SourceError, match="the server is gone"):
        loading.load_source(Wanted((str(table),)), folder)
    monkeypatch.setattr(reader, "load", lambda given, reading: seen.update(reading.known) or fail(given, reading))
    with pytest.raises(SourceError):
        loading.load_source(Wanted((str(table),)), folder)
    assert seen == {"run 1": ("stamp", Run("run 1"))}


def test_reading_and_keeping_report_progress(table, folder):
    seen = []
    loading.load_source(Wanted((str(table), "sample")), folder, lambda done, what: seen.append((done, what)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert any(what == f"keeping {table.stem}" for _, what in seen)


def test_a_page_that_is_opened_anew_gets_what_was_read_last(table, folder):
    first = loading.load_source(Wanted((str(table),)), folder)

    def find_newest():
        return loading.find_newest(first, loading.find_change(first, folder)[0], folder)

    assert find_newest() == first
    table.write_text(table.read_text() + "0.5,a,0.1,0.2\n")
    assert find_newest() == first, "it has changed, but nobody has read it yet"
    second = loading.load_source(Wanted((str(table),)), folder)
    assert find_newest() == second
    table.unlink()
    assert find_newest() == first


@pytest.mark.parametrize("name", ["config.arrow", "summary.arrow", "table.parquet", "project.json"])
def test_a_damaged_snapshot_is_made_anew_from_its_source(table, folder, name):
    project_id = loading.load_source(Wanted((str(table),)), folder)
    whole = loading.open_project(project_id, folder)
    values, cells = whole.config.copy(), whole.table()
    file = folder / "projects" / project_id / name
    content = file.read_bytes()
    middle = len(content) // 2
    file.write_bytes(content[:middle] + bytes(512) + content[middle + 512 :])
    loading._open_snapshot.cache_clear()  # as in another process
    with suppress(SourceError):  # a table is looked at when it is asked for
        loading.open_project(project_id, folder).table()
    again = loading.open_project(project_id, folder)
    pd.testing.assert_frame_equal(again.config, values)
    pd.testing.assert_frame_equal(again.table(), cells)


def test_a_damaged_snapshot_whose_source_is_another_one_by_now_is_refused(table, folder):
    project_id = loading.load_source(Wanted((str(table),)), folder)
    (folder / "projects" / project_id / "config.arrow").write_bytes(b"")
    table.write_text(table.read_text() + "0.5,a,0.1,0.2\n")
    loading._open_snapshot.cache_clear()
    with pytest.raises(MissingProjectError, match="open its source again"):
        loading.open_project(project_id, folder)
    table.unlink()
    with pytest.raises(MissingProjectError, match="open its source again"):
        loading.open_project(project_id, folder)
