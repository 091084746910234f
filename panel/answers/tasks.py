"""What worker processes compute: one function that is told in plain JSON what to answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..question.selection import Selection
from . import queries, report, run_queries, study_queries


def work(folder: Path, what: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
    """
    Compute in a worker process.

    Parameters
    ----------
    folder
        The cache folder.
    what
        The ``selection`` as JSON, and a ``method`` of importance, or ``parameters`` to ask the forest about, or a
        ``run`` to explain, or the name of a ``record`` of runs and what was ``asked`` of it, or what is asked of the
        ``study``, or the method of a ``report``, whose parts are then all there; for the linear model nothing else.
    progress
        Called with the share that is done; may raise to cancel.
    """
    selection = Selection.from_json(what["selection"])
    if "report" in what:
        report.report_of(selection, what["report"], folder, progress)
        return {"ready": True}
    if "study" in what:
        return study_queries.ANSWERS[what["study"]](selection, folder, progress)
    if "parameters" in what:
        return queries.response_of(selection, tuple(what["parameters"]), folder, progress)
    if "record" in what:
        return run_queries.record_of(what["record"], selection, what["asked"], folder, job=True)
    if "run" in what:
        return queries.explanation_of(selection, what["run"], folder, progress)
    if "method" in what:
        return queries.importance_of(selection, what["method"], folder, progress)
    return queries.linear_of(selection, folder)


def warm(folder: Path, what: Any, progress: Callable[[float], None]) -> None:
    """Do nothing, in a worker process: that it has imported this module is what counts."""
