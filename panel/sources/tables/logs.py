"""A table that is the log of one run, a row a step: how it is told from a table of runs, and the run that it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ...data.names import names_setting
from ...data.plain import plain_value
from ...data.records import Json
from ..common.curves import as_number
from ..common.documents import read_json_lines
from ..common.records import Run
from ..common.results import Results, find_counters, read_log, results_of_rows
from ..table.reading import read_table
from .kinds import has_varying, read_json_rows

PHASES = 3
"""A text with at most so many values in a log says what a row is about, such as train and test."""


def is_log(rows: Sequence[Json]) -> bool:
    """
    Say whether rows are the steps of one run: something counts them, and no setting varies but by a schedule.

    Examples
    --------
    >>> is_log([{"epoch": 1, "lr": 0.1, "loss": 2.0}, {"epoch": 2, "lr": 0.1, "loss": 1.0}])
    True
    >>> is_log([{"epoch": 5, "lr": 0.1, "loss": 2.0}, {"epoch": 5, "lr": 0.2, "loss": 1.0}])
    False
    """
    if len(rows) < 2:
        return False
    names = list(dict.fromkeys(name for row in rows for name in row))
    counters = find_counters(names)
    if not any(_rises([row.get(name) for row in rows]) for name in counters):
        return False
    return all(_could_be_logged(name, [row.get(name) for row in rows]) for name in names if name not in counters)


def _rises(values: Sequence[Any]) -> bool:
    """Say whether values count something: numbers that never fall, and seldom stand, as for two parts of the data."""
    numbers = [number for value in values if (number := as_number(value)) is not None]
    rising = all(a <= b for a, b in pairwise(numbers))
    return rising and len(numbers) == len(values) and 2 * len(set(numbers)) >= max(len(numbers), 4)


def _could_be_logged(name: str, values: Sequence[Any]) -> bool:
    """Say whether values could be of a run's steps: numbers of no setting, a schedule, or a few words."""
    known = [value for value in values if value is not None]
    numbers = [as_number(value) for value in known]
    if None in numbers:
        return len({repr(value) for value in known}) <= PHASES
    if not names_setting(name):
        return True
    moves = [b - a for a, b in pairwise(n for n in numbers if n is not None) if a != b]
    turns = sum((a > 0) != (b > 0) for a, b in pairwise(moves))
    return turns <= (2 if len(known) >= 10 else 0) + len(known) // 20


def read_rows(path: Path) -> list[Json]:
    """
    Return the rows of a table by the names of its columns.

    Raises
    ------
    SourceError
        If it cannot be read; the message names it.
    """
    if path.suffix in (".csv", ".tsv"):
        return read_log(path)
    if path.suffix in (".jsonl", ".ndjson"):
        return read_json_lines(path)
    if path.suffix == ".json":
        return read_json_rows(path)
    table, _ = read_table(path)
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(k): plain_value(v) for k, v in row.items() if v is not None} for row in rows]


def run_of(name: str, rows: Sequence[Json], named: Json) -> tuple[Run, Results]:
    """
    Return the run that a log is, and its values per step.

    Parameters
    ----------
    name
        What the run is called.
    rows
        The rows of the log.
    named
        Settings that the name spells.
    """
    results = results_of_rows(rows)
    settings = {
        metric: value
        for metric, value in results.summary.items()
        if (isinstance(value, str) or names_setting(metric))
        and not has_varying(row.get(metric) for _, row in results.rows)
    }
    summary = {metric: value for metric, value in results.summary.items() if metric not in settings}
    curves = tuple(metric for metric in results.curves if metric not in settings)
    return Run(name, steps=results.last_step, config=settings | named, summary=summary, curves=curves), results


def agree(runs: Iterable[Run]) -> list[Run]:
    """Return runs in which what is a schedule in one of them is a setting in none."""
    runs = list(runs)
    logged = {name for run in runs for name in run.curves}
    return [
        run
        if not logged & run.config.keys()
        else replace(
            run,
            config={k: v for k, v in run.config.items() if k not in logged},
            summary={**run.summary, **{k: v for k, v in run.config.items() if k in logged}},
            curves=(*run.curves, *(k for k in run.config if k in logged)),
        )
        for run in runs
    ]
