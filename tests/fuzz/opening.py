"""Open a source and ask everything of it, as ``--json`` does: what may not happen, and what may."""

from __future__ import annotations

import hashlib
import json
import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from panel.answers.defaults import choose_default_selection
from panel.answers.everything import answer_everything
from panel.errors import SweepLensError
from panel.store import cache, loading

PATIENCE = 60
"""Seconds after which an example counts as one that hangs."""


class Hang(BaseException):
    """It took longer than `PATIENCE`. No ``except Exception`` may take it for something else."""


class _Faults(logging.Handler):
    """Keeps the exceptions that the program logged instead of raising them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.found.append(record.exc_info[1])


@contextmanager
def raise_faults() -> Iterator[None]:
    """Raise the first exception that was caught and logged: the net is what is below, not what is to be tested."""
    faults, logger = _Faults(), logging.getLogger("panel")
    logger.addHandler(faults)
    try:
        yield
    finally:
        logger.removeHandler(faults)
        if faults.found:
            raise faults.found[0]


@contextmanager
def limit_time() -> Iterator[None]:
    """Raise `Hang` after `PATIENCE` seconds, where the system has alarms."""

    def stop(*_: object) -> None:
        raise Hang(f"more than {PATIENCE} seconds")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def hash_files(root: Path) -> dict[str, str]:
    """Return what stands in every file of a folder, and when it was written."""
    return {
        str(file): f"{file.stat().st_mtime_ns} {hashlib.sha256(file.read_bytes()).hexdigest()}"
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def ask_everything(source: Path, folder: Path) -> str:
    """
    Open a source and ask everything of it.

    Returns
    -------
    str
        Why it was refused; empty if it was answered.

    Raises
    ------
    AssertionError
        If a refusal has more than one line, or a file of the source has changed.
    Exception
        Whatever else goes wrong inside.
    """
    root, cached = source.parent, cache.prepare(folder)[0]
    before = hash_files(root)
    refused = ""
    with limit_time(), raise_faults():
        try:
            project_id = loading.load_source(loading.Wanted((str(source),)), cached)
            selection = choose_default_selection(project_id, cached)
            answer = answer_everything(selection, "forest", cached)
            json.dumps(answer, ensure_ascii=False, indent=1).encode()
            _ = loading.open_project(project_id, cached).history.frame
        except SweepLensError as error:
            refused = str(error)
    assert "\n" not in refused, refused
    assert hash_files(root) == before, "a file of the user's was changed"
    return refused
