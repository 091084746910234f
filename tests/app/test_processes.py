"""A server of several processes: one address, one queue of work, and another process where one was killed."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.app.serving import serve

if os.name == "nt":
    pytest.skip("it sends signals", allow_module_level=True)


def list_answering(server):
    """Return the processes that answer, and not those that compute."""
    found = []
    for process in psutil.Process(server.process.pid).children():
        opened = {(c.laddr.port, c.status) for c in process.net_connections("tcp")}
        if (server.port, psutil.CONN_LISTEN) in opened:
            found.append(process)
    return found


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("processes")


def test_all_answer_one_is_killed_and_none_is_left(cache):
    with serve(cache, "sample", "--processes", 2, "--metrics", "--access-log", "json") as server:
        assert server.ask("/").status == 200
        first = wait_for(lambda: len(list_answering(server)) == 2 and list_answering(server))
        assert server.ask("/healthz").text == "ok\n"
        assert server.ask("/readyz").text == "ok\n"
        first[0].kill()
        wait_for(lambda: len(list_answering(server)) == 2 and first[0] not in list_answering(server))
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda _: server.ask("/_sweeplens/status").status, range(40)))
        assert replies == [200] * 40
        told = {
            (sample.name, tuple(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(server.ask("/metrics").text)
            for sample in family.samples
        }
        assert told["sweeplens_requests_total", ("status", "200")] == 40
        assert told["sweeplens_processes", ()] >= 4  # the first, two that answer, one that computes
        family = psutil.Process(server.process.pid).children(recursive=True)
        said = server.stop().splitlines()
    assert [line for line in said if line.startswith("A process that answers has ended (-9)")]
    requests = [json.loads(line) for line in said if line.startswith("{")]
    assert sum(request["path"] == "/_sweeplens/status" for request in requests) == 40
    wait_for(lambda: not [process for process in family if process.is_running()], 10)


def test_none_is_left_when_the_first_is_killed(cache):
    with serve(cache, "sample", "--processes", 2) as server:
        assert server.ask("/").status == 200
        family = psutil.Process(server.process.pid).children(recursive=True)
        assert len(family) >= 3
        os.kill(server.process.pid, signal.SIGKILL)
        wait_for(lambda: not [process for process in family if process.is_running()], 10)


def test_a_session_that_one_has_begun_is_good_in_the_other(cache):
    with serve(cache, "sample", "--processes", 2, "--auth", SWEEPLENS_TOKEN="a-token-1") as server:
        wait_for(lambda: len(list_answering(server)) == 2)
        cookie = server.ask("/?token=a-token-1").cookie
        assert [server.ask("/_sweeplens/status", Cookie=cookie).status for _ in range(12)] == [200] * 12
        assert server.ask("/_sweeplens/status").status == 401


def test_health_is_told_to_everybody_and_nothing_else(cache):
    with serve(cache, "sample", "--auth", "--metrics", SWEEPLENS_TOKEN="a-token-1") as server:
        for path in ("/healthz", "/readyz"):
            assert server.ask(path, Host="probe.example").text == "ok\n"
        assert server.ask("/metrics").status == 401
        assert server.ask("/metrics", Authorization="Bearer a-token-1").status == 200


def test_wrong_tokens_are_counted_together(cache):
    with serve(cache, "sample", "--processes", 2, "--auth", SWEEPLENS_TOKEN="a-token-1") as server:
        wait_for(lambda: len(list_answering(server)) == 2)
        told = [server.ask("/", Authorization=f"Bearer wrong-{number}").status for number in range(14)]
        assert told == [401] * 10 + [429] * 4
        assert server.ask("/", Authorization="Bearer a-token-1").status == 429


def test_it_stops_as_soon_as_it_has_begun(cache):
    for seconds in (0.0, 0.1, 0.3, 0.6):
        with serve(cache, "sample", "--processes", 2) as server:
            time.sleep(seconds)
            first = psutil.Process(server.process.pid)
            for process in (first, *first.children()):  # as a terminal does
                process.send_signal(signal.SIGINT)
            _, said = server.process.communicate(timeout=30)
            assert (said, server.process.returncode) == ("", 0)


def test_a_server_whose_cache_cannot_be_written_is_not_ready(cache):
    with serve(cache, "sample") as server:
        assert server.ask("/readyz").status == 200
        place = cache.rename(cache.with_name("away"))
        try:
            reply = server.ask("/readyz")
        finally:
            place.rename(cache)
        assert (reply.status, reply.text) == (503, "the cache folder cannot be written: No such file or directory\n")


def test_each_process_gives_the_files_of_a_page_that_another_one_sent(cache):
    with serve(cache, "sample", "--processes", 2) as server:
        wait_for(lambda: len(list_answering(server)) == 2)
        files = re.findall(r'src="(/_dash-component-suites/[^"]+)"', server.ask("/").text)
        assert len(files) > 5
        end = time.monotonic() + 10  # until the other one answers, too
        while time.monotonic() < end:
            with ThreadPoolExecutor(8) as pool:
                assert set(pool.map(lambda file: server.ask(file).status, files)) == {200}
