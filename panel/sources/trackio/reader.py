"""What Trackio leaves behind: one SQLite file a project, and a folder that holds several."""

from __future__ import annotations

import json
import math
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...data.messages import Message, as_message, say
from ...data.plain import flatten
from ...data.project import HISTORY_COLUMNS, Project
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.databases import HEADER, columns_of, open_sqlite, tables_of
from ..common.given import Given, digest, stamp_of
from ..common.records import Reading, Run
from ..common.source import no_page
from .inbox import FOLDER, open_with_inbox, read_waiting, waiting_files

NAME = "trackio"
WORDS = "Trackio"
OPENS = "`sweeplens PROJECT.db`"
EXTRA = ""
page = no_page

ENDING = ".db"
COLUMNS = {"timestamp", "run_name", "step", "metrics"}
"""What tells Trackio's table ``metrics`` from those of others."""

NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""How Trackio writes what JSON has no number for."""

OWN = {"_Username": "user", "_Group": "group"}
"""Keys that Trackio adds to a config, and the run fields that they are."""


def recognises(given: Given) -> bool:
    """Say whether it is a project's file or a folder that holds some."""
    return bool(_find_projects(given)[0])


def parts(given: Given) -> dict[str, int | None]:
    """Return the projects in a folder, that with most runs first."""
    counts = {name: _run_count(file) for name, file in _find_projects(given)[0].items()}
    return {name: counts[name] for name in sorted(counts, key=lambda name: (-counts[name], name))}


def stamp(given: Given) -> str:
    """Return a text that changes whenever the file, or what is not in it yet, does."""
    found = _find_projects(given)[0]
    chosen = [found[given.part]] if given.part in found else list(found.values())
    logs = [file.with_name(f"{file.name}-wal") for file in chosen]
    return stamp_of(
        *chosen, *logs, *(waiting for folder in {f.parent for f in chosen} for waiting in waiting_files(folder))
    )


def load(given: Given, reading: Reading) -> Project:
    """
    Read a project. Trackio does not record how a run ended, so every state is unknown; system metrics are left out.

    Raises
    ------
    SourceError
        If the file cannot be read or holds no runs.
    """
    for what, why in _find_projects(given)[1]:
        reading.skip(what, why)
    name, file = _choose_project(given)
    with open_with_inbox(file) as database:
        runs = list(_runs(database, file, reading))
    runs.sort(key=lambda run: str(run.created or ""))
    metrics = dict.fromkeys(n for run in runs for n, v in run.summary.items() if isinstance(v, int | float))
    reading.progress(1.0, f"reading {file.name}")
    # Parts are opened by Given.part; a lone project keeps the address that was given.
    return project_of(runs, given, reading, format=WORDS, name=name, history=metrics)


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step; of several values of one metric at one step the last, as Trackio's order has it."""
    _, file = _choose_project(given)
    runs, metrics, torn = dict[str, int](), dict[str, int](), set[int]()
    at_run, at_step, of_metric, values = array("q"), array("q"), array("q"), array("d")
    with open_with_inbox(file) as database:
        key = _key(database, "metrics")
        for run, step, text in database.execute(f"SELECT {key}, step, metrics FROM metrics ORDER BY timestamp, id"):  # noqa: S608
            code = runs.setdefault(str(run), len(runs))
            try:
                at = int(step)
                logged = {n: float(v) for n, v in _logged(text).items() if isinstance(v, int | float)}
            except (ValueError, TypeError, OverflowError):
                torn.add(code)
                continue
            for metric, value in logged.items():
                at_run.append(code)
                at_step.append(at)
                of_metric.append(metrics.setdefault(metric, len(metrics)))
                values.append(value)
    columns = map(np.array, (at_run, at_step, of_metric, values))
    frame = pd.DataFrame(dict(zip(HISTORY_COLUMNS, columns, strict=True)))
    frame = frame[~frame["run_id"].isin(torn)].drop_duplicates(["run_id", "step", "metric"], keep="last")
    names = {"run_id": np.array(list(runs), object), "metric": np.array(list(metrics), object)}
    return frame.assign(**{n: pd.Series(v[frame[n]], frame.index, dtype="str") for n, v in names.items()})


def _find_projects(given: Given) -> tuple[dict[str, Path], list[tuple[str, Message]]]:
    """Return the projects by name, and the files that may be some but cannot be read."""
    names = [given.path.name] if given.is_file and given.path else given.files_named(f"*{ENDING}")
    projects, torn = {}, []
    for name in names:
        file = given.path if given.is_file and given.path else given.at(name)
        try:
            if _is_project(file):
                projects[name.removesuffix(ENDING)] = file
        except SourceError as error:
            torn.append((name, as_message(str(error))))
    for place in sorted(
        {path.rpartition(f"{FOLDER}/")[0] for path in given.files_named("*.jsonl") if f"{FOLDER}/" in path}
    ):
        for file, line in read_waiting(given.at(place)):
            if line is None:
                why = say("trackio.unreadable_line", "{file} has a line that cannot be read.", file=str(file))
                torn.append((f"{place}{FOLDER}/{file.name}", why))
            else:
                name = place + line.file
                projects.setdefault(name.removesuffix(ENDING), given.at(name))
    return projects, torn


def _is_project(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            start = opened.read(len(HEADER))
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    if start != HEADER:
        raise SourceError(f"{file} is no SQLite database.")
    if "metrics" not in tables_of(file):
        return False
    with open_sqlite(file) as database:
        return set(columns_of(database, "metrics")) >= COLUMNS


def _choose_project(given: Given) -> tuple[str, Path]:
    found, torn = _find_projects(given)
    if given.part in found:
        return given.part, found[given.part]
    if not found:
        raise SourceError(torn[0][1] if torn else f"{given.uri} holds no project of {WORDS}.")
    name = next(iter(parts(replace(given, part=""))))
    return name, found[name]


def _run_count(file: Path) -> int:
    try:
        with open_with_inbox(file) as database:
            return len(_stamps(database))
    except SourceError:
        return 0


def _key(database: sqlite3.Connection, table: str) -> str:
    """Return the column that tells runs apart: releases before 0.24 knew them by their names."""
    return "run_id" if "run_id" in columns_of(database, table) else "run_name"


def _stamps(database: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    """Return for every run that logged: how many rows, the last of them, and the run's name; told by an index alone."""
    key = _key(database, "metrics")
    query = (
        f"SELECT g.run, g.n, g.last, m.run_name FROM (SELECT {key} AS run, COUNT(*) AS n, MAX(id) AS last "  # noqa: S608
        f"FROM metrics GROUP BY {key}) AS g JOIN metrics AS m ON m.id = g.last"
    )
    return {str(run): rest for run, *rest in database.execute(query)}


def _configs(database: sqlite3.Connection) -> dict[str, tuple[Any, ...]]:
    """Return every run's name, config and time of creation."""
    if not columns_of(database, "configs"):
        return {}
    key = _key(database, "configs")
    query = f"SELECT {key}, run_name, config, created_at FROM configs"  # noqa: S608
    return {str(run): rest for run, *rest in database.execute(query)}


def _runs(database: sqlite3.Connection, file: Path, reading: Reading) -> Iterator[Run]:
    rows, configs = _stamps(database), _configs(database)
    names = list(dict.fromkeys([*configs, *rows]))
    for position, run in enumerate(names):
        if position % 100 == 0:
            reading.progress(position / len(names), f"reading {file.name}")
        logged, config = rows.get(run, ()), configs.get(run, ())
        key = f"{file.stem}/{run}"

        def read(run: str = run, logged: Any = logged, config: Any = config) -> Run:
            return _run(database, file, run, logged[-1] if logged else "", config)

        found = reading.read_run(key, digest(map(repr, (*logged, *config))), read)
        if found is not None:
            yield found


def _run(database: sqlite3.Connection, file: Path, run: str, name: str, stored: Iterable[Any]) -> Run:
    name, text, started = stored or (name, None, None)
    try:
        config = _revive_numbers(_parse_object(text)) if text is not None else {}
        summary: Json = {}
        last, steps, first = None, None, None
        key = _key(database, "metrics")
        query = f"SELECT step, timestamp, metrics FROM metrics WHERE {key} = ? ORDER BY timestamp, id"  # noqa: S608
        for step, last, values in database.execute(query, (run,)):
            first = first or last
            steps = int(step) if steps is None else max(steps, int(step))
            summary.update(_logged(values))
    except sqlite3.OperationalError:
        raise
    except (ValueError, TypeError, sqlite3.DatabaseError) as error:
        raise SourceError(f"{file}: run {name or run} cannot be read: {error}.") from error
    created = config.get("_Created") or first or started
    return Run(
        id=run,
        name=str(name or ""),
        created=created,
        runtime=_seconds(created, last),
        steps=steps,
        config={k: v for k, v in config.items() if not k.startswith("_")},
        summary=summary,
        fields={word: config[k] for k, word in OWN.items() if config.get(k) is not None},
    )


def _parse_object(text: Any) -> Json:
    """Return the JSON object in a cell; `ValueError` if it holds none."""
    try:
        found = json.loads(text.decode() if isinstance(text, bytes) else text)
    except (RecursionError, TypeError) as error:
        raise ValueError(f"a cell holds no JSON object ({error})") from error
    if not isinstance(found, dict):
        raise ValueError("a cell holds no JSON object")
    return found


def _revive_numbers(value: Any) -> Any:
    """Return a value with the numbers that Trackio wrote as text."""
    if isinstance(value, str):
        return NUMBERS.get(value, value)
    if isinstance(value, dict):
        return {k: _revive_numbers(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_revive_numbers(v) for v in value]
    return value


def _logged(text: Any) -> dict[str, int | float | str]:
    """Return what one row logged, flattened: no images, tables, histograms and the like, and no lists."""
    found: dict[str, int | float | str] = {}
    for name, value in _parse_object(text).items():
        if isinstance(value, int | float):
            found[name] = value
        elif isinstance(value, str):
            found[name] = NUMBERS.get(value, value)
        elif isinstance(value, dict) and "_type" not in value:
            inner = flatten(_revive_numbers(value), f"{name}.")
            found |= {n: v for n, v in inner.items() if isinstance(v, int | float | str) and v != "{}"}
    return found


def _seconds(start: Any, end: Any) -> float | None:
    """Return the seconds from one time to the other; ``None`` where that cannot be told."""
    try:
        return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except (TypeError, ValueError):
        return None
