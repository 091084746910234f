"""Values in their plainest form: ``None``, booleans, numbers and text; and what is nested, made flat."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

MOST_EXACT = 2**53
"""Whole numbers beyond this lose digits as floats."""

LONGEST_WHOLE = 1023
"""Bits of a whole number that is certain to be read as a float."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")

PLAIN = frozenset({type(None), bool, int, float, str})
"""The types of plain values."""


def flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """
    Join nested keys with ``.``; an empty mapping becomes the text ``{}``.

    Examples
    --------
    >>> flatten({"optimizer": {"name": "adam", "betas": [0.9, 0.999]}})
    {'optimizer.name': 'adam', 'optimizer.betas': [0.9, 0.999]}
    """
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        name = f"{prefix}{key}"
        if not name.isascii():
            name = mend_text(name)
        if type(value) in PLAIN:  # most are, and to ask for a Mapping takes ten times as long
            flat[name] = value
        elif isinstance(value, Mapping) and value:
            flat.update(flatten(value, f"{name}."))
        else:
            flat[name] = "{}" if isinstance(value, Mapping) else value
    return flat


def flatten_plain(nested: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return what `flatten` returns, every value as `plain_value` returns it; most are plain, which costs little.

    Examples
    --------
    >>> flatten_plain({"optimizer": {"name": "adam", "betas": [0.9, 0.999]}, "lr": 0.1})
    {'optimizer.name': 'adam', 'optimizer.betas': '[0.9, 0.999]', 'lr': 0.1}
    """
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        kind = type(value)
        if kind in PLAIN and type(key) is str and key.isascii():
            flat[key] = value if kind is float or kind is bool or value is None else plain_value(value)
        else:
            flat |= {name: plain_value(within) for name, within in flatten({key: value}).items()}
    return flat


def mend_text(text: str) -> str:
    """Return a text that can be written: half a character, as JSON can spell one, becomes its code."""
    return text.encode("utf-8", "backslashreplace").decode()


def plain_value(value: Any) -> Any:
    """
    Return a value as ``None``, ``bool``, ``int``, ``float`` or ``str``; a list, tuple or array becomes JSON text.

    A missing value (``None``, ``pd.NA``, ``NaT``) becomes ``None``; a NaN stays a NaN. A whole number beyond all floats
    is infinite. What Python writes of an object loses its address in memory, which is another one in every run.

    Examples
    --------
    >>> plain_value(np.float32(0.5)), plain_value((64, 32)), plain_value(pd.NaT)
    (0.5, '[64, 32]', None)
    """
    if type(value) is str:
        return _plain_text(value)
    if type(value) is int:
        return value if value.bit_length() <= LONGEST_WHOLE else math.inf if value > 0 else -math.inf
    if type(value) in PLAIN:
        return value
    if value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | float | str):
        return plain_value(value) if type(value) in (int, str) else value
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else list(value)
        try:
            return _plain_text(json.dumps(items, default=str, ensure_ascii=False))
        except (RecursionError, ValueError):  # nested too deeply, or in itself
            return f"a list of {len(items)}, nested too deeply"
    return _plain_text(str(value))


def _plain_text(text: str) -> str:
    """Return a text that can be written and is the same in every run."""
    return drop_addresses(text if text.isascii() else mend_text(text))


def drop_addresses(text: str) -> str:
    """
    Return a text without the addresses in memory that Python writes of objects.

    Examples
    --------
    >>> drop_addresses("<function relu at 0x7f12ab34cd56>"), drop_addresses("<torch.nn.ReLU object at 0x7f12ab34cd56>")
    ('<function relu>', '<torch.nn.ReLU object>')
    """
    return _ADDRESS.sub("", text) if " at 0x" in text else text


def plain_column(values: Iterable[Any], index: pd.Index, name: str) -> pd.Series:
    """
    Return a column in its plainest form: numbers, booleans, text, or (where kinds are mixed) plain Python values.

    Parameters
    ----------
    values
        Plain values (see `plain_value`), one a run.
    index
        The runs.
    name
        Name of the column.

    Returns
    -------
    pd.Series
        ``int64``, ``float64``, ``bool``, ``str`` or ``object``; missing values are NaN (``None`` in an object column).
    """
    items = list(values)
    kinds = {type(v) for v in items if v is not None}
    if kinds <= {int, float} and kinds:
        try:
            dtype = "int64" if kinds == {int} and None not in items else "float64"
            if kinds == {int} and dtype == "float64" and max(abs(v) for v in items if v is not None) > MOST_EXACT:
                return _large_whole_numbers(items, index, name)
            return pd.Series(np.array([np.nan if v is None else v for v in items], dtype), index=index, name=name)
        except OverflowError:
            if kinds == {int}:
                return _large_whole_numbers(items, index, name)
    if kinds == {bool} and None not in items:
        return pd.Series(np.array(items, bool), index=index, name=name)
    if kinds == {str}:
        return pd.Series(items, index=index, name=name, dtype="str")
    if not kinds:
        return pd.Series(np.full(len(items), np.nan), index=index, name=name)
    mixed = [None if isinstance(v, float) and math.isnan(v) else _within_64_bits(v) for v in items]
    return pd.Series(mixed, index=index, name=name, dtype="object")


def _large_whole_numbers(items: list[Any], index: pd.Index, name: str) -> pd.Series:
    """Return whole numbers beyond 64 bit as floats; as text where a float cannot tell them apart."""
    known = {v for v in items if v is not None}
    if max(abs(v).bit_length() for v in known) <= LONGEST_WHOLE and len({float(v) for v in known}) == len(known):
        return pd.Series([math.nan if v is None else float(v) for v in items], index, "float64", name)
    return pd.Series([None if v is None else str(v) for v in items], index, "str", name)


def plain_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Flatten nested cells and bring every column into its plainest form; the index becomes text."""
    index = pd.Index([str(i) for i in frame.index], dtype="object", name="run_id")
    columns: dict[str, pd.Series] = {}
    for position, label in enumerate(frame.columns):
        column, name = frame.iloc[:, position], str(label)
        if column.dtype.kind in "iufb":
            dtype = {"b": "bool", "f": "float64"}.get(column.dtype.kind, "int64")
            if isinstance(column.dtype, np.dtype):
                columns[name] = pd.Series(column.to_numpy(dtype), index=index, name=name)
                continue
        if _is_plain_text(column):
            columns[name] = column.astype("str").set_axis(index).rename(name)
            continue
        cells = column.tolist()
        if any(isinstance(cell, Mapping) for cell in cells):
            flat = [flatten(c, f"{name}.") if isinstance(c, Mapping) else {name: c} for c in cells]
            for key in dict.fromkeys(key for row in flat for key in row):
                values = [plain_value(row.get(key)) for row in flat]
                if any(v is not None for v in values):
                    columns[key] = plain_column(values, index, key)
        else:
            columns[name] = plain_column(map(plain_value, cells), index, name)
    return pd.DataFrame(columns, index=index)


def _is_plain_text(column: pd.Series) -> bool:
    """Say whether a column holds texts alone, and each is as `plain_value` would return it."""
    if not isinstance(column.dtype, pd.StringDtype) or not len(column) or column.isna().any():
        return False
    return all(text.isascii() and " at 0x" not in text for text in column.unique().tolist())


def _within_64_bits(value: Any) -> Any:
    """Return a value; a whole number of more than 64 bits as a float, or as text if it is beyond any float."""
    if type(value) is not int or -(2**63) <= value < 2**63:
        return value
    try:
        return float(value)
    except OverflowError:
        return str(value)
