"""How long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the share that is done, 0 to 1; may raise to cancel."""


def no_progress(done: float) -> None:
    """Report nothing."""
