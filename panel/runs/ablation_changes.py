"""The changes that lead from one config to another, and which of the configs between the two were run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.statistics import short
from ..question.features import make_feature, number_values
from .base import Axis, Runs

Taken = tuple[bool, ...]
"""A config between two: which of the changes it has."""


@dataclass(frozen=True)
class Setting:
    """A parameter with its values in the first and in the last config, as text."""

    parameter: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """
    What changes at once: a parameter, and those that it turns on or off.

    Attributes
    ----------
    parameters
        Their names; the one on which the others depend comes first.
    """

    parameters: tuple[str, ...]


def list_used(runs: Runs) -> list[str]:
    """Return the parameters by which configs are told apart, in the order of their names."""
    return sorted(p.name for p in runs.parameters.values() if p.modelled and p.distinct > 1)


def number_settings(runs: Runs, names: Sequence[str]) -> np.ndarray:
    """Return numbers that are equal where runs have equal values; shape (n_runs, n_parameters)."""
    every = np.arange(len(runs))
    columns = [number_values(make_feature(runs.parameters[name], runs.column(name), every)) for name in names]
    return np.column_stack(columns) if columns else np.zeros((len(runs), 0), int)


def list_changes(runs: Runs, names: Sequence[str], coded: np.ndarray, first: int, last: int) -> tuple[Change, ...]:
    """
    Return what changes between two configs, in the order of the parameters' names.

    A conditional parameter that the one config has and the other has not is no change of its own: it changes with the
    parameter that turns it on.

    Parameters
    ----------
    runs
        The runs.
    names, coded
        The parameters, and the values of all runs; see `number_settings`.
    first, last
        Numbers of a run of each config.
    """
    differing = [name for k, name in enumerate(names) if coded[first, k] != coded[last, k]]
    groups: dict[str, list[str]] = {}
    for name in differing:
        groups.setdefault(_find_root(runs, name, differing, first, last), []).append(name)
    return tuple(
        Change((root, *(name for name in together if name != root))) for root, together in sorted(groups.items())
    )


def _find_root(runs: Runs, name: str, differing: Sequence[str], first: int, last: int) -> str:
    """Return the parameter that turns this one on or off, and changes itself; else the parameter itself."""
    seen = {name}
    while True:
        condition, there = runs.parameters[name].condition, runs.column(name).notna()
        turned = bool(there.iloc[first]) != bool(there.iloc[last])
        if condition is None or not turned or condition[0] not in differing or condition[0] in seen:
            return name
        name = condition[0]
        seen.add(name)


def find_between(
    names: Sequence[str], coded: np.ndarray, changes: Sequence[Change], first: int, last: int
) -> Mapping[Taken, np.ndarray]:
    """
    Return the numbers of the runs of each config between two, both ends among them, that has any.

    Parameters
    ----------
    names, coded, changes, first, last
        As of, and from, `list_changes`.
    """
    place = {name: k for k, name in enumerate(names)}
    own = [[place[name] for name in change.parameters] for change in changes]
    rest = np.setdiff1d(np.arange(len(names)), [k for columns in own for k in columns])
    fits = (coded[:, rest] == coded[first, rest]).all(axis=1)
    as_first = np.array([(coded[:, k] == coded[first, k]).all(axis=1) for k in own], bool).reshape(len(own), len(coded))
    as_last = np.array([(coded[:, k] == coded[last, k]).all(axis=1) for k in own], bool).reshape(len(own), len(coded))
    rows = np.flatnonzero(fits & (as_first | as_last).all(axis=0))
    found: dict[Taken, list[int]] = {}
    for row in rows.tolist():
        found.setdefault(tuple(as_last[:, row].tolist()), []).append(row)
    return {taken: np.array(own_rows) for taken, own_rows in found.items()}


def write_settings(runs: Runs, change: Change, first: int, last: int) -> tuple[Setting, ...]:
    """Return the parameters of a change with their values as text."""
    axes = [runs.axis(name) for name in change.parameters]
    return tuple(Setting(axis.parameter, _write(axis, first), _write(axis, last)) for axis in axes)


def _write(axis: Axis, row: int) -> str:
    value = axis.values[row]
    if np.isnan(value):
        return axis.absent
    return short(value, 4) if axis.kind == "number" else axis.labels[int(value)] or "empty"
