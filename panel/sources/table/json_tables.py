"""Tables in JSON: a list of objects, or lists or objects by name, as they are or under a key of an object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...data.messages import Message, Names, say

Rows = Sequence[Mapping[str, Any]]

DEEPEST = 4
"""Tables are looked for under so many keys."""

_ROW_NAME = "name"


@dataclass(frozen=True)
class Found:
    """A table in JSON: the keys that lead to it, and its rows."""

    keys: tuple[str, ...]
    rows: Rows


def find_table(data: Any) -> Found | None:
    """Return the table with most rows in JSON, or ``None``; of two as long the one that is found first."""
    return max(_find_tables(data, ()), key=lambda found: (len(found.rows), -len(found.keys)), default=None)


def say_beside(data: Any, found: Found) -> list[Message]:
    """Say under which key a table stands, and what beside it is left out."""
    if not found.keys:
        return []
    beside, part = [], data
    for key in found.keys:
        beside += [other for other in part if other != key]
        part = part[key]
    place = say("table.json_key", "The table is what stands under '{key}'", key=".".join(found.keys))
    if not beside:
        return [say("table.json_alone", "{place}.", place=place)]
    return [
        say("table.json_beside", "{place}; {others} left out.", place=place, others=Names(tuple(map(str, beside)), 5))
    ]


def describe(data: Any) -> str:
    """Return in words what JSON is that holds no table."""
    if isinstance(data, Mapping):
        if not data:
            return "an empty object"
        kinds = "values" if any(isinstance(v, Mapping | list) for v in data.values()) else "single values"
        shown = ", ".join(list(map(str, data))[:4])
        return f"one object of {len(data)} {kinds} ({shown}{', …' if len(data) > 4 else ''})"
    if isinstance(data, list):
        types = {type(item).__name__ for item in data}
        words = {"str": "texts", "int": "numbers", "float": "numbers", "list": "lists", "dict": "objects"}
        return f"a list of {' and '.join(sorted({words.get(k, k) for k in types})) or 'nothing'}"
    return "a single value"


def _find_tables(data: Any, keys: tuple[str, ...]) -> Iterator[Found]:
    if len(keys) > DEEPEST:
        return
    rows = _read_rows(data)
    if rows:
        yield Found(keys, rows)
    elif isinstance(data, Mapping):
        for key, part in data.items():
            yield from _find_tables(part, (*keys, str(key)))


def _read_rows(data: Any) -> Rows:
    """Return the rows of a table; none if this is no table itself."""
    if isinstance(data, list):
        if len(data) > 1 and all(isinstance(row, Mapping) and row for row in data):
            return data
        return _rows_under_names(data)
    if not isinstance(data, Mapping) or not data:
        return []
    split = data.get("columns"), data.get("data")
    if isinstance(split[0], list) and isinstance(split[1], list):
        return _rows_under_names([split[0], *split[1]])
    values = list(data.values())
    if all(isinstance(v, list) for v in values):
        lengths = {len(v) for v in values}
        plain = not any(isinstance(cell, Mapping) for v in values for cell in v)
        if len(lengths) == 1 and len(values) > 1 and max(lengths) > 1 and plain:
            return [dict(zip(data, row, strict=True)) for row in zip(*values, strict=True)]
        return []
    if len(values) > 1 and all(isinstance(v, Mapping) and v for v in values):
        return _read_objects(data)
    return []


def _rows_under_names(data: list[Any]) -> Rows:
    """Return rows of lists, the names of the columns first."""
    if len(data) < 3 or not all(isinstance(row, list) and len(row) == len(data[0]) for row in data):
        return []
    names = data[0]
    if len(names) < 2 or not all(isinstance(name, str) for name in names):
        return []
    return [dict(zip(names, row, strict=True)) for row in data[1:]]


def _read_objects(data: Mapping[str, Mapping[str, Any]]) -> Rows:
    """Return the rows of an object of objects: each one a row, or each one a column, whichever they are like."""
    inner = list(data.values())
    keys = list(dict.fromkeys(key for part in inner for key in part))
    shared = sum(len(part) for part in inner) / (len(inner) * len(keys))
    if shared < 0.5:
        return []
    if _are_columns(data, keys):
        return [{name: part[key] for name, part in data.items() if key in part} for key in keys]
    named = {} if _count_up(list(data)) or any(_ROW_NAME in part for part in inner) else dict.fromkeys(data)
    return [{**({_ROW_NAME: key} if key in named else {}), **part} for key, part in data.items()]


def _are_columns(data: Mapping[str, Mapping[str, Any]], keys: list[str]) -> bool:
    """Say whether the outer names are those of columns, as pandas writes a frame: ``{"lr": {"0": 0.1, "1": 0.2}}``."""
    if _count_up(keys) != _count_up(list(data)):
        return _count_up(keys)
    cells = [cell for part in data.values() for cell in part.values()]
    if any(isinstance(cell, Mapping | list) for cell in cells):
        return False
    within = sum(len({_kind(cell) for cell in part.values()}) == 1 for part in data.values()) / len(data)
    across = [{_kind(part[key]) for part in data.values() if key in part} for key in keys]
    along = sum(len(kinds) == 1 for kinds in across) / len(across)
    return len(keys) > len(data) if within == along else within > along


def _count_up(keys: list[str]) -> bool:
    return all(key.isdecimal() for key in map(str, keys))


def _kind(cell: Any) -> str:
    if isinstance(cell, bool):
        return "bool"
    return "number" if isinstance(cell, int | float) else type(cell).__name__
