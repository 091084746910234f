"""The values of a column as codes, whatever their kinds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Levels:
    """
    A column's values as codes.

    Attributes
    ----------
    codes
        The number of each value in `values`, and -1 where there is none.
    values
        The different values, sorted: numbers before text. An array if all are numbers.
    """

    codes: np.ndarray
    values: Sequence[Any] | np.ndarray

    @cached_property
    def numeric(self) -> np.ndarray:
        """Which of the values are numbers."""
        if isinstance(self.values, np.ndarray):
            return np.ones(len(self.values), bool)
        return np.array([is_number(v) for v in self.values], bool)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many runs have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))


def find_levels(column: pd.Series) -> Levels:
    """
    Return the codes of a column's values, which do not depend on the order of its rows.

    Examples
    --------
    >>> found = find_levels(pd.Series(["b", 2, None, "b"]))
    >>> found.codes.tolist(), found.values
    ([1, 0, -1, 1], [2, 'b'])
    """
    if column.dtype.kind in "if":
        array = column.to_numpy()
        known = ~np.isnan(array)
        values, inverse = np.unique(array[known], return_inverse=True)
        codes = np.full(len(array), -1)
        codes[known] = inverse
        return Levels(codes, values)
    codes, uniques = pd.factorize(column)
    plain = [v.item() if isinstance(v, np.generic) else v for v in uniques]
    order = sorted(range(len(plain)), key=lambda i: _sort_key(plain[i]))
    rank = np.empty(len(plain) + 1, dtype=np.int64)
    rank[order] = np.arange(len(plain))
    rank[-1] = -1
    return Levels(rank[codes], [plain[i] for i in order])


def _sort_key(value: Any) -> tuple[int, tuple[float, ...], str]:
    if isinstance(value, bool | int | float):
        return (0 if isinstance(value, bool) else 1, (float(value),), "")
    items = parse_list(value) or []
    if items and all(is_number(item) for item in items):
        try:
            return (2, tuple(map(float, items)), "")
        except OverflowError:  # a whole number beyond all floats
            pass
    return (3, (), str(value))


def parse_list(text: str) -> list[Any] | None:
    """Return the list that a text is as JSON; ``None`` of a text that is none, though it may begin like one."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_number(value: Any) -> bool:
    """Say whether a plain value is a number; a boolean is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
