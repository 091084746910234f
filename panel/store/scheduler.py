"""
The connection of a server to a Dask scheduler: made when it is needed, and made anew whenever it was lost.

A thread does all that may wait for the network; whoever asks is told what is known. Dask's own client gives up after
a while, and what it had submitted is gone with the connection anyway. All clients have one loop, for one that cannot
connect leaves the loop that it would have made.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from ..errors import name_kind
from .worker import TOPIC

ANSWERED_WITHIN = 3.0
"""Seconds in which a scheduler that is there answers."""

LOOKED_EVERY = 0.5
"""Seconds between two looks at a scheduler and its workers, or two attempts to reach it."""

CLOSED_WITHIN = 1.0
"""Seconds that the end of a server waits for a scheduler to be told."""

log = logging.getLogger(__name__)


class Scheduler:
    """
    A scheduler as a server sees it.

    Parameters
    ----------
    address
        Its address, such as ``tcp://10.0.0.5:8786``.
    hear
        Called with the name of a task, the share that is done, and what is being done, in a thread of the client.

    Attributes
    ----------
    client
        A `distributed.Client` that is connected; ``None`` if there is none.
    answers
        Whether it answered when it was last asked; ``None`` if it was not asked yet.
    workers
        The names of what every worker offers, by its address, as was last seen.
    """

    def __init__(self, address: str, hear: Callable[[str, float, str], None]):
        self.address = address
        self.client: Any = None
        self.answers: bool | None = None
        self.workers: dict[str, frozenset[str]] = {}
        self._hear = hear
        self._needed, self._closed = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None
        self._loop = _Loop()

    def begin(self) -> None:
        """Connect, and look after it until told to `rest`."""
        self._needed.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._keep_connected, name="scheduler", daemon=True)
            self._thread.start()

    def rest(self) -> None:
        """Stay connected, but do not look: nothing is to be done."""
        self._needed.clear()

    def close(self) -> None:
        """Leave the scheduler, which drops what was submitted; one that does not answer is not waited for."""
        self._closed.set()
        self._needed.set()
        if self._thread is not None:
            self._thread.join(CLOSED_WITHIN)

    def _keep_connected(self) -> None:
        self._loop.start()
        try:
            self._look_again_and_again()
        finally:
            client, self.client = self.client, None
            if client is not None:
                with contextlib.suppress(Exception):  # of a scheduler that does not answer
                    client.close()
            self._loop.stop()

    def _look_again_and_again(self) -> None:
        while not self._closed.is_set():
            try:
                if self.client is None or self.client.status != "running":
                    self._connect()
                info = self.client.sync(self.client.scheduler.identity, n_workers=-1, callback_timeout=ANSWERED_WITHIN)
                offers = {address: frozenset(worker["resources"]) for address, worker in info["workers"].items()}
                self.workers, self.answers = offers, True
            except Exception as error:  # whatever it is, it may be over at the next attempt
                if self.answers is not False and not self._closed.is_set():
                    log.warning("the scheduler %s does not answer: %s", self.address, name_kind(error))
                self.answers = False
            self._closed.wait(LOOKED_EVERY)
            self._needed.wait()

    def _connect(self) -> None:
        Client = _import_client()
        lost, self.client = self.client, None
        if lost is not None:
            log.warning("the connection to the scheduler %s was lost", self.address)
            self.answers = False
            threading.Thread(target=lost.close, name="closing", daemon=True).start()  # it may wait long
        client = Client(
            self.address, timeout=ANSWERED_WITHIN, set_as_default=False, name="sweeplens", loop=self._loop.running
        )
        client.subscribe_topic(TOPIC, self._hear_event)
        self.client = client

    def _hear_event(self, event: tuple[float, dict[str, Any]]) -> None:
        said = event[1]
        self._hear(said["task"], said["done"], said["message"])


class _Loop:
    """
    A loop in a thread of its own.

    Attributes
    ----------
    running
        The loop, as clients are given it; there once it was started.
    """

    def __init__(self) -> None:
        self.running: Any = None
        self._ended: asyncio.Event | None = None

    def start(self) -> None:
        """Have it run, and wait until it does."""
        from tornado.ioloop import IOLoop

        async def run() -> None:
            self.running, self._ended = IOLoop.current(), asyncio.Event()
            runs.set_result(None)
            await self._ended.wait()

        runs: Future[None] = Future()
        threading.Thread(target=lambda: asyncio.run(run()), name="scheduler's loop", daemon=True).start()
        runs.result()

    def stop(self) -> None:
        """Have it end, and whatever is left in it."""
        if self._ended is not None:
            self.running.add_callback(self._ended.set)


def _import_client() -> Any:
    """Return Dask's client; what it would write to the terminal is told with the jobs, or in nobody's interest."""
    from distributed import Client
    from distributed.versions import VersionMismatchWarning

    warnings.simplefilter("ignore", VersionMismatchWarning)  # what matters is in a worker's offer
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return Client
