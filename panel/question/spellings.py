"""Values of a setting that differ in upper and lower case, or in spaces and signs between words, alone."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

import pandas as pd

from ..data.plain import plain_column
from ..data.project import Project
from ..data.records import Record

MOST_LEVELS = 1_000
"""Settings with more values than this are not looked at: they are no choice of a few words."""


@dataclass(frozen=True)
class Spellings(Record):
    """
    A setting with several spellings of one value.

    Attributes
    ----------
    parameter
        The setting.
    values
        The spellings of each such value, the most frequent first.
    """

    parameter: str
    values: tuple[tuple[str, ...], ...]


def find_spellings(config: pd.DataFrame) -> tuple[Spellings, ...]:
    """Return the settings that have several spellings of one value."""
    found = []
    for name, column in config.items():
        if column.dtype.kind not in "ifb" and column.nunique() <= MOST_LEVELS:
            groups = _group_levels(column)
            if groups:
                found.append(Spellings(str(name), groups))
    return tuple(found)


def merge_spellings(project: Project, names: Collection[str]) -> Project:
    """Return a project in which each value of these settings has its most frequent spelling alone."""
    merged = {}
    for name in names:
        if name in project.config and project.config[name].dtype.kind not in "ifb":
            column = project.config[name]
            usual = {other: group[0] for group in _group_levels(column) for other in group}
            cells = (None if v != v else usual.get(v, v) if isinstance(v, str) else v for v in column.tolist())
            merged[name] = plain_column(cells, column.index, name)
    return replace(project, config=project.config.assign(**merged)) if merged else project


def _group_levels(column: pd.Series) -> tuple[tuple[str, ...], ...]:
    """Return the texts of a column that are one but for case, spaces and signs between words, at least two together."""
    counts = column[[isinstance(v, str) for v in column]].value_counts()
    groups: dict[str, list[str]] = {}
    for text in map(str, counts.index):
        groups.setdefault(re.sub(r"[\s_-]+", "", text.casefold()) or text, []).append(text)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
