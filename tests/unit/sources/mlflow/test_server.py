"""MLflow's own tracking server, asked for the runs that lie in the fixture's database."""

import base64
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest
import requests

from panel import sources
from panel.errors import SourceError
from panel.sources.common.given import Given
from panel.sources.common.records import Reading
from panel.sources.mlflow import reader as mlflow
from panel.sources.mlflow import server as mlflow_server
from tests.unit.sources.mlflow.test_reader import copy

pytestmark = pytest.mark.heavy

SECONDS_TO_START = 200


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("mlflow")


@pytest.fixture(scope="session")
def address(place):
    """A server of a copy of the fixture's database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    store = f"sqlite:///{copy('mlflow.db', place)}"
    options = ["--backend-store-uri", store, "--port", str(port), "--workers", "1"]
    command = [sys.executable, "-m", "mlflow", "server", *options]
    with (place / "log").open("w") as log:
        alone = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # without the processes that run its jobs
        server = subprocess.Popen(command, cwd=place, env=alone, stdout=log, stderr=log, start_new_session=True)
    found = f"http://127.0.0.1:{port}"
    try:
        for _ in range(SECONDS_TO_START):
            assert server.poll() is None, (place / "log").read_text()
            try:
                if requests.get(f"{found}/version", timeout=5).ok:
                    break
            except requests.RequestException:
                time.sleep(1)
        else:
            raise AssertionError((place / "log").read_text())
        yield found
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)


@pytest.fixture
def database(tmp_path):
    return copy("mlflow.db", tmp_path)


def sorted_history(project):
    return project.history.frame.sort_values(["run_id", "metric", "step"], ignore_index=True)


def equal(one, other):
    for frame in ("runs", "config", "summary", "logged_nan"):
        pd.testing.assert_frame_equal(getattr(one, frame), getattr(other, frame), check_like=True)
    pd.testing.assert_frame_equal(sorted_history(one), sorted_history(other))


def post(address, path, **body):
    reply = requests.post(f"{address}/api/2.0/mlflow/{path}", json=body, timeout=30)
    reply.raise_for_status()
    return reply.json()


# ---- a real server ----


def test_a_server_gives_what_its_database_holds(address, database):
    project = sources.load(address)
    equal(project, sources.load(str(database)))
    assert (project.name, project.format, project.source) == ("digits", "MLflow", f"{address}#digits")
    assert project.parts == (f"{address}#digits", f"{address}#seeds")
    assert project.notes[0] == "1 deleted run left out."


def test_another_experiment_is_asked_for_by_its_name(address, database):
    equal(sources.load(f"{address}/#seeds"), sources.load(f"{database}#seeds"))
    with pytest.raises(SourceError, match="no part 'nothing'"):
        sources.load(f"{address}#nothing")


def test_many_runs_come_in_pages(address, database, monkeypatch):
    monkeypatch.setattr(mlflow_server, "PAGE", 4)
    seen = []
    project = sources.load(f"{address}#digits", Reading(progress=lambda done, what: seen.append((done, what))))
    equal(project, sources.load(f"{database}#digits"))
    assert len(seen) > 18 / 4
    assert seen == sorted(seen, key=lambda s: s[0])
    assert seen[-1] == (1.0, "reading digits")
    assert set(project.parts) >= {f"{address}#digits", f"{address}#seeds"}


@pytest.mark.parametrize(("setting", "value"), [("MOST_LINES", 9), ("AT_ONCE", 3), ("BULK", "nothing/there")])
def test_many_values_come_in_parts(address, database, monkeypatch, setting, value):
    monkeypatch.setattr(mlflow_server, setting, value)
    equal(sources.load(f"{address}#digits"), sources.load(f"{database}#digits"))


def test_the_stamp_of_a_server_changes_with_its_runs(address):
    first = sources.stamp(address)
    assert sources.stamp(address) == first
    seen = {first}

    def changes(path, **body):
        answer = post(address, path, **body)
        stamp = sources.stamp(address)
        assert stamp not in seen, path
        seen.add(stamp)
        return answer

    experiment = changes("experiments/create", name="new")["experiment_id"]
    run = changes("runs/create", experiment_id=experiment, start_time=1)["run"]["info"]["run_id"]
    changes("runs/log-metric", run_id=run, key="loss", value=0.5, timestamp=2, step=3)
    changes("runs/set-tag", run_id=run, key="stage", value="late")
    changes("runs/update", run_id=run, status="FINISHED", end_time=3000)
    project = sources.load(f"{address}#new")
    assert project.runs["state"].tolist() == ["finished"]
    assert project.summary["loss"].tolist() == [0.5]
    assert project.runs["runtime"].tolist() == [2.999]
    changes("runs/delete", run_id=run)
    assert len(sources.load(address).parts) == 2
    post(address, "experiments/delete", experiment_id=experiment)
    assert sources.stamp(address) == first


def test_an_address_below_a_server_is_none(address):
    with pytest.raises(SourceError, match="no address of runs"):
        sources.load(f"{address}/nothing")


# ---- other servers ----


class Other(http.server.BaseHTTPRequestHandler):
    """A server that answers whatever it was told to, and remembers who asked."""

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(self.headers.get("Authorization"))
        status, headers, body = self.server.replies(self)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def other():
    """Start servers, each with a function from a request to status, headers and body."""
    started = []

    def start(replies):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Other)
        server.replies, server.asked = replies, []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return server, f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


EMPTY = json.dumps({"experiments": [{"experiment_id": "0", "name": "Default"}]}).encode()


def refused(uri):
    with pytest.raises(SourceError) as error:
        sources.load(uri)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_an_address_where_nothing_answers_is_said_to_be_one():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{free.getsockname()[1]}"
    assert refused(uri) == f"{uri} does not answer: Connection refused."
    assert refused("http://nothing.invalid").startswith("http://nothing.invalid does not answer: ")
    assert refused("http://[broken").endswith(".")


def test_a_server_that_takes_too_long_is_said_to(other, monkeypatch):
    monkeypatch.setattr(mlflow_server, "QUICK", (0.2, 0.2))
    _, uri = other(lambda _: time.sleep(1) or (200, {}, EMPTY))
    assert refused(uri) == f"{uri} does not answer: it takes too long."


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'"experiments"', b'{"experiments": 3}', b"\xff"])
@pytest.mark.parametrize("status", [200, 404])
def test_another_server_is_not_taken_for_mlflows(other, status, body):
    _, uri = other(lambda _: (status, {}, body))
    assert not mlflow.recognises(Given(uri, None))


def test_the_address_of_wandb_is_left_to_its_reader():
    assert not mlflow.recognises(Given("https://wandb.ai/someone/project", None))
    assert not mlflow.recognises(Given("https://api.wandb.ai", None))
    assert not mlflow.recognises(Given("wandb://someone/project", None))


@pytest.mark.parametrize("status", [401, 403])
def test_a_server_that_asks_who_it_is_names_the_variables(other, status):
    _, uri = other(lambda _: (status, {"WWW-Authenticate": 'Basic realm="mlflow"'}, b"no"))
    said = refused(uri)
    assert uri in said
    assert "MLFLOW_TRACKING_USERNAME" in said


@pytest.mark.parametrize(
    ("variables", "header"),
    [
        ({"USERNAME": "me", "PASSWORD": "secret"}, f"Basic {base64.b64encode(b'me:secret').decode()}"),
        ({"TOKEN": "abc"}, "Bearer abc"),
        ({"USERNAME": "me", "PASSWORD": "secret", "TOKEN": "abc"}, f"Basic {base64.b64encode(b'me:secret').decode()}"),
        ({}, None),
    ],
)
def test_a_server_is_told_who_asks_but_no_other_that_it_names(other, monkeypatch, variables, header):
    for name in mlflow_server.ASKED:
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(f"MLFLOW_TRACKING_{name}", value)
    elsewhere, other_uri = other(lambda _: (200, {}, EMPTY))
    there = other_uri.replace("127.0.0.1", "localhost")
    server, uri = other(lambda asked: (307, {"Location": there + asked.path}, b""))
    assert mlflow.recognises(Given(uri, None))
    assert server.asked == [header]
    assert elsewhere.asked == [None]


def test_a_password_in_an_address_is_refused_and_not_shown():
    said = refused("http://me:secret@127.0.0.1:5000")
    assert "secret" not in said
    assert "MLFLOW_TRACKING_PASSWORD" in said


def test_what_a_server_says_is_wrong_is_said(other):
    def replies(asked):
        if asked.path.endswith("experiments/search"):
            return 200, {}, EMPTY
        return 400, {}, json.dumps({"error_code": "BAD", "message": "The schema\nis out of date."}).encode()

    _, uri = other(replies)
    assert refused(uri) == f"{uri} answers 400 to api/2.0/mlflow/runs/search: The schema is out of date."


def test_a_server_that_is_busy_is_asked_again(other):
    times = []

    def replies(asked):
        times.append(asked.path)
        return (503, {"Retry-After": "0"}, b"") if len(times) == 1 else (200, {}, EMPTY)

    _, uri = other(replies)
    assert mlflow.recognises(Given(uri, None))
    assert len(times) == 2


def test_a_server_without_runs_says_so(other):
    _, uri = other(lambda asked: (200, {}, EMPTY if "experiments" in asked.path else b"{}"))
    assert refused(uri) == f"{uri} holds no runs of MLflow."


def test_runs_in_strange_shapes_are_read_as_far_as_they_go(other):
    run = {
        "info": {"run_id": "5f1", "experiment_id": "0", "status": "NEW", "start_time": "1000", "end_time": None},
        "data": {
            "metrics": [
                {"key": "a", "value": "NaN", "step": "3"},
                {"key": "b", "value": "-Infinity"},
                "c",
                {"key": "d"},
            ],
            "params": [{"key": "lr", "value": "1e-3"}, {"key": "empty"}],
            "tags": None,
        },
    }
    page = json.dumps({"runs": [run, {"info": None}, 7]}).encode()

    def replies(asked):
        if "experiments" in asked.path:
            return 200, {}, EMPTY
        return 200, {}, page

    _, uri = other(replies)
    project = sources.load(uri)
    assert project.runs.loc["5f1", "state"] == "unknown"
    assert project.runs.loc["5f1", "created"] == pd.Timestamp(1, unit="s", tz="UTC")
    assert project.summary.loc["5f1", "b"] == float("-inf")
    assert project.logged_nan.loc["5f1", "a"]
    assert project.config.loc["5f1", "lr"] == 0.001


def test_reading_goes_on_with_the_next_page(other):
    pages = [{"runs": [{"info": {"run_id": str(i), "experiment_id": "0"}}], "next_page_token": "more"} for i in (0, 1)]

    def replies(asked):
        if "experiments" in asked.path:
            return 200, {}, EMPTY
        return 200, {}, json.dumps(pages.pop(0) if pages else {}).encode()

    _, uri = other(replies)
    with requests.Session() as session:
        found = list(mlflow_server._runs(session, uri, ["0"], 1, "start_time ASC"))
    assert [run["info"]["run_id"] for page in found for run in page.get("runs", ())] == ["0", "1"]
