"""How often the check of infeasible runs finds where they are, by how often they are there."""

from __future__ import annotations

import numpy as np

from benchmarks.sweeps import sound, study
from panel.checks import infeasible
from panel.data.project import Project, from_frames

SWEEPS = 40
SIZES = (0.02, 0.2, 0.4, 0.6, 0.8, 1.0)


def diverging(seed: int, rate: float, runs: int, conditions: int = 1) -> Project:
    """
    Return a sound sweep in which runs diverge at high learning rates, above 0.01: a quarter of them.

    Parameters
    ----------
    seed
        Of every draw.
    rate
        Which share of the runs there diverges.
    runs
        Number of configs.
    conditions
        With 2 they diverge with ``sgd`` only.
    """
    before = sound(seed, runs, curves=False)
    draw = np.random.default_rng([seed, 8])
    there = (before.config["optimizer.lr"] > 0.01).to_numpy()
    if conditions == 2:
        there = there & (before.config["optimizer.name"] == "sgd").to_numpy()
    diverged = there & (draw.random(len(there)) < rate)
    summary = before.summary["val_loss"].mask(diverged).to_frame()
    return from_frames(before.config, summary, runs=before.runs[["state"]], space=before.space)


def power() -> list[tuple[str, float, float]]:
    """Return in words what was built, the share that diverges there, and the share in which the check fired."""
    found = []
    for conditions, where in ((1, "lr > 0.01"), (2, "lr > 0.01 and sgd")):
        for n in (60, 150):
            for rate in SIZES:
                projects = (diverging(seed, rate, n, conditions) for seed in range(SWEEPS))
                fired = sum(infeasible.check(study(project)).fires for project in projects) / SWEEPS
                found.append((f"share of runs diverging where {where}, {n} configs", rate, fired))
    return found
