"""The values of a parameter as buckets: one a value, or of a number with many values one a range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.statistics import equal_bins
from .base import Axis

FEW = 8
"""A number with so many different values, or fewer, has a bucket for each."""

BUCKETS = 5
MOST_BUCKETS = 12
MOST_VALUES = 20
"""Of a category with more values only those with the most runs have a bucket of their own."""


@dataclass(frozen=True)
class Bucket:
    """
    Some values of a parameter.

    Attributes
    ----------
    label
        The value, or the smallest and the largest, as text; unique.
    words
        How a sentence says that a run is in it: ``lr from 0.001 to 0.01``.
    rows
        Numbers of its runs.
    mixed
        Whether it holds values that have nothing in common: then it is not compared.
    """

    label: str
    words: str
    rows: np.ndarray
    mixed: bool = False


def buckets_of(axis: Axis, wanted: int | None = None) -> list[Bucket]:
    """
    Return the buckets of a parameter that hold runs, in the order of their values.

    Parameters
    ----------
    axis
        The parameter's values.
    wanted
        Number of buckets of a number, each with about as many runs; ``None`` for one a value if there are few values.
    """
    found = _of_labels(axis) if axis.kind == "category" else _of_numbers(axis, wanted)
    missing = np.flatnonzero(np.isnan(axis.values))
    if len(missing):
        taken = {bucket.label for bucket in found}
        label = axis.absent if axis.absent not in taken else f"({axis.absent})"
        found.append(Bucket(label, f"{axis.parameter} {axis.absent}", missing))
    return found


def _of_labels(axis: Axis) -> list[Bucket]:
    codes = np.where(np.isnan(axis.values), -1, axis.values).astype(int)
    counts = np.bincount(codes[codes >= 0], minlength=len(axis.labels))
    own = np.arange(len(counts))
    if len(counts) > MOST_VALUES:
        own = np.sort(np.argsort(-counts, kind="stable")[: MOST_VALUES - 1])
    found = [
        Bucket(axis.labels[i] or "empty", f"{axis.parameter} = {axis.labels[i] or 'empty'}", np.flatnonzero(codes == i))
        for i in own
        if counts[i]
    ]
    others = np.flatnonzero((codes >= 0) & ~np.isin(codes, own))
    if len(others):
        label = f"{len(counts) - len(own)} other values"
        found.append(Bucket(label, f"{axis.parameter} of {label}", others, mixed=True))
    return found


def _of_numbers(axis: Axis, wanted: int | None) -> list[Bucket]:
    finite = np.isfinite(axis.values)
    values, counts = np.unique(axis.values[finite], return_counts=True)
    found = []
    if len(values):
        each = len(values) <= (FEW if wanted is None else wanted)
        bins = np.arange(len(values)) if each else equal_bins(counts, wanted or BUCKETS)
        for number in np.unique(bins):
            low, high = values[bins == number][[0, -1]]
            rows = np.flatnonzero(finite & (axis.values >= low) & (axis.values <= high))
            label = _short(low) if low == high else f"{_short(low)} to {_short(high)}"
            words = f"= {label}" if low == high else f"from {label}"
            found.append(Bucket(label, f"{axis.parameter} {words}", rows))
    for sign, label in ((-1, "−∞"), (1, "∞")):
        rows = np.flatnonzero(axis.values == sign * np.inf)
        if len(rows):
            found.insert(0 if sign < 0 else len(found), Bucket(label, f"{axis.parameter} = {label}", rows))
    return _distinct(found)


def _short(value: float) -> str:
    digits = 6 if value == round(value) and abs(value) < 1e6 else 3
    return f"{value:.{digits}g}".replace("-", "−")


def _distinct(found: list[Bucket]) -> list[Bucket]:
    """Add a number to labels that rounding has made equal."""
    labels = [bucket.label for bucket in found]
    return [
        bucket
        if labels.count(bucket.label) == 1
        else Bucket(f"{bucket.label} ({i + 1})", f"{bucket.words} ({i + 1})", bucket.rows, bucket.mixed)
        for i, bucket in enumerate(found)
    ]
