"""JSON and small CSV files beside runs, as plain values; nothing in them is ever made an object."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...data.records import Json
from ...errors import SourceError
from .cells import NAN, parse_cell


@contextmanager
def name_the_file(path: Path, kind: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into one line that names it."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is no {kind}: byte {error.start + 1} is no UTF-8.") from error
    except (ValueError, csv.Error) as error:
        raise SourceError(f"{path} is no {kind}: {' '.join(str(error).split())}.") from error
    except RecursionError as error:
        raise SourceError(f"{path} is no {kind} of settings: it is nested too deeply.") from error


def read_json(path: Path) -> Any:
    """
    Return what a JSON file holds; ``NaN`` and ``Infinity`` are numbers.

    Raises
    ------
    SourceError
        If it cannot be opened or is no JSON; the message names it.
    """
    with name_the_file(path, "JSON"):
        return json.loads(path.read_bytes())


def read_object(path: Path) -> Json:
    """Return the object that a JSON file holds; `SourceError` if it holds anything else."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise SourceError(f"{path} holds no JSON object.")
    return value


def as_object(value: Any) -> Json:
    """Return a value that should be an object; an empty one if it is something else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """Return a value that should be a list; an empty one if it is something else."""
    return value if isinstance(value, list) else []


def read_json_lines(path: Path) -> list[Json]:
    """
    Return the objects in a file of JSON lines; a last line that was not written to its end is left out.

    Raises
    ------
    SourceError
        If it cannot be opened, or another line is no JSON object; the message names it and the line.
    """
    with name_the_file(path, "text"):
        content = path.read_bytes()
    rows = []
    lines = content.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            if number == len(lines):
                break
            raise SourceError(f"{path}, line {number}, is no JSON: {error}.") from error
        if not isinstance(row, dict):
            raise SourceError(f"{path}, line {number}, holds no JSON object.")
        rows.append(row)
    return rows


def read_rows(path: Path) -> list[Json]:
    """
    Return the rows of a small CSV file by the names of their columns; a NaN is a NaN, and an empty cell is left out.

    A last row that was not written to its end is left out too.

    Raises
    ------
    SourceError
        If it cannot be opened, or another row has more or fewer cells than there are names.
    """
    with name_the_file(path, "CSV"):
        lines = path.read_bytes().decode("utf-8-sig").splitlines(keepends=True)
        if lines and not lines[-1].endswith(("\n", "\r")):
            lines.pop()
        reader = csv.reader(lines)
        header = next(reader, [])
        rows = []
        for cells in reader:
            if cells and len(cells) != len(header):
                raise SourceError(
                    f"{path}, line {reader.line_num}, has {len(cells)} cells where the first line has {len(header)}."
                )
            parsed = ((name, parse_cell(cell)) for name, cell in zip(header, cells, strict=False))
            rows.append({name: float("nan") if v == NAN else v for name, v in parsed if v is not None})
    return [row for row in rows if row]
