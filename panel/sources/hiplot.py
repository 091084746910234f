"""What HiPlot saves: an experiment as CSV (with ``uid`` and ``from_uid``) or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..data.plain import plain_column, plain_value
from ..data.project import Domain, Project, Space
from ..data.records import Json
from ..errors import SourceError
from .common.cells import NAN, parse_cell
from .common.given import Given, stamp_of
from .common.records import Reading
from .common.source import no_history, no_page, no_parts
from .common.texts import open_text
from .table.assemble import assemble
from .table.lineage import PARENT, UID
from .table.reading import CSV_ENDINGS, ending_of, header_of, read_table

NAME = "hiplot"
WORDS = "HiPlot"
OPENS = "`sweeplens experiment.csv` or `.json`"
EXTRA = ""
parts, read_history, page = no_parts, no_history, no_page

START = 4_096
"""So many characters of a JSON file tell whether it is an experiment."""


def recognises(given: Given) -> bool:
    """Say whether it is an experiment: a table with the columns of a lineage, or JSON with datapoints."""
    if given.path is None or not given.is_file:
        return False
    try:
        if ending_of(given.path) in CSV_ENDINGS:
            return {UID, PARENT} <= {name.strip() for name in header_of(given.path)[0]}
        return given.path.suffix.lower() == ".json" and _is_experiment(given.path)
    except SourceError:
        return False


def _is_experiment(file: Path) -> bool:
    with open_text(file) as text:
        try:
            start = text.read(START).lstrip()
        except UnicodeDecodeError:
            return False
    if start.startswith("["):
        return f'"{PARENT}"' in start
    return start.startswith("{") and any(key in start for key in ('"parameters_definition"', '"datapoints'))


def stamp(given: Given) -> str:
    """Return a text that changes whenever the file does."""
    return stamp_of(Path(given.path or ""))


def load(given: Given, reading: Reading) -> Project:
    """
    Read an experiment. Which columns are settings is inferred as in any table; those that change along a chain are not.

    Raises
    ------
    SourceError
        If the file cannot be read or holds no datapoints.
    """
    file = Path(given.path or "")
    space = None
    if ending_of(file) in CSV_ENDINGS:
        table, notes = read_table(file, reading.progress)
    else:
        data = _read_json(file)
        reading.progress(0.5, f"reading {file.name}")
        table, notes, space = _table(data, file), [], _space(data)
        reading.progress(1.0, f"reading {file.name}")
    return assemble(
        table,
        name=file.name.removesuffix(file.suffix) or file.name,
        source=given.where,
        format=WORDS,
        corrections=reading.corrections,
        notes=notes,
        space=space,
    )


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise SourceError(f"{file} cannot be opened: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{file} is no JSON: {error}.") from error


def _table(data: Any, file: Path) -> pd.DataFrame:
    """Return the datapoints as a table, as `read_table` would from a CSV file."""
    try:
        rows = _rows(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{file} is no experiment of HiPlot: {error!r}.") from error
    if not rows:
        raise SourceError(f"{file} holds no datapoints.")
    index = pd.RangeIndex(len(rows))
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({n: plain_column([_cell(row.get(n)) for row in rows], index, n) for n in names})


def _rows(data: Any) -> list[Json]:
    if isinstance(data, list):
        return [{str(name): value for name, value in row.items()} for row in data]
    packed = data.get("datapoints_compressed")
    if packed is not None:
        names = [UID, PARENT, *map(str, packed["columns"])]
        return [dict(zip(names, row, strict=True)) for row in packed["rows"]]
    return [{UID: p.get(UID), PARENT: p.get(PARENT), **p["values"]} for p in data["datapoints"]]


def _cell(value: Any) -> Any:
    """Return a value in plain form; an experiment that was made of a CSV file holds texts."""
    if isinstance(value, str):
        value = parse_cell(value)
    value = plain_value(value)
    return NAN if isinstance(value, float) and value != value else value


def _space(data: Any) -> Space | None:
    """Return the scales that the experiment declares; ``None`` if it declares none."""
    declared = data.get("parameters_definition") if isinstance(data, Mapping) else None
    if not isinstance(declared, Mapping):
        return None
    logarithmic = [n for n, d in declared.items() if isinstance(d, Mapping) and d.get("type") == "numericlog"]
    return Space(parameters={str(n): Domain("real", scale="log") for n in logarithmic}) if logarithmic else None
