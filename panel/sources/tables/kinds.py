"""Which tables are of one kind: those whose columns have mostly the same names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...data.plain import flatten
from ...data.records import Json
from ...errors import SourceError
from ..common.documents import read_json
from ..common.given import natural_key
from ..common.results import could_hold_results
from ..common.texts import open_text
from ..table.charts import is_line_plot
from ..table.reading import CSV_ENDINGS, JSON_ENDINGS, ending_of, header_of

TABLE_ENDINGS = (*CSV_ENDINGS, ".parquet", *JSON_ENDINGS)
"""Endings of what is a table whatever it holds, unlike JSON and plain text."""

ALIKE = 0.6
"""Tables are of one kind if they share at least so much of the names that either has."""

LARGEST_JSON = 20_000_000
"""Bytes; a larger JSON file is no table of many."""

LONGEST_LINE = 1_000_000


def is_table(path: str) -> bool:
    """Say whether a file could be a table by its name: of JSON only what is not named as something else."""
    name = path.rpartition("/")[2]
    if name.startswith("."):
        return False
    return could_hold_results(name) if name.endswith(".json") else name.lower().endswith(TABLE_ENDINGS)


def columns_of(path: Path) -> frozenset[str]:
    """Return the names of a table's columns, from its beginning; none if it holds no runs or cannot be read."""
    try:
        if path.suffix == ".json":
            rows = read_json_rows(path)
            return frozenset(rows[0]) if rows else frozenset()
        if not path.stat().st_size:
            return frozenset()
        if ending_of(path) in CSV_ENDINGS:
            names = [name.strip() for name in header_of(path)[0]]
            return frozenset() if is_line_plot(names) else frozenset(names)
        if path.suffix == ".parquet":
            return frozenset(pq.read_schema(path).names)
        return frozenset(flatten(_first_object(path)))
    except (SourceError, OSError, ValueError, RecursionError, csv.Error, pa.ArrowException):
        return frozenset()


def _first_object(path: Path) -> Json:
    with open_text(path) as file:
        line = next((line for line in iter(lambda: file.readline(LONGEST_LINE), "") if line.strip()), "{}")
    value = json.loads(line)
    return value if isinstance(value, dict) else {}


def read_json_rows(path: Path) -> list[Json]:
    """
    Return the rows of a JSON file: those of a list of objects, or a single object, whose lists are no rows.

    Raises
    ------
    SourceError
        If it cannot be read; the message names it.
    """
    if path.stat().st_size > LARGEST_JSON:
        raise SourceError(f"{path} is larger than {LARGEST_JSON:,} bytes.")
    content = read_json(path)
    rows = content if isinstance(content, list) else [content]
    return [flatten(row) for row in rows if isinstance(row, dict) and row] if rows else []


def are_alike(first: frozenset[str], second: frozenset[str]) -> bool:
    """
    Say whether two tables are of one kind.

    Examples
    --------
    >>> are_alike(frozenset({"lr", "loss", "acc"}), frozenset({"lr", "loss"}))
    True
    """
    return bool(first) and len(first & second) >= ALIKE * len(first | second)


def group_alike(columns: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the tables of one kind together, most tables first; those without columns are in none."""
    groups: list[tuple[frozenset[str], list[str]]] = []
    for name, of_table in columns.items():
        home = next((members for first, members in groups if are_alike(first, of_table)), None)
        if home is not None:
            home.append(name)
        elif of_table:
            groups.append((of_table, [name]))
    return [members for _, members in sorted(groups, key=lambda group: -len(group[1]))]


def name_tables(paths: Iterable[str]) -> dict[str, str]:
    """
    Return what tells tables apart: their folders where all have one name, else their paths without the ending.

    Examples
    --------
    >>> name_tables(["a/log.csv", "b/log.csv"]), name_tables(["x.csv", "y.csv.gz"])
    ({'a/log.csv': 'a', 'b/log.csv': 'b'}, {'x.csv': 'x', 'y.csv.gz': 'y'})
    """
    paths = sorted(paths, key=natural_key)
    if len(paths) > 1 and len({path.rpartition("/")[2] for path in paths}) == 1:
        return {path: path.rpartition("/")[0] or path for path in paths}
    names = {path: path[: len(path) - len(_ending(path))] for path in paths}
    return names if len(set(names.values())) == len(names) else {path: path for path in paths}


def _ending(path: str) -> str:
    found = (end for end in sorted((*TABLE_ENDINGS, ".json"), key=len, reverse=True) if path.lower().endswith(end))
    return next(found, "")


def has_varying(values: Iterable[Any]) -> bool:
    """Say whether values are not all the same."""
    return len({repr(value) for value in values}) > 1
