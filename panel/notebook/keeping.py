"""Keep a project where the page and the report find it: in the cache folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..data import snapshot
from ..data.project import Project
from ..errors import SourceError
from ..question.selection import Selection
from ..settings import Settings
from ..store import cache, housekeeping


def keep(project: Project, selection: Selection) -> tuple[Selection, Path]:
    """
    Keep a project; return the question about it, and the cache folder.

    Raises
    ------
    SourceError
        If the cache folder cannot hold it.
    """
    settings = Settings.from_environment()
    folder, _ = cache.prepare(settings.cache_dir)
    housekeeping.tidy_now_and_then(folder, settings.cache_size)
    try:
        return replace(selection, project=snapshot.save(project, folder), merged=()), folder
    except OSError as error:
        raise SourceError(
            f"The cache folder {folder} cannot hold {project.name}: {error.strerror or error}."
        ) from error
