"""Each parameter as columns: its numbers, its levels, where it is recorded; and which runs are equal in all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ..data.levels import Levels, find_levels, is_number
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
        coded = self.levels
        active = coded.codes >= 0 if coded is not None else np.zeros(len(self.rows), bool)
        for column in self.numbers.values():
            active |= ~np.isnan(column)
        return active


def make_feature(parameter: Parameter, column: pd.Series, rows: np.ndarray) -> Feature:
    """Return a parameter's columns: numbers as they are, booleans as 0 and 1, lists with their length and elements."""
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


def find_distinct_numbers(f: Feature) -> np.ndarray:
    """Return the different numbers among a parameter's values in the source, ascending."""
    own = f.source_numbers[""]
    return np.unique(own[~np.isnan(own)])


def hash_rows(features: Sequence[Feature], n: int) -> np.ndarray:
    """
    Return a number for every configuration, the same in every process and for every order of rows and columns.

    Of numbers only their order counts, so that no monotone rescaling changes it.
    """
    total = np.zeros(n, np.uint64)
    for f in features:  # sorted by name
        coded = f.levels
        for part in [*f.numbers.values(), *([coded.codes.astype(float)] if coded is not None else [])]:
            column = pd.util.hash_array(np.unique(_ten_digits(part), return_inverse=True)[1])
            total = pd.util.hash_array(total * np.uint64(31) + column)
    return total


def _ten_digits(values: np.ndarray) -> np.ndarray:
    """Round to 34 bits of the mantissa: logged settings of replicates can differ in their last digits."""
    mantissa, exponent = np.frexp(np.nan_to_num(values, nan=-1.2345e301, posinf=1.5e301, neginf=-1.5e301))
    return np.ldexp(np.round(mantissa * 2.0**34), exponent - 34) + 0.0
