"""
One way to ask: a `Request` is made of an `Answer`; equal requests share a key, and what was computed is kept under it.

An answer is declared once, in `registry.ANSWERS`; whoever wants it asks for it here, whatever it is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..data.progress import Progress, no_progress
from ..data.records import Json
from ..question.selection import Selection
from ..store.cache import open_results
from ..store.loading import hash_program

QUICK, LARGE = 1.0, 1_000_000
"""What takes fewer seconds and has more bytes as JSON is not kept, where it may be computed again."""


@dataclass(frozen=True)
class Request:
    """
    What is asked.

    Attributes
    ----------
    answer
        Which answer is wanted.
    selection
        What it is about.
    asked
        What this answer is asked in particular, as plain JSON: a method, a parameter, a run.
    """

    answer: Answer
    selection: Selection
    asked: Json = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return the request as plain JSON values; `registry.read_request` makes it of them again."""
        return {"answer": self.answer.name, "selection": self.selection.to_json(), "asked": self.asked}


Compute = Callable[[Request, Path, Progress], Json]
"""Computes an answer: gets the normalised request, the cache folder, and whom to tell how far it is."""

Normalise = Callable[[Request, Path], Request]
"""Makes requests equal that the answer cannot tell apart; see `equality`."""

Restore = Callable[[Json, Request], Json]
"""Puts into an answer what was asked but makes no difference to its computation."""


@dataclass(frozen=True)
class Answer:
    """
    What can be asked.

    Attributes
    ----------
    name
        Its name: unique, and part of every key.
    normalise
        Makes requests equal that it cannot tell apart.
    compute
        Computes it, from a normalised request.
    restore
        Puts back what `normalise` took away and the page shows all the same.
    keeps
        Whether it is kept when it was computed.
    """

    name: str
    normalise: Normalise
    compute: Compute
    restore: Restore = lambda found, _: found
    keeps: bool = True

    def make_request(self, selection: Selection, **asked: Any) -> Request:
        """Return a request for this answer."""
        return Request(self, selection, asked)


def make_key(request: Request, folder: Path) -> str:
    """Return the key of an answer: equal for all requests that the answer cannot tell apart, in every process."""
    normal = request.answer.normalise(request, folder)
    return normal.selection.key(hash_program(), normal.answer.name, json.dumps(normal.asked, sort_keys=True))


def get_cached(request: Request, folder: Path) -> Json | None:
    """Return an answer that was computed before, else ``None``."""
    found = open_results(folder).get(make_key(request, folder))
    return None if found is None else request.answer.restore(found, request)


def get(request: Request, folder: Path, progress: Progress = no_progress, keep_large: bool = True) -> Json:
    """
    Return an answer, computed if it was not before.

    Parameters
    ----------
    request
        What is asked.
    folder
        The cache folder.
    progress
        Called with the share that is done; may raise to cancel.
    keep_large
        Keep it, however large it is and however quickly it came. What a job computes must be kept, because other
        processes read it from there; of what a request of the page computes a large part is not worth its bytes.

    Raises
    ------
    SourceError, QuestionError
        If the project is not in the cache, or the request does not fit it.
    """
    normal = request.answer.normalise(request, folder)
    place, store = make_key(normal, folder), open_results(folder)
    found = store.get(place) if request.answer.keeps else None
    if found is None:
        begun = time.perf_counter()
        found = request.answer.compute(normal, folder, progress)
        quick = time.perf_counter() - begun < QUICK
        if request.answer.keeps and (keep_large or not quick or _count_bytes(found) <= LARGE):
            store.set(place, found)
    return request.answer.restore(found, request)


def _count_bytes(found: Json) -> int:
    return len(json.dumps(found, ensure_ascii=False).encode())
