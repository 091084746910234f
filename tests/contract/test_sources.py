"""One suite over every kind of source in the registry, on sources that are read for real."""

import hashlib
import shutil

import pandas as pd
import pytest

from panel import snapshot, sources
from panel.errors import SourceError
from panel.project import HISTORY_COLUMNS, STATES
from panel.sources import SOURCES, sample_path


def native(tmp_path):
    return shutil.copytree(sample_path(), tmp_path / "native")


def table(tmp_path):
    return shutil.copy(sample_path() / "runs.csv", tmp_path / "table.csv")


EXAMPLES = {"native": native, "table": table}


@pytest.fixture(params=SOURCES, ids=lambda source: source.NAME)
def example(request, tmp_path):
    return request.param, EXAMPLES[request.param.NAME](tmp_path)


def state_of(path):
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {
        str(f): (f.stat().st_size, f.stat().st_mtime_ns, hashlib.sha256(f.read_bytes()).hexdigest())
        for f in files
        if f.is_file()
    }


def test_every_source_has_an_example():
    assert {source.NAME for source in SOURCES} == set(EXAMPLES)


def test_it_is_recognised_by_its_content_and_by_no_source_before_it(example):
    source, path = example
    assert sources.find(str(path))[1] is source
    assert source.recognises(path)


def test_it_loads_a_whole_project(example):
    _, path = example
    project = sources.load(str(path))
    assert len(project.runs) == len(project.config) == len(project.summary) == 800
    assert project.runs.index.equals(project.config.index)
    assert project.runs.index.is_unique
    assert set(project.runs["state"]) <= set(STATES)
    assert project.runs["created"].notna().all()
    assert "val_loss" in project.metrics
    assert "optimizer.lr" in project.config
    assert project.logged_nan["val_loss"].any()
    assert project.columns
    assert project.name and project.format
    assert list(project.history.frame) == list(HISTORY_COLUMNS)


def test_loading_twice_gives_the_same_project(example, folder):
    _, path = example
    assert snapshot.save(sources.load(str(path)), folder) == snapshot.save(sources.load(str(path)), folder)


def test_nothing_of_the_users_is_changed(example):
    _, path = example
    before = state_of(path)
    sources.load(str(path))
    sources.stamp(str(path))
    assert state_of(path) == before


def test_it_loads_from_a_read_only_copy(example):
    _, path = example
    for f in [*(path.rglob("*") if path.is_dir() else []), path]:
        f.chmod(0o555 if f.is_dir() else 0o444)
    assert len(sources.load(str(path)).runs) == 800


def test_reading_reports_progress(example):
    _, path = example
    seen = []
    sources.load(str(path), None, lambda done, what: seen.append((done, what)))
    assert seen[-1][0] == 1.0
    assert seen[-1][1].startswith("reading ")


def test_a_truncated_source_says_so_or_reads_what_is_whole(example):
    _, path = example
    file = path / "runs.csv" if path.is_dir() else path
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    try:
        project = sources.load(str(path))
    except SourceError as error:
        assert str(file) in str(error)
    else:
        assert 0 < len(project.runs) <= 800


def test_a_link_to_itself_is_no_source(example, tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(SourceError):
        sources.load(str(loop))


def test_it_survives_the_snapshot(example, folder):
    _, path = example
    project = sources.load(str(path))
    again = snapshot.open_project(snapshot.save(project, folder), folder, sources.read_history)
    pd.testing.assert_frame_equal(again.config, project.config)
    pd.testing.assert_frame_equal(again.summary, project.summary)
    assert again.columns == project.columns
    assert len(again.history.frame) == len(project.history.frame)


def test_real_sources_load_or_say_why(shared):
    """Every table in the shared data: it loads, or it is refused with one line."""
    files = [p for pattern in ("*.csv", "*.csv.gz", "*.md", "*.sqlite3", "*.db") for p in sorted(shared.rglob(pattern))]
    assert len(files) > 20
    for file in files:
        try:
            assert len(sources.load(str(file)).runs) > 0
        except SourceError as error:
            assert "\n" not in str(error)
