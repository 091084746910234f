"""What clients may ask about: the sources named at the start and those that each opens, within the roots."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..answers.asking import USUAL, read_question
from ..errors import QuestionError, SourceError, nearest
from ..question.selection import Goal, Selection, check_choice
from ..settings import Settings
from ..sources.common.given import hide_password
from ..store.loading import Wanted, load_source, open_project
from ..store.roots import check_allowed

Tell = Callable[..., None]
"""Called with the share that is done and, if known, what is being done; may raise to cancel."""

MOST_CLIENTS = 10_000
"""Clients of which it is known what they opened; of more, the one is forgotten that opened nothing for longest."""

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
    client
        Who asks: a name of its session; empty where there is no session.
    """

    project: str = ""
    metric: str = ""
    goal: str = ""
    filters: tuple[str, ...] = ()
    step: str = ""
    group: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    client: str = ""


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
    """

    selection: Selection
    folder: Path
    sources: tuple[str, ...]


@dataclass
class Opened:
    """
    What a client has opened.

    Attributes
    ----------
    current
        The source that it is told about; ``None`` if it has opened none.
    named
        Its sources by what it called them.
    """

    current: Wanted | None = None
    named: dict[str, Wanted] = field(default_factory=dict)


def tell_reading(tell: Tell) -> Tell:
    """Return what is told while a source is read."""
    return lambda done, now="": tell(READING * done, now)


def tell_computing(tell: Tell) -> Tell:
    """Return what is told after the source was read."""
    return lambda done, now="": tell(READING + (1 - READING) * done, now)


class Desk:
    """
    The sources that a client asks about.

    A source is looked at again with each question: runs that were added since are in the answer.

    Parameters
    ----------
    settings
        What was named at the start, what else may be opened, the cache folder.
    shared
        Whether several clients ask. What one of them opens is then its own, if it has a session. Those without one
        cannot be told apart: what they open is what they are told about only if nothing was named or opened before.
    """

    def __init__(self, settings: Settings, shared: bool = False):
        self.settings, self.folder, self.shared = settings, settings.cache_dir, shared
        self._start = Wanted(settings.sources) if settings.sources else None
        self._opened: dict[str, Opened] = {}
        self._lock = threading.Lock()

    def open_source(self, source: str, format: str, tell: Tell, client: str = "") -> bool:
        """
        Read a source; return whether it is then the one that this client is told about.

        Parameters
        ----------
        source
            A path or an address.
        format
            Name of the reader; empty for the one that recognises the source.
        tell
            Called while reading.
        client
            Who opens it, see `Asked`.

        Raises
        ------
        SourceError
            If it lies outside the roots, or cannot be read.
        """
        wanted = Wanted((self._check(source),), format)
        load_source(wanted, self.folder, tell_reading(tell))
        with self._lock:
            opened = self._opened.pop(client, None) or Opened()
            opened.named[source] = wanted
            if client or not self.shared or (self._start or opened.current) is None:
                opened.current = wanted
            self._opened[client] = opened
            if len(self._opened) > MOST_CLIENTS:
                del self._opened[next(iter(self._opened))]
            return opened.current == wanted

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
        wanted = self._find(asked.project, asked.client)
        project_id = load_source(wanted, self.folder, tell_reading(tell))
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
        return Question(selection, self.folder, tuple(map(hide_password, wanted.uris)))

    def _find(self, project: str, client: str) -> Wanted:
        with self._lock:
            opened = self._opened.get(client) or Opened()
        if project:
            return opened.named.get(project) or Wanted((self._check(project),))
        wanted = opened.current or self._start
        if wanted is None:
            where = ", ".join(self.settings.root) or "the folder that this server was started in"
            raise SourceError(f"No source is open. Call open_source with a path under {where}, or with 'sample'.")
        return wanted

    def _check(self, source: str) -> str:
        if not source.strip():
            raise SourceError("Give the path of a folder or file, or an address.")
        check_allowed(source, self.settings, self.folder)
        return source
