"""Sound sweeps whose curves are changed."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np

from panel.checks import FIRES
from panel.data.project import Project, from_frames

from . import sweeps

SEEDS = 30

FALL = 1.5
"""By which validation falls in a sound sweep."""

Change = Callable[[str, np.ndarray, np.random.Generator], np.ndarray]
"""Of a metric: what to add to it at which share of the steps, shape (n_values,)."""


def changed(project: Project, change: Change, seed: int) -> Project:
    """Return a sweep with something added to its curves; the target stays the last value."""
    draw = np.random.default_rng([seed, 6])
    history = project.history.frame.copy()
    for metric in ("val_loss", "train_loss"):
        there = (history["metric"] == metric).to_numpy()
        share = history["step"].to_numpy(float)[there] / sweeps.STEPS
        history.loc[there, "value"] = history["value"].to_numpy(float)[there] + change(metric, share, draw)
    last = history[(history["metric"] == "val_loss") & (history["step"] == sweeps.STEPS)].set_index("run_id")["value"]
    summary = project.summary.copy()
    summary["val_loss"] = last.reindex(summary.index).to_numpy()
    return from_frames(
        project.config, summary, history, project.runs[["state"]], name=project.name, space=project.space
    )


def fired(check: ModuleType, change: Change) -> float:
    """Return the share of changed sound sweeps in which a check asks for something."""
    found = [
        check.check(sweeps.study(changed(sweeps.sound(seed), change, seed))).verdict in FIRES for seed in range(SEEDS)
    ]
    return float(np.mean(found))
