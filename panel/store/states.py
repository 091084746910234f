"""
The state of a job: a small JSON file in the cache folder, so that any process can answer for it.

Beside it lie a file that asks it to stop, and a lock that only one of all processes that share the folder can have.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psutil

State = Literal["none", "queued", "running", "done", "failed", "cancelled"]


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


def read_state(folder: Path, key: str) -> Status:
    """Return what is known of a job, whoever does it; ``none`` if nothing is, or the process that does it has ended."""
    path = folder / "jobs" / f"{key}.json"
    try:
        status = Status(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return Status("none")
    left = status.state in ("queued", "running") and not _is_at_work(status.pid, path)
    return Status("none") if left else status


def _is_at_work(pid: int, path: Path) -> bool:
    """Say whether the process that wrote a file is there; not another one that has got its number since."""
    try:
        return pid > 0 and psutil.Process(pid).create_time() <= path.stat().st_mtime + 2
    except (psutil.NoSuchProcess, FileNotFoundError):
        return False
    except (psutil.Error, OSError):
        return True


def write_state(folder: Path, key: str, status: Status) -> None:
    """Keep what is known of a job; a folder that cannot be written keeps nothing."""
    path = folder / "jobs" / f"{key}.json"
    aside = path.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    with contextlib.suppress(OSError):
        aside.write_text(json.dumps(asdict(status)))
        aside.replace(path)


def ask_to_stop(folder: Path, key: str) -> None:
    """Have a job stop at its next progress report, whichever process does it."""
    with contextlib.suppress(OSError):
        _name_cancel_file(folder, key).touch()


def is_asked_to_stop(folder: Path, key: str) -> bool:
    """Say whether a job was asked to stop."""
    return _name_cancel_file(folder, key).exists()


def let_go_on(folder: Path, key: str) -> None:
    """Forget that a job was asked to stop."""
    with contextlib.suppress(OSError):
        _name_cancel_file(folder, key).unlink(missing_ok=True)


def note_asked(folder: Path, key: str) -> None:
    """Tell the server whose job it is that another one was asked for it now."""
    with contextlib.suppress(OSError):
        _name_asked_file(folder, key).touch()


def is_asked_elsewhere(folder: Path, key: str, seconds: float) -> bool:
    """Say whether another server was asked for a job within so many seconds."""
    try:
        return time.time() - _name_asked_file(folder, key).stat().st_mtime < seconds
    except OSError:
        return False


def take_lock(folder: Path, key: str) -> bool:
    """Say whether this process may do a job now; a process that has ended holds nobody back."""
    lock = _name_lock(folder, key)
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        if _is_left(lock):
            with contextlib.suppress(OSError):
                lock.unlink(missing_ok=True)
        return False
    except OSError:
        return True  # a folder that cannot be written has no locks; computing twice does no harm
    with os.fdopen(handle, "w") as file:
        file.write(str(os.getpid()))
    return True


def give_lock_back(folder: Path, key: str) -> None:
    """Let others do a job, if this process has its lock."""
    lock = _name_lock(folder, key)
    with contextlib.suppress(OSError):
        if _read_owner(lock) == os.getpid():
            lock.unlink(missing_ok=True)


def _is_left(lock: Path) -> bool:
    owner = _read_owner(lock)
    if owner:
        return not _is_at_work(owner, lock)
    with contextlib.suppress(OSError):
        return time.time() - lock.stat().st_mtime > 5  # else its owner is about to write who it is
    return False


def _read_owner(lock: Path) -> int:
    try:
        return int(lock.read_text() or 0)
    except (OSError, ValueError):
        return 0


def _name_cancel_file(folder: Path, key: str) -> Path:
    return folder / "jobs" / f"{key}.cancel"


def _name_asked_file(folder: Path, key: str) -> Path:
    return folder / "jobs" / f"{key}.asked"


def _name_lock(folder: Path, key: str) -> Path:
    return folder / "jobs" / f"{key}.lock"


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
    others = [(age, path) for age, path in ages if path.suffix in (".lock", ".cancel", ".asked")]
    old = [path for position, (age, path) in enumerate(states) if position >= most or age > oldest]
    return [path for path in old if not _is_working(folder, path.stem)] + [
        path for age, path in others if age > oldest and not _is_at_work(_read_owner(path), path)
    ]


def _is_working(folder: Path, key: str) -> bool:
    return read_state(folder, key).state in ("queued", "running")
