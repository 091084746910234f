"""From runs as their tracker recorded them to a project."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from ...data.messages import Message
from ...data.plain import flatten_plain, plain_column, plain_value
from ...data.project import IN_ITS_SOURCE, STATES, History, Project, Space, tidy_runs
from ...errors import SourceError
from .cells import NULL, Metric, read_metric, share_of_numbers
from .given import Given
from .records import Reading, Run

HALF = 0.5
"""With a smaller share of numbers than this, what a tracker kept as an outcome is text."""

WHOLE = 2**63
"""Whole numbers below this fit into 64 bits."""


def project_of(
    runs: Iterable[Run],
    given: Given,
    reading: Reading,
    *,
    format: str,
    name: str = "",
    space: Space | None = None,
    history: Iterable[str] = (),
) -> Project:
    """
    Make the Project of the runs that a reader found.

    Parameters
    ----------
    runs
        The runs in the order in which they were started, as far as known.
    given
        The source.
    reading
        Where what was skipped and noted stands.
    format
        The kind of source in words.
    name
        The source's own name; by default that of the file or folder.
    space
        The declared search space.
    history
        Names of the metrics that have values per step, besides the ``curves`` of the runs; the reader's
        ``read_history`` reads them when they are needed.

    Returns
    -------
    Project
        ``runtime`` and ``steps`` are run fields, and metrics too.

    Raises
    ------
    SourceError
        If there are no runs; the message says what was skipped.
    """
    runs = _flatten_runs(runs, reading)
    skipped = [*reading.skipped, *_unreadable_besides(given, reading)]
    if not runs:
        why = f" {len(skipped):,} could not be read, the first: {skipped[0][0]}: {skipped[0][1]}" if skipped else ""
        raise SourceError(f"{given.uri} holds no runs of {format}.{why}".removesuffix(".") + ".")
    index = pd.Index(_make_unique([run.id for run in runs]), dtype="object", name="run_id")
    described: dict[str, list[Any]] = {
        "name": [run.name or None for run in runs],
        "state": [run.state if run.state in STATES else "unknown" for run in runs],
        "created": _parse_times([run.created for run in runs]),
        "runtime": [run.runtime for run in runs],
        "steps": [run.steps for run in runs],
        "tags": [",".join(map(str, run.tags)) or None for run in runs],
    }
    extra = _columns_of([run.fields for run in runs], index)
    fields = {n: pd.Series(v, index=index, name=n) for n, v in described.items() if any(x is not None for x in v)}
    fields |= {n: c for n, c in extra.items() if n not in fields}
    summaries = [_add_clocks(run) for run in runs]
    outcomes = {n: _read_metric(c) for n, c in _columns_of(summaries, index).items()}
    summary = {n: outcome.values for n, outcome in outcomes.items()}
    words = {n: o.words for n, o in outcomes.items() if (o.words != "").any()}
    nan = {
        name: np.array([_is_nan(row.get(name)) for row in summaries], bool)
        for name, column in summary.items()
        if column.dtype.kind == "f" and column.isna().any()
    }
    configs = [run.config for run in runs]
    settings = _columns_of(configs, index, NULL)
    nan_settings = {
        name: np.array([_is_nan(row.get(name)) for row in configs], bool)
        for name, column in settings.items()
        if column.dtype.kind in "fO" and column.isna().any()
    }
    metrics = tuple(dict.fromkeys([*history, *(name for run in runs for name in run.curves)]))
    return Project(
        name=name or given.name,
        source=given.located,
        format=format,
        runs=tidy_runs(pd.DataFrame(fields, index=index), index),
        config=pd.DataFrame({n: _as_setting(c) for n, c in settings.items()}, index),
        summary=pd.DataFrame(summary, index=index),
        history=History(metrics, stamp=IN_ITS_SOURCE) if metrics else History(),
        space=space if space is None else _spell_nulls(space),
        logged_nan=pd.DataFrame({n: m for n, m in nan.items() if m.any()}, index=index),
        nan_settings=pd.DataFrame({n: m for n, m in nan_settings.items() if m.any()}, index=index),
        words=pd.DataFrame({n: [w or None for w in said] for n, said in words.items()}, index=index, dtype="str"),
        notes=tuple(reading.notes),
        skipped=tuple(skipped),
    )


def _spell_nulls(space: Space) -> Space:
    """Return a search space whose nulls are spelled as in the settings."""

    def spell(values: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(NULL if value is None else value for value in values)

    domains = {
        name: replace(
            domain,
            choices=spell(domain.choices),
            condition=None if domain.condition is None else (domain.condition[0], spell(domain.condition[1])),
        )
        for name, domain in space.parameters.items()
    }
    return replace(space, parameters=domains)


def _flatten_runs(runs: Iterable[Run], reading: Reading) -> list[Run]:
    """Return the runs with nothing nested in them; one of which that cannot be said is skipped."""
    found = []
    for run in runs:
        with reading.skip_faulty(str(run.name or run.id)):
            found.append(_flatten_run(run))
    return found


def _flatten_run(run: Run) -> Run:
    """Return a run with nothing nested in it, and of every kind what is expected, whatever its tracker wrote."""
    return Run(
        id=str(plain_value(run.id)),
        name=str(plain_value(run.name) or ""),
        state=run.state if isinstance(run.state, str) else "unknown",
        created=run.created if isinstance(run.created, str | int | float) else None,
        runtime=_as_clock(run.runtime),
        steps=_as_clock(run.steps),
        tags=tuple(str(plain_value(tag)) for tag in run.tags),
        config=flatten_plain(run.config),
        summary={
            name: value if type(value) is float else _as_outcome(value)
            for name, value in flatten_plain(run.summary).items()
        },
        fields=flatten_plain(run.fields),
        curves=run.curves,
    )


def _as_clock(value: Any) -> float | None:
    """Return a number that fits into 64 bits; ``None`` for anything else."""
    return value if isinstance(value, float) or (type(value) is int and abs(value) < WHOLE) else None


def _as_outcome(value: Any) -> Any:
    """Return an outcome; a whole number of more than 64 bits as a float, infinite if it is beyond any."""
    if type(value) is not int or abs(value) < WHOLE:
        return value
    try:
        return float(value)
    except OverflowError:
        return math.copysign(math.inf, value > 0 or -1)


def _unreadable_besides(given: Given, reading: Reading) -> list[tuple[str, Message]]:
    """Return the folders that could not be opened and that the reader did not name itself."""
    skipped_texts = [text for entry in reading.skipped for text in entry]
    return [
        (folder, why)
        for folder, why in dict.fromkeys(given.unreadable)
        if not any(folder in text or (len(text) > 1 and folder.startswith(text)) for text in skipped_texts)
    ]


def _make_unique(ids: list[str]) -> list[str]:
    """Give every run an id of its own: the second ``7`` becomes ``7 (2)``."""
    seen: dict[str, int] = {}
    unique = []
    for name in ids:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return unique


def _parse_times(created: list[str | float | None]) -> list[Any]:
    """Return times in UTC; a number is seconds since 1970, and what is no time is none."""
    times = [_parse_time(t) for t in created]
    odd = [i for i, t in enumerate(times) if isinstance(t, str)]
    parsed = pd.to_datetime([times[i] for i in odd], utc=True, errors="coerce", format="mixed")
    for i, t in zip(odd, parsed, strict=True):
        times[i] = None if t is pd.NaT else t
    return times


def _parse_time(created: str | float | None) -> Any:
    """Return a time in UTC; a text that is no ISO 8601 as it is. One at a time pandas would take milliseconds."""
    if created is None:
        return None
    try:
        if not isinstance(created, str):
            return datetime.fromtimestamp(created, UTC)
        moment = datetime.fromisoformat(created)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return created if isinstance(created, str) else None
    except (OverflowError, OSError):
        return None


def _add_clocks(run: Run) -> Mapping[str, Any]:
    """Return a run's summary with its runtime and its steps, unless it logged metrics of these names itself."""
    clocks = {"runtime": run.runtime, "steps": run.steps}
    return {**run.summary, **{n: v for n, v in clocks.items() if v is not None and n not in run.summary}}


def _columns_of(rows: Sequence[Mapping[str, Any]], index: pd.Index, null: str | None = None) -> dict[str, pd.Series]:
    """
    Return a column for every key that has a value in a row, in the order in which they appear.

    Rows have plain values, and nothing nested in them. A null of a key that is there becomes `null`, which makes no
    column by itself.
    """
    columns: dict[str, list[Any]] = {}
    nulls: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        for key, value in row.items():
            if key not in columns:
                columns[key] = [None] * len(rows)
            columns[key][position] = value
            if value is None and null is not None:
                nulls.setdefault(key, []).append(position)
    for key, positions in nulls.items():
        if any(value is not None for value in columns[key]):
            for position in positions:
                columns[key][position] = null
    return {
        key: plain_column(values, index, key) for key, values in columns.items() if any(v is not None for v in values)
    }


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _as_setting(column: pd.Series) -> pd.Series:
    """Return a column of settings; a NaN is no setting, and counts as missing."""
    if column.dtype != object:
        return column
    return plain_column((None if v != v else v for v in column.tolist()), column.index, str(column.name))


def _read_metric(column: pd.Series) -> Metric:
    """Return a column of outcomes as `read_metric` reads it, if numbers are at least half of it; else as it is."""
    if column.dtype.kind not in "ifb" and share_of_numbers(column) < HALF:
        return Metric(column, np.zeros(len(column), bool), np.full(len(column), "", object))
    return read_metric(column)
