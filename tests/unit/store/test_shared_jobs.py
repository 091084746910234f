"""Jobs that another process asks for: the same answers, each user's turn, and nobody without the key."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from multiprocessing.connection import Client

import pytest

from panel.store.cache import prepare
from panel.store.jobs import Jobs
from panel.store.shared_jobs import Door, SharedJobs, share_jobs
from panel.store.states import Status


def double(folder, what, progress):
    return {"doubled": 2 * what}


def wait_until_stopped(folder, what, progress):
    for _ in range(600):
        progress(0.5, "waiting")
        time.sleep(0.05)


@pytest.fixture
def jobs(tmp_path):
    folder, _ = prepare(tmp_path / "cache")
    jobs = Jobs(folder)
    yield jobs
    jobs.close()


def wait_for(shared, key, state, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, result = shared.get_status(key, 0.2)
        if status.state == state:
            return status, result
    raise AssertionError(f"{key} is {status}")


def ask_elsewhere(folder, door, results):
    shared = SharedJobs(folder, door)
    shared.submit("four", double, 2, "short")
    results.put(wait_for(shared, "four", "done"))


def test_another_process_has_a_job_done(jobs):
    results = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(
        target=ask_elsewhere, args=(jobs.folder, share_jobs(jobs), results)
    )
    process.start()
    assert results.get(timeout=60) == (Status("done", 1.0), {"doubled": 4})
    process.join()
    assert jobs.get_status("four")[0].state == "done"


def test_progress_comes_and_a_job_is_cancelled(jobs):
    shared = SharedJobs(jobs.folder, share_jobs(jobs))
    shared.submit("long", wait_until_stopped, None)
    assert wait_for(shared, "long", "running")[0].done in (0.0, 0.5)
    assert shared.count()["long"] == (0, 1)
    shared.cancel("long")
    wait_for(shared, "long", "cancelled", 2)


def test_who_asks_is_told_with_the_job(jobs):
    shared = SharedJobs(jobs.folder, share_jobs(jobs))
    for user in ("ann", "ann", "bob"):
        shared.name_user = lambda user=user: user
        shared.submit(f"{user} {time.monotonic()}", wait_until_stopped, None)
    assert [job.user for job in jobs._jobs.values()] == ["ann", "ann", "bob"]


def test_threads_ask_at_once(jobs):
    shared = SharedJobs(jobs.folder, share_jobs(jobs))
    found = {}

    def ask(number):
        shared.submit(f"key{number}", double, number, "short")
        found[number] = wait_for(shared, f"key{number}", "done")[1]["doubled"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: 2 * number for number in range(6)}


def test_what_cannot_be_asked_is_refused_and_the_connection_goes_on(jobs):
    shared = SharedJobs(jobs.folder, share_jobs(jobs))
    with pytest.raises(ValueError, match="close cannot be asked of the jobs"):
        shared._ask("close")
    assert shared.count()["long"] == (0, 0)


def test_a_fault_is_told_and_a_broken_connection_made_anew(jobs, monkeypatch):
    shared = SharedJobs(jobs.folder, share_jobs(jobs))

    def fail():
        raise LookupError(lambda: "which cannot be sent")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "count", fail)
        with pytest.raises(RuntimeError, match="LookupError"):
            shared.count()
    assert shared.count()["long"] == (0, 0)
    shared._own.connection.close()
    with pytest.raises(OSError):
        shared.count()
    assert shared.count()["long"] == (0, 0)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="it has pipes in their place")
def test_who_says_nothing_holds_nobody_up(jobs):
    door = share_jobs(jobs)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(door.address)
        assert SharedJobs(jobs.folder, door).count()["long"] == (0, 0)


def test_who_has_not_the_key_is_not_answered(jobs):
    door = share_jobs(jobs)
    with pytest.raises(multiprocessing.AuthenticationError):
        Client(door.address, authkey=b"guessed")
    assert SharedJobs(jobs.folder, door).count()["long"] == (0, 0)
    assert "guessed" not in repr(Door("x", b"guessed"))
