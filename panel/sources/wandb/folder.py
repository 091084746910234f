"""W&B's folder: runs that were logged online or offline, from their files and logs; no server is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from ...data.messages import Count, Message, Names, say
from ...data.plain import flatten
from ...data.project import HISTORY_COLUMNS, STATES, Project, Space
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.documents import read_object
from ..common.given import Given, digest, stamps
from ..common.records import Reading, Run
from ..common.safe_yaml import read_yaml
from ..common.source import no_parts
from .client import page_address
from .log import Log, read_curves, read_log
from .places import FILES, Folder, FoundRun, find_runs, holds_runs
from .sweep import space_of
from .values import CLOCKS, keep_outcomes

NAME = "wandb-folder"
WORDS = "Weights & Biases folder"
OPENS = "`sweeplens wandb/`: online and offline runs"
EXTRA = ""
parts = no_parts

CONFIG, SUMMARY, METADATA = FILES

FRESH = 300.0
"""Seconds after which a log that did not grow, of a run that did not end, is that of a crashed run."""

CTRL_C = 255
"""The exit code that W&B records when somebody interrupts a run."""

MOST_FOLDERS = 10
"""Where runs lie in more folders than this, a sweep is looked for at the top alone."""

LARGEST_SWEEP = 1_000_000
"""A YAML file of more bytes declares no sweep."""


def recognises(given: Given) -> bool:
    """Say whether it is, or holds, a folder of a run, or is a log."""
    return holds_runs(given)


def stamp(given: Given) -> str:
    """Return a text that changes whenever a file of a run or of a sweep does, or a run is no longer fresh."""
    found = find_runs(given)
    return digest([*_stamps(given).values(), *stamps(_sweep_files(given, found))])


def _stamps(given: Given) -> dict[str, str]:
    """Return the stamp of every run by its id, as it was at the first look: what is read is as new, or newer."""
    return given.once("wandb stamps", lambda: {run.id: _stamp(run) for run in find_runs(given)})


def _stamp(found: FoundRun) -> str:
    paths = [path for folder in found.folders for path in folder.paths]
    return digest([*stamps(paths), found.sweep, str(_is_fresh(found.folders[-1]))])


def _is_fresh(folder: Folder) -> bool:
    try:
        return bool(folder.log) and time.time() - os.stat(folder.log).st_mtime < FRESH  # noqa: PTH116 – see `stamps`
    except OSError:
        return False


def load(given: Given, reading: Reading) -> Project:
    """
    Read the runs below a folder.

    Settings and outcomes come from a run's log and its files; where both have a value, that of the log counts. Runs
    that were resumed are one. A search space is read if beside or above the runs lies exactly one YAML file that
    declares a sweep of their parameters.

    Raises
    ------
    SourceError
        If no run can be read; the message says why.
    """
    runs_found, stamped = find_runs(given), _stamps(given)
    reading.progress(0.0, "reading runs")
    runs = []
    for done, run in enumerate(runs_found, 1):
        read = reading.read_run(run.key, stamped[run.id], lambda: _read(run))  # noqa: B023 (called at once)
        if read is not None:
            runs.append(read if read.id == run.id else replace(read, id=run.id))
        if done % 20 == 0 or done == len(runs_found):
            reading.progress(done / len(runs_found), "reading runs")
    reading.notes += _notes(runs)
    space = _space(_sweep_files(given, runs_found), runs, reading)
    return project_of(runs, given, reading, format=WORDS, name=_name(given, runs), space=space)


def page(uri: str, run: str, about: Mapping[str, str]) -> str:
    """Return the address of a run's page, if its log says to which project it was sent."""
    entity, project = about.get("entity", ""), about.get("project", "")
    return page_address(entity, project, run) if entity and project else ""


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of all runs from their logs; those of a log that cannot be read are left out."""
    ids: list[str] = []
    metrics: dict[str, int] = {}
    parts: list[tuple[np.ndarray, ...]] = []
    for run in find_runs(given):
        for metric, (steps, values) in _curves(run.folders).items():
            code = metrics.setdefault(metric, len(metrics))
            parts.append((np.full(len(steps), len(ids)), np.array(steps), np.full(len(steps), code), np.array(values)))
        ids.append(run.id)
    if not parts:
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
    of_run, step, of_metric, value = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pd.DataFrame(
        {
            "run_id": pd.array(ids, dtype="str").take(of_run),
            "step": step,
            "metric": pd.array(list(metrics), dtype="str").take(of_metric),
            "value": value,
        }
    )


def _curves(folders: Iterable[Folder]) -> dict[str, tuple[list[float], list[float]]]:
    """Return the curves of one run; where a resumed run logged a step again, the later value counts."""
    logs = [Path(folder.log) for folder in folders if folder.log]
    read = []
    for log in logs:
        with Reading().skip_faulty(str(log)):
            read.append(read_curves(log))
    if len(read) == 1:
        return read[0]
    joined: dict[str, dict[float, float]] = {}
    for curves in read:
        for metric, (steps, values) in curves.items():
            joined.setdefault(metric, {}).update(zip(steps, values, strict=True))
    return {metric: (list(points), list(points.values())) for metric, points in joined.items()}


def _read(found: FoundRun) -> Run:
    """
    Read one run.

    Raises
    ------
    SourceError
        If its log is no log, or a file of it cannot be read and the log has not the same; the message names the file.
    """
    config: Json = {}
    summary: Json = {}
    described: dict[str, object] = {"created": None}
    tags: list[str] = []
    curves: dict[str, None] = {}
    state, damaged = "unknown", 0
    for folder in found.folders:
        log = read_log(Path(folder.log)) if folder.log else Log()
        damaged += log.damaged
        metadata = _file(folder, METADATA, in_log=True)
        config |= _settings(_file(folder, CONFIG, bool(log.config))) | log.config
        summary |= _file(folder, SUMMARY, bool(log.summary)) | log.summary
        known = {"created": "startedAt", "host": "host", "user": "username"}
        about = {**{ours: metadata.get(name) for ours, name in known.items()}, **log.described}
        described = {**described, **about, "created": described["created"] or about["created"]}
        tags = log.described.get("tags", tags)
        curves |= dict.fromkeys(log.curves)
        state = _state(folder, log, metadata)
    created = described.pop("created")
    if not (config or summary or created):
        raise SourceError(f"{found.folders[-1].paths[0]} holds neither settings nor outcomes yet.")
    step, clocks = summary.get("_step"), summary.get("_wandb")
    total = clocks.get("runtime") if isinstance(clocks, Mapping) else None
    return Run(
        id=found.id,
        name=str(described.pop("name", "")),
        state=state,
        created=created if isinstance(created, int | float | str) else _date(found.folders[0].started),
        runtime=max((float(s) for s in (summary.get("_runtime"), total) if _is_number(s)), default=None),
        steps=float(step) if _is_number(step) else None,
        tags=tuple(tags),
        config={name: value for name, value in config.items() if name != "_wandb"},
        summary=keep_outcomes({name: value for name, value in summary.items() if name not in CLOCKS}),
        fields={n: v for n, v in {"sweep": found.sweep, **described, "damaged": damaged}.items() if v and n != "tags"},
        curves=tuple(curves),
    )


def _file(folder: Folder, name: str, in_log: bool) -> Json:
    """Return what one of the files holds: nothing if it is not there, or is torn and the log has the same."""
    if name not in folder.files:
        return {}
    path = Path(folder.files[name])
    try:
        content = read_yaml(path, without="_wandb") or {} if name == CONFIG else read_object(path)
        if not isinstance(content, dict):
            raise SourceError(f"{path} holds no settings by name.")
        return content
    except SourceError:
        if in_log:
            return {}
        raise


def _settings(config: Mapping[str, Any]) -> Json:
    """Return settings without what W&B wraps around them."""
    return {
        name: entry["value"] if isinstance(entry, Mapping) and "value" in entry else entry
        for name, entry in config.items()
        if name not in ("_wandb", "wandb_version")
    }


def _state(folder: Folder, log: Log, metadata: Mapping[str, Any]) -> str:
    if log.exit_code is not None:
        return {0: "finished", CTRL_C: "killed"}.get(log.exit_code, "failed")
    if not folder.log:
        state = str(metadata.get("state", "unknown"))
        return state if state in STATES and state != "running" else "unknown"
    alive = _is_fresh(folder) and (not log.latest or time.time() - log.latest < FRESH)
    return "running" if alive else "crashed"


def _date(started: str) -> str | None:
    """Return the time in a folder's name as if it were in UTC: nothing says which zone it is in."""
    day, _, hour = started.partition("_")
    return f"{day[:4]}-{day[4:6]}-{day[6:]}T{hour[:2]}:{hour[2:4]}:{hour[4:]}" if hour else None


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(given: Given, runs: list[Run]) -> str:
    """Return the name of the W&B project where it is one, else that of the folder in which ``wandb`` lies."""
    projects = {run.fields.get("project") for run in runs}
    if len(projects) == 1 and None not in projects:
        return str(projects.pop())
    return given.path.resolve().parent.name if given.name == "wandb" and given.path is not None else given.name


def _notes(runs: list[Run]) -> list[Message]:
    """Say what the user should know of the runs, read now or before."""
    damaged = sum("damaged" in run.fields for run in runs)
    projects = sorted({str(run.fields["project"]) for run in runs if "project" in run.fields})
    notes = []
    if damaged:
        notes.append(
            say(
                "wandb.damaged_logs",
                "The logs of {runs} are damaged; all whole records of them were read.",
                runs=Count(damaged, "run"),
            )
        )
    if len(projects) > 1:
        notes.append(
            say(
                "wandb.several_projects",
                "The runs are of {projects}: {names}. Filter by run.project for one.",
                projects=Count(len(projects), "project"),
                names=Names(tuple(projects), last=""),
            )
        )
    return notes


def _sweep_files(given: Given, found: list[FoundRun]) -> list[Path]:
    """Return the YAML files beside and above the folders of the runs, in which a sweep may be declared."""
    above = {run.place for run in found}
    if len(above) > MOST_FOLDERS:
        above = {given.path.absolute()} if given.path is not None else set()
    places = above | {path.parent for path in above}
    files = []
    for place in sorted(places):
        try:
            files += sorted(p for p in place.iterdir() if p.suffix in (".yaml", ".yml") and p.is_file())
        except OSError:
            continue
    return files


def _space(files: list[Path], runs: list[Run], reading: Reading) -> Space | None:
    """Return the search space that exactly one of the files declares, of parameters that the runs have."""
    known = {name for run in runs for name in flatten(run.config)}
    fitting: dict[Path, Space] = {}
    for file in files:
        try:
            if file.stat().st_size > LARGEST_SWEEP or b"parameters" not in file.read_bytes():
                continue
            content = read_yaml(file)
        except (OSError, SourceError):
            continue
        space = space_of(content) if isinstance(content, dict) else Space()
        if space.parameters and known.issuperset(space.parameters):
            fitting[file] = space
    if len(fitting) > 1:
        reading.notes.append(
            say(
                "wandb.several_sweep_files",
                "More than one file declares a sweep of these parameters, so none was taken: {files}.",
                files=Names(tuple(file.name for file in fitting), last=""),
            )
        )
    return next(iter(fitting.values())) if len(fitting) == 1 else None
