"""SweepLens' own format: a folder with ``runs.csv`` or ``runs.parquet``, ``history.parquet`` and ``space.json``."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..data.project import HISTORY_COLUMNS, IN_ITS_SOURCE, Domain, History, Project, Space
from ..data.records import Json
from ..errors import SourceError
from .common.given import Given, stamp_of
from .common.records import Reading
from .common.source import no_page, no_parts
from .table.assemble import assemble
from .table.reading import read_table

NAME = "native"
WORDS = "SweepLens folder"
OPENS = "`sweeplens FOLDER`, with `runs.csv` or `runs.parquet`"
EXTRA = ""
parts, page = no_parts, no_page
TABLES = ("runs.parquet", "runs.csv")


def recognises(given: Given) -> bool:
    """Say whether it is a folder with a table of runs."""
    return given.is_folder and any(given.at(name).is_file() for name in TABLES)


def stamp(given: Given) -> str:
    """Return a text that changes whenever one of the files does."""
    return stamp_of(*(given.at(name) for name in (*TABLES, "history.parquet", "space.json")))


def load(given: Given, reading: Reading) -> Project:
    """
    Read a folder in the native format.

    ``runs`` has columns ``run.*``, ``config.*`` and ``summary.*``; ``history.parquet`` has ``run_id``, ``step``,
    ``metric``, ``value``; ``space.json`` declares metric, goal, method and parameters. Only ``runs`` is needed.

    Raises
    ------
    SourceError
        If a file is malformed; the message names it and what is wrong.
    """
    file = next((given.at(name) for name in TABLES if given.at(name).is_file()), None)
    if file is None:
        raise SourceError(f"{given.uri} holds neither {' nor '.join(TABLES)}.")
    table, notes = read_table(file, reading.progress)
    lines = given.at("history.parquet")
    return assemble(
        table,
        name=given.name,
        source=given.where,
        format=WORDS,
        corrections=reading.corrections,
        notes=notes,
        space=read_space(given.at("space.json")),
        history=(lambda _: lazy_history(lines)) if lines.is_file() else None,
    )


def lazy_history(file: Path) -> History:
    """Return a history that is read when it is needed; only the names of its metrics are read now."""
    try:
        names = pc.unique(pq.read_table(file, columns=["metric"])["metric"]).to_pylist()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise SourceError(f"{file} cannot be read as a history: {error}") from error
    return History(tuple(map(str, names)), stamp=IN_ITS_SOURCE)


def read_history(given: Given) -> pd.DataFrame:
    """Read the history of the project in a folder; `SourceError` if it is gone or malformed."""
    file = given.at("history.parquet")
    try:
        frame = pq.read_table(file, columns=list(HISTORY_COLUMNS)).to_pandas()
    except (OSError, KeyError, pa.ArrowException) as error:
        raise SourceError(f"{file} cannot be read as a history: {error}") from error
    return frame.astype({"run_id": "str", "metric": "str"})


def read_space(file: Path) -> Space | None:
    """
    Read a declared search space.

    Returns
    -------
    Space or None
        ``None`` if there is no such file.

    Raises
    ------
    SourceError
        If it is no JSON, or a field has a value that is not known; the message names both.
    """
    if not file.is_file():
        return None
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        parameters = {str(name): _domain(name, entry, file) for name, entry in data.get("parameters", {}).items()}
        goal, goals = data.get("goal"), dict(data.get("goals", {}))
        for given in (goal, *goals.values()):
            if given not in (None, "minimize", "maximize"):
                raise SourceError(f"{file}: goal {given!r} is not known; use 'minimize' or 'maximize'.")
        return Space(
            str(data.get("metric", "")),
            goal,
            str(data.get("method", "")),
            parameters,
            goals,
            str(data.get("stops", "")),
        )
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise SourceError(f"{file} is no search space: {error}.") from error


def _domain(name: str, entry: Json, file: Path) -> Domain:
    kind = entry.get("type")
    if kind not in ("real", "integer", "categorical"):
        raise SourceError(f"{file}: parameter {name!r} has type {kind!r}; use 'real', 'integer' or 'categorical'.")
    scale = entry.get("scale")
    if scale not in (None, "linear", "log"):
        raise SourceError(f"{file}: parameter {name!r} has scale {scale!r}; use 'linear' or 'log'.")
    choices = tuple(json.dumps(c) if isinstance(c, list | dict) else c for c in entry.get("choices", ()))
    condition = entry.get("condition")
    return Domain(
        kind,
        entry.get("low"),
        entry.get("high"),
        choices,
        scale,
        None if condition is None else (condition["parameter"], tuple(condition["values"])),
    )
