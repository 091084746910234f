"""
Several tables of one kind: in a folder, matched by a pattern, or given together.

Either their rows are runs, and are read as one table, or each is the log of one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.messages import Count, Message, Names, say
from ...data.plain import plain_column, plain_value
from ...data.project import Project
from ...errors import SourceError
from ..common.building import project_of
from ..common.cells import NAN
from ..common.curves import join_curves
from ..common.given import Given, digest, natural_key, stamps
from ..common.merging import FIELD
from ..common.records import Reading, Run
from ..common.source import no_page, no_parts
from ..common.spelled import read_name
from ..table.assemble import assemble
from ..table.reading import read_table
from .kinds import columns_of, group_alike, is_table, name_tables, read_json_rows
from .logs import agree, is_log, read_rows, run_of

NAME = "tables"
WORDS = "tables of one kind"
OPENS = "`sweeplens FOLDER`, `'runs/*.csv'` or `a.csv b.csv`: tables with alike columns, or a run's log in each"
EXTRA = ""
parts, page = no_parts, no_page

MOST_TABLES = 20_000
"""A folder with more tables than this is not looked through."""

SAMPLE = 5
"""So many tables tell whether each is the log of one run."""

NAMED = 5
"""So many tables are named in a note."""


def find_tables(given: Given) -> tuple[list[str], list[str]]:
    """
    Return the tables of the kind that most are of, and all others.

    Returns
    -------
    list of str
        Relative paths; none unless there are at least two and they are more than the others.
    list of str
        The relative paths of the others.
    """
    tables = [file for file in given.files if is_table(file)]
    if len(tables) < 2 or len(tables) > MOST_TABLES:
        return [], tables
    kinds = _group(str(given.path), tuple(tables), digest(stamps(f"{given.path}/{file}" for file in tables)))
    chosen, *others = kinds or [[]]
    rest = sorted((file for kind in others for file in kind), key=natural_key)
    return (sorted(chosen, key=natural_key), rest) if len(chosen) > max(1, len(rest)) else ([], tables)


@lru_cache(maxsize=1)  # asked several times of one folder, and of the same files as long as the stamp is
def _group(root: str, tables: tuple[str, ...], stamp: str) -> list[list[str]]:
    return group_alike({file: columns_of(Path(root) / file) for file in tables})


def recognises(given: Given) -> bool:
    """Say whether it holds at least two tables of one kind, and they are most of its tables."""
    return (given.is_folder or bool(given.only)) and bool(find_tables(given)[0])


def are_of_one_kind(given: Given) -> bool:
    """Say whether all its tables are of one kind."""
    tables, others = find_tables(given)
    return bool(tables) and not others


def stamp(given: Given) -> str:
    """Return a text that changes whenever one of the tables does."""
    return digest(stamps(f"{given.path}/{file}" for file in find_tables(given)[0]))


def load(given: Given, reading: Reading) -> Project:
    """
    Read tables of one kind.

    Their rows are runs, and the run field ``source`` says which table each is from; or each is a run, if every one is
    the log of one run.

    Raises
    ------
    SourceError
        If none can be read, or there are no two of one kind.
    """
    tables, others = find_tables(given)
    if not tables:
        raise SourceError(f"{given.uri} holds no two tables with alike columns that are most of its tables.")
    notes = [_say_others(tables, others)] if others else []
    if are_logs(given, tables):
        return _load_logs(given, tables, reading, notes)
    return _load_rows(given, tables, reading, notes)


def _say_others(tables: Sequence[str], others: Sequence[str]) -> Message:
    return say(
        "tables.others",
        "Not read, because their columns are others than those of the {tables} that were: {others}. Give one of them "
        "by itself.",
        tables=Count(len(tables), "table"),
        others=Names((*others[:NAMED], *(["…"] if len(others) > NAMED else [])), last=""),
    )


def are_logs(given: Given, tables: Sequence[str]) -> bool:
    """Say whether each of some tables is the log of one run: so the first are that can be read."""
    seen = 0
    for file in tables:
        try:
            rows = read_rows(given.at(file))
        except SourceError:
            continue
        if not is_log(rows):
            return False
        seen += 1
        if seen == SAMPLE:
            break
    return seen > 0


def _load_logs(given: Given, tables: Sequence[str], reading: Reading, notes: list[Message]) -> Project:
    names = name_tables(tables)
    runs: list[Run] = []
    for position, file in enumerate(tables):
        if position % 50 == 0:
            reading.progress(position / len(tables), "reading logs")
        stamp = digest(stamps([f"{given.path}/{file}"]))
        run = reading.read_run(file, stamp, partial(_read_log, given.at(file), names[file]))
        runs += [] if run is None else [run]
    reading.progress(1.0, "reading logs")
    about = say("tables.logs", "Each table is the log of one run, a row a step: {runs}.", runs=Count(len(runs), "run"))
    reading.notes += [about, *notes]
    return project_of(agree(runs), given, reading, format="logs of a run each")


def _read_log(path: Path, name: str) -> Run:
    return run_of(name, read_rows(path), read_name(name))[0]


def _load_rows(given: Given, tables: Sequence[str], reading: Reading, notes: list[Message]) -> Project:
    names = name_tables(tables)
    frames: dict[str, pd.DataFrame] = {}
    for position, file in enumerate(tables):
        reading.progress(position / len(tables), f"reading {given.name}")
        try:
            frame, about = _read_frame(given.at(file))
        except SourceError as error:
            reading.skip(file, str(error))
            continue
        frames[names[file]] = frame
        notes += about if len(tables) <= NAMED else []
    reading.progress(1.0, f"reading {given.name}")
    if not frames:
        raise SourceError(f"{given.uri}: none of its {len(tables)} tables can be read; {reading.skipped[0][1]}")
    whole, twice = stack(frames)
    if twice:
        notes.append(
            say("tables.counted_once", "{runs} in more than one table counted once.", runs=Count(twice, "run"))
        )
    project = assemble(
        whole,
        name=given.name,
        source=given.where,
        format=WORDS,
        corrections=reading.corrections,
        notes=[say("tables.read", "{tables} were read as one.", tables=Count(len(frames), "table")), *notes],
    )
    return _with_skipped(project, reading)


def _with_skipped(project: Project, reading: Reading) -> Project:
    return replace(project, skipped=(*project.skipped, *reading.skipped))


def _read_frame(path: Path) -> tuple[pd.DataFrame, list[Message]]:
    if path.suffix != ".json":
        return read_table(path)
    rows = read_json_rows(path)
    if not rows:
        raise SourceError(f"{path} holds no rows.")
    index = pd.RangeIndex(len(rows))
    names = dict.fromkeys(name for row in rows for name in row)
    cells = {name: [plain_value(row.get(name)) for row in rows] for name in names}
    logged = {name: [NAN if v != v else v for v in values] for name, values in cells.items()}
    return pd.DataFrame({name: plain_column(values, index, name) for name, values in logged.items()}), []


def stack(frames: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, int]:
    """
    Put tables into one.

    Parameters
    ----------
    frames
        Tables by name.

    Returns
    -------
    pd.DataFrame
        All their rows. Settings that the names of the tables spell are columns, and the last says where a row is from.
    int
        The number of rows that stood in an earlier table with the same values, and are left out.
    """
    spelled = {name: read_name(name) for name in frames}
    parts = [
        frame.assign(**{k: v for k, v in spelled[name].items() if k not in frame}) for name, frame in frames.items()
    ]
    whole = pd.concat(parts, ignore_index=True)
    source = np.repeat(np.array([*frames, ""], object)[:-1], [len(frame) for frame in frames.values()])
    columns = {str(name): _in_plain_form(whole[name]) for name in whole}
    cells = pd.DataFrame({name: column.map(repr) for name, column in columns.items()})
    first = cells.assign(**{FIELD: source}).groupby(list(cells), dropna=False, sort=False)[FIELD].transform("first")
    kept = (first == source).to_numpy()
    whole = pd.DataFrame(columns).assign(**{f"run.{FIELD}": source})
    return whole[kept].reset_index(drop=True), int((~kept).sum())


def _in_plain_form(column: pd.Series) -> pd.Series:
    """Return a column in its plainest form, as it would be had all been in one table."""
    if column.dtype.kind in "if":
        return column
    return plain_column([None if v != v else v for v in column.tolist()], column.index, str(column.name))


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of runs that have a log each; what cannot be read is left out, as `load` says."""
    tables, _ = find_tables(given)
    names = name_tables(tables)
    curves = {}
    for file in tables:
        try:
            run, results = run_of(names[file], read_rows(given.at(file)), {})
        except SourceError:
            continue
        curves[run.id] = results.curve
    return join_curves(curves)
