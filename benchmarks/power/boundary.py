"""How often the check of boundaries fires, by how far the best lies beyond the limit of the learning rate."""

from __future__ import annotations

import numpy as np

from benchmarks.sweeps import sound, study
from panel.checks import boundary
from panel.data.project import Project, from_frames

SWEEPS = 40
SIZES = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0)


def at_limit(seed: int, beyond: float, runs: int) -> Project:
    """
    Return a random search whose best learning rate lies beyond the upper limit, or within it.

    Parameters
    ----------
    seed
        Of every draw.
    beyond
        By how many decades the best learning rate is above the limit of 0.1; negative within.
    runs
        Number of configs.
    """
    before = sound(seed, runs, curves=False)
    draw = np.random.default_rng([seed, 7])
    config = before.config
    away = (np.log10(config["optimizer.lr"]) + 1 - beyond) ** 2 + (3 * (config["dropout"] - 0.3)) ** 2
    layers = 0.09 * (config["model.layers"] - 3.5) ** 2
    loss = 1 + 0.5 * np.maximum(0, np.sqrt(away + layers) - 0.4) ** 2 + draw.normal(0, 0.03, len(config))
    summary = loss.where(before.summary["val_loss"].notna()).to_frame("val_loss")
    return from_frames(config, summary, runs=before.runs[["state"]], space=before.space)


def power() -> list[tuple[str, float, float]]:
    """Return in words what was built, the decades by which the best is beyond the limit, and the share that fired."""
    return [
        (f"best learning rate beyond its limit by so many decades, {n} configs", size, _fired(size, n))
        for n in (60, 150)
        for size in SIZES
    ]


def _fired(size: float, n: int) -> float:
    hits = 0
    for seed in range(SWEEPS):
        found = boundary.check(study(at_limit(seed, size, n)))
        hits += any((x.parameter, x.side) == ("optimizer.lr", "high") for x in found.facts.limits)
    return hits / SWEEPS
