"""The jobs of a server, and what their first worker does first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..data.progress import Progress
from ..settings import Settings
from ..store.jobs import Jobs, Limits


def warm_up(folder: Path, what: Any, progress: Progress) -> None:
    """Import in a worker process what computing needs: a first question need not wait for it."""
    import sklearn.tree  # noqa: F401

    from . import registry  # noqa: F401


def make_jobs(settings: Settings) -> Jobs:
    """Return the jobs of a server with these settings; a worker of this machine begins to import what it needs."""
    limits = Limits(settings.time_limit * 60, settings.memory)
    jobs = Jobs(settings.cache_dir, settings.workers, limits, settings.scheduler)
    if not settings.scheduler:
        jobs.submit("warm", warm_up, None)
    return jobs
