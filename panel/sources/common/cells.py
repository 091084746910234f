"""Text cells of a table: numbers, booleans, lists and nested settings, read without ever evaluating anything."""

from __future__ import annotations

import ast
import json
import math
import re
from typing import Any

import numpy as np
import pandas as pd

from ...data.names import NULLS
from ...data.project import flatten, plain_column, plain_value

LONGEST_LITERAL = 100_000
"""Longer cells stay text: parsing them could take long."""

LONGEST_INTEGER = 4300
"""Longer ones stay text: Python refuses to read them."""

DEEPEST = 100
"""Cells nested deeper stay text: from Python 3.12 on JSON is read to a depth at which nothing else can walk it."""

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
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
        columns = {key: _spread([plain_value(row.get(key)) for row in flat], codes, column, key) for key in keys}
        return {key: c for key, c in columns.items() if c.notna().any()}
    return {name: _spread([plain_value(value) for value in parsed], codes, column, name)}


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


def as_metric(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """
    Read a column as a metric.

    Parameters
    ----------
    column
        A column from `parse_column`.

    Returns
    -------
    pd.Series
        Numbers, where the column holds nothing but numbers, booleans and spellings of "nothing" such as ``None``; else
        the column as it was.
    ndarray of bool
        Where NaN was logged.
    """
    nan = np.zeros(len(column), bool)
    if column.dtype.kind in "if":
        return column, nan
    if column.dtype.kind == "b":
        return column.astype("float64"), nan
    values = column.tolist()
    nan = np.array([v == NAN for v in values], bool)
    nothing = [v is None or v != v or (isinstance(v, str) and v.strip().lower() in NULLS) for v in values]
    if all(isinstance(v, bool | int | float) or n or x for v, n, x in zip(values, nothing, nan, strict=True)):
        numbers = [math.nan if n or x else float(v) for v, n, x in zip(values, nothing, nan, strict=True)]
        return pd.Series(numbers, index=column.index, name=column.name, dtype="float64"), nan
    return column, np.zeros(len(column), bool)


def as_config(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Read a column as a parameter, and where NaN was logged: that is no setting and counts as missing."""
    if column.dtype.kind in "ifb":
        return column, np.zeros(len(column), bool)
    nan = np.array([v == NAN for v in column.tolist()], bool)
    values = [None if v == NAN else v for v in column.tolist()]
    return plain_column((None if v != v else v for v in values), column.index, str(column.name)), nan
