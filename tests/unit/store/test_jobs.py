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
from panel.store.jobs import Jobs, Status, _write
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
    assert len(jobs._futures) <= module.MOST_FINISHED + 1
    assert jobs.get_status("k29")[1]["square"] == 29 * 29, "the latest are at hand"
    assert jobs.get_status("k0") == (Status("done", 1.0), None), "it is known that others are done"
    jobs.submit("k0", work.quick, 0)
    assert jobs.get_status("k0", wait=60)[1]["square"] == 0
    monkeypatch.setattr(module, "OLDEST_FINISHED", 0.0)
    jobs.forget_old()
    assert not jobs._futures


def test_what_is_done_comes_with_its_result(jobs, folder):
    """The worker says so in a file, a moment before its answer has come."""
    jobs.submit("k", work.slow, "x")
    assert until(lambda: jobs.get_status("k")[0].state == "running")
    _write(folder, "k", Status("done", 1.0))
    status, result = jobs.get_status("k")
    assert (status.state, result) == ("running", None)


def test_workers_are_spawned_and_stay(jobs):
    jobs.submit("a", work.quick, 1)
    first = jobs.get_status("a", wait=60)[1]["pid"]
    jobs.submit("b", work.quick, 2)
    assert jobs.get_status("b", wait=60)[1]["pid"] == first
    assert jobs._pool._mp_context.get_start_method() == "spawn"


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


def test_closing_ends_the_workers_and_the_thread_that_serves_them(jobs):
    """A thread that still ended while the interpreter exits wrote a traceback, now and then."""
    jobs.submit("k", work.slow, "x")
    thread, workers = jobs._pool._executor_manager_thread, list(jobs._pool._processes.values())
    start = time.monotonic()
    jobs.close()
    assert not thread.is_alive()
    assert not any(worker.is_alive() for worker in workers)
    assert time.monotonic() - start < 10
