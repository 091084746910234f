"""How often the check of leaks finds a parameter that is an outcome, by how closely it follows the target."""

from __future__ import annotations

import numpy as np

from benchmarks.sweeps import sound, study
from panel.checks import leaks
from panel.data.project import Project, from_frames

SWEEPS = 40
SIZES = (1.0, 0.3, 0.1, 0.03, 0.0)
TRENDS = (0.0, 0.3, 0.5, 0.7, 0.9)


def leaking(seed: int, noise: float, name: str = "other.qux") -> Project:
    """Return a sound sweep with a parameter that is the target, with so much noise in its standard deviations."""
    before = sound(seed, curves=False)
    draw = np.random.default_rng([seed, 9])
    loss = before.summary["val_loss"]
    config = before.config.assign(**{name: loss.fillna(loss.mean()) + noise * loss.std() * draw.normal(size=len(loss))})
    return from_frames(config, before.summary, runs=before.runs[["state"]], space=before.space)


def predicted(seed: int, correlation: float) -> Project:
    """Return a sound sweep with a timestamp, not in the order of the runs, that correlates so with the target."""
    before = sound(seed, curves=False)
    draw = np.random.default_rng([seed, 10])
    loss = before.summary["val_loss"]
    loss = loss.fillna(loss.mean()).rank()
    z = (loss - loss.mean()) / loss.std()
    mixed = correlation * z + np.sqrt(1 - correlation**2) * draw.normal(size=len(z))
    config = before.config.assign(timestamp=1_700_000_000 + 100 * mixed.rank(method="first").astype(int))
    return from_frames(config, before.summary, runs=before.runs[["state"]], space=before.space)


def power() -> list[tuple[str, float, float]]:
    """Return in words what was built, the noise or correlation, and the share in which the check fired."""
    follows = "a parameter is the target with noise of so many of its standard deviations"
    predicts = "a timestamp has so large a correlation with the target"
    return [
        *((follows, size, _fired([leaking(seed, size) for seed in range(SWEEPS)])) for size in SIZES),
        *((predicts, size, _fired([predicted(seed, size) for seed in range(SWEEPS)])) for size in TRENDS),
    ]


def _fired(projects: list[Project]) -> float:
    return sum(leaks.check(study(project)).fires for project in projects) / len(projects)
