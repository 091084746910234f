"""The runs of a question as columns: target, why infeasible, and the value of each parameter along its axis."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd

from ..data.levels import find_levels
from ..data.messages import NOTHING, Message
from ..data.project import Project
from ..errors import QuestionError, nearest
from ..question.another_task import find_unasked
from ..question.conditions import name_value
from ..question.constraints import find_breaking
from ..question.design import Design, find_run_order
from ..question.failures import count_as_failing
from ..question.features import hash_rows, make_feature
from ..question.parameters import Parameter, describe
from ..question.selection import FAILED_STATES, Selection, filter_runs, is_step, list_counted_states
from ..question.stopping import find_short_of
from ..question.target import ScaleUsed, read_target, read_words
from .aside import NO_ASIDE, Aside, find_aside

Absent = Literal["inactive", "not recorded"]
"""What a missing value means: the parameter depends on another one that turns it off, or nobody wrote it down."""

CONSTRAINT = "constraint"
"""The cause of a run that breaks a constraint, whatever its target."""

NO_VALUE = "no_value"
"""
The cause of a run whose target nobody recorded: that tells nothing of its settings, so it is not infeasible.

Only in frames, where a NaN may be a gap or a run that diverged, it is.
"""

WHY = {"nan": "NaN (diverged)", "infinite": "infinite", NO_VALUE: "no value", CONSTRAINT: "breaks a constraint"}
"""Why a run has no finite target, or is infeasible whatever it has, in words, by the code of its cause."""


@dataclass(frozen=True)
class Axis:
    """
    The values of runs along one parameter.

    Attributes
    ----------
    parameter
        Its name.
    kind
        ``number`` or ``category``.
    scale
        The scale on which a number is read (see `parameters`); ``linear`` for a category.
    values
        Of a number the value; of a category the place of its label. NaN where a run has none, ±infinity as recorded.
        Shape (n_runs,).
    labels
        The values of a category in their order, as text; empty for a number.
    absent
        What a missing value means.
    """

    parameter: str
    kind: Literal["number", "category"]
    scale: Literal["linear", "log"]
    values: np.ndarray
    labels: tuple[str, ...] = ()
    absent: Absent = "not recorded"

    def texts(self, rows: np.ndarray) -> list[str]:
        """Return the values of some runs as text, numbers exact; empty where a run has none."""
        values = self.values[rows]
        if self.kind == "category":
            return [self.labels[int(v)] if v == v else "" for v in values]
        return [name_value(v) for v in values.tolist()]


@dataclass(frozen=True)
class Runs:
    """
    The runs that a question is about, infeasible ones among them; in the order of the source.

    A run counts if it passes the filter and its state counts. Failed and crashed runs are here too, whatever states
    count: where they failed tells something. A run whose target was not recorded is not here (see `NO_VALUE`), nor is
    one that was never asked for it. What the user selected, and grouping, leave none out.

    Attributes
    ----------
    project
        The project.
    rows
        Positions of the runs in the project, ascending.
    target
        Target as logged, shape (n_runs,): NaN where there is none, ±infinity as logged.
    cause
        Why a run is infeasible: its state, a code of `WHY`, the word that it logged, or the number that stands for a
        failure; empty for the others.
    order
        Place of every run in the order in which they were started.
    goal
        ``minimize`` or ``maximize``.
    label
        How the target is called.
    metric
        The target's metric, or the JSON of a weighted target.
    scale
        The scale on which the target is modelled.
    parameters
        All parameters by name, in the order of the source.
    adaptive
        Why the search counts as adaptive, in words; empty if it does not.
    aside
        Further runs, that pass the filter and do not count.
    one_sided
        The parameters with one value among the runs that count, and others among those that failed, by name; described
        from all of them.
    """

    project: Project
    rows: np.ndarray
    target: np.ndarray
    cause: np.ndarray
    order: np.ndarray
    goal: Literal["minimize", "maximize"]
    label: str
    metric: str
    scale: ScaleUsed
    parameters: dict[str, Parameter]
    adaptive: Message = NOTHING
    aside: Aside = NO_ASIDE
    one_sided: dict[str, Parameter] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def ids(self) -> np.ndarray:
        """Ids of the runs, as text."""
        return self.project.runs.index.to_numpy(object)[self.rows]

    @cached_property
    def names(self) -> np.ndarray:
        """Names of the runs."""
        return self.project.runs["name"].to_numpy(object)[self.rows]

    @cached_property
    def feasible(self) -> np.ndarray:
        """Which runs have a finite target and count, as booleans."""
        return self.cause == ""

    @cached_property
    def why(self) -> np.ndarray:
        """Why a run is infeasible, in words: its state or its word, or as `WHY` says it; empty for the others."""
        return name_causes(self.cause)

    @cached_property
    def loss(self) -> np.ndarray:
        """The target so that small is good; infinite for infeasible runs."""
        signed = self.target if self.goal == "minimize" else -self.target
        return np.where(self.feasible, signed, np.inf)

    @cached_property
    def best_first(self) -> np.ndarray:
        """Numbers of the feasible runs, from the best; of equal ones the first started comes first."""
        return np.lexsort((self.order, self.loss))[: int(self.feasible.sum())]

    @cached_property
    def config(self) -> np.ndarray:
        """Number of the config of every run, see `configs.config_numbers`; not to be written to."""
        every = np.arange(len(self))
        described = {**self.parameters, **self.one_sided}.values()
        used = sorted((p for p in described if p.modelled and p.distinct > 1), key=lambda p: p.name)
        hashes = hash_rows([make_feature(p, self.column(p.name), every) for p in used], len(self))
        numbers = np.unique(hashes, return_inverse=True)[1]
        numbers.setflags(write=False)
        return numbers

    def known(self, names: Sequence[str]) -> list[str]:
        """
        Return those of the names that are parameters with at least one value here, each once.

        Raises
        ------
        QuestionError
            If a name is no parameter of the project.
        """
        for name in names:
            if name not in self.parameters:
                raise QuestionError(f"There is no parameter {name!r}. {nearest(name, list(self.parameters))}")
        return [name for name in dict.fromkeys(names) if bool(self.column(name).notna().any())]

    def column(self, name: str) -> pd.Series:
        """Return the values of a parameter as in the source."""
        return self.project.config[name].iloc[self.rows]

    def is_nan(self, name: str) -> np.ndarray:
        """Return which runs logged NaN as the value of a parameter, as booleans; their value counts as missing."""
        logged = self.project.nan_settings
        return logged[name].to_numpy(bool)[self.rows] if name in logged else np.zeros(len(self), bool)

    def is_elsewhere(self, name: str) -> np.ndarray:
        """Return which runs have another value of a one-sided parameter than those that count, as booleans."""
        texts = self.column(name).map(name_value).to_numpy(object)
        return (texts != "") & ~np.isin(texts, texts[self.feasible])

    def axis(self, name: str) -> Axis:
        """Return the values of the runs along a parameter."""
        parameter = self.one_sided.get(name, self.parameters[name])
        column = self.column(name)
        absent: Absent = "inactive" if parameter.condition else "not recorded"
        if parameter.kind in ("real", "integer"):
            read = make_feature(parameter, column, np.arange(len(column)))
            if read.levels is None:
                return Axis(name, "number", parameter.scale, read.numbers[""].astype(float), (), absent)
        if column.dtype == object:  # `True` and 1 are equal to pandas, but not to a user
            column = column.map(name_value, na_action="ignore")
        codes, values = pd.factorize(column)
        texts = [name_value(value) for value in values]
        labels = sorted(set(texts), key=natural)
        place = {label: float(i) for i, label in enumerate(labels)}
        places = np.array([*(place[text] for text in texts), np.nan])
        return Axis(name, "category", "linear", places[codes], tuple(labels), absent)


def pack(values: np.ndarray) -> str:
    """Return numbers as little-endian 32-bit floats in base64, which the page unpacks; NaN and infinity stay."""
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def pack_planes(values: np.ndarray) -> str:
    """Return numbers as `pack` does, the first bytes of all before the second ones: they compress to a tenth less."""
    planes = np.ascontiguousarray(values, "<f4").view(np.uint8).reshape(-1, 4).T
    return base64.b64encode(planes.tobytes()).decode()


def pack64(values: np.ndarray) -> str:
    """Return numbers as `pack` does, as 64-bit floats: steps and times, whose neighbours 32 bits do not tell apart."""
    return base64.b64encode(np.ascontiguousarray(values, "<f8").tobytes()).decode()


def natural(text: str) -> tuple[Any, ...]:
    """Order numbers by size and before words, and words by the numbers in them: run-2 comes before run-10."""
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    if number == number:
        return 0, number, (), text
    parts = re.split(r"(\d+)", text.casefold())
    return 1, 0.0, tuple(int(part) if i % 2 else part for i, part in enumerate(parts)), text


def find_causes(target: np.ndarray, nan: np.ndarray, words: np.ndarray) -> np.ndarray:
    """
    Return why a run has no finite target: a code of `WHY`, or its word; empty if it has one.

    `nan` tells who logged NaN, `words` what stood in place of a number.
    """
    missing = np.where(words == "", NO_VALUE, words)
    return np.select([nan, np.isinf(target), np.isnan(target)], ["nan", "infinite", missing], "").astype(object)


def name_causes(causes: np.ndarray) -> np.ndarray:
    """Return causes in words; a state and a word are their own."""
    return np.array([WHY.get(cause, cause) for cause in causes], object)


def collect(project: Project, selection: Selection, design: Design) -> Runs:
    """
    Collect the runs of a question.

    Parameters
    ----------
    project
        The loaded project, its columns in their places.
    selection
        The question. Its ``picked`` and ``group`` are put aside.
    design
        The design of that question, for what it found out about target and parameters.

    Raises
    ------
    QuestionError
        If the question does not fit the project, or names no metric.
    """
    if not selection.target.metric and design.empty is not None and design.empty.reason != "no metric":
        raise QuestionError(str(design.empty.words))
    if not selection.target.metric:
        raise QuestionError("No metric is chosen: none is likely, so say which one is meant.")
    asked = replace(selection, target=design.target, picked=None)
    counted, _ = filter_runs(project, asked)
    every = tuple(sorted({*list_counted_states(asked), *FAILED_STATES}))
    keep, _ = filter_runs(project, replace(asked, states=every))
    values, nan = read_target(project, design.target, design.target.goal or "minimize")
    failing = design.target.value == "failing"
    if failing:
        values = count_as_failing(values, design.taken_as_failed)
    target = values.to_numpy(float)
    states = project.runs["state"].to_numpy(object)
    cause = find_causes(target, nan.to_numpy(bool), read_words(project, design.target))
    failed = np.isin(states, FAILED_STATES) & (cause == NO_VALUE)
    cause = np.where(counted & ~failed, cause, states)
    if not failing:
        for reason, taken in design.taken_as_failed.items():
            cause = np.where(counted & taken, str(reason), cause)
        cause = np.where(counted & find_breaking(project), CONSTRAINT, cause)
    keep = keep & ~find_unasked(project, selection.target.metric)
    if is_step(design.target.step):
        keep = keep & ~(counted & find_short_of(project, selection.target.metric, design.target.step))
    rows = np.flatnonzero(keep & (cause != NO_VALUE) if project.tells_gaps else keep)
    return Runs(
        project=project,
        rows=rows,
        target=target[rows],
        cause=cause[rows],
        order=find_run_order(project)[rows],
        goal=design.target.goal or "minimize",
        label=design.label or selection.target.metric,
        metric=selection.target.metric,
        scale=design.scale,
        parameters={p.name: p for p in design.parameters},
        adaptive=design.adaptive,
        aside=find_aside(project, asked, design, values, keep),
        one_sided=_find_one_sided(project, selection, design, rows),
    )


def _find_one_sided(project: Project, selection: Selection, design: Design, rows: np.ndarray) -> dict[str, Parameter]:
    """Return the parameters that vary among some runs, those that failed too, but not among those that count."""
    constant = [p.name for p in design.parameters if p.reason == "constant" and p.distinct == 1]
    config = project.config[constant].iloc[rows]
    config = config[[name for name in constant if len(find_levels(config[name]).values) > 1]]
    if config.columns.empty:
        return {}
    roles = {name: role for name, role in selection.roles if name in config}
    summary = project.summary.iloc[rows]
    described = describe(config, space=project.space, summary=summary, columns=project.columns, roles=roles)
    return {p.name: p for p in described if p.distinct > 1}
