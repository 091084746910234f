"""What is said of a folder that is no source: what it holds, and which file in it could be given."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from ..errors import SourceError
from .common.given import Given
from .table.charts import is_line_plot
from .table.reading import CSV_ENDINGS, ending_of, header_of
from .tables.kinds import is_table
from .tables.logs import is_log, read_rows

MOST_TRIED = 200
"""Files of a folder that is no source that are looked at for one that is."""

MOST_OPENED = 10
"""So many of them are opened, as only then is it known that they hold runs."""

LARGEST = 20_000_000
"""Bytes; a larger file is not opened to say that it could be."""

KINDS_NAMED = 4


def say_seen(given: Given) -> str:
    """
    Return in brackets what kinds of files a folder holds, most first; nothing of a file.

    Examples
    --------
    >>> say_seen(Given("x", Path("x"), only=("a.csv", "b.csv", "c.png")))
    ' (in it: 2 .csv, 1 .png; its tables are of different kinds, so they are not read together)'
    """
    kinds = Counter(Path(file).suffix.lower() or "without an ending" for file in given.files)
    named = sorted(kinds.items(), key=lambda kind: (-kind[1], kind[0]))
    shown = [f"{count:,} {kind}" for kind, count in named[:KINDS_NAMED]]
    rest = sum(count for _, count in named[KINDS_NAMED:])
    shown += [f"{rest:,} {'others' if rest > 1 else 'other'}"] if rest else []
    several = sum(is_table(file) and not file.endswith(".json") for file in given.files) > 1
    apart = "; its tables are of different kinds, so they are not read together" if several else ""
    return f" (in it: {', '.join(shown)}{apart})" if shown else ""


def find_inside(given: Given, opens: Callable[[Path], bool]) -> str:
    """
    Return the first file of a folder that is a source by itself: one that opens, and is no log of one run.

    Parameters
    ----------
    given
        The folder.
    opens
        Says whether a file opens as a source with settings and metrics.
    """
    opened = 0
    for file in given.files[:MOST_TRIED]:
        path = given.at(file)
        if _is_log(path) or path.stat().st_size > LARGEST:
            continue
        if opens(path):
            return file
        opened += is_table(file)
        if opened == MOST_OPENED:
            break
    return ""


def find_chart(given: Given) -> str:
    """Return the first file of a folder that is the export of a chart of Weights & Biases; empty if there is none."""
    for file in given.files[:MOST_TRIED]:
        path = given.at(file)
        try:
            if ending_of(path) in CSV_ENDINGS and path.stat().st_size and is_line_plot(header_of(path)[0]):
                return file
        except (OSError, SourceError, ValueError, csv.Error):
            continue
    return ""


def _is_log(path: Path) -> bool:
    try:
        return is_table(path.name) and path.stat().st_size <= LARGEST and is_log(read_rows(path))
    except (OSError, SourceError):
        return False
