"""
Worker processes: each does one thing at a time, stays for the next, and can be ended in the middle.

Workers are spawned, not forked, on every system. They stay, so that no job waits for imports.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.resource_tracker
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any

from .engine import Task
from .running import run
from .states import Status


class Processes:
    """An `Engine`: worker processes of this one. One is made when none is idle; its user says how many work at once."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._idle: list[ProcessPoolExecutor] = []  # each with one process
        self._busy: dict[Future[Any], ProcessPoolExecutor] = {}
        self._begun: dict[Future[Any], float] = {}

    def choose_most(self, most: int) -> int:
        """Return `most`: there is a process for each."""
        return most

    def start(self, task: Task) -> Future[tuple[Status, Any]]:
        """Have a worker do a task; `release` that worker when it is done."""
        with hold_back_signals():  # inherited by a worker: Ctrl+C, and a service's stop, reach the whole group
            future, worker = self._submit(task)
        self._busy[future], self._begun[future] = worker, time.monotonic()
        return future

    def _submit(self, task: Task) -> tuple[Future[Any], ProcessPoolExecutor]:
        call = partial(run, task.folder, task.places, task.key, task.work, task.what)
        while self._idle:
            worker = self._idle.pop()
            with contextlib.suppress(BrokenProcessPool, RuntimeError):  # it was killed from outside: take another
                return worker.submit(call), worker
        worker = ProcessPoolExecutor(1, mp_context=self._context, initializer=end_with_parent)
        return worker.submit(call), worker

    def release(self, future: Future[Any], again: bool = True) -> None:
        """Let the worker of what is done do something else if `again`; one that was killed is not used again."""
        worker = self._busy.pop(future)
        del self._begun[future]
        if again and not isinstance(future.exception(), BrokenProcessPool):
            self._idle.append(worker)

    def end(self, future: Future[Any]) -> None:
        """End the process that works on this, at once: `future` then raises `BrokenProcessPool`."""
        for process in _list_processes(self._busy[future]):
            process.kill()

    def measure_memory(self, future: Future[Any]) -> int:
        """Return the bytes of memory that the process that works on this has; 0 if it is not there."""
        import psutil

        with contextlib.suppress(psutil.Error):
            return sum(psutil.Process(process.pid).memory_info().rss for process in _list_processes(self._busy[future]))
        return 0

    def measure_time(self, future: Future[Any]) -> float:
        """Return the seconds since this was started."""
        return time.monotonic() - self._begun[future]

    def close(self) -> None:
        """End all workers, whatever they do: it can be done again, and nobody should wait for it."""
        workers = [*self._idle, *self._busy.values()]
        for worker in workers:
            for process in _list_processes(worker):
                process.kill()
        for worker in workers:
            worker.shutdown(cancel_futures=True)  # waits for its thread, which would meet the exit


def _list_processes(worker: ProcessPoolExecutor) -> list[BaseProcess]:
    return list((worker._processes or {}).values())  # from Python 3.14 on: `kill_workers`


@contextlib.contextmanager
def hold_back_signals() -> Iterator[None]:
    """Have what is started meanwhile hold back Ctrl+C, and a service's stop, which reach the whole group."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    multiprocessing.resource_tracker.ensure_running()  # its start would let them through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """Have this process exit when the one that started it ends for any reason, instead of waiting for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            multiprocessing.connection.wait([parent.sentinel])
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
