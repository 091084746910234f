"""Sets of runs that a user selected, kept under a fingerprint: a short text that stands for a large set."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..errors import QuestionError

MOST_KEPT = 1_000
"""Most sets that are kept; the least recently used are removed."""

MOST_BYTES = 100_000_000
"""Most bytes of all sets that are kept; the newest is always kept."""

MOST_NAMED = 30
"""Most runs that are named one by one; more are sent as a fingerprint."""

_KEY = re.compile(r"\d+-[0-9a-f]{24}")


def keep(runs: Iterable[str], folder: Path) -> str:
    """
    Save a set of runs.

    Parameters
    ----------
    runs
        Their ids, in any order.
    folder
        The cache folder.

    Returns
    -------
    str
        Its fingerprint: how many runs, and a digest of their ids; the same for the same runs everywhere.
    """
    ids = sorted(set(map(str, runs)))
    content = json.dumps(ids, ensure_ascii=False).encode()
    key = f"{len(ids)}-{hashlib.sha256(content).hexdigest()[:24]}"
    place = _make_folder(folder)
    if not _mark_used(place / f"{key}.json"):
        handle, aside = tempfile.mkstemp(dir=place, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(place / f"{key}.json")
        _prune(place, key)
    return key


def name_runs(runs: Iterable[str], folder: Path) -> list[str] | str:
    """Return the sorted ids of a few runs; more than `MOST_NAMED` are saved, and their fingerprint is returned."""
    ids = sorted(set(map(str, runs)))
    return ids if len(ids) <= MOST_NAMED else keep(ids, folder)


def read_runs(key: str, folder: Path) -> tuple[str, ...]:
    """
    Return the ids of a set of runs, sorted.

    Raises
    ------
    QuestionError
        If there is no such set, or its file is not what was written.
    """
    file = folder / "picks" / f"{key}.json"
    wrong = QuestionError(
        f"The selection of runs {key!r} is not kept here: it was made on another machine, or long ago. "
        "Use all runs, or select again."
    )
    if not _KEY.fullmatch(key):
        raise wrong
    try:
        content = file.read_bytes()
    except OSError:
        raise wrong from None
    if hashlib.sha256(content).hexdigest()[:24] != key.partition("-")[2]:
        raise wrong
    _mark_used(file)
    return tuple(json.loads(content))


def _make_folder(folder: Path) -> Path:
    place = folder / "picks"
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def _mark_used(file: Path) -> bool:
    """Mark a set as used, so that it is kept; return whether it exists."""
    try:
        os.utime(file)
    except OSError:
        return file.exists()
    return True


def _prune(place: Path, newest: str) -> None:
    files = []
    for file in place.glob("*.json"):
        with contextlib.suppress(OSError):  # another server removed it
            about = file.stat()
            files.append((file.stem == newest, about.st_mtime_ns, about.st_size, file))
    count, size = len(files), sum(one[2] for one in files)
    for is_newest, _, own, file in sorted(files):
        if is_newest or (count <= MOST_KEPT and size <= MOST_BYTES):
            return
        file.unlink(missing_ok=True)
        count, size = count - 1, size - own
