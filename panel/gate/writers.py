"""What writes an outcome, by the name that ``--output`` takes."""

from __future__ import annotations

from typing import Protocol

from . import json_text, junit, sarif, text
from .outcome import Outcome


class Writer(Protocol):
    """A form of what is printed: a module of this folder."""

    def write(self, outcome: Outcome) -> str:
        """Return the outcome as text."""


WRITERS: dict[str, Writer] = {"text": text, "junit": junit, "sarif": sarif, "json": json_text}
"""The forms, in the order of `command.OUTPUTS`."""
