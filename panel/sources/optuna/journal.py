"""Optuna's journal files: one JSON object a line, one operation each, replayed as Optuna does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

from ...data.messages import NOTHING, Count, Form, Message, say
from ...data.records import Json
from ...errors import SourceError
from ..common.given import stamp_of
from .space import Distribution, parse_distribution
from .trials import METRIC_NAMES, UNFINISHED, Study, Trial, describes_run

FIRST = 65_536
"""The first line is sought in so many bytes."""

DIRECTIONS = dict(enumerate(("", "minimize", "maximize")))
TRIAL_STATES = dict(enumerate(("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")))


class Operation(TypedDict, total=False):
    """
    One line of a journal: what was done, and with what. Each kind of operation has a few of these entries.

    Optuna writes distributions as JSON text, and the values that are drawn from them as numbers.
    """

    op_code: int
    study_id: int
    study_name: str
    directions: list[int]
    trial_id: int
    state: int
    datetime_start: str | None
    datetime_complete: str | None
    value: float | None
    values: list[float] | None
    intermediate_values: dict[str, float]
    params: dict[str, float]
    distributions: dict[str, str]
    user_attrs: Json
    system_attrs: Json
    param_name: str
    param_value_internal: float | None
    distribution: str
    step: int
    intermediate_value: float
    user_attr: Json
    system_attr: Json


def is_journal(path: Path) -> bool:
    """Say whether a file begins with an operation of a journal."""
    try:
        with path.open("rb") as file:
            line = file.readline(FIRST)
        return line.startswith(b"{") and "op_code" in json.loads(line)
    except (OSError, ValueError, RecursionError):
        return False


@lru_cache(maxsize=1)
def _replay(path: Path, stamp: str) -> Journal:
    return Journal(path)


def open_journal(path: Path) -> Journal:
    """Return a journal, replayed to its end; `SourceError` if it cannot be read."""
    return _replay(path, stamp_of(path))


def forget_journal() -> None:
    """Let go of the journal that was opened last."""
    _replay.cache_clear()


class Journal:
    """A journal that was replayed; see `trials.Storage`."""

    def __init__(self, path: Path):
        self.zoneless = False
        self._studies: dict[int, Study] = {}
        self._made = 0
        self._trials: list[Trial] = []
        self._study_of: list[int] = []
        self._of_study: dict[int, list[Trial]] = {}
        self._keys: dict[int, dict[str, None]] = {}
        self._drawn: dict[int, dict[tuple[str, str], None]] = {}
        self._first: dict[int, dict[str, Distribution]] = {}
        self._unread: list[int] = []
        operations = {
            0: self._create_study,
            1: self._delete_study,
            2: self._ignore,
            3: self._set_study_attributes,
            4: self._create_trial,
            5: self._set_param,
            6: self._set_state,
            7: self._report_step,
            8: self._set_user_attributes,
            9: self._set_system_attributes,
            10: self._ignore,
        }
        try:
            with path.open(encoding="utf-8", errors="replace", newline="\n") as lines:
                for position, line in enumerate(lines, 1):
                    try:
                        log = json.loads(line)
                        operations[log["op_code"]](log)
                    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, SourceError):
                        if line.endswith("\n"):
                            self._unread.append(position)
        except OSError as error:
            raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error

    @property
    def studies(self) -> list[Study]:
        """All studies, in the order in which they were made."""
        return list(self._studies.values())

    @property
    def torn(self) -> Message:
        """How many lines are no operations, but for a last one that is still being written."""
        n = len(self._unread)
        if not n:
            return NOTHING
        return say(
            "optuna.torn_journal",
            "{lines} {are} no operation of a journal; the first is line {first}",
            lines=Count(n, "line"),
            are=Form(n, "is", "are"),
            first=self._unread[0],
        )

    def trials(self, study: Study) -> list[Trial]:
        """Return the trials of a study in the order in which they were made."""
        return self._of_study.get(study.key, [])

    def complete(self, study: Study, trials: Sequence[Trial]) -> None:
        """Do nothing: the trials are complete."""

    def distributions(self, study: Study) -> Iterable[tuple[str, str]]:
        """Return the name and the distribution of every parameter in the order in which they were first drawn."""
        return self._drawn.get(study.key, {})

    def attributes(self, study: Study) -> Iterable[str]:
        """Return the keys of system attributes of the study and its trials."""
        return self._keys.get(study.key, {})

    def reported_values(self, study: Study) -> Iterator[tuple[int, int, float | None]]:
        """Give all values that trials reported: the trial's key, the step, the value."""
        for trial in self.trials(study):
            for step in sorted(trial.steps):
                yield trial.key, step, trial.steps[step]

    def _ignore(self, log: Operation) -> None:
        pass

    def _create_study(self, log: Operation) -> None:
        name, directions = str(log["study_name"]), tuple(DIRECTIONS[d] for d in log["directions"])
        if any(study.name == name for study in self._studies.values()):
            return
        key, self._made = self._made, self._made + 1
        self._studies[key] = Study(key, name, directions or ("",))
        self._of_study[key], self._keys[key], self._drawn[key], self._first[key] = [], {}, {}, {}

    def _delete_study(self, log: Operation) -> None:
        self._studies.pop(log["study_id"], None)

    def _set_study_attributes(self, log: Operation) -> None:
        study = self._studies.get(log["study_id"])
        for name, value in log["system_attr"].items():
            if study is not None:
                self._keys[study.key][name] = None
                if name == METRIC_NAMES and isinstance(value, list):
                    study.metric_names = tuple(map(str, value))

    def _create_trial(self, log: Operation) -> None:
        study = self._studies.get(log["study_id"])
        if study is None:
            return
        values = log.get("values") or [v for v in [log.get("value")] if v is not None]
        trial = Trial(
            len(self._trials),
            len(self._of_study[study.key]),
            TRIAL_STATES[log.get("state", 0)],
            self._time(log["datetime_start"]),
            self._time(log.get("datetime_complete")),
            values=dict(enumerate(values)),
            steps={int(step): value for step, value in log.get("intermediate_values", {}).items()},
            user=dict(log.get("user_attrs", {})),
        )
        self._trials.append(trial)
        self._study_of.append(study.key)
        self._of_study[study.key].append(trial)
        study.trials += 1
        for name, stored in log.get("params", {}).items():
            self._draw(trial, name, stored, log["distributions"][name])
        for name, value in log.get("system_attrs", {}).items():
            self._mark(trial, name, value)

    def _set_param(self, log: Operation) -> None:
        trial = self._open_trial(log)
        name, text = log["param_name"], log["distribution"]
        if trial is None:
            return
        drawn = parse_distribution(text)
        first = self._first[self._study_of[trial.key]].setdefault(name, drawn)
        if first is drawn or (first.kind, first.log, first.choices) == (drawn.kind, drawn.log, drawn.choices):
            self._draw(trial, name, log["param_value_internal"], text)

    def _draw(self, trial: Trial, name: str, stored: float | None, text: str) -> None:
        trial.params[name] = (None if stored is None else float(stored), text)
        self._drawn[self._study_of[trial.key]][name, text] = None
        self._first[self._study_of[trial.key]].setdefault(name, parse_distribution(text))

    def _set_state(self, log: Operation) -> None:
        trial = self._open_trial(log)
        state = TRIAL_STATES[log["state"]]
        if trial is None or state == trial.state == "RUNNING":
            return
        if state == "RUNNING":
            trial.start = self._time(log["datetime_start"])
        elif state not in UNFINISHED:
            trial.complete = self._time(log["datetime_complete"])
        trial.state = state
        if log["values"] is not None:
            trial.values = dict(enumerate(log["values"]))

    def _report_step(self, log: Operation) -> None:
        trial = self._open_trial(log)
        if trial is not None:
            trial.steps[int(log["step"])] = float(log["intermediate_value"])

    def _set_user_attributes(self, log: Operation) -> None:
        trial = self._open_trial(log)
        if trial is not None:
            trial.user |= log["user_attr"]

    def _set_system_attributes(self, log: Operation) -> None:
        trial = self._open_trial(log)
        for name, value in log["system_attr"].items():
            if trial is not None:
                self._mark(trial, name, value)

    def _mark(self, trial: Trial, name: str, value: Any) -> None:
        self._keys[self._study_of[trial.key]][name] = None
        if describes_run(name):
            trial.system[name] = value

    def _open_trial(self, log: Operation) -> Trial | None:
        """Return the trial that an operation is about, if it is there and not finished."""
        key = log["trial_id"]
        trial = self._trials[key] if 0 <= key < len(self._trials) else None
        return trial if trial is not None and trial.state in UNFINISHED else None

    def _time(self, text: str | None) -> str | None:
        """Return a time as it stands; one without an offset is that of the clock on the wall, as before release 5."""
        if text is not None and text[-6:-5] not in ("+", "-") and not text.endswith("Z"):
            self.zoneless = True
        return text
