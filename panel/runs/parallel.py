"""Runs along many axes at once, for parallel coordinates: the value of every run on each, and the target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..data.records import Record
from ..question.conditions import name_value
from ..question.target import ScaleUsed
from .asked import asks_no_roles, read_names
from .base import WHY, Absent, Axis, Runs, pack_planes
from .empty import Empty, read_record, say_none_left

NAME = "parallel"

MOST_VALUES = 1_600_000
"""Values that are sent at once, at most: about 6 MB compressed if all differ."""

MOST_AXES = 160
"""Parameters that are sent at once, at most: those that the page draws, and some that may take their place."""

LARGEST = float(np.finfo(np.float32).max)
SMALLEST = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True)
class Asked:
    """
    What runs are wanted along.

    Attributes
    ----------
    parameters
        Names, those that matter most first; ``None`` for all modelled parameters that vary.
    """

    parameters: tuple[str, ...] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read ``parameters``; `QuestionError` if they are no list of names."""
        return cls(read_names(data, "parameters"))


@dataclass(frozen=True)
class TargetValues(Record):
    """
    The target of every run.

    Attributes
    ----------
    label, goal, scale
        As in `Runs`.
    values
        Packed, as logged.
    why
        The reasons of infeasible runs, each once.
    short
        The same where there is little room.
    code
        Packed, the place of each run's reason among them; -1 for feasible runs.
    low, high
        The ends of the finite values of feasible runs; ``None`` if there are none.
    """

    label: str
    goal: Literal["minimize", "maximize"]
    scale: ScaleUsed
    values: str
    why: tuple[str, ...]
    short: tuple[str, ...]
    code: str
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ParameterValues(Record):
    """
    The value of every run along one parameter.

    Attributes
    ----------
    parameter, kind, scale, labels, absent
        As in `Axis`.
    whole
        Whether its numbers are whole ones.
    values
        Packed by `pack_planes`; of a category the place among its labels. NaN where a run has none, ±infinity as
        recorded.
    unrecorded
        Places of the runs that miss it though it was active.
    nan
        Places of the runs that logged NaN.
    low, high
        The ends of the finite values; ``None`` if there are none.
    """

    parameter: str
    kind: Literal["number", "category"]
    whole: bool
    scale: Literal["linear", "log"]
    labels: tuple[str, ...]
    values: str
    absent: Absent
    unrecorded: tuple[int, ...]
    nan: tuple[int, ...]
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ParallelRecord(Record):
    """
    Every run along parameters; infeasible ones too, and without a feasible run the axes are there all the same.

    Attributes
    ----------
    runs, feasible
        How many runs there are, and how many of them count.
    best
        The place of the best run; ``None`` if no run is feasible.
    ids, names
        Of the runs, in the order of the source; no names where these are the ids.
    target
        Their target.
    axes
        One a parameter.
    left_out
        Names of the parameters that did not fit.
    without
        Names of the parameters that no run has.
    """

    runs: int
    feasible: int
    best: int | None
    ids: tuple[str, ...]
    names: tuple[str, ...] | None
    target: TargetValues
    axes: tuple[ParameterValues, ...]
    left_out: tuple[str, ...]
    without: tuple[str, ...]


asks_roles = asks_no_roles


def from_json(data: Mapping[str, Any]) -> ParallelRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(ParallelRecord, data)


def record(runs: Runs, asked: Asked) -> ParallelRecord | Empty:
    """
    Return the value of every run along parameters, and its target.

    Raises
    ------
    QuestionError
        If a name is no parameter.
    """
    if not len(runs):
        return Empty(say_none_left())
    wanted = _list_wanted(runs, asked)
    known = runs.known(wanted)
    fits = min(MOST_AXES, max(1, MOST_VALUES // len(runs)))
    names = tuple(str(name) for name in runs.names)
    ids = tuple(str(run) for run in runs.ids)
    return ParallelRecord(
        runs=len(runs),
        feasible=int(runs.feasible.sum()),
        best=int(runs.best_first[0]) if runs.feasible.any() else None,
        ids=ids,
        names=names if names != ids else None,
        target=_tell_target(runs),
        axes=tuple(_tell_axis(runs, runs.axis(name)) for name in known[:fits]),
        left_out=tuple(known[fits:]),
        without=tuple(sorted(set(wanted) - set(known))),
    )


def _list_wanted(runs: Runs, asked: Asked) -> list[str]:
    if asked.parameters is not None:
        return list(asked.parameters)
    return [p.name for p in runs.parameters.values() if p.modelled and p.distinct > 1]


def _tell_target(runs: Runs) -> TargetValues:
    causes = sorted(set(runs.cause[~runs.feasible]), key=lambda cause: WHY.get(cause, cause))
    places = {cause: i for i, cause in enumerate(causes)}
    code = np.array([places.get(cause, -1) for cause in runs.cause], float)
    low, high = _find_ends(runs.target[runs.feasible])
    return TargetValues(
        label=runs.label,
        goal=runs.goal,
        scale=runs.scale,
        values=pack_planes(_fit_into_32_bits(runs.target)),
        why=tuple(WHY.get(cause, cause) for cause in causes),
        short=tuple("NaN" if cause == "nan" else WHY.get(cause, cause) for cause in causes),
        code=pack_planes(code),
        low=low,
        high=high,
    )


def _tell_axis(runs: Runs, axis: Axis) -> ParameterValues:
    low, high = _find_ends(axis.values)
    return ParameterValues(
        parameter=axis.parameter,
        kind=axis.kind,
        whole=runs.parameters[axis.parameter].kind == "integer",
        scale=axis.scale,
        labels=axis.labels,
        values=pack_planes(_fit_into_32_bits(axis.values)),
        absent=axis.absent,
        unrecorded=_find_unrecorded(runs, axis),
        nan=tuple(np.flatnonzero(runs.is_nan(axis.parameter)).tolist()),
        low=low,
        high=high,
    )


def _find_unrecorded(runs: Runs, axis: Axis) -> tuple[int, ...]:
    """Return which runs have no value though what it depends on is there."""
    condition = runs.parameters[axis.parameter].condition
    if condition is None or condition[0] not in runs.parameters:
        return ()
    above = runs.column(condition[0]).map(name_value, na_action="ignore")
    active = above.isin(condition[1]).to_numpy(bool)
    return tuple(np.flatnonzero(active & np.isnan(axis.values)).tolist())


def _fit_into_32_bits(values: np.ndarray) -> np.ndarray:
    """Return numbers that stay finite, and other than 0, as 32-bit floats: those beyond are at the edge."""
    inside = np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), values)
    tiny = (inside != 0) & (np.abs(inside) < SMALLEST)
    return np.where(tiny, np.copysign(SMALLEST, inside), inside)


def _find_ends(values: np.ndarray) -> tuple[float | None, float | None]:
    """Return the smallest and the largest finite value as the page reads them."""
    finite = _fit_into_32_bits(values[np.isfinite(values)]).astype(np.float32)
    return (float(np.min(finite)), float(np.max(finite))) if len(finite) else (None, None)
