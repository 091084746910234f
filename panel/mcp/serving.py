"""The server of the tools, and how it speaks on standard input and output."""

from __future__ import annotations

import logging
from importlib.metadata import PackageNotFoundError, version

from mcp.server.mcpserver import MCPServer

from ..settings import Settings
from ..store.faults import PACKAGE
from .desk import Desk
from .tools import make_tools

INSTRUCTIONS = (
    "SweepLens says which hyperparameters matter in a project of training runs, how sure that is, whether the search "
    "was any good, and what to run next. Begin with open_source or describe, then rank. Every number comes with its "
    "interval and what it rests on: pass on the caveats. What is not clear of noise is no finding. Nothing can be "
    "changed through these tools."
)


def make_server(desk: Desk) -> MCPServer:
    """Return the server of the tools, which are about the sources of a desk."""
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
        tools=make_tools(desk),
        log_level="ERROR",
    )


def serve_stdio(settings: Settings) -> None:
    """Serve the one client that started this process; whatever else is printed goes to standard error."""
    make_server(Desk(settings)).run("stdio")
