"""MLflow's database, of any release, read by a query a table: the library would refuse another's schema."""

# ruff: noqa: S608 -- nothing is put into a statement but names from this module

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from ..common.curves import as_number
from ..common.databases import Database, open_file, tables_of
from ..common.given import Given, digest, stamp_of
from ..common.records import Reading, Run
from ..common.servers import open_server
from .runs import Experiment, Logged, history_of, metric_value, note_deleted, run_of

TABLES = frozenset({"experiments", "runs", "params", "metrics", "tags"})

NEVER = "1 = 0"
"""A condition that every kind of database understands."""

CHANGING = (
    "lifecycle_stage, COUNT(*) FROM experiments GROUP BY lifecycle_stage ORDER BY 1",
    "lifecycle_stage, status, COUNT(*), MAX(start_time), MAX(end_time) FROM runs "
    "GROUP BY lifecycle_stage, status ORDER BY 1, 2",
    "COUNT(*), MAX(timestamp), SUM(step) FROM latest_metrics",
    "COUNT(*) FROM params",
    "COUNT(*) FROM tags",
)
"""What tells on a server whether something was logged; not that a tag was written over."""

Where = Path | Given
"""A SQLite file, or the address of a database on a server."""


def recognises(path: Path) -> bool:
    """Say whether a file is a database of MLflow's tracking store."""
    return tables_of(path) >= TABLES


@contextmanager
def _open(where: Where) -> Iterator[Database]:
    with open_server(where.address, where.uri) if isinstance(where, Given) else open_file(where) as database:
        yield database


def stamp(where: Where) -> str:
    """Return a text that changes whenever the database does, or the log that a file of SQLite writes ahead."""
    if isinstance(where, Path):
        return stamp_of(where, where.with_name(where.name + "-wal"))
    with _open(where) as database:
        return digest(str([tuple(row) for row in database.query(f"SELECT {what}")]) for what in CHANGING)


def list_experiments(where: Where) -> list[Experiment]:
    """Return the experiments that have runs, without those that were deleted."""
    with _open(where) as database:
        rows = database.query(
            "SELECT e.experiment_id, e.name, count(*) FROM experiments e JOIN runs r USING (experiment_id) "
            f"WHERE {_active(database, 'experiments', 'e')} AND {_active(database, 'runs', 'r')} "
            "GROUP BY 1, 2 ORDER BY 1"
        )
        return [Experiment(str(i), str(name), count) for i, name, count in rows]


def _active(database: Database, table: str, short: str) -> str:
    """Return the condition under which a row was not deleted."""
    has = "lifecycle_stage" in database.columns(table)
    return f"coalesce({short}.lifecycle_stage, 'active') <> 'deleted'" if has else f"NOT {NEVER}"


def _or(columns: list[str], name: str, otherwise: str = "NULL") -> str:
    """Return a column, or what stands for it in the schema of an older release."""
    return name if name in columns else otherwise


def _order(where: Where, table: str, otherwise: str) -> str:
    """Return the order in which rows were written; only a file of SQLite knows it, a server has another."""
    return f"{table}.rowid" if isinstance(where, Path) else otherwise


def read_runs(where: Where, experiment: Experiment, reading: Reading) -> list[Run]:
    """
    Return the runs of an experiment in the order in which they were started.

    Nothing is taken from an earlier reading: to find out which runs have changed takes as long as to read them.
    """
    with _open(where) as database:
        return _read_runs(where, database, experiment, reading)


def read_both(where: Where, experiment: Experiment, reading: Reading) -> tuple[list[Run], pd.DataFrame]:
    """Return the runs of an experiment as `read_runs` does, and their values per step, both as of one moment."""
    with _open(where) as database:
        runs = _read_runs(where, database, experiment, reading)
        return runs, _read_history(where, database, experiment)


def _read_runs(where: Where, database: Database, experiment: Experiment, reading: Reading) -> list[Run]:
    what = f"reading {where.name}"
    reading.progress(0.0, what)
    of_experiment = {"experiment": int(experiment.id)}
    runs = _runs(where, database, of_experiment)
    active = f"r.experiment_id = :experiment AND {_active(database, 'runs', 'r')}"
    for share, table, into in ((0.2, "params", "params"), (0.5, "tags", "tags")):
        for run, key, value in database.query(
            f"SELECT t.run_uuid, t.key, t.value FROM {table} t JOIN runs r USING (run_uuid) "
            f"WHERE {active} ORDER BY {_order(where, 't', 't.key')}",
            **of_experiment,
        ):
            if value is not None:
                getattr(runs[run], into)[str(key)] = str(value)
        reading.progress(share, what)
    for run, key, value, is_nan, step in database.query(_last(where, database, active), **of_experiment):
        logged = runs[run]
        logged.metrics[str(key)] = metric_value(value, is_nan)
        logged.steps = max(logged.steps, as_number(step) or 0)
    ((deleted,),) = database.query(
        f"SELECT count(*) FROM runs r WHERE experiment_id = :experiment AND NOT ({_active(database, 'runs', 'r')})",
        **of_experiment,
    )
    note_deleted(reading, deleted)
    reading.progress(0.9, what)
    return [run_of(logged) for logged in runs.values()]


def _runs(where: Where, database: Database, of_experiment: dict[str, int]) -> dict[str, Logged]:
    columns = database.columns("runs")
    described = ", ".join(
        _or(columns, name) for name in ("name", "status", "start_time", "end_time", "user_id", "source_name")
    )
    rows = database.query(
        f"SELECT run_uuid, {described} FROM runs r "
        f"WHERE experiment_id = :experiment AND {_active(database, 'runs', 'r')} "
        f"ORDER BY start_time, {_order(where, 'r', 'run_uuid')}",
        **of_experiment,
    )
    runs: dict[str, Logged] = {}
    for run, name, status, start, end, user, source in rows:
        runs[run] = Logged(run, name or "", status or "", start, end, user or "", source or "")
    return runs


def _last(where: Where, database: Database, active: str) -> str:
    """Return the query for the last value of every metric; releases before 1.1 had no table of them."""
    columns = database.columns("latest_metrics")
    last = bool(columns)
    table, order = ("latest_metrics", _order(where, "m", "m.key")) if last else ("metrics", "step, timestamp, value")
    columns = columns or database.columns(table)
    return (
        f"SELECT m.run_uuid, m.key, m.value, {_or(columns, 'is_nan', NEVER)}, {_or(columns, 'step', '0')} AS step "
        f"FROM {table} m JOIN runs r USING (run_uuid) WHERE {active} ORDER BY {order}"
    )


def read_history(where: Where, experiment: Experiment) -> pd.DataFrame:
    """Return the values per step of an experiment's runs."""
    with _open(where) as database:
        return _read_history(where, database, experiment)


def _read_history(where: Where, database: Database, experiment: Experiment) -> pd.DataFrame:
    columns = database.columns("metrics")
    rows: list[Any] = [
        tuple(row)
        for row in database.query(
            f"SELECT m.run_uuid, {_or(columns, 'step', '0')}, m.key, "
            f"CASE WHEN {_or(columns, 'is_nan', NEVER)} THEN NULL ELSE m.value END, m.timestamp "
            "FROM metrics m JOIN runs r USING (run_uuid) "
            f"WHERE r.experiment_id = :experiment AND {_active(database, 'runs', 'r')} "
            f"ORDER BY {_order(where, 'm', 'm.run_uuid, m.key, m.timestamp, m.step')}",
            experiment=int(experiment.id),
        )
    ]
    return history_of(rows)
