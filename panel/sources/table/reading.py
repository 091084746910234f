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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...data.messages import Count, Message, say
from ...errors import SourceError
from ..common.cells import NAN, share_of_numbers
from ..common.memory import check_needed, refuse_what_is_too_large
from ..common.texts import PER_BYTE, WINDOWS, ReadingProgress, is_windows_text, no_reading_progress, open_text
from .columns import frame_of_cells, frame_of_rows, make_names_unique, parse_columns
from .excel import read_sheet
from .json_tables import describe, find_table, say_beside
from .layout import BARS, BLANKS, GAPS, Layout, read_layout, read_layout_as
from .markdown import split_tables
from .parquet import read_parquet
from .ragged import check_widths

CSV_ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
LOOSE_ENDINGS = (".txt", ".dat", ".md")
JSON_ENDINGS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
ENDINGS = (*CSV_ENDINGS, ".parquet", *JSON_ENDINGS, ".json", ".xlsx", *LOOSE_ENDINGS)
"""What the names of files that hold tables end with."""

SPREADSHEETS = (".xls", ".xlsb", ".xlsm", ".ods", ".numbers")

MOST_LINES = 5_000
"""Lines of a text that are looked through for a table drawn with bars."""

LARGEST_LOOKED_INTO = 32_000_000
"""Bytes of a JSON file that is read to find out whether it holds a table; of a larger one it is believed."""


MEMORY = {**PER_BYTE, "columns": 4.0}
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
        Columns in their plainest form (see `plain.plain_column`), named as in the file; a NaN that was logged is the
        text ``NaN``, an empty cell is missing.
    list of Message
        Notes for the user, such as renamed columns.

    Raises
    ------
    SourceError
        If the file is missing, empty, has no rows, has a row with too many fields, is no text, or is no such table.
        The message says where.
    """
    end = ending_of(path)
    if not path.exists():
        raise SourceError(f"{path} does not exist.")
    if path.stat().st_size == 0:
        raise SourceError(f"{path} is empty; a table needs a line of column names and a row for every run.")
    progress(0.0, describe_memory(path))
    with _naming_the_file(path):
        if end in (*CSV_ENDINGS, *LOOSE_ENDINGS):
            return _read_text(path, progress)
        if end == ".xlsx":
            read = read_sheet(path)
            progress(1.0, f"reading {path.name}")
            return read
        if end == ".json":
            return _read_json(path, progress)
        if end == ".parquet":
            return _read_parquet(path)
        return _read_json_lines(path, progress)


def holds_table(path: Path) -> bool:
    """
    Say whether a file with one of `ENDINGS` holds a table.

    CSV, Parquet, JSON lines and Excel do by their name. A text needs rows alike, and a column of numbers; a JSON file
    needs rows of some kind.
    """
    end = ending_of(path)
    if end not in (".json", *LOOSE_ENDINGS):
        return bool(end)
    try:
        with _naming_the_file(path):
            if end == ".json":
                return path.stat().st_size > LARGEST_LOOKED_INTO or find_table(_load_json(path)) is not None
            layout = read_layout(path)
            if layout.separator == BARS:
                with open_text(path, encoding=layout.encoding) as file:
                    tables = split_tables(itertools.islice(file, MOST_LINES))
                return any(_has_numbers(cells[1:]) for cells in tables)
    except SourceError:
        return False
    alike = layout.consistent >= 0.9 and len(layout.names) > 1 and len(layout.rows) > 1
    return end != ".md" and alike and _has_numbers(layout.rows)


def say_why_no_table(path: Path) -> str:
    """Return what a file holds that might have been a table; empty if nothing is to be said of it."""
    name = path.name.lower()
    if name.endswith(SPREADSHEETS):
        return f"{path} is a spreadsheet of a kind that SweepLens does not read; save it as .xlsx or CSV."
    if ending_of(path) != ".json":
        return ""
    try:
        with _naming_the_file(path):
            return say_no_table(path, _load_json(path))
    except SourceError as error:
        return str(error)


def _has_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a column of these rows holds numbers, for the most part."""
    columns = (pd.Series([cell or None for cell in cells], dtype="str") for cells in zip(*rows, strict=False))
    parsed = (column for cells in columns for column in parse_columns(cells.to_frame("x"), [])[0].items())
    return any(share_of_numbers(column) > 0.5 for _, column in parsed)


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
    if not path.name.lower().endswith(".gz"):  # what comes out of those is counted
        check_needed(path, needed)
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
        with refuse_what_is_too_large(str(path)):
            yield
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{path} is not UTF-8: byte 0x{error.object[error.start]:02x} cannot be read. Save it again as UTF-8."
        ) from error
    except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
        raise SourceError(f"{path} cannot be read: {error}".rstrip(".") + ".") from error


def header_of(path: Path) -> tuple[list[str], str]:
    """
    Return the names of the columns in a text file, and what separates its fields (see `layout.Layout`).

    Raises
    ------
    SourceError
        If it cannot be read as text.
    """
    with _naming_the_file(path):
        layout = read_layout(path)
    return layout.names, layout.separator


def _read_text(path: Path, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    layout = read_layout(path)
    try:
        return _read_rows(path, layout, progress)
    except UnicodeDecodeError:  # after the beginning, by which the layout was found
        if layout.encoding or not is_windows_text(path):
            raise
        return _read_rows(path, read_layout_as(path, WINDOWS), progress)


def _read_rows(path: Path, layout: Layout, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    if layout.separator == BARS:
        return _read_bars(path, layout, progress)
    names, notes = make_names_unique(layout.names)
    try:
        with open_text(path, progress, layout.end, layout.encoding) as file, warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            for _ in range(layout.start):
                file.readline()
            frame = pd.read_csv(
                file,
                sep={BLANKS: r"\s+", GAPS: r"\s{2,}"}.get(layout.separator, layout.separator),
                engine="python" if layout.separator == GAPS else "c",
                header=None,
                names=names,
                index_col=False,
                keep_default_na=False,
                na_values=[""],
                **({} if layout.separator == GAPS else {"low_memory": False}),
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, csv.Error) as error:
        unclosed = re.search(r"EOF inside string starting at row (\d+)", str(error))
        if unclosed:
            line = int(unclosed[1]) + 1 + layout.start
            raise SourceError(f"{path}: a quotation mark that is opened about line {line} is never closed.") from error
        if "out of memory" in str(error):
            raise MemoryError(str(error)) from error
        check_widths(path, layout)
        raise SourceError(f"{path} cannot be read as a table: {error}.") from error
    except pd.errors.EmptyDataError as error:
        what = "has a line of column names but no rows" if any(names) else "holds no table"
        raise SourceError(f"{path} {what}.") from error
    if not len(frame):
        raise SourceError(f"{path} has a line of column names but no rows.")
    if frame.iloc[:, -1].isna().any():  # a row that is too short looks like one whose last cell is empty
        notes += check_widths(path, layout)
    if layout.surplus:
        frame = frame.iloc[:, :-1]
    return parse_columns(frame, [*notes, *layout.notes()], layout.separator)


def _read_bars(path: Path, layout: Layout, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    """Read the table with most rows of those that are drawn with bars."""
    with open_text(path, progress, encoding=layout.encoding) as file:
        tables = split_tables(file)
    if not tables:
        raise SourceError(f"{path} holds no table: a line of column names, a line that draws, and rows.")
    cells = max(tables, key=len)
    notes = layout.notes()
    if len(tables) > 1:
        found = Count(len(tables), "table")
        notes.append(say("table.one_of_tables", "It holds {tables}; that with most rows is read.", tables=found))
    return frame_of_cells(cells, notes)


def _read_json_lines(path: Path, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    rows = []
    with open_text(path, progress) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except RecursionError as error:
                raise SourceError(f"{path}, line {number}, is nested too deeply for a row of a table.") from error
            except ValueError as error:
                raise SourceError(f"{path}, line {number}, is no JSON: {error}.") from error
            if not isinstance(row, dict):
                raise SourceError(f"{path}, line {number}, holds no JSON object; every line needs one, in braces.")
            rows.append(row)
    if not rows:
        raise SourceError(f"{path} holds no rows.")
    return frame_of_rows(rows)


def say_no_table(path: Path, data: Any) -> str:
    """Say that JSON holds no table, and what it holds."""
    return (
        f"{path} holds {describe(data)}, and no table: that would be a list of objects, one a run, "
        "or an object with a list for every column."
    )


def _load_json(path: Path, progress: ReadingProgress = no_reading_progress) -> Any:
    try:
        with open_text(path, progress) as file:
            return json.loads(file.read())
    except RecursionError as error:
        raise SourceError(f"{path} is nested too deeply for a table.") from error
    except ValueError as error:
        raise SourceError(f"{path} is no JSON: {error}.") from error


def _read_json(path: Path, progress: ReadingProgress) -> tuple[pd.DataFrame, list[Message]]:
    data = _load_json(path, progress)
    progress(1.0, f"reading {path.name}")
    found = find_table(data)
    if found is None:
        raise SourceError(say_no_table(path, data))
    frame, notes = frame_of_rows(found.rows)
    return frame, [*say_beside(data, found), *notes]


def _read_parquet(path: Path) -> tuple[pd.DataFrame, list[Message]]:
    return parse_arrow(read_parquet(path, MEMORY["columns"]))


def parse_arrow(table: pa.Table) -> tuple[pd.DataFrame, list[Message]]:
    """Return a table of Arrow as `read_table` returns one; an index that pandas wrote is a column."""
    names, notes = make_names_unique(["index" if n == "__index_level_0__" else n for n in table.column_names])
    columns = {name: _from_arrow(column) for name, column in zip(names, table.columns, strict=True)}
    return parse_columns(pd.DataFrame(columns), notes)


def _from_arrow(column: pa.ChunkedArray) -> pd.Series:
    """
    Return a column of Arrow as one of pandas; times as text, which also holds those beyond the year 9999.

    A NaN is a value that was logged (`cells.NAN`), as in a CSV; a null is a gap. pandas has one NaN for both.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_float16(kind) or pa.types.is_decimal(kind):
        column = column.cast(pa.float64())
    elif pa.types.is_temporal(kind):
        column = _times_as_text(column)
    if pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py():
        return pd.Series([NAN if cell != cell else cell for cell in column.to_pylist()], dtype="object")
    try:
        return column.to_pandas()
    except (pa.ArrowException, ValueError, OverflowError, NotImplementedError):
        return pd.Series([str(cell) for cell in column], dtype="str")


def _times_as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    try:
        return column.cast(pa.string())
    except (pa.ArrowException, ValueError):
        return column.cast(pa.int64()).cast(pa.string())
