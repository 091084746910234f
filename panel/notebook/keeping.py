"""Keep a project where the page and the report find it: in the cache folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..data import snapshot
from ..data.project import Project
from ..errors import SourceError
from ..question.selection import Selection
from ..settings import Settings
from ..store import cache


def keep(project: Project, selection: Selection) -> tuple[Selection, Path]:
    """
    Keep a project; return the question about it, and the cache folder.

    Raises
    ------
    SourceError
        If the cache folder cannot hold it.
    """
    folder, _ = cache.prepare(Settings.from_environment().cache_dir)
    try:
        return replace(selection, project=snapshot.save(project, folder), merged=()), folder
    except OSError as error:
        raise SourceError(
            f"The cache folder {folder} cannot hold {project.name}: {error.strerror or error}."
        ) from error
