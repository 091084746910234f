"""The tools on the page's own server, about the page's sources."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request

from ..errors import SourceError
from ..settings import Settings, make_host_check, read_host
from ..store.loading import read_wanted
from .bridge import PAGE, PATH, Bridge
from .desk import Desk

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

LARGEST = 4_000_000
"""Bytes of the largest request."""


def mount_tools(server: Flask, settings: Settings, project_id: str) -> None:
    """
    Serve the tools beside the page.

    Who may call is what the page's guard says; a page elsewhere may not, whatever the server is called. Of the server's
    threads they hold so many as there are without them: it has twice as many, or refuses what is more.

    Parameters
    ----------
    server
        The page's, not started yet.
    settings
        Which sources may be opened, and who may call.
    project_id
        What the page opens with: of it the tools answer where no source is named.
    """
    desk = make_desk(settings, project_id)

    def make_tools() -> MCPServer:
        from .serving import make_server

        return make_server(desk)

    bridge = Bridge(make_tools)
    free = threading.BoundedSemaphore(settings.threads)
    is_trusted = make_host_check(settings)

    @server.route(f"{settings.url_prefix}{PATH}", methods=["GET", "POST", "DELETE"], strict_slashes=False)
    def answer_client() -> Response:
        origin = request.headers.get("Origin")
        if origin is not None and not is_trusted(read_host(origin.partition("://")[2])):
            return refuse(403, f"Pages of {origin!r} may not call this server.")
        if request.method != "POST":  # there is no session to listen to, or to end
            return refuse(405, "Ask by POST, as the Model Context Protocol says.", Allow="POST")
        if (request.content_length or 0) > LARGEST:
            return refuse(413, f"A question has at most {LARGEST:,} bytes.")
        body = request.get_data()
        if not free.acquire(blocking=False):
            return refuse(503, "Too many questions are being answered; ask again.", **{"Retry-After": "5"})
        try:
            headers = {name.lower(): value for name, value in request.headers}
            has_left = request.environ.get("waitress.client_disconnected", lambda: False)
            answer = bridge.ask(request.method, {**headers, PAGE: find_page(settings)}, body, has_left)
        finally:
            free.release()
        if answer is None:
            return Response(status=499)  # which nobody reads
        return Response(answer.content, answer.status_code, dict(answer.headers))


def make_desk(settings: Settings, project_id: str) -> Desk:
    """Return the sources of the page, read as the page reads them; none if its project was not read from a source."""
    try:
        start, _ = read_wanted(project_id, settings.cache_dir)
    except SourceError:
        return Desk(replace(settings, sources=()), shared=True)
    return Desk(settings, start, shared=True)


def find_page(settings: Settings) -> str:
    """Return where the page is, as the one who asks calls it; a proxy that speaks HTTPS to them says so."""
    secure = request.headers.get("X-Forwarded-Proto", request.scheme).lower() == "https"
    return f"{'https' if secure else 'http'}://{request.host}{settings.url_prefix}"


def refuse(status: int, words: str, **headers: Any) -> Response:
    """Return a refusal in words."""
    return Response(f"{words}\n", status, headers, mimetype="text/plain")
