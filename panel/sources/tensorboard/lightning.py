"""What Lightning's CSVLogger leaves behind: a folder a run, with ``metrics.csv`` and ``hparams.yaml``."""

from __future__ import annotations

import csv
import math
import re
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ...data.project import HISTORY_COLUMNS, Project
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.cells import parse_cell
from ..common.given import Given, digest, stamps
from ..common.records import Reading, Run
from ..common.safe_yaml import read_settings
from ..common.source import no_page, no_parts
from ..common.texts import open_text

NAME = "lightning"
WORDS = "Lightning CSV logs"
OPENS = "`sweeplens lightning_logs/`"
EXTRA = ""
parts, page = no_parts, no_page

METRICS = "metrics.csv"
SETTINGS = "hparams.yaml"
VERSION = re.compile(r"version_\d+")
STEPS = ("step", "epoch")
"""Columns that say when a row was logged, the finest first. An epoch is a metric too, as Lightning logs it as one."""


def run_folders(given: Given) -> list[str]:
    """Return the folders of runs, ``version_2`` before ``version_10``: those with a log, and their aborted siblings."""
    logged, described = given.folders_with(METRICS), given.folders_with(SETTINGS)
    runs = {f for f in logged if f in set(described) or VERSION.fullmatch(f.rpartition("/")[2])}
    if not given.path or not runs:
        return []
    if VERSION.fullmatch(given.path.resolve().name) and "" in logged:
        runs.add("")
    above = {folder.rpartition("/")[0] for folder in runs if folder}
    of_others = set(given.folders_with("*tfevents*"))
    runs |= {f for f in described if f and f.rpartition("/")[0] in above and f not in of_others}
    return sorted(runs, key=_in_order)


def _in_order(folder: str) -> list[tuple[int, str]]:
    """Return a key that puts numbers in names in the order of numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", folder)]


def recognises(given: Given) -> bool:
    """Say whether it is a folder with runs of the CSVLogger in it or below."""
    return given.is_folder and bool(run_folders(given))


def stamp(given: Given) -> str:
    """Return a text that changes whenever a log or a file of settings does."""
    return digest(s for folder in run_folders(given) for s in stamps(_paths(given, folder)))


def _paths(given: Given, folder: str) -> tuple[Path, Path]:
    return given.at(folder) / METRICS, given.at(folder) / SETTINGS


def load(given: Given, reading: Reading) -> Project:
    """
    Read the runs of a CSVLogger. It keeps no times and does not say what became of a run.

    Raises
    ------
    SourceError
        If there are no runs that can be read.
    """
    runs = []
    folders = run_folders(given)
    for done, folder in enumerate(folders):
        if done % 50 == 0:
            reading.progress(done / len(folders), f"reading {given.name}")
        paths = _paths(given, folder)
        run = reading.read_run(folder or ".", digest(stamps(paths)), partial(read_run, folder, given.name, *paths))
        if run is not None:
            runs.append(run)
    reading.progress(1.0, f"reading {given.name}")
    return project_of(runs, given, reading, format=WORDS, history=(name for run in runs for name in run.summary))


def read_run(folder: str, root: str, log: Path, settings: Path) -> Run:
    """
    Read one run; without a log it is one that was stopped before it logged a metric.

    Raises
    ------
    SourceError
        If a file cannot be read; the message names it, and the line.
    """
    header, rows, config = _read(log, settings)
    steps = _steps(header, rows)
    return Run(
        folder or ".",
        name=folder or root,
        steps=max(steps, default=None),
        config=config,
        summary={
            name: _value(next(cells[at] for cells in reversed(rows) if cells[at]))
            for at, name in enumerate(header)
            if name != STEPS[0] and any(cells[at] for cells in rows)
        },
    )


def _read(log: Path, settings: Path) -> tuple[list[str], list[list[str]], Json]:
    header, rows = read_rows(log) if log.exists() else ([], [])
    return header, rows, read_settings(settings) if settings.exists() else {}


def read_rows(log: Path) -> tuple[list[str], list[list[str]]]:
    """
    Read a log: the names of its columns, and its rows as text.

    A last line that has no end is left out: Lightning is still writing it, or was stopped while it did.

    Raises
    ------
    SourceError
        If it cannot be opened or is no such table; the message names the file and the line.
    """
    try:
        with open_text(log) as file:
            whole = [line for line in file if line.endswith("\n")]
        reader = csv.reader(whole)
        header = next(reader, [])
        rows = []
        for row in reader:
            if row and len(row) != len(header):
                raise SourceError(
                    f"{log} is ragged: line {reader.line_num} has {len(row)} fields, the first line has {len(header)}."
                )
            if row:
                rows.append(row)
    except UnicodeDecodeError as error:
        raise SourceError(f"{log} is not UTF-8 and cannot be read.") from error
    except OSError as error:
        raise SourceError(f"{log} cannot be opened: {error.strerror or error}.") from error
    except csv.Error as error:
        raise SourceError(f"{log}, line {reader.line_num}, cannot be read as CSV: {error}.") from error
    return header, rows


def _value(cell: str) -> Any:
    """Return a logged value: a number, NaN and infinity among them, or whatever else the cell spells."""
    try:
        return float(cell)
    except ValueError:
        return parse_cell(cell)


def _steps(header: list[str], rows: list[list[str]]) -> list[float]:
    """Return the step of every row: its own, or that of the row before; without a column of steps they are counted."""
    name = next((name for name in STEPS if name in header), None)
    if name is None:
        return [float(at) for at in range(len(rows))]
    at, step, steps = header.index(name), 0.0, []
    for cells in rows:
        value = _value(cells[at]) if cells[at] else step
        step = value if isinstance(value, float) and math.isfinite(value) else step
        steps.append(step)
    return steps


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of all runs; what cannot be read is left out, as `load` says."""
    lines: dict[str, list[Any]] = {name: [] for name in HISTORY_COLUMNS}
    for folder in run_folders(given):
        log, settings = _paths(given, folder)
        header, rows = list[str](), list[list[str]]()
        with Reading().skip_faulty(folder):
            header, rows, _ = _read(log, settings)
        steps = _steps(header, rows)
        for at, name in enumerate(header):
            if name == STEPS[0]:
                continue
            logged = {step: _value(cells[at]) for step, cells in zip(steps, rows, strict=True) if cells[at]}
            points = [(step, value) for step, value in logged.items() if isinstance(value, float | bool)]
            lines["run_id"] += [folder or "."] * len(points)
            lines["step"] += [step for step, _ in points]
            lines["metric"] += [name] * len(points)
            lines["value"] += [float(value) for _, value in points]
    return pd.DataFrame(lines)
