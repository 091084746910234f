"""Whether the server answers, and whether it can work: two addresses for what starts it, and what sends it requests."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from flask import Flask, Response

from ..data import snapshot
from ..errors import SourceError
from ..settings import Settings
from ..store.shared_jobs import AnyJobs

ALIVE, READY = "healthz", "readyz"
"""The addresses, from where the page is. Everybody may ask: the answer is a word."""


def is_health(path: str, settings: Settings) -> bool:
    """Say whether a path is one of the two."""
    return path in (f"{settings.url_prefix}{ALIVE}", f"{settings.url_prefix}{READY}")


def register(server: Flask, settings: Settings, jobs: AnyJobs, project_id: str) -> None:
    """
    Add both addresses.

    Parameters
    ----------
    server
        The application.
    settings
        Where the page is, and its cache folder.
    jobs
        The server's jobs.
    project_id
        What the page opens with.
    """

    @server.get(f"{settings.url_prefix}{ALIVE}")
    def tell_alive() -> Response:
        return _answer("ok", 200)

    @server.get(f"{settings.url_prefix}{READY}")
    def tell_ready() -> Response:
        problem = find_problem(settings.cache_dir, jobs, project_id)
        return _answer(problem or "ok", 503 if problem else 200)


def find_problem(folder: Path, jobs: AnyJobs, project_id: str) -> str:
    """
    Return why a server cannot work; empty if it can.

    Parameters
    ----------
    folder
        The cache folder.
    jobs
        The server's jobs.
    project_id
        What the page opens with.
    """
    probe = folder / f"ready.{os.getpid()}.{threading.get_ident()}"
    try:
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        return f"the cache folder cannot be written: {error.strerror or error}"
    try:
        snapshot.identify(project_id, folder)
    except SourceError:
        return "the project that the page opens with cannot be opened"
    try:
        jobs.count()
    except (OSError, EOFError):
        return "the process that computes does not answer"
    return ""


def _answer(words: str, status: int) -> Response:
    return Response(f"{words}\n", status, {"Cache-Control": "no-store"}, mimetype="text/plain")
