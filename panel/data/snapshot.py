"""
A loaded project as Arrow files under its fingerprint: what any process opens by id.

A snapshot is a folder ``projects/ID`` in the cache. The id is a digest of the content, so that a selection that names
it can never mean other data, and is the same on every machine. Folders appear whole: they are written aside and to the
disk, then renamed. Every file is checked against its digest when it is read; a folder with one that is torn or damaged
counts as missing, and is made anew when its source is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import MissingProjectError, SourceError
from . import sealed
from .messages import Message, as_message
from .project import HISTORY_COLUMNS, Column, Domain, History, Project, Space

FORMAT = "5"
ReadHistory = Callable[[list[list[str]]], pd.DataFrame]
BESIDE = "wanted.json"
"""What `store.loading` writes beside a project: its source. It stays when the same project is written once more."""

MARKED_EVERY = 60.0
"""Seconds between two marks that a project is used."""

RECORD = "project.json"
"""What tells of a project besides its frames; without it the folder counts as missing."""

HISTORY, TABLE = "history.parquet", "table.parquet"
HISTORY_READ = "history-read.parquet"
"""A history that stayed in its source, once it was read from there; with its own digest."""

FRAMES = ("runs", "config", "summary", "logged_nan", "nan_settings", "words")


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """
    Return a frame as an Arrow table with its index as the first column.

    Columns of mixed kinds become JSON text, and are marked as such. Names that repeat, or that are no text, are the
    caller's fault.
    """
    index = pa.array(frame.index.astype("str"), pa.string())
    arrays, fields = [index], [pa.field("", pa.string())]
    for name, column in frame.items():
        if column.dtype == object:
            array = pa.array([None if v is None else json.dumps(v) for v in column], pa.string())
            fields.append(pa.field(str(name), pa.string(), metadata={"sweeplens": "json"}))
        else:
            array = _to_array(column)
            fields.append(pa.field(str(name), array.type))
        arrays.append(array)
    return pa.table(arrays, schema=pa.schema(fields))


def _to_array(column: pd.Series) -> pa.Array:
    """Return a column of one kind as an Arrow array; a NaN of numbers stays one."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        kind = pa.timestamp(column.dtype.unit, str(column.dtype.tz))
        return pa.array(column.dt.tz_convert(None).to_numpy(), kind)
    return pa.array(column, from_pandas=column.dtype.kind not in "f")


def from_arrow(table: pa.Table, index: pd.Index | None = None) -> pd.DataFrame:
    """Return the frame that `to_arrow` was given; with `index`, if that is known, in place of its own."""
    if index is None:
        index = pd.Index(table.column(0).to_pylist(), dtype="object", name="run_id")
    columns: dict[str, pd.Series] = {}
    for position in range(1, table.num_columns):
        field, values = table.schema.field(position), table.column(position)
        if (field.metadata or {}).get(b"sweeplens") == b"json":
            cells = [None if v is None else json.loads(v) for v in values.to_pylist()]
            columns[field.name] = pd.Series(cells, index=index, dtype="object", name=field.name)
        else:
            columns[field.name] = pd.Series(values.to_pandas().array, index=index, name=field.name, copy=False)
    return pd.DataFrame(columns, index=index, copy=False)


def _write_ipc(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _digest_of(about: Any, files: list[Path]) -> str:
    total = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for path in files:
        total.update(path.name.encode())
        with path.open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()[:24]


def _space_to_json(space: Space | None) -> Any:
    return None if space is None else json.loads(json.dumps(asdict(space), default=str))


def _space_from_json(data: Any) -> Space | None:
    if data is None:
        return None
    domains = {}
    for name, domain in data["parameters"].items():
        condition = domain["condition"]
        domain["condition"] = None if condition is None else (condition[0], tuple(condition[1]))
        domain["choices"] = tuple(domain["choices"])
        domains[name] = Domain(**domain)
    return Space(data["metric"], data["goal"], data["method"], domains, data["goals"], data.get("stops", ""))


def save(project: Project, folder: Path) -> str:
    """
    Write a project to ``folder/projects/ID``.

    Parameters
    ----------
    project
        The project; a history that is at hand is written too, one that stays where it is is not read.
    folder
        The cache folder; created, for its owner alone, if missing.

    Returns
    -------
    str
        The id: a digest of everything that can change a result, and of what the project is called and where it lies.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    root = folder / "projects"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=root))
    at_hand = bool(project.history.metrics) and not project.history.stamp
    try:
        files = [aside / f"{name}.arrow" for name in FRAMES]
        for name, path in zip(FRAMES, files, strict=True):
            _write_ipc(to_arrow(getattr(project, name)), path)
        if at_hand:
            history = pa.Table.from_pandas(project.history.frame, preserve_index=False).replace_schema_metadata()
            files.append(aside / "history.arrow")
            _write_ipc(history, files[-1])
        about = [FORMAT, project.name, project.source, project.format, project.history.stamp]
        space = _space_to_json(project.space)
        project_id, content = _digest_of([about, space], files), _digest_of([FORMAT, space], files)
        if at_hand:
            files[-1].unlink()
            pq.write_table(history, aside / HISTORY, compression="zstd")
        if project.table is not None:
            table = to_arrow(project.table())
            text = [field.name for field in table.schema if field.type == pa.string()]
            pq.write_table(table, aside / TABLE, compression="zstd", use_dictionary=text)  # numbers hardly repeat
        meta = {
            "name": project.name,
            "source": project.source,
            "format": project.format,
            "content": content,
            "space": space,
            "columns": [
                {**asdict(column), "reason": as_message(column.reason).to_json()} for column in project.columns
            ],
            "history": {
                "metrics": project.history.metrics,
                "stamp": project.history.stamp,
                "origin": project.history.origin,
            },
            "notes": [as_message(note).to_json() for note in project.notes],
            "skipped": [[what, as_message(why).to_json()] for what, why in project.skipped],
            "parts": project.parts,
            "part_runs": project.part_runs,
            "storage": project.storage,
            "digests": {path.name: sealed.compute_digest(path.read_bytes()) for path in sorted(aside.iterdir())},
        }
        (aside / RECORD).write_text(sealed.seal(meta), encoding="utf-8")
        put_in_place(aside, root / project_id)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return project_id


def put_in_place(aside: Path, final: Path) -> None:
    """Rename a finished snapshot into place, over a torn or older one. Another process may have just done the same."""
    if final.exists():
        with contextlib.suppress(OSError):
            shutil.copy2(final / BESIDE, aside / BESIDE)
    for path in (*aside.iterdir(), aside):
        sealed.flush(path)
    shutil.rmtree(final, ignore_errors=True)
    try:
        os.rename(aside, final)  # noqa: PTH104 - Path.rename is the same call
    except OSError:
        if not (final / RECORD).exists():
            raise
    sealed.flush(final.parent)


def open_project(project_id: str, folder: Path, read_history: ReadHistory | None = None) -> Project:
    """
    Open a project by its id.

    Parameters
    ----------
    project_id
        What `save` returned.
    folder
        The cache folder.
    read_history
        Reads a history that stayed in its source, given its origin (see `project.History`).

    Returns
    -------
    Project
        Equal to the one that was saved.

    Raises
    ------
    SourceError
        If there is no such snapshot, or it is torn; then a `MissingProjectError`.
    """
    final = folder / "projects" / project_id
    try:
        if not project_id.isalnum():
            raise ValueError("not an id")
        meta = sealed.unseal((final / RECORD).read_text(encoding="utf-8"))
        digests = meta["digests"]
        if not all((final / name).exists() for name in digests):
            raise ValueError("a file is missing")
        frames: dict[str, pd.DataFrame] = {}
        for name in FRAMES:
            file = f"{name}.arrow"
            content = sealed.read_checked(final / file, digests[file])
            frames[name] = _read_ipc(content, frames[FRAMES[0]].index if frames else None)
        history = History(
            tuple(meta["history"]["metrics"]),
            _make_reader(final, meta["history"]["origin"], digests.get(HISTORY, ""), read_history),
            meta["history"]["stamp"] or f"snapshot {project_id}",
            tuple((format, uri, prefix) for format, uri, prefix in meta["history"]["origin"]),
        )
        return Project(
            name=meta["name"],
            source=meta["source"],
            format=meta["format"],
            history=history if meta["history"]["metrics"] else History(),
            space=_space_from_json(meta["space"]),
            columns=tuple(map(_column_from_json, meta["columns"])),
            table=partial(_read_table, final / TABLE, digests[TABLE]) if TABLE in digests else None,
            notes=tuple(map(Message.from_json, meta["notes"])),
            skipped=tuple((what, Message.from_json(why)) for what, why in meta["skipped"]),
            parts=tuple(meta["parts"]),
            part_runs=tuple(meta["part_runs"]),
            content=meta.get("content", ""),
            storage=None if meta["storage"] is None else (meta["storage"][0], meta["storage"][1]),
            **frames,
        )
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise make_missing_error(project_id) from error


def identify(project_id: str, folder: Path) -> tuple[int, int]:
    """
    Return what changes when a project is written anew.

    Raises
    ------
    MissingProjectError
        If there is no such snapshot.
    """
    try:
        about = (folder / "projects" / project_id / RECORD).stat() if project_id.isalnum() else None
    except (OSError, ValueError):
        about = None
    if about is None:
        raise make_missing_error(project_id)
    return about.st_mtime_ns, about.st_ino


def mark_used(project_id: str, folder: Path) -> None:
    """Mark a project as used now: by the time of its folder, which is written at most once a minute."""
    place = folder / "projects" / project_id
    with contextlib.suppress(OSError):
        if time.time() - place.stat().st_mtime > MARKED_EVERY:
            os.utime(place)


def make_missing_error(project_id: str) -> MissingProjectError:
    """Return the error that says that a project is not here."""
    return MissingProjectError(
        f"Project {project_id[:40]} is not in the cache, or its files there are torn; open its source again."
    )


def _column_from_json(data: dict[str, Any]) -> Column:
    return Column(**{**data, "reason": Message.from_json(data["reason"]), "examples": tuple(data["examples"])})


def _read_ipc(content: bytes, index: pd.Index | None = None) -> pd.DataFrame:
    with pa.ipc.open_file(pa.py_buffer(content)) as reader:
        return from_arrow(reader.read_all(), index)


def _read_parquet(path: Path, digest: str) -> pa.Table:
    """Return a table of a snapshot; if it is damaged the snapshot counts as missing from now on."""
    try:
        return pq.ParquetFile(pa.py_buffer(sealed.read_checked(path, digest))).read()
    except (OSError, ValueError, pa.ArrowException) as error:
        with contextlib.suppress(OSError):
            (path.parent / RECORD).unlink()
        raise SourceError(f"{path} is torn or damaged; open its source again.") from error


def _read_table(path: Path, digest: str) -> pd.DataFrame:
    return from_arrow(_read_parquet(path, digest))


def _make_reader(
    final: Path, origin: list[list[str]], digest: str, read_history: ReadHistory | None
) -> Callable[[], pd.DataFrame]:
    """Return what reads the history: from the snapshot, or once from its source, which leaves it in the snapshot."""
    file = final / HISTORY_READ

    def read() -> pd.DataFrame:
        if digest or read_history is None:
            return _read_parquet(final / HISTORY, digest).to_pandas()
        with contextlib.suppress(OSError, ValueError, pa.ArrowException):  # then it is read anew
            return pq.ParquetFile(pa.py_buffer(sealed.split_digest(file.read_bytes()))).read().to_pandas()
        frame = read_history(origin)[list(HISTORY_COLUMNS)]
        written = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), written, compression="zstd")
        aside = final / f".{os.getpid()}-{threading.get_ident()}.parquet"
        with contextlib.suppress(OSError):
            aside.write_bytes(sealed.add_digest(written.getvalue().to_pybytes()))
            aside.replace(file)
        return frame

    return read
