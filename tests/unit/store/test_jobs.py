"""Jobs in real worker processes, spawned as they are everywhere."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panel.store import faults
from panel.store import jobs as module
from panel.store.jobs import Jobs, Limits
from panel.store.states import Status, read_state, take_lock, write_state
from tests.unit.store import work

pytestmark = pytest.mark.heavy


@pytest.fixture
def jobs(folder):
    made = Jobs(folder)
    yield made
    made.close()


def calls(folder):
    file = folder / "calls"
    return len(file.read_text().splitlines()) if file.exists() else 0


def until(check, seconds=30.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.02)
    return False


def test_a_job_is_done_in_another_process(jobs):
    jobs.submit("k", work.quick, 7)
    status, result = jobs.get_status("k", wait=60)
    assert status.state == "done"
    assert result["square"] == 49
    assert result["pid"] != os.getpid()


def test_results_of_finished_jobs_do_not_pile_up_in_memory(jobs, monkeypatch):
    for n in range(30):
        jobs.submit(f"k{n}", work.quick, n)
        assert jobs.get_status(f"k{n}", wait=60)[1]["square"] == n * n
    jobs.submit("last", work.quick, 1)
    assert len(jobs._jobs) <= module.MOST_FINISHED + 1
    assert jobs.get_status("k29")[1]["square"] == 29 * 29, "the latest are at hand"
    assert jobs.get_status("k0") == (Status("done", 1.0), None), "it is known that others are done"
    jobs.submit("k0", work.quick, 0)
    assert jobs.get_status("k0", wait=60)[1]["square"] == 0
    monkeypatch.setattr(module, "OLDEST_FINISHED", 0.0)
    jobs.forget_old()
    assert not jobs._jobs


def test_what_is_done_comes_with_its_result(jobs, folder):
    """The worker says so in a file, a moment before its answer has come."""
    jobs.submit("k", work.slow, "x")
    assert until(lambda: jobs.get_status("k")[0].state == "running")
    write_state(folder, "k", Status("done", 1.0))
    status, result = jobs.get_status("k")
    assert (status.state, result) == ("running", None)


def test_workers_are_spawned_and_stay(jobs):
    jobs.submit("a", work.quick, 1)
    first = jobs.get_status("a", wait=60)[1]["pid"]
    jobs.submit("b", work.quick, 2)
    assert jobs.get_status("b", wait=60)[1]["pid"] == first
    assert jobs._processes._context.get_start_method() == "spawn"


def test_a_key_is_computed_once_however_many_ask(jobs, folder):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: jobs.submit("k", work.slow, "x"), range(8)))
    assert until(lambda: calls(folder) >= 1)
    time.sleep(0.3)
    assert calls(folder) == 1
    jobs.cancel("k")


def test_two_servers_compute_a_key_once(folder):
    first, second = Jobs(folder), Jobs(folder)
    try:
        first.submit("k", work.slow, "x")
        assert until(lambda: first.get_status("k")[0].state == "running")
        second.submit("k", work.slow, "x")
        assert until(lambda: second.get_status("k")[0].state in ("running", "queued"))
        time.sleep(0.5)
        assert calls(folder) == 1
    finally:
        first.close()
        second.close()


def test_progress_goes_up_and_any_process_can_read_it(jobs, folder):
    jobs.submit("k", work.slow, "x")
    assert until(lambda: jobs.get_status("k")[0].done > 0)
    first = jobs.get_status("k")[0].done
    assert until(lambda: jobs.get_status("k")[0].done > first)
    code = (
        "import sys; from pathlib import Path; from panel.store.jobs import Jobs; "
        "s, _ = Jobs(Path(sys.argv[1])).get_status('k'); print(s.state, s.done > 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert done.stdout == "running True\n", done.stderr
    jobs.cancel("k")


def test_cancelling_stops_a_job_and_it_can_be_started_again(jobs, folder):
    jobs.submit("k", work.slow, "x")
    assert until(lambda: jobs.get_status("k")[0].state == "running")
    jobs.cancel("k")
    assert until(lambda: jobs.get_status("k")[0].state == "cancelled", 20)
    jobs.submit("k", work.quick, 3)
    assert jobs.get_status("k", wait=30)[1]["square"] == 9


def test_a_waiting_job_can_be_cancelled(jobs, folder):
    jobs.submit("first", work.slow, "x")
    jobs.submit("second", work.slow, "y")
    jobs.submit("third", work.slow, "z")
    jobs.cancel("third")
    assert until(lambda: jobs.get_status("third")[0].state == "cancelled", 20)
    jobs.cancel("first")
    jobs.cancel("second")


def test_an_error_of_the_user_is_told_as_it_is(jobs):
    jobs.submit("k", work.wrong, None)
    status, _ = jobs.get_status("k", wait=60)
    assert (status.state, status.message) == ("failed", "the file is gone")


def test_a_bug_is_told_without_a_traceback(jobs, folder):
    jobs.submit("k", work.broken, None)
    status, _ = jobs.get_status("k", wait=60)
    assert status.state == "failed"
    log = faults.name_log(folder)
    assert status.message == (
        f"This could not be computed: ZeroDivisionError: a bug. This is a fault of SweepLens. The trace is in {log}."
    )
    assert "Traceback" in log.read_text()


def test_an_exit_in_the_work_stops_that_job_alone(jobs):
    jobs.submit("k", work.leaving, None)
    assert jobs.get_status("k", wait=60)[0].state == "failed"
    jobs.submit("again", work.quick, 4)
    assert jobs.get_status("again", wait=60)[1]["square"] == 16


def test_another_process_with_an_old_number_is_not_taken_for_the_one_that_worked(folder):
    """In a container the server always has the same number."""
    for state in ("queued", "running"):
        write_state(folder, state, Status(state, pid=os.getpid()))
        assert read_state(folder, state).state == state
        os.utime(folder / "jobs" / f"{state}.json", (1e9, 1e9))
        assert read_state(folder, state).state == "none"
    lock = folder / "jobs" / "k.lock"
    lock.write_text(str(os.getpid()))
    assert not take_lock(folder, "k")
    os.utime(lock, (1e9, 1e9))
    assert not take_lock(folder, "k")
    assert take_lock(folder, "k")


def test_reading_has_workers_of_its_own(jobs):
    for n in range(2):
        jobs.submit(f"reading{n}", work.slow, n, "reading")
    jobs.submit("short", work.quick, 3, "short")
    jobs.submit("long", work.quick, 4)
    assert jobs.get_status("short", wait=60)[1]["square"] == 9
    assert jobs.get_status("long", wait=60)[1]["square"] == 16


def test_what_another_server_does_now_counts_more_than_how_it_ended_here(jobs, folder):
    jobs.submit("k", work.wrong, None)
    assert jobs.get_status("k", wait=60)[0].state == "failed"
    write_state(folder, "k", Status("running", 0.5, pid=os.getppid()))
    assert jobs.get_status("k")[0].state == "running"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_host_may_fork_after_the_page_was_loaded(folder):
    code = (
        "import os, sys; from pathlib import Path\n"
        "from panel.store.jobs import Jobs; from tests.unit.store import work\n"
        "if __name__ == '__main__':\n"
        "    jobs = Jobs(Path(sys.argv[1])); jobs.submit('before', work.quick, 2); jobs.get_status('before', 60)\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        jobs.submit('k', work.quick, 5); print(jobs.get_status('k', 60)[1]['square'], flush=True)\n"
        "        jobs.close(); os._exit(0)\n"
        "    os.waitpid(child, 0); jobs.submit('after', work.quick, 6)\n"
        "    print(jobs.get_status('after', 60)[1]['square'])\n"
    )
    script = folder / "server.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-W", "ignore::DeprecationWarning", str(script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert (done.stdout, done.stderr) == ("25\n36\n", "")


def test_what_runs_when_the_program_ends_is_not_waited_for(folder):
    code = (
        "import sys; from pathlib import Path\n"
        "from panel.store.jobs import Jobs; from tests.unit.store import work\n"
        "if __name__ == '__main__':\n"
        "    jobs = Jobs(Path(sys.argv[1])); jobs.submit('k', work.deaf, 2)\n"
        "    while jobs.get_status('k', 0.1)[0].state != 'running': pass\n"
    )
    script = folder / "server.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    start = time.monotonic()
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr) == ("", "")
    assert time.monotonic() - start < 25, "the work takes 30 s"


def test_what_cannot_be_started_or_brought_back_is_told_and_the_others_go_on(jobs, monkeypatch):
    jobs.submit("k", work.strange, None)
    status, _ = jobs.get_status("k", wait=60)
    assert (status.state, "This could not be computed" in status.message) == ("failed", True)
    with monkeypatch.context() as patched:
        patched.setattr(jobs._processes, "start", lambda *_: 1 / 0)
        jobs.submit("l", work.quick, 1)
        status, _ = jobs.get_status("l", wait=60)
    assert (status.state, "This could not be started" in status.message) == ("failed", True)
    jobs.submit("again", work.quick, 4)
    assert jobs.get_status("again", wait=60)[1]["square"] == 16


def test_a_worker_that_is_killed_is_replaced(jobs):
    jobs.submit("k", work.killed, None)
    status, _ = jobs.get_status("k", wait=60)
    assert status.state == "failed"
    assert "killed" in status.message
    jobs.submit("again", work.quick, 4)
    assert jobs.get_status("again", wait=60)[1]["square"] == 16


def test_nobody_asked(jobs):
    assert jobs.get_status("nothing")[0].state == "none"


def test_a_job_whose_server_died_counts_as_none(folder):
    code = (
        "import sys, time, os; from pathlib import Path\n"
        "from panel.store.jobs import Jobs; from tests.unit.store import work\n"
        "if __name__ == '__main__':\n"
        "    jobs = Jobs(Path(sys.argv[1])); jobs.submit('k', work.slow, 'x')\n"
        "    while jobs.get_status('k')[0].state != 'running': time.sleep(0.02)\n"
        "    print(jobs.get_status('k')[0].pid, flush=True); os.kill(os.getpid(), 9)\n"
    )
    script = folder / "server.py"
    script.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run([sys.executable, str(script), str(folder)], capture_output=True, text=True, env=environment)
    worker = int(done.stdout)

    def gone():
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return True
        return False

    assert until(gone, 10), "the worker outlived its server"
    assert Jobs(folder).get_status("k")[0].state == "none"


def test_closing_ends_the_workers_and_the_threads_that_serve_them(jobs):
    """A thread that still ended while the interpreter exits wrote a traceback, now and then."""
    jobs.submit("k", work.slow, "x")
    jobs.submit("l", work.slow, "x", "short")
    assert until(lambda: len(jobs._processes._busy) == 2)
    pools = list(jobs._processes._busy.values())
    workers = [worker for pool in pools for worker in pool._processes.values()]
    start = time.monotonic()
    jobs.close()
    assert not any(pool._executor_manager_thread.is_alive() for pool in pools if pool._executor_manager_thread)
    assert not any(worker.is_alive() for worker in workers)
    assert not jobs._watch.is_alive()
    assert time.monotonic() - start < 10
    jobs.submit("again", work.quick, 1)
    assert jobs.get_status("again", wait=0.3)[0].state == "none", "after that nothing starts"


def test_short_work_does_not_wait_for_long_work(jobs):
    for n in range(5):
        jobs.submit(f"long{n}", work.slow, n)
    jobs.submit("short", work.quick, 7, "short")
    status, result = jobs.get_status("short", wait=30)
    assert (status.state, result["square"]) == ("done", 49)
    assert jobs.get_status("long4")[0].state == "queued"


def test_of_long_work_each_user_has_their_turn(jobs, folder):
    users = iter(["ann", "ann", "ann", "bob"])
    jobs.name_user = lambda: next(users)
    for key in ("a1", "a2", "a3", "b1"):
        jobs.submit(key, work.quick, key == "b1")
    assert until(lambda: all(jobs.get_status(key)[0].state == "done" for key in ("a1", "a2", "a3", "b1")))
    asked = [line.split()[0] for line in (folder / "calls").read_text().splitlines()]
    assert asked.index("True") <= 1 + 1, asked


@pytest.mark.parametrize("deaf", [work.slow, work.deaf], ids=["that reports", "that does not"])
def test_a_cancelled_job_ends_whether_it_reports_or_not(jobs, folder, deaf):
    jobs.submit("k", deaf, "x")
    assert until(lambda: calls(folder) == 1)
    jobs.cancel("k")
    assert until(lambda: jobs.get_status("k")[0].state == "cancelled", 20), "the work takes 30 s"
    jobs.submit("k", work.quick, 3)
    assert jobs.get_status("k", wait=60)[1]["square"] == 9


@pytest.mark.parametrize(
    ("limits", "working", "words"),
    [
        (Limits(seconds=0.3), work.deaf, "This took longer than 0.005 minutes, the limit of this server."),
        (
            Limits(megabytes=100),
            work.large,
            "This took more than 100 megabytes of memory, the limit of this server (--memory).",
        ),
    ],
    ids=["time", "memory"],
)
def test_a_job_has_limits(folder, limits, working, words):
    jobs = Jobs(folder, 1, limits)
    try:
        jobs.submit("k", working, "x")
        status, _ = jobs.get_status("k", wait=30)
        assert (status.state, status.message) == ("failed", words)
    finally:
        jobs.close()


def test_whoever_asks_another_server_has_not_left(folder):
    first, second = Jobs(folder, 1, Limits(unasked=2)), Jobs(folder)
    try:
        first.name_user = lambda: "ann"
        first.submit("k", work.slow, "x")
        assert until(lambda: second.get_status("k")[0].state == "running")
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert second.get_status("k")[0].state == "running"
            time.sleep(0.05)
        assert until(lambda: read_state(folder, "k").state == "none", 10)
    finally:
        first.close()
        second.close()


def test_a_job_gives_way_to_what_its_user_asks_for_instead(folder):
    jobs = Jobs(folder, 1, Limits(moved_on=0.5))
    try:
        jobs.name_user = lambda: "ann"
        jobs.submit("old", work.slow, "x")
        assert until(lambda: calls(folder) == 1)
        jobs.submit("new", work.quick, 3)
        assert jobs.get_status("new", wait=20)[1]["square"] == 9, "the old one takes 30 s"
        assert jobs.get_status("old")[0].state == "none"
        jobs.submit("old", work.slow, "x")
        jobs.name_user = lambda: "bob"
        jobs.submit("bob's", work.quick, 3)
        time.sleep(2)
        assert jobs.get_status("old")[0].state == "running", "another user has to wait"
    finally:
        jobs.close()


def test_a_job_ends_when_its_last_asker_has_left_unless_the_server_itself_asked(folder):
    jobs = Jobs(folder, 2, Limits(unasked=0.5))
    try:
        jobs.submit("server's", work.slow, "x")
        jobs.name_user = lambda: "ann"
        for key in ("left", "waits", "asked"):
            jobs.submit(key, work.slow, key)
        end = time.monotonic() + 2
        while time.monotonic() < end:
            jobs.get_status("asked")
            time.sleep(0.05)
        assert jobs.get_status("left")[0].state == "none", "nobody cancelled it"
        assert jobs.get_status("waits")[0].state == "none"
        assert jobs.get_status("asked")[0].state == "running"
        assert jobs.get_status("server's")[0].state == "running"
    finally:
        jobs.close()
