"""
TensorBoard's log folders: scalars and hyperparameters in event files, and the ``hparams.yaml`` that Lightning writes.

A run is a folder with event files, but what belongs to one run can lie in several; `tensorboard_runs` joins them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...data.project import HISTORY_COLUMNS, Project
from ...data.records import Json
from ..common.building import project_of
from ..common.given import Given, digest, stamps
from ..common.records import Reading
from ..common.safe_yaml import read_settings
from ..common.source import no_page, no_parts
from .events import Log, Point, check_installed, read_log
from .runs import FolderRecord, curves_of, join_folders, metric_of, place_folders, record_of, space_of

NAME = "tensorboard"
WORDS = "TensorBoard"
OPENS = "`sweeplens runs/`"
EXTRA = "tensorboard"
parts, page = no_parts, no_page

SETTINGS = "hparams.yaml"


def event_files(given: Given) -> dict[str, list[str]]:
    """Return the event files in every folder that has some, relative, in the order in which they were begun."""
    found: dict[str, list[str]] = {}
    for path in given.files_named("*tfevents*"):
        if not path.endswith(".profile-empty"):
            found.setdefault(path.rpartition("/")[0], []).append(path)
    return dict(sorted(found.items()))


def files_of(given: Given) -> dict[str, tuple[list[str], list[str]]]:
    """Return the paths of event files and of files of settings in every folder that has event files."""
    settings = dict.fromkeys(given.folders_with(SETTINGS))
    return {
        folder: (
            [f"{given.path}/{file}" for file in files],
            [f"{given.path}/{folder}/{SETTINGS}"] if folder in settings else [],
        )
        for folder, files in event_files(given).items()
    }


def recognises(given: Given) -> bool:
    """Say whether it is a folder with event files in it or below."""
    return given.is_folder and bool(given.files_named("*tfevents*"))


def stamp(given: Given) -> str:
    """Return a text that changes whenever an event file or a file of settings does."""
    return digest(stamps(path for events, settings in files_of(given).values() for path in (*events, *settings)))


def load(given: Given, reading: Reading) -> Project:
    """
    Read a log folder of TensorBoard.

    Settings come from Lightning's ``hparams.yaml`` where there is one, and from the hparams plugin. A run without
    values is a run still.

    Raises
    ------
    SourceError
        If it holds no runs, or the tensorboard package is not installed.
    """
    check_installed(given.uri)
    folders = files_of(given)
    records: dict[str, FolderRecord] = {}
    for done, (folder, (events, settings)) in enumerate(folders.items()):
        if done % 50 == 0:
            reading.progress(done / len(folders), f"reading {given.name}")
        records[folder] = _read_record(given, reading, folder, events, settings)
    where = place_folders(records)
    runs = join_folders(records, where, given.name)
    reading.progress(1.0, f"reading {given.name}")
    return project_of(
        runs, given, reading, format=WORDS, space=space_of(records, runs), history=sorted(curves_of(records, where))
    )


def _read_record(given: Given, reading: Reading, folder: str, events: list[str], settings: list[str]) -> FolderRecord:
    """
    Return what a folder holds.

    What is damaged is said at every reading, so it is never kept. One that cannot be read still has its place, so that
    what others hold of its run is not taken for a run.
    """
    stamp = digest(stamps(events + settings))
    before = reading.recall(folder, stamp)
    if before is not None:
        return FolderRecord.from_run(before)
    with reading.skip_faulty(folder or given.name):
        log, found = _read(events, settings)
        record = record_of(folder, log, found)
        reading.skipped += log.damaged
        if not log.damaged:
            reading.keep(folder, stamp, record.to_run())
        return record
    return record_of(folder, Log(), unreadable=True)


def _read(events: list[str], settings: list[str]) -> tuple[Log, Json | None]:
    return read_log(events), read_settings(Path(settings[0])) if settings else None


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of all runs; what cannot be read is left out, as `load` says."""
    check_installed(given.uri)
    records: dict[str, FolderRecord] = {}
    lines: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]] = {}
    for folder, (events, settings) in files_of(given).items():
        records[folder] = record_of(folder, Log(), unreadable=True)
        with Reading().skip_faulty(folder):
            log, found = _read(events, settings)
            record = record_of(folder, log, found)
            lines[folder] = {tag: order_by_step(series) for tag, series in log.series.items()}
            records[folder] = record
    where = place_folders(records)
    lost = {where[folder].home for folder, record in records.items() if record.facts.unreadable}
    curves = curves_of(records, where)
    parts: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
    for folder, of_tag in lines.items():
        place = where[folder]
        for tag, line in of_tag.items():
            metric = metric_of(place, tag)
            if place.home not in lost and metric in curves:
                parts.setdefault((place.home or ".", metric), line)
    return _frame(parts)


def _frame(parts: Mapping[tuple[str, str], tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    """Return the frame of steps and values by run and metric; a name that stands often takes memory once."""
    counts = [len(steps) for steps, _ in parts.values()]
    columns = [
        np.repeat(np.array([run for run, _ in parts], object), counts),
        np.concatenate([np.empty(0, "int64"), *(steps for steps, _ in parts.values())]),
        np.repeat(np.array([metric for _, metric in parts], object), counts),
        np.concatenate([np.empty(0), *(values for _, values in parts.values())]),
    ]
    return pd.DataFrame(dict(zip(HISTORY_COLUMNS, columns, strict=True))).astype({"run_id": "str", "metric": "str"})


def order_by_step(series: Sequence[Point]) -> tuple[np.ndarray, np.ndarray]:
    """
    Return steps and values in the order of steps; of several values at one step the last.

    Where no step was ever given, all are 0: then the points are counted.
    """
    if len(series) > 1 and not any(step for step, _, _ in series):
        return np.arange(len(series)), np.array([value for _, _, value in series])
    line = sorted({step: value for step, _, value in series}.items())
    return np.array([step for step, _ in line], "int64"), np.array([value for _, value in line], "float64")
