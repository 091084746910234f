"""The cache folder: private to the user, and results in it as JSON with a checksum, so that a torn file is noticed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from cachelib.file import FileSystemCache  # what flask_caching has under this name, without importing Flask
from cachelib.serializers import FileSystemSerializer

from ..errors import SettingsError

MOST_RESULTS = 2_000
"""Results kept; older ones are removed."""


class _JsonSerializer(FileSystemSerializer):
    """Writes a digest and JSON; refuses to read JSON that does not match its digest. Nothing is unpickled."""

    def dump(self, value: Any, f: IO[bytes], protocol: int = 0) -> None:
        content = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        f.write(hashlib.sha256(content).hexdigest().encode() + content)

    def load(self, f: IO[bytes]) -> Any:
        digest, content = f.read(64), f.read()
        if hashlib.sha256(content).hexdigest().encode() != digest:
            return None
        return json.loads(content)


class Results(FileSystemCache):
    """Results by key. A value that cannot be written is skipped without an error: it can be computed again."""

    serializer = _JsonSerializer()


class _NoCacheWarnings(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return "handling cache file" not in str(record.msg)


logging.getLogger().addFilter(_NoCacheWarnings())


@lru_cache(maxsize=8)
def open_results(folder: Path) -> Results:
    """Return the results that are kept in a cache folder."""
    where = str(folder / "results")
    return Results(where, MOST_RESULTS, default_timeout=0, mode=0o600, hash_method=hashlib.sha256)


def prepare(folder: Path) -> tuple[Path, str]:
    """
    Create the cache folder, or a temporary one if it cannot be written.

    Parameters
    ----------
    folder
        The folder that was asked for.

    Returns
    -------
    Path
        That folder, or a temporary one if it cannot be written.
    str
        What the user should know about it; empty if all is well.

    Raises
    ------
    SettingsError
        If not even a temporary folder can be written.
    """
    reason = _try(folder)
    if not reason:
        return folder, ""
    try:
        instead = Path(tempfile.mkdtemp(prefix="sweeplens-"))
        again = _try(instead)
    except OSError as error:
        again = str(error.strerror or error)
    if again:
        raise SettingsError(
            f"The cache folder {folder} cannot be written ({reason}), and no temporary one either ({again}). "
            "Free some space, or choose another folder with --cache-dir."
        )
    return instead, (
        f"The cache folder {folder} cannot be written ({reason}); results are kept in {instead} until it is removed. "
        "Choose another folder with --cache-dir."
    )


def _try(folder: Path) -> str:
    """Return why a folder cannot be used; empty if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in ("projects", "sources", "results", "jobs", "picks", "logs", "access", "users"):
            (folder / name).mkdir(exist_ok=True, mode=0o700)
            if hasattr(os, "getuid") and (folder / name).stat().st_uid != os.getuid():
                return f"{folder / name} belongs to another user"
            (folder / name).chmod(0o700)
        handle, probe = tempfile.mkstemp(dir=folder / "results", suffix=".__wz_cache")
        with os.fdopen(handle, "wb") as file:
            file.write(b"0" * 65_536)
        Path(probe).unlink()
    except OSError as error:
        return str(error.strerror or error)
    return ""


def prune(folder: Path, megabytes: int) -> None:
    """Remove the least recently used projects until the folder is no larger than `megabytes`."""
    projects = [p for p in (folder / "projects").iterdir() if p.is_dir()]
    sizes = {p: sum(f.stat().st_size for f in p.iterdir()) for p in projects}
    used = {p: (p / "project.json").stat().st_mtime if (p / "project.json").exists() else 0.0 for p in projects}
    total = sum(sizes.values())
    for project in sorted(projects, key=lambda p: used[p]):
        if total <= megabytes * 1e6:
            return
        shutil.rmtree(project, ignore_errors=True)
        total -= sizes[project]
