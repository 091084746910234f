"""All runs of a project as a table: its columns, which rows match a filter, in which order, and the table as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..data.project import Project
from ..errors import QuestionError, nearest
from ..question.another_task import find_unasked
from ..question.conditions import name_value
from ..question.constraints import find_breaking
from ..question.design import Design, find_run_order
from ..question.failures import count_as_failing
from ..question.selection import Selection, filter_runs, is_step
from ..question.stopping import find_short_of
from ..question.target import read_target, read_words
from .base import CONSTRAINT, WHY, find_causes, name_causes, natural

TARGET, LEFT_OUT = "target", "left out"
"""Ids of the columns that are no column of the project; those have their name there, such as ``config.lr``."""

MOST_EXACT = 2**53
"""Whole numbers beyond this lose digits as floats, so they are listed as text."""


@dataclass(frozen=True)
class Column:
    """
    One column of the table.

    Attributes
    ----------
    id
        ``run.NAME``, ``config.NAME``, ``summary.NAME``, `TARGET` or `LEFT_OUT`.
    label
        What stands at its head.
    group
        ``run``, ``parameter`` or ``metric``.
    kind
        ``number``, ``text`` or ``time``.
    values
        One a run. Numbers are floats, NaN where missing; texts are empty, and times (UTC) NaT where missing.
    nan
        Where NaN was logged, unlike a value that is missing; ``None`` for nowhere.
    """

    id: str
    label: str
    group: Literal["run", "parameter", "metric"]
    kind: Literal["number", "text", "time"]
    values: np.ndarray
    nan: np.ndarray | None = None

    @property
    def missing(self) -> np.ndarray:
        """Where there is no value, as booleans."""
        return self.values == "" if self.kind == "text" else np.asarray(pd.isna(self.values))

    @cached_property
    def places(self) -> np.ndarray:
        """Numbers in whose order the column is sorted, ascending; those of missing values mean nothing."""
        if self.kind == "number":
            return self.values
        if self.kind == "time":
            return self.values.astype("int64")
        codes, found = pd.factorize(self.values)
        place = np.empty(len(found), int)
        place[sorted(range(len(found)), key=[natural(text) for text in found].__getitem__)] = np.arange(len(found))
        return place[codes]


@dataclass(frozen=True)
class Judged:
    """
    What a question adds to the columns of its project; see `Listing`.

    Attributes
    ----------
    target
        The column of the target, if there is one.
    left_out
        The column that says why a run is left out; empty where it is not.
    own
        Name of the metric that the target's column stands for; empty if that is none of the project's.
    usual, counted, goal
        As of `Listing`.
    """

    target: Column | None
    left_out: Column
    own: str
    usual: np.ndarray
    counted: int
    goal: str


@dataclass(frozen=True)
class Listing:
    """
    All runs of a project, those that a question leaves out among them.

    Attributes
    ----------
    ids
        Ids of the runs in the order of the source.
    columns
        The columns by id: of the run, then parameters, then metrics.
    usual
        Numbers of the runs from the best target; those that are left out come after, the missing last.
    counted
        How many runs are not left out.
    goal
        ``minimize`` or ``maximize``.
    """

    ids: np.ndarray
    columns: dict[str, Column]
    usual: np.ndarray
    counted: int
    goal: str

    def column(self, name: Any) -> Column:
        """Return a column; `QuestionError` if there is none of that name."""
        if not isinstance(name, str) or name not in self.columns:
            raise QuestionError(f"There is no column {name!r}. {nearest(str(name), list(self.columns))}")
        return self.columns[name]


def read_columns(project: Project) -> dict[str, Column]:
    """Return the columns of a project by id, whatever is asked: of the run, then parameters, then metrics."""
    columns = {f"run.{name}": _make_column(f"run.{name}", name, "run", project.runs[name]) for name in project.runs}
    columns |= {
        f"config.{name}": _make_column(f"config.{name}", name, "parameter", project.config[name])
        for name in project.config
    }
    for name in project.summary:
        logged = project.logged_nan[name].to_numpy(bool) if name in project.logged_nan else None
        columns[f"summary.{name}"] = _make_column(f"summary.{name}", name, "metric", project.summary[name], logged)
    return columns


def judge_runs(project: Project, selection: Selection, design: Design) -> Judged:
    """
    Return the target of all runs of a project, and which of them a question leaves out.

    Parameters
    ----------
    project
        The loaded project, its columns in their places.
    selection
        The question; which runs it picks, and how it groups them, is put aside.
    design
        The design of that question, for what it found out about the target.

    Raises
    ------
    QuestionError
        If the question does not fit the project.
    """
    asked = replace(selection, picked=None, target=design.target)
    counted, _ = filter_runs(project, asked)
    of_state, _ = filter_runs(project, replace(asked, filters=()))
    states = project.runs["state"].to_numpy(object)
    why = np.select([~of_state, ~counted], [states, "filtered"], "").astype(object)
    goal, loss = design.target.goal or "minimize", np.zeros(len(why))
    column, own = None, ""
    if design.target.metric:
        found, nan = read_target(project, design.target, design.target.goal or "minimize")
        if design.target.value == "failing":
            found = count_as_failing(found, design.taken_as_failed)
        target, diverged = found.to_numpy(float), nan.to_numpy(bool)
        words = read_words(project, design.target)
        why = np.where((why == "") & find_unasked(project, design.target.metric), "never asked for this metric", why)
        if is_step(design.target.step):
            short = find_short_of(project, design.target.metric, design.target.step)
            why = np.where((why == "") & short, f"does not reach step {design.target.step:.10g}", why)
        if design.target.value != "failing":
            why = np.where((why == "") & find_breaking(project), WHY[CONSTRAINT], why)
            for reason, taken in design.taken_as_failed.items():
                why = np.where((why == "") & taken, str(reason), why)
        why = np.where(why == "", name_causes(find_causes(target, diverged, words)), why)
        way = "" if design.target.value == "last" else f" ({design.target.value})"
        column = Column(TARGET, f"{design.label}{way}", "metric", "number", target, diverged)
        loss = target if goal == "minimize" else -target
        own = "" if way else design.target.metric
    usual = np.lexsort((find_run_order(project), np.where(np.isnan(loss), np.inf, loss), np.isnan(loss), why != ""))
    left_out = Column(LEFT_OUT, "left out", "run", "text", why)
    return Judged(column, left_out, own, usual, int((why == "").sum()), goal)


def join_columns(ids: np.ndarray, columns: dict[str, Column], found: Judged) -> Listing:
    """Return the table of the runs with these ids: the project's columns, and what a question adds to them."""
    added = {c.id: c for c in (found.target, found.left_out) if c is not None}
    of_run = {name: c for name, c in columns.items() if c.group == "run"}
    others = {name: c for name, c in columns.items() if c.group != "run" and name != f"summary.{found.own}"}
    return Listing(ids, {**of_run, **added, **others}, found.usual, found.counted, found.goal)


def _make_column(
    name: str,
    label: str,
    group: Literal["run", "parameter", "metric"],
    values: pd.Series,
    nan: np.ndarray | None = None,
) -> Column:
    kind = values.dtype.kind
    if kind == "M":
        return Column(name, label, group, "time", values.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("M8[ns]"))
    exact = kind not in "iu" or not len(values) or int(values.abs().max()) < MOST_EXACT
    if kind in "iuf" and exact:
        return Column(name, label, group, "number", values.to_numpy(float), nan)
    if isinstance(values.dtype, pd.StringDtype):
        return Column(name, label, group, "text", values.fillna("").to_numpy(object))
    texts = [str(v) for v in values] if kind in "iu" else [name_value(v) for v in values]
    return Column(name, label, group, "text", np.array(texts, object))


# ---- which rows, and in which order


def order_runs(listed: Listing, sort: Sequence[tuple[str, str]]) -> np.ndarray:
    """
    Return the numbers of all runs in an order.

    Parameters
    ----------
    listed
        The runs.
    sort
        Pairs of a column and ``asc`` or ``desc``, the most important first. Runs that are equal in them come in the
        usual order, best first; missing values come last either way.

    Raises
    ------
    QuestionError
        If there is no such column.
    """
    keys: list[np.ndarray] = []
    for name, way in sort:
        places, missing = listed.column(name).places[listed.usual], listed.column(name).missing[listed.usual]
        keys += [missing, np.where(missing, 0, places if way != "desc" else -places)]
    return listed.usual[np.lexsort(keys[::-1])] if keys else listed.usual


def match_filters(listed: Listing, filters: dict[str, Any]) -> np.ndarray:
    """
    Return which runs pass the filters of all columns.

    Parameters
    ----------
    listed
        The runs.
    filters
        By column what AG Grid calls a filter model: one condition, or several joined by an ``operator``. Texts are
        compared without case, and never as patterns. A missing value is ``blank``; it meets no other condition, but a
        text that is missing neither equals nor contains anything.

    Returns
    -------
    ndarray of bool, shape (n_runs,)

    Raises
    ------
    QuestionError
        If there is no such column, or a condition cannot be read.
    """
    keep = np.ones(len(listed.ids), bool)
    for name, model in filters.items():
        column = listed.column(name)
        conditions = model.get("conditions") if isinstance(model, dict) else None
        try:
            if conditions:
                found = [_meets(column, condition) for condition in conditions]
                join = np.any if model.get("operator") == "OR" else np.all
                keep &= join(np.array(found), axis=0)
            else:
                keep &= _meets(column, model)
        except (KeyError, TypeError, ValueError, AttributeError):
            raise QuestionError(f"The filter of the column {column.label!r} cannot be read; clear it.") from None
    return keep


_COMPARE: dict[str, Callable[[np.ndarray, Any], np.ndarray]] = {
    "equals": lambda v, a: v == a,
    "notEqual": lambda v, a: v != a,
    "greaterThan": lambda v, a: v > a,
    "greaterThanOrEqual": lambda v, a: v >= a,
    "lessThan": lambda v, a: v < a,
    "lessThanOrEqual": lambda v, a: v <= a,
}

_TEXT: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "notContains": lambda text, part: part not in text,
    "equals": lambda text, part: text == part,
    "notEqual": lambda text, part: text != part,
    "startsWith": lambda text, part: text.startswith(part),
    "endsWith": lambda text, part: text.endswith(part),
}


def _meets(column: Column, condition: dict[str, Any]) -> np.ndarray:
    kind, missing = condition["type"], column.missing
    if kind in ("blank", "notBlank"):
        return missing if kind == "blank" else ~missing
    if column.kind == "text":
        wanted, meets = str(condition["filter"]).casefold(), _TEXT[kind]
        codes, found = pd.factorize(column.values)
        passed = np.array([meets(text.casefold(), wanted) if text else kind.startswith("not") for text in found], bool)
        return passed[codes] if len(found) else np.zeros(0, bool)
    values: np.ndarray = column.values
    first: Any
    last: Any
    if column.kind == "time":
        values = values.astype("M8[D]")
        first, last = (_read_day(condition.get(key)) for key in ("dateFrom", "dateTo"))
    else:
        first, last = (None if condition.get(key) is None else float(condition[key]) for key in ("filter", "filterTo"))
    if kind == "inRange":
        return (values >= first) & (values <= last) & ~missing
    return _COMPARE[kind](values, first) & ~missing


def _read_day(text: Any) -> np.datetime64 | None:
    return None if text is None else np.datetime64(str(text)[:10], "D")


# ---- what stands in the rows


def list_cells(column: Column, rows: np.ndarray) -> list[Any]:
    """Return the values of some runs as JSON: numbers, texts, ISO 8601 times, ``None``; NaN and infinity as words."""
    found = column.values[rows]
    if column.kind == "text":
        return [text or None for text in found]
    if column.kind == "time":
        return [None if pd.isna(v) else f"{np.datetime_as_string(v, 's')}Z" for v in found]
    logged = np.zeros(len(rows), bool) if column.nan is None else column.nan[rows]
    return [_write_number(v, was) for v, was in zip(found.tolist(), logged.tolist(), strict=True)]


def _write_number(value: float, nan: bool) -> float | str | None:
    if math.isfinite(value):
        return value
    if value != value:
        return "NaN" if nan else None
    return "Infinity" if value > 0 else "-Infinity"


def write_csv(listed: Listing, columns: Sequence[str], rows: np.ndarray) -> str:
    """
    Return some runs as CSV, numbers in full; the first column is the run's id.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.

    Parameters
    ----------
    listed
        The runs.
    columns
        Ids of the columns, in their order.
    rows
        Numbers of the runs, in their order.
    """
    chosen = [listed.column(name) for name in columns]
    labels = [column.label for column in chosen]
    heads = [column.id if labels.count(column.label) > 1 else column.label for column in chosen]
    body = [
        list(map(_write_exactly if column.kind == "number" else _escape_formula, list_cells(column, rows)))
        for column in chosen
    ]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", *map(_escape_formula, heads)])
    writer.writerows(zip(map(_escape_formula, listed.ids[rows]), *body, strict=True))
    return out.getvalue()


def _write_exactly(value: float | str | None) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < MOST_EXACT else repr(value)
    return value or ""


def _escape_formula(value: str | None) -> str:
    if not value:
        return ""
    if value[0:1] in ("=", "+", "-", "@", "\t", "\r"):
        try:
            float(value)
        except ValueError:
            return f"'{value}"
    return value
