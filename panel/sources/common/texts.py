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
    """A file that reports how much of it has been read, and that ends after so many bytes if that is asked for."""

    def __init__(self, path: Path, progress: ReadingProgress, end: int = 0):
        super().__init__(path)
        self.progress, self.size = progress, max(end or path.stat().st_size, 1)
        self.end, self.what = end, f"reading {path.name}"

    def readinto(self, buffer: Any) -> int | None:
        left = memoryview(buffer)[: max(self.end - self.tell(), 0)] if self.end else buffer
        n = super().readinto(left)
        self.progress(min(self.tell() / self.size, 1.0), self.what)
        return n


def open_text(path: Path, progress: ReadingProgress = no_reading_progress, end: int = 0) -> IO[str]:
    """
    Open a text file, gzipped or not, as UTF-8 or UTF-16, with or without a byte-order mark.

    With `end` only so many of its bytes are there, read line by line or in parts.

    Raises
    ------
    SourceError
        If the file cannot be opened; the message names it.
    """
    try:
        binary: Any = io.BufferedReader(_Counting(path, progress, end), buffer_size=1 << 20)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}.") from error
    if path.name.lower().endswith(".gz"):
        binary = io.BufferedReader(gzip.GzipFile(fileobj=binary))
    return io.TextIOWrapper(binary, encoding=_encoding_of(binary.peek(64)[:64]), newline="")


def _encoding_of(start: bytes) -> str:
    """Return the encoding that the first bytes of a text tell: every other byte of Latin letters in UTF-16 is zero."""
    if start[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if len(start) > 3 and b"\0" in start:
        if not any(start[1::2]) and all(start[::2]):
            return "utf-16-le"
        if not any(start[::2]) and all(start[1::2]):
            return "utf-16-be"
    return "utf-8-sig"
