"""Text files, gzipped or not, opened so that reading them says how far it is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ...errors import SourceError
from .memory import LOOKED_EVERY, Unpacking, check_growth

ReadingProgress = Callable[[float, str], None]
"""Called with the share that is done, 0 to 1, and what is being read."""


WINDOWS = "cp1252"
"""Windows-1252, of which Latin-1's printed letters are a part."""

_NOT_PRINTED = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_UTF_8 = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_BEYOND_ASCII = bytes(range(0x80, 0x100))


PER_BYTE = {"csv": 4.0, "json": 12.0}
"""Bytes of memory at the peak for a byte of text, as measured of what people have (benchmarks)."""


def no_reading_progress(done: float, what: str) -> None:
    """Report nothing."""


class _Counting(io.FileIO):
    """A file that reports how much of it has been read, and that ends after so many bytes if that is asked for."""

    def __init__(self, path: Path, progress: ReadingProgress, end: int = 0):
        super().__init__(path)
        self.path, self._looked = path, 0
        self.progress, self.size = progress, max(end or path.stat().st_size, 1)
        self.end, self.what = end, f"reading {path.name}"

    def readinto(self, buffer: Any) -> int | None:
        left = memoryview(buffer)[: max(self.end - self.tell(), 0)] if self.end else buffer
        n = super().readinto(left)
        self.progress(min(self.tell() / self.size, 1.0), self.what)
        if self.tell() - self._looked > LOOKED_EVERY:
            self._looked = self.tell()
            check_growth(self.path)
        return n


def open_text(path: Path, progress: ReadingProgress = no_reading_progress, end: int = 0, encoding: str = "") -> IO[str]:
    """
    Open a text file, gzipped or not, as UTF-8 or UTF-16, with or without a byte-order mark, or in the encoding given.

    With `end` only so many of its bytes are there, read line by line or in parts.

    Raises
    ------
    SourceError
        If the file cannot be opened; the message names it.
    """
    binary = _open_bytes(path, progress, end)
    return io.TextIOWrapper(binary, encoding=encoding or _encoding_of(binary.peek(64)[:64]), newline="")


def is_windows_text(path: Path) -> bool:
    """
    Say whether a file that is not UTF-8 may be text in Windows-1252, as Excel writes it in Western Europe.

    It is none with control characters, with bytes that stand for nothing there, or with as many letters of UTF-8 as
    of others: that is UTF-8 which was damaged.
    """
    letters = others = 0
    with _open_bytes(path) as binary:
        while part := binary.read(1 << 20):
            if _NOT_PRINTED.search(part):
                return False
            rest = _UTF_8.sub(b"", part)
            letters += len(_UTF_8.findall(part))
            others += len(rest) - len(rest.translate(None, _BEYOND_ASCII))
    return others > letters


def _is_json(path: Path) -> bool:
    return ".json" in path.name.lower() or ".ndjson" in path.name.lower()


def _open_bytes(path: Path, progress: ReadingProgress = no_reading_progress, end: int = 0) -> Any:
    try:
        binary: Any = io.BufferedReader(_Counting(path, progress, end), buffer_size=1 << 20)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}.") from error
    if path.name.lower().endswith(".gz"):
        unpacking: Any = Unpacking(path, binary, PER_BYTE["json" if _is_json(path) else "csv"])
        binary = io.BufferedReader(unpacking, buffer_size=1 << 16)
    return binary


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
