"""The question that a project is opened with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..data.outcomes import guess_target
from ..data.project import Project
from ..question.selection import Selection, Target
from ..store.loading import open_project


def choose_default_selection(project_id: str, folder: Path, **target: Any) -> Selection:
    """Return the question that a project is opened with: its sweep's metric, or else a likely one."""
    project = open_project(project_id, folder)
    return Selection(project_id, choose_default_target(project, **target))


def choose_default_target(project: Project, **target: Any) -> Target:
    """Return a target with the metric that is given, that the sweep declares, or that people most likely study."""
    declared = project.space.metric if project.space and project.space.metric in project.metrics else ""
    metric = target.pop("metric", "") or declared or (guess_target(project.metrics) if project.metrics else "")
    return Target(metric, **target)
