"""What the page may open, what was open before, what was uploaded, what has changed."""

import os
import threading
import time

import pytest

from panel.errors import SourceError
from panel.page import opening
from panel.settings import Settings
from panel.store import loading, roots

TABLE = "config.lr,summary.loss\n" + "".join(f"{i},{i * i}\n" for i in range(20))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The folder that the program was started in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def settings(tmp_path):
    return Settings(sources=(str(tmp_path / "named"), "wandb://team/project"), cache_dir=tmp_path / "cache")


@pytest.mark.parametrize(
    ("uri", "may"),
    [
        ("runs.csv", True),
        ("sub/runs.csv", True),
        ("sample", True),
        ("{tmp}/named", True),
        ("{tmp}/named/deep/a.db#study 1", True),
        ("sqlite:///{tmp}/named/a.db", True),
        ("wandb://team/project", True),
        ("wandb://team/project/sweeps/1", True),
        ("wandb://team/project2", False),
        ("wandb://other/project", False),
        ("https://example.org", False),
        ("/etc/passwd", False),
        ("../runs.csv", False),
        ("{tmp}/named2", False),
        ("link/runs.csv", False),
        ("sqlite:////etc/passwd", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_what_lies_under_the_roots_may_be_opened(here, settings, folder, tmp_path, uri, may):
    (here / "link").symlink_to("/etc", target_is_directory=True)
    uri = uri.replace("{tmp}", str(tmp_path))
    assert roots.is_allowed(uri, settings, folder) == may
    if not may:
        with pytest.raises(SourceError, match="--root"):
            roots.check_allowed(uri, settings, folder)


ROOTS = (
    "postgresql://me:secret@host:5432",
    "postgresql://me@other/runs?sslmode=require",
    "mysql+pymysql://me@host/",
    "postgresql:///",
)


@pytest.mark.parametrize(
    ("uri", "may"),
    [
        ("postgresql://me@host:5432/db", True),
        ("postgresql://me:***@host:5432/db#a study?", True),
        ("postgresql://me@host:5432/db?host=elsewhere", False),
        ("postgresql://me@host:5432", True),
        ("postgresql://me@host:54321/db", False),
        ("postgresql://me@host/db", False),
        ("postgresql://you@host:5432/db", False),
        ("postgresql://me@other/runs?sslmode=require", True),
        ("postgresql://me@other/runs", False),
        ("postgresql://me@other/runs?sslmode=require&host=elsewhere", False),
        ("mysql+pymysql://me@host/db", True),
        ("mysql+pymysql://me@host/db?read_default_file=/etc/passwd", False),
        ("mysql://me@host/db", False),
        ("postgresql:///local", True),
        ("postgresql://anywhere/db", False),
        ("postgresql://me@host:5432/db#third@host", True),
        ("postgresql://you@third:5432/db#@host:5432/db", False),
    ],
)
def test_roots_hold_for_addresses_of_databases(folder, uri, may):
    settings = Settings(sources=(), root=ROOTS)
    assert roots.is_allowed(uri, settings, folder) == may


def test_a_study_whose_name_has_an_at_is_the_one_that_was_named(folder):
    settings = Settings(sources=("postgresql://me:secret@host:5432/db#ada@corp",), root=("/nowhere",))
    for may, name in ((True, "ada@corp"), (False, "bob@corp"), (False, "@corp"), (False, "")):
        uri = f"postgresql://me@host:5432/db#{name}"
        assert roots.is_allowed(uri, settings, folder) == may
        if may:
            roots.check_allowed(uri, settings, folder)


def test_a_password_is_not_taken_from_who_did_not_start_the_program(folder):
    settings = Settings(sources=("mysql://me:secret@host/db",), root=ROOTS)
    roots.check_allowed("mysql://me:***@host/db", settings, folder)
    for uri in ("postgresql://me:mine@host:5432/db", "mysql://me:mine@host/db"):
        with pytest.raises(SourceError, match=r"me:\*\*\*@host.* has a password in it"):
            roots.check_allowed(uri, settings, folder)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:secret@127.0.0.1:1/db",
        "mysql://u:secret@127.0.0.1:1/db",
        "redis://:secret@127.0.0.1:1/0",
        "http://u:secret@127.0.0.1:1",
        "http://127.0.0.1:1/?password=secret",
        "http://127.0.0.1:1/?token=sec/secret",
    ],
)
def test_a_refusal_keeps_the_password(settings, folder, address):
    with pytest.raises(SourceError, match=r"\*\*\* lies outside|\*\*\*@.* lies outside") as refused:
        roots.check_allowed(address, settings, folder)
    assert "sec" not in str(refused.value).replace("SweepLens", "")


def test_a_file_whose_name_has_two_lines_lies_where_it_is(here, settings, folder):
    (here / "two\nlines.csv").write_text(TABLE)
    assert roots.is_allowed("two\nlines.csv", settings, folder)
    assert not roots.is_allowed("two\n/etc/passwd", settings, folder)


def test_roots_that_are_given_take_the_place_of_the_folder(here, folder, tmp_path):
    settings = Settings(sources=(), root=(str(tmp_path / "other"), "wandb://team"))
    assert roots.is_allowed(str(tmp_path / "other" / "a.csv"), settings, folder)
    assert roots.is_allowed("wandb://team/anything", settings, folder)
    assert not roots.is_allowed("runs.csv", settings, folder)


def test_what_was_opened_is_remembered_the_latest_first(here, settings, folder):
    for name in ("a", "b", "a"):
        (here / f"{name}.csv").write_text(TABLE)
        opening.remember(loading.load_source(loading.Wanted((f"{name}.csv",)), folder), folder)
    assert [entry["name"] for entry in opening.list_recent(settings, folder)] == ["a", "b"]
    assert opening.list_recent(settings, folder)[0]["uri"] == str(here / "a.csv")
    elsewhere = Settings(sources=(), root=("/nowhere",))
    assert opening.list_recent(elsewhere, folder) == []
    (folder / "recent.json").write_text("{torn")
    assert opening.list_recent(settings, folder) == []


def test_an_uploaded_table_lies_in_the_cache_and_may_be_opened(settings, folder):
    path = opening.keep_upload("C:\\runs\\..my runs.csv", TABLE.encode(), folder)
    assert path.startswith(str(folder / "uploads"))
    assert path.endswith("/my runs.csv")
    assert roots.is_allowed(path, settings, folder)
    assert opening.keep_upload("my runs.csv", TABLE.encode(), folder) == path
    project = loading.open_project(loading.load_source(loading.Wanted((path,)), folder), folder)
    assert len(project.runs) == 20


@pytest.mark.parametrize(("name", "words"), [("a.exe", "no table"), ("../../a.csv/x", "no table"), ("", "no table")])
def test_what_is_no_table_is_not_kept(folder, name, words):
    with pytest.raises(SourceError, match=words):
        opening.keep_upload(name, b"x", folder)
    assert not (folder / "uploads").exists()


def test_an_upload_is_bounded(folder, monkeypatch):
    monkeypatch.setattr(opening, "LARGEST_UPLOAD", 0.001)
    with pytest.raises(SourceError, match="larger than"):
        opening.keep_upload("a.csv", b"x" * 2000, folder)


def test_a_change_is_noticed_once_it_is_there(here, folder, monkeypatch):
    (here / "a.csv").write_text(TABLE)
    project_id = loading.load_source(loading.Wanted(("a.csv",)), folder)
    monkeypatch.setattr(opening, "AT_MOST", 0)
    watch = opening.Watch(folder, 0)
    assert watch.find_change(project_id) == ("", "")
    (here / "a.csv").write_text(TABLE + "30,900\n")
    first, problem = watch.find_change(project_id)
    assert first and not problem
    assert watch.find_change(project_id) == (first, "")
    again = loading.load_source(loading.read_wanted(project_id, folder)[0], folder)
    assert again != project_id
    assert watch.find_change(again) == ("", "")
    (here / "a.csv").unlink()
    assert "a.csv does not exist" in watch.find_change(again)[1]
    assert "not in the cache" in watch.find_change("nothing")[1]
    assert "not in the cache" in watch.find_change("../etc")[1]


def test_many_tabs_make_one_look(here, folder):
    (here / "a.csv").write_text(TABLE)
    project_id = loading.load_source(loading.Wanted(("a.csv",)), folder)
    watch = opening.Watch(folder, 60)
    assert watch.find_change(project_id) == ("", "")
    os.utime(here / "a.csv", ns=(1, 1))
    assert watch.find_change(project_id) == ("", ""), "the answer is not a minute old"


@pytest.mark.parametrize("patience", [0.0, 100.0])
def test_a_source_that_hangs_holds_up_nobody(folder, monkeypatch, patience):
    answers, asked = threading.Event(), []

    def hang(project, _):
        asked.append(project)
        assert answers.wait(30)
        return "stamp", ""

    monkeypatch.setattr(loading, "find_change", hang)
    monkeypatch.setattr(opening, "PROMPT", 0.01)
    monkeypatch.setattr(opening, "MOST_ASKED", 3)
    watch = opening.Watch(folder, patience)
    for n in range(10):
        for _ in range(2):
            assert watch.find_change(f"project{n}") == ("", "")
    assert asked == ["project0", "project1", "project2"], "each is asked once, and not ever more at the same time"
    answers.set()
    until(lambda: not watch._asking)
    assert watch.find_change("project0") == ("stamp", "")


def until(look):
    """Wait for a condition."""
    end = time.monotonic() + 30
    while not look():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_was_wrong_is_asked_again_soon_however_long_the_answer_took(folder, monkeypatch):
    answers = iter([("", "locked"), ("stamp", "")])
    monkeypatch.setattr(loading, "find_change", lambda *_: (time.sleep(0.05), next(answers))[1])
    watch = opening.Watch(folder, 0.001)
    assert watch.find_change("project") == ("", "locked")
    until(lambda: watch.find_change("project") != ("", "locked"))
    assert watch.find_change("project") == ("stamp", "")


def test_a_watch_forgets_what_nobody_asks_about(folder, monkeypatch):
    """Whoever asks about ever other projects fills no memory."""
    monkeypatch.setattr(opening, "MOST_WATCHED", 5)
    asked = []
    monkeypatch.setattr(loading, "find_change", lambda project, _: (asked.append(project), ("stamp", ""))[1])
    watch = opening.Watch(folder, 100.0)
    for n in range(1_500):
        assert watch.find_change(f"project{n}") == ("stamp", "")
    assert len(watch._seen) == 5
    watch.find_change("project1499")
    assert len(asked) == 1_500, "a late answer is given again"


def test_a_name_that_is_no_project_is_not_told_at_length(folder):
    assert len(opening.Watch(folder, 100.0).find_change("x" * 100_000)[1]) < 200
