"""What a visitor may see: another source's project is not told by its id, and one user's things not to another."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import pytest

from panel.answers.defaults import choose_default_selection
from panel.answers.listing import get_listing
from panel.page import ids
from panel.page.web import create_app
from panel.settings import Settings
from panel.store import loading, picks
from panel.store.cache import prepare
from tests.app.serving import serve

JSON = {"Content_Type": "application/json"}
HEADER = "X-Forwarded-User"
TABLE = "config.secret_lr,summary.loss\n" + "".join(f"{i},{i * i}\n" for i in range(40))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder from which sources may be opened, and beside it one from which they may not."""
    folder = tmp_path_factory.mktemp("permits")
    for name in ("inside", "outside"):
        (folder / name).mkdir()
        (folder / name / f"{name}.csv").write_text(TABLE.replace("secret", f"secret_{name}"))
    return folder


@pytest.fixture(scope="module")
def foreign(place):
    """The question about a project outside, which somebody has read into the cache folder before; it was answered."""
    folder = prepare(place / "cache")[0]
    asked = choose_default_selection(
        loading.load_source(loading.Wanted((str(place / "outside/outside.csv"),)), folder), folder
    )
    get_listing(asked, folder)
    return asked


@pytest.fixture(scope="module")
def server(place, foreign):
    arguments = ("sample", "--root", place / "inside", "--trust-proxy", HEADER)
    with serve(place / "cache", *arguments, cwd=place / "inside") as running:
        yield running


@pytest.fixture(scope="module")
def app(place, foreign):
    """The same in this process, to look through."""
    folder = place / "cache"
    start = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    app, jobs = create_app(Settings(sources=("sample",), root=(str(place / "inside"),), cache_dir=folder), start)
    yield app
    jobs.close()


def ask_callback(server, output, values, user="ada", triggered=""):
    """Ask a callback of the page; `values` has what its inputs and states hold by the component's id."""
    callbacks = json.loads(server.ask("/_dash-dependencies", X_Forwarded_User=user).text)
    found = next(one for one in callbacks if one["output"] == output)

    def fill(parts):
        return [{**part, "value": values.get(part["id"])} for part in parts]

    component, prop = output.split(".")
    body = {
        "output": output,
        "outputs": {"id": component, "property": prop},
        "inputs": fill(found["inputs"]),
        "state": fill(found["state"]),
        "changedPropIds": [triggered or f"{found['inputs'][0]['id']}.{found['inputs'][0]['property']}"],
    }
    reply = server.ask("/_dash-update-component", "POST", json.dumps(body), X_Forwarded_User=user, **JSON)
    assert reply.status == 200, reply.text
    return json.loads(reply.text)["response"][component][prop]


def open_source(server, user, uri):
    """Open a source as a user on the page; return what came of it."""
    asked = {"uri": uri, "token": str(time.time())}
    for _ in range(100):
        answer = ask_callback(server, f"{ids.OPENED}.data", {ids.OPENING: asked}, user)
        if answer.get("state") not in ("queued", "running"):
            return answer
        time.sleep(0.3)
    raise AssertionError(answer)


def upload(server, user, name="mine.csv", text=TABLE):
    contents = "data:text/csv;base64," + base64.b64encode(text.encode()).decode()
    given = {ids.UPLOADING: {"name": name, "contents": contents}}
    return ask_callback(server, f"{ids.UPLOADED}.data", given, user)["uri"]


# ---- an id is no key


def test_no_callback_tells_of_a_project_outside(app, foreign):
    """Every callback of the page is asked about it, and every address that takes a question."""
    client = app.server.test_client()
    question = {"selection": foreign.to_json(), "method": "forest"}
    values = {
        ids.QUESTION: question,
        ids.CARDS_ASKED: question,
        ids.SLICE_ASKED: {"selection": foreign.to_json(), "parameter": "secret_outside_lr"},
        ids.DETAIL_ASKED: ["secret_outside_lr"],
        ids.DETAIL_RUN: "0",
        ids.RUN_ASKED: "0",
        ids.FILTER_COLUMN: "config.secret_outside_lr",
        ids.OPENING: {"project": foreign.project, "token": "1", "question": question},
    }
    app._setup_server()
    asked = 0
    for entry in app._callback_list:
        if entry["clientside_function"]:
            continue
        for tab in ("best", "runs", "checks", "history", "curves") if "tab" in entry["output"] else ("",):
            values[ids.TAB_ASKED] = {"tab": tab}
            several = entry["output"].strip(".").split("...") if entry["output"].startswith("..") else [entry["output"]]
            outputs = [dict(zip(("id", "property"), one.split("."), strict=True)) for one in several]
            body = {
                "output": entry["output"],
                "outputs": outputs if len(outputs) > 1 else outputs[0],
                "inputs": [{**part, "value": values.get(part["id"])} for part in entry["inputs"]],
                "state": [{**part, "value": values.get(part["id"])} for part in entry["state"]],
                "changedPropIds": [f"{entry['inputs'][0]['id']}.{entry['inputs'][0]['property']}"],
            }
            reply = client.post("/_dash-update-component", json=body, headers={"Host": "localhost"})
            asked += 1
            assert "outside.csv" not in reply.text, entry["output"]
            if entry["output"] != f"{ids.UPLOADED}.data":
                assert reply.status_code == 204 or "not in the cache" in reply.text, (entry["output"], reply.text)
    assert asked > 12


@pytest.mark.parametrize("address", ["runs/rows", "runs/csv", "runs/select", "report"])
def test_no_address_tells_of_a_project_outside(server, foreign, address):
    asked = {"selection": foreign.to_json(), "method": "forest", "start": 0, "end": 10, "json": True}
    reply = server.ask(f"/_sweeplens/{address}", "POST", json.dumps(asked), X_Forwarded_User="ada", **JSON)
    assert "not in the cache" in json.loads(reply.text)["error"]
    assert "outside" not in reply.text


def test_the_status_of_a_project_outside_is_that_of_none(server, foreign):
    told = json.loads(server.ask(f"/_sweeplens/status?project={foreign.project}", X_Forwarded_User="ada").text)
    none = json.loads(server.ask("/_sweeplens/status?project=0123456789abcdef", X_Forwarded_User="ada").text)
    assert told["problem"].replace(foreign.project, "") == none["problem"].replace("0123456789abcdef", "")
    assert not told["changed"]


@pytest.mark.parametrize("uri", ["{place}/outside/outside.csv", "../outside/outside.csv", "{place}/inside/../outside"])
def test_a_path_outside_is_refused(server, place, uri):
    assert "lies outside" in open_source(server, "ada", uri.format(place=place))["error"]


def test_what_lies_inside_is_opened_and_told_to_all(server, place):
    opened = open_source(server, "ada", str(place / "inside" / "inside.csv"))
    selection = opened["question"]["selection"]
    for user in ("ada", "bob"):
        shown = ask_callback(
            server, "overview.data", {ids.QUESTION: {"selection": selection, "method": "forest"}}, user
        )
        assert shown["answer"]["runs"]["used"] == 40


def test_the_sample_may_be_asked_about_wherever_it_lies(place):
    inside = place / "inside"
    with serve(place / "cache", inside / "inside.csv", "--root", inside, "--trust-proxy", HEADER, cwd=inside) as server:
        opened = open_source(server, "ada", "sample")
        answer = ask_callback(server, f"{ids.OVERVIEW}.data", {ids.QUESTION: opened["question"]})
    assert answer["answer"]["project"]["name"] == "digits-mlp"


def test_the_page_makes_selections_in_one_place():
    page = Path(__file__).parents[2] / "panel" / "page"
    assert [file for file in page.rglob("*.py") if "Selection.from_json" in file.read_text()] == []


# ---- each user's own


def test_an_upload_is_the_users_own(server):
    uri = upload(server, "ada")
    opened = open_source(server, "ada", uri)
    selection = opened["question"]["selection"]
    question = {ids.QUESTION: {"selection": selection, "method": "forest"}}
    assert ask_callback(server, "overview.data", question, "ada")["answer"]["runs"]["used"] == 40
    assert "not in the cache" in ask_callback(server, "overview.data", question, "bob")["error"]
    refused = open_source(server, "bob", uri)
    assert refused["state"] == "failed"
    assert "does not exist" in refused["message"], "each user's names lead to that user's own things"


def test_an_upload_is_not_reached_by_a_path(server, place):
    upload(server, "ada")
    users = place / "cache" / "users"
    kept = next(users.rglob("mine.csv"))
    for uri in (kept, kept.parent, users, place / "cache", place, f"{users}/*/uploads/*/*.csv"):
        assert "lies outside" in open_source(server, "bob", str(uri))["error"], uri


def test_recent_sources_are_the_users_own(server, place):
    open_source(server, "cleo", str(place / "inside" / "inside.csv"))
    assert '"recent": []' in json.dumps(find_defaults(server, "dora"))
    assert [entry["name"] for entry in find_defaults(server, "cleo")["recent"]] == ["inside"]


def find_defaults(server, user):
    stores = [json.loads(server.ask("/_dash-layout", X_Forwarded_User=user).text)]
    while stores:
        part = stores.pop()
        if isinstance(part, dict):
            if part.get("props", {}).get("id") == ids.DEFAULTS:
                return part["props"]["data"]
            stores += part.values()
        elif isinstance(part, list):
            stores += part
    raise AssertionError("no defaults")


def test_picks_are_the_users_own(server, app):
    start = app.context.question
    asked = json.dumps({"selection": start.to_json()})
    picked = server.ask("/_sweeplens/runs/select", "POST", asked, X_Forwarded_User="ada", **JSON)
    key = json.loads(picked.text)["runs"]
    assert isinstance(key, str)

    def name(user):
        reply = server.ask("/_sweeplens/runs/named", "POST", json.dumps({"key": key}), X_Forwarded_User=user, **JSON)
        return json.loads(reply.text)

    assert len(name("ada")["runs"]) == int(key.partition("-")[0])
    assert "is not kept here" in name("bob")["error"]
    question = {ids.QUESTION: {"selection": {**start.to_json(), "picked": key}, "method": "forest"}}
    assert "answer" in ask_callback(server, "overview.data", question, "ada")
    assert "is not kept here" in ask_callback(server, "overview.data", question, "bob")["error"]


def test_who_is_alone_has_what_was_there_before(app):
    folder = app.context.folder
    with app.server.test_request_context(headers={"Host": "localhost"}):
        from panel.access.permits import check_asked, keep_picked

        key = keep_picked(map(str, range(50)), folder)
        check_asked(picked=key)
    assert len(picks.read_runs(key, folder)) == 50
