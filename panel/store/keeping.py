"""Keep a result, and note it where whoever asked for it has another cache folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from .cache import open_results

_noted: ContextVar[dict[str, Any] | None] = ContextVar("noted", default=None)


def keep_result(folder: Path, key: str, value: Any) -> None:
    """Keep a result of plain JSON values in a cache folder."""
    open_results(folder).set(key, value)
    noted = _noted.get()
    if noted is not None:
        noted[key] = value


@contextmanager
def note_kept() -> Iterator[dict[str, Any]]:
    """Yield the results, by key, that this thread keeps from now on."""
    noted: dict[str, Any] = {}
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
