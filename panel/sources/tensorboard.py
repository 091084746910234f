"""
TensorBoard's log folders: scalars and hyperparameters in event files, and the ``hparams.yaml`` that Lightning writes.

A run is a folder with event files, but what belongs to one run can lie in several; `places` joins them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import SourceError
from ..project import HISTORY_COLUMNS, Domain, Project, Space, flatten
from .cells import parse_cell
from .events import PLACEHOLDER, Log, Point, check_installed, read_log
from .given import Given, digest, stamps
from .records import Reading, Run, project_of
from .safe_yaml import read_settings

NAME = "tensorboard"
WORDS = "TensorBoard"

SETTINGS = "hparams.yaml"
SPLITS = frozenset({"train", "training", "val", "valid", "validation", "eval", "evaluation", "test"})
"""Folders inside a run's, one for each set of data: Keras writes the first and ``validation``, Estimators ``eval``."""

TIME = re.compile(r"\d{9,}\.\d+")
"""What ``add_hparams`` calls its folder unless told otherwise."""

ENDS = {2: "failed", 3: "running"}
SUCCESS = 1

Records = Mapping[str, Run]
"""What each folder holds, by its relative path. ``fields["log"]`` has what joins it to others."""


@dataclass(frozen=True)
class Place:
    """The run to which a folder belongs, and what is put before and after the names of its metrics."""

    home: str
    prefix: str = ""
    suffix: str = ""


def event_files(given: Given) -> dict[str, list[str]]:
    """Return the event files in every folder that has some, relative, in the order in which they were begun."""
    found: dict[str, list[str]] = {}
    for path in given.named("*tfevents*"):
        if not path.endswith(".profile-empty"):
            found.setdefault(path.rpartition("/")[0], []).append(path)
    return dict(sorted(found.items()))


def files_of(given: Given) -> dict[str, tuple[list[str], list[str]]]:
    """Return the paths of event files and of files of settings in every folder that has event files."""
    settings = dict.fromkeys(given.folders(SETTINGS))
    return {
        folder: (
            [f"{given.path}/{file}" for file in files],
            [f"{given.path}/{folder}/{SETTINGS}"] if folder in settings else [],
        )
        for folder, files in event_files(given).items()
    }


def recognises(given: Given) -> bool:
    """Say whether it is a folder with event files in it or below."""
    return given.is_folder and bool(given.named("*tfevents*"))


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
    records: dict[str, Run] = {}
    for done, (folder, (events, settings)) in enumerate(folders.items()):
        if done % 50 == 0:
            reading.progress(done / len(folders), f"reading {given.name}")
        records[folder] = _record(given, reading, folder, events, settings)
    where = places(records)
    runs = joined(records, where, given.name)
    reading.progress(1.0, f"reading {given.name}")
    return project_of(
        runs, given, reading, format=WORDS, space=space_of(records, runs), history=sorted(_curves(records, where))
    )


def _record(given: Given, reading: Reading, folder: str, events: list[str], settings: list[str]) -> Run:
    """
    Return what a folder holds.

    What is damaged is said at every reading, so it is never kept. One that cannot be read still has its place, so that
    what others hold of its run is not taken for a run.
    """
    stamp = digest(stamps(events + settings))
    before = reading.earlier(folder, stamp)
    if before is not None:
        return before
    try:
        log, found = _read(events, settings)
    except SourceError as error:
        reading.skip(folder or given.name, str(error))
        return record_of(folder, Log(), unreadable=True)
    reading.skipped += log.damaged
    record = record_of(folder, log, found)
    return record if log.damaged else reading.keep(folder, stamp, record)


def _read(events: list[str], settings: list[str]) -> tuple[Log, dict[str, Any] | None]:
    return read_log(events), read_settings(Path(settings[0])) if settings else None


def record_of(folder: str, log: Log, settings: Mapping[str, Any] | None = None, unreadable: bool = False) -> Run:
    """Return what one folder holds as a record, before it is joined to others."""
    session = log.session or {"settings": {}, "group": ""}
    of_plugin = {k: parse_cell(v) if isinstance(v, str) else v for k, v in session["settings"].items()}
    if settings is not None:  # of the same settings, Lightning gives nested ones to the plugin as text or with slashes
        known = flatten(settings)
        of_plugin = {k: v for k, v in of_plugin.items() if k not in settings and k.replace("/", ".") not in known}
    facts = {
        "session": log.session and digest(f"{k}={v}" for k, v in session["settings"].items()),
        "group": session["group"],
        "status": log.status,
        "ended": log.ended,
        "sure": log.timed or not (log.late or settings is not None or PLACEHOLDER[0] in log.outcomes),
        "last": log.last,
        "declared": log.declared,
        "outcomes": log.outcomes,
        "curves": [tag for tag, points in log.series.items() if len(points) > 1],
        "settings": settings is not None,
        "unreadable": unreadable,
    }
    return Run(
        folder,
        created=log.first,
        steps=max((p[0] for points in log.series.values() for p in points), default=None),
        config={**of_plugin, **(settings or {})},
        summary={tag: points[-1][2] for tag, points in log.series.items()},
        fields={"log": facts},
    )


def places(records: Records) -> dict[str, Place]:
    """
    Say to which run each folder belongs.

    - ``train``, ``validation`` and the like belong to the folder that they lie in, as Keras writes them; the name of
      the folder comes before those of its metrics.
    - What ``add_hparams`` writes belongs to the folder above, if that has values and no settings of its own, unless
      there are several such folders with different settings: then each is a run.
    - What ``add_scalars`` writes, one folder a curve, belongs to the folder above.
    - What holds nothing belongs to the folder above if that holds something; else it is a run without values.

    Returns
    -------
    dict of str to Place
        For each folder its run, which is a folder too.
    """
    sessions: dict[str, set[str]] = {}
    for folder, record in records.items():
        if record.fields["log"]["session"]:
            sessions.setdefault(folder.rpartition("/")[0] if folder else "..", set()).add(
                record.fields["log"]["session"]
            )
    found = {}
    for folder in records:
        place = Place(folder)
        while place.home in records and (above := _above(place.home, records, sessions)):
            place = Place(above.home, above.prefix + place.prefix, place.suffix + above.suffix)
        found[folder] = place
    return found


def _above(folder: str, records: Records, sessions: Mapping[str, set[str]]) -> Place | None:
    """Return the folder above, if this one belongs to it."""
    if not folder:
        return None
    above, _, name = folder.rpartition("/")
    record = records[folder]
    if not record.fields["log"]["session"] and name in SPLITS:
        return Place(above, prefix=f"{name}/")
    if above not in records:
        return None
    if record.fields["log"]["session"]:
        host = records[above]
        alone = len(sessions[above]) == 1 and not host.fields["log"]["session"]
        return Place(above) if alone and (host.summary or TIME.fullmatch(name)) else None
    if not _counts(record):
        return Place(above) if _counts(records[above]) else None
    tags = list(record.summary)
    start = f"{tags[0].replace('/', '_')}_" if len(tags) == 1 else ""
    return Place(above, suffix=f"/{name.removeprefix(start)}") if start and name.startswith(start) else None


def joined(records: Records, where: Mapping[str, Place], root: str) -> list[Run]:
    """
    Return the runs, in the order in which they began.

    Folders that only hold others are none, nor are those of which a part cannot be read.
    """
    pieces: dict[str, list[str]] = {}
    for folder, place in where.items():
        pieces.setdefault(place.home, []).append(folder)
    above = {home[:at] for home in pieces if home for at in _ends(home)}
    runs = [
        _joined(home, folders, records, where, root)
        for home, folders in pieces.items()
        if _is_run([records[folder] for folder in folders], home in above)
    ]
    return sorted(runs, key=lambda run: (run.created is None, run.created, run.id))


def _ends(path: str) -> list[int]:
    """Return where the names of the folders above end in a path, that of the root at 0."""
    return [0, *(at for at, sign in enumerate(path) if sign == "/")]


def _is_run(parts: Sequence[Run], holds_others: bool) -> bool:
    if any(part.fields["log"]["unreadable"] for part in parts):
        return False
    return any(map(_counts, parts)) or not (holds_others or any(part.fields["log"]["declared"] for part in parts))


def _counts(record: Run) -> bool:
    """Say whether a folder holds anything of a run."""
    facts = record.fields["log"]
    return bool(record.summary or facts["session"] or facts["settings"])


def _joined(home: str, folders: list[str], records: Records, where: Mapping[str, Place], root: str) -> Run:
    parts = [records[folder] for folder in folders]
    began = [part.created for part in parts if isinstance(part.created, int | float)]
    last = [part.fields["log"]["last"] for part in parts if part.fields["log"]["last"] is not None]
    groups = [part.fields["log"]["group"] for part in parts if part.fields["log"]["group"]]
    return Run(
        home or ".",
        name=home or root,
        state=_state(parts),
        created=min(began, default=None),
        runtime=max(last) - min(began) if last and began else None,
        steps=max((part.steps for part in parts if part.steps is not None), default=None),
        config={k: v for part in reversed(parts) for k, v in part.config.items()},
        summary={
            metric_of(where[folder], tag): value for folder in folders for tag, value in records[folder].summary.items()
        },
        fields={"group": groups[0]} if groups else {},
    )


def metric_of(place: Place, tag: str) -> str:
    """Return what a tag is called as a metric of its run."""
    return f"{place.prefix}{tag}{place.suffix}"


def _state(parts: Sequence[Run]) -> str:
    """
    Return what became of a run.

    ``add_hparams`` and Lightning write a success at once, whenever they are called. So a success without a time of its
    own counts only if nothing was logged after it.
    """
    ended = [part for part in parts if part.fields["log"]["status"]]
    if not ended:
        return "unknown"
    final = max(ended, key=lambda part: part.fields["log"]["ended"])
    facts = final.fields["log"]
    if facts["status"] != SUCCESS:
        return ENDS.get(facts["status"], "unknown")
    later = any((part.fields["log"]["last"] or 0) > facts["ended"] for part in parts if part is not final)
    return "finished" if facts["sure"] and not later else "unknown"


def space_of(records: Records, runs: Sequence[Run]) -> Space | None:
    """Return the search space that the hparams plugin declares; ``None`` if it gives no parameter a domain."""
    domains: dict[str, Domain] = {}
    outcomes: dict[str, None] = {}
    for record in records.values():
        facts = record.fields["log"]
        outcomes |= dict.fromkeys(facts["outcomes"])
        for entry in facts["declared"]:
            if len(entry) > 1 and entry["name"] not in domains:
                domains[entry["name"]] = _domain(entry, runs)
    metrics = {name for run in runs for name in run.summary}
    shown = [name for name in outcomes if name in metrics]
    return Space(shown[0] if len(shown) == 1 else "", parameters=domains) if domains else None


def _domain(entry: Mapping[str, Any], runs: Sequence[Run]) -> Domain:
    """Return a declared domain. The plugin keeps all numbers as floats: integers are told by what was tried."""
    if "choices" in entry:
        return Domain("categorical", choices=tuple(entry["choices"]))
    tried = [run.config[entry["name"]] for run in runs if entry["name"] in run.config]
    whole = tried and all(isinstance(v, int) for v in (*tried, *map(_as_int, (entry["low"], entry["high"]))))
    return Domain("integer" if whole else "real", entry["low"], entry["high"])


def _as_int(number: float) -> float:
    return int(number) if float(number).is_integer() else number


def _curves(records: Records, where: Mapping[str, Place]) -> set[str]:
    """Return the metrics that some run logged more than once."""
    return {metric_of(where[f], tag) for f, record in records.items() for tag in record.fields["log"]["curves"]}


def read_history(given: Given) -> pd.DataFrame:
    """Read the values per step of all runs; what cannot be read is left out, as `load` says."""
    check_installed(given.uri)
    logs: dict[str, Log] = {}
    records: dict[str, Run] = {}
    for folder, (events, settings) in files_of(given).items():
        try:
            logs[folder], found = _read(events, settings)
            records[folder] = record_of(folder, logs[folder], found)
        except SourceError:
            records[folder] = record_of(folder, Log(), unreadable=True)
    where = places(records)
    lost = {where[folder].home for folder, record in records.items() if record.fields["log"]["unreadable"]}
    curves = _curves(records, where)
    ids: list[str] = []
    names: list[str] = []
    points: list[tuple[int, float]] = []
    seen: set[tuple[str, str]] = set()
    for folder, log in logs.items():
        if where[folder].home in lost:
            continue
        run = where[folder].home or "."
        for tag, series in log.series.items():
            metric = metric_of(where[folder], tag)
            if metric in curves and (run, metric) not in seen:
                seen.add((run, metric))
                line = by_step(series)
                ids += [run] * len(line)
                names += [metric] * len(line)
                points += line
    steps, values = zip(*points, strict=True) if points else ((), ())
    return pd.DataFrame(dict(zip(HISTORY_COLUMNS, (ids, steps, names, values), strict=True)))


def by_step(series: Sequence[Point]) -> list[tuple[int, float]]:
    """
    Return step and value of each point by step; of several at one step the last.

    Where no step was ever given, all are 0: then the points are counted.
    """
    if len(series) > 1 and not any(step for step, _, _ in series):
        return [(step, value) for step, (_, _, value) in enumerate(series)]
    return sorted({step: value for step, _, value in series}.items())
