"""Any other table: one row a run, or one row a run and step; Weights & Biases' runs table among them."""

from __future__ import annotations

from pathlib import Path

from ..errors import SourceError
from ..project import Project
from .assemble import assemble
from .places import Corrections
from .reading import CSV_ENDINGS, ENDINGS, Progress, ending, header_of, no_progress, read_table

NAME = "table"
WORDS = "table"


def recognises(path: Path) -> bool:
    """Say whether `path` is a file that holds a table, by its ending."""
    return path.is_file() and ending(path) in ENDINGS


def stamp(path: Path) -> list[Path]:
    """Return the files whose change means that the source changed."""
    return [path]


def is_line_plot(names: list[str]) -> bool:
    """Say whether these are the columns of W&B's line-plot export: ``run - metric`` and its ``__MIN``, ``__MAX``."""
    present = set(names)
    return any(
        name.endswith("__MIN") and " - " in name and {name[:-5], f"{name[:-5]}__MAX"} <= present for name in names
    )


def is_wandb(names: list[str]) -> bool:
    """Say whether column names are those of Weights & Biases' runs table."""
    return names[:1] == ["Name"] and bool({"State", "Created", "Runtime", "Sweep", "Tags", "ID"} & set(names[1:9]))


def load(path: Path, corrections: Corrections | None = None, progress: Progress = no_progress) -> Project:
    """
    Read a table of runs.

    Parameters
    ----------
    path
        A CSV, gzipped CSV, Parquet or JSON-lines file.
    corrections
        Places that the user gave to columns.
    progress
        Called while reading.

    Raises
    ------
    SourceError
        If the file cannot be read, or is a line-plot export, which holds no settings.
    """
    names = header_of(path)[0] if ending(path) in CSV_ENDINGS and path.stat().st_size else []
    if is_line_plot(names):
        raise SourceError(
            f"{path} is a Weights & Biases line-plot export: steps of one chart, without the runs' settings. "
            "Export the runs table instead: in the project's table view of runs, choose Export, CSV."
        )
    table, notes = read_table(path, progress)
    return assemble(
        table,
        name=path.name[: -len(ending(path))] or path.name,
        source=str(path.resolve()),
        format="Weights & Biases runs table" if is_wandb(names) else "table",
        corrections=corrections,
        notes=notes,
    )
