"""
How each parameter goes along with the target.

Pearson and Spearman; for values that are no numbers, each value and all together (the correlation ratio).
Association is not cause, and a correlation sees one straight line (Spearman: one rise or fall) and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from ..data.levels import Levels
from ..data.records import Record
from ..data.statistics import fisher_interval, p_value, pearson, pearson_without_one, ranks
from ..question.conditions import name_value
from ..question.design import Design
from ..question.features import Feature

LEVEL = 0.9

ODD = 0.3
"""A correlation rests on one run if without that run it is farther off, and nearer to the rank correlation."""

MOST_VALUES = 50
"""Of a parameter with more values only the most frequent ones get a correlation of their own."""


@dataclass(frozen=True)
class CorrelationRow(Record):
    """
    One column's correlation with the target as logged.

    Attributes
    ----------
    parameter
        The parameter's name.
    value
        Which of its values is held against all others; ``length`` or ``[0]`` for a part of a list; empty for the
        parameter itself.
    correlation
        Pearson's r, -1 to 1; positive if the target is larger where the parameter is larger (or has this value).
        ``None`` if it has no single one (a categorical as a whole) or does not vary.
    low, high
        Limits of its 90 % interval by Fisher's transformation; ``None`` with fewer than four configurations.
    p
        Probability of a correlation at least as far from 0 if there were none (two-sided t-test). ``None`` in an
        adaptive search, where it would mean nothing.
    n
        Number of runs that record both.
    spearman
        Rank correlation, -1 to 1.
    without_one
        Pearson's r without the one run on which it rests; ``None`` if it rests on no single one.
    scaled
        Pearson's r on the scales used: the parameter's log where its scale is log, the target's scale as for
        importance.
    eta, eta_spearman, eta_scaled
        Correlation ratio of all its values together, 0 to 1, with the target as logged, its ranks, and on its scale;
        only on a parameter's own row, if its values are no numbers.
    """

    parameter: str
    value: str
    correlation: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    spearman: float | None = None
    scaled: float | None = None
    eta: float | None = None
    eta_spearman: float | None = None
    eta_scaled: float | None = None
    without_one: float | None = None


@dataclass(frozen=True)
class Correlation:
    """
    The correlations of all parameters that enter a model, in the order of their names.

    Examples
    --------
    >>> import panel as sl
    >>> found = sl.correlation(sl.load([{"lr": i / 20, "loss": 3 - i} for i in range(20)]))
    >>> isinstance(found, sl.Correlation), round(found.rows[0].correlation, 3)
    (True, -1.0)
    """

    rows: tuple[CorrelationRow, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a frame with the fields of `CorrelationRow` as columns."""
        return pd.DataFrame([asdict(row) for row in self.rows], columns=list(CorrelationRow.__dataclass_fields__))

    def to_json(self) -> list[dict[str, Any]]:
        """Return the rows as plain JSON values."""
        return [asdict(row) for row in self.rows]

    @classmethod
    def from_json(cls, data: Sequence[Mapping[str, Any]]) -> Self:
        """Return the correlations that `to_json` made such plain values of."""
        return cls(tuple(CorrelationRow.from_json(row) for row in data))


def correlate(design: Design) -> Correlation:
    """
    Correlate every parameter with the target.

    Parameters
    ----------
    design
        The question as numbers; may be empty.

    Returns
    -------
    Correlation
        Over complete pairs: a run counts for a parameter if it records it. Intervals and p-values rest on the number of
        configurations, because replicates are no independent runs; without replicates that is the number of pairs.
    """
    if len(design.raw) < 2 or np.ptp(design.raw) == 0:
        return Correlation(())
    target_ranks = ranks(design.raw)
    return Correlation(tuple(row for f in design.features for row in _correlate_parameter(f, design, target_ranks)))


def _correlate_parameter(f: Feature, design: Design, target_ranks: np.ndarray) -> Iterator[CorrelationRow]:
    """Yield the rows of a parameter: the whole, then its values, then the length and the elements of a list."""
    name, numbers, coded = f.parameter.name, f.numbers, f.levels
    own = numbers.pop("", None)
    if own is not None:
        log = f.parameter.scale == "log" and not np.any(own <= 0)
        yield _correlate_column(name, "", own, np.log(own) if log else own, design, target_ranks)
    elif coded is not None:
        ratios = (_find_correlation_ratio(coded, y) for y in (design.raw, target_ranks, design.y))
        yield CorrelationRow(name, "", None, None, None, None, int((coded.codes >= 0).sum()), None, None, *ratios)
    if coded is not None and (len(coded.values) > 1 or own is not None):
        frequent = np.argsort(-coded.counts, kind="stable")[:MOST_VALUES]
        for k in sorted(frequent):
            x = np.where(f.active, coded.codes == k, np.nan)
            yield _correlate_column(name, name_value(coded.values[k]), x, x, design, target_ranks)
    for part, x in numbers.items():
        yield _correlate_column(name, part, x, x, design, target_ranks)


def _correlate_column(
    parameter: str, value: str, x: np.ndarray, scaled: np.ndarray, design: Design, target_ranks: np.ndarray
) -> CorrelationRow:
    both = np.isfinite(x)
    n = int(both.sum())
    a, b = x[both], design.raw[both]
    r = pearson(a, b)
    independent = int((np.bincount(design.config_id[both]) > 0).sum())
    low, high = fisher_interval(r, independent, LEVEL)
    p = None if design.adaptive else p_value(r, independent)
    rho = None if r is None else pearson(ranks(a), target_ranks if both.all() else ranks(b))
    own = pearson(scaled[both], design.y[both])
    return CorrelationRow(
        parameter, value, r, low, high, p, n, rho, own, without_one=None if value else _leave_one_out(a, b, r, rho)
    )


def _leave_one_out(a: np.ndarray, b: np.ndarray, r: float | None, rho: float | None) -> float | None:
    """Return the correlation without one run, if it rests on that run."""
    without = pearson_without_one(a, b, ODD)
    if r is None or rho is None or without is None:
        return None
    return without if abs(r - without) > ODD and abs(rho - without) < abs(rho - r) else None


def _find_correlation_ratio(coded: Levels, y: np.ndarray) -> float | None:
    """Return η, the root of the share of the target's variance that lies between the values; ``None`` without any."""
    if len(coded.values) < 2:
        return None
    codes = coded.codes
    known = codes >= 0
    values = y[known] / np.abs(y[known]).max() if known.any() and y[known].any() else y[known]
    if len(values) < 2 or np.ptp(values) == 0:
        return None
    counts = np.bincount(codes[known], minlength=len(coded.values))
    sums = np.bincount(codes[known], weights=values - values.mean(), minlength=len(coded.values))
    between = float((sums[counts > 0] ** 2 / counts[counts > 0]).sum())
    return float(np.sqrt(min(1.0, between / float(((values - values.mean()) ** 2).sum()))))
