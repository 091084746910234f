"""Loaded projects in a folder or an object store: put there whole, fetched and checked by other machines."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import uuid
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from fsspec import register_implementation
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from panel.data import sealed, snapshot
from panel.errors import MissingProjectError, SettingsError, SourceError
from panel.store import cache, contact, housekeeping, loading, places, shared_snapshots
from panel.store.loading import Wanted
from panel.store.places import Places, look_at_places

ROOT = Path(__file__).parents[3]
FRAMES = ("runs", "config", "summary")


@pytest.fixture(params=["a plain folder", "file", "memory"])
def shared(request, tmp_path):
    """The address of a place that no machine has used yet."""
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}/deep"
    place = tmp_path / "shared" / "deep"
    return str(place) if request.param == "a plain folder" else f"file://{place}"


@pytest.fixture
def place(tmp_path):
    """A folder as such a place."""
    return tmp_path / "shared"


@pytest.fixture
def curves(tmp_path):
    """Runs whose histories stay in their files when they are loaded."""
    for run in range(6):
        folder = tmp_path / "runs" / f"run{run}"
        folder.mkdir(parents=True)
        (folder / "config.json").write_text(json.dumps({"lr": 0.1 * run, "depth": run % 3}))
        rows = "".join(f"{step},{run + 1 / step}\n" for step in range(1, 20))
        (folder / "metrics.csv").write_text(f"step,loss\n{rows}")
    return tmp_path / "runs"


def open_machine(folder: Path, address: object) -> Path:
    """Return the cache folder of a machine."""
    folder = cache.prepare(folder)[0]
    places.use_places(folder, Places(snapshots=str(address)))
    return folder


def list_place(address: str) -> list[str]:
    system, root = url_to_fs(address)
    return sorted(name.rpartition("/")[2] for name in system.find(root))


def test_what_one_machine_read_another_one_opens_though_its_source_is_gone(shared, curves, tmp_path):
    one, two = (open_machine(tmp_path / name, shared) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(curves),)), one)
    assert list_place(shared) == [f"{project_id}.zip"]
    before = loading.open_project(project_id, one)
    shutil.rmtree(curves)
    after = loading.open_project(project_id, two)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(after, name), getattr(before, name))
    assert len(after.history.frame) == 6 * 19
    pd.testing.assert_frame_equal(after.history.frame, before.history.frame)
    assert loading.read_wanted(project_id, two) == loading.read_wanted(project_id, one)
    assert look_at_places(one) == look_at_places(two) == []
    assert sorted(path.name for path in (two / "projects").iterdir()) == [project_id]


def test_what_led_to_it_is_asked_first(shared, table, tmp_path):
    """Who may see a project is asked before it is opened, by what it was read from."""
    one, two = (open_machine(tmp_path / name, shared) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(table),)), one)
    assert loading.read_wanted(project_id, two)[0].uris == (str(table),)


def test_the_same_project_is_never_written_again(place, table, tmp_path):
    one, two = (open_machine(tmp_path / name, place) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(table),)), one)
    before = (place / f"{project_id}.zip").stat()
    for folder in (one, two):
        assert loading.load_source(Wanted((str(table),)), folder) == project_id
    after = (place / f"{project_id}.zip").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_what_is_not_there_is_missing(place, tmp_path):
    one = open_machine(tmp_path / "one", place)
    for name in ("0" * 24, "../../etc/passwd", "x", ""):
        with pytest.raises(MissingProjectError):
            loading.open_project(name, one)
        with pytest.raises(SourceError, match="not in the cache"):
            loading.read_wanted(name, one)
    assert look_at_places(one) == []
    assert list((one / "projects").iterdir()) == []


def test_one_that_is_damaged_is_missing_wherever_the_damage_is(place, table, tmp_path):
    one, two = (open_machine(tmp_path / name, place) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(table),)), one)
    table.unlink()
    file = place / f"{project_id}.zip"
    whole = file.read_bytes()
    wrong = 0
    for position in range(0, len(whole), 97):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x20]) + whole[position + 1 :])
        try:
            found = loading.open_project(project_id, two)
        except MissingProjectError:
            assert list((two / "projects").iterdir()) == []
            wrong += 1
        else:  # what the format of the file says twice, or of itself
            pd.testing.assert_frame_equal(found.config, loading.open_project(project_id, one).config)
            shutil.rmtree(two / "projects" / project_id)
    assert wrong > 0.9 * len(whole) / 97
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(MissingProjectError):
            loading.open_project(project_id, two)
    file.write_bytes(whole)
    assert len(loading.open_project(project_id, two).config) == 60


def test_one_that_was_damaged_in_the_cache_folder_is_fetched_again(place, table, tmp_path):
    one = open_machine(tmp_path / "one", place)
    project_id = loading.load_source(Wanted((str(table),)), one)
    table.unlink()
    for name in ("config.arrow", snapshot.RECORD):
        file = one / "projects" / project_id / name
        file.write_bytes(file.read_bytes()[:-9])
        assert len(loading.open_project(project_id, one).config) == 60


def test_another_project_under_its_name_is_refused(place, table, tmp_path):
    one, two = (open_machine(tmp_path / name, place) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(table),)), one)
    other = "f" * 24
    shutil.copy(place / f"{project_id}.zip", place / f"{other}.zip")
    with pytest.raises(MissingProjectError):
        loading.open_project(other, two)


@pytest.mark.parametrize("name", ["../evil.arrow", "/tmp/evil.arrow", "a/../../evil.arrow"])
def test_nothing_is_written_beside_the_project(place, tmp_path, name):
    two = open_machine(tmp_path / "two", place)
    place.mkdir()
    project_id = "a" * 24
    record = sealed.seal({"digests": {name: sealed.compute_digest(b"evil")}})
    with zipfile.ZipFile(place / f"{project_id}.zip", "w") as archive:
        archive.writestr(f"{project_id}/{snapshot.RECORD}", record)
        archive.writestr(f"{project_id}/{name}", b"evil")
    assert not shared_snapshots.fetch(project_id, two)
    assert list((two / "projects").iterdir()) == []
    assert not list(tmp_path.rglob("evil*")) and not Path("/tmp/evil.arrow").exists()


def test_a_place_that_is_away_is_said_and_gets_later_what_it_missed(curves, tmp_path, monkeypatch):
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    place = tmp_path / "mount" / "shared"
    (tmp_path / "mount").write_text("no folder")
    one, two = (open_machine(tmp_path / name, place) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(curves),)), one)
    assert len(loading.open_project(project_id, one).config) == 6
    [line] = look_at_places(one)
    assert line.startswith(f"The place for loaded projects, {place}, cannot be used (NotADirectoryError: ")
    assert line.endswith("until it can, other machines cannot open what is read here, nor this one what is read there.")
    with pytest.raises(MissingProjectError):
        loading.open_project(project_id, two)
    (tmp_path / "mount").unlink()
    done = threading.Event()
    housekeeping.begin(one, 1000, (), done.set)
    assert done.wait(30)
    assert look_at_places(one) == []
    shutil.rmtree(curves)
    assert len(loading.open_project(project_id, two).history.frame) == 6 * 19
    assert look_at_places(two) == []


def test_what_was_missed_is_put_there_by_whoever_runs_next_whatever_was_done_meanwhile(curves, tmp_path, monkeypatch):
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    (tmp_path / "mount").write_text("no folder")
    place = tmp_path / "mount" / "shared"
    one, two = (open_machine(tmp_path / name, place) for name in ("one", "two"))
    project_id = loading.load_source(Wanted((str(curves),)), one)
    shutil.rmtree(curves)
    (tmp_path / "mount").unlink()
    assert not shared_snapshots.fetch("a" * 24, one)
    assert look_at_places(one) == [], "the place is back, and that was noticed"
    shared_snapshots.put_missed(one)
    assert list_place(str(place)) == [f"{project_id}.zip"]
    assert len(loading.open_project(project_id, two).history.frame) == 6 * 19, "it was read before, by the worker"
    (place / f"{project_id}.zip").unlink()
    shared_snapshots.put_missed(one)
    assert list_place(str(place)) == [], "that was not missed"


def test_that_a_place_is_back_is_noticed_though_nothing_was_missed(tmp_path, monkeypatch):
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    (tmp_path / "mount").write_text("no folder")
    one = open_machine(tmp_path / "one", tmp_path / "mount" / "shared")
    assert not shared_snapshots.fetch("a" * 24, one)
    shared_snapshots.put_missed(one)
    assert len(look_at_places(one)) == 1
    (tmp_path / "mount").unlink()
    shared_snapshots.put_missed(one)
    assert look_at_places(one) == []


class Hanging(LocalFileSystem):
    """A share whose server is gone in the middle of one thing: that waits for ever, and nothing is raised."""

    protocol = ("hanging", "file")
    cachable = False
    at, over = "", threading.Event()

    def _hang(self, at):
        if at == self.at:
            self.over.wait()

    def info(self, path, **kwargs):
        self._hang("info")
        return super().info(path, **kwargs)

    def put_file(self, *arguments, **kwargs):
        self._hang("put_file")
        return super().put_file(*arguments, **kwargs)

    def get_file(self, *arguments, **kwargs):
        self._hang("get_file")
        return super().get_file(*arguments, **kwargs)


@pytest.fixture
def hanging(monkeypatch):
    """The kind of such a share, that hangs as soon as it is said at what."""
    register_implementation("hanging", Hanging, clobber=True)
    monkeypatch.setattr(shared_snapshots, "PATIENCE", 0.1)
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    monkeypatch.setattr(Hanging, "over", threading.Event())
    monkeypatch.setattr(Hanging, "at", "")
    yield Hanging
    Hanging.over.set()


@pytest.mark.parametrize("at", ["info", "put_file", "get_file"])
def test_one_that_hangs_costs_a_thread_and_is_used_again(hanging, table, tmp_path, at):
    one, two = (open_machine(tmp_path / name, f"hanging://{tmp_path}/shared") for name in ("one", "two"))
    hanging.at = "" if at == "get_file" else at
    before = threading.active_count()
    begun = time.monotonic()
    project_id = loading.load_source(Wanted((str(table),)), one)
    hanging.at = at
    for _ in range(20):
        assert not shared_snapshots.fetch(project_id if at == "get_file" else "a" * 24, two)
        shared_snapshots.put_missed(one)
    assert time.monotonic() - begun < 10
    assert threading.active_count() <= before + 2, "one for each cache folder"
    machine = two if at == "get_file" else one
    assert "cannot be used (TimeoutError" in look_at_places(machine)[0]
    hanging.at = ""
    hanging.over.set()
    shared_snapshots.put_missed(one)
    end = time.monotonic() + 10
    while not shared_snapshots.fetch(project_id, two):
        assert time.monotonic() < end, "it is back"
        shared_snapshots.put_missed(one)
    assert look_at_places(machine) == []
    table.unlink()
    assert len(loading.open_project(project_id, two).config) == 60


def test_a_server_that_is_away_is_left_alone_for_a_while(table, tmp_path):
    one = open_machine(tmp_path / "one", "ftp://me:secret@127.0.0.1:1/sweeplens")
    assert not shared_snapshots.fetch("a" * 24, one)
    [line] = look_at_places(one)
    loading.load_source(Wanted((str(table),)), one)
    assert look_at_places(one) == [line]
    assert line.startswith("The place for loaded projects, ftp://***@127.0.0.1:1/sweeplens, cannot be used")
    assert "secret" not in line
    begun = time.monotonic()
    for _ in range(200):
        assert not shared_snapshots.fetch("a" * 24, one)
    assert time.monotonic() - begun < 1


def test_a_server_that_does_not_answer_is_not_waited_for(table, tmp_path, monkeypatch):
    monkeypatch.setattr(shared_snapshots, "PATIENCE", 0.2)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        one = open_machine(tmp_path / "one", f"ftp://127.0.0.1:{deaf.getsockname()[1]}/sweeplens")
        begun = time.monotonic()
        assert not shared_snapshots.fetch("a" * 24, one)
        assert time.monotonic() - begun < 5
        loading.load_source(Wanted((str(table),)), one)
    assert "cannot be used (TimeoutError)" in look_at_places(one)[0]


@pytest.mark.parametrize("address", ["shared", "/nowhere/yet", "file:///nowhere/yet", "ftp://h/x"])
def test_addresses_of_places_need_not_be_there(address):
    places.check_places(Places(snapshots=address))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "nosuch://me:secret@h/x",
            "'nosuch://***@h/x', which names no place that is known; use a folder, or an address",
        ),
        ("dropbox://x", "'dropbox://x', which needs another package: "),
        ("memory://x", "'memory://x', where nothing can be put that other machines find; use a folder, or an address"),
        ("https://me:secret@h/x", "'https://***@h/x', where nothing can be put that other machines find; use a"),
        ("zip://x::s3://bucket", "'zip://x::s3://bucket', where nothing can be put that"),
        ("data:,x", "'data:,x', where nothing can be put that"),
        ("github://org:repo@main/", "'github://***@main/', where nothing can be put that"),
    ],
)
def test_what_names_no_place_is_refused_with_what_would(address, words):
    with pytest.raises(SettingsError) as raised:
        places.check_places(Places(snapshots=address))
    assert str(raised.value).startswith(f"SWEEPLENS_SNAPSHOTS is {words}")
    assert "secret" not in str(raised.value)


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SettingsError, match=r"the extra 'snapshots': pip install 'sweeplens\[snapshots\]'"):
        places.check_places(Places(snapshots="/shared"))


@pytest.mark.heavy
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_killed_in_the_middle_of_putting_or_fetching_it_leaves_whole_projects_or_none(tmp_path):
    command = [sys.executable, "-m", "tests.unit.store.killing", "snapshots", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["killed"] == {"putting": 50, "fetching": 50}
    assert told["done"] == {"putting": [5000], "fetching": [5000]}, "what was done stays done"
    for name, right in told["right"].items():
        assert right + told["missing"][name] == 50
