"""
Behind a real nginx, with the files that the documentation shows.

Its own users are tried for real. oauth2-proxy and Authelia are not here: a small server answers as their documentation
says they do.
"""

from __future__ import annotations

import base64
import json
import re
import shlex
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

from panel.page import ids, opening
from panel.page.web import LARGEST_REQUEST
from tests.app.nginx import NAME, PASSWORDS, PREFIX, Client, run_nginx, write_basic
from tests.app.serving import ROOT, serve
from tests.app.test_access import OUTSIDE, needs_network
from tests.app.test_permits import TABLE, ask_callback, find_defaults, open_source
from tests.app.test_site import list_blocks
from tests.browser.conftest import FLAGS
from tests.chromium import present
from tests.services import HOST

pytestmark = [pytest.mark.heavy, pytest.mark.service("nginx")]

JSON = {"Content_Type": "application/json"}
HEADER = "X-Forwarded-User"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder from which sources may be opened, with two."""
    folder = tmp_path_factory.mktemp("nginx")
    for name in ("first", "second"):
        (folder / f"{name}.csv").write_text(TABLE.replace("secret_lr", f"{name}_lr"))
    return folder


def start(place, header):
    """Start the page by the command that the documentation has for such a proxy; it is opened on the sample here."""
    texts = [block.text for block in list_blocks("deploy.md") if block.kind == "console"]
    (command,) = {text.removeprefix("$ ").strip() for text in texts if f"--trust-proxy {header} " in text}
    assert f"--url-prefix {PREFIX}/ --allowed-host {NAME}" in command
    _, named, *options = shlex.split(command.replace("/data/sweeps", str(place)))
    assert named == str(place / "runs.csv")
    return serve(place / "cache", "sample", *options, cwd=place)


@pytest.fixture(scope="module")
def direct(place):
    with start(place, HEADER) as server:
        yield server


@pytest.fixture(scope="module")
def port(direct, tmp_path_factory):
    with run_nginx(tmp_path_factory.mktemp("run"), "nginx.conf", **{"8050": str(direct.port)}) as found:
        yield found


@pytest.fixture(scope="module")
def client(port):
    """Somebody who says to be someone else with each request."""
    return Client(port, {HEADER: "root"})


# ---- nginx's own users


def test_it_asks_for_a_name_and_a_password(client):
    for headers in ({}, {"Authorization": write_basic("ada", "wrong")}, {"Authorization": write_basic("root", "")}):
        refused = client.ask(**headers)
        assert refused.status == 401
        assert refused.headers["WWW-Authenticate"] == 'Basic realm="SweepLens"'
        assert "digits" not in refused.text


def test_the_page_and_all_it_loads_are_under_the_path(client):
    page = client.ask(X_Forwarded_User="ada")
    assert page.status == 200
    assert "<title>SweepLens</title>" in page.text
    files = re.findall(r'(?:src|href)="(/[^"?]+)', page.text)
    assert len(files) > 5
    assert all(file.startswith(f"{PREFIX}/") for file in files)
    assert {client.ask(file.removeprefix(PREFIX), X_Forwarded_User="ada").status for file in files} == {200}


def test_a_browser_reads_the_page_through_it(port):
    heard = []
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--host-resolver-rules=MAP {NAME} {HOST}"]
        chromium = playwright.chromium.launch(executable_path=present() or None, args=flags)
        credentials = {"username": "ada", "password": PASSWORDS["ada"]}
        page = chromium.new_context(http_credentials=credentials, ignore_https_errors=True).new_page()
        page.on("console", lambda m: heard.append(m.text) if m.type == "error" else None)
        page.on("response", lambda r: heard.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.goto(f"https://{NAME}:{port}{PREFIX}/")
        page.locator(".ag-row").first.wait_for(timeout=60_000)
        assert "optimizer.lr" in page.locator(".ag-row").first.inner_text()
        chromium.close()
    assert [line for line in heard if not line.startswith("401 ")] == []


def test_two_users_have_their_own_recent_sources_whoever_they_say_they_are(client, place):
    for user, name in (("ada", "first"), ("bob", "second")):
        assert open_source(client, user, str(place / f"{name}.csv"))["state"] == "done"
    for user, name in (("ada", "first"), ("bob", "second")):
        assert [entry["name"] for entry in find_defaults(client, user)["recent"]] == [name]
    client.sent[HEADER] = "bob"
    assert [entry["name"] for entry in find_defaults(client, "ada")["recent"]] == ["first"]
    client.sent[HEADER] = "root"


@pytest.mark.parametrize(
    "sent", ["x-forwarded-user: bob", "X_Forwarded_User: bob", "X-Forwarded-User: b\r\nX-FORWARDED-USER: bob"]
)
def test_no_spelling_of_the_header_gets_past_it(client, place, sent):
    """In WSGI an underline is a hyphen, and of two headers of one name the last counts, or both."""
    for user, name in (("ada", "first"), ("bob", "second")):
        open_source(client, user, str(place / f"{name}.csv"))
    head = [f"GET {PREFIX}/_dash-layout HTTP/1.0", f"Host: {NAME}", sent]
    head += [f"Authorization: {write_basic('ada', PASSWORDS['ada'])}", "", ""]
    answer = client.send("\r\n".join(head).encode()).decode()
    assert answer.startswith("HTTP/1.1 200")
    recent = re.search(r'"recent":\s*(\[.*?\])', answer)[1]
    assert [entry["name"] for entry in json.loads(recent)] == ["first"]


def test_the_page_does_not_answer_past_it(direct):
    refused = direct.ask(f"{PREFIX}/", Host=NAME)
    assert refused.status == 403
    assert f"its header {HEADER} is missing" in refused.text


@needs_network
def test_the_page_is_not_reached_from_elsewhere(direct):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((OUTSIDE, direct.port), timeout=5)


def test_the_password_stays_with_it(client, direct, place):
    """What nginx knows is not handed on, and so in no file."""
    client.ask(X_Forwarded_User="ada")
    secret = write_basic("ada", PASSWORDS["ada"]).encode()
    assert not [file for file in (place / "cache").rglob("*") if file.is_file() and secret in file.read_bytes()]


def test_another_name_is_refused_and_pages_elsewhere_are_too(client):
    assert client.ask(X_Forwarded_User="ada", Host="evil.example").status == 403
    foreign = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
    assert client.ask("/_sweeplens/status", X_Forwarded_User="ada", **foreign).status == 403
    own = {"Origin": f"https://{NAME}", "Sec_Fetch_Site": "same-origin"}
    assert (
        client.ask("/_sweeplens/runs/named", "POST", '{"key": "1"}', X_Forwarded_User="ada", **JSON, **own).status
        == 200
    )


def upload(client, size):
    """Send a table of so many bytes as a browser does."""
    line = b"0.1,0.25\n"
    content = (b"lr,loss\n" + line * (size // len(line) + 1))[:size]
    sent = "data:text/csv;base64," + base64.b64encode(content).decode()
    given = {ids.UPLOADING: {"name": "large.csv", "contents": sent}}
    return ask_callback(client, f"{ids.UPLOADED}.data", given, "ada")


def test_an_upload_may_be_as_large_as_the_page_takes(client, place):
    megabytes = int(re.search(r"client_max_body_size (\d+)m;", (ROOT / "docs/deploy/nginx.conf").read_text())[1])
    assert LARGEST_REQUEST <= megabytes * 2**20 < 1.1 * LARGEST_REQUEST
    size = int(opening.LARGEST_UPLOAD * 1e6)
    assert upload(client, size)["uri"]
    kept = next((place / "cache/users").rglob("large.csv"))
    assert kept.stat().st_size == size
    kept.unlink()
    assert "is larger than 100 MB" in upload(client, size + 1)["error"], "the page says it, not nginx"


# ---- others who say who somebody is


class Asked(BaseHTTPRequestHandler):
    """Stands for oauth2-proxy and Authelia: knows who has a cookie with a name, and leads others to sign in."""

    def do_GET(self):
        user = re.search(r"who=(\w+)", self.headers.get("Cookie", ""))
        self.server.heard.append((self.path, dict(self.headers)))
        if self.path not in ("/oauth2/auth", "/api/authz/auth-request"):
            self.answer(200, "Sign in")
        elif user:
            self.answer(202, "", **{"X-Auth-Request-User": user[1], "Remote-User": user[1]})
        else:
            self.answer(401, "", Location=f"https://auth.example.org/?rd={self.headers.get('X-Original-URL', '')}")

    def answer(self, status, text, **headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def asked():
    server = ThreadingHTTPServer((HOST, 0), Asked)
    server.heard = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(
    scope="module", params=[("nginx-oauth2-proxy.conf", "4180", HEADER), ("nginx-authelia.conf", "9091", "Remote-User")]
)
def known(request, place, asked, tmp_path_factory):
    """A page behind nginx, which asks somebody else who a user is; somebody who says to be root, and the file."""
    shown, was, header = request.param
    with start(place, header) as page:
        ports = {"8050": str(page.port), was: str(asked.server_port)}
        with run_nginx(tmp_path_factory.mktemp("run"), shown, **ports) as port:
            yield Client(port, {header: "root"}), shown


def test_who_is_not_known_is_led_to_sign_in(known):
    client, shown = known
    reply = client.ask("/some/page")
    if "authelia" in shown:
        assert reply.status == 302
        assert reply.headers["Location"] == f"https://auth.example.org/?rd=https://{NAME}{PREFIX}/some/page"
    else:
        assert (reply.status, reply.text) == (403, "Sign in")


def test_who_is_known_has_their_own_things_whatever_they_send(known, place, asked):
    client, _ = known
    for user, name in (("ada", "first"), ("bob", "second")):
        client.sent["Cookie"] = f"who={user}"
        assert client.ask().status == 200
        assert open_source(client, "", str(place / f"{name}.csv"))["state"] == "done"
        assert [entry["name"] for entry in find_defaults(client, "")["recent"]] == [name]
    client.sent.pop("Cookie")
    assert not any("Content-Length" in headers for _, headers in asked.heard if headers.get("Content-Length") != "")
