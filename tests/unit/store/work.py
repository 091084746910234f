"""Work for the tests of jobs: workers are spawned, so they must be able to import it."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from panel.errors import SourceError


def note(folder: Path, what: Any) -> None:
    with (folder / "calls").open("a") as file:
        file.write(f"{what} {os.getpid()}\n")


def quick(folder: Path, what: Any, progress: Any) -> Any:
    note(folder, what)
    progress(0.5)
    return {"square": what * what, "pid": os.getpid()}


def slow(folder: Path, what: Any, progress: Any) -> Any:
    note(folder, what)
    for step in range(600):
        progress(step / 600)
        time.sleep(0.05)
    return "finished"


def wrong(folder: Path, what: Any, progress: Any) -> Any:
    raise SourceError("the file is gone")


def broken(folder: Path, what: Any, progress: Any) -> Any:
    raise ZeroDivisionError("a bug")


def killed(folder: Path, what: Any, progress: Any) -> Any:
    os._exit(9)


def deaf(folder: Path, what: Any, progress: Any) -> Any:
    note(folder, what)
    time.sleep(30)


def large(folder: Path, what: Any, progress: Any) -> Any:
    taken = []
    for _ in range(30):
        taken.append(bytearray(os.urandom(1_000_000) * 100))
        time.sleep(0.2)
    return len(taken)


def strange(folder: Path, what: Any, progress: Any) -> Any:
    return lambda: what


def leaving(folder: Path, what: Any, progress: Any) -> Any:
    raise SystemExit(3)


def parent(folder: Path, what: Any, progress: Any) -> Any:
    return os.getppid()


def counted(folder: Path, what: str, progress: Any) -> Any:
    """Go on until a file says that it is enough; count the calls beside it."""
    note(Path(what), "counted")
    step = 0
    while not (Path(what) / "enough").exists():
        step += 1
        progress(min(step / 1000, 1.0))
        time.sleep(0.05)
    return "counted"


def endless(folder: Path, what: Any, progress: Any) -> Any:
    note(folder, what)
    try:
        while True:
            progress(0.5)
            time.sleep(0.02)
    finally:
        (folder / "stopped").touch()


def nap(folder: Path, what: Any, progress: Any) -> Any:
    note(folder, what)
    time.sleep(3)
