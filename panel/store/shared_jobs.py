"""The jobs of a server of several processes: one of them has the jobs, the others ask it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from .jobs import Jobs, Lane
from .running import Work
from .states import Status

ASKED = ("submit_for", "get_status", "cancel", "forget_old", "count")
"""What other processes may ask of `Jobs`."""


BACKLOG = 128
"""Connections that may wait to be taken: all threads of all processes may ask at once."""

PAUSE = 0.1
"""Seconds before the next connection is taken after one could not be."""


@dataclass(frozen=True)
class Door:
    """
    Where the process that has the jobs is asked: by processes of this machine that were told the key.

    Attributes
    ----------
    address
        What the system calls it.
    key
        What both sides must know.
    """

    address: Any
    key: bytes = field(repr=False)


def share_jobs(jobs: Jobs) -> Door:
    """Let other processes of this server ask for the jobs of this one, as long as it lives; return where."""
    key = secrets.token_bytes(32)
    listener = Listener(backlog=BACKLOG)  # a socket in a folder that only this user can enter
    threading.Thread(target=_listen, args=(listener, key, jobs), name="shared jobs", daemon=True).start()
    return Door(listener.address, key)


def _listen(listener: Listener, key: bytes, jobs: Jobs) -> None:
    while True:
        try:
            connection = listener.accept()
        except OSError:  # such as too many open files: the others go on asking
            time.sleep(PAUSE)
            continue
        threading.Thread(target=_answer, args=(connection, key, jobs), name="shared jobs", daemon=True).start()


def _answer(connection: Connection, key: bytes, jobs: Jobs) -> None:
    """Do what is asked over one connection by who shows the key, until that side has ended."""
    with connection, suppress(EOFError, OSError, AuthenticationError):
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
        while True:
            name, arguments = connection.recv()
            connection.send(_do(jobs, name, arguments))


def _do(jobs: Jobs, name: str, arguments: tuple[Any, ...]) -> Any:
    """Return what the jobs answer; an error as one that can be sent."""
    if name not in ASKED:
        return ValueError(f"{name} cannot be asked of the jobs")
    try:
        return getattr(jobs, name)(*arguments)
    except Exception as error:  # it is the asker's
        return RuntimeError(f"{type(error).__name__}: {error}")


class SharedJobs:
    """
    The jobs of another process of this server; asked as `Jobs` are.

    Parameters
    ----------
    folder
        The cache folder.
    door
        Where that process is asked.

    Attributes
    ----------
    name_user
        Returns who asks now; ``None`` if no user does.
    """

    def __init__(self, folder: Path, door: Door):
        self.folder, self._door = folder, door
        self.name_user: Callable[[], str | None] = lambda: None
        self._own = threading.local()  # a connection of each thread

    def submit(self, key: str, work: Work, what: Any, lane: Lane = "long") -> None:
        """Have a worker do `work`, as `Jobs.submit` does."""
        self._ask("submit_for", self.name_user(), key, work, what, lane)

    def get_status(self, key: str, wait: float = 0.0) -> tuple[Status, Any]:
        """Return what is known of a job, as `Jobs.get_status` does."""
        return self._ask("get_status", key, wait)

    def cancel(self, key: str) -> None:
        """Stop a job, as `Jobs.cancel` does."""
        self._ask("cancel", key)

    def forget_old(self) -> None:
        """Forget results that have been there for long, as `Jobs.forget_old` does."""
        self._ask("forget_old")

    def count(self) -> dict[Lane, tuple[int, int]]:
        """Return how many jobs of each lane wait and run, as `Jobs.count` does."""
        return self._ask("count")

    def _ask(self, name: str, *arguments: Any) -> Any:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = Client(self._door.address, authkey=self._door.key)
        try:
            connection.send((name, arguments))
            answer = connection.recv()
        except (OSError, EOFError):  # the next question is asked by another connection
            self._own.connection = None
            raise
        if isinstance(answer, Exception):
            raise answer
        return answer


AnyJobs = Jobs | SharedJobs
"""The jobs of this process, or of the one that has them."""
