"""Several sources as one project: their runs together, a run that stands in two of them once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...data.messages import Count, Message, say
from ...data.plain import plain_column
from ...data.project import Goal, History, Project, Space, tidy_runs
from ...errors import SourceError
from .given import digest

ALL = "*"
"""The part of a source that is all its studies or experiments together."""

FIELD = "source"
"""The run field that says which source a run came from."""

Cells = dict[str, Any]
"""Values of one run by their columns; those that are missing are not there."""


@dataclass
class Row:
    """What is merged of one run; ``logged_nan`` and ``nan_settings`` say where NaN was logged, ``words`` what else."""

    runs: Cells
    config: Cells
    summary: Cells
    logged_nan: Cells
    nan_settings: Cells
    words: Cells

    def complete(self, other: Row) -> None:
        """Add what another source knows of the same run, and that it was there."""
        sources = dict.fromkeys([*self.runs[FIELD].split(", "), other.runs[FIELD]])
        for part in FRAMES:
            setattr(self, part, {**getattr(other, part), **getattr(self, part)})
        self.runs[FIELD] = ", ".join(sources)

    @property
    def content(self) -> str:
        """A text that is equal for rows with the same settings, metrics and time; without metrics for no other row."""
        parts = [sorted(self.config.items()), sorted(self.summary.items()), self.runs.get("created")]
        return repr(parts) if self.summary else repr([parts, id(self)])


FRAMES = tuple(f.name for f in fields(Row))
"""The frames of a project that are merged."""


def merge(
    projects: Sequence[Project], ids: Sequence[str], parts: Sequence[str] = (), reader: str = "snapshot"
) -> Project:
    """
    Put the runs of several projects into one.

    Two runs of different sources are one if they have the same id, or were created at the same time or have no time,
    and no value of theirs contradicts the other's; without a common id all their settings and metrics must be equal.
    What one of them lacks is taken from the other.

    Parameters
    ----------
    projects
        At least two, from different sources.
    ids
        Their ids in the cache, from which their histories are read; of parts their addresses.
    parts
        What they are called, if they are the parts of one source: then no run stands in two of them.
    reader
        The ``NAME`` of what reads the histories.

    Returns
    -------
    Project
        With the run field ``source``. Where two different runs have the same id, the ids of the later source get its
        name in front.

    Raises
    ------
    SourceError
        If two of the search spaces declare different goals for one metric.
    """
    names = list(parts) or shorten_names([p.source for p in projects])
    runs: dict[str, Row] = {}
    contents: dict[str, str] = {}
    origin, twice = [], 0
    for project, name, project_id in zip(projects, names, ids, strict=True):
        rows = _rows_of(project, name)
        twins = {i: _find_twin(i, row, runs, contents) for i, row in rows.items()} if not parts else {}
        same = {i: other for i, other in twins.items() if other is not None}
        strange = [i for i in rows if i not in same and i in runs]
        prefix = f"{name}:" if strange else ""
        added = {}
        for i, row in rows.items():
            if i in same:
                runs[same[i]].complete(row)
                twice += 1
            else:
                added[prefix + i] = row
        for i, row in added.items():
            runs[i] = row
            contents.setdefault(row.content, i)
        if project.history.metrics:
            origin.append((reader, project_id, prefix))
    index = pd.Index(list(runs), dtype="object", name="run_id")
    frames = {part: _frame_of([getattr(row, part) for row in runs.values()], index) for part in FRAMES}
    metrics = tuple(dict.fromkeys(m for p in projects for m in p.history.metrics))
    counted_once = say("merging.counted_once", "{runs} in more than one source counted once.", runs=Count(twice, "run"))
    return Project(
        name=" + ".join(names),
        source="\n".join(p.source for p in projects),
        format=" + ".join(dict.fromkeys(p.format for p in projects)),
        runs=tidy_runs(frames["runs"], index),
        config=frames["config"],
        summary=frames["summary"],
        history=History(metrics, stamp=digest(ids), origin=tuple(origin)) if metrics else History(),
        space=_merge_spaces([p.space for p in projects if p.space is not None]),
        logged_nan=frames["logged_nan"].eq(True),
        nan_settings=frames["nan_settings"].eq(True),
        words=frames["words"],
        notes=(
            *(note for p, name in zip(projects, names, strict=True) for note in _tell_unread_parts(p, name)),
            *([counted_once] if twice else []),
            *(
                say("merging.note_of_source", "{source}: {note}", source=name, note=note)
                for p, name in zip(projects, names, strict=True)
                for note in p.notes
            ),
        ),
        skipped=tuple(entry for p in projects for entry in p.skipped),
    )


def _tell_unread_parts(project: Project, name: str) -> list[Message]:
    """Say that a source has more studies or experiments than the one that was read."""
    where, _, part = project.source.partition("#")
    if len(project.parts) < 2 or part == ALL:
        return []
    return [
        say(
            "merging.one_part",
            "Of {source} only {part} was read, one of {count}. All of them: {all}.",
            source=name.partition("#")[0],
            part=repr(part),
            count=len(project.parts),
            all=f"{where}#{ALL}",
        )
    ]


def shorten_names(sources: Sequence[str]) -> list[str]:
    """Return a name for each source: the last part of its path, with as many before it as tell them apart."""
    parts = [source.replace("\\", "/").rstrip("/").split("/") for source in sources]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(p[-depth:]) for p in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{Path(s).name} ({i})" for i, s in enumerate(sources, 1)]


def _rows_of(project: Project, name: str) -> dict[str, Row]:
    frames = [getattr(project, part) for part in FRAMES]
    columns = [[(str(name), frame[name].tolist()) for name in frame] for frame in frames]
    rows = {}
    for position, run_id in enumerate(project.runs.index):
        row = Row(*({c: v[position] for c, v in part if _is_present(v[position])} for part in columns))
        row.runs[FIELD] = name
        rows[run_id] = row
    return rows


def _is_present(value: Any) -> bool:
    return value is not None and value is not pd.NaT and value == value and value is not np.False_


def _find_twin(i: str, row: Row, runs: Mapping[str, Row], contents: Mapping[str, str]) -> str | None:
    """Return the id of the run that is this one in an earlier source, or ``None``."""
    other = runs.get(i)
    if other is not None and _agree(other, row):
        return i
    return contents.get(row.content)


def _agree(a: Row, b: Row) -> bool:
    """Say whether two rows of one id are one run: no value contradicts, and metrics or times say so too."""
    metrics = a.summary.keys() & b.summary.keys()
    times = [str(row.runs["created"]) for row in (a, b) if "created" in row.runs]
    comparable = bool(metrics) or len(times) == 2  # equal settings alone prove nothing
    return (
        comparable
        and len(set(times)) < 2
        and all(a.config[c] == b.config[c] for c in a.config.keys() & b.config.keys())
        and all(a.summary[c] == b.summary[c] for c in metrics)
    )


def _frame_of(rows: list[Cells], index: pd.Index) -> pd.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {}
    for name in names:
        cells = [row.get(name) for row in rows]
        times = any(isinstance(c, pd.Timestamp) for c in cells)
        columns[name] = pd.Series(cells, index=index, name=name) if times else plain_column(cells, index, name)
    return pd.DataFrame(columns, index=index)


def _merge_spaces(spaces: list[Space]) -> Space | None:
    """Return what the search spaces declare together; a parameter as the first declares it."""
    if not spaces:
        return None
    first = spaces[0]
    goals: dict[str, Goal] = {}
    for space in spaces:
        for metric in (space.metric, *space.goals):
            goal = space.find_goal(metric)
            if goal is not None and goals.setdefault(metric, goal) != goal:
                raise SourceError(
                    f"One source is to {goals[metric]} {metric!r} and another to {goal} it; open them one by one."
                )
    parameters = {name: domain for space in reversed(spaces) for name, domain in space.parameters.items()}
    methods = {space.method for space in spaces}
    stops = next((space.stops for space in spaces if space.stops), "")
    goal = goals.pop(first.metric, None)
    return Space(first.metric, goal, methods.pop() if len(methods) == 1 else "", parameters, goals, stops)
