"""What a tab is."""

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
        """Return what was asked under some names, as far as it was."""
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
        """Return components that are more than drawn; ``None`` if all is drawn by the page's scripts."""

    def payload(self, context: Context, question: TabQuestion) -> Json:
        """Return what it shows, as far as it is computed: always with the ``state`` of its computation."""

    def requests(self, question: TabQuestion) -> tuple[Request, ...]:
        """Return what may be under way for it and can be cancelled."""

    def register(self, app: Dash, context: Context) -> None:
        """Register callbacks of its own."""


def no_layout(context: Context) -> None:
    """Return nothing: the page's scripts draw all of the tab."""


def no_callbacks(app: Dash, context: Context) -> None:
    """Register nothing: the tab is asked by the callback of all tabs."""


def no_requests(question: TabQuestion) -> tuple[Request, ...]:
    """Return nothing: the tab is answered at once."""
    return ()
