"""Text files, gzipped or not, opened so that reading them says how far it is."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ...errors import SourceError

ReadingProgress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being read."""


def no_reading_progress(done: float, what: str) -> None:
    """Report nothing."""


class _Counting(io.FileIO):
    """A file that reports how much of it has been read."""

    def __init__(self, path: Path, progress: ReadingProgress):
        super().__init__(path)
        self.progress, self.size = progress, max(path.stat().st_size, 1)
        self.what = f"reading {path.name}"

    def readinto(self, buffer: Any) -> int | None:
        n = super().readinto(buffer)
        self.progress(min(self.tell() / self.size, 1.0), self.what)
        return n


def open_text(path: Path, progress: ReadingProgress = no_reading_progress) -> IO[str]:
    """
    Open a text file, gzipped or not, as UTF-8 (with or without a byte-order mark), or UTF-16 with one.

    Raises
    ------
    SourceError
        If the file cannot be opened; the message names it.
    """
    try:
        binary: Any = io.BufferedReader(_Counting(path, progress), buffer_size=1 << 20)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}.") from error
    if path.name.lower().endswith(".gz"):
        binary = io.BufferedReader(gzip.GzipFile(fileobj=binary))
    mark = binary.peek(2)[:2]
    encoding = "utf-16" if mark in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return io.TextIOWrapper(binary, encoding=encoding, newline="")
