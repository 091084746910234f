"""What clients may ask about: the sources named at the start and those that they open, within the roots."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..answers.asking import USUAL, read_question
from ..errors import QuestionError, SourceError, nearest
from ..question.selection import Goal, Selection, check_choice
from ..settings import Settings
from ..sources import locate
from ..sources.common.given import hide_password
from ..sources.common.passwords import remember_passwords
from ..store.loading import Wanted, load_source, open_project
from ..store.roots import check_allowed

Tell = Callable[..., None]
"""Called with the share that is done and, if known, what is being done; may raise to cancel."""

MOST_NAMED = 100
"""Sources that a client opened and that are known as it opened them; of more, the latest."""

READING = 0.3
"""Share of the work that is done when the source was read."""


@dataclass(frozen=True)
class Asked:
    """
    What all tools can be asked.

    Attributes
    ----------
    project
        The source; empty for the one that is open.
    metric, goal
        The target; empty as the command chooses.
    filters
        Conditions as of the command's ``--filter``.
    step, group
        As of the command's ``--step`` and ``--group``; empty as the command chooses.
    roles
        Roles of parameters by name.
    page
        Address of the page on whose server it is asked; empty over standard input and output.
    """

    project: str = ""
    metric: str = ""
    goal: str = ""
    filters: tuple[str, ...] = ()
    step: str = ""
    group: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    page: str = ""


@dataclass(frozen=True)
class Question:
    """
    A question about a project that was read.

    Attributes
    ----------
    selection
        The question itself.
    folder
        The cache folder.
    sources
        What was opened, as a person types it, without passwords.
    page
        Address of the page on whose server it is asked; empty if there is none.
    """

    selection: Selection
    folder: Path
    sources: tuple[str, ...]
    page: str = ""


def tell_reading(tell: Tell) -> Tell:
    """Return what is told while a source is read."""
    return lambda done, now="": tell(READING * done, now)


def tell_computing(tell: Tell) -> Tell:
    """Return what is told after the source was read."""
    return lambda done, now="": tell(READING + (1 - READING) * done, now)


class Desk:
    """
    The sources that clients ask about.

    A source is looked at again with each question: runs that were added since are in the answer.

    Parameters
    ----------
    settings
        What was named at the start, what else may be opened, the cache folder.
    start
        What is asked about where no source is named; by default what was named at the start.
    shared
        Whether several clients ask, who cannot be told apart: then nobody is told about what another one opened.
    """

    def __init__(self, settings: Settings, start: Wanted | None = None, shared: bool = False):
        remember_passwords((*settings.sources, *settings.root))
        self.settings, self.folder, self.shared = settings, settings.cache_dir, shared
        self._start = start or (Wanted(settings.sources) if settings.sources else None)
        self._current = self._start
        self._named: dict[str, Wanted] = {}
        self._lock = threading.Lock()

    def open_source(self, source: str, format: str, tell: Tell, page: str = "") -> tuple[Question, bool]:
        """
        Read a source.

        Parameters
        ----------
        source
            A path or an address.
        format
            Name of the reader; empty for the one that recognises the source.
        tell
            Called while reading.
        page
            See `Asked`.

        Returns
        -------
        Question
            The usual one about it.
        bool
            Whether it is the source that this client is told about from now on.

        Raises
        ------
        SourceError
            If it lies outside the roots, or cannot be read.
        """
        wanted = Wanted((self._check(source),), format) if format else self._find_named(source)
        question = self._read(wanted, Asked(source, page=page), tell, needs_metric=False)
        with self._lock:
            if not self.shared:
                self._named.pop(source, None)
                self._named[source] = self._current = wanted
                while len(self._named) > MOST_NAMED:
                    del self._named[next(iter(self._named))]
            return question, self._current == wanted

    def ask(self, asked: Asked, tell: Tell, needs_metric: bool = True) -> Question:
        """
        Return the question about the newest state of its source.

        Raises
        ------
        SourceError
            If no source is open, or the one asked about lies outside the roots, or cannot be read.
        QuestionError
            If the metric, goal or a filter does not fit it; or if no metric is named where one is needed and none is
            likely.
        """
        with self._lock:
            wanted = self._named.get(asked.project) if asked.project else self._current
        if wanted is None and asked.project:
            wanted = self._find_named(asked.project)
        if wanted is None:
            where = ", ".join(map(hide_password, self.settings.root)) or "the folder that this server was started in"
            raise SourceError(f"No source is open. Call open_source with a path under {where}, or with 'sample'.")
        return self._read(wanted, asked, tell, needs_metric)

    def _read(self, wanted: Wanted, asked: Asked, tell: Tell, needs_metric: bool) -> Question:
        project_id = load_source(wanted, self.folder, tell_reading(tell), self.settings.memory)
        goal = check_choice(asked.goal, Goal, "Goal") if asked.goal else None
        options = {
            **USUAL,
            "metric": asked.metric,
            "goal": goal,
            "filters": asked.filters,
            "step": asked.step,
            "group": asked.group,
            "roles": tuple(f"{name}={role}" for name, role in asked.roles),
        }
        selection = read_question(project_id, self.folder, options)
        metrics = list(open_project(project_id, self.folder).metrics)
        metric = selection.target.metric
        if metric and metric not in metrics and not metric.startswith("{"):
            raise QuestionError(f"There is no metric {metric!r}. {nearest(metric, metrics)}")
        if needs_metric and not metric:
            raise QuestionError(f"Which metric is meant is not clear; name one. {nearest('', metrics)}")
        return Question(selection, self.folder, tuple(map(hide_password, wanted.uris)), asked.page)

    def _find_named(self, source: str) -> Wanted:
        """Return how to read a source: the one that was named at the start as it was read then."""
        wanted = Wanted((self._check(source),))
        if self._start and (locate(source).located,) == self._start.uris:
            return self._start
        return wanted

    def _check(self, source: str) -> str:
        if not source.strip():
            raise SourceError("Give the path of a folder or file, or an address.")
        check_allowed(source, self.settings, self.folder)
        return source
