"""A snapshot as one file, which is whole or not there wherever it is put, for other machines to open."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from . import sealed
from .snapshot import BESIDE, HISTORY_READ, RECORD, put_in_place

ENDING = ".zip"


def pack(project_id: str, folder: Path, file: Path) -> None:
    """
    Write a snapshot, and what lies beside it, into a file.

    Parameters
    ----------
    project_id
        The project.
    folder
        The cache folder.
    file
        Where to write it.

    Raises
    ------
    ValueError, KeyError
        If the snapshot is damaged.
    OSError
        If it is not there, or the file cannot be written.
    """
    place = folder / "projects" / project_id
    record = (place / RECORD).read_text(encoding="utf-8")
    with zipfile.ZipFile(file, "w") as archive:  # not compressed: what is large is so already
        for name, digest in sealed.unseal(record)["digests"].items():
            archive.writestr(f"{project_id}/{name}", sealed.read_checked(place / name, digest))
        for name in (HISTORY_READ, BESIDE):
            if (place / name).exists():
                archive.write(place / name, f"{project_id}/{name}")
        archive.writestr(f"{project_id}/{RECORD}", record)


def unpack(file: Path, project_id: str, folder: Path) -> None:
    """
    Put the snapshot that `pack` wrote into a cache folder, if all of it has its digests.

    Parameters
    ----------
    file
        What `pack` wrote.
    project_id
        The project that it must hold.
    folder
        The cache folder.

    Raises
    ------
    ValueError, KeyError, zipfile.BadZipFile
        If it is damaged, or holds another project.
    OSError
        If it cannot be read, or the folder cannot be written.
    """
    root = folder / "projects"
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
    try:
        with zipfile.ZipFile(file) as archive:
            for name, content in _read_checked(archive, project_id):
                (aside / name).write_bytes(content)
        put_in_place(aside, root / project_id)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _read_checked(archive: zipfile.ZipFile, project_id: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a snapshot, each with its content."""
    record = archive.read(f"{project_id}/{RECORD}")
    yield RECORD, record
    for name, digest in sealed.unseal(record.decode())["digests"].items():
        content = archive.read(f"{project_id}/{name}")
        if Path(name).name != name or sealed.compute_digest(content) != digest:
            raise ValueError(f"{name} is damaged")
        yield name, content
    there = archive.namelist()
    if f"{project_id}/{HISTORY_READ}" in there:
        content = archive.read(f"{project_id}/{HISTORY_READ}")
        sealed.split_digest(content)
        yield HISTORY_READ, content
    if f"{project_id}/{BESIDE}" in there:
        content = archive.read(f"{project_id}/{BESIDE}")
        json.loads(content)
        yield BESIDE, content
