"""Load a source as a project in the cache; what was read before and has not changed is not read again."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pandas as pd

from .. import sources
from ..data import snapshot
from ..data.project import Project
from ..errors import MissingProjectError, SourceError
from ..sources.common.corrections import Corrections
from ..sources.common.given import Given, hide_password
from ..sources.common.memory import hold_memory, refuse_what_is_too_large
from ..sources.common.merging import merge
from ..sources.common.passwords import reveal_password
from ..sources.common.records import Reading, add_records, read_records
from ..sources.common.texts import ReadingProgress, no_reading_progress
from . import shared_snapshots
from .faults import catch_faults

READING = 0.8
"""Share of the work that is done when a source was read and its project is not saved yet."""

SCHEMA = 1
"""Version of the JSON that `everything.answer_ranking` returns."""


@lru_cache(maxsize=1)
def hash_program() -> str:
    """Return a digest of this program's text; it is part of every key, so that versions do not share results."""
    digest = hashlib.blake2b(digest_size=8)
    for file in sorted(Path(__file__).parent.parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return f"sweeplens {digest.hexdigest()} schema {SCHEMA}"


@dataclass(frozen=True)
class Wanted:
    """
    Sources to open as one project.

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

    def with_passwords(self) -> Wanted:
        """Return the same with the passwords that this process knows: for a worker of its own, and no file."""
        return replace(self, uris=tuple(map(reveal_password, self.uris)))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values, which `from_json` reads."""
        return json.loads(json.dumps(asdict(self)))

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Wanted:
        """Return the sources from what `to_json` returned."""
        given = data["corrections"]
        corrections = Corrections(
            tuple(given["config"]),
            tuple(given["metric"]),
            tuple(given["ignored"]),
            tuple((name, place) for name, place in given["exact"]),
        )
        return cls(tuple(data["uris"]), data["format"], corrections)


def load_source(wanted: Wanted, folder: Path, progress: ReadingProgress = no_reading_progress, memory: int = 0) -> str:
    """
    Read a source unless it is in the cache unchanged; of a changed source read only what is new.

    Parameters
    ----------
    wanted
        What to read.
    folder
        The cache folder.
    progress
        Called while reading.
    memory
        Megabytes that reading may take, beyond what this process has; 0 for no limit.

    Returns
    -------
    str
        The project's id.

    Raises
    ------
    SourceError
        If it cannot be read, takes more memory than it may, or the cache folder cannot hold it.
    """
    shown = " ".join(map(hide_password, wanted.uris))
    with (
        catch_faults(f"{shown} could not be read", folder),
        hold_memory(memory),
        refuse_what_is_too_large(shown),
    ):
        given = [sources.locate(uri) for uri in wanted.uris]
        located = replace(wanted, uris=tuple(one.located for one in given))
        project_id, stamp = _load_several(replace(wanted, uris=tuple(one.reachable for one in given)), folder, progress)
    with suppress(OSError):
        about = {"wanted": located.to_json(), "stamp": stamp}
        _write_json(about, folder / "projects" / project_id / snapshot.BESIDE)
    with hold_memory(memory):
        _share(project_id, folder)
    return project_id


def _share(project_id: str, folder: Path) -> None:
    """Have other machines find a project, with its history: not all of them can read that from its source."""

    def read_history() -> None:
        with (
            suppress(SourceError),
            catch_faults(f"The histories of project {project_id} could not be read", folder),
            refuse_what_is_too_large(project_id),
        ):
            _ = open_project(project_id, folder).history.frame

    shared_snapshots.put(project_id, folder, read_history)


def read_stamp(wanted: Wanted) -> str:
    """Return a text that changes whenever one of the sources does."""
    return " ".join(sources.stamp(uri, wanted.format) for uri in _gather(wanted))


def _gather(wanted: Wanted) -> Sequence[str]:
    """Return what is read each by itself; a format that is asked for is asked for of each that was given."""
    return wanted.uris if wanted.format else sources.gather(wanted.uris)


def read_wanted(project_id: str, folder: Path) -> tuple[Wanted, str]:
    """
    Return the sources of a project, and the stamp that they had when it was read.

    Raises
    ------
    SourceError
        If that is not known: the project is not in the cache.
    """
    try:
        if not project_id.isalnum():
            raise ValueError("not an id")
        place = folder / "projects" / project_id
        if not place.exists():
            shared_snapshots.fetch(project_id, folder)
        snapshot.mark_used(project_id, folder)
        about = json.loads((place / snapshot.BESIDE).read_text(encoding="utf-8"))
        return Wanted.from_json(about["wanted"]), about["stamp"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"Project {project_id[:40]} is not in the cache; open its source again.") from error


def find_change(project_id: str, folder: Path) -> tuple[str, str]:
    """
    Check whether a project's source has changed since it was read.

    Returns
    -------
    str
        The stamp that it has now; empty if it has not changed.
    str
        Why that is unknown, such as that the source is gone; else empty.
    """
    try:
        with catch_faults("Whether the source has changed could not be seen", folder):
            wanted, before = read_wanted(project_id, folder)
            now = read_stamp(wanted)
    except SourceError as error:
        return "", str(error)
    return (now if now != before else ""), ""


def _write_json(value: Any, file: Path) -> None:
    aside = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
    aside.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    aside.replace(file)


def _load_several(wanted: Wanted, folder: Path, progress: ReadingProgress) -> tuple[str, str]:
    """Read all sources that are wanted; return the id of the one project, and the stamp of the sources."""
    uris = _gather(wanted)
    ids, stamps = [], []
    for position, uri in enumerate(uris):

        def share(done: float, what: str, position: int = position) -> None:
            progress((position + done) / len(uris), what)

        shown = hide_password(uri)
        with catch_faults(f"{shown} could not be read", folder), refuse_what_is_too_large(shown):
            project_id, stamp = _load_one(uri, wanted, folder, share)
        ids.append(project_id)
        stamps.append(stamp)
    different = list(dict.fromkeys(ids))
    if len(different) > 1:
        merged = merge([_open_kept(i, folder) for i in different], different)
        return _save(merged, " ".join(wanted.uris), folder), " ".join(stamps)
    return different[0], " ".join(stamps)


def find_newest(project_id: str, stamp: str, folder: Path) -> str:
    """
    Return the project that was read when its source had this stamp, else this one; no source is asked.

    Parameters
    ----------
    project_id
        A project.
    stamp
        The stamp that its source has now, as `find_change` returns it; empty if it has not changed.
    folder
        The cache folder.
    """
    with suppress(SourceError):
        wanted, _ = read_wanted(project_id, folder)
        if stamp and len(wanted.uris) == 1:
            return _read_index(_name_index(sources.locate(wanted.uris[0]), wanted, stamp, folder), folder)
    return project_id


def _name_index(given: Given, wanted: Wanted, stamp: str, folder: Path) -> Path:
    """Return the file that names the project of a source with this stamp."""
    return _name_file(folder, hash_program(), given.located, wanted.format, repr(wanted.corrections), stamp)


def _read_index(index: Path, folder: Path) -> str:
    """Return the project that an index names; `SourceError` if there is none, or it is no longer in the cache."""
    try:
        project_id = json.loads(index.read_text())["project"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{index} names no project.") from error
    _open_kept(project_id, folder)
    return project_id


def _load_one(uri: str, wanted: Wanted, folder: Path, progress: ReadingProgress) -> tuple[str, str]:
    """Read one source; return the id of its project, and the stamp that it had before it was read."""
    found = sources.find(uri, wanted.format)
    stamp = sources.read_stamp(found)
    index = _name_index(found.given, wanted, stamp, folder)
    with suppress(SourceError):
        return _read_index(index, folder), stamp
    records = _name_index(found.given, wanted, "records", folder)
    reading = Reading(wanted.corrections, lambda done, what: progress(READING * done, what), read_records(records))
    try:
        project = sources.load(found, reading, stamp=stamp, propose=True)
    except BaseException:  # what was read so far need not be read again: an address may fail or be left halfway
        with suppress(OSError):
            if reading.kept:
                add_records({**reading.known, **reading.kept}, reading.known, records)
        raise
    progress(READING, f"keeping {project.name}")
    project_id = _save(project, uri, folder)
    with suppress(OSError):  # without them the next reading is a whole one
        if reading.kept:
            add_records(reading.kept, reading.known, records)
        index.write_text(json.dumps({"project": project_id, "stamp": stamp}))
    return project_id, stamp


def _name_file(folder: Path, *about: str) -> Path:
    return folder / "sources" / f"{hashlib.sha256(json.dumps(about).encode()).hexdigest()[:32]}.json"


def _save(project: Project, uri: str, folder: Path) -> str:
    try:
        project_id = snapshot.save(project, folder)
    except OSError as error:
        raise SourceError(
            f"{hide_password(uri)} was read, but the cache folder {folder} cannot hold it: {error.strerror or error}. "
            "Free some space, or choose another folder with --cache-dir."
        ) from error
    _open_snapshot.cache_clear()
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
def _open_snapshot(project_id: str, folder: Path, identity: tuple[int, int]) -> Project:
    return snapshot.open_project(project_id, folder, partial(_read_history, folder))


def _open_kept(project_id: str, folder: Path) -> Project:
    """Return a project if it is in the cache, whole."""
    identity = snapshot.identify(project_id, folder)
    snapshot.mark_used(project_id, folder)
    return _open_snapshot(project_id, folder, identity)


def open_project(project_id: str, folder: Path) -> Project:
    """
    Return a loaded project by its id.

    One that is missing or damaged is fetched from where other machines put theirs, else read anew if its source is what
    it was.

    Raises
    ------
    SourceError
        If it is not in the cache folder, and cannot be made anew: then a `MissingProjectError`.
    """
    try:
        return _open_kept(project_id, folder)
    except MissingProjectError:
        if shared_snapshots.fetch(project_id, folder):
            return _open_kept(project_id, folder)
        with suppress(SourceError):
            wanted, before = read_wanted(project_id, folder)
            if read_stamp(wanted) == before and load_source(wanted, folder) == project_id:
                return _open_kept(project_id, folder)
        raise
