"""Optuna: SQLite files, databases on servers, and journal files; of every release. Each study is a project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from ...data.messages import Count, Names, as_message, say
from ...data.project import HISTORY_COLUMNS, History, Project
from ...errors import SourceError
from ..common.building import project_of
from ..common.curves import as_number
from ..common.databases import open_file, tables_of
from ..common.given import Given, stamp_of
from ..common.records import Reading, Run
from ..common.servers import open_server
from ..common.source import no_page
from .database import TABLES, read_storage
from .journal import forget_journal, is_journal, open_journal
from .memory import Memory
from .space import space_of
from .trials import Storage, Study, Trial, run_ids, run_of

NAME = "optuna"
WORDS = "Optuna"
OPENS = "`sweeplens study.db`, a journal file, or `postgresql://…` and `mysql://…` (which need the extra)"
EXTRA = "databases"
page = no_page

PATTERNS = ("*.db", "*.sqlite", "*.sqlite3", "*.log", "*.journal")
"""Names of files that are looked at in a folder."""

DEEPEST = 1
"""Files are looked at in a folder and in those within it, but no further down."""

ZONELESS = say(
    "optuna.no_time_zone",
    "Times are those of the clock where it ran, taken for UTC: Optuna before release 5 records no time zone.",
)


@dataclass(frozen=True)
class Part:
    """A study, where it is, and what it is called in the page."""

    name: str
    file: str
    study: Study


def recognises(given: Given) -> bool:
    """Say whether it is a database with Optuna's tables, a journal, or a folder with one of these."""
    if given.path is None:
        return given.tables >= TABLES
    return bool(_find_files(given))


def stamp(given: Given) -> str:
    """Return a text that changes whenever one of the files does, or what is at the ends of a server's tables."""
    if given.path is None:
        with open_server(given.address, given.uri) as database:
            return read_storage(database, given.uri).stamp
    paths = [given.path] if given.is_file else [given.at(file) for file in _find_files(given)]
    return stamp_of(*paths, *(path.with_name(f"{path.name}-wal") for path in paths))


def parts(given: Given) -> dict[str, int | None]:
    """Return the names of the studies, that with most trials first; with their file in front if there are several."""
    return {part.name: part.study.trials for part in _find_parts(given)}


def load(given: Given, reading: Reading) -> Project:
    """
    Read a study.

    Parameters
    ----------
    given
        A file, a folder or an address, and which study of it; by default that with most trials.
    reading
        What was read before, and where to leave what was skipped and noted. Trials that are finished never change,
        and are not read again.

    Raises
    ------
    SourceError
        If there is no study, or its storage cannot be read.
    """
    part = _choose_part(given)
    reading.progress(0.0, f"reading {given.name}")
    with _open_storage(given, part.file) as storage:
        forget_journal()
        project = _read(storage, part, given, reading)
        project = replace(project, storage=(_find_address(given, part), part.study.name))
        if given.path is None:
            project = _with_history(project, storage, part.study)
    reading.progress(1.0, f"reading {given.name}")
    return project


def read_object(study: Any, reading: Reading) -> Project:
    """Read an ``optuna.Study`` that is at hand, wherever it is stored."""
    storage = Memory(study)
    part = Part(storage.study.name, "", storage.study)
    project = _read(storage, part, Given(storage.study.name, None), reading)
    return replace(_with_history(project, storage, storage.study), source="")


def _read(storage: Storage, part: Part, given: Given, reading: Reading) -> Project:
    """Read a study of an open storage."""
    runs, history = _runs(storage, part, given, reading)
    drawn, attributes = storage.distributions(part.study), storage.attributes(part.study)
    space = space_of(part.study.goals, drawn, attributes, reading.notes)
    _note_objectives(part.study, reading)
    if storage.torn:
        reading.skip(_describe_place(given, part), storage.torn)
    if storage.zoneless:
        reading.notes.append(ZONELESS)
    metrics = [part.study.reported] if history else []
    return project_of(runs, given, reading, format=WORDS, name=part.study.name, space=space, history=metrics)


def _with_history(project: Project, storage: Storage, study: Study) -> Project:
    """Return a project with its history, which cannot be read later."""
    if not project.history.metrics:
        return project
    frame = _history_of(storage, study)
    return replace(project, history=History(project.history.metrics, lambda: frame))


def read_history(given: Given) -> pd.DataFrame:
    """Return the values that the trials of a study reported, as the metric that is its objective."""
    part = _choose_part(given)
    with _open_storage(given, part.file) as storage:
        forget_journal()
        return _history_of(storage, part.study)


def _runs(storage: Storage, part: Part, given: Given, reading: Reading) -> tuple[list[Run], bool]:
    """Return a run for every trial that can be read, and whether one of them reported values at steps."""
    study, trials = part.study, storage.trials(part.study)
    names, of_study = run_ids(trials), study.stamp
    stamps = {trial.key: f"{of_study} {trial.stamp}" for trial in trials if trial.stamp}
    runs: dict[int, Run] = {}
    fresh = []
    for trial in trials:
        known = reading.recall(_key(part, trial), stamps[trial.key]) if trial.stamp else None
        if known is None:
            fresh.append(trial)
        else:
            runs[trial.key] = known
    storage.complete(study, fresh)
    reading.progress(0.5, f"reading {given.name}")
    for trial in fresh:
        with reading.skip_faulty(f"{_describe_place(given, part)}: trial {names[trial.key]}"):
            run = run_of(trial, study, names[trial.key])
            runs[trial.key] = reading.keep(_key(part, trial), stamps[trial.key], run) if trial.stamp else run
    ordered = [runs[trial.key] for trial in trials if trial.key in runs]
    return ordered, any(run.steps is not None for run in ordered)


def _note_objectives(study: Study, reading: Reading) -> None:
    """Name the objectives if there are several: the search space declares one alone."""
    if len(study.objectives) > 1:
        listed = tuple(f"{n} ({d})" if d else n for n, d in zip(study.objectives, study.directions, strict=True))
        reading.notes.append(
            say(
                "optuna.objectives",
                "The study has {objectives}: {names}.",
                objectives=Count(len(listed), "objective"),
                names=Names(listed, last=""),
            )
        )


def _key(part: Part, trial: Trial) -> str:
    return f"{part.file} {part.study.key} {trial.key}"


def _describe_place(given: Given, part: Part) -> str:
    return given.uri if given.path is None else str(given.at(part.file) if part.file else given.path)


def _find_address(given: Given, part: Part) -> str:
    """Return the address by which Optuna opens a storage; of a journal, which has none, ``journal:///`` and a path."""
    if given.path is None:
        return given.uri
    path = (given.at(part.file) if part.file else given.path).resolve()
    return f"{'journal' if is_journal(path) else 'sqlite'}:///{path.as_posix()}"


def _history_of(storage: Storage, study: Study) -> pd.DataFrame:
    names = run_ids(storage.trials(study))
    rows = [
        (names[key], as_number(step), as_number(value))
        for key, step, value in storage.reported_values(study)
        if key in names
    ]
    runs, steps, values = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"run_id": runs, "step": steps, "metric": [study.reported] * len(rows), "value": values}
    frame = pd.DataFrame(columns, columns=list(HISTORY_COLUMNS))
    return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce") for name in ("step", "value")})


def _find_files(given: Given, tell: Callable[[str, SourceError], None] = lambda file, error: None) -> list[str]:
    """Return the files of Optuna in what was given, relative to it; of a file itself the empty text."""
    if given.is_file and given.path is not None:
        return [""] if given.tables >= TABLES or is_journal(given.path) else []
    found = []
    for file in given.files_named(*PATTERNS):
        try:
            if file.count("/") <= DEEPEST and (is_journal(given.at(file)) or tables_of(given.at(file)) >= TABLES):
                found.append(file)
        except SourceError as error:
            tell(file, error)
    return found


def _find_parts(given: Given) -> list[Part]:
    """Return all studies, that with most trials first."""
    files = [""] if given.path is None else _find_files(given, partial(_note_unreadable, given))
    found = []
    for file in files:
        try:
            with _open_storage(given, file) as storage:
                found += [(file, study) for study in storage.studies]
        except SourceError as error:
            if len(files) == 1:
                raise
            _note_unreadable(given, file, error)
    found.sort(key=lambda pair: -pair[1].trials)
    return [Part(f"{file}/{study.name}" if len(files) > 1 else study.name, file, study) for file, study in found]


def _choose_part(given: Given) -> Part:
    found = _find_parts(given)
    chosen = [part for part in found if part.name == given.part] if given.part else found
    if not chosen:
        raise SourceError(f"{given.uri} holds no study{f' {given.part!r}' if given.part else ''} of Optuna.")
    return chosen[0]


def _note_unreadable(given: Given, file: str, error: SourceError) -> None:
    entry = (str(given.at(file)), as_message(str(error)))
    if entry not in given.unreadable:
        given.unreadable.append(entry)


@contextmanager
def _open_storage(given: Given, file: str) -> Iterator[Storage]:
    if given.path is None:
        with open_server(given.address, given.uri) as database:
            yield read_storage(database, given.uri)
    else:
        path = given.at(file) if file else given.path
        if is_journal(path):
            yield open_journal(path)
        else:
            with open_file(path) as database:
                yield read_storage(database, str(path))
