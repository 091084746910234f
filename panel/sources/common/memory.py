"""
How much memory reading a source may take, so that a small file that unpacks to a large one stops with a sentence.

What is to be had from a file is known beforehand (`check_needed`) or seen while it grows (`check_growth`), on every
system. Beyond that, Linux itself refuses what is asked for past the limit (`hold_memory`), whoever asks.
"""

from __future__ import annotations

import gzip
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

import psutil
import pyarrow as pa

from ...errors import SourceError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

LOOKED_EVERY = 16_000_000
"""Bytes that are unpacked between two looks at how much memory was taken."""

_alone = threading.Lock()
"""Held by the one thread that has the system keep the limit: it is one of the whole process."""


@dataclass(frozen=True)
class Held:
    """
    What reading may take.

    Attributes
    ----------
    limit
        Bytes.
    before
        Bytes that the process had before.
    """

    limit: float = math.inf
    before: int = 0


_UNLIMITED = Held()

_held: ContextVar[Held] = ContextVar("held", default=_UNLIMITED)


@contextmanager
def hold_memory(megabytes: int) -> Iterator[None]:
    """
    Hold what is read inside to so much memory, beyond what the process has; 0 for no limit.

    What goes beyond is refused with a `SourceError` by the checks of this module, or raises a `MemoryError`.
    """
    if not megabytes:
        yield
        return
    pa.allocate_buffer(1)  # Arrow reserves a gigabyte before its first byte, which is not what a source takes
    token = _held.set(Held(megabytes * 1e6, psutil.Process().memory_info().rss))
    try:
        with _limit_process(megabytes * 1_000_000):
            yield
    finally:
        _held.reset(token)


@contextmanager
def _limit_process(limit: int) -> Iterator[None]:
    taken = _count_taken()
    if resource is None or not taken or not _alone.acquire(blocking=False):
        yield
        return
    try:
        before, hard = resource.getrlimit(resource.RLIMIT_DATA)
        least = min(most for most in (taken + limit, before, hard) if most != resource.RLIM_INFINITY)
        resource.setrlimit(resource.RLIMIT_DATA, (least, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_DATA, (before, hard))
    finally:
        _alone.release()


def _count_taken() -> int:
    """Return the bytes that Linux counts towards the limit of a process; 0 on other systems, which count otherwise."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), 0)


@contextmanager
def refuse_what_is_too_large(what: str) -> Iterator[None]:
    """Turn a `MemoryError` into a `SourceError` that says what is too large, and what to do."""
    try:
        yield
    except MemoryError:
        error = SourceError(_say_too_large(what, "takes more memory"))
    else:
        return
    raise error  # without its cause, which would keep what was read so far


def check_needed(path: Path, needed: float) -> None:
    """
    Check that a file does not need more memory than reading may take.

    Raises
    ------
    SourceError
        If it does; the message has the file, what it needs, the limit and how it is set.
    """
    if needed > _held.get().limit:
        raise SourceError(_say_too_large(str(path), f"would take about {needed / 1e6:,.0f} MB of memory, more"))


def check_growth(path: Path) -> None:
    """
    Check that the process has not taken more memory by now than reading may take.

    Raises
    ------
    SourceError
        If it has.
    """
    held = _held.get()
    if held.limit != math.inf:
        taken = psutil.Process().memory_info().rss - held.before
        if taken > held.limit:
            raise SourceError(_say_too_large(str(path), f"has taken {taken / 1e6:,.0f} MB of memory so far, more"))


def _say_too_large(what: str, words: str) -> str:
    limit = _held.get().limit
    than = f"the {limit / 1e6:,.0f} MB that reading may take" if limit != math.inf else "there is"
    return (
        f"{what} {words} than {than}. Leave columns out that are no settings and no metrics, or allow more with "
        "--memory (SWEEPLENS_MEMORY)."
    )


class Unpacking(gzip.GzipFile):
    """
    A gzipped file that counts what comes out of it, as its name and its size say nothing about that.

    Parameters
    ----------
    path
        The file.
    packed
        What is in it, opened.
    per_byte
        Bytes of memory that a byte of it takes.
    """

    def __init__(self, path: Path, packed: object, per_byte: float):
        super().__init__(fileobj=packed)  # type: ignore[call-overload]
        self.path, self.per_byte = path, per_byte
        self._unpacked = self._looked = 0

    def read(self, size: int | None = -1) -> bytes:
        """Return some of what is in it; `SourceError` if all so far takes more memory than it may."""
        content = super().read(size)
        self._unpacked += len(content)
        if self._unpacked - self._looked > LOOKED_EVERY:
            self._looked = self._unpacked
            check_needed(self.path, self._unpacked * self.per_byte)
            check_growth(self.path)
        return content
