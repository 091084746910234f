"""What a tab must provide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dash import Dash
from dash.development.base_component import Component

from ...answers.base import Request
from ...data.records import Json
from ...question.selection import Selection
from . import Context


@dataclass(frozen=True)
class TabQuestion:
    """
    What a tab is asked.

    Attributes
    ----------
    selection, method
        The question of the page.
    asked
        What the tab itself was asked, as plain JSON from the browser.
    anew
        Start again what was cancelled or failed.
    """

    selection: Selection
    method: str
    asked: Json
    anew: bool = False

    def pick(self, *names: str) -> Json:
        """Return those of some arguments that were given."""
        return {name: self.asked[name] for name in names if self.asked.get(name) is not None}


class Tab(Protocol):
    """
    A tab: a module of this folder, named in `tabs.TABS`.

    Attributes
    ----------
    NAME
        By which ``assets/`` draws it and the address names it.
    LABEL
        What the row of tabs calls it.
    OF_RUNS
        Whether it shows runs, and so stays the same when importance is computed on a part of them only.
    """

    NAME: str
    LABEL: str
    OF_RUNS: bool

    def layout(self, context: Context) -> Component | None:
        """Return its components; ``None`` if the page's scripts draw all of it."""

    def payload(self, context: Context, question: TabQuestion) -> Json:
        """Return what is computed of what it shows, always with the ``state`` of its computation."""

    def requests(self, question: TabQuestion) -> tuple[Request, ...]:
        """Return its requests that may be running, so that they can be cancelled."""

    def register(self, app: Dash, context: Context) -> None:
        """Register callbacks of its own."""


def no_layout(context: Context) -> None:
    """Return nothing: the page's scripts draw all of the tab."""


def no_callbacks(app: Dash, context: Context) -> None:
    """Register nothing: the callback that all tabs share is enough."""


def no_requests(question: TabQuestion) -> tuple[Request, ...]:
    """Return nothing: the tab needs no job."""
    return ()
