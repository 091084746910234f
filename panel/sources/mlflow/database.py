"""MLflow's SQLite database, of any release, read by a query a table: the library would refuse another's schema."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.curves import as_number
from ..common.databases import columns_of, open_sqlite, tables_of
from ..common.given import stamp_of
from ..common.records import Reading, Run
from .runs import Experiment, Logged, history_of, metric_value, note_deleted, run_of

TABLES = frozenset({"experiments", "runs", "params", "metrics", "tags"})


def recognises(path: Path) -> bool:
    """Say whether a file is a database of MLflow's tracking store."""
    return tables_of(path) >= TABLES


def stamp(path: Path) -> str:
    """Return a text that changes whenever the database does, or the log that it writes ahead."""
    return stamp_of(path, path.with_name(path.name + "-wal"))


def list_experiments(path: Path) -> list[Experiment]:
    """Return the experiments that have runs, without those that were deleted."""
    with open_sqlite(path) as database:
        rows = database.execute(
            "SELECT e.experiment_id, e.name, count(*) FROM experiments e JOIN runs r USING (experiment_id) "  # noqa: S608
            f"WHERE {_active(database, 'experiments', 'e')} AND {_active(database, 'runs', 'r')} "
            "GROUP BY 1, 2 ORDER BY 1"
        )
        return [Experiment(str(i), str(name), count) for i, name, count in rows]


def _active(database: sqlite3.Connection, table: str, short: str) -> str:
    """Return the condition under which a row was not deleted."""
    has = "lifecycle_stage" in columns_of(database, table)
    return f"coalesce({short}.lifecycle_stage, 'active') <> 'deleted'" if has else "1"


def _or(columns: list[str], name: str, otherwise: str = "NULL") -> str:
    """Return a column, or what stands for it in the schema of an older release."""
    return name if name in columns else otherwise


def read_runs(path: Path, experiment: Experiment, reading: Reading) -> list[Run]:
    """
    Return the runs of an experiment in the order in which they were started.

    Nothing is taken from an earlier reading: to find out which runs have changed takes as long as to read them.
    """
    what = f"reading {path.name}"
    reading.progress(0.0, what)
    with open_sqlite(path) as database:
        runs = _runs(database, experiment.id)
        active = f"r.experiment_id = ? AND {_active(database, 'runs', 'r')}"
        for share, table, into in ((0.2, "params", "params"), (0.5, "tags", "tags")):
            for run, key, value in database.execute(
                f"SELECT t.run_uuid, t.key, t.value FROM {table} t JOIN runs r USING (run_uuid) "  # noqa: S608
                f"WHERE {active} ORDER BY t.rowid",
                (experiment.id,),
            ):
                if value is not None:
                    getattr(runs[run], into)[str(key)] = str(value)
            reading.progress(share, what)
        for run, key, value, is_nan, step in database.execute(_last(database, active), (experiment.id,)):
            logged = runs[run]
            logged.metrics[str(key)] = metric_value(value, is_nan)
            logged.steps = max(logged.steps, as_number(step) or 0)
        deleted = database.execute(
            f"SELECT count(*) FROM runs r WHERE experiment_id = ? AND NOT ({_active(database, 'runs', 'r')})",  # noqa: S608
            (experiment.id,),
        ).fetchone()[0]
    note_deleted(reading, deleted)
    reading.progress(0.9, what)
    return [run_of(logged) for logged in runs.values()]


def _runs(database: sqlite3.Connection, experiment: str) -> dict[str, Logged]:
    columns = columns_of(database, "runs")
    described = ", ".join(
        _or(columns, name) for name in ("name", "status", "start_time", "end_time", "user_id", "source_name")
    )
    rows = database.execute(
        f"SELECT run_uuid, {described} FROM runs r WHERE experiment_id = ? AND {_active(database, 'runs', 'r')} "  # noqa: S608
        "ORDER BY start_time, rowid",
        (experiment,),
    )
    runs: dict[str, Logged] = {}
    for run, name, status, start, end, user, source in rows:
        runs[run] = Logged(run, name or "", status or "", start, end, user or "", source or "")
    return runs


def _last(database: sqlite3.Connection, active: str) -> str:
    """Return the query for the last value of every metric; releases before 1.1 had no table of them."""
    columns = columns_of(database, "latest_metrics")
    table, order = ("latest_metrics", "m.rowid") if columns else ("metrics", "step, timestamp, value")
    columns = columns or columns_of(database, table)
    return (
        f"SELECT m.run_uuid, m.key, m.value, {_or(columns, 'is_nan', '0')}, {_or(columns, 'step', '0')} AS step "  # noqa: S608
        f"FROM {table} m JOIN runs r USING (run_uuid) WHERE {active} ORDER BY {order}"
    )


def read_history(path: Path, experiment: Experiment) -> pd.DataFrame:
    """Return the values per step of an experiment's runs."""
    with open_sqlite(path) as database:
        columns = columns_of(database, "metrics")
        rows: list[Any] = database.execute(
            f"SELECT m.run_uuid, {_or(columns, 'step', '0')}, m.key, "  # noqa: S608
            f"CASE WHEN {_or(columns, 'is_nan', '0')} THEN NULL ELSE m.value END, m.timestamp "
            "FROM metrics m JOIN runs r USING (run_uuid) "
            f"WHERE r.experiment_id = ? AND {_active(database, 'runs', 'r')} ORDER BY m.rowid",
            (experiment.id,),
        ).fetchall()
    return history_of(rows)
