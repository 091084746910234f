"""
The workers of a Dask cluster as what does a server's work.

A thread follows each task: it submits it, writes the state that others read, and submits it again when the connection
was lost. A task's name in the cluster is its key, and what it asks of a worker: servers that ask for the same have it
computed once, and it goes on as long as one of them wants it. That a worker died is Dask's affair, until several have.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future
from dataclasses import dataclass, field
from typing import Any

from .cache import make_identity, open_results
from .engine import Task
from .faults import tell_fault
from .offers import describe_program, name_offer, tell_lack
from .running import TICK
from .scheduler import Scheduler
from .states import Status, is_asked_to_stop, let_go_on, write_state
from .worker import Outcome, work_on

FETCHED_WITHIN = 30.0
"""Seconds that a result may take to come before it is asked for again."""


@dataclass(eq=False)
class _Followed:
    """A task that is followed: what is known of it, and what wakes the thread that follows it."""

    task: Task
    future: Future[tuple[Status, Any]] = field(default_factory=Future)
    name: str = ""
    progress: tuple[float, str] | None = None
    begun: float = math.inf  # of `time.monotonic`
    written: Status | None = None
    woken: threading.Event = field(default_factory=threading.Event)
    settling: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Wait until there is news, or it is time to look."""
        self.woken.wait(TICK)
        self.woken.clear()

    def settle(self, status: Status, result: Any) -> None:
        """Tell how it ended, unless it was ended before."""
        with self.settling:
            if not self.future.done():
                let_go_on(self.task.folder, self.task.key)
                write_state(self.task.folder, self.task.key, status)
                self.future.set_result((status, result))

    def end(self) -> None:
        """End it: whoever waits for it waits no longer, whatever the cluster does."""
        with self.settling:
            if not self.future.done():
                self.future.set_exception(BrokenExecutor("ended"))
        self.woken.set()


class Cluster:
    """
    An `Engine`: the workers of a Dask scheduler.

    How much memory a task takes is limited where the worker is started (``dask worker --memory-limit``).
    """

    def __init__(self, address: str):
        self._scheduler = Scheduler(address, self._hear)
        self._followed: dict[Future[Any], _Followed] = {}

    def choose_most(self, most: int) -> int:
        """Return how many workers can do this server's work, or `most` if that is more: then some waits there."""
        workers = self._scheduler.workers
        offer = name_offer("long", describe_program()) if workers else ""
        return max(most, sum(offer in offers for offers in workers.values()))

    def start(self, task: Task) -> Future[tuple[Status, Any]]:
        """Have a worker do a task; where none can, or no scheduler answers, that is told and waited for."""
        followed = _Followed(task)
        self._followed[followed.future] = followed
        self._scheduler.begin()
        threading.Thread(target=self._follow, args=(followed,), name=f"following {task.key}", daemon=True).start()
        return followed.future

    def release(self, future: Future[Any], again: bool = True) -> None:
        """Forget what is done."""
        del self._followed[future]
        if not self._followed:
            self._scheduler.rest()

    def end(self, future: Future[Any]) -> None:
        """Give a task up: its worker stops at its next progress report, unless another server wants it."""
        self._followed[future].end()

    def measure_memory(self, future: Future[Any]) -> int:
        """Return 0: the worker's own limit holds."""
        return 0

    def measure_time(self, future: Future[Any]) -> float:
        """Return the seconds since a worker said that it works on this; 0 before."""
        return max(0.0, time.monotonic() - self._followed[future].begun)

    def close(self) -> None:
        """Give all tasks up."""
        for followed in list(self._followed.values()):
            followed.end()
        self._scheduler.close()

    def _hear(self, name: str, done: float, message: str) -> None:
        for followed in list(self._followed.values()):
            if followed.name == name:
                followed.begun = min(followed.begun, time.monotonic())
                followed.progress = done, message
                followed.woken.set()

    def _follow(self, followed: _Followed) -> None:
        folder = followed.task.folder
        try:
            outcome = self._see_through(followed)
            for key, result in outcome.kept.items():
                open_results(folder).set(key, result)
            followed.settle(outcome.status, outcome.result)
        except Exception as error:
            followed.settle(Status("failed", message=tell_fault("This could not be computed", error, folder)), None)

    def _see_through(self, followed: _Followed) -> Outcome:
        """Have a task done, however often that takes a new attempt."""
        task, attempt = followed.task, 0
        offer = name_offer(task.lane, describe_program())
        asked = hashlib.sha256(offer.encode()).hexdigest()[:8]
        while not followed.future.done():
            if is_asked_to_stop(task.folder, task.key):
                return Outcome(Status("cancelled"))
            client = self._scheduler.client
            if client is None or client.status != "running":
                self._write(followed)
                followed.wait()
                continue
            followed.name = f"sweeplens-{task.key}-{asked}-{attempt}"
            followed.progress, followed.begun = None, math.inf
            outcome = self._attempt(client, followed, offer)
            if outcome is not None and outcome.status.state != "cancelled":
                return outcome
            attempt += outcome is not None  # it was being stopped for another server when this one joined it
        return Outcome(Status("none"))

    def _attempt(self, client: Any, followed: _Followed, offer: str) -> Outcome | None:
        """Submit a task and follow it; return ``None`` if it is not wanted any more, or the connection was lost."""
        task = followed.task
        arguments = str(task.folder), make_identity(task.folder), task.places, task.work, task.what
        submitted = client.submit(work_on, *arguments, key=followed.name, resources={offer: 1})
        submitted.add_done_callback(lambda _: followed.woken.set())
        try:
            while not (followed.future.done() or is_asked_to_stop(task.folder, task.key)):
                if client.status != "running" or submitted.cancelled():
                    followed.wait()
                    return None
                if submitted.done():
                    with contextlib.suppress(TimeoutError):
                        return _fetch(submitted)
                self._write(followed)
                followed.wait()
            return None
        finally:
            with contextlib.suppress(RuntimeError):  # the client's loop has ended
                submitted.release()

    def _write(self, followed: _Followed) -> None:
        """Write the state of a task for all to read, if it is another one than was written last."""
        scheduler, task = self._scheduler, followed.task
        done, message = followed.progress or (0.0, "")
        if scheduler.answers is False:
            message = f"the scheduler {scheduler.address} does not answer"
        elif scheduler.answers and followed.progress is None:
            message = tell_lack(scheduler.workers, task.lane, describe_program())
        status = Status("running" if followed.progress else "queued", done, message, os.getpid())
        if status != followed.written:
            followed.written = status
            write_state(task.folder, task.key, status)


def _fetch(submitted: Any) -> Outcome | None:
    """Return the outcome of a task that is done; ``None`` if the connection was lost meanwhile."""
    from distributed import KilledWorker

    try:
        return submitted.result(timeout=FETCHED_WITHIN)
    except KilledWorker as error:
        last = (
            f"{error.allowed_failures + 1} workers died as they computed this, the last at {error.last_worker.address}"
        )
        return Outcome(Status("failed", message=f"{last}; perhaps for want of memory."))
    except CancelledError:
        return None
