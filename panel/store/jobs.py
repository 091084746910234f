"""
Long computations in worker processes: submit, progress, cancel; one computation for each key.

The state of a job is a small JSON file in the cache folder, so that any process can answer for it. Workers are
spawned, not forked, on every system, and are handed only what names the work: a function that can be imported, a
folder, and JSON. They stay, so that no job waits for imports. (Dash's own background callbacks start a process for
every call, pickle what they keep, and compute the same thing twice for two tabs.)
"""

from __future__ import annotations

import contextlib
import json
import math
import multiprocessing
import multiprocessing.connection
import multiprocessing.resource_tracker
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ..data.temporary import is_alive
from ..errors import Cancelled, SweepLensError
from .faults import keep_log, tell_fault

State = Literal["none", "queued", "running", "done", "failed", "cancelled"]

KILLED = "The process that computed this was killed, perhaps for want of memory."

TICK = 0.1
"""Seconds between two writings of a job's progress."""

MOST_FINISHED, OLDEST_FINISHED = 16, 600.0
"""Results of finished jobs that a server holds in memory, and seconds for which it does."""

Work = Callable[[Path, Any, Callable[..., None]], Any]
"""What a worker runs: gets the cache folder, JSON that names the work, and a function to report progress with."""


@dataclass(frozen=True)
class Status:
    """
    What is known of a job.

    Attributes
    ----------
    state
        ``none`` if nobody asked for it.
    done
        Share that is done, 0 to 1.
    message
        What is being done, or why it failed.
    pid
        The process that works on it.
    """

    state: State
    done: float = 0.0
    message: str = ""
    pid: int = 0


class Jobs:
    """
    The jobs of one server. Several servers can share a folder: only one of them computes a key.

    Parameters
    ----------
    folder
        The cache folder.
    workers
        Number of worker processes.
    """

    def __init__(self, folder: Path, workers: int = 1):
        self.folder, self.workers = folder, workers
        self._lock = threading.Lock()
        self._futures: dict[str, tuple[float, Future[Any]]] = {}  # by key, the latest last: since when, and what comes
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    def submit(self, key: str, work: Work, what: Any) -> None:
        """
        Start `work` in a worker, unless it is running or done already, or all jobs are stopped.

        Parameters
        ----------
        key
            Names the computation: equal keys, equal results.
        work
            A function that can be imported by name.
        what
            Plain JSON values that name the work.
        """
        with self._lock:
            if self._closed:
                return
            future = self._find_future(key)
            cancelled = _read(self.folder, key).state == "cancelled"  # said before the worker's answer has come
            if future is not None and not future.done() and not cancelled:
                return
            _name_cancel_file(self.folder, key).unlink(missing_ok=True)
            _write(self.folder, key, Status("queued", pid=os.getpid()))
            try:
                self._start(key, work, what)
            except (BrokenProcessPool, RuntimeError):  # a worker was killed from outside: start anew
                self._pool = None
                self._start(key, work, what)

    def _start(self, key: str, work: Work, what: Any) -> None:
        with _hold_back_interrupts():  # inherited by a worker: Ctrl+C reaches a terminal's whole group of processes
            future = self._workers().submit(_run, self.folder, key, work, what)
        self._futures.pop(key, None)
        self._futures[key] = time.monotonic(), future
        self._drop_finished(MOST_FINISHED, math.inf)

    def forget_old(self) -> None:
        """Forget results that have been there for long: they are in the cache folder, too."""
        with self._lock:
            self._drop_finished(MOST_FINISHED, OLDEST_FINISHED)

    def _drop_finished(self, most: int, seconds: float) -> None:
        finished = [key for key, (_, future) in self._futures.items() if future.done()]
        end = time.monotonic() - seconds
        for position, key in enumerate(reversed(finished)):
            if position >= most or self._futures[key][0] < end:
                del self._futures[key]

    def _find_future(self, key: str) -> Future[Any] | None:
        return self._futures.get(key, (0.0, None))[1]

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_end_with_server)
        return self._pool

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
        future = self._find_future(key)
        if future is not None:
            try:
                return future.result(timeout=wait)
            except TimeoutError:
                pass
            except BrokenProcessPool:
                return Status("failed", message=KILLED), None
        status = _read(self.folder, key)
        if status.state in ("queued", "running") and not is_alive(status.pid):
            return Status("none"), None
        if future is not None and status.state == "done":  # said before the worker's answer has come
            return Status("running", 1.0), None
        return status, None

    def cancel(self, key: str) -> None:
        """Stop a job at its next progress report, or before it begins."""
        with contextlib.suppress(OSError):
            _name_cancel_file(self.folder, key).touch()
        if _read(self.folder, key).state == "queued":
            _write(self.folder, key, Status("cancelled"))

    def close(self) -> None:
        """Stop all jobs and workers; none starts after that."""
        with self._lock:  # a worker that another thread is starting has all it reads from this process
            self._closed = True
            if self._pool is None:
                return
            for worker in list((self._pool._processes or {}).values()):  # from Python 3.14 on: `terminate_workers`
                worker.terminate()  # whatever it does can be done again; nobody should wait for it
            self._pool.shutdown(cancel_futures=True)  # waits for its thread, which would meet the exit


@contextlib.contextmanager
def _hold_back_interrupts() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    multiprocessing.resource_tracker.ensure_running()  # its start would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_server() -> None:
    """In a worker: exit when the server ends for any reason, instead of waiting for work for ever."""
    server = multiprocessing.parent_process()

    def watch() -> None:
        if server is not None:
            multiprocessing.connection.wait([server.sentinel])
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _run(folder: Path, key: str, work: Work, what: Any) -> tuple[Status, Any]:
    """Do a job in a worker process, or wait for the worker of another server that does the same."""
    keep_log(folder)
    lock = folder / "jobs" / f"{key}.lock"
    while not _take(lock):
        if not is_alive(_read_owner(lock)):
            lock.unlink(missing_ok=True)
        time.sleep(TICK)
    last = 0.0

    def progress(done: float, message: str = "") -> None:
        nonlocal last
        if _name_cancel_file(folder, key).exists():
            raise Cancelled("cancelled")
        if time.monotonic() - last >= TICK:
            last = time.monotonic()
            _write(folder, key, Status("running", done, message, os.getpid()))

    result = None
    try:
        progress(0.0)
        result = work(folder, what, progress)
        status = Status("done", 1.0)
    except Cancelled:
        status = Status("cancelled")
    except SweepLensError as error:
        status = Status("failed", message=str(error))
    except Exception as error:
        status = Status("failed", message=tell_fault("This could not be computed", error, folder))
    finally:
        lock.unlink(missing_ok=True)
        _name_cancel_file(folder, key).unlink(missing_ok=True)
    _write(folder, key, status)
    return status, result


def _take(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    except OSError:
        return True  # a folder that cannot be written has no locks; computing twice does no harm
    with os.fdopen(handle, "w") as file:
        file.write(str(os.getpid()))
    return True


def _read_owner(lock: Path) -> int:
    try:
        return int(lock.read_text() or 0)
    except (OSError, ValueError):
        return 0


def _name_cancel_file(folder: Path, key: str) -> Path:
    return folder / "jobs" / f"{key}.cancel"


def _write(folder: Path, key: str, status: Status) -> None:
    path = folder / "jobs" / f"{key}.json"
    aside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    with contextlib.suppress(OSError):
        aside.write_text(json.dumps(asdict(status)))
        aside.replace(path)


def _read(folder: Path, key: str) -> Status:
    try:
        return Status(**json.loads((folder / "jobs" / f"{key}.json").read_text()))
    except (OSError, ValueError, TypeError):
        return Status("none")


def list_finished(folder: Path, now: float, oldest: float, most: int) -> list[Path]:
    """
    Return the files of jobs that are of no use any more; of those that are queued or running none.

    Parameters
    ----------
    folder
        The cache folder.
    now
        Seconds since 1970.
    oldest
        Seconds after which the state of a finished job, and what a killed process left, is of no use.
    most
        Newest finished jobs that are of use.
    """
    ages: list[tuple[float, Path]] = []
    for path in (folder / "jobs").iterdir():
        with contextlib.suppress(OSError):  # another process was faster
            ages.append((now - path.stat().st_mtime, path))
    states = sorted((age, path) for age, path in ages if path.suffix == ".json")
    others = [(age, path) for age, path in ages if path.suffix in (".lock", ".cancel")]
    old = [path for position, (age, path) in enumerate(states) if position >= most or age > oldest]
    return [path for path in old if not _is_working(folder, path.stem)] + [
        path for age, path in others if age > oldest and not is_alive(_read_owner(path))
    ]


def _is_working(folder: Path, key: str) -> bool:
    status = _read(folder, key)
    return status.state in ("queued", "running") and is_alive(status.pid)
