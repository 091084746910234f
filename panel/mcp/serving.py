"""The server of the tools: over standard input and output, or over HTTP."""

from __future__ import annotations

import logging
import socket
from importlib.metadata import PackageNotFoundError, version

import click
from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings

from ..settings import Settings, find_free_port
from ..store.faults import PACKAGE
from .desk import Desk
from .tools import make_tools

PATH = "/mcp"
"""Where the tools are on an HTTP server."""

LOCAL = ("127.0.0.1", "localhost", "[::1]")
"""Names of this machine to itself."""

INSTRUCTIONS = (
    "SweepLens says which hyperparameters matter in a project of training runs, how sure that is, whether the search "
    "was any good, and what to run next. Begin with open_source or describe, then rank. Every number comes with its "
    "interval and what it rests on: pass on the caveats. What is not clear of noise is no finding. Nothing can be "
    "changed through these tools."
)


def make_server(settings: Settings, shared: bool = False) -> MCPServer:
    """
    Return the server of the tools.

    Parameters
    ----------
    settings
        What was named at the start, and what else may be opened.
    shared
        Whether several clients use it.
    """
    logging.getLogger(PACKAGE).propagate = False  # a fault is one line for the client, its trace in the log
    try:
        number = version("sweeplens")
    except PackageNotFoundError:  # run from a checkout that is not installed
        number = ""
    return MCPServer(
        "sweeplens",
        title="SweepLens",
        version=number,
        instructions=INSTRUCTIONS,
        tools=make_tools(Desk(settings, shared)),
        log_level="ERROR",
    )


def serve_stdio(settings: Settings) -> None:
    """Serve the one client that started this process; whatever else is printed goes to standard error."""
    make_server(settings).run("stdio")


def serve_http(settings: Settings) -> None:
    """Listen for clients, and say where."""
    port = find_free_port(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else host  # noqa: S104
    click.echo(f"The tools of SweepLens are at http://{shown}:{port}{PATH}   (stop with Ctrl+C)")
    names = list_names(settings, host)
    security = TransportSecuritySettings(
        allowed_hosts=[*(f"{name}:*" for name in names), *settings.allowed_host],
        allowed_origins=[f"http://{name}:*" for name in names],
    )
    make_server(settings, shared=True).run(
        "streamable-http", host=settings.host, port=port, streamable_http_path=PATH, transport_security=security
    )


def list_names(settings: Settings, host: str) -> list[str]:
    """Return the names by which clients may call: a page elsewhere could have its own name point here."""
    anywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104
    own = [socket.gethostname().lower(), socket.getfqdn().lower()] if anywhere else [host]
    return list(dict.fromkeys((*LOCAL, *own, *settings.allowed_host)))
