"""The project of a selection, its columns in the places that the selection gives them; and the design as it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..data.project import Project
from ..errors import SourceError
from ..question import design
from ..question.selection import Selection
from ..question.spellings import merge_spellings
from ..sources.common.corrections import Corrections
from ..sources.table.assemble import assemble
from ..store import picks
from ..store.loading import open_project


@lru_cache(maxsize=4)
def _open_placed(project_id: str, places: tuple[Any, ...], folder: Path) -> Project:
    project = open_project(project_id, folder)
    if not places:
        return project
    if project.table is None:
        raise SourceError(
            f"The columns of {project.name} have their places from the source; only their roles can be changed."
        )
    table = project.table()
    beside = len(table) == len(project.runs)  # else the history comes from folding the rows, as it will again
    given = tuple((c.name, c.place) for c in project.columns if c.by_user)
    return assemble(
        table,
        name=project.name,
        source=project.source,
        format=project.format,
        corrections=Corrections(exact=(*given, *places)),
        notes=project.notes,
        space=project.space,
        history=(lambda _: project.history) if project.history.metrics and beside else None,
    )


@lru_cache(maxsize=2)
def _open_merged(project_id: str, places: tuple[Any, ...], merged: tuple[str, ...], folder: Path) -> Project:
    return merge_spellings(_open_placed(project_id, places, folder), merged)


def get_project(selection: Selection, folder: Path) -> Project:
    """Return the project that a selection is about, its columns in the places that the selection gives them."""
    if not selection.merged:
        return _open_placed(selection.project, selection.places, folder)
    return _open_merged(selection.project, selection.places, selection.merged, folder)


def look_up_picked_ids(selection: Selection, folder: Path) -> Selection:
    """Return the selection with the ids of its picked runs in place of their fingerprint."""
    if not isinstance(selection.picked, str):
        return selection
    return replace(selection, picked=picks.read_runs(selection.picked, folder))


@lru_cache(maxsize=4)
def build_design(selection: Selection, folder: Path) -> design.Design:
    """Return the design of exactly this selection. Ask `designs.get_design`, which builds none twice for models."""
    return design.build(get_project(selection, folder), look_up_picked_ids(selection, folder))
