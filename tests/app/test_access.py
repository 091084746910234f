"""Who may come in: a real server over HTTP, by a token, by sessions, by a proxy's header, and past all of them."""

from __future__ import annotations

import re
import socket
import stat
import subprocess

import pytest

from panel.access.sessions import Sessions
from tests.app.serving import serve

FORM = {"Content_Type": "application/x-www-form-urlencoded"}
JSON = {"Content_Type": "application/json"}
TOKEN = "a-token-of-my-own_1"

ADDRESSES = ("/", "/any/page", "/_sweeplens/status", "/_sweeplens/first", "/_dash-layout", "/_dash-dependencies")
"""What a browser gets."""

POSTED = ("/_dash-update-component", "/_sweeplens/runs/rows", "/_sweeplens/report", "/mcp", "/nothing")


def find_address() -> str:
    """Return an address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.200", 9))
        except OSError:
            return ""
        return probe.getsockname()[0]


OUTSIDE = find_address()
needs_network = pytest.mark.skipif(not OUTSIDE or OUTSIDE.startswith("127."), reason="there is only loopback here")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache folder for all servers here: what one has read the next finds."""
    return tmp_path_factory.mktemp("access") / "cache"


@pytest.fixture(scope="module")
def running(cache):
    """A server beyond loopback of which nobody has decided who may come in."""
    with serve(cache, "sample", "--host", "0.0.0.0") as server:
        yield server


@pytest.fixture
def guarded(running, request):
    """That server, asked from an address that no other test asks from: wrong tokens are counted by address."""
    running.sender = f"127.0.{len(request.session.items) % 250}.{request.session.items.index(request.node) % 250 + 2}"
    return running


@pytest.fixture(scope="module")
def open_(cache):
    """A server on loopback, as it starts by default."""
    with serve(cache, "sample") as server:
        yield server


@pytest.fixture(scope="module")
def proxied(cache):
    """A server behind a proxy that names the users."""
    with serve(cache, "sample", "--host", "0.0.0.0", "--trust-proxy", "X-Forwarded-User") as server:
        yield server


def sign_in(server, **headers):
    return server.ask(f"/?token={server.token}", **headers).cookie


# ---- what was decided


def test_beyond_loopback_a_token_is_made_printed_and_said(cache):
    with serve(cache, "sample", "--host", "0.0.0.0") as server:
        assert len(server.token) >= 32
        assert server.ask().status == 401
        said = server.stop()
    assert "--host 0.0.0.0 lets others reach the page" in said
    assert server.token not in said
    for way in ("SWEEPLENS_TOKEN", "--trust-proxy", "--no-auth"):
        assert way in said


def test_on_loopback_nobody_is_asked(open_):
    assert open_.token == ""
    assert open_.ask().status == 200
    assert open_.ask("/_sweeplens/sign-out", "POST").status == 405, "there is nothing to end"


@needs_network
def test_no_auth_lets_everybody_in_and_says_so(cache):
    with serve(cache, "sample", "--host", "0.0.0.0", "--no-auth") as server:
        assert server.token == ""
        assert server.ask(to=OUTSIDE).status == 200
        assert "whoever reaches 0.0.0.0 may come in" in server.stop()


def test_a_token_of_ones_own_is_taken_from_the_environment_alone(cache, sweeplens):
    with serve(cache, "sample", SWEEPLENS_TOKEN=TOKEN) as server:
        assert server.token == TOKEN
        assert server.ask().status == 401
        assert server.ask(Authorization=f"Bearer {TOKEN}").status == 200
        assert server.stop() == ""
    refused = sweeplens("sample", "--token", TOKEN)
    assert refused.returncode == 2
    assert "No such option" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (["--no-auth", "--trust-proxy", "X-User"], {}, "--trust-proxy and --no-auth decide differently"),
        (["--no-auth"], {"SWEEPLENS_TOKEN": TOKEN}, "SWEEPLENS_TOKEN and --no-auth"),
        (["--trust-proxy", "X_User"], {}, "'X_User' is no header"),
        (["--proxy-address", "10.0.0.1"], {}, "is for --trust-proxy"),
        (["--trust-proxy", "X-User", "--proxy-address", "10.0.0.x"], {}, "'10.0.0.x' is no address"),
        (["--session-hours", "0"], {}, "A session of 0 hours"),
        ([], {"SWEEPLENS_TOKEN": "with a space"}, "SWEEPLENS_TOKEN has a character"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_no_token_shown(sweeplens, monkeypatch, arguments, variables, words):
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    done = sweeplens("sample", *arguments, "--no-browser")
    assert done.returncode == 2
    assert words in done.stderr
    assert all(text not in done.stderr for text in variables.values())


def test_a_wsgi_host_is_told_to_decide(sweeplens, monkeypatch, tmp_path):
    import sys

    monkeypatch.setenv("SWEEPLENS_HOST", "0.0.0.0")
    monkeypatch.setenv("SWEEPLENS_CACHE_DIR", str(tmp_path / "cache"))
    done = subprocess.run(
        [sys.executable, "-c", "from panel.wsgi import server"], capture_output=True, text=True, timeout=120
    )
    assert "SettingsError: Who may come in?" in done.stderr
    assert "SWEEPLENS_TOKEN" in done.stderr


# ---- without a right


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_told_without_a_token(guarded, address):
    for headers in ({}, {"Accept": "text/html"}, {"Authorization": "Bearer wrong"}, {"Cookie": "sweeplens=1"}):
        reply = guarded.ask(address, **headers)
        assert reply.status == 401
        assert "digits" not in reply.text
        assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("address", POSTED)
def test_nothing_is_taken_without_a_token(guarded, address):
    reply = guarded.ask(address, "POST", "{}", **JSON)
    assert reply.status == 401
    assert "sign in" in reply.text
    assert reply.headers["WWW-Authenticate"] == "Bearer"


def test_assets_and_the_documentation_are_guarded_too(guarded):
    cookie = sign_in(guarded)
    page = guarded.ask(Cookie=cookie).text
    files = re.findall(r'src="(/[^"?]+)', page)
    assert len(files) > 5
    assert {guarded.ask(file).status for file in files} == {401}
    assert guarded.ask("/documentation/reading.md").status == 401


def test_who_opens_a_page_gets_a_form_without_a_script(guarded):
    reply = guarded.ask("/", Accept="text/html,*/*")
    assert reply.status == 401
    assert '<input type="password" name="token"' in reply.text
    assert "<script" not in reply.text
    assert reply.headers["Cache-Control"] == "no-store"


# ---- by a token


def test_the_link_leads_in_and_the_token_leaves_the_address(guarded):
    reply = guarded.ask(f"/?token={guarded.token}&x=a%20b")
    assert reply.status == 303
    assert reply.headers["Location"] == "/?x=a+b"
    cookie = reply.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"):
        assert part in cookie
    assert guarded.token not in cookie
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    page = guarded.ask(Cookie=reply.cookie)
    assert page.status == 200
    assert guarded.token not in page.text


@pytest.mark.parametrize("path", ["//evil.example/a", "/\\evil.example", "///evil.example", "/%2F/evil.example"])
def test_a_token_leads_nowhere_else(guarded, path):
    where = guarded.ask(f"{path}?token={guarded.token}").headers["Location"]
    assert where is None or re.match(r"/(?![/\\])", where), where


def test_a_cookie_is_secure_where_the_page_is(guarded):
    assert "Secure" not in guarded.ask(f"/?token={guarded.token}").headers["Set-Cookie"]
    assert "Secure" in guarded.ask(f"/?token={guarded.token}", X_Forwarded_Proto="https").headers["Set-Cookie"]


def test_the_form_leads_in(guarded):
    reply = guarded.ask("/page?x=1", "POST", f"token={guarded.token}", Accept="text/html", **FORM)
    assert (reply.status, reply.headers["Location"]) == (303, "/page?x=1")
    assert guarded.ask(Cookie=reply.cookie).status == 200
    wrong = guarded.ask("/", "POST", "token=wrong", Accept="text/html", **FORM)
    assert wrong.status == 401
    assert "not the token" in wrong.text
    assert guarded.ask("/", "POST", "token=" + "x" * 9000, **FORM).status == 401


def test_a_program_sends_the_token_with_each_request(guarded):
    assert guarded.ask("/_sweeplens/status", Authorization=f"Bearer {guarded.token}").status == 200
    for wrong in (f"Bearer {guarded.token}x", f"Basic {guarded.token}", guarded.token, "Bearer", "Bearer \xe9"):
        assert guarded.ask("/_sweeplens/status", Authorization=wrong).status == 401


def test_a_wrong_token_in_the_address_is_refused(guarded):
    for wrong in ("", "wrong", guarded.token[:-1], guarded.token.swapcase()):
        reply = guarded.ask(f"/?token={wrong}", Accept="text/html")
        assert reply.status == 401
        assert "Set-Cookie" not in reply.headers


def test_cookies_that_this_server_did_not_write_are_none(guarded, tmp_path):
    good = sign_in(guarded)
    name, _, value = good.partition("=")
    foreign = Sessions(tmp_path, guarded.token, 12).begin()  # another secret
    payload, when, signature = value.split(".")
    changed = "A" if signature[5] != "A" else "B"
    forged = (
        f"{payload}.{when}.{signature[:5]}{changed}{signature[6:]}",
        f"x{payload[1:]}.{when}.{signature}",
        f"{payload}.A{when[1:]}.{signature}",
        f"{payload}.{when}.",
        foreign,
        "",
        "..",
        "a.b.c",
    )
    assert guarded.ask(Cookie=good).status == 200
    for cookie in forged:
        assert guarded.ask(Cookie=f"{name}={cookie}").status == 401


def test_a_session_ends_when_its_user_says_so(guarded):
    cookie, other = sign_in(guarded), sign_in(guarded)
    asked = guarded.ask("/_sweeplens/sign-out", Cookie=cookie)
    assert asked.status == 200
    assert guarded.ask(Cookie=cookie).status == 200, "a link ends nothing"
    ended = guarded.ask("/_sweeplens/sign-out", "POST", Cookie=cookie)
    assert (ended.status, ended.headers["Location"]) == (303, "/")
    assert guarded.ask(Cookie=cookie).status == 401, "also where the cookie was copied"
    assert guarded.ask(Cookie=other).status == 200


def test_a_session_ends_with_time_and_with_the_token(tmp_path, monkeypatch):
    sessions = Sessions(tmp_path, TOKEN, 1)
    cookie = sessions.begin()
    assert Sessions(tmp_path, TOKEN, 1).is_good(cookie), "of another process"
    assert not Sessions(tmp_path, f"{TOKEN}2", 1).is_good(cookie)
    import itsdangerous.timed

    now = itsdangerous.timed.time.time()
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: now + 3590)
    assert sessions.is_good(cookie)
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: now + 3700)
    assert not sessions.is_good(cookie)


def test_the_secret_is_for_the_user_alone(guarded, cache):
    for file in (cache / "access", cache / "access" / "secret"):
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


def test_the_token_is_nowhere_in_the_cache_folder(guarded, cache):
    sign_in(guarded)
    guarded.ask("/_dash-update-component", "POST", "{", Authorization=f"Bearer {guarded.token}", **JSON)
    token = guarded.token.encode()
    assert not [file for file in cache.rglob("*") if file.is_file() and token in file.read_bytes()]


def test_too_many_wrong_tokens_have_to_wait_but_who_is_in_does_not(cache):
    with serve(cache, "sample", "--auth") as server:
        cookie = sign_in(server)
        seen = [server.ask(Authorization="Bearer wrong").status for _ in range(12)]
        assert seen == [401] * 10 + [429] * 2
        assert server.ask(Authorization=f"Bearer {server.token}").status == 429, "or one could go on guessing"
        assert server.ask(f"/?token={server.token}").headers["Retry-After"] == "60"
        assert server.ask(Cookie=cookie).status == 200


# ---- by a proxy


def test_a_proxy_names_the_user(proxied):
    assert proxied.ask(X_Forwarded_User="ada").status == 200
    for headers in ({}, {"X_Forwarded_User": ""}, {"X_Forwarded_User": "  "}, {"X_Remote_User": "ada"}):
        refused = proxied.ask(**headers)
        assert refused.status == 403
        assert "X-Forwarded-User is missing" in refused.text
    assert proxied.ask(X_Forwarded_User="a" * 301).status == 403
    assert proxied.ask("/mcp", "POST", "{}", **JSON).status == 403


@needs_network
def test_a_header_from_elsewhere_is_not_believed(proxied, cache):
    refused = proxied.ask(to=OUTSIDE, X_Forwarded_User="ada", X_Forwarded_For="127.0.0.1")
    assert refused.status == 403
    assert "its proxy alone" in refused.text
    with serve(
        cache, "sample", "--host", "0.0.0.0", "--trust-proxy", "X-Forwarded-User", "--proxy-address", f"{OUTSIDE}/32"
    ) as server:
        assert server.ask(to=OUTSIDE, X_Forwarded_User="ada").status == 200
        assert server.ask(X_Forwarded_User="ada").status == 403


def test_a_users_name_is_no_markup(proxied):
    name = "<script>alert(1)</script>"
    for address in ADDRESSES:
        assert name not in proxied.ask(address, X_Forwarded_User=name).text


# ---- from pages elsewhere


FOREIGN = [
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "script"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_pages_elsewhere_ask_for_nothing(open_, headers):
    for address in (*ADDRESSES, "/assets/main.mjs"):
        assert open_.ask(address, **headers).status == 403
    for address in POSTED:
        assert open_.ask(address, "POST", "{}", **JSON, **headers).status == 403


def test_a_link_elsewhere_opens_the_page_and_nothing_else(open_):
    opens = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert open_.ask("/", **opens).status == 200
    for address in ("/_sweeplens/first", "/_sweeplens/status", "/_dash-layout", "/assets/main.mjs"):
        assert open_.ask(address, **opens).status == 403
    assert open_.ask("/", "POST", "{}", **JSON, **opens).status == 403
    assert open_.ask("/", **{**opens, "Sec_Fetch_Dest": "object"}).status == 403


def test_its_own_page_and_programs_ask_for_all(open_):
    own = f"http://127.0.0.1:{open_.port}"
    for headers in ({}, {"Sec_Fetch_Site": "same-origin"}, {"Sec_Fetch_Site": "none"}, {"Origin": own}):
        assert open_.ask("/_sweeplens/status", **headers).status == 200
        assert open_.ask("/_sweeplens/runs/named", "POST", '{"key": "1"}', **JSON, **headers).status == 200
