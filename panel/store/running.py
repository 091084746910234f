"""What a worker process does with a job."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import Cancelled, SweepLensError
from .faults import keep_log, tell_fault
from .places import Places, use_places
from .states import Status, give_lock_back, is_asked_to_stop, let_go_on, take_lock, write_state

TICK = 0.1
"""Seconds between two writings of a job's progress."""

Work = Callable[[Path, Any, Callable[..., None]], Any]
"""What a worker runs: gets the cache folder, JSON that names the work, and a function to report progress with."""


def run(folder: Path, places: Places, key: str, work: Work, what: Any) -> tuple[Status, Any]:
    """Do a job, or wait for the worker of another server that does the same; return its end, and what came of it."""
    keep_log(folder)
    use_places(folder, places)
    while not take_lock(folder, key):
        time.sleep(TICK)
    last = 0.0

    def progress(done: float, message: str = "") -> None:
        nonlocal last
        if is_asked_to_stop(folder, key):
            raise Cancelled("cancelled")
        if time.monotonic() - last >= TICK:
            last = time.monotonic()
            write_state(folder, key, Status("running", done, message, os.getpid()))

    try:
        status, result = carry_out(folder, work, what, progress)
    finally:
        give_lock_back(folder, key)
        let_go_on(folder, key)
    write_state(folder, key, status)
    return status, result


def carry_out(
    folder: Path, work: Work, what: Any, progress: Callable[..., None], where: str = ""
) -> tuple[Status, Any]:
    """
    Do what is to be done; return its end, and what came of it.

    Parameters
    ----------
    folder
        The cache folder.
    work, what
        The work.
    progress
        Called with the share that is done and, if known, what is being done; raises `Cancelled` to stop.
    where
        Where that is, for what is told of a fault; empty for this machine.
    """
    try:
        progress(0.0)
        result = work(folder, what, progress)
    except Cancelled:
        return Status("cancelled"), None
    except SweepLensError as error:
        return Status("failed", message=str(error)), None
    except Exception as error:
        return Status("failed", message=tell_fault(f"This could not be computed{where}", error, folder)), None
    return Status("done", 1.0), result
