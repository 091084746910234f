"""Databases that are open for reading; and SQLite files, opened so that nothing beside or in them is ever written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ...data.temporary import name_prefix
from ...errors import SourceError

HEADER = b"SQLite format 3\x00"
PATIENCE = 5.0
"""Seconds to wait for a file that another program has locked."""

WAL = 2
"""What the 19th byte says of a database that writes ahead to a log."""

LOG_HEADER = 32
"""Bytes at the beginning of a log, which are others when it begins anew."""

PAUSE = 0.05
"""Seconds before a database that changed while it was copied is copied once more."""


@dataclass(frozen=True)
class Database:
    """
    A database that is open for reading, a file or on a server.

    Attributes
    ----------
    query
        Runs one statement, whose ``:name`` are given by name, and returns the rows.
    columns
        Returns the names of a table's columns; none if there is no such table.
    tables
        The names of its tables and views.
    """

    query: Callable[..., Iterable[Sequence[Any]]]
    columns: Callable[[str], list[str]]
    tables: frozenset[str]


def tables_of(path: Path) -> frozenset[str]:
    """Return the names of the tables in a SQLite file; empty for any other file, and for one that cannot be read."""
    try:
        with path.open("rb") as file:
            if file.read(len(HEADER)) != HEADER:
                return frozenset()
    except OSError:
        return frozenset()
    with open_file(path) as database:
        return database.tables


@contextmanager
def open_file(path: Path) -> Iterator[Database]:
    """Open a SQLite file for reading; see `open_sqlite`."""
    with open_sqlite(path) as sqlite:
        rows = sqlite.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        yield Database(
            lambda statement, **values: sqlite.execute(statement, values),
            lambda table: columns_of(sqlite, table),
            frozenset(str(name) for (name,) in rows),
        )


def columns_of(database: sqlite3.Connection, table: str) -> list[str]:
    """Return the names of a table's columns; empty if there is no such table."""
    return [row[1] for row in database.execute(f"PRAGMA table_info('{table}')")]


@contextmanager
def open_sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a SQLite file for reading.

    A database that writes ahead would get files beside it even from a reader, and one that a program has open would
    have them changed. So one without a log that no program has open is opened as immutable, any other is read from a
    copy.

    Raises
    ------
    SourceError
        If it cannot be opened, is locked, torn, or lacks a table or column that is read; the message names it.
    """
    try:
        with _file_to_open(path) as (file, immutable):
            uri = f"file:{quote(str(file))}?mode=ro{'&immutable=1' if immutable else ''}"
            with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE)) as database:
                database.text_factory = lambda raw: raw.decode("utf-8", "replace")
                yield database
    except sqlite3.Error as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            text = "another program has locked it; try again when that is done"
        raise SourceError(f"{path} cannot be read: {text}.") from error
    except UnicodeDecodeError as error:  # what SQLite says of a damaged schema names what stands in it
        raise SourceError(f"{path} cannot be read: its schema is damaged.") from error
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error


def _is_cut(header: bytes, size: int) -> bool:
    """Say whether a file lacks pages that its header counts; SQLite itself would read them as empty."""
    if len(header) < 100 or header[24:28] != header[92:96]:  # else an old SQLite wrote it, and the count means nothing
        return False
    page = int.from_bytes(header[16:18], "big")
    return int.from_bytes(header[28:32], "big") * (65_536 if page == 1 else page) > size


@contextmanager
def _file_to_open(path: Path) -> Iterator[tuple[Path, bool]]:
    """Give the file that can be opened without a trace, and whether it is to be taken as immutable."""
    start = _read_start(path, 100)
    log, shared = (path.with_name(path.name + end) for end in ("-wal", "-shm"))
    ahead = len(start) >= 20 and start[18] == WAL
    if ahead and (shared.exists() or _has_content(log)):
        with tempfile.TemporaryDirectory(prefix=name_prefix()) as folder:
            copy = _copy_with_log(path, log, Path(folder))
            if not _has_content(copy.with_name(copy.name + "-wal")):  # else what it lacks is there
                _check_whole(path, copy)
            yield copy, False
    else:
        _check_whole(path, path)
        yield path, ahead


def _has_content(log: Path) -> bool:
    return log.exists() and log.stat().st_size > 0


def _check_whole(path: Path, file: Path) -> None:
    """Raise a `SourceError` that names `path` if a file, which may be its copy, is cut off."""
    if _is_cut(_read_start(file, 100), file.stat().st_size):
        raise SourceError(f"{path} is cut off: it is shorter than it says itself. Copy it again.")


def _copy_with_log(path: Path, log: Path, folder: Path) -> Path:
    """
    Copy a database and its log, and return the copy.

    What a writer adds to the log meanwhile does no harm: SQLite reads a log up to its last whole transaction. What it
    moves from the log into the database does, and is seen by the database's time or by the log's new beginning.
    """
    copy, end = folder / path.name, time.monotonic() + PATIENCE
    copied_log = copy.with_name(copy.name + "-wal")
    while True:
        before = _tell_moved(path, log)
        shutil.copyfile(path, copy)
        try:
            shutil.copyfile(log, copied_log)
        except FileNotFoundError:  # its last writer has left, and has moved all that was in it
            copied_log.unlink(missing_ok=True)
        if _tell_moved(path, log) == before:
            return copy
        if time.monotonic() > end:
            raise SourceError(f"{path} cannot be read: it is written without a pause; try again when that is done.")
        time.sleep(PAUSE)


def _tell_moved(path: Path, log: Path) -> tuple[int, int, bytes]:
    """Return what changes when a writer moves what is in the log into the database, or begins the log anew."""
    about = path.stat()
    return about.st_mtime_ns, about.st_size, _read_start(log, LOG_HEADER) if log.exists() else b""


def _read_start(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
