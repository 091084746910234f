"""
Any folder of runs: in each run's folder a file of settings, such as ``config.json``, and files of results.

It knows what Sacred and Ultralytics say besides. Readers of trackers come first; this one reads what they leave.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ...data.plain import flatten
from ...data.project import Project, Space
from ...data.records import Json
from ...errors import SourceError
from ..common.building import project_of
from ..common.curves import join_curves
from ..common.documents import as_object, name_the_file, read_object
from ..common.given import Given, digest, stamps
from ..common.records import Reading, Run
from ..common.results import Results, is_likely, join_results, read_results
from ..common.safe_yaml import read_settings
from ..common.source import no_page, no_parts
from ..common.spelled import read_name
from . import sacred
from .layout import RunFolder, find_runs

NAME = "folders"
WORDS = "folder a run"
OPENS = (
    "`sweeplens FOLDER`: in each run's folder, at any depth, settings (`config`, `args`, `params`, `hparams`, `opt` as "
    "`.json`, `.yaml` or `.toml`) and results (JSON, JSON lines or CSV); Ultralytics, YOLOv5 and Sacred, too"
)
EXTRA = ""
parts, page = no_parts, no_page

MOST_LOOKED_AT = 20
"""Files that are looked into where names alone do not tell what they hold."""

SCORES = (
    r"metrics/mAP50-95\(M\)",
    r"metrics/mAP50-95\(P\)",
    r"metrics/mAP50-95(\(B\))?",
    r"metrics/mAP_0\.5:0\.95\(M\)",
    r"metrics/mAP_0\.5:0\.95(\(B\))?",
    r"metrics/accuracy_top1",
)
"""What Ultralytics and YOLOv5 choose their best epoch by, the most special task first: masks, poses, boxes, classes."""

_HPARAMS = b"_hparams_/"


def recognises(given: Given) -> bool:
    """Say whether it is a folder with runs that have settings and results, and no other tracker's."""
    if not given.is_folder:
        return False
    runs = [run for run in find_runs(given) if run.results]
    if not runs or not _is_beside_events(given, runs):
        return False
    if any(run.is_sacred or any(is_likely(file.rpartition("/")[2]) for file in run.results) for run in runs):
        return len(runs) > 1 or _holds_numbers(given, runs[0])
    return any(_holds_numbers(given, run) for run in runs[:MOST_LOOKED_AT])


def _holds_numbers(given: Given, run: RunFolder) -> bool:
    try:
        return _read(given, run, Reading()).has_numbers()
    except SourceError:
        return False


def _is_beside_events(given: Given, runs: Sequence[RunFolder]) -> bool:
    """
    Say whether event files of TensorBoard, where there are any, lie in the runs' own folders and hold no settings.

    Then the files beside them know more than they do.
    """
    events = given.files_named("*tfevents*")
    homes = {run.folder for run in runs if not run.names & {"hparams.yaml"}}
    return all(_lies_in(event, homes) for event in events) and not any(
        _declares_settings(given.at(event)) for event in events[:MOST_LOOKED_AT]
    )


def _lies_in(path: str, homes: set[str]) -> bool:
    """Say whether a file lies in one of some folders or below it."""
    while path:
        path = path.rpartition("/")[0]
        if path in homes:
            return True
    return False


def _declares_settings(event: Path) -> bool:
    """Say whether an event file has settings of TensorBoard's own plugin near its beginning."""
    try:
        with event.open("rb") as file:
            return _HPARAMS in file.read(65_536)
    except OSError:
        return False


def stamp(given: Given) -> str:
    """Return a text that changes whenever a run's settings or results do."""
    return digest(mark for run in find_runs(given) for mark in _stamps(given, run))


def _stamps(given: Given, run: RunFolder) -> Iterable[str]:
    return stamps(f"{given.path}/{file}" for file in run.files)


def load(given: Given, reading: Reading) -> Project:
    """
    Read a folder of runs.

    A run without results is one without values. Of a file of results that is damaged nothing is read, and that is said.

    Raises
    ------
    SourceError
        If it holds no run that can be read.
    """
    runs: list[Run] = []
    found = find_runs(given)
    for position, folder in enumerate(found):
        if position % 50 == 0:
            reading.progress(position / len(found), "reading runs")
        read = partial(read_run, given, folder, reading)
        run = reading.read_run(folder.folder or ".", digest(_stamps(given, folder)), read)
        runs += [] if run is None else [run]
    reading.progress(1.0, "reading runs")
    return project_of(runs, given, reading, format=_format(found), space=_space(found, runs))


def _format(found: Sequence[RunFolder]) -> str:
    """Return what wrote the folders, in words."""
    if found and all(run.is_sacred for run in found):
        return "Sacred"
    if found and all(run.is_ultralytics for run in found if run.results):
        return "Ultralytics"
    return WORDS


def _space(found: Sequence[RunFolder], runs: list[Run]) -> Space | None:
    """Return the score that Ultralytics keeps the best epoch by, which is what its runs are for."""
    if _format(found) != "Ultralytics":
        return None
    names = Counter(name for run in runs for name in run.summary)
    for pattern in SCORES:
        of_kind = [name for name in names if re.fullmatch(pattern, name)]
        if of_kind:
            return Space(max(of_kind, key=names.__getitem__), "maximize")
    return None


def read_run(given: Given, folder: RunFolder, reading: Reading) -> Run:
    """
    Read one run.

    Raises
    ------
    SourceError
        If its settings cannot be read; the message names the file.
    """
    config = _read_config(given, folder)
    about: Json = {}
    if folder.is_sacred:
        record = _record(given, folder, reading)
        config, about = sacred.plain_settings(config), sacred.describe(record) if record else {}
    results = _read(given, folder, reading)
    summary = _without_settings(results.summary, flatten(config))
    return Run(
        folder.folder or given.name,
        steps=results.last_step,
        config=config,
        summary=summary,
        curves=tuple(name for name in results.curves if name in summary),
        **about,
    )


def _read_config(given: Given, folder: RunFolder) -> Json:
    """Return the settings of all files together; what one repeats of another is there once."""
    stems = {file.rpartition("/")[2].rpartition(".")[0] for file in folder.settings}
    config: Json = {}
    for file in folder.settings:
        read = read_config(given.at(file))
        config |= {k: v for k, v in read.items() if not (k in stems and len(stems) > 1 and isinstance(v, dict))}
    present = {name.rpartition(".")[2] for name in flatten(config)}
    return config | {k: v for k, v in read_name(folder.folder).items() if k.rpartition(".")[2] not in present}


def read_config(path: Path) -> Json:
    """
    Read a file of settings: JSON, YAML or TOML with names and values.

    Raises
    ------
    SourceError
        If it cannot be read, or holds anything else; the message names it.
    """
    if path.suffix == ".json":
        return read_object(path)
    if path.suffix == ".toml":
        with name_the_file(path, "TOML"):
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return read_settings(path)


def _record(given: Given, folder: RunFolder, reading: Reading) -> Json:
    """Return what Sacred's ``run.json`` says; nothing if it cannot be read, or is another's file of that name."""
    file = next(file for file in folder.results if file.endswith("run.json"))
    record = reading.read_beside(given.at(file), read_object) or {}
    return record if "status" in record else {}


def _read(given: Given, folder: RunFolder, reading: Reading) -> Results:
    """Return the results of a run; of files that cannot be read none."""
    read = _read_sacred if folder.is_sacred else read_results
    parts = (reading.read_beside(given.at(file), read) for file in folder.results)
    return join_results(part for part in parts if part is not None)


def _read_sacred(file: Path) -> Results:
    if file.name == "run.json":
        return sacred.read_result(as_object(read_object(file)))
    if file.name == "metrics.json":
        return sacred.read_metrics(read_object(file))
    return read_results(file)


def _without_settings(summary: Json, config: Mapping[str, Any]) -> Json:
    """Return results without the settings that are repeated among them."""
    missing = object()

    def repeats(name: str, value: Any) -> bool:
        inner = name.partition(".")[2]
        return any(part and config.get(part, missing) == value for part in (name, inner))

    return {name: value for name, value in summary.items() if not repeats(name, value)}


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of all runs; what cannot be read is left out, as `load` says."""
    curves = {}
    for folder in find_runs(given):
        try:
            run = read_run(given, folder, Reading())
        except SourceError:
            continue  # it was skipped when the runs were read
        kept = set(run.curves)
        rows = [
            (step, {k: v for k, v in row.items() if k in kept}) for step, row in _read(given, folder, Reading()).rows
        ]
        curves[run.id] = Results(rows=rows).curve
    return join_curves(curves)
