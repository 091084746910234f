"""
Trackio's inbox: what it logged on a network file system, as JSON lines beside the databases.

Trackio's dashboard moves these lines into the database of their project when it next runs; until then they are read
from where they are, as if they were rows of its tables.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ...errors import SourceError
from ..common.databases import columns_of, open_sqlite

FOLDER = "inbox"
LATER = 1 << 62
"""Numbers of waiting rows begin here, behind those of every row in a database."""


def files(folder: Path) -> list[Path]:
    """Return the files that wait in the inbox of a folder."""
    return sorted((folder / FOLDER).glob("*/*.jsonl"))


def project_file(project: str) -> str:
    """Return the name of a project's file: Trackio drops what is no letter, digit, ``-`` or ``_``."""
    return ("".join(c for c in project if c.isalnum() or c in "-_").rstrip() or "default") + ".db"


def records(folder: Path) -> Iterator[tuple[Path, dict[str, Any] | None]]:
    """Give every line that waits and logs metrics, with its file; ``None`` for a line that cannot be read."""
    for file in files(folder):
        try:
            lines = file.read_bytes().splitlines()
        except OSError:
            yield file, None
            continue
        for line in lines:
            try:
                record = json.loads(line)
                if record["kind"] == "metric":
                    yield file, {**record, "project": project_file(str(record["project"]))}
            except (ValueError, KeyError, TypeError, RecursionError):
                yield file, None


@contextmanager
def open_with_inbox(file: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a project's file so that its tables ``metrics`` and ``configs`` have the rows that wait for it too.

    The file need not exist if some wait. Nothing is written but to memory.
    """
    waiting = [r for _, r in records(file.parent) if r is not None and r["project"] == file.name]
    if not file.exists() and not waiting:
        raise SourceError(f"{file} does not exist.")
    with open_sqlite(file) if file.exists() else closing(sqlite3.connect(":memory:")) as database:
        if waiting:
            _add(database, waiting)
        yield database


def _add(database: sqlite3.Connection, waiting: list[dict[str, Any]]) -> None:
    """Put views before the tables, under the same names, that have the waiting rows besides."""
    database.execute("PRAGMA temp_store = MEMORY")
    metrics = ("run_id", "timestamp", "run_name", "step", "metrics", "id")
    configs = ("run_id", "run_name", "config", "created_at")
    rows = [
        (
            str(r.get("run_id") or r.get("run")),
            r.get("timestamp"),
            r.get("run"),
            r.get("step"),
            json.dumps(r.get("metrics")),
        )
        for r in waiting
    ]
    known = {row[0]: r for r, row in zip(waiting, rows, strict=True) if r.get("config")}
    of_runs = [(run, r.get("run"), json.dumps(r["config"]), r.get("timestamp")) for run, r in known.items()]
    _view(database, "metrics", metrics, [(*row, LATER + number) for number, row in enumerate(rows)])
    _view(database, "configs", configs, of_runs)


def _view(database: sqlite3.Connection, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    present = columns_of(database, table)
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    database.execute(f"CREATE TEMP TABLE waiting_{table} ({columns})")
    database.executemany(f"INSERT INTO waiting_{table} VALUES ({marks})", rows)  # noqa: S608
    query = f"SELECT {columns} FROM waiting_{table}"  # noqa: S608
    if present:
        stored = columns if "run_id" in present else columns.replace("run_id", "run_name AS run_id", 1)
        query = f"SELECT {stored} FROM main.{table} UNION ALL {query}"  # noqa: S608
    database.execute(f"CREATE TEMP VIEW {table} AS {query}")
