"""
The article's linear model: ordinary least squares of the target on all parameters.

One straight line a parameter, all at once: what a coefficient says holds with the others kept as they are. Where
parameters go together their coefficients cannot be told apart; the sets for which that is so are named (Belsley, Kuh
and Welsch 1980, "Regression diagnostics": a condition index above 30 in which two or more coefficients have most of
their variance).
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from ..data.messages import Count, Message, join, say
from ..data.records import Record
from ..question.conditions import name_value
from ..question.design import Design
from ..question.emptiness import Empty
from ..question.features import Feature
from .least_squares import fit_least_squares
from .record import keep_finite, name_first

LEVEL = 0.9

MOST_LEVELS = 20
"""A categorical with more values than this does not enter: it would take a coefficient for every one of them."""

COLLINEAR = 30
"""Condition indices above this are harmful (Belsley, Kuh and Welsch)."""

INTERCEPT = "intercept"


@dataclass(frozen=True)
class LinearRow(Record):
    """
    One coefficient.

    Attributes
    ----------
    parameter
        The parameter's name; ``intercept`` for the constant.
    value
        The value that is compared with the reference level; empty for a number.
    coefficient
        How much the target, on its scale, is larger per unit of the parameter, or for this value than for the
        reference level, all other parameters equal.
    error
        Its standard error.
    t, p
        Student's t, and the probability of one at least as far from 0 if the coefficient were 0. ``p`` is ``None`` in
        an adaptive search, where it would mean nothing.
    low, high
        Limits of its 90 % interval.
    standardised
        The coefficient in standard deviations of the target per standard deviation of the column.
    """

    parameter: str
    value: str
    coefficient: float | None
    error: float | None
    t: float | None
    p: float | None
    low: float | None
    high: float | None
    standardised: float | None


@dataclass(frozen=True)
class Linear(Record):
    """
    A linear model.

    Attributes
    ----------
    rows
        The intercept, then the coefficients in the order of the parameters' names.
    runs
        Number of runs.
    r2, adjusted_r2
        Share of the target's variance that it explains, and that adjusted for the number of coefficients.
    condition
        Condition number of the columns, each scaled to length 1.
    references
        The reference level of every categorical: its most frequent value.
    collinear
        Sets of coefficients that cannot be told apart, by name.
    left_out
        Parameters that do not enter, and why.
    empty
        Why there is no model; ``None`` if there is one.
    notes
        What the user should know before believing it.
    """

    rows: tuple[LinearRow, ...] = ()
    runs: int = 0
    r2: float | None = None
    adjusted_r2: float | None = None
    condition: float | None = None
    references: dict[str, str] | None = None
    collinear: tuple[tuple[str, ...], ...] = ()
    left_out: dict[str, Message] | None = None
    empty: Empty | None = None
    notes: tuple[Message, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the rows as a frame with the fields of `LinearRow` as columns."""
        return pd.DataFrame([asdict(row) for row in self.rows], columns=list(LinearRow.__dataclass_fields__))


@dataclass(frozen=True)
class Columns:
    """The model's columns with the parameter and the value of each, reference levels, and what does not enter."""

    X: np.ndarray
    names: list[tuple[str, str]]
    references: dict[str, str]
    left_out: dict[str, Message]
    filled: list[str]


def fit(design: Design) -> Linear:
    """
    Fit the linear model.

    Parameters
    ----------
    design
        The question as numbers; may be empty.

    Returns
    -------
    Linear
        Equal to statsmodels' ``OLS`` on the same columns. Numbers enter as logged, booleans as 0 and 1, a categorical
        as one column for every value but its most frequent. A value that is not recorded is the mean of those that
        are, so that a conditional parameter's coefficient is its slope where it is active.
    """
    if design.empty is not None:
        return Linear(empty=design.empty)
    made = make_columns(design)
    n, k = made.X.shape
    if n <= k + 1:
        return Linear(
            left_out=made.left_out,
            empty=Empty(
                "too few runs",
                say(
                    "linear.too_few",
                    "{coefficients} coefficients cannot be estimated from {runs} runs. Ignore some parameters.",
                    coefficients=Count(k + 1),
                    runs=Count(n),
                ),
            ),
        )
    found = fit_least_squares(np.column_stack([np.ones(n), made.X]), design.y, LEVEL)
    spread = np.concatenate([[0.0], made.X.std(axis=0)]) / design.y.std()
    rows = tuple(
        LinearRow(
            parameter,
            value,
            keep_finite(found.coefficients[i]),
            keep_finite(found.errors[i]),
            keep_finite(found.t[i]),
            None if design.adaptive else keep_finite(found.p[i]),
            keep_finite(found.low[i]),
            keep_finite(found.high[i]),
            keep_finite(found.coefficients[i] * spread[i]) if i else None,
        )
        for i, (parameter, value) in enumerate([(INTERCEPT, ""), *made.names])
    )
    condition, collinear = find_collinear(made.X)
    return Linear(
        rows,
        n,
        keep_finite(found.r2),
        keep_finite(found.adjusted_r2),
        keep_finite(condition),
        made.references,
        tuple(tuple(_name_column(*made.names[i]) for i in group) for group in collinear),
        made.left_out,
        notes=tuple(_list_notes(design, made, collinear)),
    )


def make_columns(design: Design) -> Columns:
    """Return the columns of a linear model; one that does not vary is left out."""
    columns: list[np.ndarray] = []
    names: list[tuple[str, str]] = []
    made = Columns(np.empty((len(design.y), 0)), names, {}, {}, [])
    for f in design.features:
        name = f.parameter.name
        own = _make_columns(f, made)
        if not own:
            made.left_out.setdefault(name, say("linear.constant", "it does not vary"))
        elif not f.active.all():
            made.filled.append(name)
        columns += [column for _, column in own]
        names += [(name, value) for value, _ in own]
    X = np.column_stack(columns) if columns else made.X
    return Columns(X, names, made.references, made.left_out, made.filled)


def _make_columns(f: Feature, made: Columns) -> list[tuple[str, np.ndarray]]:
    name, coded = f.parameter.name, f.levels
    if coded is None:
        varying = [column for column in f.numbers.values() if np.unique(column[~np.isnan(column)]).size > 1]
        return [("", _fill(column)) for column in varying]
    if "" in f.numbers:
        made.left_out[name] = say("linear.mixed", "its values are partly numbers and partly not")
        return []
    if len(coded.values) > MOST_LEVELS:
        made.left_out[name] = say(
            "linear.many_values",
            "it has {values} values, more than {most}",
            values=Count(len(coded.values)),
            most=Count(MOST_LEVELS),
        )
        return []
    present = [k for k in range(len(coded.values)) if (coded.codes == k).any()]
    reference = max(present, key=lambda k: ((coded.codes == k).sum(), -k), default=0)
    if len(present) > 1:
        made.references[name] = name_value(coded.values[reference])
    return [
        (name_value(coded.values[k]), _fill(np.where(coded.codes >= 0, coded.codes == k, np.nan)))
        for k in present
        if k != reference
    ]


def _fill(column: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(column), np.nanmean(column), column)


def find_collinear(X: np.ndarray) -> tuple[float, list[tuple[int, ...]]]:
    """
    Find columns whose coefficients cannot be told apart.

    Parameters
    ----------
    X
        Columns without the constant, shape (n_runs, n_columns).

    Returns
    -------
    float
        Condition number of the centred columns scaled to length 1; infinite if one is a sum of others.
    list of tuple of int
        Sets of columns, each with most of its coefficient's variance in one direction of condition index above
        `COLLINEAR`.
    """
    if X.shape[1] < 2:
        return 1.0, []
    centred = X - X.mean(axis=0)
    scaled = centred / np.linalg.norm(centred, axis=0)
    _, singular, directions = np.linalg.svd(scaled, full_matrices=False)
    least = singular[0] * np.finfo(float).eps * max(X.shape)
    safe = np.maximum(singular, least)
    index = singular[0] / safe
    parts = (directions / safe[:, None]) ** 2
    share = parts / parts.sum(axis=0)
    sets = [tuple(np.flatnonzero(share[k] > 0.5).tolist()) for k in np.flatnonzero(index > COLLINEAR)]
    condition = math.inf if singular[-1] <= least else float(index[-1])
    return condition, [group for group in dict.fromkeys(sets) if len(group) > 1]


def _list_notes(design: Design, made: Columns, collinear: list[tuple[int, ...]]) -> list[Message]:
    notes = []
    for group in collinear:
        notes.append(
            say(
                "linear.collinear",
                "Collinear: the coefficients of {names} cannot be told apart; they mean something only together.",
                names=join(dict.fromkeys(_name_column(*made.names[i]) for i in group), " and "),
            )
        )
    if made.filled:
        notes.append(
            say(
                "linear.filled",
                "Not recorded in all runs: {names}. A coefficient there is the slope where it is recorded.",
                names=name_first(made.filled),
            )
        )
    if design.n_configs < len(design.y):
        notes.append(
            say(
                "linear.replicates",
                "{runs} runs are only {configs}, so that errors and intervals are too small; group by replicates.",
                runs=Count(len(design.y)),
                configs=Count(design.n_configs, "config"),
            )
        )
    if design.adaptive:
        notes.append(
            say(
                "linear.adaptive",
                "No p-values: the search is adaptive ({reason}), so its runs are not independent.",
                reason=design.adaptive,
            )
        )
    return notes


def _name_column(parameter: str, value: str) -> str:
    return f"{parameter} = {value}" if value else parameter
