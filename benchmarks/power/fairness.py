"""How often an unfair comparison is found: values with fewer configs, and values tried in a part of a range only."""

from __future__ import annotations

import numpy as np

from benchmarks.sweeps import sound, study
from panel.checks import fairness
from panel.data.project import Project, from_frames

SWEEPS = 40

FEWER = (1.0, 0.6, 0.4, 0.25, 0.1)
"""Configs of one value as a share of those of each other value."""

PARTS = (1.0, 0.75, 0.5, 0.25)
"""Share of the range of ``optimizer.lr`` that one value covers."""


def power() -> list[tuple[str, float, float]]:
    """Return what was wrong, how much, and in what share of the sweeps of 150 configs it was found."""
    found = [("configs with one value of three, as a share of the others'", s, _share(fewer, s)) for s in FEWER]
    return found + [("share of the range of optimizer.lr covered with sgd", s, _share(narrow, s)) for s in PARTS]


def _share(spoil: object, size: float) -> float:
    return float(np.mean([fairness.check(study(spoil(i, size))).fires for i in range(SWEEPS)]))  # type: ignore[operator]


def fewer(seed: int, size: float) -> Project:
    """Return a sweep in which one value of ``model.activation`` was drawn more seldom than the others."""
    draw, project = np.random.default_rng([seed, 61]), sound(seed, 150, curves=False)
    number = np.unique(project.config["optimizer.lr"], return_inverse=True)[1]  # of the config: all its seeds or none
    kept = (project.config["model.activation"] != "gelu").to_numpy() | (draw.random(len(number))[number] < size)
    config, summary, runs = (frame.iloc[kept] for frame in (project.config, project.summary, project.runs))
    return from_frames(config, summary, None, runs, space=project.space)


def narrow(seed: int, size: float) -> Project:
    """Return a sweep in which sgd was tried in the upper part of the range of ``optimizer.lr`` only."""
    project = sound(seed, 150, curves=False)
    config = project.config.copy()
    sgd = config["optimizer.name"] == "sgd"
    place = (np.log10(config["optimizer.lr"]) + 5) / 4
    config.loc[sgd, "optimizer.lr"] = 10 ** (-5 + 4 * (1 - size + size * place[sgd]))
    return from_frames(config, project.summary, None, project.runs, space=project.space)
