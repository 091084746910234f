"""MLflow's folder ``mlruns``: a folder an experiment, in it a folder a run, in it a file a setting, metric or tag."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from operator import itemgetter
from pathlib import Path

import pandas as pd

from ...data.records import Json
from ...errors import SourceError
from ..common.given import DEEPEST, digest
from ..common.records import Reading, Run
from ..common.safe_yaml import parse_yaml
from .runs import Experiment, Line, Logged, history_of, metric_value, note_deleted, run_of, text_of

META = "meta.yaml"
KINDS = ("params", "metrics", "tags")
RESERVED = frozenset({"tags", "datasets", "traces", "models"})
"""Folders of an experiment that are no runs."""

STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
"""The file store writes them as numbers."""


def recognises(root: Path) -> bool:
    """Say whether a folder is a file store of MLflow, or one experiment of it."""
    return _is_experiment(str(root)) or any(_is_experiment(folder) for folder in _folders(root))


def _is_experiment(folder: str) -> bool:
    return b"artifact_location:" in _read_start(f"{folder}/{META}")


def _read_start(file: str) -> bytes:
    """Return what a small file holds; nothing if it cannot be read."""
    try:
        with Path(file).open("rb") as opened:
            return opened.read(65536)
    except OSError:
        return b""


def _folders(root: Path | str) -> list[str]:
    """Return the folders in a folder that are no links, by name; none if it cannot be read."""
    try:
        with os.scandir(root) as found:
            return sorted(e.path for e in found if e.is_dir(follow_symlinks=False) and not e.name.startswith("."))
    except OSError:
        return []


def _experiments(root: Path) -> list[str]:
    """Return the folders of the experiments that were not deleted."""
    found = [str(root)] if _is_experiment(str(root)) else _folders(root)
    return [folder for folder in found if _is_deleted(folder) is False]


def _is_deleted(folder: str) -> bool | None:
    """Say whether the description of an experiment or run says that it was deleted; ``None`` if there is none."""
    file = f"{folder}/{META}"
    try:
        about = os.stat(file)  # noqa: PTH116 - called for every run, where a Path takes as long as the call itself
    except FileNotFoundError:
        return None
    except OSError:
        return False  # reading it says why it cannot be read
    return _says_deleted(file, about.st_size, about.st_mtime_ns) if stat.S_ISREG(about.st_mode) else None


@lru_cache(maxsize=1 << 17)
def _says_deleted(file: str, size: int, time: int) -> bool:
    return b"lifecycle_stage: deleted" in _read_start(file)


def _runs(experiment: str) -> tuple[list[str], int]:
    """Return the folders of an experiment's runs, and how many others were deleted."""
    runs, deleted = [], 0
    for folder in _folders(experiment):
        if folder.rpartition(os.sep)[2] not in RESERVED:
            gone = _is_deleted(folder)
            deleted += gone is True
            if gone is False or (gone is None and _is_begun(folder)):
                runs.append(folder)
    return runs, deleted


def _is_begun(folder: str) -> bool:
    """Say whether a folder without a description is a run's; with nothing but artifacts it belongs to a database."""
    return any(name.rpartition(os.sep)[2] in KINDS for name in _folders(folder))


def _files(run: str) -> Iterator[tuple[str, str, os.DirEntry[str]]]:
    """Yield kind, name and entry of every file of a run, sorted; a name with a slash is a file in a folder."""
    for kind in KINDS:
        yield from ((kind, name, entry) for name, entry in sorted(_below(f"{run}/{kind}", ""), key=itemgetter(0)))


def _below(folder: str, prefix: str) -> list[tuple[str, os.DirEntry[str]]]:
    found = list[tuple[str, os.DirEntry[str]]]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_file():
                    found.append((prefix + entry.name, entry))
                elif entry.is_dir(follow_symlinks=False) and prefix.count("/") < DEEPEST:
                    found += _below(entry.path, f"{prefix}{entry.name}/")
    except FileNotFoundError:
        pass
    return found


def _stamp(folder: str) -> str:
    """Return a text that changes whenever a run does, or an experiment: with name, size and time of its files."""
    marks = []
    try:
        meta = os.stat(f"{folder}/{META}")  # noqa: PTH116
        marks.append(f"{meta.st_size}:{meta.st_mtime_ns}")
        for kind, name, entry in _files(folder):
            about = entry.stat()
            marks.append(f"{kind}/{name}:{about.st_size}:{about.st_mtime_ns}")
    except OSError as error:
        marks.append(str(error))
    return digest(["\n".join(marks)])


def stamp(root: Path) -> str:
    """Return a text that changes whenever something in the store does."""
    return digest(
        f"{folder}:{_stamp(folder)}"
        for experiment in _experiments(root)
        for runs, deleted in (_runs(experiment),)
        for folder in (experiment, *runs, str(deleted))
    )


def list_experiments(root: Path) -> list[Experiment]:
    """Return the experiments that have runs, without those that were deleted."""
    found = [
        Experiment(id, _name(folder) or id, len(_runs(folder)[0]))
        for folder in _experiments(root)
        for id in (os.path.basename(folder),)  # noqa: PTH119
    ]
    return [experiment for experiment in found if experiment.runs]


def _name(folder: str) -> str:
    with suppress(SourceError):
        return text_of(_read_meta(folder), "name")
    return ""


def _read_meta(folder: str) -> Json:
    """Return what a ``meta.yaml`` holds; `SourceError` if it is torn. No tag is ever followed to a Python object."""
    file = f"{folder}/{META}"
    try:
        meta = parse_yaml(_read_text(file))
    except ValueError as error:
        raise SourceError(f"{file} cannot be read: {error}.") from error
    if not isinstance(meta, dict):
        raise SourceError(f"{file} is empty or torn.")
    return meta


def _read_text(file: str) -> str:
    try:
        with open(file, "rb", 0) as opened:  # noqa: PTH123
            return opened.read().decode("utf-8", "replace")
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error


def read_runs(root: Path, experiment: Experiment, reading: Reading) -> list[Run]:
    """Return the runs of an experiment in the order in which they were started."""
    folder = _folder(root, experiment)
    folders, deleted = _runs(folder)
    note_deleted(reading, deleted)
    found = []
    for position, path in enumerate(folders):
        if not position % 64:
            reading.progress(position / len(folders), f"reading {root.name}")
        found.append(reading.read_run(os.path.relpath(path, root), _stamp(path), partial(_run, path)))
    return sorted((run for run in found if run is not None), key=lambda run: (run.created is None, str(run.created)))


def _folder(root: Path, experiment: Experiment) -> str:
    return str(root if _is_experiment(str(root)) else root / experiment.id)


def _run(folder: str) -> Run:
    """Read one run."""
    meta = _read_meta(folder)
    status = meta.get("status")
    logged = Logged(
        id=os.path.basename(folder),  # noqa: PTH119
        name=text_of(meta, "run_name") or text_of(meta, "name"),
        status=STATUS.get(status, "") if isinstance(status, int) else str(status),
        start=meta.get("start_time"),
        end=meta.get("end_time"),
        user=text_of(meta, "user_id"),
        source=text_of(meta, "source_name"),
    )
    for kind, name, path in _listed(folder):
        if kind == "metrics":
            last = max(_values(path), default=None)
            if last is not None:
                logged.metrics[name], logged.steps = last[2], max(logged.steps, last[0])
        else:
            getattr(logged, kind)[name] = _read_text(path)
    return run_of(logged)


def _listed(run: str) -> Iterable[tuple[str, str, str]]:
    try:
        return [(kind, name, entry.path) for kind, name, entry in _files(run)]
    except OSError as error:
        raise SourceError(f"{error.filename} cannot be opened: {error.strerror}.") from error


def _values(file: str) -> Iterator[tuple[float, float, float]]:
    """
    Yield step, time and value of a metric's lines.

    Releases before 1.0 wrote no step; newer ones may add a dataset. A last line without an end is being written.
    """
    lines = _read_text(file).split("\n")
    for position, line in enumerate(lines[:-1], 1):
        words = line.split()
        try:
            yield float(words[2]) if len(words) > 2 else 0.0, float(words[0]), metric_value(float(words[1]))
        except (ValueError, IndexError):
            raise SourceError(f"{file}, line {position}, is no time, value and step.") from None


def read_history(root: Path, experiment: Experiment) -> pd.DataFrame:
    """Return the values per step of an experiment's runs; a run that cannot be read has none."""
    lines: list[Line] = []
    for folder in _runs(_folder(root, experiment))[0]:
        run = os.path.basename(folder)  # noqa: PTH119
        with Reading().skip_faulty(run):
            lines += [
                (run, step, name, value, time)
                for kind, name, path in _listed(folder)
                if kind == "metrics"
                for step, time, value in _values(path)
            ]
    return history_of(lines)
