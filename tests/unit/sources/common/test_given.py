"""What was named, and what lies in it."""

import os
import socket

import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources import locate
from panel.sources.common import given as module
from panel.sources.common.given import Given, hide_password, stamp_of


@pytest.fixture
def folder(tmp_path):
    for name in ("b/run-10/params.json", "b/run-9/params.json", "a.csv", ".git/x/params.json", "b/run-9/log.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    return tmp_path


def test_files_are_relative_and_sorted_without_what_no_tracker_writes(folder):
    found = Given(str(folder), folder)
    assert found.files == ("a.csv", "b/run-10/params.json", "b/run-9/log.txt", "b/run-9/params.json")
    assert found.files_named("*.json") == ["b/run-10/params.json", "b/run-9/params.json"]
    assert found.folders_with("params.json", "a.csv") == ["", "b/run-10", "b/run-9"]
    assert Given("x", folder / "a.csv").files == ()


def test_names_and_patterns_are_found_together_each_once(folder):
    found = Given(str(folder), folder)
    assert found.files_named("a.csv", "*.csv", "l?g.txt") == ["a.csv", "b/run-9/log.txt"]
    assert found.files_named("A.csv", "[p]arams.json", "nothing") == ["b/run-10/params.json", "b/run-9/params.json"]
    assert found.place("a.csv") == str(folder / "a.csv")


def test_what_a_reader_looks_for_is_looked_for_once_also_for_other_parts(folder):
    found, looked = Given(str(folder), folder), []
    for _ in range(2):
        assert found.once("what", lambda: looked.append(1) or "there") == "there"
    assert len(looked) == 1
    assert found.with_part("c").once("what", lambda: "anew") == "there"


def test_links_to_folders_are_not_followed_and_links_to_files_count(folder):
    (folder / "b" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "itself").symlink_to(folder / "itself")
    (folder / "c.csv").symlink_to(folder / "a.csv")
    assert set(Given("x", folder).files) - {"a.csv", "c.csv", "itself"} == {
        "b/run-10/params.json",
        "b/run-9/log.txt",
        "b/run-9/params.json",
    }


def test_folders_that_lie_too_deep_are_not_looked_into(tmp_path):
    deep = tmp_path.joinpath(*"abcdefgh")
    (deep / "i").mkdir(parents=True)
    (deep / "in").touch()
    (deep / "i" / "out").touch()
    assert Given("x", tmp_path).files == ("a/b/c/d/e/f/g/h/in",)


def test_a_part_is_chosen_without_looking_again(folder, monkeypatch):
    whole = Given(str(folder), folder)
    assert whole.files
    monkeypatch.setattr(os, "scandir", lambda _: pytest.fail("looked again"))
    part = whole.with_part("second")
    assert (part.part, part.files) == ("second", whole.files)
    assert part.located == f"{folder}#second"


def test_too_many_files_are_said_to_be(folder, monkeypatch):
    monkeypatch.setattr(module, "MOST_FILES", 3)
    with pytest.raises(SourceError, match="more than 3 files; give a folder further down"):
        _ = Given("x", folder).files


def test_ten_thousand_files_that_are_no_runs_are_refused(tmp_path):
    for i in range(100):
        (tmp_path / str(i)).mkdir()
        for k in range(100):
            os.close(os.open(tmp_path / str(i) / f"{k}.txt", os.O_CREAT))
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.find(str(tmp_path))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:secret@host/db", "postgresql://me:***@host/db"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("wandb://team/project", "wandb://team/project"),
    ],
)
def test_a_password_is_never_shown(address, shown):
    assert hide_password(address) == shown
    assert "secret" not in repr(locate(address))


def test_the_stamp_of_files(folder):
    before = stamp_of(folder / "a.csv", folder / "nothing")
    assert stamp_of(folder / "a.csv", folder / "nothing") == before
    (folder / "nothing").touch()
    assert stamp_of(folder / "a.csv", folder / "nothing") != before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_a_socket_and_a_device_are_refused_without_being_opened(tmp_path):
    os.mkfifo(tmp_path / "runs.csv")
    with pytest.raises(SourceError, match=r"runs\.csv is a named pipe"):
        sources.load(str(tmp_path / "runs.csv"))
    with pytest.raises(SourceError, match=r"/dev/null is a device"):
        sources.load("/dev/null")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(tmp_path / "socket"))
        with pytest.raises(SourceError, match="is a socket"):
            sources.load(str(tmp_path / "socket"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_pipes_in_a_folder_are_no_files_of_it(tmp_path):
    os.mkfifo(tmp_path / "config.json")
    (tmp_path / "link").symlink_to(tmp_path / "config.json")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert Given(str(tmp_path), tmp_path).files == ("a.csv", "gone")
