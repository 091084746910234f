"""Answer requests at one address: in this process, or in several, which share its jobs."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import click

from .errors import SweepLensError
from .question.selection import Selection
from .settings import Settings
from .store.jobs import Jobs
from .store.processes import end_with_parent
from .store.shared_jobs import AnyJobs, Door, SharedJobs, share_jobs

QUICK = 30.0
"""Seconds: a process that ends within so many of its start did not serve."""

MOST_QUICK = 3
"""After so many of them in a row no other one is started."""

PATIENCE = 5.0
"""Seconds that a process has to end when it is asked to."""


@dataclass(frozen=True)
class Served:
    """
    What is served.

    Attributes
    ----------
    settings
        What was set; who may come in is decided.
    asked
        The question that the page opens with.
    method
        The method that it opens with.
    """

    settings: Settings
    asked: Selection
    method: str


def listen(settings: Settings) -> socket.socket:
    """
    Return a socket on which the server's address is listened to.

    Raises
    ------
    SweepLensError
        If that cannot be.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or error
        raise SweepLensError(f"Cannot listen on {settings.host}, port {settings.port}: {reason}.") from error


def answer(served: Served, listener: socket.socket, jobs: AnyJobs) -> None:
    """Answer requests in this process until it is interrupted."""
    from waitress.server import create_server

    from .access.limits import make_limits
    from .mcp.mounting import mount_tools
    from .page import first
    from .page.web import LARGEST_REQUEST, create_app

    settings = served.settings
    app, _ = create_app(settings, served.asked, served.method, jobs)
    threads = settings.threads
    if settings.mcp:
        mount_tools(app.server, settings, served.asked.project)
        threads += settings.threads
    server = create_server(
        app.server,
        sockets=[listener],
        threads=threads,
        channel_request_lookahead=int(settings.mcp),  # only who still reads notices that a client has left
        ident=None,
        **make_limits(LARGEST_REQUEST),
    )
    threading.Thread(target=first.prepare, args=(app.context,), daemon=True).start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to stop a service is to stop it with Ctrl+C
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()


def answer_in_processes(served: Served, listener: socket.socket, jobs: Jobs) -> None:
    """
    Have several processes answer requests until this one is interrupted; one that ends has another take its place.

    Raises
    ------
    SweepLensError
        If they end as soon as they are started.
    """
    from .operating import metrics

    counted = metrics.count_together(served.settings)
    door = share_jobs(jobs)
    begun: dict[SpawnProcess, float] = {}
    quick = 0

    def start() -> None:
        process = multiprocessing.get_context("spawn").Process(
            target=_answer_for, args=(served, listener, door), name="server"
        )
        process.start()
        begun[process] = time.monotonic()

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for _ in range(served.settings.processes):
            start()
        while True:
            wait([process.sentinel for process in begun])
            for process in [process for process in begun if not process.is_alive()]:
                quick = quick + 1 if time.monotonic() - begun.pop(process) < QUICK else 0
                if quick >= MOST_QUICK:
                    raise SweepLensError(f"The processes that answer end at once (exit code {process.exitcode}).")
                click.echo(f"A process that answers has ended ({process.exitcode}); another takes its place.", err=True)
                start()
    except KeyboardInterrupt:
        pass
    finally:
        _end(list(begun))
        if counted:
            shutil.rmtree(counted, ignore_errors=True)


def _end(processes: list[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in processes:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()


def _answer_for(served: Served, listener: socket.socket, door: Door) -> None:
    """Answer requests in a process of its own, until the one that started it says so, or is no more."""
    from .starting import furnish_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the first process ends the others
    end_with_parent()
    furnish_process(served.settings)
    jobs = SharedJobs(served.settings.cache_dir, door)
    with suppress(KeyboardInterrupt):
        answer(served, listener, jobs)
