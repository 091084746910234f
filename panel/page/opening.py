"""Opening sources from the page: what is allowed, recent sources, uploads, and changes since a source was read."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from ..data.records import Json
from ..errors import SourceError
from ..settings import Settings
from ..sources.table.reading import ENDINGS, ending_of
from ..store import loading
from ..store.roots import is_allowed

MOST_RECENT = 12

LARGEST_UPLOAD = 100
"""Megabytes of the largest table that the page takes; larger ones are opened by their path."""


def list_recent(settings: Settings, folder: Path) -> list[dict[str, str]]:
    """
    Return sources that a user opened before and that are allowed here, the latest first.

    Parameters
    ----------
    settings
        Which sources may be opened.
    folder
        The folder of the user's own things: of one user alone the cache folder.

    Returns
    -------
    list of dict
        ``uri``, ``name`` and ``format`` of each.
    """
    return [entry for entry in _read_recent(folder) if is_allowed(entry["uri"], settings, folder)]


def _read_recent(folder: Path) -> list[dict[str, str]]:
    try:
        entries = json.loads((folder / "recent.json").read_text(encoding="utf-8"))
        return [{key: str(entry[key]) for key in ("uri", "name", "format")} for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def remember(project_id: str, folder: Path, own: Path | None = None) -> None:
    """
    Put a project's source first among a user's recent ones, unless several sources were opened together.

    Parameters
    ----------
    project_id
        The project.
    folder
        The cache folder.
    own
        The folder of the user's own things; by default the cache folder.
    """
    own = own or folder
    project = loading.open_project(project_id, folder)
    if "\n" in project.source or not project.source:
        return
    entry = {"uri": project.source, "name": project.name, "format": project.format}
    others = [e for e in _read_recent(own) if e["uri"] != project.source]
    aside = own / f"recent.{os.getpid()}.{threading.get_ident()}"
    try:
        aside.write_text(json.dumps([entry, *others][:MOST_RECENT], ensure_ascii=False), encoding="utf-8")
        aside.replace(own / "recent.json")
    except OSError:
        aside.unlink(missing_ok=True)  # what was opened before is a convenience


def keep_upload(name: str, content: bytes, folder: Path) -> str:
    """
    Put an uploaded table into the cache folder.

    Parameters
    ----------
    name
        What the browser calls the file; only its last part counts.
    content
        The file.
    folder
        The folder of the user's own things.

    Returns
    -------
    str
        The path to open. The same content under the same name has the same path.

    Raises
    ------
    SourceError
        If it is too large, or its name has not the ending of a table.
    """
    if len(content) > LARGEST_UPLOAD * 1e6:
        raise SourceError(f"{name} is larger than {LARGEST_UPLOAD} MB; open it by its path instead.")
    safe = re.sub(r"[^\w.\- ()]", "_", name.replace("\\", "/").rpartition("/")[2]).lstrip(".") or "table"
    if not ending_of(Path(safe)):
        raise SourceError(f"{name} is no table; its name would end with one of {', '.join(ENDINGS)}.")
    place = folder / "uploads" / hashlib.sha256(content).hexdigest()[:16]
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        (place / safe).write_bytes(content)
    except OSError as error:
        raise SourceError(f"{name} cannot be kept in {place}: {error.strerror or error}.") from error
    return str(place / safe)


def work(folder: Path, what: Json, progress: Callable[..., None]) -> Json:
    """
    Read a source in a worker process.

    `what` has the JSON of a `loading.Wanted` as ``wanted``, the folder of the user's ``own`` things, and the megabytes
    of ``memory`` that it may take.
    """
    wanted, own = loading.Wanted.from_json(what["wanted"]), Path(what["own"])
    try:
        project_id = loading.load_source(wanted, folder, progress, what["memory"])
    except SourceError as error:  # where an upload is kept says nothing to the one who gave it
        raise SourceError(re.sub(rf"{re.escape(str(own / 'uploads'))}/\w{{16}}/", "", str(error))) from error
    remember(project_id, folder, own)
    return {"project": project_id}


AT_MOST = 20
"""A check for changes is repeated after this many times its own duration, to use at most a twentieth of a core."""


PROMPT = 1.0
"""Seconds that who asks waits for an answer; a source that takes longer has its answer for who asks next."""

MOST_ASKED = 16
"""Sources that are asked at the same time; as long as so many do not answer no other is asked."""

MOST_WATCHED = 200
"""Projects whose answer is given again; of more, the oldest answers are forgotten."""


UNSEEN: tuple[float, tuple[str, str]] = (-math.inf, ("", ""))
"""What stands for the answer of a source that was not asked yet."""


class Watch:
    """
    Checks whether the source of a project has changed since it was read; a source that hangs holds up nobody.

    Parameters
    ----------
    folder
        The cache folder.
    patience
        Seconds for which an answer is given again, so that many tabs do not ask a tracker's server many times; longer
        where a check takes long. 0 to ask each time, though not while an answer is waited for.
    """

    def __init__(self, folder: Path, patience: float):
        self.folder, self.patience = folder, patience
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, tuple[float, tuple[str, str]]] = OrderedDict()  # until when answers hold, and they
        self._asking: set[str] = set()

    def find_change(self, project_id: str) -> tuple[str, str]:
        """
        Return the stamp of a source if it has changed, else an empty text; and the reason if that is unknown.

        If the source does not answer soon, that is the answer that it gave last.
        """
        with self._lock:
            until, answer = self._seen.get(project_id, UNSEEN)
            busy = project_id in self._asking or len(self._asking) >= MOST_ASKED
            if busy or time.monotonic() <= until:
                return answer
            self._asking.add(project_id)
        asking = threading.Thread(target=self._ask, args=(project_id,), daemon=True)
        asking.start()
        asking.join(PROMPT)
        with self._lock:
            return self._seen.get(project_id, UNSEEN)[1]

    def _ask(self, project_id: str) -> None:
        start, answer = time.monotonic(), ("", "")
        try:
            answer = loading.find_change(project_id, self.folder)
        finally:
            now = time.monotonic()
            lasting = self.patience > 0 and not answer[1]  # what was wrong may be over at once
            pause = AT_MOST * (now - start) if lasting else 0.0
            with self._lock:
                self._asking.discard(project_id)
                self._seen.pop(project_id, None)
                self._seen[project_id] = (now + max(self.patience, pause), answer)
                while len(self._seen) > MOST_WATCHED:
                    self._seen.popitem(last=False)
