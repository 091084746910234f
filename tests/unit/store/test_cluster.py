"""Jobs on a real Dask cluster: a scheduler and workers in processes of their own."""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from panel.answers import registry
from panel.answers.ranking import IMPORTANCE
from panel.answers.study import CHECKS, NEXT_SWEEP
from panel.data import snapshot
from panel.question.selection import Selection, Target
from panel.store import shared_snapshots
from panel.store.cache import open_results, prepare
from panel.store.jobs import Jobs, Limits
from panel.store.places import Places, use_places
from panel.store.states import read_state
from tests.clusters import FEW_DEATHS, ROOT, Cluster, kill
from tests.unit.store import work
from tests.unit.store.test_jobs import calls, until

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("cluster")) as made:
        made.scheduler = made.start_scheduler()
        made.start_worker()
        made.start_worker()
        yield made


@pytest.fixture
def own(tmp_path):
    """A cluster of which something is killed; nothing runs yet."""
    with Cluster(tmp_path / "cluster") as made:
        yield made


@pytest.fixture
def serve(folder):
    """Make the jobs of a server; they are closed in the end."""
    made = []

    def make(cluster, folder=folder, **limits):
        made.append(Jobs(folder, 1, Limits(**limits), cluster.address))
        return made[-1]

    yield make
    for jobs in made:
        start = time.monotonic()
        jobs.close()
        assert time.monotonic() - start < 5, "whatever the cluster does"


def test_a_job_is_done_in_the_cluster_and_its_progress_is_told(serve, cluster, folder):
    jobs = serve(cluster)
    jobs.submit("k", work.quick, 7)
    status, result = jobs.get_status("k", wait=60)
    assert (status.state, result["square"]) == ("done", 49)
    assert result["pid"] != os.getpid()
    jobs.submit("slow", work.slow, "x")
    assert until(lambda: jobs.get_status("slow")[0].done > 0)
    first = jobs.get_status("slow")[0].done
    assert until(lambda: jobs.get_status("slow")[0].done > first)
    assert read_state(folder, "slow").state == "running", "any process can read it"
    jobs.cancel("slow")


def test_sources_are_read_on_this_machine(serve, cluster):
    jobs = serve(cluster)
    jobs.submit("k", work.parent, None, "reading")
    assert jobs.get_status("k", wait=60)[1] == os.getpid()


@pytest.fixture
def asked(sweep, folder):
    """A question about a project in the cache folder."""
    return Selection(snapshot.save(sweep(40), folder), Target("loss"))


def answer(jobs, request):
    record = None

    def is_answered():
        nonlocal record
        record, status = registry.ask(jobs, request)
        assert status["state"] in ("done", "queued", "running"), status
        return record is not None

    assert until(is_answered, 60)
    return record


def test_both_engines_give_equal_answers(serve, cluster, asked, folder):
    request = IMPORTANCE.make_request(asked, method="forest")
    in_cluster = answer(serve(cluster), request)
    open_results(folder).clear()
    local = Jobs(folder)
    try:
        assert json.dumps(answer(local, request)) == json.dumps(in_cluster), "to the last bit"
    finally:
        local.close()


hidden = pytest.mark.skipif(
    sys.platform != "linux", reason="a folder that another process does not see is made by /proc"
)


@pytest.fixture
def elsewhere(folder, monkeypatch):
    """The cache folder by a name under which workers find no cache folder, as if they were other machines."""
    monkeypatch.chdir(folder)
    return Path("/proc/self/cwd")


@hidden
def test_a_machine_without_the_folder_has_the_project_and_the_server_its_results(
    serve, cluster, asked, folder, elsewhere, tmp_path
):
    """Those on the way, too: the next sweep asks for the checks."""
    use_places(elsewhere, Places(snapshots=str(tmp_path / "snapshots")))
    shared_snapshots.put(asked.project, elsewhere)
    registry.ask(serve(cluster, elsewhere), NEXT_SWEEP.make_request(asked))
    assert until(lambda: registry.get_cached(NEXT_SWEEP.make_request(asked), folder), 60), "nobody came to fetch it"
    there = cluster.folder / "own"
    for request in (NEXT_SWEEP.make_request(asked), CHECKS.make_request(asked)):
        assert registry.get_cached(request, there) == registry.get_cached(request, folder) is not None


@hidden
def test_a_worker_with_another_cache_folder_at_the_path_of_the_server_is_another_machine(
    serve, cluster, sweep, folder, elsewhere, tmp_path
):
    at_that_path = prepare(cluster.folder)[0]
    use_places(elsewhere, Places(snapshots=str(tmp_path / "snapshots")))
    asked = Selection(snapshot.save(sweep(50), folder), Target("loss"))
    shared_snapshots.put(asked.project, elsewhere)
    request = IMPORTANCE.make_request(asked, method="forest")
    registry.ask(serve(cluster, elsewhere), request)
    assert until(lambda: registry.get_cached(request, folder), 60), "its result stayed there"
    assert list((at_that_path / "results").iterdir()) == []


@hidden
def test_a_worker_that_cannot_have_the_project_says_so(serve, cluster, asked, elsewhere):
    use_places(elsewhere, Places())
    jobs = serve(cluster, elsewhere)
    asked = Selection(asked.project[::-1], asked.target)
    jobs.submit("k", registry.work, IMPORTANCE.make_request(asked, method="forest").to_json())
    status, _ = jobs.get_status("k", wait=60)
    assert status.state == "failed"
    assert " has not the server's cache folder, and SWEEPLENS_SNAPSHOTS is not set: Project " in status.message


def test_two_servers_have_a_key_computed_once(serve, cluster, tmp_path):
    """They share no folder; one leaves, and the other has its result."""
    folders = [prepare(tmp_path / name)[0] for name in ("first", "second")]
    first, second = (serve(cluster, folder) for folder in folders)
    first.submit("both", work.counted, str(tmp_path))
    assert until(lambda: first.get_status("both")[0].done > 0)
    second.submit("both", work.counted, str(tmp_path))
    assert until(lambda: second.get_status("both")[0].done > 0)
    first.cancel("both")
    assert until(lambda: first.get_status("both")[0].state == "cancelled", 2)
    (tmp_path / "enough").touch()
    assert second.get_status("both", wait=30) == (second.get_status("both")[0], "counted")
    assert calls(tmp_path) == 1


@pytest.mark.parametrize("what", [work.slow, work.nap], ids=["that reports", "that does not"])
def test_cancelling_is_seen_at_once(serve, cluster, folder, what):
    jobs = serve(cluster)
    jobs.submit("k", what, "x")
    assert until(lambda: calls(folder) == 1)
    jobs.cancel("k")
    assert until(lambda: jobs.get_status("k")[0].state == "cancelled", 2)
    jobs.submit("other", work.quick, 3)
    assert jobs.get_status("other", wait=30)[1]["square"] == 9


def test_what_was_cancelled_can_be_asked_for_again(serve, cluster, folder):
    jobs = serve(cluster)
    for _ in range(3):
        jobs.submit("k", work.slow, "x")
        assert until(lambda: jobs.get_status("k")[0].done > 0)
        jobs.cancel("k")
        assert until(lambda: jobs.get_status("k")[0].state == "cancelled", 2)


def test_work_that_nobody_wants_stops(serve, cluster, folder):
    jobs = serve(cluster)
    jobs.submit("k", work.endless, "x")
    assert until(lambda: calls(folder) == 1)
    jobs.cancel("k")
    assert until(lambda: (folder / "stopped").exists(), 5)


def test_a_job_has_limits(serve, cluster, tmp_path):
    jobs = serve(cluster, seconds=0.3)
    jobs.submit("k", work.slow, "x")
    status, _ = jobs.get_status("k", wait=30)
    assert status.message == "This took longer than 0.005 minutes, the limit of this server."
    jobs = serve(cluster, prepare(tmp_path / "other")[0], unasked=0.5)
    jobs.name_user = lambda: "ann"
    jobs.submit("left", work.slow, "x")
    assert until(lambda: read_state(jobs.folder, "left").state == "running")
    assert until(lambda: read_state(jobs.folder, "left").state == "none", 10)


def test_a_scheduler_that_hangs_holds_nobody_up(serve, cluster, folder):
    jobs = serve(cluster)
    jobs.submit("goes on", work.counted, str(folder))
    jobs.submit("cancelled", work.slow, "x", "short")
    assert until(lambda: all(jobs.get_status(key)[0].done > 0 for key in ("goes on", "cancelled")))
    cluster.scheduler.send_signal(signal.SIGSTOP)
    try:
        told = f"the scheduler {cluster.address} does not answer"
        assert until(lambda: jobs.get_status("goes on")[0].message == told)
        jobs.cancel("cancelled")
        assert until(lambda: jobs.get_status("cancelled")[0].state == "cancelled", 2)
        (folder / "enough").touch()
        cluster.scheduler.send_signal(signal.SIGCONT)
        assert jobs.get_status("goes on", wait=30)[1] == "counted"
        assert (folder / "calls").read_text().count("counted") == 1
        jobs.submit("last", work.slow, "x")
        assert until(lambda: jobs.get_status("last")[0].done > 0)
        cluster.scheduler.send_signal(signal.SIGSTOP)
        start = time.monotonic()
        jobs.close()
        assert time.monotonic() - start < 5
    finally:
        cluster.scheduler.send_signal(signal.SIGCONT)


def test_faults_and_errors_of_the_user_are_told(serve, cluster):
    jobs = serve(cluster)
    jobs.submit("wrong", work.wrong, None)
    assert jobs.get_status("wrong", wait=30)[0].message == "the file is gone"
    jobs.submit("broken", work.broken, None)
    message = jobs.get_status("broken", wait=30)[0].message
    assert message.startswith("This could not be computed by the worker tcp://127.0.0.1:")
    assert "ZeroDivisionError: a bug" in message


def test_the_work_of_a_worker_that_dies_is_done_by_another_and_several_deaths_are_told(serve, own, folder):
    own.start_scheduler(**FEW_DEATHS)
    workers = {process.pid: process for process in (own.start_worker(), own.start_worker(), own.start_worker())}
    jobs = serve(own)
    jobs.submit("k", work.slow, "x")
    assert until(lambda: jobs.get_status("k")[0].done > 0.01)
    kill(workers.pop(int((folder / "calls").read_text().split()[1])))
    assert until(lambda: calls(folder) == 2)
    assert until(lambda: 0 < jobs.get_status("k")[0].done < 0.5), "its progress is heard"
    jobs.cancel("k")
    assert until(lambda: jobs.get_status("k")[0].state == "cancelled", 2)
    jobs.submit("kills", work.killed, None)
    message = jobs.get_status("kills", wait=60)[0].message
    assert message.startswith("2 workers died as they computed this, the last at tcp://127.0.0.1:")


def test_a_scheduler_that_is_away_is_waited_for(serve, own, folder):
    jobs = serve(own)
    jobs.submit("waits", work.slow, 3)
    jobs.submit("cancelled", work.slow, 3, "short")
    told = f"the scheduler {own.address} does not answer"
    assert until(lambda: jobs.get_status("waits")[0].message == told)
    jobs.cancel("cancelled")
    assert until(lambda: jobs.get_status("cancelled")[0].state == "cancelled", 2)
    jobs.submit("read", work.parent, None, "reading")
    assert jobs.get_status("read", wait=30)[1] == os.getpid(), "reading goes on"
    scheduler, worker = own.start_scheduler(), own.start_worker()
    assert until(lambda: jobs.get_status("waits")[0].done > 0)
    kill(scheduler)
    assert until(lambda: jobs.get_status("waits")[0].message == told)
    worker.wait(30)
    own.start_scheduler()
    assert until(lambda: jobs.get_status("waits")[0].message == "no worker is there")
    own.start_worker()
    assert until(lambda: calls(folder) == 2 and jobs.get_status("waits")[0].state == "running")
    first = jobs.get_status("waits")[0].done
    assert until(lambda: jobs.get_status("waits")[0].done > first)


def test_workers_of_another_program_are_refused(serve, own, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "panel", other / "panel", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "panel" / "errors.py").open("a") as file:
        file.write("# another version\n")
    own.start_scheduler()
    own.start_worker("--worker-port", "0", root=other)
    own.start_worker(offers=False)
    jobs = serve(own)
    jobs.submit("k", work.quick, 3)
    assert until(lambda: jobs.get_status("k")[0].message.count(own.address.rpartition(":")[0]) == 2)
    message = jobs.get_status("k")[0].message
    assert message.startswith("no worker can do this: the worker tcp://127.0.0.1:")
    assert "offers no SweepLens" in message
    assert ") this server SweepLens" in message.replace("),", ")")
    own.start_worker()
    assert jobs.get_status("k", wait=60)[1]["square"] == 9, "the one that can has it"
