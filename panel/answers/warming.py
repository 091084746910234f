"""What a worker does first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..data.progress import Progress


def warm_up(folder: Path, what: Any, progress: Progress) -> None:
    """Import in a worker process what computing needs: a first question need not wait for it."""
    import sklearn.tree  # noqa: F401

    from . import registry  # noqa: F401
