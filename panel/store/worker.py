"""
What a worker of a Dask cluster does: ``dask worker tcp://host:8786 --preload sweeplens.store.worker``.

It offers what it can do before it is given anything, so the scheduler hands it what fits, and other work never.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import Cancelled, MissingProjectError
from ..settings import Settings
from .cache import find_identity, prepare
from .faults import keep_log
from .housekeeping import tidy_now_and_then
from .keeping import note_kept
from .offers import describe_program, name_offer
from .places import Places, check_places, use_places
from .running import TICK, Work, carry_out
from .states import Status

TOPIC = "sweeplens"
"""The topic of a scheduler's events under which workers tell how far they are."""

ENDED = ("closing", "closed", "failed")
"""States of a worker that has lost its scheduler, or was told to end."""


@dataclass(frozen=True)
class Outcome:
    """
    What a worker returns.

    Attributes
    ----------
    status
        How it ended.
    result
        What came of it.
    kept
        The results that were kept on the way, by key, where the server's cache folder is not this worker's.
    """

    status: Status
    result: Any = None
    kept: dict[str, Any] = field(default_factory=dict)


def dask_setup(worker: Any) -> None:
    """Offer work of each lane by this program; Dask calls this before the worker registers at its scheduler."""
    offers = {name_offer(lane, describe_program()): 1.0 for lane in ("short", "long")}
    worker.state.total_resources.update(offers)
    worker.state.available_resources.update(offers)


def work_on(server_folder: str, identity: str, places: Places, work: Work, what: Any) -> Outcome:
    """
    Do a job of a server as a task of a cluster.

    It stops at its next progress report once no server wants it any more; what does not report ends when it is done,
    for nobody, and keeps the worker from other work of its lane until then.

    Parameters
    ----------
    server_folder
        The path of the server's cache folder, as text: what reads a path of Windows may be on another system.
    identity
        What `make_identity` returns of it: another machine may have a folder of its own at that path.
    places, work, what
        As of a `Task`.
    """
    from distributed import get_worker

    worker = get_worker()
    task, own = worker.get_current_task(), _find_folder(Path(server_folder), identity)
    shared = own == Path(server_folder)
    keep_log(own)
    use_places(own, places)
    told: tuple[float, str] | None = None
    last = 0.0

    def progress(done: float, message: str = "") -> None:
        nonlocal told, last
        known = worker.state.tasks.get(task)
        if known is None or known.state != "executing" or worker.status.name in ENDED:
            raise Cancelled("cancelled")
        now = round(done, 2), message
        if now != told and time.monotonic() - last >= TICK:
            told, last = now, time.monotonic()
            worker.log_event(TOPIC, {"task": task, "done": float(done), "message": message})

    def do(folder: Path, what: Any, progress: Any) -> Any:
        check_places(places)
        try:
            return work(folder, what, progress)
        except MissingProjectError as error:
            if shared or places.snapshots:
                raise
            lacking = "has not the server's cache folder, and SWEEPLENS_SNAPSHOTS is not set"
            raise MissingProjectError(f"The worker {worker.address} {lacking}: {error}") from error

    with note_kept() as kept:
        status, result = carry_out(own, do, what, progress, f" by the worker {worker.address}")
    if shared:
        return Outcome(status, result)
    tidy_now_and_then(own, Settings.from_environment().cache_size)
    return Outcome(status, result, kept)


def _find_folder(folder: Path, identity: str) -> Path:
    """Return the server's cache folder where this machine has it, too, else a folder of this machine."""
    there = identity and find_identity(folder) == identity and os.access(folder / "projects", os.W_OK | os.X_OK)
    return folder if there else _prepare_own()


@lru_cache(maxsize=1)
def _prepare_own() -> Path:
    return prepare(Settings.from_environment().cache_dir)[0]
