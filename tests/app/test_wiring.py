"""Callbacks and layout fit together; the server answers whom it should, and only them."""

import json
import math
import re
import time
from pathlib import Path

import pytest
from dash.development.base_component import Component

from panel.answers.defaults import choose_default_selection
from panel.page import ids, opening
from panel.page.web import create_app, find_assets_folder
from panel.settings import Settings
from panel.store import loading
from panel.store.cache import prepare

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A cache folder for all tests here: what is read of the sample once, the next app finds."""
    return prepare(tmp_path_factory.mktemp("wiring") / "cache")[0]


@pytest.fixture(scope="module")
def sample(folder):
    return choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)


@pytest.fixture
def make(folder, sample):
    made = []

    def build(**settings):
        app, jobs = create_app(Settings(cache_dir=folder, **settings), sample)
        made.append(jobs)
        return app

    yield build
    for jobs in made:
        jobs.close()


@pytest.fixture(scope="module")
def app(folder, sample):
    """One app that all who only ask it share, and with it the worker that its first question starts."""
    app, jobs = create_app(Settings(cache_dir=folder), sample)
    yield app
    jobs.close()


def ids_in(component):
    found = [component.id] if getattr(component, "id", None) else []
    for child in component._traverse():
        if isinstance(child, Component) and getattr(child, "id", None):
            found.append(child.id)
    return found


def test_ids_stand_once_in_the_layout(app):
    found = ids_in(app.layout())
    assert len(found) == len(set(found))


def test_every_callbacks_ids_exist_in_the_layout(app):
    found = set(ids_in(app.layout()))
    app._setup_server()
    for entry in app._callback_list:
        named = {d["id"] for d in entry["inputs"] + entry["state"]}
        named |= set(re.findall(r"([\w-]+)\.\w+", entry["output"])) if not entry["no_output"] else set()
        assert named <= found, entry["output"]


def test_every_id_is_used(app):
    declared = {value for name, value in vars(ids).items() if name.isupper()}
    assert declared == {i for i in ids_in(app.layout()) if i in declared}


def test_every_output_has_one_owner(app):
    app._setup_server()
    outputs = [e["output"] for e in app._callback_list if not e["no_output"]]
    assert len(outputs) == len(set(outputs))
    assert not any("@" in output for output in outputs)  # as allow_duplicate would have it


def test_every_clientside_function_exists(app):
    app._setup_server()
    scripts = "\n".join(path.read_text() for path in find_assets_folder().rglob("*.mjs"))
    for entry in app._callback_list:
        function = entry["clientside_function"]
        if function:
            assert f"callbacks.{function['function_name']} =" in scripts


def test_two_apps_live_in_one_process(make):
    first, second = make(), make()
    for app in (first, second):
        assert app.server.test_client().get("/", headers={"Host": "localhost"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8050", 200),
        ("localhost", 200),
        ("[::1]:8050", 200),
        ("127.0.0.2", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example:8050", 403),
        ("192.168.1.5", 403),
        ("", 403),
    ],
)
def test_foreign_hosts_are_refused(app, host, status):
    reply = app.server.test_client().get("/", headers={"Host": host})
    assert reply.status_code == status
    if status == 403:
        assert "--allowed-host" in reply.text


def test_hosts_can_be_allowed(make):
    client = make(allowed_host=("lens.example",)).server.test_client()
    assert client.get("/", headers={"Host": "lens.example:80"}).status_code == 200
    assert client.get("/", headers={"Host": "other.example"}).status_code == 403


def test_a_server_for_all_takes_addresses_and_its_own_name_but_no_others(make):
    import socket

    client = make(host="0.0.0.0").server.test_client()
    assert client.get("/", headers={"Host": "192.168.1.5:8050"}).status_code == 200
    assert client.get("/", headers={"Host": socket.gethostname()}).status_code == 200
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 403


def test_callbacks_refuse_foreign_hosts_too(app):
    client = app.server.test_client()
    assert client.post("/_dash-update-component", json={}, headers={"Host": "evil.example"}).status_code == 403


def test_a_request_is_as_large_as_the_largest_upload_at_most(app):
    whole = 4 * math.ceil(opening.LARGEST_UPLOAD * 1e6 / 3)
    for address in ("/_dash-update-component", "/_sweeplens/runs/rows"):
        for size, refused in ((10 * whole, True), (whole + 100_000, address.endswith("rows"))):
            reply = app.server.test_client().post(
                address, json={}, headers={"Host": "localhost"}, environ_overrides={"CONTENT_LENGTH": str(size)}
            )
            assert (reply.status_code == 413) == refused


def test_nothing_on_the_page_comes_from_elsewhere(app):
    page = app.server.test_client().get("/", headers={"Host": "localhost"}).text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources
    assert not [s for s in sources if s.startswith(("http:", "https:", "//"))]
    for path in (path for path in find_assets_folder().rglob("*") if path.is_file()):
        assert not re.findall(r"https?://(?!www\.w3\.org/)", path.read_text()), path


def test_responses_are_compressed(app):
    reply = app.server.test_client().get("/", headers={"Host": "localhost", "Accept-Encoding": "gzip"})
    assert reply.headers["Content-Encoding"] == "gzip"


def ask(app, output, inputs, state=(), triggered=""):
    body = {
        "output": output,
        "outputs": dict(zip(("id", "property"), output.split("."), strict=True)),
        "inputs": [{"id": i, "property": p, "value": v} for i, p, v in inputs],
        "state": [{"id": i, "property": p, "value": v} for i, p, v in state],
        "changedPropIds": [triggered or f"{inputs[0][0]}.{inputs[0][1]}"],
    }
    reply = app.server.test_client().post("/_dash-update-component", json=body, headers={"Host": "localhost"})
    if reply.status_code == 204:
        return None
    return json.loads(reply.text)["response"][output.split(".")[0]][output.split(".")[1]]


def test_the_overview_answers_the_question_it_was_asked(app, sample):
    question = {"selection": sample.to_json(), "method": "forest"}
    payload = ask(app, "overview.data", [("question", "data", question)])
    assert payload["question"] == question
    assert payload["answer"]["target"]["metric"] == "val_loss"


@pytest.mark.parametrize(
    "change",
    [
        {"target": {"metric": "nothing"}},
        {"project": "../../etc"},
        {"seed": "x"},
        {"filters": [{"column": "config.x", "low": 1}]},
    ],
)
def test_a_question_that_cannot_be_answered_gets_a_message(app, sample, change):
    question = {"selection": {**sample.to_json(), **change}, "method": "forest"}
    payload = ask(app, "overview.data", [("question", "data", question)])
    assert payload["question"] == question
    assert payload["error"]
    assert "Traceback" not in payload["error"]


def test_the_importance_arrives(app, sample):
    question = {"selection": sample.to_json(), "method": "forest"}
    inputs = [("question", "data", question), ("poll", "n_intervals", 0), ("retry", "n_clicks", None)]
    for _ in range(60):
        payload = ask(app, "importance.data", inputs)
        if payload["state"] == "done":
            break
        assert payload["state"] in ("queued", "running")
    assert payload["record"]["importance"][0]["parameter"] == "optimizer.lr"
    assert len(payload["figure"]["data"]) == 5


def test_an_unknown_method_fails_with_a_message(app, sample):
    question = {"selection": sample.to_json(), "method": "magic"}
    inputs = [("question", "data", question), ("poll", "n_intervals", 0), ("retry", "n_clicks", None)]
    for _ in range(30):
        payload = ask(app, "importance.data", inputs)
        if payload["state"] == "failed":
            break
    assert "'forest'" in payload["message"]


def test_a_change_of_the_source_is_noticed(folder, tmp_path, rng):
    file = tmp_path / "runs.csv"
    file.write_text("lr,loss\n" + "".join(f"{rng.random()},{rng.random()}\n" for _ in range(20)))
    asked = choose_default_selection(loading.load_source(loading.Wanted((str(file),)), folder), folder)
    app, jobs = create_app(Settings(cache_dir=folder, refresh=1), asked)
    try:
        client = app.server.test_client()
        where = f"/_sweeplens/status?project={asked.project}"
        assert client.get(where, headers={"Host": "localhost"}).json == {
            "changed": False,
            "stamp": "",
            "problem": "",
            "notice": "",
        }

        def look_until(told):
            end = time.monotonic() + 60  # an answer is given again for as long as the check lets others work
            while not (answer := client.get(where, headers={"Host": "localhost"}).json)[told]:
                assert time.monotonic() < end
                time.sleep(0.1)
            return answer

        file.write_text("lr,loss\n1,2\n")
        changed = look_until("changed")
        assert changed["stamp"] and not changed["problem"]
        file.unlink()
        assert "does not exist" in look_until("problem")["problem"]
    finally:
        jobs.close()


def test_app_py_exposes_a_wsgi_application(folder, monkeypatch):
    import importlib.util

    monkeypatch.setenv("SWEEPLENS_CACHE_DIR", str(folder))
    spec = importlib.util.spec_from_file_location("sweeplens_app", ROOT / "app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.server.test_client().get("/", headers={"Host": "localhost"}).status_code == 200
    assert module.server is module.server


def test_a_view_that_was_drawn_is_not_drawn_again(app, sample, monkeypatch):
    from panel.page.views import best, kept

    monkeypatch.setattr(kept, "DEAR", 0.0)
    question = {"selection": sample.to_json(), "method": "forest"}

    def ask_best(**asked):
        inputs = [
            ("question", "data", question),
            ("tab-asked", "data", {"tab": "best", **asked}),
            ("tab-poll", "data", 0),
            ("tab-retry", "n_clicks", None),
        ]
        for _ in range(60):
            answer = ask(app, "tab-answer.data", inputs)
            if answer["state"] == "done":
                return answer
        raise AssertionError(answer)

    first = ask_best()
    with monkeypatch.context() as changed:
        changed.setattr(best.figures, "draw_best", None)
        assert ask_best() == first
    assert ask_best(k=3)["record"] != first["record"]
