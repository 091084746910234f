"""What a kind of source is: the names that every module in `sources.SOURCES` has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from ...data.project import HISTORY_COLUMNS, Project
from .given import Given
from .records import Reading


class Source(Protocol):
    """
    A kind of source, as one module reads it. Where it has nothing to say to one of these, it takes a default from here.

    Attributes
    ----------
    NAME
        What ``--format`` calls it.
    WORDS
        What the page and messages call it.
    OPENS
        How it is opened, as the README says it, in Markdown.
    EXTRA
        The extra of the package that it needs; empty if it needs none.
    """

    NAME: str
    WORDS: str
    OPENS: str
    EXTRA: str

    def recognises(self, given: Given, /) -> bool:
        """Say whether it is a source of this kind: by content, cheaply; never by trying to load."""

    def parts(self, given: Given, /) -> Mapping[str, int | None]:
        """
        Return its studies or experiments, that with most runs first, by name (`no_parts`: it is one).

        With the number of runs of each; ``None`` where nobody knows before they are read.
        """

    def stamp(self, given: Given, /) -> str:
        """Return a text that changes whenever the source does, without reading it."""

    def load(self, given: Given, reading: Reading, /) -> Project:
        """Read the source, of several parts the one that `given` names."""

    def read_history(self, given: Given, /) -> pd.DataFrame:
        """Read the values per step that `load` left in the source, with `HISTORY_COLUMNS` (`no_history`: none)."""

    def page(self, uri: str, run: str, about: Mapping[str, str], /) -> str:
        """
        Return the address of a run's page on the web; empty if none is known (`no_page`: none ever is).

        Parameters
        ----------
        uri
            What was opened.
        run
            Id of the run.
        about
            The run's fields that are text.
        """


def no_parts(given: Given) -> dict[str, int | None]:
    """Return no names: such a source is one project."""
    return {}


def no_history(given: Given) -> pd.DataFrame:
    """Return an empty history: such a source has no values per step, or `load` takes them along."""
    return pd.DataFrame(columns=list(HISTORY_COLUMNS))


def no_page(uri: str, run: str, about: Mapping[str, str]) -> str:
    """Return no address: the runs of such a source have no pages on the web."""
    return ""
