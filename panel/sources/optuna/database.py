"""Optuna's databases of every schema since its first release, read with plain SQL: its library refuses old ones."""

# ruff: noqa: S608 -- nothing is put into a statement but whole numbers and names from this module

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from ...data.messages import NOTHING
from ...errors import SourceError
from ..common.databases import Database
from .trials import CONSTRAINTS, ENQUEUED, METRIC_NAMES, Study, Trial, stored_number

TABLES = frozenset({"studies", "trials", "trial_params", "trial_values"})
"""Tables that a database of Optuna has in every schema."""

CHUNK = 500
"""So many trials are asked for by one statement."""

UTC_SINCE = 5
"""The first release of Optuna whose times are UTC."""


class DatabaseStorage:
    """
    A database of Optuna that is open; see `trials.Storage`.

    Parameters
    ----------
    database
        The database.
    """

    torn = NOTHING

    def __init__(self, database: Database):
        self.query, self.columns = database.query, database.columns

    @cached_property
    def studies(self) -> list[Study]:
        """All studies, in the order in which they were made."""
        counts = {row[0]: row[1] for row in self.query("SELECT study_id, COUNT(*) FROM trials GROUP BY study_id")}
        if "direction" in self.columns("studies"):
            rows = self.query("SELECT study_id, 0, direction FROM studies")
        else:
            rows = self.query("SELECT study_id, objective, direction FROM study_directions ORDER BY objective")
        directions = defaultdict(list)
        for study, _, direction in rows:
            directions[study].append({"MINIMIZE": "minimize", "MAXIMIZE": "maximize"}.get(direction, ""))
        named = {
            study: value
            for study, text in self.query(
                f"SELECT a.study_id, a.value_json FROM study_system_attributes a WHERE a.key = '{METRIC_NAMES}'"
            )
            if isinstance(value := _json(text), list)
        }
        return [
            Study(
                int(key),
                str(name),
                tuple(directions[key]) or ("",),
                tuple(map(str, named.get(key, ()))),
                counts.get(key, 0),
            )
            for key, name in self.query("SELECT study_id, study_name FROM studies ORDER BY study_id")
        ]

    @cached_property
    def zoneless(self) -> bool:
        """Whether it was made by a release that wrote times as the clock on the wall showed them."""
        if not self.columns("version_info"):
            return False
        versions = [str(v) for (v,) in self.query("SELECT library_version FROM version_info")]
        return any(v.partition(".")[0].isdigit() and int(v.partition(".")[0]) < UTC_SINCE for v in versions)

    @property
    def stamp(self) -> str:
        """A text that changes whenever a trial is added or changes, from the ends of the tables alone."""
        found = []
        for what in (
            "COUNT(*), MAX(trial_id), MAX(datetime_complete) FROM trials",
            "COUNT(*) FROM trials WHERE state = 'RUNNING'",
            "MAX(param_id) FROM trial_params",
            "MAX(trial_user_attribute_id) FROM trial_user_attributes",
            "COUNT(*), MAX(study_id) FROM studies",
            "MAX(study_system_attribute_id) FROM study_system_attributes",
            f"MAX({self._steps[0]}_id) FROM {self._steps[0]}s",
        ):
            found += [str(tuple(row)) for row in self.query(f"SELECT {what}")]
        return " ".join(found)

    @cached_property
    def _steps(self) -> tuple[str, str, str]:
        """The table of reported values without its ``s``, and what in it are the value and the kind of the value."""
        columns = self.columns("trial_intermediate_values")
        if not columns:
            return "trial_value", "value", "''"
        kind = "intermediate_value_type" if "intermediate_value_type" in columns else "''"
        return "trial_intermediate_value", "intermediate_value", kind

    def trials(self, study: Study) -> list[Trial]:
        """Return the trials of a study in the order in which they were made, with states and times alone."""
        columns = self.columns("trials")
        numbers, values = (name if name in columns else "NULL" for name in ("number", "value"))
        rows = self.query(
            f"SELECT trial_id, {numbers}, state, datetime_start, datetime_complete, {values} FROM trials "
            f"WHERE study_id = {study.key} ORDER BY trial_id"
        )
        return [
            Trial(
                int(key),
                position if numbered is None else numbered,
                state,
                _text(start),
                _text(complete),
                values={} if value is None else {0: value},
            )
            for position, (key, numbered, state, start, complete, value) in enumerate(rows)
        ]

    def complete(self, study: Study, trials: Sequence[Trial]) -> None:
        """Add parameters, values and attributes to some of the trials of a study."""
        if len(trials) * 4 > study.trials:
            self._fill(f"IN (SELECT trial_id FROM trials WHERE study_id = {study.key})", trials)
            return
        for start in range(0, len(trials), CHUNK):
            chunk = trials[start : start + CHUNK]
            self._fill(f"IN ({', '.join(str(trial.key) for trial in chunk)})", chunk)

    def _fill(self, which: str, trials: Sequence[Trial]) -> None:
        wanted = {trial.key: trial for trial in trials}
        statement = (
            f"SELECT trial_id, param_name, param_value, distribution_json FROM trial_params WHERE trial_id {which}"
        )
        for key, name, stored, text in self.query(f"{statement} ORDER BY param_id"):
            if key in wanted:
                wanted[key].params[name] = (stored, text)
        columns = self.columns("trial_values")
        if "objective" in columns:
            kinds = "value_type" if "value_type" in columns else "''"
            for key, objective, value, kind in self.query(
                f"SELECT trial_id, objective, value, {kinds} FROM trial_values WHERE trial_id {which}"
            ):
                if key in wanted:
                    wanted[key].values[objective] = stored_number(value, kind)
        table, reported, kinds = self._steps
        for key, step, value, kind in self.query(
            f"SELECT a.trial_id, a.step, a.{reported}, {kinds} FROM {table}s a JOIN "
            f"(SELECT trial_id, MAX(step) AS last FROM {table}s WHERE trial_id {which} GROUP BY trial_id) b "
            "ON a.trial_id = b.trial_id AND a.step = b.last"
        ):
            if key in wanted:
                wanted[key].steps[step] = stored_number(value, kind)
        for key, name, text in self.query(
            f"SELECT a.trial_id, a.key, a.value_json FROM trial_user_attributes a WHERE a.trial_id {which}"
        ):
            if key in wanted:
                wanted[key].user[name] = _json(text)
        for key, name, text in self.query(
            "SELECT a.trial_id, a.key, a.value_json FROM trial_system_attributes a "
            f"WHERE a.trial_id {which} AND (a.key LIKE '{CONSTRAINTS}%' OR a.key = '{ENQUEUED}')"
        ):
            if key in wanted:
                wanted[key].system[name] = _json(text)

    def distributions(self, study: Study) -> list[tuple[str, str]]:
        """Return the name and the distribution of every parameter in the order in which they were first drawn."""
        rows = self.query(
            "SELECT param_name, distribution_json, MIN(param_id) FROM trial_params WHERE trial_id IN "
            f"(SELECT trial_id FROM trials WHERE study_id = {study.key}) "
            "GROUP BY param_name, distribution_json ORDER BY MIN(param_id)"
        )
        return [(name, text) for name, text, _ in rows]

    def attributes(self, study: Study) -> list[str]:
        """Return the keys of system attributes of the study and of its last trials."""
        of_study = f"SELECT a.key FROM study_system_attributes a WHERE a.study_id = {study.key}"
        of_trials = (
            "SELECT DISTINCT a.key FROM trial_system_attributes a WHERE a.trial_id > "
            f"(SELECT MAX(trial_id) FROM trials WHERE study_id = {study.key}) - {CHUNK} "
            f"AND a.trial_id IN (SELECT trial_id FROM trials WHERE study_id = {study.key})"
        )
        return [str(key) for statement in (of_study, of_trials) for (key,) in self.query(statement)]

    def reported_values(self, study: Study) -> Iterator[tuple[int, int, float | None]]:
        """Give all values that trials reported: the trial's key, the step, the value."""
        table, reported, kinds = self._steps
        for key, step, value, kind in self.query(
            f"SELECT trial_id, step, {reported}, {kinds} FROM {table}s WHERE trial_id IN "
            f"(SELECT trial_id FROM trials WHERE study_id = {study.key}) ORDER BY trial_id, step"
        ):
            yield key, step, stored_number(value, kind)


def _json(text: str) -> Any:
    """Return what a JSON text holds; of a torn one the text."""
    try:
        return json.loads(text)
    except (ValueError, TypeError):
        return text


def _text(moment: Any) -> str | None:
    return moment.isoformat() if isinstance(moment, datetime) else moment


def read_storage(database: Database, shown: str) -> DatabaseStorage:
    """Return what is in an open database; `SourceError` if it is not one of Optuna."""
    missing = sorted(TABLES - database.tables)
    if missing:
        raise SourceError(f"{shown} is no database of Optuna: it has no table {missing[0]}.")
    return DatabaseStorage(database)
