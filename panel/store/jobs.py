"""
Long computations in workers: submit, progress, cancel; one computation for each key, and nobody waits for a neighbour.

Short work has workers that long work never takes, and of long work each user has their turn. A job is ended, in the
middle of whatever it does, once it was cancelled, has taken too long or too much memory, or nobody asks for it any
more. Workers are handed only what names the work: a function that can be imported, a folder, and JSON. (Dash's own
background callbacks start a process for every call, pickle what they keep, and compute the same thing twice for two
tabs.)
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
import time
import weakref
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .engine import Engine, Lane, Task
from .faults import tell_fault
from .places import find_places
from .processes import Processes
from .running import Work
from .states import (
    Status,
    ask_to_stop,
    is_asked_elsewhere,
    is_asked_to_stop,
    let_go_on,
    note_asked,
    read_state,
    write_state,
)
from .turns import Turns

KILLED = "The process that computed this was killed, perhaps for want of memory."

BESIDE: dict[Lane, int] = {"short": 2, "reading": 2}
"""Workers, beside those for long work, that do nothing else; they are made when they are needed."""

WORKING = ("queued", "running")

PATIENCE = 1.0
"""Seconds after which the process of a cancelled job that has not reported progress is ended."""

CANCELLED = Status("cancelled")

USUAL_MEMORY = 500_000_000
"""Bytes that a worker has once all that computes is imported."""

LOOKED_EVERY = 0.25
"""Seconds between two looks at what runs."""

MOST_FINISHED, OLDEST_FINISHED = 16, 600.0
"""Results of finished jobs that a server holds in memory, and seconds for which it does."""


@dataclass(frozen=True)
class Limits:
    """
    What a job may take.

    Attributes
    ----------
    seconds
        How long it may run.
    megabytes
        How much memory it may take, beyond what its process had.
    unasked
        Seconds after which it is ended if nobody has asked for it. The page of a browser's tab behind others asks once
        a minute.
    moved_on
        The same where its user has asked for another job of its lane since. A page asks again 10 s after an answer that
        was lost.
    """

    seconds: float = math.inf
    megabytes: float = math.inf
    unasked: float = 150.0
    moved_on: float = 12.0


@dataclass(eq=False)
class _Job:
    """A job of this server; the times are those of `time.monotonic`."""

    key: str
    user: str | None
    lane: Lane
    work: Work
    what: Any
    asked: float
    answer: Future[tuple[Status, Any]] = field(default_factory=Future)
    running: Future[tuple[Status, Any]] | None = None
    memory: int = 0
    cancelled: float = math.inf
    end: Status | None = None  # why its process was ended


class Jobs:
    """
    The jobs of one server. Several servers can share a folder: only one of them computes a key.

    Parameters
    ----------
    folder
        The cache folder.
    workers
        Number of workers for long work.
    limits
        What a job may take.
    scheduler
        Address of a Dask scheduler whose workers compute; empty where processes of this machine do. Sources are read on
        this machine, where they lie.

    Attributes
    ----------
    name_user
        Returns who asks now; ``None`` if no user does, but the server itself: such a job is done though nobody asks.
    """

    def __init__(self, folder: Path, workers: int = 1, limits: Limits = Limits(), scheduler: str = ""):
        self.folder, self.workers, self.limits, self.scheduler = folder, workers, limits, scheduler
        self.name_user: Callable[[], str | None] = lambda: None
        self._most: dict[Lane, int] = {**BESIDE, "long": workers}
        self._begin()
        _ALL.add(self)

    def _begin(self) -> None:
        """Have no jobs, and no workers yet."""
        self._before = self.__dict__.get("_engines")  # kept in a fork: their end would reach the parent's workers
        self._lock = threading.Lock()
        self._jobs: dict[str, _Job] = {}  # by key, the latest last
        self._waiting = {lane: Turns() for lane in self._most}
        self._running: list[_Job] = []
        self._processes = Processes()
        computing: Engine = self._processes
        if self.scheduler:
            from .cluster import Cluster  # with what reads projects: the first process is started before that

            computing = Cluster(self.scheduler)
        self._engines: dict[Lane, Engine] = {"short": computing, "reading": self._processes, "long": computing}
        self._woken = threading.Event()
        self._watch: threading.Thread | None = None
        self._closed = False

    def submit(self, key: str, work: Work, what: Any, lane: Lane = "long") -> None:
        """
        Have a worker do `work`, unless it is running or done already, or all jobs are stopped.

        Parameters
        ----------
        key
            Names the computation: equal keys, equal results.
        work
            A function that can be imported by name.
        what
            Plain JSON values that name the work.
        lane
            Work of one lane never waits for that of another.
        """
        self.submit_for(self.name_user(), key, work, what, lane)

    def submit_for(self, user: str | None, key: str, work: Work, what: Any, lane: Lane = "long") -> None:
        """Do as `submit` does, for a user who asks another process of this server."""
        with self._lock:
            known = self._jobs.get(key)
            if self._closed:
                return
            if known and not known.answer.done() and known.cancelled == math.inf:
                if known.running is None and is_asked_to_stop(self.folder, key):  # by another server
                    let_go_on(self.folder, key)
                    write_state(self.folder, key, Status("queued", pid=os.getpid()))
                return
            if known and not known.answer.done():
                self._drop(known)
                known.cancelled = -math.inf  # what computes it ends at once
            let_go_on(self.folder, key)
            write_state(self.folder, key, Status("queued", pid=os.getpid()))
            job = _Job(key, user, lane, work, what, time.monotonic())
            self._jobs.pop(key, None)
            self._jobs[key] = job
            self._waiting[lane].add(job.user or "", key)
            self._forget(MOST_FINISHED, math.inf)
            if self._watch is None:
                watch = threading.Thread(target=self._look_after, name="jobs", daemon=True)
                watch.start()
                self._watch = watch
        self._woken.set()

    def get_status(self, key: str, wait: float = 0.0) -> tuple[Status, Any]:
        """
        Return what is known of a job.

        Parameters
        ----------
        key
            The computation.
        wait
            Seconds to wait for its end before answering.

        Returns
        -------
        Status
            The state of the job, whichever server's worker does it.
        Any
            What it returned, if it is done and this server's worker did it; else ``None``.
        """
        job, ended = self._jobs.get(key), None
        if job is not None:
            job.asked = time.monotonic()
            with contextlib.suppress(TimeoutError):
                ended = job.answer.result(timeout=wait)
            if ended and ended[0].state == "done":
                return ended
        status = read_state(self.folder, key)
        if job is not None and ended is None:  # whatever the file says, or cannot say, before the answer has come
            own = Status("running" if job.running else "queued", float(status.state == "done"))
            return (status if status.state in WORKING else own), None
        if status.state in WORKING and status.pid != os.getpid():
            note_asked(self.folder, key)
            return status, None
        if ended:
            return ended
        return (Status("none") if status.state in WORKING else status), None

    def cancel(self, key: str) -> None:
        """Stop a job at its next progress report, or before it begins; of this server, at the latest a second later."""
        ask_to_stop(self.folder, key)
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and not job.answer.done():
                self._drop(job)
            elif read_state(self.folder, key).state == "queued":
                write_state(self.folder, key, Status("cancelled"))
        self._woken.set()

    def count(self) -> dict[Lane, tuple[int, int]]:
        """Return how many jobs of each lane wait and run."""
        with self._lock:
            running = [job.lane for job in self._running]
            return {lane: (len(turns), running.count(lane)) for lane, turns in self._waiting.items()}

    def forget_old(self) -> None:
        """Forget results that have been there for long: they are in the cache folder, too."""
        with self._lock:
            self._forget(MOST_FINISHED, OLDEST_FINISHED)

    def close(self) -> None:
        """Stop all jobs and workers; none starts after that."""
        with self._lock:
            self._closed = True
        self._woken.set()
        try:
            if self._watch is not None:
                self._watch.join()  # a worker that is being started has all it reads from this process
        finally:
            for engine in set(self._engines.values()):
                engine.close()

    # ---- with the lock held

    def _forget(self, most: int, seconds: float) -> None:
        finished = [key for key, job in self._jobs.items() if job.answer.done()]
        end = time.monotonic() - seconds
        for position, key in enumerate(reversed(finished)):
            if position >= most or self._jobs[key].asked < end:
                del self._jobs[key]

    def _drop(self, job: _Job, status: Status = CANCELLED) -> None:
        if job.running is not None:
            job.cancelled = min(job.cancelled, time.monotonic())
        elif self._waiting[job.lane].remove(job.key):
            self._settle(job, status)

    def _settle(self, job: _Job, status: Status, result: Any = None) -> None:
        if self._jobs.get(job.key) is job and status.state != "done":  # of what is done the worker has said so
            let_go_on(self.folder, job.key)
            write_state(self.folder, job.key, status)
        job.answer.set_result((status, result))

    def _look_after(self) -> None:
        """Start what waits and end what must, until all is closed."""
        while True:
            self._woken.clear()
            with self._lock:
                if self._closed:
                    return
                try:
                    self._look_at_all()
                except Exception as error:  # whatever it is, the next jobs must not wait for ever
                    tell_fault("Jobs could not be looked after", error, self.folder)
                wait = LOOKED_EVERY if self._running else None
            self._woken.wait(wait)

    def _look_at_all(self) -> None:
        for job in list(self._running):
            self._look_at(job)
        for job in [job for job in self._jobs.values() if job.running is None and self._is_unasked(job)]:
            self._drop(job, Status("none"))
        self._start_waiting()

    def _start_waiting(self) -> None:
        for lane, most in self._most.items():
            while sum(job.lane == lane for job in self._running) < self._engines[lane].choose_most(most):
                key = self._waiting[lane].take()
                if key is None:
                    break
                self._start(self._jobs[key])

    def _start(self, job: _Job) -> None:
        task = Task(self.folder, find_places(self.folder), job.key, job.work, job.what, job.lane)
        try:
            job.running = self._engines[job.lane].start(task)
        except Exception as error:  # such as too many processes: the others go on
            self._settle(job, Status("failed", message=tell_fault("This could not be started", error, self.folder)))
            return
        job.running.add_done_callback(lambda _: self._woken.set())
        self._running.append(job)

    def _look_at(self, job: _Job) -> None:
        running, now = job.running, time.monotonic()
        if running is None:
            return
        if running.done():
            self._running.remove(job)
            self._engines[job.lane].release(running, again=job.end is None)
            try:
                self._settle(job, *running.result())
            except BrokenExecutor:
                self._settle(job, job.end or Status("failed", message=KILLED))
            except BaseException as error:  # such as a result that cannot be brought here, or an exit in the work
                told = tell_fault("This could not be computed", error, self.folder)
                self._settle(job, Status("failed", message=told))
        elif job.end is None:
            job.end = self._find_end(job, running, now)
            if job.end:
                self._engines[job.lane].end(running)

    def _find_end(self, job: _Job, running: Future[Any], now: float) -> Status | None:
        """Return as what a job ends now, whatever it does; ``None`` if it goes on."""
        engine = self._engines[job.lane]
        if now > job.cancelled + PATIENCE:
            return CANCELLED
        if self._is_unasked(job):
            return Status("none")  # who asks again has it computed again
        if engine.measure_time(running) > self.limits.seconds:
            minutes = self.limits.seconds / 60
            return Status("failed", message=f"This took longer than {minutes:g} minutes, the limit of this server.")
        taken = engine.measure_memory(running)
        job.memory = job.memory or max(taken, USUAL_MEMORY)
        if taken > job.memory + self.limits.megabytes * 1e6:
            limit = f"{self.limits.megabytes:g} megabytes of memory, the limit of this server (--memory)"
            return Status("failed", message=f"This took more than {limit}.")
        return None

    def _is_unasked(self, job: _Job) -> bool:
        if job.user is None or job.answer.done():
            return False
        seconds = self.limits.unasked
        if self._has_moved_on(job):
            seconds = min(seconds, self.limits.moved_on)
        late = time.monotonic() > job.asked + seconds
        return late and not is_asked_elsewhere(self.folder, job.key, seconds)

    def _has_moved_on(self, job: _Job) -> bool:
        """Say whether the user of a job waits for another one in its lane."""
        others = (other for other in self._jobs.values() if other is not job and not other.answer.done())
        return any(other.user == job.user and other.lane == job.lane and other.asked > job.asked for other in others)


_ALL: weakref.WeakSet[Jobs] = weakref.WeakSet()


def _close_all() -> None:
    for jobs in list(_ALL):
        jobs.close()


def _begin_all() -> None:
    for jobs in list(_ALL):
        jobs._begin()


threading._register_atexit(_close_all)  # type: ignore[attr-defined]  # `atexit` comes after the pools wait for what runs
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all)  # a host may load the page before it forks: threads stay behind
