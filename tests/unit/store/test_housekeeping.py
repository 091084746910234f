"""What is kept stays within limits while it is used, and what is in use stays."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from panel.data import snapshot, temporary
from panel.page.opening import keep_upload
from panel.store import cache, housekeeping, loading, picks
from panel.store.housekeeping import DAY, Kept, choose_removed, tidy
from panel.store.loading import Wanted
from panel.store.states import Status, write_state

LONG_AGO = 2 * 3600.0


def age(path, seconds):
    """Have a file or folder look as if nobody had used it for so long."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def make_project(folder, name, size, idle):
    place = folder / "projects" / name
    place.mkdir()
    (place / "data").write_bytes(b"0" * size)
    age(place, idle)
    return place


def names(place):
    return sorted(path.name for path in place.iterdir())


def test_the_latest_that_fit_stay():
    now = 1e9
    idle = {"open": (500, 10), "new": (60, 2000), "large": (600, 3000), "old": (30, 4000), "older": (30, 5000)}
    kept = [Kept(name, size, now - seconds, "projects") for name, (size, seconds) in idle.items()]
    assert choose_removed(kept, 600, now) == ["large", "older"]
    assert choose_removed(kept, 0, now) == ["new", "large", "old", "older"], "what is in use stays"
    assert choose_removed(kept, 1e9, now) == []
    assert choose_removed(kept, 1e9, now + 90 * DAY) == list(idle)


@pytest.mark.parametrize("kind", housekeeping.OLDEST)
def test_each_kind_has_a_number(kind):
    most = housekeeping.MOST[kind]
    kept = [Kept(n, 1, -1000.0 - n, kind) for n in range(most + 3)]
    assert choose_removed(kept, 1e9, 0.0) == [most, most + 1, most + 2]


def test_all_of_the_folder_is_within_its_size(folder):
    make_project(folder, "new", 1_000_000, LONG_AGO)
    make_project(folder, "old", 1_100_000, LONG_AGO + 1)
    for kind in ("results", "sources"):
        (folder / kind / "a").write_bytes(b"0" * 400_000)
        age(folder / kind / "a", LONG_AGO + 2)
    uploads = [own / "uploads" / "0123" for own in (folder, folder / "users" / "anna")]
    for place in uploads:
        place.mkdir(parents=True)
        (place / "runs.csv").write_bytes(b"0" * 300_000)
        age(place, LONG_AGO + 3)
    tidy(folder, 2)
    assert names(folder / "projects") == ["new"]
    assert (names(folder / "results"), names(folder / "sources")) == (["a"], ["a"])
    assert not any(place.exists() for place in uploads)


def test_a_project_that_is_opened_is_in_use(table, folder):
    project_id = loading.load_source(Wanted((str(table),)), folder)
    place = folder / "projects" / project_id
    age(place, LONG_AGO)
    loading.open_project(project_id, folder)
    tidy(folder, 0)
    assert place.exists()
    age(place, LONG_AGO)
    assert loading.find_change(project_id, folder) == ("", ""), "a page that asks whether it has changed has it open"
    tidy(folder, 0)
    assert place.exists()
    age(place, LONG_AGO)
    tidy(folder, 0)
    assert not place.exists()


def test_what_was_uploaded_stays_as_long_as_the_project_that_was_read_from_it(folder):
    upload = keep_upload("runs.csv", b"lr,loss\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(20)), folder)
    project_id = loading.load_source(Wanted((upload,)), folder)
    [place] = (folder / "uploads").iterdir()
    age(place, 40 * DAY)
    tidy(folder, 1000)
    assert place.exists()
    age(place, 40 * DAY)
    age(folder / "projects" / project_id, 40 * DAY)
    tidy(folder, 1000)
    assert not place.exists()


def test_a_result_that_is_asked_for_is_in_use(folder):
    store = cache.open_results(folder)
    for key in ("a", "b"):
        store.set(key, key * 100)
    for file in (folder / "results").iterdir():
        age(file, LONG_AGO)
    assert store.get("a")
    tidy(folder, 0)
    assert (store.get("a"), store.get("b")) == ("a" * 100, None)


def test_states_of_jobs_go_and_those_of_running_ones_stay(folder):
    nobody = 2**22 - 1
    told = {
        "done": Status("done"),
        "mine": Status("running", pid=os.getpid()),
        "dead": Status("running", pid=nobody),
        "before": Status("running", pid=os.getpid()),  # of a process that had this one's number before
        "new": Status("failed"),
    }
    for key, status in told.items():
        write_state(folder, key, status)
        (folder / "jobs" / f"{key}.cancel").touch()
    (folder / "jobs" / "mine.lock").write_text(str(os.getpid()))
    (folder / "jobs" / "dead.lock").write_text(str(nobody))
    for path in (folder / "jobs").iterdir():
        age(path, {"new": -2 * DAY, "before": 2 * DAY}.get(path.stem, 0))
    tidy(folder, 1000, time.time() + 2 * DAY)
    assert names(folder / "jobs") == ["mine.json", "mine.lock", "new.cancel", "new.json"]


def test_states_of_jobs_are_limited_in_number(folder, monkeypatch):
    monkeypatch.setattr(housekeeping, "MOST_JOBS", 3)
    for n in range(10):
        write_state(folder, f"job{n}", Status("done"))
        age(folder / "jobs" / f"job{n}.json", n)
    tidy(folder, 1000)
    assert names(folder / "jobs") == ["job0.json", "job1.json", "job2.json"]


def test_what_a_killed_process_was_writing_goes(folder):
    picks.keep(["a"], folder)
    written = (
        "projects/.writing-1",
        "sources/a.12.34",
        "results/b.__wz_cache",
        "picks/c.part",
        "recent.1.2",
        "jobs/k.1.2",
    )
    made = [folder / name for name in written]
    for path in made:
        path.mkdir() if path.name.startswith(".") else path.touch()
        age(path, 1800)
    tidy(folder, 1000)
    assert all(path.exists() for path in made), "it may be at it still"
    for path in made:
        age(path, LONG_AGO)
    tidy(folder, 1000)
    assert not any(path.exists() for path in made)
    assert len(names(folder / "picks")) == 1


MAKE = "from panel.data.temporary import make_temporary; print(make_temporary())"


def test_temporary_folders_of_processes_that_are_no_more_go(tmp_path, monkeypatch):
    monkeypatch.setattr(temporary.tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", MAKE]
    left, late = (
        Path(subprocess.run(command, capture_output=True, text=True, env=environment, check=True).stdout.strip())
        for _ in range(2)
    )
    own, notes, other = temporary.make_temporary(), tmp_path / "sweeplens-notes", tmp_path / "other"
    notes.mkdir()
    other.mkdir()
    for place in (own, left, notes, other):
        age(place, 2 * DAY)
    temporary.remove_left(time.time())
    assert names(tmp_path) == sorted(path.name for path in (own, late, notes, other))


def test_a_round_is_done_at_once_and_what_is_held_stays(table, folder):
    held = loading.load_source(Wanted((str(table),)), folder)
    age(folder / "projects" / held, LONG_AGO)
    make_project(folder, "other", 10, LONG_AGO)
    done = threading.Event()
    housekeeping.begin(folder, 0, (held,), done.set)
    assert done.wait(10)
    assert names(folder / "projects") == [held]


def test_of_several_processes_one_does_the_round(folder, monkeypatch):
    done = []
    monkeypatch.setattr(housekeeping, "tidy", lambda *about: done.append(about))
    housekeeping.tidy_now_and_then(folder, 5)
    assert done == [(folder, 5)]
    (folder / housekeeping.ROUND).touch()
    housekeeping.tidy_now_and_then(folder, 5)
    assert len(done) == 1
    age(folder / housekeeping.ROUND, 400)
    housekeeping.tidy_now_and_then(folder, 5)
    assert len(done) == 2


def test_a_round_is_quick(folder):
    for n in range(2_000):
        (folder / "results" / f"{n:x}").write_bytes(b"0")
    for n in range(100):
        place = make_project(folder, f"p{n}", 10, LONG_AGO)
        (place / snapshot.BESIDE).write_text(json.dumps({"wanted": {"uris": ["a.csv"]}, "stamp": ""}))
    begun = time.perf_counter()
    tidy(folder, 1000)
    assert time.perf_counter() - begun < 1.0
    assert len(names(folder / "results")) == 2_000
