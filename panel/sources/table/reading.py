"""
Files of rows and columns as frames: CSV (also gzipped), Parquet and JSON lines.

Strict: nothing is dropped or guessed silently.
"""

from __future__ import annotations

import csv
import itertools
import json
import re
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

from ...data.messages import Message, say
from ...data.project import flatten, plain_column, plain_value
from ...errors import SourceError
from ..common.cells import parse_column
from ..common.texts import ReadingProgress, no_reading_progress, open_text

CSV_ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
JSON_ENDINGS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
ENDINGS = (*CSV_ENDINGS, ".parquet", *JSON_ENDINGS)


MEMORY = {"csv": 4.0, "json": 12.0, "columns": 4.0}
"""Bytes of memory at the peak for a byte of text, or of a column of numbers."""

GZIPPED = 6.0
"""Bytes of a table that one byte of its gzipped file stands for; more is rare."""

WORTH_SAYING = 1e9


def ending_of(path: Path) -> str:
    """Return which of `ENDINGS` a file's name ends with, or the empty text."""
    return next((e for e in sorted(ENDINGS, key=len, reverse=True) if path.name.lower().endswith(e)), "")


def read_table(path: Path, progress: ReadingProgress = no_reading_progress) -> tuple[pd.DataFrame, list[Message]]:
    """
    Read a table: one row a run or a step, one column a thing that was logged.

    Parameters
    ----------
    path
        A file with one of `ENDINGS`.
    progress
        Called while reading.

    Returns
    -------
    pd.DataFrame
        Columns in their plainest form (see `project.plain_column`), named as in the file; a NaN that was logged is the
        text ``NaN``, an empty cell is missing.
    list of Message
        Notes for the user, such as renamed columns.

    Raises
    ------
    SourceError
        If the file is missing, empty, has no rows, is ragged, is not UTF-8, or is no such table. The message says
        where.
    """
    end = ending_of(path)
    if not path.exists():
        raise SourceError(f"{path} does not exist.")
    if path.stat().st_size == 0:
        raise SourceError(f"{path} is empty; a table needs a line of column names and a row for every run.")
    progress(0.0, describe_memory(path))
    with _naming_the_file(path):
        if end in CSV_ENDINGS:
            return _read_csv(path, progress)
        if end == ".parquet":
            return _parse_columns(pq.read_table(path).to_pandas(), [])
        return _read_json_lines(path, progress)


def describe_memory(path: Path) -> str:
    """
    Say what is being read, and, of a large table, how much memory that takes.

    Raises
    ------
    SourceError
        If there is not as much memory.
    """
    needed, free = estimate_memory(path), psutil.virtual_memory().available
    if needed > free:
        raise SourceError(
            f"{path} would take about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free. "
            "Leave columns out that are no settings and no metrics, or read it on a machine with more memory."
        )
    words = f"reading {path.name}"
    return words if needed < WORTH_SAYING else f"{words}: about {needed / 1e9:.1f} GB of memory"


def estimate_memory(path: Path) -> float:
    """Return about how many bytes of memory it takes to read a table and to keep it, as measured (benchmarks)."""
    size, end = path.stat().st_size, ending_of(path)
    if end == ".parquet":
        with _naming_the_file(path):
            meta = pq.read_metadata(path)
        return MEMORY["columns"] * 8.0 * meta.num_rows * meta.num_columns
    packed = GZIPPED if end.endswith(".gz") else 1.0
    return packed * size * MEMORY["json" if "json" in end or "nd" in end else "csv"]


@contextmanager
def _naming_the_file(path: Path) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that names the file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8: byte 0x{error.object[error.start]:02x} cannot be read. Save it again as UTF-8."
        ) from error
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        raise SourceError(f"{path} cannot be read: {error}".rstrip(".") + ".") from error


def make_names_unique(names: list[str]) -> tuple[list[str], list[Message]]:
    """Give every column a name of its own: the second ``lr`` becomes ``lr (2)``. Return names and notes on them."""
    seen: dict[str, int] = {}
    unique, notes = [], []
    for position, raw in enumerate(names, 1):
        name = raw.strip() or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1:
            renamed = f"{name} ({seen[name]})"
            notes.append(
                say(
                    "table.name_twice",
                    "Column name {name} stands twice; the second is called '{renamed}'.",
                    name=repr(name),
                    renamed=renamed,
                )
            )
            name = renamed
        unique.append(name)
    return unique, notes


def header_of(path: Path) -> tuple[list[str], str]:
    """
    Return the names in a CSV file's first line, and its delimiter: comma, or semicolon or tab where there is none.

    Raises
    ------
    SourceError
        If the line cannot be read as text.
    """
    with _naming_the_file(path), open_text(path) as file:
        line = file.readline(10_000_000)
        delimiter = "," if "," in line else next((d for d in ("\t", ";") if d in line), ",")
        return next(csv.reader(itertools.chain([line], file), delimiter=delimiter), []), delimiter


def _read_csv(path: Path, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    header, delimiter = header_of(path)
    names, notes = make_names_unique(header)
    try:
        with open_text(path, progress) as file, warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                file,
                sep=delimiter,
                header=0,
                names=names,
                index_col=False,
                keep_default_na=False,
                na_values=[""],
                low_memory=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error) as error:
        unclosed = re.search(r"EOF inside string starting at row (\d+)", str(error))
        if unclosed:
            line = int(unclosed[1]) + 1
            raise SourceError(f"{path}: a quotation mark that is opened about line {line} is never closed.") from error
        raise find_ragged_row(path, delimiter, len(names)) or SourceError(
            f"{path} cannot be read as a table: {error}."
        ) from error
    except pd.errors.EmptyDataError as error:
        raise SourceError(f"{path} holds no table.") from error
    if not len(frame):
        raise SourceError(f"{path} has a line of column names but no rows.")
    if frame.iloc[:, -1].isna().any():  # a row that is too short looks like one whose last cell is empty
        error_ = find_ragged_row(path, delimiter, len(names))
        if error_:
            raise error_
    return _parse_columns(frame, notes)


def find_ragged_row(path: Path, delimiter: str, width: int) -> SourceError | None:
    """Return the error that names the first row with another number of fields than the header, or ``None``."""
    with open_text(path) as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                if row and len(row) != width:
                    return SourceError(
                        f"{path} is ragged: line {reader.line_num} has {len(row)} fields, "
                        f"the line of column names has {width}."
                        " Every row needs as many fields as there are names."
                    )
        except csv.Error as error:
            return SourceError(f"{path}, line {reader.line_num}, cannot be read as CSV: {error}.")
    return None


def _read_json_lines(path: Path, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    rows = []
    with open_text(path, progress) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise SourceError(f"{path}, line {number}, is no JSON: {error}.") from error
            if not isinstance(row, dict):
                raise SourceError(f"{path}, line {number}, holds no JSON object; every line needs one, in braces.")
            rows.append(flatten(row))
    if not rows:
        raise SourceError(f"{path} holds no rows.")
    keys = list(dict.fromkeys(key for row in rows for key in row))
    names, notes = make_names_unique(keys)
    index = pd.RangeIndex(len(rows))
    return pd.DataFrame(
        {n: plain_column([_as_logged(row.get(k)) for row in rows], index, n) for n, k in zip(names, keys, strict=True)}
    ), notes


def _as_logged(value: Any) -> Any:
    value = plain_value(value)
    return "NaN" if isinstance(value, float) and value != value else value


def _parse_columns(frame: pd.DataFrame, notes: list[Message]) -> tuple[pd.DataFrame, list[Message]]:
    """Read text cells; numbers and booleans are plain already."""
    if not len(frame):
        raise SourceError("The table has no rows.")
    columns: dict[str, pd.Series] = {}
    for name in frame:
        column = frame[name]
        if column.dtype.kind in "ifb":
            columns[str(name)] = column
        elif column.dtype.kind in "mM":
            columns[str(name)] = column.astype("str").where(column.notna())
        else:
            if column.dtype == object:
                nested = [flatten(c, f"{name}.") if isinstance(c, dict) else {str(name): c} for c in column]
                for key in dict.fromkeys(k for row in nested for k in row):
                    cells = [plain_value(row.get(key)) for row in nested]
                    columns.update(parse_column(plain_column(cells, frame.index, key)))
            else:
                columns.update(parse_column(column))
    return pd.DataFrame(columns).reset_index(drop=True), notes
