"""Sets of runs that a user selected, kept under a fingerprint, so that a large one travels as a short text."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .errors import QuestionError

MOST_KEPT = 1_000
"""Sets that are kept; older ones are removed."""

MOST_NAMED = 30
"""As many runs are named one by one; more travel under a fingerprint. As in ``assets/selecting.js``."""

_KEY = re.compile(r"\d+-[0-9a-f]{24}")


def keep(runs: Iterable[str], folder: Path) -> str:
    """
    Keep a set of runs.

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
    place = _folder(folder)
    if not (place / f"{key}.json").exists():
        handle, aside = tempfile.mkstemp(dir=place, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(place / f"{key}.json")
        _prune(place)
    return key


def named(runs: Iterable[str], folder: Path) -> list[str] | str:
    """Return a few runs by their ids, sorted; more than `MOST_NAMED` are kept, and their fingerprint is returned."""
    ids = sorted(set(map(str, runs)))
    return ids if len(ids) <= MOST_NAMED else keep(ids, folder)


def runs_of(key: str, folder: Path) -> tuple[str, ...]:
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
    return tuple(json.loads(content))


def _folder(folder: Path) -> Path:
    place = folder / "picks"
    place.mkdir(exist_ok=True, mode=0o700)
    return place


def _prune(place: Path) -> None:
    files = list(place.glob("*.json"))
    if len(files) > MOST_KEPT:
        for file in sorted(files, key=lambda f: f.stat().st_mtime)[: len(files) - MOST_KEPT]:
            file.unlink(missing_ok=True)
