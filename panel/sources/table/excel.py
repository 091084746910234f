"""Excel files: the first sheet that holds a table, read without its formulas."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ...data.messages import Message, Names, say
from ...data.plain import plain_value
from ...errors import SourceError
from ..common.memory import check_needed
from .columns import frame_of_cells

MOST_CELLS = 20_000_000

PER_BYTE = 2.0
"""Bytes of memory for a byte of a sheet as it is written, of which most are the names of its elements."""


def read_sheet(path: Path) -> tuple[pd.DataFrame, list[Message]]:
    """
    Read the first sheet of an Excel file that holds a table.

    Raises
    ------
    SourceError
        If openpyxl is missing, the file cannot be read, or no sheet holds names and rows.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise SourceError(
            f"{path} is an Excel file, which needs openpyxl: pip install 'sweeplens[excel]'. Or save it as CSV."
        ) from error
    try:
        with zipfile.ZipFile(path) as packed:  # which gives no more of a part than it says here
            unpacked = sum(part.file_size for part in packed.infolist())
        check_needed(path, PER_BYTE * unpacked)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and such, which do not matter here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            names = [sheet.title for sheet in book.worksheets]
            for sheet in book.worksheets:
                cells = _cut_table(sheet.iter_rows(values_only=True))
                if cells:
                    return frame_of_cells(cells, _say_sheet(sheet.title, names))
        finally:
            book.close()
    except (SourceError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file makes it stumble over
        raise SourceError(f"{path} cannot be read as an Excel file: {error!r}.") from error
    raise SourceError(f"{path} holds no table: a sheet needs a row of column names and a row for every run.")


def _cut_table(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Return the names and rows of a table, without what stands above, beside and below it; none if there is none."""
    kept: list[list[Any]] = []
    for row in rows:
        cells = [None if cell is None or str(cell).strip() == "" else _plain(cell) for cell in row]
        there = sum(cell is not None for cell in cells)
        if not kept and there < 2:  # a title, or nothing yet
            continue
        if not there:
            if len(kept) > 2:
                break
            continue
        kept.append(cells)
        if len(kept) * len(cells) > MOST_CELLS:
            raise SourceError("A sheet holds more cells than can be read; save it as CSV.")
    if len(kept) < 2:
        return []
    width = max(len(row) for row in kept)
    full = [[*row, *[None] * width][:width] for row in kept]
    used = [i for i in range(width) if any(row[i] is not None for row in full)]
    return [[row[i] for i in used] for row in full]


def _plain(cell: Any) -> Any:
    """Return a cell as a plain value; times become text."""
    return plain_value(cell) if isinstance(cell, bool | int | float | str) else str(cell)


def _say_sheet(name: str, names: list[str]) -> list[Message]:
    others = tuple(other for other in names if other != name)
    if not others:
        return []
    return [
        say(
            "table.sheet",
            "Of its sheets '{sheet}' is read, the first that holds a table; not {others}.",
            sheet=name,
            others=Names(tuple(repr(other) for other in others), 5),
        )
    ]
