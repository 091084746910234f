"""What a visitor may see: a project's id is no key to it, nor the fingerprint of runs that somebody else picked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, has_request_context

from ..data.snapshot import make_missing_error
from ..errors import QuestionError, SourceError
from ..question.selection import Selection
from ..settings import Settings
from ..store import loading, picks
from ..store.roots import is_allowed
from .visitor import Visitor, find_visitor

NAME = "sweeplens-permits"
"""Under which an application has its own."""


class Permits:
    """
    What the visitors of a server may see.

    Parameters
    ----------
    settings
        Which sources may be opened.
    start
        The project that the page opens with, which everybody may see, and what is read of its source later.
    """

    def __init__(self, settings: Settings, start: str):
        self.settings, self.folder, self.start = settings, settings.cache_dir, start
        self._begun = set(self._list_sources(start))
        self._may_see = lru_cache(maxsize=1000)(self._look_up)

    def check_project(self, project_id: str, visitor: Visitor) -> None:
        """
        Check that a visitor may see a project.

        Raises
        ------
        MissingProjectError
            If not; the same as of a project that is not here, so that nobody learns what is.
        """
        if project_id != self.start and not self._may_see(project_id, visitor.folder):
            self._may_see.cache_clear()  # it may be read from somewhere else by then
            raise make_missing_error(project_id)

    def check_picks(self, picked: Any, visitor: Visitor) -> None:
        """
        Check that a visitor picked these runs, if they are many and named by their fingerprint.

        Raises
        ------
        QuestionError
            If not; the same as of runs that are not kept here.
        """
        if isinstance(picked, str) and visitor.folder != self.folder:
            picks.read_runs(picked, visitor.folder)

    def _look_up(self, project_id: str, own: Path) -> bool:
        """Say whether one of the ways that lead to a project is open: what was asked for, and what was found there."""
        return any(
            bool(uris) and (uris in self._begun or all(is_allowed(uri, self.settings, own) for uri in uris))
            for uris in self._list_sources(project_id)
        )

    def _list_sources(self, project_id: str) -> Iterable[tuple[str, ...]]:
        """Return the sources that lead to a project; none to one that was made of objects or is not here."""
        with suppress(SourceError):
            yield loading.read_wanted(project_id, self.folder)[0].uris
        with suppress(SourceError):
            source = loading.open_project(project_id, self.folder).source
            if source and all("://" in line or Path(line).is_absolute() for line in source.split("\n")):
                yield (source,)


def read_selection(data: Any) -> Selection:
    """
    Return the selection that a browser sent, if its visitor may see what it is about: the one way to make one.

    Raises
    ------
    QuestionError
        If it cannot be read, or is about runs that somebody else picked.
    MissingProjectError
        If it is about a project that this visitor may not see, or that is not here.
    """
    if not isinstance(data, dict):
        raise QuestionError("This request holds no question. Load the page again.")
    selection = Selection.from_json(data)
    check_asked(selection.project, selection.picked)
    return selection


def check_asked(project_id: str = "", picked: Any = None) -> None:
    """Check that the visitor of the present request may see a project, and picked these runs; see `Permits`."""
    permits = current_app.extensions.get(NAME) if has_request_context() else None
    if permits is None:  # nobody asks from outside
        return
    visitor = find_visitor(permits.folder)
    if project_id:
        permits.check_project(project_id, visitor)
    permits.check_picks(picked, visitor)


def keep_picked(runs: Iterable[str], folder: Path) -> list[str] | str:
    """Return the ids of a few runs; of more the fingerprint, under which they are kept as the visitor's own."""
    ids = list(runs)
    own = find_visitor(folder).folder
    if own != folder and isinstance(picks.name_runs(ids, own), str):
        picks.keep(ids, folder)  # where those who compute find them
    return picks.name_runs(ids, folder)
