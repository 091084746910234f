"""Text cells of a table: numbers, booleans, lists and nested settings, read without ever evaluating anything."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...data.levels import is_number
from ...data.plain import flatten, plain_column, plain_value
from ...data.vocabulary import NULLS

MOST_WORDS = 3
"""So many different words may stand in a column of outcomes however few its numbers are; more must be fewer."""

NO_VALUE = NULLS | {"-", "--", "—", "–", ".", "?", "…"}
"""What people write into a cell of outcomes that has no value, in lower case: it says no more than an empty one."""

LONGEST_LITERAL = 100_000
"""Longer cells stay text: parsing them could take long."""

LONGEST_INTEGER = 4300
"""Longer ones stay text: Python refuses to read them."""

DEEPEST = 100
"""Cells nested deeper stay text: from Python 3.12 on JSON is read to a depth at which nothing else can walk it."""

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_NAN = {"nan", "-nan", "+nan"}
NAN = "NaN"
"""
A NaN that was logged stays this text until the column's place is known: in a metric it is a value, unlike an empty
cell.
"""
NULL = "None"
"""
A null that was chosen (``null`` in a key that is there) is this level of a setting; in a metric it is no value. What
was not written down is missing.
"""
_INFINITE = {"inf", "infinity", "+inf", "+infinity"}
_NEGATIVE_INFINITE = {"-inf", "-infinity"}


def parse_number(text: str) -> int | float | None:
    """
    Return the number that a text spells, or ``None``.

    Infinity is read in every common spelling; NaN is no number (see `NAN`). Text with leading zeros, such as ``007``,
    is no number either, nor is text with underscores.
    """
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) <= LONGEST_INTEGER else None
    if _DECIMAL.fullmatch(text) and not re.match(r"[+-]?0\d", text):
        return float(text)
    lower = text.lower()
    if lower in _INFINITE:
        return math.inf
    if lower in _NEGATIVE_INFINITE:
        return -math.inf
    return None


def parse_cell(text: str) -> Any:
    """
    Return the value that a cell spells.

    Parameters
    ----------
    text
        The cell as it stands in the file.

    Returns
    -------
    Any
        ``None`` for an empty cell; a boolean, a number, a mapping or a list where the text is one (as JSON or as a
        Python literal); else the text itself.
    """
    text = text.strip()
    if not text:
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    number = parse_number(text)
    if number is not None:
        return number
    if text.lower() in _NAN:
        return NAN
    if text[0] in "[{(" and text[-1] in "]})" and len(text) <= LONGEST_LITERAL:
        return parse_nested(text)
    return text


def parse_nested(text: str) -> Any:
    """Return the list or mapping that a text spells as JSON or as a Python literal; the text itself if neither."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return text
    return value if isinstance(value, dict | list | tuple | set) and not _is_deeper(value, DEEPEST) else text


def _is_deeper(value: Any, levels: int) -> bool:
    """Return whether lists and mappings stand within each other on more than so many levels."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple | set) else None
    return parts is not None and (levels == 0 or any(_is_deeper(part, levels - 1) for part in parts))


def parse_column(column: pd.Series) -> dict[str, pd.Series]:
    """
    Read a column of text cells.

    Parameters
    ----------
    column
        Text, with NaN for empty cells.

    Returns
    -------
    dict of str to pd.Series
        The column in its plainest form, or, where cells hold mappings, one column for every nested key.
    """
    codes, uniques = pd.factorize(column)
    parsed = [parse_cell(text) if isinstance(text, str) else plain_value(text) for text in uniques]
    name = str(column.name)
    if any(isinstance(value, dict) for value in parsed):
        flat = [flatten(v, f"{name}.") if isinstance(v, dict) else {name: v} for v in parsed]
        keys = list(dict.fromkeys(k for row in flat for k in row))
        columns = {key: _spread(cells_of(flat, key), codes, column, key) for key in keys}
        return {key: c for key, c in columns.items() if c.notna().any()}
    return {name: _spread([plain_value(value) for value in parsed], codes, column, name)}


def cells_of(rows: Sequence[Mapping[str, Any]], key: str) -> list[Any]:
    """Return what flattened objects hold under a key: `NULL` where a null was chosen, ``None`` where the key lacks."""
    cells = [plain_value(row.get(key)) for row in rows]
    if all(cell is None for cell in cells):  # nobody chose anything
        return cells
    return [NULL if cell is None and key in row else cell for cell, row in zip(cells, rows, strict=True)]


def _spread(values: list[Any], codes: np.ndarray, column: pd.Series, name: str) -> pd.Series:
    """Put every distinct value back where its text stood; numbers without a detour through Python objects."""
    unique = plain_column([*values, None], pd.RangeIndex(len(values) + 1), name)
    if unique.dtype == object or unique.dtype.kind not in "fi":
        return plain_column((values[c] if c >= 0 else None for c in codes), column.index, name)
    numbers = unique.to_numpy()
    if all(isinstance(v, int) for v in values):
        if (codes >= 0).all() and all(-(2**63) <= v < 2**63 for v in values):
            numbers = np.array(values, "int64")
        elif len(np.unique(numbers[:-1])) < len(values):  # too large for a float to tell them apart
            return plain_column((str(values[c]) if c >= 0 else None for c in codes), column.index, name)
    spread = numbers[codes]
    return pd.Series(spread, index=column.index, name=name)


@dataclass(frozen=True)
class Metric:
    """
    A column read as a metric.

    Attributes
    ----------
    values
        Numbers, NaN where there is none; the column as it was if it is no column of numbers.
    nan
        Where NaN was logged, as booleans.
    words
        The word that stands in place of a number, such as ``diverged``; empty everywhere else.
    """

    values: pd.Series
    nan: np.ndarray
    words: np.ndarray


def read_metric(column: pd.Series) -> Metric:
    """
    Read a column as a metric: its numbers count, and a word between them says why its run has none.

    Parameters
    ----------
    column
        A column from `parse_column`. Spellings of "nothing" such as ``None`` are no value, and no words.
    """
    nowhere, no_words = np.zeros(len(column), bool), np.full(len(column), "", object)
    if column.dtype.kind in "ifb":
        return Metric(column.astype("float64") if column.dtype.kind == "b" else column, nowhere, no_words)
    values = column.tolist()
    kinds = np.array([_kind_of(value) for value in values], object)
    numbers, words = int((kinds == "number").sum()), kinds == "word"
    distinct = len({value for value, kind in zip(values, kinds, strict=True) if kind == "word"})
    if distinct and (not numbers or (distinct > MOST_WORDS and words.sum() > numbers)):
        return Metric(column, nowhere, no_words)
    floats = [float(v) if kind == "number" else math.nan for v, kind in zip(values, kinds, strict=True)]
    said = np.array([v.strip() if kind == "word" else "" for v, kind in zip(values, kinds, strict=True)], object)
    return Metric(pd.Series(floats, column.index, "float64", column.name), kinds == "nan", said)


def as_metric(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Return the values of a column as `read_metric` reads it, and where NaN was logged."""
    read = read_metric(column)
    return read.values, read.nan


def numbers_of(column: pd.Series) -> pd.Series:
    """Return the numbers of a column as floats, NaN where something else stands; a boolean is no number."""
    if column.dtype.kind in "if":
        return column.astype("float64")
    if column.dtype.kind == "b" or isinstance(column.dtype, pd.StringDtype):
        return pd.Series(np.nan, column.index, "float64", column.name)
    numbers = [float(v) if is_number(v) else math.nan for v in column.tolist()]
    return pd.Series(numbers, column.index, "float64", column.name)


def share_of_numbers(column: pd.Series) -> float:
    """
    Return which share of a column's known cells are numbers.

    Missing cells, nulls such as ``None`` and a NaN that was logged are not known; 0 if nothing is.

    Examples
    --------
    >>> share_of_numbers(pd.Series([0.9, 0.8, 0.7, "diverged", "NaN", None], dtype="object"))
    0.75
    """
    if column.dtype.kind in "if":
        return 1.0 if column.notna().any() else 0.0
    if column.dtype.kind == "b" or isinstance(column.dtype, pd.StringDtype):
        return 0.0
    cells = column.tolist()
    known = [v for v in cells if _kind_of(v) in ("number", "word")]
    return sum(map(is_number, known)) / len(known) if known else 0.0


def is_recorded(column: pd.Series) -> np.ndarray:
    """Return where a column that is a metric says something: a number, a NaN or a word, but not ``None``."""
    if column.dtype.kind in "ifb":
        return column.notna().to_numpy()
    return np.array([_kind_of(v) != "nothing" for v in column.tolist()], bool)


def _kind_of(value: Any) -> str:
    """Return what a cell is in a column of outcomes: ``number``, ``nan``, ``nothing`` or ``word``."""
    if isinstance(value, str):
        if value == NAN:
            return "nan"
        return "nothing" if value.strip().lower() in NO_VALUE else "word"
    return "nothing" if value is None or value != value else "number"


def as_config(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Read a column as a parameter, and where NaN was logged: that is no setting and counts as missing."""
    if column.dtype.kind in "ifb":
        return column, np.zeros(len(column), bool)
    nan = np.array([v == NAN for v in column.tolist()], bool)
    values = [None if v == NAN else v for v in column.tolist()]
    return plain_column((None if v != v else v for v in values), column.index, str(column.name)), nan
