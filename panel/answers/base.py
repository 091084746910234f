"""
One way to ask: a `Request` for an `Answer`. Equal requests share a key, and the result is cached under that key.

`registry.ANSWERS` names the answers that the page can ask for.
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
from ..errors import SourceError, SweepLensError
from ..question.selection import Selection
from ..store.cache import open_results
from ..store.faults import catch_faults
from ..store.keeping import keep_result
from ..store.loading import hash_program, open_project

QUICK, LARGE = 1.0, 1_000_000
"""An answer that took fewer seconds and has more bytes of JSON is not cached, unless `keep_large`."""


@dataclass(frozen=True)
class Request:
    """
    A question to be answered.

    Attributes
    ----------
    answer
        Which answer is wanted.
    selection
        What it is about.
    asked
        Further arguments as plain JSON, such as a method, a parameter or a run.
    """

    answer: Answer
    selection: Selection
    asked: Json = field(default_factory=dict)

    def to_json(self) -> Json:
        """Return the request as plain JSON values, which `registry.read_request` reads."""
        return {"answer": self.answer.name, "selection": self.selection.to_json(), "asked": self.asked}


Compute = Callable[[Request, Path, Progress], Json]
"""Computes an answer from the normalised request, the cache folder, and a function to report progress with."""

Normalise = Callable[[Request, Path], Request]
"""Makes requests equal if they have the same answer; see `equality`."""

Restore = Callable[[Json, Request], Json]
"""Puts back into an answer what `Normalise` took out of its request."""


@dataclass(frozen=True)
class Answer:
    """
    A kind of answer that can be asked for.

    Attributes
    ----------
    name
        Its name: unique, and part of every key.
    normalise
        Makes requests equal if they have the same answer.
    compute
        Computes it, from a normalised request.
    restore
        Puts back what `normalise` took out, because the page shows it.
    keeps
        Whether it is cached.
    short
        Whether it is computed in a few seconds at most, whatever the project.
    """

    name: str
    normalise: Normalise
    compute: Compute
    restore: Restore = lambda answer, _: answer
    keeps: bool = True
    short: bool = False

    def make_request(self, selection: Selection, **asked: Any) -> Request:
        """Return a request for this answer."""
        return Request(self, selection, asked)


def make_key(request: Request, folder: Path) -> str:
    """Return the key of an answer: the same in every process, for all requests that have the same answer."""
    normal = request.answer.normalise(request, folder)
    return normal.selection.key(hash_program(), normal.answer.name, json.dumps(normal.asked, sort_keys=True))


def get_cached(request: Request, folder: Path) -> Json | None:
    """Return an answer from the cache; ``None`` if it is not there."""
    answer = open_results(folder).get(make_key(request, folder))
    return None if answer is None else request.answer.restore(answer, request)


def get(request: Request, folder: Path, progress: Progress = no_progress, keep_large: bool = True) -> Json:
    """
    Return an answer, from the cache or computed.

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
    SweepLensError
        If something goes wrong inside; the trace is in the log.
    """
    with catch_faults(f"{_name_source(request, folder)}: {request.answer.name} failed", folder, SweepLensError):
        return _get(request, folder, progress, keep_large)


def _name_source(request: Request, folder: Path) -> str:
    """Return the source of the project that is asked; the project's id if it is not in the cache."""
    try:
        return " ".join(open_project(request.selection.project, folder).source.split("\n"))
    except SourceError:
        return request.selection.project


def _get(request: Request, folder: Path, progress: Progress, keep_large: bool) -> Json:
    normal = request.answer.normalise(request, folder)
    place, store = make_key(normal, folder), open_results(folder)
    answer = store.get(place) if request.answer.keeps else None
    if answer is None:
        begun = time.perf_counter()
        answer = request.answer.compute(normal, folder, progress)
        quick = time.perf_counter() - begun < QUICK
        if request.answer.keeps and (keep_large or not quick or _count_bytes(answer) <= LARGE):
            keep_result(folder, place, answer)
    return request.answer.restore(answer, request)


def _count_bytes(answer: Json) -> int:
    return len(json.dumps(answer, ensure_ascii=False).encode())
