"""A place on another machine that may be away: it is left alone for a while then, and a line says so."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from ..errors import name_kind
from ..sources.common.given import hide_password

Found = TypeVar("Found")

PAUSE = 10.0
"""Seconds for which a process leaves a place alone that it could not reach."""


def hide_login(address: str) -> str:
    """
    Return an address as it may be shown: without all that comes before its host, whatever its form.

    Examples
    --------
    >>> hide_login("redis://:secret@host:6379/0")
    'redis://***@host:6379/0'
    >>> hide_login("redis:/secret@host")
    'redis:/***@host'
    """
    return re.sub(r"[^/@:]*:\*\*\*@", "***@", hide_password(address))


class Contact:
    """
    The contact of this process with a place on another machine.

    Parameters
    ----------
    file
        Says that the place is away, for all processes of a cache folder; it is there for as long as that is so.
    name
        What the place is, in words.
    where
        Its address as it may be shown, in words that are put behind the name.
    consequence
        What follows if it cannot be used, in words.
    """

    def __init__(self, file: Path, name: str, where: str, consequence: str):
        self.file, self.name, self.where, self.consequence = file, name, where, consequence
        self._alone_until = -math.inf

    def attempt(self, act: Callable[[], Found]) -> Found | None:
        """Return what is done there; ``None`` if it cannot be done, or could not a moment ago."""
        now = time.monotonic()
        if now < self._alone_until:
            return None
        if self._alone_until > -math.inf:  # one thread finds out whether it is back, the others do not wait for it
            self._alone_until = now + PAUSE
        try:
            found = act()
        except Exception as error:  # whatever a library raises: the work goes on without the place
            self._alone_until = time.monotonic() + PAUSE
            self._note(error)
            return None
        self._alone_until = -math.inf
        with suppress(OSError):
            self.file.unlink(missing_ok=True)
        return found

    def tell(self, fully: bool = True) -> str:
        """
        Return a line that says that the place is away, whichever process noticed; empty if it is not.

        Parameters
        ----------
        fully
            Whether to say where it is, and why it cannot be used.
        """
        try:
            line = self.file.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return ""
        return line if fully or not line else f"{self.name} cannot be used: {self.consequence}"

    def _note(self, error: Exception) -> None:
        with suppress(OSError):
            line = f"{self.name}{self.where} cannot be used ({hide_password(name_kind(error))}): {self.consequence}"
            self.file.write_text(line, encoding="utf-8")
