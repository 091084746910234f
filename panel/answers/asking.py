"""A question with its project and its design, and where its results are kept."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..data.project import Project
from ..errors import SourceError
from ..question import design
from ..question.parameter import see_roles
from ..question.roles import as_modelled
from ..question.selection import Selection
from ..sources.table.assemble import assemble
from ..sources.table.places import Corrections
from ..store import picks
from ..store.cache import results
from ..store.loading import open_project, program


@lru_cache(maxsize=4)
def _placed(project_id: str, places: tuple[Any, ...], folder: Path) -> Project:
    project = open_project(project_id, folder)
    if not places:
        return project
    if project.table is None:
        raise SourceError(
            f"The columns of {project.name} have their places from the source; only their roles can be changed."
        )
    given = tuple((c.name, c.place) for c in project.columns if c.by_user)
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
def _design(selection: Selection, folder: Path) -> design.Design:
    return design.build(project_of(selection, folder), named(selection, folder))


def design_of(selection: Selection, folder: Path) -> design.Design:
    """Return the design of a question; it is not built again for roles that no model sees."""
    asked = modelled(selection, folder)
    found = _design(asked, folder)
    return (
        found if asked == selection else replace(found, parameters=see_roles(found.parameters, dict(selection.roles)))
    )


@lru_cache(maxsize=32)
def _modelled_by_default(selection: Selection, folder: Path) -> frozenset[str]:
    def compute() -> dict[str, Any]:
        return {"parameters": [p.name for p in _design(selection, folder).parameters if p.modelled]}

    return frozenset(kept(selection.key(program(), "modelled by default"), folder, compute)["parameters"])


def modelled(selection: Selection, folder: Path) -> Selection:
    """
    Return the question as models see it: of its roles only those that let a parameter in, or keep it out.

    What is computed for it is also the answer to every question that differs in other roles only.
    """
    if not selection.roles:
        return selection
    by_default = _modelled_by_default(replace(whichever_top(selection), roles=(), group=""), folder)
    return replace(selection, roles=as_modelled(selection.roles, by_default))


def whichever_top(selection: Selection) -> Selection:
    """Return the question without what only one method asks, so that the others' results are not computed again."""
    return replace(selection, top=Selection.top)


def key_of(selection: Selection, folder: Path, *parts: str) -> str:
    """Return the key of what models answer to a question: equal for all questions that they cannot tell apart."""
    return modelled(selection, folder).key(program(), *parts)


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
