"""What `Jobs` asks of whatever does its work: processes of this machine (`processes`), or a cluster's (`cluster`)."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from .places import Places
from .running import Work
from .states import Status

Lane = Literal["short", "reading", "long"]
"""Short work takes a few seconds at most; how long reading a source takes, its place decides; the rest is long."""


@dataclass(frozen=True)
class Task:
    """
    Work that is to be done.

    Attributes
    ----------
    folder
        The server's cache folder.
    places
        Where results and loaded projects are kept beside it.
    key
        Names the computation: equal keys, equal results.
    work
        A function that can be imported by name.
    what
        Plain JSON values that name the work.
    lane
        Work of one lane never waits for that of another.
    """

    folder: Path
    places: Places
    key: str
    work: Work
    what: Any
    lane: Lane


class Engine(Protocol):
    """Does work. Its methods are called by one thread, and return at once."""

    def choose_most(self, most: int) -> int:
        """Return how many tasks of a lane it can do at once, for a server that would have `most` of them done."""

    def start(self, task: Task) -> Future[tuple[Status, Any]]:
        """
        Have a task done, and its state kept (`states`).

        Returns
        -------
        Future
            How it ended, and what came of it. It raises `BrokenExecutor` if the task was ended, or its process died.
        """

    def release(self, future: Future[Any], again: bool = True) -> None:
        """Forget a task that is done; what did it is used `again` unless it was ended."""

    def end(self, future: Future[Any]) -> None:
        """End a task in the middle of whatever it does."""

    def measure_memory(self, future: Future[Any]) -> int:
        """Return the bytes of memory that what does a task has; 0 if that is not known, or limited elsewhere."""

    def measure_time(self, future: Future[Any]) -> float:
        """Return the seconds for which a task has been worked on."""

    def close(self) -> None:
        """End all tasks; nothing is waited for but threads and processes of this machine."""
