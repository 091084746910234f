"""How often `checks.noise` says that the winner is luck, against how far configs really lie apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from panel.checks import Study, noise
from panel.data.project import from_frames

from ..sweeps import study

TIMES = 100


def repeated(draw: np.random.Generator, apart: float, configs: int = 100, seeds: int = 3) -> Study:
    """Return configs run with several seeds: their spread is `apart` times the run-to-run standard deviation of 1."""
    take = np.repeat(np.arange(configs), seeds)
    loss = 10 + apart * draw.standard_normal(configs)[take] + draw.standard_normal(len(take))
    ids = [f"run{i}" for i in range(len(take))]
    config = pd.DataFrame({"lr": draw.uniform(0, 1, configs)[take], "seed": np.tile(np.arange(seeds), configs)}, ids)
    return study(from_frames(config, pd.DataFrame({"loss": loss}, ids)), "loss")


def power() -> list[tuple[str, float, float]]:
    """Return words, size and the share of sweeps in which the check fired: 95 % or more where all configs are equal."""
    found = []
    for apart in (0.0, 0.25, 0.5, 1.0, 2.0):
        fired = [noise.check(repeated(np.random.default_rng([i, 5]), apart)).fires for i in range(TIMES)]
        found.append(("spread of 100 configs of 3 runs, in run-to-run noise", apart, float(np.mean(fired))))
    return found
