"""MLflow's folder ``mlruns``: a folder an experiment, in it a folder a run, in it a file a setting, metric or tag."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..errors import SourceError
from .given import DEEPEST, digest
from .mlflow_runs import Experiment, Line, Logged, history_of, note_deleted, number, run_of, text_of
from .records import Reading, Run

META = "meta.yaml"
KINDS = ("params", "metrics", "tags")
RESERVED = frozenset({"tags", "datasets", "traces", "models"})
"""Folders of an experiment that are no runs."""

STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
"""The file store writes them as numbers."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def recognises(root: Path) -> bool:
    """Say whether a folder is a file store of MLflow, or one experiment of it."""
    return _is_experiment(root) or any(_is_experiment(folder) for folder in _folders(root))


def _is_experiment(folder: Path) -> bool:
    return b"artifact_location:" in _start(folder / META)


def _start(file: Path) -> bytes:
    """Return what a small file holds; nothing if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return opened.read(65536)
    except OSError:
        return b""


def _folders(root: Path) -> list[Path]:
    """Return the folders in a folder that are no links, by name; none if it cannot be read."""
    try:
        with os.scandir(root) as found:
            inner = [e.path for e in found if e.is_dir(follow_symlinks=False) and not e.name.startswith(".")]
    except OSError:
        return []
    return [Path(path) for path in sorted(inner)]


def _experiments(root: Path) -> list[Path]:
    return [root] if _is_experiment(root) else [f for f in _folders(root) if os.path.exists(f / META)]  # noqa: PTH110


def _runs(folder: Path) -> list[Path]:
    """Return an experiment's folders of runs."""
    return [inner for inner in _folders(folder) if inner.name not in RESERVED and _is_run(inner)]


def _is_run(folder: Path) -> bool:
    """Say whether a folder is that of a run; one with nothing but artifacts belongs to a database."""
    try:
        return not {META, *KINDS}.isdisjoint(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return True  # reading it says why it cannot be read


def _deleted(folder: Path) -> bool:
    return b"lifecycle_stage: deleted" in _start(folder / META)


def _files(run: Path) -> Iterator[tuple[str, str, os.DirEntry[str]]]:
    """Yield kind, name and entry of every file of a run, sorted; a name with a slash is a file in a folder."""
    for kind in KINDS:
        yield from ((kind, name, entry) for name, entry in sorted(_below(str(run / kind), ""), key=lambda x: x[0]))


def _below(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as found:
            entries = list(found)
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_file():
            yield prefix + entry.name, entry
        elif entry.is_dir(follow_symlinks=False) and prefix.count("/") < DEEPEST:
            yield from _below(entry.path, f"{prefix}{entry.name}/")


def _stamp(run: Path) -> str:
    """Return a text that changes whenever a run does: with name, size and time of each of its files."""
    return digest(_stamps(run))


def _stamps(run: Path) -> Iterator[str]:
    try:
        meta = (run / META).stat()
        yield f"{meta.st_size}:{meta.st_mtime_ns}"
    except OSError:
        yield ""
    try:
        for kind, name, entry in _files(run):
            stat = entry.stat()
            yield f"{kind}/{name}:{stat.st_size}:{stat.st_mtime_ns}"
    except OSError as error:
        yield str(error)


def stamp(root: Path) -> str:
    """Return a text that changes whenever something in the store does."""
    return digest(text for folder in _experiments(root) for text in _stamps_of(folder))


def _stamps_of(experiment: Path) -> Iterator[str]:
    for folder in (experiment, *_runs(experiment)):
        yield str(folder)
        yield _stamp(folder)


def experiments(root: Path) -> list[Experiment]:
    """Return the experiments that have runs, without those that were deleted."""
    found = [
        Experiment(folder.name, _name(folder), sum(not _deleted(run) for run in _runs(folder)))
        for folder in _experiments(root)
        if not _deleted(folder)
    ]
    return [experiment for experiment in found if experiment.runs]


def _name(folder: Path) -> str:
    try:
        return text_of(_meta(folder), "name") or folder.name
    except SourceError:
        return folder.name


def _meta(folder: Path) -> dict[str, Any]:
    """Return what a ``meta.yaml`` holds; `SourceError` if it is torn. No tag is ever followed to a Python object."""
    file = folder / META
    try:
        meta = yaml.load(_text(file), _Loader)  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "it is no YAML"
        raise SourceError(f"{file} cannot be read: {problem}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} cannot be read: {error}.") from error
    if not isinstance(meta, dict):
        raise SourceError(f"{file} is empty or torn.")
    return meta


def _text(file: Path | str) -> str:
    try:
        with open(file, encoding="utf-8", errors="replace", newline="") as opened:  # noqa: PTH123
            return opened.read()
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error


def read(root: Path, experiment: Experiment, reading: Reading) -> list[Run]:
    """Return the runs of an experiment in the order in which they were started."""
    folder = _folder(root, experiment)
    folders = [run for run in _runs(folder) if not _deleted(run)]
    note_deleted(reading, len(_runs(folder)) - len(folders))
    runs = []
    for position, path in enumerate(folders):
        if not position % 64:
            reading.progress(position / len(folders), f"reading {folder.name}")
        run = reading.run(str(path.relative_to(root)), _stamp(path), partial(_run, path))
        if run is not None:
            runs.append(run)
    return sorted(runs, key=lambda run: (run.created is None, str(run.created)))


def _folder(root: Path, experiment: Experiment) -> Path:
    return root if root.name == experiment.id and _is_experiment(root) else root / experiment.id


def _run(folder: Path) -> Run:
    """Read one run."""
    meta = _meta(folder)
    status = meta.get("status")
    logged = Logged(
        id=folder.name,
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
            getattr(logged, kind)[name] = _text(path)
    return run_of(logged)


def _listed(run: Path) -> Iterable[tuple[str, str, str]]:
    try:
        return [(kind, name, entry.path) for kind, name, entry in _files(run)]
    except OSError as error:
        raise SourceError(f"{error.filename} cannot be opened: {error.strerror}.") from error


def _values(file: str) -> Iterator[tuple[float, float, float]]:
    """
    Yield step, time and value of a metric's lines.

    Releases before 1.0 wrote no step; newer ones may add a dataset. A last line without an end is being written.
    """
    lines = _text(file).split("\n")
    for position, line in enumerate(lines[:-1], 1):
        words = line.split()
        try:
            yield float(words[2]) if len(words) > 2 else 0.0, float(words[0]), number(float(words[1]))
        except (ValueError, IndexError):
            raise SourceError(f"{file}, line {position}, is no time, value and step.") from None


def history(root: Path, experiment: Experiment) -> pd.DataFrame:
    """Return the values per step of an experiment's runs; a run that cannot be read has none."""
    lines: list[Line] = []
    for run in _runs(_folder(root, experiment)):
        if not _deleted(run):
            with suppress(SourceError):
                lines += [
                    (run.name, step, name, value, time)
                    for kind, name, path in _listed(run)
                    if kind == "metrics"
                    for step, time, value in _values(path)
                ]
    return history_of(lines)
