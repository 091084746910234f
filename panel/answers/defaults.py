"""The question that a project is opened with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..data.outcomes import UNLIKELY, guess_target, rank_as_target
from ..data.project import Project
from ..question.goal import Teller
from ..question.selection import Selection, Target
from ..store.loading import open_project

MOSTLY = 0.2
"""A metric that fewer runs recorded than this share of those that recorded the most frequent one is no target."""


def choose_default_selection(project_id: str, folder: Path, **target: Any) -> Selection:
    """Return the question that a project is opened with: its sweep's metric, or else a likely one."""
    project = open_project(project_id, folder)
    return Selection(project_id, choose_default_target(project, **target))


def choose_default_target(project: Project, **target: Any) -> Target:
    """Return a target with the metric that is given, that the sweep declares, or that people most likely study."""
    return Target(target.pop("metric", "") or find_default_metric(project)[0], **target)


def find_default_metric(project: Project) -> tuple[str, Teller]:
    """
    Return the metric that the sweep declares, or that people most likely study, and who says so.

    Where only counters, ranks and the like were recorded it is empty: then the user is asked.
    """
    if project.space is not None and project.space.metric in project.metrics:
        return project.space.metric, "sweep"
    recorded = {m: int(project.summary[m].notna().sum()) for m in project.metrics}
    most = max(recorded.values(), default=0)
    frequent = [m for m in project.metrics if recorded[m] >= MOSTLY * most]
    likely = [m for m in frequent if project.summary[m].nunique() > 1] or frequent
    settings = [str(name) for name in project.config]
    metric = guess_target(likely, settings) if likely else ""
    tier = rank_as_target(metric, likely, settings)[0] if metric else UNLIKELY
    if tier >= UNLIKELY:
        return "", "guess"
    return metric, "name" if tier <= 1 else "guess"
