"""Places that the user gave to the columns of a table, over those that were guessed."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass, replace

from ...data.messages import say
from ...data.project import Column
from ...errors import SourceError, nearest
from ...question.selection import Place


@dataclass(frozen=True)
class Corrections:
    """
    Places that the user gave, over those that were guessed.

    Attributes
    ----------
    config, metric, ignored
        Patterns with ``*`` and ``?`` from the command line.
    exact
        Places of single columns from the page; these come last and win.
    """

    config: tuple[str, ...] = ()
    metric: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    exact: tuple[tuple[str, Place], ...] = ()

    def apply(self, columns: list[Column]) -> list[Column]:
        """
        Return the columns in their corrected places.

        Raises
        ------
        SourceError
            If a pattern or name matches no column.
        """
        by_name = {column.name: column for column in columns}
        patterns: list[tuple[str, Place]] = [
            *((p, "config") for p in self.config),
            *((p, "metric") for p in self.metric),
            *((p, "ignored") for p in self.ignored),
        ]
        for pattern, place in patterns:
            matched = [n for n in by_name if fnmatch.fnmatchcase(n, pattern)]
            if not matched:
                raise SourceError(f"No column matches {pattern!r}. {nearest(pattern, list(by_name))}")
            by_name |= {n: _move(by_name[n], place) for n in matched}
        for name, place in self.exact:
            if name not in by_name:
                raise SourceError(f"There is no column {name!r}. {nearest(name, list(by_name))}")
            by_name[name] = _move(by_name[name], place)
        return list(by_name.values())


def _move(column: Column, place: Place) -> Column:
    label = column.label if "run" not in (place, column.place) else column.name
    return replace(
        column, place=place, label=label, sure="given", reason=say("place.user", "as you said"), by_user=True
    )
