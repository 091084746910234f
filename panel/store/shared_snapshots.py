"""Loaded projects in a folder or an object store, too, so that other machines open what was read on one of them."""

from __future__ import annotations

import logging
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

from ..data import archive
from ..errors import SettingsError
from .contact import Contact, hide_login
from .patience import Patience
from .places import find_places

log = logging.getLogger(__name__)

_ID = re.compile(r"[0-9a-f]{24}")

Found = TypeVar("Found")

PATIENCE = 10.0
"""Seconds that something may take there; the libraries of some places would wait for minutes, or for ever."""

SLOWEST = 1e6
"""Bytes a second at which a project must come or go; it is given so much longer."""

WAYS_TO_MOVE = ("mv", "_mv", "mv_file", "_mv_file", "copy", "_copy", "cp_file", "_cp_file")
"""Methods of a file system of which one must be its own, for those that all have can move nothing."""

DAMAGED = (OSError, ValueError, KeyError, BadZipFile, MemoryError)
"""What is raised where an archive cannot be written or read."""

MISSED = "missed"
"""A file beside a project that is not there yet, for the place was away; `put_missed` puts it there."""


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
        Called before, if the project is to be put there, or was missed for the first time: `put_missed` calls nothing.
    """
    place = _find_place(folder)
    if place is None:
        return
    missed = folder / "projects" / project_id / MISSED
    size = place.measure(project_id)
    there = None if size is None else size >= 0
    if there is None and missed.exists():
        return
    if not there:
        prepare()
    if there is False:
        there = _pack_and_send(project_id, folder, place)
    with suppress(OSError):  # it is not in the cache folder any more
        if there:
            missed.unlink(missing_ok=True)
        else:
            missed.touch()


def put_missed(folder: Path) -> None:
    """Put the projects of a cache folder where other machines find them that were read while that place was away."""
    place = _find_place(folder)
    if place is not None:
        if place.contact.tell():
            place.measure("")  # whether it is back, though nothing was missed
        for missed in folder.glob(f"projects/*/{MISSED}"):
            put(missed.parent.name, folder)


def _pack_and_send(project_id: str, folder: Path, place: _Place) -> bool:
    """Return whether that is done, or can never be."""
    try:
        with _make_file(folder) as file:
            archive.pack(project_id, folder, file)
            return place.send(file, project_id)
    except DAMAGED as error:
        log.error("project %s could not be put where other machines find it", project_id, exc_info=error)
        return True


def fetch(project_id: str, folder: Path) -> bool:
    """Get a project that another machine has put there into the cache folder; return whether that was done."""
    place = _find_place(folder)
    size = place.measure(project_id) if place is not None and _ID.fullmatch(project_id) else None
    if place is None or size is None or size < 0:
        return False
    try:
        with _make_file(folder) as file:
            if not place.receive(file, project_id, size):
                return False
            archive.unpack(file, project_id, folder)
            return True
    except DAMAGED as error:
        log.error("project %s as another machine put it could not be opened", project_id, exc_info=error)
        return False


def look(folder: Path, fully: bool = True) -> str:
    """Return a line that says that the place was away when it was last needed, as `Contact.tell` does."""
    place = _find_place(folder)
    return place.contact.tell(fully) if place is not None else ""


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

    usable = "use a folder, or an address such as s3://bucket/sweeplens."
    try:
        system = get_filesystem_class(split_protocol(address)[0])
    except ImportError as error:
        raise _refuse(address, f"which needs another package: {str(error).rstrip('.')}.") from error
    except ValueError as error:
        raise _refuse(address, f"which names no place that is known; {usable}") from error
    if not _is_shared(system):
        raise _refuse(address, f"where nothing can be put that other machines find; {usable}")


def _refuse(address: str, words: str) -> SettingsError:
    return SettingsError(f"SWEEPLENS_SNAPSHOTS is {hide_login(address)!r}, {words}")


def _is_shared(system: type[Any]) -> bool:
    """Say whether a kind of file system can be written, and is not the memory of one process."""
    from fsspec import AbstractFileSystem
    from fsspec.asyn import AsyncFileSystem

    common = [getattr(base, way, None) for base in (AbstractFileSystem, AsyncFileSystem) for way in WAYS_TO_MOVE]
    return system.protocol != "memory" and any(getattr(system, way, None) not in common for way in WAYS_TO_MOVE)


class _Place:
    """The place of a cache folder as this process sees it; what is asked of it may be in vain."""

    def __init__(self, folder: Path, address: str):
        self.address, self._patience = address, Patience()
        self.contact = Contact(
            folder / "away-snapshots.txt",
            "The place for loaded projects",
            f", {hide_login(address)},",
            "until it can, other machines cannot open what is read here, nor this one what is read there.",
        )

    def measure(self, project_id: str) -> int | None:
        """Return the bytes of a project that is there, -1 if it is not; ``None`` if that cannot be found out."""
        return self._attempt(lambda system, root: _measure(system, _name(root, project_id)))

    def send(self, file: Path, project_id: str) -> bool:
        """Put an archive there, whole or not at all; return whether that was done."""
        return bool(self._attempt(lambda system, root: _send(system, root, file, project_id), file.stat().st_size))

    def receive(self, file: Path, project_id: str, size: int) -> bool:
        """Get an archive of so many bytes from there; return whether that was done."""
        return bool(self._attempt(lambda system, root: _receive(system, root, file, project_id), size))

    def _attempt(self, act: Callable[[Any, str], Found], size: int = 0) -> Found | None:
        """Return what is done with the place's file system and the path in it; ``None`` if it cannot be done."""

        def open_and_act() -> Found:
            from fsspec.core import url_to_fs

            return act(*url_to_fs(self.address))

        return self.contact.attempt(lambda: self._patience.call(open_and_act, PATIENCE + size / SLOWEST))


def _find_place(folder: Path) -> _Place | None:
    address = find_places(folder).snapshots
    return _make_place(folder, address) if address else None


@lru_cache(maxsize=8)
def _make_place(folder: Path, address: str) -> _Place:
    return _Place(folder, address)


@contextmanager
def _make_file(folder: Path) -> Iterator[Path]:
    """Have a file in the cache folder for as long as an archive needs one."""
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=folder / "projects", ignore_cleanup_errors=True) as aside:
        yield Path(aside) / "archive"


def _measure(system: Any, path: str) -> int:
    """Return the bytes of a file, 0 if they are not told, -1 if it is not there; raise why that is unknown."""
    try:
        return int(system.info(path).get("size") or 0)  # `exists` takes every error for an answer
    except FileNotFoundError:
        return -1


def _send(system: Any, root: str, file: Path, project_id: str) -> bool:
    if "file" in system.protocol:  # a bucket that is not there may be a slip of the pen
        system.makedirs(root, exist_ok=True)
    aside = f"{root.rstrip('/')}/.writing-{uuid.uuid4().hex}"
    try:
        system.put_file(str(file), aside)
        system.mv(aside, _name(root, project_id))
    except BaseException:
        with suppress(Exception):
            system.rm_file(aside)
        raise
    return True


def _receive(system: Any, root: str, file: Path, project_id: str) -> bool:
    system.get_file(_name(root, project_id), str(file))
    return True


def _name(root: str, project_id: str) -> str:
    return f"{root.rstrip('/')}/{project_id}{archive.ENDING}"
