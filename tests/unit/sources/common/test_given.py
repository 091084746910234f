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
        ("redis://:secret@host/0", "redis://:***@host/0"),
        ("http://host/api?password=secret&page=2", "http://host/api?password=***&page=2"),
        ("http://host/api?page=2&token=secret#runs", "http://host/api?page=2&token=***"),
        ("http://host/api?access_token=secret", "http://host/api?access_token=***"),
        ("http://host/api?api_key=secret", "http://host/api?api_key=***"),
        ("http://host/api?API-KEY=secret", "http://host/api?API-KEY=***"),
        ("http://host/api?apikey=secret", "http://host/api?apikey=***"),
        ("http://host/api?key=secret", "http://host/api?key=***"),
        ("http://host/api?api-key=secret", "http://host/api?api-key=***"),
        ("http://host/api?api%5Fkey=secret", "http://host/api?api%5Fkey=***"),
        ("http://host/api;pwd=secret", "http://host/api;pwd=***"),
        ("https://host/a.csv?X-Amz-Signature=secret", "https://host/a.csv?X-Amz-Signature=***"),
        ("https://host/a.csv?sv=1&sig=secret", "https://host/a.csv?sv=1&sig=***"),
        ("https://secret@host/a.csv", "https://***@host/a.csv"),
        ("https://me:secret@host/a.csv?token=secret", "https://me:***@host/a.csv?token=***"),
        ("http://host/api?compass=north", "http://host/api?compass=north"),
        ("http://host/api?monkey=chimpanzee", "http://host/api?monkey=chimpanzee"),
    ],
)
def test_a_password_is_never_shown(address, shown):
    assert hide_password(address).partition("#")[0] == shown
    assert "secret" not in repr(locate(address))


def test_a_password_before_a_host_is_not_shown_where_the_scheme_was_forgotten():
    assert hide_password("me:secret@host/db") == "me:***@host/db"
    assert hide_password("runs/a:b@c.csv") == "runs/a:b@c.csv"


@pytest.mark.parametrize("address", ["sqlite:///runs.db?password=secret", "runs.db?x=1&api_key=secret"])
def test_a_password_is_not_in_a_refusal(address):
    with pytest.raises(SourceError, match=r"=\*\*\* does not exist") as refused:
        locate(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("path", ["runs.csv\0", "sqlite:///runs\0.db", "runs\ud800.csv", "runs.csv\nruns.csv\0"])
def test_a_path_that_no_file_can_have_is_refused(path):
    with pytest.raises(SourceError, match=r"^'.*\\.*' has a character that no path can have\.$"):
        locate(path)


def test_a_home_of_nobody_does_not_exist():
    with pytest.raises(SourceError, match=r"^~nobody-of-this-name/runs\.csv does not exist"):
        locate("~nobody-of-this-name/runs.csv")


def test_a_file_whose_name_has_two_lines_is_one(tmp_path, table):
    (tmp_path / "two\nlines.csv").write_bytes(table.read_bytes())
    given = locate(f"{tmp_path}/two\nlines.csv")
    assert (given.name, given.only) == ("two\nlines.csv", ())
    assert locate(given.located).path == tmp_path / "two\nlines.csv"
    assert len(sources.load(given.located).runs) == 60
    several = locate("\n".join([str(table)] * 100))
    assert several.only == ("runs.csv",)


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
