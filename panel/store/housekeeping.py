"""
What is kept in the cache folder, within limits: of size for all of it, of age and number for each kind.

What was not used for longest goes first. What is in use stays, whatever its size: a project that was opened lately,
the table that was uploaded for it, a job that is running.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..data import snapshot
from ..data.temporary import remove_left
from .cache import MOST_RESULTS
from .shared_snapshots import put_missed
from .states import list_finished

log = logging.getLogger(__name__)

EVERY = 300.0
"""Seconds between two rounds."""

IN_USE = 900.0
"""What was used within so many seconds is in use."""

DAY = 24 * 3600.0

OLDEST = {"projects": 90 * DAY, "sources": 90 * DAY, "uploads": 30 * DAY, "results": 30 * DAY, "picks": 90 * DAY}
"""Seconds after which what was not used is removed, by kind, however small all is."""

MOST = {"projects": 1_000, "sources": 2_000, "uploads": 1_000, "results": MOST_RESULTS, "picks": 5_000}
"""How many are kept, by kind."""

OLDEST_JOB = DAY
MOST_JOBS = 2_000
"""States of finished jobs that are kept."""

OLDEST_ASIDE = 3600.0
"""Seconds after which what was being written is taken for what a killed process left."""

ROUND = "round"
"""The file whose time is that of the last round."""


@dataclass(frozen=True)
class Kept:
    """
    Something in the cache folder that is kept or removed as a whole.

    Attributes
    ----------
    path
        A file, or a folder with what is in it.
    size
        Its bytes.
    used
        When it was last used, in seconds since 1970.
    kind
        One of `OLDEST`.
    """

    path: Path
    size: int
    used: float
    kind: str


def begin(folder: Path, megabytes: int, held: Iterable[str] = (), also: Callable[[], None] | None = None) -> None:
    """
    Do a round now and then, in a thread that ends with the process.

    Parameters
    ----------
    folder
        The cache folder.
    megabytes
        The most that it may hold.
    held
        Projects that stay as long as this process does.
    also
        What else is to be done each time.
    """

    def go_on() -> None:
        while True:
            try:
                for project_id in held:
                    snapshot.mark_used(project_id, folder)
                tidy(folder, megabytes)
                put_missed(folder)
                if also is not None:
                    also()
            except Exception:  # the next round comes; what cannot be removed is no reason to serve nothing
                log.exception("the cache folder could not be tidied")
            time.sleep(EVERY)

    threading.Thread(target=go_on, name="housekeeping", daemon=True).start()


def tidy_now_and_then(folder: Path, megabytes: int) -> None:
    """Do a round, unless some process has just done one in this folder."""
    with suppress(OSError):
        if time.time() - (folder / ROUND).stat().st_mtime < EVERY:
            return
    tidy(folder, megabytes)


def tidy(folder: Path, megabytes: int, now: float | None = None) -> None:
    """
    Do a round: remove what is too old, too much, or was left by a process that was killed.

    Parameters
    ----------
    folder
        The cache folder.
    megabytes
        The most that it may hold.
    now
        Seconds since 1970.
    """
    now = time.time() if now is None else now
    with suppress(OSError):
        (folder / ROUND).touch()
        os.utime(folder)  # a temporary one is in use, too
    for path in choose_removed(list_kept(folder), megabytes * 1e6, now):
        _remove(path)
    for path in (*_list_aside(folder, now), *list_finished(folder, now, OLDEST_JOB, MOST_JOBS)):
        _remove(path)
    remove_left(now)


def choose_removed(kept: Iterable[Kept], most: float, now: float) -> list[Path]:
    """
    Return what is to be removed: what does not fit beside all that was used later, and nothing that is in use.

    Parameters
    ----------
    kept
        All that is kept.
    most
        Bytes that it may have altogether.
    now
        Seconds since 1970.
    """
    total, counts, removed = 0, dict.fromkeys(OLDEST, 0), []
    for one in sorted(kept, key=lambda one: one.used, reverse=True):
        idle = now - one.used
        too_much = total + one.size > most or counts[one.kind] >= MOST[one.kind]
        if idle > IN_USE and (too_much or idle > OLDEST[one.kind]):
            removed.append(one.path)
        else:
            total += one.size
            counts[one.kind] += 1
    return removed


def list_kept(folder: Path) -> list[Kept]:
    """Return all that counts towards the size of the cache folder."""
    projects = _weigh_all(_list(folder / "projects"), "projects")
    read = _find_uploads(projects)
    uploads = _weigh_all((*_list(folder / "uploads"), *folder.glob("users/*/uploads/*")), "uploads")
    return [
        *projects,
        *(replace(kept, used=max(kept.used, read.get(kept.path, 0.0))) for kept in uploads),
        *_weigh_all(_list(folder / "sources"), "sources"),
        *_weigh_all(_list(folder / "results"), "results"),
        *_weigh_all((*_list(folder / "picks"), *folder.glob("users/*/picks/*.json")), "picks"),
    ]


def _list(place: Path) -> list[Path]:
    """Return what is in a folder, but for what is being written."""
    try:
        return [path for path in place.iterdir() if not _is_aside(path)]
    except OSError:
        return []


def _is_aside(path: Path) -> bool:
    """Say whether a name is one of those under which something is written before it gets its own."""
    return path.name.startswith(".") or path.suffix in (".part", ".__wz_cache") or path.suffix[1:].isdigit()


def _weigh_all(paths: Iterable[Path], kind: str) -> list[Kept]:
    """Return what is to be known of files and folders; of those that another process has just removed nothing."""
    kept = []
    for path in paths:
        with suppress(OSError):
            about = path.stat()
            size = sum(file.stat().st_size for file in path.iterdir()) if path.is_dir() else about.st_size
            kept.append(Kept(path, size, about.st_mtime, kind))
    return kept


def _find_uploads(projects: Iterable[Kept]) -> dict[Path, float]:
    """Return the folders of uploads from which projects were read, and when those were last used."""
    used: dict[Path, float] = {}
    for project in projects:
        with suppress(OSError, ValueError, KeyError, TypeError):
            wanted = json.loads((project.path / snapshot.BESIDE).read_text(encoding="utf-8"))["wanted"]
            for uri in wanted["uris"]:
                place = Path(uri).parent
                used[place] = max(used.get(place, 0.0), project.used)
    return used


def _list_aside(folder: Path, now: float) -> Iterator[Path]:
    """Yield what killed processes were writing."""
    places = (folder / name for name in ("projects", "sources", "results", "jobs", "picks"))
    for place in (folder, *places, *folder.glob("users/*"), *folder.glob("users/*/picks")):
        with suppress(OSError):
            for path in place.iterdir():
                if _is_aside(path) and now - path.stat().st_mtime > OLDEST_ASIDE:
                    yield path


def _remove(path: Path) -> None:
    with suppress(OSError):  # another process was faster
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
