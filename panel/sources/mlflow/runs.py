"""What MLflow's database, folder and server have in common: experiments, runs as they were logged, values per step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ...data.messages import Count, Form, say
from ...data.project import HISTORY_COLUMNS
from ..common.cells import NAN, parse_cell
from ..common.records import Reading, Run

STATES = {
    "FINISHED": "finished",
    "FAILED": "failed",
    "KILLED": "killed",
    "RUNNING": "running",
    "SCHEDULED": "running",
}

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

INFINITE = 1.797e308
"""MLflow's databases hold infinity as the largest number that there is."""

Line = tuple[str, float, str, float, float]
"""One value of a history: run, step, metric, value, and when it was logged."""


@dataclass(frozen=True)
class Experiment:
    """An experiment that was not deleted: its id, its name, and how many runs of it are to be seen."""

    id: str
    name: str
    runs: int


@dataclass
class Logged:
    """A run as MLflow holds it: times in milliseconds, settings and tags as text, the last value of every metric."""

    id: str
    name: str = ""
    status: str = ""
    start: Any = None
    end: Any = None
    user: str = ""
    source: str = ""
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    steps: float = 0


class Store(Protocol):
    """
    Where MLflow keeps its runs: one module a kind of store.

    Its functions take first where the store is: the path of a database or folder, or the address of a server.
    """

    def recognises(self, where: Any, /) -> bool:
        """Say whether such a store is there."""

    def list_experiments(self, where: Any, /) -> list[Experiment]:
        """Return the experiments that have runs, without those that were deleted."""

    def stamp(self, where: Any, /) -> str:
        """Return a text that changes whenever something in the store does."""

    def read_runs(self, where: Any, experiment: Experiment, reading: Reading, /) -> list[Run]:
        """Return the runs of an experiment in the order in which they were started."""

    def read_history(self, where: Any, experiment: Experiment, /) -> pd.DataFrame:
        """Return the values per step of an experiment's runs."""


def metric_value(value: Any, is_nan: Any = False) -> float:
    """Return a metric's value as MLflow spells it; what is no number is NaN."""
    try:
        value = math.nan if is_nan else float(value)
    except (TypeError, ValueError):
        return math.nan
    return math.copysign(math.inf, value) if abs(value) >= INFINITE else value


@lru_cache(maxsize=4096)
def _setting(text: str) -> Any:
    value = parse_cell(text)
    return None if isinstance(value, str) and value == NAN else value


def run_of(logged: Logged) -> Run:
    """Return the record of a run."""
    tags = logged.tags
    described = {
        "user": tags.get("mlflow.user") or logged.user,
        "source": tags.get("mlflow.source.name") or logged.source,
        "notes": tags.get("mlflow.note.content"),
        "parent": tags.get("mlflow.parentRunId"),
    }
    start, end = (_milliseconds(t) for t in (logged.start, logged.end))
    return Run(
        id=logged.id,
        name=logged.name or tags.get("mlflow.runName", ""),
        state=STATES.get(logged.status, "unknown"),
        created=_moment(start),
        runtime=None if start is None or end is None or end < start else (end - start) / 1000,
        steps=logged.steps or None,  # a value that is logged without a step has step 0
        config={name: value for name, text in logged.params.items() if (value := _setting(text)) is not None},
        summary=logged.metrics,
        fields={name: text for name, text in described.items() if text}
        | {f"tags.{name}": text for name, text in tags.items() if not name.startswith("mlflow.")},
    )


def _milliseconds(time: Any) -> float | None:
    try:
        milliseconds = float(time)
    except (TypeError, ValueError):
        return None
    return milliseconds if math.isfinite(milliseconds) and milliseconds else None


def _moment(time: float | None) -> str | None:
    """Return a time as ISO 8601 text, to the millisecond."""
    try:
        return None if time is None else (EPOCH + timedelta(milliseconds=time)).isoformat()
    except OverflowError:
        return None


def label_experiments(experiments: Sequence[Experiment]) -> dict[str, Experiment]:
    """
    Return experiments by the name that they can be asked for by, that with most runs first.

    That is the experiment's own name, unless another has it too, or it cannot stand behind a ``#``.
    """
    ranked = sorted(experiments, key=lambda e: -e.runs)
    names = [e.name for e in ranked]
    plain = {e.id: e.name for e in ranked if e.name and names.count(e.name) == 1 and "#" not in e.name}
    return {plain.get(e.id, f"{e.name.replace('#', ' ')} ({e.id})".strip()): e for e in ranked}


def note_deleted(reading: Reading, count: int, more: bool = False) -> None:
    """Tell the user how many deleted runs were left out, and that there may be more."""
    if count and more:
        runs = Form(count, "run", "runs")
        reading.notes.append(
            say("mlflow.deleted_and_more", "{count} or more deleted {runs} left out.", count=count, runs=runs)
        )
    elif count:
        reading.notes.append(say("mlflow.deleted", "{runs} left out.", runs=Count(count, "deleted run")))


def history_of(lines: Sequence[Line]) -> pd.DataFrame:
    """
    Return values per step as a frame.

    Values that were all logged without a step, as MLflow allows, are numbered as they came; of several values at one
    step the last counts.
    """
    frame = pd.DataFrame(lines, columns=[*HISTORY_COLUMNS, "time"])
    frame = frame.astype({"run_id": "str", "metric": "str"})
    for name in ("step", "value", "time"):
        frame[name] = pd.to_numeric(frame[name], errors="coerce").astype("float64")
    infinite = frame["value"].abs() >= INFINITE
    frame["value"] = frame["value"].where(~infinite, np.copysign(np.inf, frame["value"]))
    frame = frame.sort_values(["run_id", "metric", "step", "time"], kind="stable", ignore_index=True)
    of_one = frame.groupby(["run_id", "metric"], sort=False)
    without = (of_one["step"].transform("max") == 0) & (of_one["step"].transform("min") == 0)
    frame["step"] = np.where(without, of_one.cumcount(), frame["step"])
    kept = frame.drop_duplicates(["run_id", "metric", "step"], keep="last")
    return kept[list(HISTORY_COLUMNS)].reset_index(drop=True)


def text_of(mapping: Mapping[str, Any], name: str) -> str:
    """Return a field of a run as text; the empty text if it is missing or nothing simple."""
    value = mapping.get(name)
    return str(value) if isinstance(value, str | int | float) else ""
