"""A question with its project and its design, and where its results are kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from . import design, picks
from .cache import results
from .errors import SourceError
from .loading import open_project
from .project import Project
from .selection import Selection
from .sources.assemble import assemble
from .sources.places import Corrections


@lru_cache(maxsize=4)
def _placed(project_id: str, places: tuple[Any, ...], folder: Path) -> Project:
    project = open_project(project_id, folder)
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


def named(selection: Selection, folder: Path) -> Selection:
    """Return the question with the ids of its picked runs in place of their fingerprint."""
    if not isinstance(selection.picked, str):
        return selection
    return replace(selection, picked=picks.runs_of(selection.picked, folder))


@lru_cache(maxsize=4)
def design_of(selection: Selection, folder: Path) -> design.Design:
    """Return the design of a question."""
    return design.build(project_of(selection, folder), named(selection, folder))


def whichever_top(selection: Selection) -> Selection:
    """Return the question without what only one method asks, so that the others' results are not computed again."""
    return replace(selection, top=Selection.top)


QUICK, LARGE = 1.0, 1_000_000
"""What takes fewer seconds and has more bytes as JSON is not kept, where it may be computed again."""


def kept(key: str, folder: Path, compute: Callable[[], dict[str, Any]], always: bool = True) -> dict[str, Any]:
    """
    Return the result that is kept under a key; computed, and kept from now on, if there is none.

    Parameters
    ----------
    key
        The key.
    folder
        The cache folder.
    compute
        Returns the result as plain JSON.
    always
        Keep it, however large it is and however quickly it came. What a job computes must be kept, because other
        processes read it from there; of what a request computes a large part is not worth its bytes.
    """
    store = results(folder)
    found = store.get(key)
    if found is None:
        begun = time.perf_counter()
        found = compute()
        quick = time.perf_counter() - begun < QUICK
        if always or not quick or len(json.dumps(found, ensure_ascii=False).encode()) <= LARGE:
            store.set(key, found)
    return found
