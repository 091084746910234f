"""Files with their digests, so that damage is noticed when they are read; and written to the disk before they count."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

DIGEST = "digest"
"""The key of the digest in a sealed record."""

LENGTH = 64
"""Letters of a digest."""


def compute_digest(content: bytes) -> str:
    """Return what tells whether a content is still the same."""
    return hashlib.sha256(content).hexdigest()


def read_checked(path: Path, digest: str) -> bytes:
    """
    Return what is in a file.

    Raises
    ------
    ValueError
        If its digest is another one.
    OSError
        If it cannot be read.
    """
    content = path.read_bytes()
    if compute_digest(content) != digest:
        raise ValueError(f"{path.name} is damaged")
    return content


def seal(record: dict[str, Any]) -> str:
    """Return a record of plain JSON values as text, with its own digest."""
    plain = json.loads(json.dumps(record))  # as it is read again
    return json.dumps({**plain, DIGEST: _digest_of(plain)}, ensure_ascii=False)


def unseal(text: str) -> dict[str, Any]:
    """
    Return the record of a text that `seal` returned.

    Raises
    ------
    ValueError
        If the text was damaged.
    """
    record = json.loads(text)
    if not isinstance(record, dict) or record.pop(DIGEST, "") != _digest_of(record):
        raise ValueError("the record is damaged")
    return record


def _digest_of(record: dict[str, Any]) -> str:
    return compute_digest(json.dumps(record, sort_keys=True).encode())


def add_digest(content: bytes) -> bytes:
    """Return a content with its digest in front of it, for `split_digest`."""
    return compute_digest(content).encode() + content


def split_digest(content: bytes) -> bytes:
    """
    Return the content that `add_digest` was given.

    Raises
    ------
    ValueError
        If it was damaged.
    """
    if compute_digest(content[LENGTH:]).encode() != content[:LENGTH]:
        raise ValueError("the content is damaged")
    return content[LENGTH:]


def flush(path: Path) -> None:
    """
    Have a file, or the names in a folder, written to the disk.

    What is named before it is written can be empty after a loss of power. Windows flushes files alone, which is all
    that it needs.
    """
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
