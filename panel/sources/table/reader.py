"""Any other table: one row a run, or one row a run and step; Weights & Biases' runs table among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...data.project import Project
from ...errors import SourceError
from ..common.given import Given, stamp_of
from ..common.records import Reading
from ..common.source import no_history, no_page, no_parts
from .assemble import assemble
from .charts import is_line_plot, is_runs_table, say_line_plot, say_no_setting
from .reading import CSV_ENDINGS, ENDINGS, ending_of, header_of, holds_table, read_table

NAME = "table"
WORDS = "table"
OPENS = (
    "`sweeplens runs.csv`, `.csv.gz`, `.tsv`, `.txt`, `.dat`, `.md`, `.parquet`, `.json`, `.jsonl`, "
    "`.ndjson`, and with the extra `excel` `.xlsx`; W&B's exported runs table, too"
)
EXTRA = ""
parts, read_history, page = no_parts, no_history, no_page


def recognises(given: Given) -> bool:
    """Say whether it is a file that holds a table: by its ending, of text and JSON also by its content."""
    return given.path is not None and given.is_file and holds_table(given.path)


def stamp(given: Given) -> str:
    """Return a text that changes whenever the file does."""
    return stamp_of(_file(given))


def _file(given: Given) -> Path:
    if given.path is None or not given.is_file or ending_of(given.path) not in ENDINGS:
        raise SourceError(f"{given.uri} is no table; its name would end with one of {', '.join(ENDINGS)}.")
    return given.path


def load(given: Given, reading: Reading) -> Project:
    """
    Read a table of runs: a CSV, gzipped CSV, Parquet or JSON-lines file.

    Raises
    ------
    SourceError
        If the file cannot be read, or is a line-plot export, which holds no settings.
    """
    path = _file(given)
    names = header_of(path)[0] if ending_of(path) in CSV_ENDINGS and path.stat().st_size else []
    if is_line_plot(names):
        raise SourceError(say_line_plot(str(path)))
    table, notes = read_table(path, reading.progress)
    project = assemble(
        table,
        name=path.name[: -len(ending_of(path))] or path.name,
        source=given.where,
        format="Weights & Biases runs table" if is_runs_table(names) else "table",
        corrections=reading.corrections,
        notes=notes,
    )
    if not is_runs_table(names) or len(project.config.columns):
        return project
    return replace(project, notes=(*project.notes, say_no_setting()))
