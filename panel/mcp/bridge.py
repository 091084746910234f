"""The SDK's application, which is asynchronous, for a server that is not: it has a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from httpx2 import ASGITransport, Response
    from mcp.server.mcpserver import MCPServer

PATH = "mcp"
"""Where the tools are, behind the page's address."""

PAGE = "sweeplens-page"
"""The header that tells the tools where the page is, as the client calls it."""

EVERY = 0.2
"""Seconds between two looks at whether a client still waits for its answer."""


class Bridge:
    """
    What hands requests to the SDK's application.

    That is imported and started with the first request: a page that no assistant asks opens as fast as without it.
    Answers are whole, not streamed, and there are no sessions: any process of a server can answer any request.

    Parameters
    ----------
    make_server
        Makes the server of the tools.
    """

    def __init__(self, make_server: Callable[[], MCPServer]):
        self._make_server = make_server
        self._lock = threading.Lock()
        self._begun: tuple[asyncio.AbstractEventLoop, ASGITransport] | None = None

    def ask(
        self, method: str, headers: Mapping[str, str], body: bytes, has_left: Callable[[], bool]
    ) -> Response | None:
        """Return the answer to a request; ``None`` if its client left before: the work is then given up."""
        loop, transport = self._begin()
        asked = asyncio.run_coroutine_threadsafe(_send(transport, method, headers, body), loop)
        while not wait([asked], EVERY).done:
            if has_left():
                asked.cancel()
                return None
        return asked.result()

    def _begin(self) -> tuple[asyncio.AbstractEventLoop, ASGITransport]:
        with self._lock:
            if self._begun is None:
                self._begun = _start(self._make_server())
            return self._begun


def _start(server: MCPServer) -> tuple[asyncio.AbstractEventLoop, ASGITransport]:
    from httpx2 import ASGITransport
    from mcp.server.transport_security import TransportSecuritySettings

    app = server.streamable_http_app(
        streamable_http_path=f"/{PATH}",
        json_response=True,
        stateless_http=True,
        # who may call, the page's server has looked at before
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    loop, ready = asyncio.new_event_loop(), threading.Event()

    async def run() -> None:
        async with server.session_manager.run():
            ready.set()
            await asyncio.Event().wait()  # until this process ends

    threading.Thread(target=loop.run_until_complete, args=(run(),), daemon=True).start()
    ready.wait()
    return loop, ASGITransport(app)


async def _send(transport: ASGITransport, method: str, headers: Mapping[str, str], body: bytes) -> Response:
    from httpx2 import Request

    request = Request(method, f"http://localhost/{PATH}", headers=dict(headers), content=body)
    answer = await transport.handle_async_request(request)
    await answer.aread()
    return answer
