"""Columns as they stand in a file, read: what a cell says, alike in a whole column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...data.messages import Count, Message, Number, join, say
from ...data.plain import flatten, plain_column, plain_value
from ...errors import SourceError
from ..common.cells import NAN, cells_of, parse_column, parse_number
from ..common.numbers import SPREAD, Spelled, count_cells, has_decimal_commas, read_spelled
from .chosen_nulls import restore_chosen_nulls

MOST_SAID = 6
"""So many columns that are read another way than they are written are named in a note."""


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


def join_header(rows: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """
    Return the names of columns, and how many rows they take.

    Two rows are joined where the first holds groups and the second names, as pandas writes columns of two levels:
    ``params`` over ``lr`` is ``params_lr``. A row that names the index may follow.

    Parameters
    ----------
    rows
        The first rows of a table as text, the names among them.
    """
    first = [cell.strip() for cell in rows[0]]
    if len(rows) < 3 or len(rows[1]) != len(first):
        return first, 1
    second = ["" if cell.strip().startswith("Unnamed:") else cell.strip() for cell in rows[1]]
    below = [row for row in rows[2:] if len(row) == len(first)]
    named = [i for i, cell in enumerate(second) if cell]
    groups = [cell for cell in first[1:] if cell]
    repeated = len({cell for cell in first if cell}) < len([cell for cell in first if cell])
    grouped = len(groups) < len(first) - 1 or repeated
    if not below or not named or not grouped or any(_is_number(second[i]) for i in named):
        return first, 1
    numeric = [i for i in named if all(_is_number(row[i]) or not row[i].strip() for row in below[1:] or below)]
    if len(numeric) < len(named) / 2:
        return first, 1
    names, group = [], ""
    for top, name in zip(first, second, strict=True):
        top = "" if top.startswith("Unnamed:") else top
        group = top or (group if name else "")
        names.append("_".join(part for part in (group, name) if part))
    only_index = [bool(cell.strip()) for cell in rows[2]]
    index = next((i for i, there in enumerate(only_index) if not there), len(only_index))
    if 0 < index < len(only_index) and not any(only_index[index:]) and not any(names[:index]):
        return [*(cell.strip() for cell in rows[2][:index]), *names[index:]], 3
    return names, 2


def _is_number(text: str) -> bool:
    text = text.strip()
    return parse_number(text) is not None or text.lower() == "nan"


def frame_of_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[pd.DataFrame, list[Message]]:
    """
    Return objects as a frame, nested keys joined.

    A null in a key that is there was chosen (`cells.NULL`), unless nothing else ever stands there.
    """
    flat = [flatten(row) for row in rows]
    keys = list(dict.fromkeys(key for row in flat for key in row))
    names, notes = make_names_unique([str(key) for key in keys])
    index, columns = pd.RangeIndex(len(flat)), {}
    for name, key in zip(names, keys, strict=True):
        cells = [NAN if isinstance(cell, float) and cell != cell else cell for cell in cells_of(flat, key)]
        columns[name] = plain_column(cells, index, name)
    spelled = {name: read for name, column in columns.items() if (read := _read_texts(column)) is not None}
    for name, read in spelled.items():
        columns[name] = plain_column((plain_value(v) for v in read.values), index, name)
    return pd.DataFrame(columns), [*notes, *_say_spelled(spelled)]


def _read_texts(column: pd.Series) -> Spelled | None:
    """Read texts of JSON such as ``"1h05m"`` or ``"91.2%"``; what JSON writes as a number or a list is one."""
    if column.dtype.kind in "ifb" or not all(isinstance(cell, str) for cell in column.dropna()):
        return None
    texts = column.astype("str").where(column.notna())
    read = read_spelled(texts, count_cells(texts), False)
    return read if read is not None and read.spread is None else None


def frame_of_cells(rows: Sequence[Sequence[Any]], notes: list[Message]) -> tuple[pd.DataFrame, list[Message]]:
    """Return rows of cells, the names of the columns first, as a frame; ``None`` and empty text are missing."""
    names, used = join_header([["" if cell is None else str(cell) for cell in row] for row in rows[:50]])
    names, renamed = make_names_unique(names)
    cells = [[None if cell is None or cell == "" else cell for cell in row] for row in rows[used:]]
    index = pd.RangeIndex(len(cells))
    columns = {name: plain_column([row[i] for row in cells], index, name) for i, name in enumerate(names)}
    return parse_columns(pd.DataFrame(columns, index), [*notes, *renamed])


def parse_columns(frame: pd.DataFrame, notes: list[Message], separator: str = "") -> tuple[pd.DataFrame, list[Message]]:
    """
    Read text cells; numbers and booleans are plain already.

    Parameters
    ----------
    frame
        As read, one column a name.
    notes
        Notes so far.
    separator
        What separates the fields of a text file.
    """
    frame, repeated = _drop_repeated_names(frame)
    if not len(frame):
        raise SourceError("The table has no rows.")
    texts = {str(name): frame[name] for name in frame if isinstance(frame[name].dtype, pd.StringDtype)}
    some = {name: count_cells(column) for name, column in texts.items()}
    commas = any(has_decimal_commas(name, cells, separator == ",") for name, cells in some.items())
    columns: dict[str, pd.Series] = {}
    spelled: dict[str, Spelled] = {}
    for label in frame:
        column, name = frame[label], str(label)
        if column.dtype.kind == "b" or (column.dtype.kind in "if" and isinstance(column.dtype, np.dtype)):
            columns[name] = column
        elif column.dtype.kind in "mM":
            columns[name] = column.astype("str").where(column.notna())
        elif name in texts:
            read = read_spelled(column, some[name], commas)
            if read is None:
                columns.update(parse_column(column))
            else:
                spelled[name] = read
                columns[name] = plain_column((plain_value(v) for v in read.values), column.index, name)
                if read.spread is not None:
                    columns[f"{name}{SPREAD}"] = pd.Series(read.spread, column.index, name=f"{name}{SPREAD}")
        elif column.dtype == object:
            nested = [flatten(c, f"{name}.") if isinstance(c, dict) else {name: c} for c in column]
            for key in dict.fromkeys(k for row in nested for k in row):
                cells = [plain_value(row.get(key)) for row in nested]
                columns.update(parse_column(plain_column(cells, frame.index, key)))
        else:
            columns.update(parse_column(column))
    found = restore_chosen_nulls(pd.DataFrame(columns).reset_index(drop=True))
    return found, [*notes, *repeated, *_say_spelled(spelled)]


def _drop_repeated_names(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Message]]:
    """Leave out rows that repeat the line of names, as files have that were put one behind the other."""
    if not len(frame.columns) or not all(isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes):
        return frame, []
    same = np.logical_and.reduce([frame[name].str.strip().eq(str(name)).to_numpy(bool) for name in frame])
    if not same.any():
        return frame, []
    rows = Count(int(same.sum()), "row")
    return frame[~same], [
        say("table.names_repeated", "{rows} that repeat the names of the columns left out.", rows=rows)
    ]


def _say_spelled(spelled: Mapping[str, Spelled]) -> list[Message]:
    if not spelled:
        return []
    read = [
        say(
            "table.number_read",
            "{column} ('{text}' as {value})",
            column=name,
            text=one.text,
            value=Number(one.value, 6, "figures", one.unit),
        )
        for name, one in list(spelled.items())[:MOST_SAID]
    ]
    if len(spelled) > MOST_SAID:
        read.append(say("table.numbers_more", "{columns}", columns=Count(len(spelled) - MOST_SAID, "more column")))
    notes = [say("table.numbers_read", "Text read as numbers: {columns}.", columns=join(read, ", "))]
    spreads = [name for name, one in spelled.items() if one.spread is not None]
    if spreads:
        notes.append(
            say(
                "table.spread_beside",
                "What follows ± or stands in brackets is a column of its own: '{column}'.",
                column=f"{spreads[0]}{SPREAD}",
            )
        )
    return notes
