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
from .settings import PORTS_TRIED, Settings, make_listening_error
from .starting import furnish_process, refuse_in_one_line
from .store.faults import catch_faults
from .store.jobs import Jobs
from .store.processes import end_with_parent, hold_back_signals
from .store.shared_jobs import AnyJobs, Door, SharedJobs, share_jobs

QUICK = 30.0
"""Seconds: a process that ends within so many of its start did not serve."""

MOST_QUICK = 3
"""After so many of them in a row no other one is started."""

BACKLOG = 1024
"""Connections that may wait to be taken."""

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
    Return a socket on which the server's address is listened to, at the port asked for or the next free one.

    Raises
    ------
    SweepLensError
        If none of the next ones is free, or the address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    reason = ""
    for port in range(settings.port, settings.port + PORTS_TRIED) if settings.port else (0,):
        try:
            return socket.create_server((settings.host, port), family=family, backlog=BACKLOG)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", "") or str(error)
    raise make_listening_error(settings.host, settings.port, reason)


def answer(served: Served, listener: socket.socket, jobs: AnyJobs) -> None:
    """Answer requests in this process until `KeyboardInterrupt` is raised in it."""
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
    try:
        server.run()
    finally:
        server.close()


def answer_in_processes(served: Served, listener: socket.socket, jobs: Jobs) -> None:
    """
    Have several processes answer requests until this one is asked to stop, by Ctrl+C or as a service.

    One that ends has another take its place.

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
        with hold_back_signals():  # one that is being started would end with a trace
            process.start()
        begun[process] = time.monotonic()

    heard, told = multiprocessing.Pipe(duplex=False)
    for number in (signal.SIGINT, signal.SIGTERM):  # no exception, which would leave a process half started
        signal.signal(number, lambda *_: told.send_bytes(b"."))

    try:
        for _ in range(served.settings.processes):
            start()
        while True:
            if heard in wait([heard, *(process.sentinel for process in begun)]):
                return
            for process in [process for process in begun if not process.is_alive()]:
                quick = quick + 1 if time.monotonic() - begun.pop(process) < QUICK else 0
                if quick >= MOST_QUICK:
                    raise SweepLensError(f"The processes that answer end at once (exit code {process.exitcode}).")
                click.echo(f"A process that answers has ended ({process.exitcode}); another takes its place.", err=True)
                start()
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the first process ends the others
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_with_parent()
    folder = served.settings.cache_dir
    with suppress(KeyboardInterrupt), refuse_in_one_line(), catch_faults("A process that answers has ended", folder):
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        furnish_process(served.settings)
        answer(served, listener, SharedJobs(folder, door))
