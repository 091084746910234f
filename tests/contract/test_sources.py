"""One suite over every kind of source in the registry, on sources that were written for real."""

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.data import snapshot
from panel.data.project import HISTORY_COLUMNS
from panel.errors import SourceError
from panel.sources import SOURCES
from panel.sources.common.corrections import Corrections
from panel.sources.common.records import Reading, read_records, write_records
from tests.contract.examples import ADDRESSES, EXAMPLES

NOBODY = 65534


@pytest.fixture(params=sorted(EXAMPLES))
def name(request):
    return request.param


@pytest.fixture
def example(name):
    return EXAMPLES[name]


@pytest.fixture
def given(example, tmp_path):
    """A copy of the example: what is to be opened."""
    (tmp_path / "runs").mkdir()
    return example.copy(tmp_path / "runs")


def files_of(path: Path) -> list[Path]:
    return sorted(f for f in path.rglob("*") if f.is_file()) if path.is_dir() else [path]


def state_of(path: Path) -> dict[str, tuple[int, int, str]]:
    return {
        str(f): (f.stat().st_size, f.stat().st_mtime_ns, hashlib.sha256(f.read_bytes()).hexdigest())
        for f in files_of(path)
    }


def frames_equal(a, b):
    pd.testing.assert_frame_equal(a.runs, b.runs)
    pd.testing.assert_frame_equal(a.config, b.config)
    pd.testing.assert_frame_equal(a.summary, b.summary)


@contextmanager
def as_nobody():
    """Be a user who may not read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_every_source_has_an_example():
    assert {source.NAME for source in SOURCES} == set(EXAMPLES) | ADDRESSES & {source.NAME for source in SOURCES}


def test_it_is_recognised_before_the_others_that_could_read_it(name, example, given):
    _, source, others = sources.find(str(given))
    assert name == source.NAME
    assert [other.NAME for other in others] == example.also


def test_it_loads_a_whole_project(example, given):
    project = sources.load(str(given))
    assert len(project.runs) == len(project.config) == len(project.summary) == example.runs
    assert project.runs.index.equals(project.config.index)
    assert project.runs.index.is_unique
    assert project.runs["state"].value_counts().to_dict() == example.states
    assert set(example.parameters) <= set(project.config)
    assert set(example.metrics) <= set(project.metrics)
    assert not set(project.config) & set(example.metrics)
    assert project.name and project.format
    assert not project.skipped
    if example.nan:
        assert project.logged_nan[example.nan].any()
    if example.space:
        assert set(example.space) <= set(project.space.parameters)


def test_it_gives_values_per_step_when_they_are_asked_for(example, given):
    project = sources.load(str(given))
    assert set(example.history) <= set(project.history.metrics)
    if not example.history:
        return
    frame = project.history.frame
    assert list(frame) == list(HISTORY_COLUMNS)
    assert set(example.history) <= set(frame["metric"])
    assert set(frame["run_id"]) <= set(project.runs.index)
    if example.steps:
        of_metric = frame[frame["metric"] == example.history[0]]
        assert of_metric.groupby("run_id").size().max() == example.steps
        assert not of_metric.duplicated(["run_id", "step"]).any()


def test_the_parts_of_a_source_are_read_one_at_a_time(name, example, given):
    project = sources.load(str(given))
    assert [uri.rpartition("#")[2] for uri in project.parts] == example.parts
    assert len(project.part_runs) == len(project.parts)
    if example.parts:
        other = sources.load(project.parts[1])
        assert other.parts == project.parts
        assert other.source != project.source
        with pytest.raises(SourceError, match="no part 'nothing'"):
            sources.load(f"{given}#nothing")


def test_loading_twice_gives_the_same_project(given, folder):
    assert snapshot.save(sources.load(str(given)), folder) == snapshot.save(sources.load(str(given)), folder)


def test_what_was_read_before_is_not_read_again_and_gives_the_same(given, tmp_path):
    first = Reading()
    project = sources.load(str(given), first)
    file = tmp_path / "records.json"
    write_records(first.kept, file)
    again = Reading(known=read_records(file))
    assert again.known.keys() == first.kept.keys()
    frames_equal(sources.load(str(given), again), project)


def test_nothing_of_the_users_is_changed(given):
    root = given.parent
    before = state_of(root)
    _ = sources.load(str(given)).history.frame
    sources.stamp(str(given))
    assert state_of(root) == before


def test_it_loads_from_a_read_only_copy(example, given):
    with tempfile.TemporaryDirectory() as place:
        copy = example.copy(Path(place))
        everything = [Path(place), *Path(place).rglob("*")]
        for f in everything:
            f.chmod(0o555 if f.is_dir() else 0o444)
        with as_nobody():
            assert len(sources.load(str(copy)).runs) == example.runs
        for f in everything:
            f.chmod(0o755)


def test_the_stamp_changes_when_the_source_does_and_only_then(given):
    before = sources.stamp(str(given))
    assert sources.stamp(str(given)) == before
    changed = False
    for file in files_of(given):
        os.utime(file, ns=(1, 1))
        changed |= sources.stamp(str(given)) != before
    assert changed


def test_read_as_another_format_it_loads_or_says_why_not(example):
    given = str(example.origin / example.given)
    for format in (source.NAME for source in SOURCES):
        try:
            assert len(sources.load(given, format=format).runs) > 0
        except SourceError as error:
            assert "\n" not in str(error)
            assert given in str(error)


def test_places_are_for_tables(example, given):
    """A tracker says itself what is a setting; a table takes corrections."""
    corrected = Reading(Corrections(ignored=("*",)))
    try:
        assert not len(sources.load(str(given), corrected).config.columns)
    except SourceError as error:
        assert "says itself what is a setting" in str(error)


def test_reading_reports_progress(given):
    seen = []
    sources.load(str(given), Reading(progress=lambda done, what: seen.append((done, what))))
    assert seen[-1][0] == 1.0
    assert all(0 <= done <= 1 for done, _ in seen)
    assert seen[-1][1].startswith("reading ")


@pytest.mark.parametrize("left", [0, 0.5])
def test_a_truncated_file_costs_no_more_than_its_own_run(example, given, left):
    """Each of some files in turn: either the others still load, or one line says what is wrong."""
    files = files_of(given)
    for file in files[:: max(1, len(files) // 10)]:
        content, times = file.read_bytes(), file.stat()
        file.write_bytes(content[: int(len(content) * left)])
        try:
            project = sources.load(str(given))
            _ = project.history.frame
        except SourceError as error:
            assert "\n" not in str(error)
            assert len(files) < 5, f"{file} alone took all runs with it: {error}"
        else:
            assert 0 < len(project.runs) <= example.runs
        file.write_bytes(content)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_what_may_not_be_read_is_said(example):
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        copy = example.copy(Path(place))
        files = files_of(copy)
        for file in files[:: max(1, len(files) // 5)]:
            file.chmod(0)
            try:
                with as_nobody():
                    project = sources.load(str(copy))
            except SourceError as error:
                assert "\n" not in str(error)
            else:
                assert len(project.runs) <= example.runs
            file.chmod(0o644)


def test_a_link_that_leads_back_is_not_followed(example, given):
    if not given.is_dir():
        return
    (given / "loop").symlink_to(given, target_is_directory=True)
    assert len(sources.load(str(given)).runs) == example.runs


def test_a_link_to_itself_is_no_source(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(SourceError):
        sources.load(str(loop))


def test_it_survives_the_snapshot(example, given, folder):
    project = sources.load(str(given))
    again = snapshot.open_project(snapshot.save(project, folder), folder, sources.read_history)
    frames_equal(again, project)
    assert again.columns == project.columns
    assert again.space == project.space or json.dumps(str(again.space)) == json.dumps(str(project.space))
    assert len(again.history.frame) == len(project.history.frame)
    if example.history:
        shutil.rmtree(given) if given.is_dir() else given.unlink()
        kept = snapshot.open_project(snapshot.save(project, folder), folder, sources.read_history)
        assert kept.history.metrics == project.history.metrics


def test_real_sources_load_or_say_why(shared):
    """Every table in the shared data: it loads, or it is refused with one line."""
    files = [p for pattern in ("*.csv", "*.csv.gz", "*.md", "*.sqlite3", "*.db") for p in sorted(shared.rglob(pattern))]
    assert len(files) > 20
    for file in files:
        try:
            assert len(sources.load(str(file)).runs) > 0
        except SourceError as error:
            assert "\n" not in str(error)
