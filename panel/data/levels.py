"""The values of a column as codes, whatever their kinds."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Sequence
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


@dataclass(frozen=True)
class Values:
    """
    What a column holds, whichever run holds it: far cheaper to find than `Levels` where nearly all values differ.

    Attributes
    ----------
    values
        The different values: an array, ascending, if all are numbers; else a list in the order of the rows.
    numeric
        Which of them are numbers, as booleans.
    recorded
        How many runs have a value.
    recorded_numbers
        How many runs have a number.
    ordered
        All numbers of a column that holds nothing else, ascending, each as often as it occurs; empty for other columns.
    codes
        The number of each run's value in `values`, -1 where there is none; ``None`` if all are numbers.
    """

    values: Sequence[Any] | np.ndarray
    numeric: np.ndarray
    recorded: int
    recorded_numbers: int
    ordered: np.ndarray
    codes: np.ndarray | None

    @property
    def numbers(self) -> np.ndarray:
        """Those of the values that are numbers, as floats."""
        if isinstance(self.values, np.ndarray):
            return self.values.astype(float, copy=False)
        return np.array([self.values[int(i)] for i in np.flatnonzero(self.numeric)], float)

    def list_first(self, most: int) -> list[Any]:
        """Return the first of the values in the order of `Levels`."""
        if isinstance(self.values, np.ndarray):
            return list(self.values[:most])
        return heapq.nsmallest(most, self.values, key=_find_sort_key(self.values))

    def list_first_words(self, most: int) -> list[Any]:
        """Return the first of the values that are no numbers, in the order of `Levels`."""
        if self.numeric.all():
            return []
        return heapq.nsmallest(most, (self.values[int(i)] for i in np.flatnonzero(~self.numeric)), key=_sort_key)


def find_values(column: pd.Series) -> Values:
    """
    Return the values of a column.

    Examples
    --------
    >>> found = find_values(pd.Series(["b", 2, None, "b"]))
    >>> found.values, found.recorded, found.recorded_numbers
    (['b', 2], 3, 1)
    """
    if column.dtype.kind in "if":
        array = column.to_numpy()
        ordered = array[~np.isnan(array)]
        ordered.sort()
        values = ordered[find_begins(ordered)]
        if column.dtype.kind == "f":
            values += 0.0  # which of -0 and 0 a sort puts first is chance
        return Values(values, np.ones(len(values), bool), len(ordered), len(ordered), ordered, None)
    codes, uniques = pd.factorize(column)
    plain = [v.item() if isinstance(v, np.generic) else v for v in uniques.tolist()]
    if isinstance(column.dtype, pd.StringDtype):
        numeric = np.zeros(len(plain), bool)
    else:
        numeric = np.array([is_number(v) for v in plain], bool)
    known = codes >= 0
    numbers = int(numeric[codes[known]].sum()) if numeric.any() else 0
    return Values(plain, numeric, int(known.sum()), numbers, np.empty(0), codes)


def find_begins(ordered: np.ndarray) -> np.ndarray:
    """Return where another value begins among sorted ones, as booleans."""
    begins = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


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
    return code_values(column, find_values(column))


def code_values(column: pd.Series, found: Values) -> Levels:
    """
    Return the codes of a column of which the values are known already: as `find_levels`, and faster if they are few.

    Parameters
    ----------
    column
        The column.
    found
        What `find_values` found in it.
    """
    if found.codes is None:
        array = column.to_numpy()
        codes = np.searchsorted(found.values, array)
        codes[np.isnan(array)] = -1
        return Levels(codes, found.values)
    order = sorted(range(len(found.values)), key=list(map(_find_sort_key(found.values), found.values)).__getitem__)
    rank = np.empty(len(order) + 1, dtype=np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return Levels(rank[found.codes], [found.values[i] for i in order])


def _find_sort_key(values: Sequence[Any] | np.ndarray) -> Callable[[Any], Any]:
    """Return by what to sort values; of texts that are no lists these themselves, which are sorted at once."""
    texts = all(type(v) is str and not v.startswith("[") for v in values)
    return str if texts else _sort_key


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
