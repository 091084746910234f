"""A line for each request: when, from where, who, what, how it ended, how large, how long. Never a token or a value."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

from flask import Flask, Response, g, request

from ..settings import Settings


def register(server: Flask, settings: Settings, out: TextIO | None = None) -> None:
    """
    Write the log that is asked for, if one is.

    Parameters
    ----------
    server
        The application: what is registered later is in the log, too.
    settings
        Which form the log has.
    out
        Where to; by default standard error.
    """
    if not settings.access_log:
        return
    write: Callable[[dict[str, Any]], str] = write_line if settings.access_log == "lines" else json.dumps

    @server.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @server.after_request
    def log(response: Response) -> Response:
        stream = out or sys.stderr
        with suppress(OSError, ValueError):  # who read it may have left
            stream.write(f"{write(describe(response))}\n")  # in one piece: other processes write there, too
            stream.flush()
        return response


def describe(response: Response) -> dict[str, Any]:
    """Return what is told of the present request: of its address the path alone, as links may hold a token."""
    visitor = g.get("visitor")
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "address": request.remote_addr or "",
        "user": visitor.name if visitor else "",
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "bytes": response.calculate_content_length(),
        "seconds": round(time.perf_counter() - g.begun, 4),
    }


def write_line(about: dict[str, Any]) -> str:
    """Return a line of what `describe` tells: what may hold a space is in quotation marks, what is not there a dash."""
    shown = {**about, "user": json.dumps(about["user"]) if about["user"] else None, "path": json.dumps(about["path"])}
    return " ".join("-" if value is None or value == "" else str(value) for value in shown.values())
