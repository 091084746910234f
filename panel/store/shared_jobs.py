"""The jobs of a server of several processes: one of them has the jobs, the others ask it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from .jobs import Jobs, Lane
from .running import Work
from .states import Status

ASKED = ("submit_for", "get_status", "cancel", "forget_old", "count")
"""What other processes may ask of `Jobs`."""


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
    listener = Listener(authkey=key)  # a socket in a folder that only this user can enter
    threading.Thread(target=_listen, args=(listener, jobs), name="shared jobs", daemon=True).start()
    return Door(listener.address, key)


def _listen(listener: Listener, jobs: Jobs) -> None:
    while True:
        try:
            connection = listener.accept()
        except Exception:  # who could not show the key, or left meanwhile: the others go on asking  # noqa: S112
            continue
        threading.Thread(target=_answer, args=(connection, jobs), name="shared jobs", daemon=True).start()


def _answer(connection: Connection, jobs: Jobs) -> None:
    """Do what is asked over one connection, until its other side has ended."""
    while True:
        try:
            name, arguments = connection.recv()
            if name not in ASKED:
                raise ValueError(f"{name} cannot be asked of the jobs")
            connection.send(getattr(jobs, name)(*arguments))
        except (EOFError, OSError):
            connection.close()
            return
        except Exception as error:  # it is the asker's
            connection.send(error)


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
        if not hasattr(self._own, "connection"):
            self._own.connection = Client(self._door.address, authkey=self._door.key)
        self._own.connection.send((name, arguments))
        answer = self._own.connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


AnyJobs = Jobs | SharedJobs
"""The jobs of this process, or of the one that has them."""
