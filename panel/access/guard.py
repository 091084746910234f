"""Lets a request in, or says what is missing: the one place through which all requests of the server go."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, g, jsonify, request

from ..operating.health import is_health
from ..operating.metrics import METRICS
from ..settings import Settings
from .crossing import is_foreign
from .decision import is_loopback, is_token
from .form import TOKEN, write_sign_in, write_sign_out
from .sessions import PLACE as SESSIONS
from .sessions import Sessions
from .tries import PLACE as TRIES
from .tries import Tries
from .visitor import Visitor, find_own_folder, is_local

SIGN_OUT = "_sweeplens/sign-out"
"""Where a session is ended, from where the page is."""

NO_PAGE = ("_", "assets/", "mcp", METRICS)
"""What the addresses begin with, from where the page is, that are no pages: nobody links to them."""

LARGEST_FORM = 4_000
"""Bytes of the largest form: of those who are not in nothing larger is read."""

LONGEST_NAME = 300
"""Letters of a user's name."""

SIGN_IN_AGAIN = "You are not signed in, or no longer. Load the page again to sign in."

TOO_MANY = "Too many wrong tokens; wait a minute."


def register(server: Flask, settings: Settings) -> None:
    """
    Have every request looked at before anything else is done with it, whichever part of the server it is for.

    Parameters
    ----------
    server
        The application. What is added to it later is guarded, too.
    settings
        What was decided; where nothing was, this machine alone may come in.
    """
    find_user: Callable[[], str | Response]
    if settings.trust_proxy:
        find_user = _make_proxy_check(settings)
    elif settings.token:
        find_user = _make_token_check(server, settings)
    elif settings.auth is False:
        find_user = str  # everybody is the one user
    else:
        find_user = _check_local
    allowed = frozenset(host.lower() for host in settings.allowed_host)
    begin = settings.url_prefix

    @server.before_request
    def let_in() -> Response | None:
        if is_health(request.path, settings):
            return None
        is_page = not request.path.removeprefix(begin).startswith(NO_PAGE)
        if is_foreign(request.method, request.headers.get, request.host, allowed, is_page):
            return refuse(403, "A page elsewhere may link to this one, but not ask it for anything.")
        user = find_user()
        if isinstance(user, Response):
            return user
        g.visitor = _describe(user, settings)
        return None


def _describe(user: str, settings: Settings) -> Visitor:
    folder: Path = find_own_folder(user, settings.cache_dir)
    headers = {name.lower() for name, _ in request.headers}
    host = urlsplit(f"//{request.host}").hostname or ""
    return Visitor(folder, user, is_local(settings, request.remote_addr or "", host, headers))


def refuse(status: int, words: str) -> Response:
    """Return a refusal in words: as JSON to who sent JSON, else as text."""
    if request.mimetype == "application/json":
        answer = jsonify(error=words)
        answer.status_code = status
    else:
        answer = Response(f"{words}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _check_local() -> str | Response:
    """Let this machine in; somebody else may only if that was decided."""
    if is_loopback(request.remote_addr or ""):
        return ""
    return refuse(
        403,
        "It was not decided who may come in here. SWEEPLENS_TOKEN, SWEEPLENS_TRUST_PROXY or SWEEPLENS_AUTH=0 decides.",
    )


def _make_proxy_check(settings: Settings) -> Callable[[], str | Response]:
    """Return what finds the user whom a proxy names; anybody can send such a header, so only the proxy is believed."""
    networks = [ipaddress.ip_network(address, strict=False) for address in settings.proxy_address]

    def is_proxy(address: str) -> bool:
        if not networks:
            return is_loopback(address)
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in networks)

    def find_user() -> str | Response:
        if not is_proxy(request.remote_addr or ""):
            return refuse(403, "This server answers to its proxy alone. Open the address of the proxy.")
        name = request.headers.get(settings.trust_proxy, "").strip()
        if not name:
            return refuse(403, f"The proxy does not say who you are: its header {settings.trust_proxy} is missing.")
        if len(name) > LONGEST_NAME or not name.isprintable():
            return refuse(403, f"The proxy's header {settings.trust_proxy} holds no name.")
        return name

    return find_user


def _make_token_check(server: Flask, settings: Settings) -> Callable[[], str | Response]:
    """Return what lets in who shows the token, or the cookie of a session; adds the address that ends a session."""
    sessions = Sessions(settings.cache_dir, settings.token, settings.session_hours)
    tries = Tries(settings.cache_dir / SESSIONS / TRIES)
    where = settings.url_prefix

    def name_cookie() -> str:
        """Return the name of the cookie: a browser sends the cookies of all servers of one host to each of them."""
        return f"sweeplens-{urlsplit(f'//{request.host}').port or 'page'}"

    def is_signed_in() -> bool:
        return sessions.is_good(request.cookies.get(name_cookie(), ""))

    def compare(given: str) -> Response | None:
        """Return a refusal, unless a text is the token."""
        address = request.remote_addr or ""
        if tries.must_wait(address):
            return _ask_for_token(429, TOO_MANY)
        if is_token(given, settings.token):
            return None
        tries.count(address)
        return _ask_for_token(401, "That is not the token of this server.")

    def sign_in() -> Response:
        answer = _lead_to(_find_address())
        secure = request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"
        answer.set_cookie(
            name_cookie(), sessions.begin(), sessions.seconds, path=where, secure=secure, httponly=True, samesite="Lax"
        )
        return answer

    def find_user() -> str | Response:
        if request.authorization and request.authorization.type == "bearer":
            return compare(request.authorization.token or "") or ""
        in_address = request.args.get(TOKEN) if request.method == "GET" else None
        if in_address is not None:  # it leaves the address at once, lest it be seen, kept or sent on
            if is_signed_in():
                return _lead_to(_find_address())
            return compare(in_address) or sign_in()
        if is_signed_in():
            return ""
        if _is_form():
            return compare(request.form.get(TOKEN, "")) or sign_in()
        return _ask_for_token(401)

    @server.route(f"{where}{SIGN_OUT}", methods=["GET", "POST"])
    def sign_out() -> Response:
        if request.method == "GET":  # a link to it ends nothing
            return Response(write_sign_out(), mimetype="text/html", headers=FORM)
        sessions.end(request.cookies.get(name_cookie(), ""))
        answer = _lead_to(where)
        answer.delete_cookie(name_cookie(), path=where)
        return answer

    return find_user


FORM = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
"""Headers of a form. A browser that may send no referrer does not say either that a form is of the same origin."""


def _ask_for_token(status: int, problem: str = "") -> Response:
    """Return the form to who opens a page, words to a script."""
    if "text/html" not in request.headers.get("Accept", "") or request.mimetype == "application/json":
        answer = refuse(status, problem or SIGN_IN_AGAIN)
    else:
        answer = Response(write_sign_in(problem), status, FORM, mimetype="text/html")
    answer.headers["WWW-Authenticate"] = "Bearer"
    if status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def _is_form() -> bool:
    is_small = 0 < (request.content_length or 0) <= LARGEST_FORM
    return request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded" and is_small


def _find_address() -> str:
    """Return the address that was asked for, without its token; it begins with one slash, and so leads nowhere else."""
    path = quote(f"{request.root_path}{request.path}".lstrip("/\\"))
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != TOKEN]
    return f"/{path}" + (f"?{urlencode(rest)}" if rest else "")


def _lead_to(address: str) -> Response:
    return Response("", 303, {"Location": address, "Cache-Control": "no-store"})
