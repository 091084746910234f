"""What cannot be read is refused with a line, in the answer and in the log; no trace anywhere, and the page goes on."""

from __future__ import annotations

import json

import pytest

from panel.page import ids
from panel.page.bodies import find_problem
from panel.store.faults import name_log
from tests.app.serving import serve

JSON = {"Content_Type": "application/json"}
CALLBACKS = "/_dash-update-component"
GOOD = {
    "output": f"{ids.OVERVIEW}.data",
    "outputs": {"id": ids.OVERVIEW, "property": "data"},
    "inputs": [{"id": ids.QUESTION, "property": "data", "value": None}],
    "changedPropIds": [f"{ids.QUESTION}.data"],
}

BODIES = [
    "{",
    "",
    "[]",
    "1",
    "null",
    '"text"',
    "{}",
    "[" * 100_000,
    '{"a":' * 100_000,
    json.dumps({**GOOD, "output": "nothing.data"}),
    json.dumps({**GOOD, "output": ["overview.data"]}),
    json.dumps({**GOOD, "output": f"{ids.PROBLEM}.data"}),
    json.dumps({**GOOD, "inputs": None}),
    json.dumps({**GOOD, "inputs": {}}),
    json.dumps({**GOOD, "inputs": []}),
    json.dumps({**GOOD, "inputs": [1]}),
    json.dumps({**GOOD, "inputs": [{"id": {"type": "x"}, "property": "data"}]}),
    json.dumps({**GOOD, "inputs": [{"id": ids.QUESTION, "property": 1}]}),
    json.dumps({**GOOD, "inputs": [[{"id": ids.QUESTION, "property": "data"}]]}),
    json.dumps({**GOOD, "state": [{"id": "x", "property": "data"}]}),
    json.dumps({**GOOD, "outputs": [7]}),
    json.dumps({**GOOD, "outputs": "overview"}),
    json.dumps({**GOOD, "changedPropIds": 3}),
    json.dumps({**GOOD, "changedPropIds": [{}]}),
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("malformed") / "cache"


@pytest.fixture(scope="module")
def server(cache):
    with serve(cache, "sample") as running:
        yield running


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_body_that_cannot_be_read_is_refused(server, cache, body):
    log = name_log(cache)
    before = log.read_text().count("\n") if log.exists() else 0
    reply = server.ask(CALLBACKS, "POST", body, **JSON)
    assert reply.status == 400
    assert "Traceback" not in reply.text
    assert len(reply.text) < 400
    said = log.read_text().split("\n")[before:-1] if log.exists() else []
    assert len(said) <= 1, said


def test_a_body_that_is_no_json_is_refused(server):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert server.ask(CALLBACKS, "POST", json.dumps(GOOD), Content_Type=kind).status == 415


@pytest.mark.parametrize("value", [5, "text", [], {}, {"selection": 3}, {"selection": {"project": ["x"]}}])
def test_a_question_of_the_wrong_kind_gets_a_message(server, value):
    body = {**GOOD, "inputs": [{**GOOD["inputs"][0], "value": value}]}
    reply = server.ask(CALLBACKS, "POST", json.dumps(body), **JSON)
    assert reply.status == 200
    assert "error" in json.loads(reply.text)["response"][ids.OVERVIEW]["data"]
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("address", ["runs/rows", "runs/csv", "runs/select", "runs/named", "report"])
def test_other_addresses_refuse_what_they_cannot_read(server, address):
    for body in ("{", "[]", "3", "null", '{"a":' * 100_000):
        assert server.ask(f"/_sweeplens/{address}", "POST", body, **JSON).status == 400
    for body in ("{}", '{"selection": 3}', '{"selection": {}}'):
        reply = server.ask(f"/_sweeplens/{address}", "POST", body, **JSON)
        assert json.loads(reply.text)["error"]
        assert "fault of SweepLens" not in reply.text


@pytest.mark.parametrize(
    "path",
    [
        "nothing/x.js",
        "dash/nothing.js",
        "dash/../../etc/passwd",
        "os/path.js",
        "dash/x",
        "dash/.",
        "dash/%00",
        "dash/a.b.c",
    ],
)
def test_files_that_are_not_there_are_not_found(server, path):
    reply = server.ask(f"/_dash-component-suites/{path}")
    assert reply.status == 404
    assert "Traceback" not in reply.text
    assert "registered" not in reply.text, "which files there are is told to nobody"


def test_nothing_of_this_left_a_trace_and_the_page_is_there(server, cache):
    assert server.ask().status == 200
    log = name_log(cache)
    assert not log.exists() or "Traceback" not in log.read_text()


def test_what_the_page_itself_sends_is_no_problem():
    callbacks = {GOOD["output"]: {"callback": print, "inputs": GOOD["inputs"], "state": []}}
    assert find_problem(GOOD, callbacks) == ""
