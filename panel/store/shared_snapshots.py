"""Loaded projects in a folder or an object store, too, so that other machines open what was read on one of them."""

from __future__ import annotations

import logging
import re
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from ..data import archive
from ..errors import SettingsError
from .contact import Contact, hide_login
from .places import find_places

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{24}")

PATIENCE = 10.0
"""Seconds for which a place may keep silent; the libraries of some would wait for minutes."""

DAMAGED = (OSError, ValueError, KeyError, BadZipFile, MemoryError)
"""What is raised where an archive cannot be written or read."""


def put(project_id: str, folder: Path, prepare: Callable[[], object] = lambda: None) -> None:
    """
    Put a project of the cache folder where other machines find it, unless it is there: it is never overwritten.

    It appears whole: it is written beside its name first. That the place is away is said by `look`.

    Parameters
    ----------
    project_id
        The project.
    folder
        The cache folder.
    prepare
        Called before, if the project is to be put there.
    """
    contact = _find_contact(folder)
    if contact is None or contact.attempt(lambda: _is_there(project_id, folder)) is not False:
        return
    prepare()
    try:
        with _make_file(folder) as file:
            archive.pack(project_id, folder, file)
            contact.attempt(lambda: _send(file, project_id, folder))
    except DAMAGED as error:
        log.error("project %s could not be put where other machines find it", project_id, exc_info=error)


def fetch(project_id: str, folder: Path) -> bool:
    """Get a project that another machine has put there into the cache folder; return whether that was done."""
    contact = _find_contact(folder)
    if contact is None or not _ID.fullmatch(project_id):
        return False
    if not contact.attempt(lambda: _is_there(project_id, folder)):
        return False
    try:
        with _make_file(folder) as file:
            contact.attempt(lambda: _receive(file, project_id, folder))
            archive.unpack(file, project_id, folder)
            return True
    except DAMAGED as error:
        log.error("project %s as another machine put it could not be opened", project_id, exc_info=error)
        return False


def look(folder: Path) -> str:
    """Return a line that says that the place was away when it was last needed; empty if it was not."""
    contact = _find_contact(folder)
    return contact.tell() if contact is not None else ""


def check_address(address: str) -> None:
    """
    Check that an address is one of a folder or an object store, which need not be there.

    Raises
    ------
    SettingsError
        If it is not, or what reads it is not installed; the message has no password.
    """
    if find_spec("fsspec") is None:
        raise SettingsError("SWEEPLENS_SNAPSHOTS needs the extra 'snapshots': pip install 'sweeplens[snapshots]'.")
    from fsspec import get_filesystem_class
    from fsspec.core import split_protocol

    try:
        get_filesystem_class(split_protocol(address)[0])
    except (ValueError, ImportError) as error:
        remedy = (
            f"which needs another package: {str(error).rstrip('.')}."
            if isinstance(error, ImportError)
            else "which names no place that is known; use a folder, or an address such as s3://bucket/sweeplens."
        )
        raise SettingsError(f"SWEEPLENS_SNAPSHOTS is {hide_login(address)!r}, {remedy}") from error


def _find_contact(folder: Path) -> Contact | None:
    address = find_places(folder).snapshots
    return _make_contact(folder, address) if address else None


@lru_cache(maxsize=8)
def _make_contact(folder: Path, address: str) -> Contact:
    return Contact(
        folder / "away-snapshots.txt",
        f"The place for loaded projects, {hide_login(address)}, cannot be used",
        "until it can, other machines cannot open what is read here, nor this one what is read there.",
    )


@contextmanager
def _make_file(folder: Path) -> Iterator[Path]:
    """Have a file in the cache folder for as long as an archive needs one."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder / "projects", ignore_cleanup_errors=True) as aside:
        yield Path(aside) / "archive"


def _open_place(folder: Path) -> tuple[Any, str]:
    """Return the file system that the address names, and the path in it."""
    from fsspec.core import url_to_fs

    return url_to_fs(find_places(folder).snapshots)


def _is_there(project_id: str, folder: Path) -> bool:
    """Say whether a project is there; raise what tells why that is unknown, if only that it takes too long."""

    def look_for_it() -> bool:
        system, root = _open_place(folder)
        try:
            system.info(_name(root, project_id))  # `exists` takes every error for an answer
        except FileNotFoundError:
            return False
        return True

    told: Future[bool] = Future()
    threading.Thread(target=lambda: _settle(told, look_for_it), name="snapshots", daemon=True).start()
    return told.result(PATIENCE)


def _settle(told: Future[bool], find_out: Callable[[], bool]) -> None:
    try:
        told.set_result(find_out())
    except Exception as error:
        told.set_exception(error)


def _send(file: Path, project_id: str, folder: Path) -> None:
    system, root = _open_place(folder)
    if "file" in system.protocol:  # a bucket that is not there may be a slip of the pen
        system.makedirs(root, exist_ok=True)
    aside = f"{root.rstrip('/')}/.writing-{uuid.uuid4().hex}"
    system.put_file(str(file), aside)
    try:
        system.mv(aside, _name(root, project_id))
    except BaseException:
        with suppress(Exception):
            system.rm_file(aside)
        raise


def _receive(file: Path, project_id: str, folder: Path) -> None:
    system, root = _open_place(folder)
    system.get_file(_name(root, project_id), str(file))


def _name(root: str, project_id: str) -> str:
    return f"{root.rstrip('/')}/{project_id}{archive.ENDING}"
