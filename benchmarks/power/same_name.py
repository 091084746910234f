"""How often it is found that the best learning rate depends on the optimizer, against how far the best are apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.sweeps import study
from panel.checks import same_name
from panel.data.project import Project, from_frames

SWEEPS = 40

DECADES = (0.0, 0.5, 1.0, 1.5, 2.0)
"""How far the best learning rates are apart, in a range of four."""

CONFIGS = (60, 200)


def power() -> list[tuple[str, float, float]]:
    """Return what was wrong, how much, and in what share of the sweeps it was found."""
    return [
        (
            f"decades between the best learning rates of two optimizers, {n} configs",
            size,
            float(np.mean([same_name.check(study(shifted(i, size, n))).fires for i in range(SWEEPS)])),
        )
        for n in CONFIGS
        for size in DECADES
    ]


def shifted(seed: int, decades: float, n: int) -> Project:
    """Return a random search in which the best ``lr`` of adam and of sgd lie so many decades apart."""
    draw = np.random.default_rng([seed, 62])
    lr, dropout, name = 10 ** draw.uniform(-5, -1, n), draw.uniform(0, 0.6, n), draw.choice(["adam", "sgd"], n)
    centre = np.where(name == "adam", -3 - decades / 2, -3 + decades / 2)
    loss = 1 + 0.3 * (np.log10(lr) - centre) ** 2 + 0.5 * (dropout - 0.3) ** 2
    loss += 0.1 * (name == "sgd") + draw.normal(0, 0.1, n)
    config = pd.DataFrame({"lr": lr, "dropout": dropout, "optimizer": name, "activation": draw.choice(["a", "b"], n)})
    return from_frames(config, pd.DataFrame({"val_loss": loss}))
