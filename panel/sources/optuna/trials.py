"""What Optuna records of studies and trials, however it stored them; and trials as runs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from ...data.messages import Message
from ...data.plain import flatten
from ...data.records import Json
from ...errors import SourceError
from ..common.given import digest
from ..common.records import Run
from .space import is_number, parse_distribution

STATES = {
    "COMPLETE": "finished",
    "PRUNED": "pruned",
    "FAIL": "failed",
    "RUNNING": "running",
    "WAITING": "running",
}
UNFINISHED = ("RUNNING", "WAITING")
"""States that a trial can leave; in any other it never changes again."""

CONSTRAINTS = "constraints"
ENQUEUED = "fixed_params"
"""The settings that a trial was put into the queue with."""

METRIC_NAMES = "study:metric_names"


@dataclass
class Study:
    """
    A study as its storage holds it.

    Attributes
    ----------
    key
        Its number in the storage.
    name
        Its name, unique in the storage.
    directions
        ``minimize``, ``maximize`` or empty, for every objective.
    metric_names
        What the user called the objectives; empty if nothing.
    trials
        How many trials it has.
    """

    key: int
    name: str
    directions: tuple[str, ...] = ("",)
    metric_names: tuple[str, ...] = ()
    trials: int = 0

    @property
    def objectives(self) -> tuple[str, ...]:
        """Names of the objectives, as in Optuna's own table of trials."""
        if len(self.metric_names) == len(self.directions):
            return self.metric_names
        if len(self.directions) == 1:
            return ("value",)
        return tuple(f"values_{i}" for i in range(len(self.directions)))

    @property
    def goals(self) -> dict[str, str]:
        """``minimize``, ``maximize`` or empty, by objective."""
        return dict(zip(self.objectives, self.directions, strict=True))

    @property
    def reported(self) -> str:
        """Name of the metric of the values that trials report at their steps."""
        return self.objectives[0] if len(self.objectives) == 1 else "intermediate_value"

    @property
    def stamp(self) -> str:
        """A text that changes if its runs have to be made anew, though no trial has changed."""
        return digest([self.name, *self.objectives])


@dataclass
class Trial:
    """
    A trial as its storage holds it.

    Attributes
    ----------
    key
        Its number in the storage.
    number
        Its number in the study.
    state
        In Optuna's words.
    start, complete
        Its times, as text.
    params
        By name, the stored number and the text of the distribution.
    values
        By objective.
    steps
        The values that it reported, by step; of a database the last one alone.
    user
        What the user noted of it, by name.
    system
        The attributes that Optuna noted of it and that are read (see `describes_run`), by name.
    """

    key: int
    number: int
    state: str
    start: str | None = None
    complete: str | None = None
    params: dict[str, tuple[float | None, str]] = field(default_factory=dict)
    values: dict[int, float] = field(default_factory=dict)
    steps: dict[int, float] = field(default_factory=dict)
    user: Json = field(default_factory=dict)
    system: Json = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """A text that changes whenever the trial can have; empty while it can still change."""
        return "" if self.state in UNFINISHED else f"{self.state} {self.start} {self.complete}"


class Storage(Protocol):
    """Where Optuna keeps studies: a database or a journal, already open."""

    @property
    def studies(self) -> list[Study]:
        """All studies, in the order in which they were made."""

    @property
    def zoneless(self) -> bool:
        """Whether its times are those of the clock on the wall."""

    @property
    def torn(self) -> Message:
        """What of it cannot be read; empty if all can."""

    def trials(self, study: Study) -> list[Trial]:
        """Return the trials of a study in the order in which they were made, perhaps with states and times alone."""

    def complete(self, study: Study, trials: Sequence[Trial]) -> None:
        """Complete some of the trials that `trials` returned."""

    def distributions(self, study: Study) -> Iterable[tuple[str, str]]:
        """Return the name and the distribution, as text, of every parameter; several for one whose range changed."""

    def attributes(self, study: Study) -> Iterable[str]:
        """Return the keys of system attributes of the study and its trials; samplers are known by them."""

    def reported_values(self, study: Study) -> Iterable[tuple[int, int, float | None]]:
        """Return all values that trials reported: the trial's key, the step, the value."""


def run_ids(trials: Iterable[Trial]) -> dict[int, str]:
    """Return the run id of every trial, by its key: its number, and its key too where a number stands twice."""
    taken: set[int] = set()
    found = {}
    for trial in trials:
        found[trial.key] = f"{trial.number} ({trial.key})" if trial.number in taken else str(trial.number)
        taken.add(trial.number)
    return found


def run_of(trial: Trial, study: Study, run_id: str) -> Run:
    """
    Return a trial as a run.

    Its metrics are the objectives, the constraints and whatever numbers the user noted, but for copies of parameters.
    A trial that was pruned, failed or still runs has no objective of its own: there the value that it reported last
    counts, as Optuna itself takes it for pruned trials. The settings of one that waits are those it was put into the
    queue with.

    Raises
    ------
    SourceError
        If the value of a parameter cannot be told.
    """
    queued = trial.system.get(ENQUEUED)
    config = dict(queued) if trial.state == "WAITING" and isinstance(queued, dict) else {}
    for name, (stored, text) in trial.params.items():
        try:
            if stored is not None and not math.isnan(stored):
                config[name] = parse_distribution(text).value(stored)
        except (SourceError, TypeError) as error:
            raise SourceError(f"parameter {name!r}: {error}") from error
    strange = [v for v in (*trial.values.values(), *trial.steps.values()) if not is_number(v)]
    if strange:
        raise SourceError(f"value {strange[0]!r} is no number")
    summary: Json = {name: trial.values[i] for i, name in enumerate(study.objectives) if i in trial.values}
    last = max(trial.steps, default=None)
    if last is not None and study.reported not in summary and trial.state != "COMPLETE":
        summary[study.reported] = trial.steps[last]
    summary |= {name: value for name, value in _constraints(trial.system).items() if is_number(value)}
    constraints: list[Any] = [value for value in _constraints(trial.system).values() if is_number(value)]
    fields: Json = {"feasible": all(value <= 0 for value in constraints)} if constraints else {}
    for name, value in flatten(trial.user).items():
        if is_number(value) and name not in summary and name not in config:
            summary[name] = value
        else:
            fields[f"user.{name}"] = value
    start, complete = _moment(trial.start), _moment(trial.complete)
    return Run(
        id=run_id,
        name=f"Trial {run_id}",
        state=STATES.get(trial.state, "unknown"),
        created=start.isoformat() if start else None,
        runtime=(complete - start).total_seconds() if start and complete else None,
        steps=last,
        config=config,
        summary=summary,
        fields=fields,
    )


def describes_run(name: str) -> bool:
    """Say whether a system attribute of a trial tells something about its run."""
    return name == ENQUEUED or name.startswith(CONSTRAINTS)


def _constraints(system: Mapping[str, object]) -> dict[str, object]:
    """Return the constraints, positive where violated: all in one list before release 5, one a key since."""
    old = system.get(CONSTRAINTS)
    found = {f"{CONSTRAINTS}.{i}": value for i, value in enumerate(old)} if isinstance(old, list) else {}
    start = f"{CONSTRAINTS}:"
    return found | {name.replace(":", ".", 1): value for name, value in system.items() if name.startswith(start)}


def _moment(text: str | None) -> datetime | None:
    """Return a time; one without an offset counts as UTC, which Optuna writes since release 5."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def stored_number(value: float | None, kind: str = "") -> float:
    """Return a value that is stored beside the name of its kind, as databases cannot hold infinity and NaN."""
    if kind == "INF_POS":
        return math.inf
    if kind == "INF_NEG":
        return -math.inf
    return math.nan if value is None else value
