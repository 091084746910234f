"""The only cached functions: from a question to a record. Keys are questions, never frames; records are JSON."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from . import design, snapshot, sources
from .adaptive import SENTENCE
from .cache import results
from .correlation import correlate
from .errors import SourceError
from .importance import compute as compute_importance
from .importance.record import LEVEL, no_progress, trust
from .names import likely_target
from .project import Project
from .selection import Selection, Target, find_column, value_text
from .sources.assemble import assemble
from .sources.given import hide_password
from .sources.merging import merge
from .sources.places import Corrections
from .sources.reading import Progress
from .sources.reading import no_progress as no_reading
from .sources.records import Reading, read_records, write_records

MOST_CHOICES = 12
"""A number with more values than this is filtered by a range, one with fewer by its values."""

READING = 0.8
"""Share of the work when a source has been read and its project is yet to be kept."""

MOST_GROUPABLE = 200
"""Columns offered to group by."""

MOST_SKIPPED = 100
"""Of more runs that could not be read than this only the first are named."""

SCHEMA = 1
"""Version of the JSON that `answer` returns."""


@lru_cache(maxsize=1)
def program() -> str:
    """Return what stands for this program in every key, so that no version reads another's results: its own text."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return f"sweeplens {digest.hexdigest()} schema {SCHEMA}"


@dataclass(frozen=True)
class Wanted:
    """
    What is to be opened as one project.

    Attributes
    ----------
    uris
        Paths or addresses; several are read together.
    format
        ``NAME`` of the reader; empty for the one that recognises the source.
    corrections
        Places that the user gave to the columns of tables.
    """

    uris: tuple[str, ...]
    format: str = ""
    corrections: Corrections = field(default_factory=Corrections)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values from which `from_json` makes an equal one."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Wanted:
        """Make one from what `to_json` returned."""
        given = data["corrections"]
        corrections = Corrections(
            tuple(given["config"]),
            tuple(given["metric"]),
            tuple(given["ignored"]),
            tuple((name, place) for name, place in given["exact"]),
        )
        return cls(tuple(data["uris"]), data["format"], corrections)


def load_source(wanted: Wanted, folder: Path, progress: Progress = no_reading) -> str:
    """
    Read a source, unless it was read before and has not changed since; of one that has changed, what is new.

    Parameters
    ----------
    wanted
        What to read.
    folder
        The cache folder.
    progress
        Called while reading.

    Returns
    -------
    str
        The project's id.

    Raises
    ------
    SourceError
        If it cannot be read, or the cache folder cannot hold it.
    """
    located = replace(wanted, uris=tuple(sources.give(uri).located for uri in wanted.uris))
    project_id, stamp = _load_several(located, folder, progress)
    with suppress(OSError):
        about = {"wanted": located.to_json(), "stamp": stamp}
        _write_json(about, folder / "projects" / project_id / "wanted.json")
    return project_id


def stamp_of(wanted: Wanted) -> str:
    """Return a text that changes whenever one of the sources does."""
    return " ".join(sources.stamp(uri, wanted.format) for uri in wanted.uris)


def wanted_of(project_id: str, folder: Path) -> tuple[Wanted, str]:
    """
    Return what a project was opened as, and the stamp that its source had then.

    Raises
    ------
    SourceError
        If that is not known: the project is not in the cache.
    """
    try:
        if not project_id.isalnum():
            raise ValueError("not an id")
        about = json.loads((folder / "projects" / project_id / "wanted.json").read_text(encoding="utf-8"))
        return Wanted.from_json(about["wanted"]), about["stamp"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"Project {project_id} is not in the cache; open its source again.") from error


def change(project_id: str, folder: Path) -> str:
    """Return the stamp of a project's source if it has changed since; empty if not, or if it cannot be asked."""
    try:
        wanted, before = wanted_of(project_id, folder)
        now = stamp_of(wanted)
    except SourceError:
        return ""
    return now if now != before else ""


def _write_json(value: Any, file: Path) -> None:
    aside = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    aside.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    aside.replace(file)


def _load_several(wanted: Wanted, folder: Path, progress: Progress) -> tuple[str, str]:
    """Read all sources that are wanted; return the id of the one project, and the stamp of the sources."""
    ids, stamps = [], []
    for position, uri in enumerate(wanted.uris):

        def share(done: float, what: str, position: int = position) -> None:
            progress((position + done) / len(wanted.uris), what)

        project_id, stamp = _load_one(uri, wanted, folder, share)
        ids.append(project_id)
        stamps.append(stamp)
    different = list(dict.fromkeys(ids))
    if len(different) > 1:
        merged = merge([open_project(i, folder) for i in different], different)
        return _save(merged, " ".join(wanted.uris), folder), " ".join(stamps)
    return different[0], " ".join(stamps)


def _load_one(uri: str, wanted: Wanted, folder: Path, progress: Progress) -> tuple[str, str]:
    """Read one source; return the id of its project, and the stamp that it had before it was read."""
    found = sources.find(uri, wanted.format)
    about = [program(), found.given.located, wanted.format, repr(wanted.corrections)]
    stamp = found.source.stamp(found.given)
    index, records = (_kept(folder, *what) for what in ([*about, stamp], [*about, "records"]))
    try:
        known = json.loads(index.read_text())["project"]
        open_project(known, folder)
    except (OSError, ValueError, KeyError, TypeError, SourceError):
        pass
    else:
        return known, stamp
    reading = Reading(wanted.corrections, lambda done, what: progress(READING * done, what), read_records(records))
    try:
        project = sources.load(found, reading, stamp=stamp)
    except BaseException:  # what was read so far need not be read again: an address may fail or be left halfway
        with suppress(OSError):
            if reading.kept:
                write_records({**reading.known, **reading.kept}, records)
        raise
    progress(READING, f"keeping {project.name}")
    project_id = _save(project, uri, folder)
    with suppress(OSError):  # without them the next reading is a whole one
        if reading.kept:
            write_records(reading.kept, records)
        index.write_text(json.dumps({"project": project_id, "stamp": stamp}))
    return project_id, stamp


def _kept(folder: Path, *about: str) -> Path:
    return folder / "sources" / f"{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]}.json"


def _save(project: Project, uri: str, folder: Path) -> str:
    try:
        project_id = snapshot.save(project, folder)
    except OSError as error:
        raise SourceError(
            f"{hide_password(uri)} was read, but the cache folder {folder} cannot hold it: {error.strerror or error}. "
            "Free some space, or choose another folder with --cache-dir."
        ) from error
    _opened.cache_clear()
    return project_id


def _read_history(folder: Path, origin: list[list[str]]) -> pd.DataFrame:
    """Read a history from the sources it stayed in, or from the snapshots of the projects that were put together."""
    parts = []
    for format, where, prefix in origin:
        if format == "snapshot":
            frame = open_project(where, folder).history.frame
            parts.append(frame.assign(run_id=prefix + frame["run_id"].astype("str")) if prefix else frame)
        else:
            parts.append(sources.read_history([[format, where, prefix]]))
    return pd.concat(parts, ignore_index=True)


@lru_cache(maxsize=4)
def _opened(project_id: str, folder: Path) -> Project:
    return snapshot.open_project(project_id, folder, partial(_read_history, folder))


def open_project(project_id: str, folder: Path) -> Project:
    """Return a loaded project by its id; `SourceError` if it is not in the cache folder."""
    return _opened(project_id, folder)


@lru_cache(maxsize=4)
def _placed(project_id: str, places: tuple[Any, ...], folder: Path) -> Project:
    project = _opened(project_id, folder)
    if not places:
        return project
    if project.table is None:
        raise SourceError(
            f"The columns of {project.name} have their places from the source; only their roles can be changed."
        )
    given = tuple((c.name, c.place) for c in project.columns if c.sure == "given" and c.reason == "as you said")
    return assemble(
        project.table(),
        name=project.name,
        source=project.source,
        format=project.format,
        corrections=Corrections(exact=(*given, *places)),
        notes=list(project.notes),
        space=project.space,
        history=(lambda _: project.history) if project.history.metrics else None,
    )


def project_of(selection: Selection, folder: Path) -> Project:
    """Return the project that a question is about, its columns in the places that the question gives them."""
    return _placed(selection.project, selection.places, folder)


@lru_cache(maxsize=4)
def _design(selection: Selection, folder: Path) -> design.Design:
    return design.build(project_of(selection, folder), selection)


def default_selection(project_id: str, folder: Path, **target: Any) -> Selection:
    """Return the question that a project is opened with: its sweep's metric, or else a likely one."""
    project = open_project(project_id, folder)
    return Selection(project_id, default_target(project, **target))


def default_target(project: Project, **target: Any) -> Target:
    """Return a target with the metric that is given, that the sweep declares, or that people most likely study."""
    declared = project.space.metric if project.space and project.space.metric in project.metrics else ""
    metric = target.pop("metric", "") or declared or (likely_target(project.metrics) if project.metrics else "")
    return Target(metric, **target)


def _cached(key: str, folder: Path, compute: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    store = results(folder)
    found = store.get(key)
    if found is None:
        found = compute()
        store.set(key, found)
    return found


def overview(selection: Selection, folder: Path) -> dict[str, Any]:
    """
    Answer what can be answered at once: the runs used, the parameters and their correlations.

    Parameters
    ----------
    selection
        The question.
    folder
        The cache folder.

    Returns
    -------
    dict
        JSON with the fields of `answer`, but for those of the method.

    Raises
    ------
    SourceError, QuestionError
        If the project is not in the cache, or the question does not fit it.
    """
    return _cached(selection.key(program(), "overview"), folder, lambda: _overview(selection, folder))


def _overview(selection: Selection, folder: Path) -> dict[str, Any]:
    project, d = project_of(selection, folder), _design(selection, folder)
    return {
        "schema": SCHEMA,
        "project": {
            "id": selection.project,
            "name": project.name,
            "source": project.source,
            "format": project.format,
            "parts": list(project.parts),
        },
        "target": {
            "metric": d.target.metric,
            "goal": d.target.goal,
            "value": d.target.value,
            "scale": d.scale,
            "scale_reason": d.scale_reason,
        },
        "level": LEVEL,
        "runs": {
            "loaded": d.loaded,
            "used": d.runs_used,
            "groups": len(d.y) if d.grouped else None,
            "grouped": d.grouped,
            "configs": d.n_configs,
            "left_out": d.left_out,
            "states": {str(state): int(n) for state, n in project.runs["state"].value_counts().sort_index().items()},
        },
        "adaptive": {"reason": d.adaptive, "words": SENTENCE} if d.adaptive else None,
        "empty": None if d.empty is None else {"reason": d.empty[0], "words": d.empty[1]},
        "correlation": correlate(d).to_json(),
        "parameters": [p.to_json() for p in d.parameters],
        "metrics": project.metrics,
        "groupable": groupable(project),
        "has_history": d.target.metric in project.history.metrics,
        "notes": list(project.notes),
        "skipped": [{"what": what, "why": why} for what, why in project.skipped[:MOST_SKIPPED]],
        "skipped_count": len(project.skipped),
        "seed": selection.seed,
    }


def importance_key(selection: Selection, method: str) -> str:
    """Return the key of an importance: equal questions have equal keys in every process."""
    return selection.key(program(), "importance", method)


def cached_importance(selection: Selection, method: str, folder: Path) -> dict[str, Any] | None:
    """Return the importance if it was computed before, else ``None``."""
    return results(folder).get(importance_key(selection, method))


def importance_of(
    selection: Selection, method: str, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return the importance of every parameter, computed if it was not before.

    Parameters
    ----------
    selection
        The question.
    method
        Name of a method.
    folder
        The cache folder.
    progress
        Called with the share that is done; may raise to cancel.

    Returns
    -------
    dict
        JSON as `Importance.to_json` returns it, with the ``trust`` that it deserves.
    """

    def compute() -> dict[str, Any]:
        record = compute_importance(_design(selection, folder), method, progress)
        return {**record.to_json(), "trust": trust(record)}

    return _cached(importance_key(selection, method), folder, compute)


def work(folder: Path, what: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """Compute an importance in a worker process; `what` has the ``selection`` as JSON and the ``method``."""
    return importance_of(Selection.from_json(what["selection"]), what["method"], folder, progress)


def warm(folder: Path, what: Any, progress: Callable[[float], None]) -> None:
    """Do nothing, in a worker process: that it has imported this module is what counts."""


def answer(
    selection: Selection, method: str, folder: Path, progress: Callable[[float], None] = no_progress
) -> dict[str, Any]:
    """
    Return the whole answer to a question, as ``--json`` prints it.

    Returns
    -------
    dict
        ``schema``, ``project``, ``target``, ``method``, ``level``, ``runs``, ``surrogate``, ``trust``, ``adaptive``,
        ``empty``, ``importance`` (one row a parameter that entered the model, the most important first), ``groups``,
        ``correlation``, ``parameters``, ``notes``, ``skipped``, ``skipped_count``, ``seed``.
    """
    first = overview(selection, folder)
    second = importance_of(selection, method, folder, progress)
    return {
        "schema": first["schema"],
        "project": first["project"],
        "target": first["target"],
        "method": second["method"],
        "level": first["level"],
        "runs": first["runs"],
        "surrogate": second["surrogate"],
        "trust": second["trust"],
        "adaptive": first["adaptive"],
        "empty": second["empty"],
        "importance": second["importance"],
        "groups": second["groups"],
        "correlation": first["correlation"],
        "parameters": first["parameters"],
        "notes": [*first["notes"], *second["notes"]],
        "skipped": first["skipped"],
        "skipped_count": first["skipped_count"],
        "seed": first["seed"],
    }


def columns(selection: Selection, folder: Path) -> tuple[list[dict[str, Any]], str]:
    """
    List every column of the source, and every parameter that came out of one.

    Returns
    -------
    list of dict
        ``column``, ``place``, how ``sure`` that is, ``why``, ``role`` and a few ``values``; ``place_changes`` and
        ``role_changes`` say what can be changed.
    str
        What the user should know.
    """
    project = project_of(selection, folder)
    found = {p["parameter"]: p for p in overview(selection, folder)["parameters"]}
    rows, listed = [], set()
    for c in project.columns:
        parameter = found.get(c.label) if c.place == "config" else None
        listed.add(c.label if parameter else "")
        rows.append(_column_row(c.name, c.place, c.sure, c.reason, ", ".join(c.examples), parameter, project))
    for name, parameter in found.items():
        if name not in listed:
            rows.append(_column_row(name, "config", "given", "", parameter["value_range"], parameter, None))
    note = (
        "" if project.table is not None else "This source says itself what its columns are; only roles can be changed."
    )
    return rows, note


def _column_row(
    name: str, place: str, sure: str, why: str, values: str, parameter: dict[str, Any] | None, project: Project | None
) -> dict[str, Any]:
    words = parameter["words"] if parameter else ""
    return {
        "column": name,
        "parameter": parameter["parameter"] if parameter else "",
        "place": place,
        "sure": sure,
        "why": "; ".join(part for part in (why, words) if part),
        "role": parameter["role"] if parameter else "",
        "values": values,
        "place_changes": project is not None and project.table is not None,
        "role_changes": parameter is not None,
    }


def groupable(project: Project) -> list[dict[str, str]]:
    """Return the columns that runs can be grouped by, for a select box: those in which several runs share a value."""
    found = []
    for full in project.filterable():
        prefix, _, name = full.partition(".")
        if prefix == "summary" or full in ("run.state", "run.created", "run.runtime", "run.steps"):
            continue
        column = project.column(full)
        if column.dtype.kind in "fM" or not 2 <= column.nunique() <= len(column) / 2:
            continue
        found.append({"value": full, "label": name})
    return sorted(found, key=lambda entry: not entry["value"].startswith("run."))[:MOST_GROUPABLE]


def filterable(selection: Selection, folder: Path) -> list[dict[str, Any]]:
    """Return the columns that runs can be filtered by, grouped as a select box wants them."""
    project = project_of(selection, folder)
    groups = {"run": "Run", "config": "Settings", "summary": "Metrics"}
    return [
        {
            "group": words,
            "items": [
                {"value": full, "label": full.partition(".")[2]}
                for full in project.filterable()
                if full.startswith(f"{prefix}.")
            ],
        }
        for prefix, words in groups.items()
    ]


def column_facts(selection: Selection, column: str, folder: Path) -> dict[str, Any]:
    """
    Describe a column for the filter dialog.

    Returns
    -------
    dict
        ``column``, its ``kind`` (``range`` or ``values``), ``about`` in words, and each value with its number of runs.
    """
    project = project_of(selection, folder)
    values = project.column(find_column(column, project.filterable(), "Filter"))
    missing = int(values.isna().sum())
    empty = f", missing in {missing:,} runs" if missing else ""
    if values.dtype.kind == "M":
        span = (
            f"{values.min():%Y-%m-%d %H:%M} to {values.max():%Y-%m-%d %H:%M} (UTC)"
            if values.notna().any()
            else "no times"
        )
        return {"column": column, "kind": "range", "about": span + empty, "values": []}
    if values.dtype.kind in "if" and values.nunique() > MOST_CHOICES:
        return {
            "column": column,
            "kind": "range",
            "about": f"{values.min():.6g} to {values.max():.6g}{empty}",
            "values": [],
        }
    counts = values.map(value_text, na_action=None).value_counts()
    shown = counts.head(1000)
    about = f"{len(counts):,} values" + (", the most frequent 1,000 listed" if len(counts) > len(shown) else "")
    choices = [{"value": text, "label": f"{text or 'missing'}  ({n:,})"} for text, n in shown.items()]
    return {"column": column, "kind": "values", "about": about, "values": choices}
