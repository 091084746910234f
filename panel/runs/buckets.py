"""The values of a parameter as buckets: one a value, or of a number with many values one a range."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..data.messages import Message, say
from ..data.statistics import equal_bins, round_text
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
    words: Message
    rows: np.ndarray
    mixed: bool = False


def make_buckets(axis: Axis, wanted: int | None = None) -> list[Bucket]:
    """
    Return the buckets of a parameter that hold runs, in the order of their values.

    Parameters
    ----------
    axis
        The parameter's values.
    wanted
        Number of buckets of a number, each with about as many runs; ``None`` for one a value if there are few values.
    """
    buckets = _bucket_labels(axis) if axis.kind == "category" else _bucket_numbers(axis, wanted)
    missing = np.flatnonzero(np.isnan(axis.values))
    if len(missing):
        taken = {bucket.label for bucket in buckets}
        label = axis.absent if axis.absent not in taken else f"({axis.absent})"
        words = say("bucket.missing", "{parameter} {absent}", parameter=axis.parameter, absent=axis.absent)
        buckets.append(Bucket(label, words, missing))
    return buckets


def _bucket_labels(axis: Axis) -> list[Bucket]:
    codes = np.where(np.isnan(axis.values), -1, axis.values).astype(int)
    counts = np.bincount(codes[codes >= 0], minlength=len(axis.labels))
    own = np.arange(len(counts))
    if len(counts) > MOST_VALUES:
        own = np.sort(np.argsort(-counts, kind="stable")[: MOST_VALUES - 1])
    buckets = [_make_bucket(axis, axis.labels[i] or "empty", np.flatnonzero(codes == i)) for i in own if counts[i]]
    others = np.flatnonzero((codes >= 0) & ~np.isin(codes, own))
    if len(others):
        label = f"{len(counts) - len(own)} other values"
        words = say("bucket.mixed", "{parameter} of {values}", parameter=axis.parameter, values=label)
        buckets.append(Bucket(label, words, others, mixed=True))
    return buckets


def _bucket_numbers(axis: Axis, wanted: int | None) -> list[Bucket]:
    finite = np.isfinite(axis.values)
    values, counts = np.unique(axis.values[finite], return_counts=True)
    buckets = []
    if len(values):
        each = len(values) <= (FEW if wanted is None else wanted)
        bins = np.arange(len(values)) if each else equal_bins(counts, wanted or BUCKETS)
        for number in np.unique(bins):
            low, high = values[bins == number][[0, -1]]
            rows = np.flatnonzero(finite & (axis.values >= low) & (axis.values <= high))
            buckets.append(
                _make_bucket(axis, _name_number(low), rows) if low == high else _make_range(axis, low, high, rows)
            )
    for sign, label in ((-1, "−∞"), (1, "∞")):
        rows = np.flatnonzero(axis.values == sign * np.inf)
        if len(rows):
            buckets.insert(0 if sign < 0 else len(buckets), _make_bucket(axis, label, rows))
    return _number_equal_labels(buckets)


def _make_bucket(axis: Axis, label: str, rows: np.ndarray) -> Bucket:
    """Return the bucket of one value."""
    return Bucket(label, say("bucket.value", "{parameter} = {value}", parameter=axis.parameter, value=label), rows)


def _make_range(axis: Axis, low: float, high: float, rows: np.ndarray) -> Bucket:
    first, last = _name_number(low), _name_number(high)
    words = say("bucket.range", "{parameter} from {low} to {high}", parameter=axis.parameter, low=first, high=last)
    return Bucket(f"{first} to {last}", words, rows)


def _name_number(value: float) -> str:
    digits = 6 if value == round(value) and abs(value) < 1e6 else 3
    return round_text(value, digits).replace("-", "−")


def _number_equal_labels(buckets: list[Bucket]) -> list[Bucket]:
    """Add a number to labels that rounding has made equal."""
    labels = [bucket.label for bucket in buckets]
    return [
        bucket if labels.count(bucket.label) == 1 else _number_label(bucket, i + 1) for i, bucket in enumerate(buckets)
    ]


def _number_label(bucket: Bucket, number: int) -> Bucket:
    words = say("bucket.numbered", "{words} ({number})", words=bucket.words, number=number)
    return replace(bucket, label=f"{bucket.label} ({number})", words=words)
