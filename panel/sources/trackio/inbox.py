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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...data.records import Json
from ...errors import SourceError
from ..common.databases import columns_of, open_sqlite

FOLDER = "inbox"
LATER = 1 << 62
"""Numbers of waiting rows begin here, behind those of every row in a database."""


def waiting_files(folder: Path) -> list[Path]:
    """Return the files that wait in the inbox of a folder."""
    return sorted((folder / FOLDER).glob("*/*.jsonl"))


def project_file(project: str) -> str:
    """Return the name of a project's file: Trackio drops what is no letter, digit, ``-`` or ``_``."""
    return ("".join(c for c in project if c.isalnum() or c in "-_").rstrip() or "default") + ".db"


@dataclass(frozen=True)
class Waiting:
    """
    A line that waits and logs metrics.

    Attributes
    ----------
    file
        The name of its project's file.
    run, name
        Id and name of its run.
    time, step
        When it was logged.
    metrics, config
        JSON text; the config is empty if the line has none.
    """

    file: str
    run: str
    name: str | None
    time: str | None
    step: int | None
    metrics: str
    config: str


def read_waiting(folder: Path) -> Iterator[tuple[Path, Waiting | None]]:
    """Give every line that waits and logs metrics, with its file; ``None`` for a line that cannot be read."""
    for file in waiting_files(folder):
        try:
            lines = file.read_bytes().splitlines()
        except OSError:
            yield file, None
            continue
        for line in lines:
            try:
                record = json.loads(line)
                if record["kind"] == "metric":
                    yield file, _waiting_of(record)
            except (ValueError, KeyError, TypeError, RecursionError):
                yield file, None


def _waiting_of(record: Json) -> Waiting:
    return Waiting(
        file=project_file(str(record["project"])),
        run=str(record.get("run_id") or record.get("run")),
        name=record.get("run"),
        time=record.get("timestamp"),
        step=record.get("step"),
        metrics=json.dumps(record.get("metrics")),
        config=json.dumps(record["config"]) if record.get("config") else "",
    )


@contextmanager
def open_with_inbox(file: Path) -> Iterator[sqlite3.Connection]:
    """
    Open a project's file so that its tables ``metrics`` and ``configs`` have the rows that wait for it too.

    The file need not exist if some wait. Nothing is written but to memory.
    """
    waiting = [line for _, line in read_waiting(file.parent) if line is not None and line.file == file.name]
    if not file.exists() and not waiting:
        raise SourceError(f"{file} does not exist.")
    with open_sqlite(file) if file.exists() else closing(sqlite3.connect(":memory:")) as database:
        if waiting:
            _add_views(database, waiting)
        yield database


def _add_views(database: sqlite3.Connection, waiting: list[Waiting]) -> None:
    """Put views before the tables, under the same names, that have the waiting rows besides."""
    database.execute("PRAGMA temp_store = MEMORY")
    metrics = ("run_id", "timestamp", "run_name", "step", "metrics", "id")
    configs = ("run_id", "run_name", "config", "created_at")
    rows = [
        (line.run, line.time, line.name, line.step, line.metrics, LATER + number) for number, line in enumerate(waiting)
    ]
    latest = {line.run: line for line in waiting if line.config}
    _add_view(database, "metrics", metrics, rows)
    _add_view(database, "configs", configs, [(run, line.name, line.config, line.time) for run, line in latest.items()])


def _add_view(database: sqlite3.Connection, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    present = columns_of(database, table)
    columns, marks = ", ".join(names), ", ".join("?" * len(names))
    database.execute(f"CREATE TEMP TABLE waiting_{table} ({columns})")
    database.executemany(f"INSERT INTO waiting_{table} VALUES ({marks})", rows)  # noqa: S608
    query = f"SELECT {columns} FROM waiting_{table}"  # noqa: S608
    if present:
        stored = columns if "run_id" in present else columns.replace("run_id", "run_name AS run_id", 1)
        query = f"SELECT {stored} FROM main.{table} UNION ALL {query}"  # noqa: S608
    database.execute(f"CREATE TEMP VIEW {table} AS {query}")
