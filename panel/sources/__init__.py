"""Where runs come from: one module a kind of source. To add one, write its module and name it in `SOURCES`."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..errors import SourceError
from ..project import Project
from . import later, native, table
from .places import Corrections
from .reading import ENDINGS, Progress, no_progress

SOURCES = (native, table)
"""
All kinds of source, the most specific first. Each has ``NAME``, ``WORDS``, ``recognises``, ``stamp`` and ``load``.
"""

SAMPLE = "sample"


def sample_path() -> Path:
    """Return the sample project: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "sample_data" / "digits-mlp"
    return inside if inside.is_dir() else package.parent / "sample_data" / "digits-mlp"


def find(uri: str) -> tuple[Path, object]:
    """
    Return the path that `uri` names and the module that reads it.

    Raises
    ------
    SourceError
        If nothing is there, or nothing that is there can be read; the message says what could be given.
    """
    path = sample_path() if uri == SAMPLE else Path(uri).expanduser()
    try:
        if not path.exists():
            raise SourceError(
                f"{uri} does not exist. Give a table of runs or a folder, or 'sample' for the sample project."
            )
        for source in SOURCES:
            if source.recognises(path):
                return path, source
        line = later.refusal(path)
    except OSError as error:
        raise SourceError(f"{uri} cannot be opened: {error.strerror or error}.") from error
    what = "folder" if path.is_dir() else "file"
    raise SourceError(
        line
        or f"{uri} is no {what} of runs that SweepLens can read. Give a table ({', '.join(ENDINGS)}), "
        "or a folder that holds runs.csv or runs.parquet."
    )


def load(uri: str, corrections: Corrections | None = None, progress: Progress = no_progress) -> Project:
    """
    Read a source.

    Parameters
    ----------
    uri
        A path, or ``sample``.
    corrections
        Places that the user gave to columns.
    progress
        Called with the share that is done and what is being done.

    Raises
    ------
    SourceError
        If it cannot be read; the message names the file, the place in it, and what would be right.
    """
    path, source = find(uri)
    return source.load(path, corrections, progress)  # type: ignore[attr-defined]


def stamp(uri: str) -> str:
    """Return sizes and times of a source's files: another text means that the source has changed."""
    path, source = find(uri)
    files = [file for file in source.stamp(path) if file.exists()]  # type: ignore[attr-defined]
    return " ".join(f"{f.name}:{f.stat().st_size}:{f.stat().st_mtime_ns}" for f in files)


def read_history(uri: str) -> pd.DataFrame:
    """Read the history that stayed in a source when its project was loaded."""
    return native.read_history(find(uri)[0])
