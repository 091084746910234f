"""Each parameter as columns: its numbers, its levels, where it is recorded; and which runs are equal in all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..data.levels import Levels, find_begins, find_levels, is_number
from ..data.plain import plain_value
from .parameters import Parameter


@dataclass(frozen=True)
class Feature:
    """
    One parameter as columns.

    Attributes
    ----------
    parameter
        What is known of it.
    source_numbers, source_levels
        What `numbers` and `levels` are taken from, in the order of the source.
    rows
        Positions in the source of the design's runs.
    """

    parameter: Parameter
    source_numbers: dict[str, np.ndarray]
    source_levels: Levels | None
    rows: np.ndarray

    @property
    def numbers(self) -> dict[str, np.ndarray]:
        """
        Its numeric columns: the value itself under ``""``; of a list ``length`` and its elements ``[0]``, ``[1]``, ….

        NaN where there is none. Taken anew each time: kept for all parameters, they would double the data's memory.
        """
        return {name: column[self.rows] for name, column in self.source_numbers.items()}

    @property
    def levels(self) -> Levels | None:
        """Its values that are no numbers, as codes; ``None`` if all are numbers."""
        coded = self.source_levels
        return None if coded is None else Levels(coded.codes[self.rows], coded.values)

    @cached_property
    def active(self) -> np.ndarray:
        """Where the parameter is recorded, as a boolean array of shape (n_runs,)."""
        parts = [~np.isnan(column) for column in self.source_numbers.values()]
        if self.source_levels is not None:
            parts.append(self.source_levels.codes >= 0)
        active = np.logical_or.reduce(parts)
        return np.ones(len(self.rows), bool) if active.all() else active[self.rows]

    def take(self, rows: np.ndarray) -> Feature:
        """Return the same parameter of some of the design's runs, given by their positions in it."""
        return replace(self, rows=self.rows[rows])


def make_feature(parameter: Parameter, column: pd.Series, rows: np.ndarray) -> Feature:
    """Return a parameter's columns: numbers as they are, booleans as 0 and 1, lists with their length and elements."""
    if column.dtype.kind == "b":
        return Feature(parameter, {"": column.to_numpy(float)}, None, rows)
    if parameter.kind == "boolean":
        numbers = column.map(lambda v: np.nan if v is None or v != v else float(v)).to_numpy(float)
        return Feature(parameter, {"": numbers}, None, rows)
    if column.dtype.kind in "if":
        return Feature(parameter, {"": column.to_numpy(float)}, None, rows)
    coded = find_levels(column)
    if parameter.kind in ("real", "integer"):  # numbers and words in one column: both are kept
        values = np.array([float(v) if is_number(v) else np.nan for v in coded.values] + [np.nan])
        words = [i for i, v in enumerate(coded.values) if not is_number(v)]
        recode = np.full(len(coded.values) + 1, -1)
        recode[words] = np.arange(len(words))
        other_levels = Levels(recode[coded.codes], [coded.values[i] for i in words])
        return Feature(parameter, {"": values[coded.codes]}, other_levels, rows)
    numbers_of = split_lists(coded) if parameter.kind == "structured" else {}
    return Feature(parameter, numbers_of, coded, rows)


def split_lists(coded: Levels) -> dict[str, np.ndarray]:
    """
    Return the length of lists, and their elements if all are numbers, as columns; only those that vary.

    An element that a shorter list does not have is NaN.
    """
    parsed = [json.loads(v) for v in coded.values]
    longest = max((len(p) for p in parsed), default=0)
    tables = {"length": [float(len(p)) for p in parsed]}
    if longest <= 64 and all(is_number(x) for p in parsed for x in p):
        for i in range(longest):
            tables[f"[{i}]"] = [float(plain_value(p[i])) if i < len(p) else np.nan for p in parsed]
    return {
        name: np.array([*values, np.nan])[coded.codes]
        for name, values in tables.items()
        if len({v for v in values if v == v}) > 1
    }


def code_column(f: Feature) -> np.ndarray:
    """
    Return a parameter as one column: its number, or the code of its value; NaN where it is not recorded.

    Of numbers and words in one column both are codes: words those below 0, numbers their place among all from 0.
    """
    coded, own = f.levels, f.numbers.get("")
    if coded is None:
        return f.numbers[""]
    codes = np.where(coded.codes >= 0, coded.codes.astype(float), np.nan)
    if own is None:
        return codes
    places = np.searchsorted(find_distinct_numbers(f), own).astype(float)
    return np.where(np.isnan(codes), np.where(np.isnan(own), np.nan, places), codes - len(coded.values))


def number_values(f: Feature) -> np.ndarray:
    """Return a number for each value of a parameter, equal where `hash_rows` sees equal values; shape (n_runs,)."""
    columns = [_ten_digits(column) for column in f.numbers.values()]
    if f.levels is not None:
        columns.append(f.levels.codes.astype(float))
    if len(columns) == 1:  # which is much faster
        return np.unique(columns[0], return_inverse=True)[1]
    return np.unique(np.column_stack(columns), axis=0, return_inverse=True)[1].ravel()


def find_distinct_numbers(f: Feature) -> np.ndarray:
    """Return the different numbers among a parameter's values in the source, ascending."""
    own = f.source_numbers[""]
    return np.unique(own[~np.isnan(own)])


MOST_RANKED = 100_000
"""Of more runs numbers are told apart by their values: ranks would have to be sorted for."""


def order_rows(features: Sequence[Feature], raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the canonical order of runs, which comes from their content, and the configuration of each in that order.

    Runs of a configuration stand together, by their target. The order of configurations means nothing, and is the same
    for every order of rows and columns.

    Parameters
    ----------
    features
        The parameters, sorted by name, of all runs of their source.
    raw
        Target as logged, shape (n_runs,).
    """
    hashes = hash_rows(features, len(raw))
    if len(raw) > MOST_RANKED:
        return _order_by_target(features, hashes, raw)
    canonical = np.lexsort((raw, hashes))
    return canonical, np.cumsum(find_begins(hashes[canonical])) - 1


def hash_rows(features: Sequence[Feature], n: int) -> np.ndarray:
    """
    Return a number for every configuration, the same in every process and for every order of rows and columns.

    Of numbers only their order counts, so that no monotone rescaling changes it; of more than `MOST_RANKED` runs their
    values do.

    Parameters
    ----------
    features
        The parameters, sorted by name, of all runs of their source.
    n
        How many runs these are.
    """
    total = np.zeros(n, np.uint64)
    for f in features:
        coded = f.source_levels
        for part in [*f.source_numbers.values(), *([coded.codes.astype(float)] if coded is not None else [])]:
            if n <= MOST_RANKED:
                column = pd.util.hash_array(np.unique(_ten_digits(part), return_inverse=True)[1])
                total = pd.util.hash_array(total * np.uint64(31) + column)
            else:
                total *= _ODD
                total += pd.util.hash_array(_ten_digits_as_bits(part))
    return total


_ODD = np.uint64(0x9E3779B97F4A7C15)


def _order_by_target(features: Sequence[Feature], hashes: np.ndarray, raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the order of runs and their configurations, of which no monotone rescaling of parameters changes the order.

    By the lowest target of each; of equal ones by the half of every parameter that it lies in.
    """
    order = np.argsort(hashes)
    begins = find_begins(hashes[order])
    starts = np.flatnonzero(begins)
    key = pd.util.hash_array(np.minimum.reduceat(raw[order], starts) + 0.0)
    by_key = np.argsort(key, kind="stable")
    if not find_begins(key[by_key]).all():
        by_key = np.lexsort((_hash_halves(features, order[starts]), key))
    if len(starts) == len(raw):  # one run each
        return order[by_key], np.arange(len(raw))
    place = np.empty(len(starts), int)
    place[by_key] = np.arange(len(starts))
    number = np.empty(len(raw), int)
    number[order] = place[np.cumsum(begins) - 1]
    canonical = np.lexsort((raw, number))
    return canonical, number[canonical]


def _hash_halves(features: Sequence[Feature], rows: np.ndarray) -> np.ndarray:
    """Return a number that tells of each of some runs its levels, and in which half of their numbers each lies."""
    total = np.zeros(len(rows), np.uint64)
    for f in features:
        some = f.take(rows)
        parts = [] if some.levels is None else [some.levels.codes]
        for numbers in some.numbers.values():
            known = numbers[~np.isnan(numbers)]
            middle = np.partition(known, len(known) // 2)[len(known) // 2] if len(known) else 0.0
            parts.append(np.where(np.isnan(numbers), 2, numbers > middle).astype(int))
        for part in parts:
            total *= _ODD
            total += pd.util.hash_array(part)
    return total


def _ten_digits(values: np.ndarray) -> np.ndarray:
    """Round to 34 bits of the mantissa: logged settings of replicates can differ in their last digits."""
    mantissa, exponent = np.frexp(np.nan_to_num(values, nan=-1.2345e301, posinf=1.5e301, neginf=-1.5e301))
    return np.ldexp(np.round(mantissa * 2.0**34), exponent - 34) + 0.0


_NAN = 0x7FF8 << 48
"""One of the many bit patterns of NaN."""


def _ten_digits_as_bits(values: np.ndarray) -> np.ndarray:
    """Round as `_ten_digits` does, but for ties, to whole numbers that are equal where the values are: much faster."""
    bits = (values + 0.0).view(np.int64)
    bits[np.isnan(values)] = _NAN
    bits += 1 << 18
    bits &= -1 << 19
    return bits
