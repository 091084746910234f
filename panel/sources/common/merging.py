"""Several sources as one project: their runs together, a run that stands in two of them once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...data.messages import Count, say
from ...data.project import History, Project, Space, plain_column, tidy_runs
from ...errors import SourceError
from .given import digest

PARTS = ("run", "config", "summary", "nan", "nan settings")
"""What is merged of a run; the last two say where NaN was logged."""

FIELD = "source"
"""The run field that says which source a run came from."""


def merge(projects: Sequence[Project], ids: Sequence[str]) -> Project:
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
        Their ids in the cache, from which their histories are read.

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
    names = short_names([p.source for p in projects])
    runs: dict[str, dict[str, dict[str, Any]]] = {}
    contents: dict[str, str] = {}
    origin, twice = [], 0
    for project, name, project_id in zip(projects, names, ids, strict=True):
        rows = _rows(project, name)
        same = {i: other for i, row in rows.items() if (other := _twin(i, row, runs, contents)) is not None}
        strange = [i for i in rows if i not in same and i in runs]
        prefix = f"{name}:" if strange else ""
        found = {}
        for i, row in rows.items():
            if i in same:
                _complete(runs[same[i]], row)
                twice += 1
            else:
                found[prefix + i] = row
        for i, row in found.items():
            runs[i] = row
            contents.setdefault(_content(row), i)
        if project.history.metrics:
            origin.append(("snapshot", project_id, prefix))
    index = pd.Index(list(runs), dtype="object", name="run_id")
    frames = {part: _frame([row[part] for row in runs.values()], index) for part in PARTS}
    metrics = tuple(dict.fromkeys(m for p in projects for m in p.history.metrics))
    counted_once = say("merging.counted_once", "{runs} in more than one source counted once.", runs=Count(twice, "run"))
    return Project(
        name=" + ".join(names),
        source="\n".join(p.source for p in projects),
        format=" + ".join(dict.fromkeys(p.format for p in projects)),
        runs=tidy_runs(frames["run"], index),
        config=frames["config"],
        summary=frames["summary"],
        history=History(metrics, stamp=digest(ids), origin=tuple(origin)) if metrics else History(),
        space=_space([p.space for p in projects if p.space is not None]),
        logged_nan=frames["nan"].eq(True),
        nan_settings=frames["nan settings"].eq(True),
        notes=(
            *([counted_once] if twice else []),
            *(
                say("merging.note_of_source", "{source}: {note}", source=name, note=note)
                for p, name in zip(projects, names, strict=True)
                for note in p.notes
            ),
        ),
        skipped=tuple(entry for p in projects for entry in p.skipped),
    )


def short_names(sources: Sequence[str]) -> list[str]:
    """Return a name for each source: the last part of its path, with as many before it as tell them apart."""
    parts = [source.replace("\\", "/").rstrip("/").split("/") for source in sources]
    for depth in range(1, max(map(len, parts)) + 1):
        names = ["/".join(p[-depth:]) for p in parts]
        if len(set(names)) == len(names):
            return names
    return [f"{Path(s).name} ({i})" for i, s in enumerate(sources, 1)]


def _rows(project: Project, name: str) -> dict[str, dict[str, dict[str, Any]]]:
    frames = (project.runs, project.config, project.summary, project.logged_nan, project.nan_settings)
    parts = dict(zip(PARTS, frames, strict=True))
    values = {part: (list(frame), [frame[c].tolist() for c in frame]) for part, frame in parts.items()}
    rows = {}
    for position, run_id in enumerate(project.runs.index):
        row = {
            part: {c: v[position] for c, v in zip(columns, lists, strict=True) if _is_there(v[position])}
            for part, (columns, lists) in values.items()
        }
        row["run"][FIELD] = name
        rows[run_id] = row
    return rows


def _is_there(value: Any) -> bool:
    return value is not None and value is not pd.NaT and value == value and value is not np.False_


def _twin(i: str, row: dict[str, Any], runs: dict[str, Any], contents: dict[str, str]) -> str | None:
    """Return the id of the run that is this one in an earlier source, or ``None``."""
    other = runs.get(i)
    if other is not None and _agree(other, row):
        return i
    return contents.get(_content(row))


def _agree(a: dict[str, Any], b: dict[str, Any]) -> bool:
    shared = [(part, c) for part in ("config", "summary") for c in a[part].keys() & b[part].keys()]
    times = [str(row["run"]["created"]) for row in (a, b) if "created" in row["run"]]
    told = any(part == "summary" for part, _ in shared) or len(times) == 2  # equal settings alone prove nothing
    return told and len(set(times)) < 2 and all(a[part][c] == b[part][c] for part, c in shared)


def _content(row: dict[str, Any]) -> str:
    parts = [sorted(row["config"].items()), sorted(row["summary"].items()), row["run"].get("created")]
    return repr(parts) if row["summary"] else repr([parts, id(row)])


def _complete(run: dict[str, Any], row: dict[str, Any]) -> None:
    both = dict.fromkeys([*run["run"][FIELD].split(", "), row["run"][FIELD]])
    for part in run:
        run[part] = {**row[part], **run[part]}
    run["run"][FIELD] = ", ".join(both)


def _frame(rows: list[dict[str, Any]], index: pd.Index) -> pd.DataFrame:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {}
    for name in names:
        cells = [row.get(name) for row in rows]
        times = any(isinstance(c, pd.Timestamp) for c in cells)
        columns[name] = pd.Series(cells, index=index, name=name) if times else plain_column(cells, index, name)
    return pd.DataFrame(columns, index=index)


def _space(spaces: list[Space]) -> Space | None:
    """Return what the search spaces declare together; a parameter as the first declares it."""
    if not spaces:
        return None
    first = spaces[0]
    for other in spaces[1:]:
        if other.metric == first.metric and None not in (other.goal, first.goal) and other.goal != first.goal:
            raise SourceError(
                f"One source is to {first.goal} {first.metric!r} and another to {other.goal} it; open them one by one."
            )
    parameters = {name: domain for space in reversed(spaces) for name, domain in space.parameters.items()}
    methods = {space.method for space in spaces}
    return Space(first.metric, first.goal, methods.pop() if len(methods) == 1 else "", parameters)
