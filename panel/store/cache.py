"""The cache folder: private to the user, and results in it as JSON with a checksum, so that a torn file is noticed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import tempfile
import uuid
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from cachelib.file import FileSystemCache  # what flask_caching has under this name, without importing Flask
from cachelib.serializers import FileSystemSerializer

from ..data import sealed
from ..data.temporary import make_temporary
from ..errors import SettingsError
from .places import find_places

MOST_RESULTS = 2_000
"""Results kept; what was not used for longest is removed (`housekeeping`)."""

ROOMS = ("projects", "sources", "results", "jobs", "picks", "logs", "access", "users")
"""The folders in the cache folder, each for the user alone."""

IDENTITY = "identity"
"""A file with a random text, by which a machine knows whether a path there leads to the same cache folder."""


class JsonSerializer(FileSystemSerializer):
    """Writes a digest and JSON; of what does not match its digest it reads ``None``. Nothing is unpickled."""

    def dump(self, value: Any, f: IO[bytes], protocol: int = 0) -> None:
        """Write a value to a file."""
        f.write(self.dumps(value))

    def load(self, f: IO[bytes]) -> Any:
        """Read a value from a file."""
        return self.loads(f.read())

    def dumps(self, value: Any, protocol: int = 0) -> bytes:
        """Return a value as bytes."""
        return sealed.add_digest(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())

    def loads(self, bvalue: bytes | None) -> Any:
        """Return the value of such bytes; ``None`` if there are none, or they are damaged."""
        try:
            return None if bvalue is None else json.loads(sealed.split_digest(bvalue))
        except ValueError:
            return None


class Results(FileSystemCache):
    """
    Results by key. A value that cannot be written is skipped without an error: it can be computed again.

    Parameters
    ----------
    folder
        The cache folder.
    """

    serializer = JsonSerializer()

    def __init__(self, folder: Path):
        where = str(folder / "results")
        super().__init__(where, threshold=0, default_timeout=0, mode=0o600, hash_method=hashlib.sha256)

    def get(self, key: str) -> Any:
        """Return a result, and mark it as used; ``None`` if it is not there, or damaged."""
        found = super().get(key)
        if found is not None:
            with suppress(OSError):
                os.utime(self._get_filename(key))
        return found

    def look(self, fully: bool = True) -> str:
        """Return a line about what is away; empty, for the folder is there."""
        return ""


class _NoCacheWarnings(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return "handling cache file" not in str(record.msg)


logging.getLogger().addFilter(_NoCacheWarnings())


def open_results(folder: Path) -> Results:
    """Return the results that are kept in a cache folder, and where `find_places` says."""
    return _open_results(folder, find_places(folder).results)


@lru_cache(maxsize=8)
def _open_results(folder: Path, address: str) -> Results:
    if not address:
        return Results(folder)
    from .shared_results import SharedResults

    return SharedResults(folder, address)


def find_identity(folder: Path) -> str:
    """Return what a cache folder is known by from those of other machines at its path; empty if it has none yet."""
    try:
        return (folder / IDENTITY).read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""


def make_identity(folder: Path) -> str:
    """Return what a cache folder is known by from now on; empty if that cannot be written."""
    if not find_identity(folder):
        final, aside = folder / IDENTITY, folder / f"{IDENTITY}-{uuid.uuid4().hex}.part"
        with suppress(OSError):
            aside.write_text(uuid.uuid4().hex, encoding="ascii")
            try:
                final.hardlink_to(aside)  # unlike a rename it replaces nothing that another process has just written
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                aside.rename(final)
            finally:
                aside.unlink(missing_ok=True)
    return find_identity(folder)


class _Unusable(Exception):
    """Why a folder cannot be used, and what would make it usable."""

    def __init__(self, reason: str, remedy: str = ""):
        super().__init__(reason)
        self.remedy = remedy


def prepare(folder: Path) -> tuple[Path, str]:
    """
    Create the cache folder, or a temporary one if it cannot be written, or is not the user's alone.

    Parameters
    ----------
    folder
        The folder that was asked for.

    Returns
    -------
    Path
        That folder, or a temporary one.
    str
        What the user should know about it; empty if all is well.

    Raises
    ------
    SettingsError
        If not even a temporary folder can be written.
    """
    try:
        _furnish(folder)
        return folder, ""
    except _Unusable as why:
        reason, remedy = str(why), why.remedy
    try:
        instead = make_temporary()
        _furnish(instead)
    except (OSError, _Unusable) as error:
        again = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"The cache folder {folder} {reason}, and there is no temporary one either ({again}). "
            f"{remedy or 'Free some space'}, or choose another folder with --cache-dir."
        ) from error
    return instead, (
        f"The cache folder {folder} {reason}; results are kept in {instead} until it is removed. "
        f"{f'{remedy}, or choose' if remedy else 'Choose'} another folder with --cache-dir."
    )


def _furnish(folder: Path) -> None:
    """Make a folder, and what a cache has in it, for the user alone; `_Unusable` if it cannot be used."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _check_private(folder)
        for name in ROOMS:
            (folder / name).mkdir(exist_ok=True, mode=0o700)
            _check_owner(folder / name)
            (folder / name).chmod(0o700)
        handle, probe = tempfile.mkstemp(dir=folder / "results", suffix=".__wz_cache")
        with os.fdopen(handle, "wb") as file:
            file.write(b"0" * 65_536)
        Path(probe).unlink()
    except OSError as error:
        raise _Unusable(f"cannot be written ({error.strerror or error})") from error


def _check_private(folder: Path) -> None:
    """
    Check that nobody else can put something into a folder: what lies there is read as one's own.

    Windows has no such modes; there the folders below a user's are the user's alone.
    """
    _check_owner(folder)
    if os.name != "nt" and folder.stat().st_mode & stat.S_IWOTH:
        raise _Unusable(
            "is not private: every user of this machine may write into it", f"Make it so with chmod o-w {folder}"
        )


def _check_owner(folder: Path) -> None:
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        raise _Unusable(f"cannot be used: {folder} belongs to another user")
