"""Several runs as one: by equal settings but seeds, or by a field."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..data.levels import find_levels
from ..data.messages import Message, as_message, say
from ..data.project import Project
from .conditions import find_column
from .parameters import Parameter
from .selection import REPLICATES


@dataclass(frozen=True)
class Groups:
    """
    Runs in groups.

    Attributes
    ----------
    number
        Number of the group of every run, from 0; -1 for a run in no group.
    count
        How many groups there are.
    words
        What the runs are grouped by, in words.
    """

    number: np.ndarray
    count: int
    words: Message

    @property
    def first(self) -> np.ndarray:
        """Positions of each group's first run, shape (n_groups,)."""
        inside = np.flatnonzero(self.number >= 0)
        return inside[np.unique(self.number[inside], return_index=True)[1]]


def group_runs(project: Project, config: pd.DataFrame, parameters: tuple[Parameter, ...], by: str) -> Groups:
    """
    Put runs into groups.

    Parameters
    ----------
    project
        The project.
    config
        The settings of the runs to be grouped, a part of the project's.
    parameters
        What is known of the settings.
    by
        ``replicates`` for runs whose settings are equal but for seeds (what is ignored does not count either), or a
        column as `Project.filterable` names it. A run without a value there is in no group.

    Returns
    -------
    Groups
        Numbered in the order of their first runs.

    Raises
    ------
    QuestionError
        If there is no such column.
    """
    if by == REPLICATES:
        names = [p.name for p in parameters if p.modelled]
        codes = [find_levels(config[name]).codes for name in names]
        table = np.column_stack(codes) if codes else np.zeros((len(config), 1), int)
        words = say("grouping.replicates", "equal settings but seeds")
        return _number_groups(pd.MultiIndex.from_arrays(table.T).factorize()[0], words)
    column = project.column(find_column(by, project.filterable(), "Group by"))[config.index]
    values = find_levels(column.astype("str").where(column.notna(), None))
    return _number_groups(values.codes, as_message(str(column.name)))


def _number_groups(codes: np.ndarray, words: Message) -> Groups:
    known = codes[codes >= 0]
    order = pd.unique(known)
    place = np.full(int(known.max()) + 1 if len(known) else 0, -1)
    place[order] = np.arange(len(order))
    number = np.where(codes >= 0, place[np.maximum(codes, 0)] if len(place) else -1, -1)
    return Groups(number, len(order), words)


def find_common_settings(groups: Groups, config: pd.DataFrame) -> tuple[pd.DataFrame, set[str]]:
    """
    Return the settings that the runs of each group have in common.

    Parameters
    ----------
    groups
        The groups of the runs.
    config
        The settings of the same runs.

    Returns
    -------
    pd.DataFrame
        One row a group, indexed by its first run.
    set of str
        The parameters that differ within a group; what stands in the frame for them means nothing.
    """
    inside, first = groups.number >= 0, groups.first
    differing = set()
    for name in config:
        codes = find_levels(config[name]).codes
        if (codes[inside] != codes[first][groups.number[inside]]).any():
            differing.add(str(name))
    return config.iloc[first], differing


def average_groups(groups: Groups, values: np.ndarray) -> np.ndarray:
    """Return the mean of the values in each group, shape (n_groups,); values of runs in no group do not count."""
    inside = groups.number >= 0
    sums = np.bincount(groups.number[inside], weights=values[inside], minlength=groups.count)
    return sums / np.bincount(groups.number[inside], minlength=groups.count)
