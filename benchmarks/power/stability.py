"""How often `checks.stability` says that winners have nothing in common, or stand apart, against how much there is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from panel.checks import Study, stability
from panel.data.project import from_frames

from ..sweeps import study
from .enough import lone

TIMES = 100


def slope(draw: np.random.Generator, share: float, n: int = 100, parameters: int = 8) -> Study:
    """Return a search in which one of the parameters explains this share of the variance, and noise the rest."""
    config = draw.uniform(0, 1, (n, parameters))
    effect = (config[:, 0] - 0.5) * np.sqrt(12)
    loss = np.sqrt(share) * effect + np.sqrt(1 - share) * draw.standard_normal(n)
    ids = [f"run{i}" for i in range(n)]
    frame = pd.DataFrame(config, ids, [f"x{i}" for i in range(parameters)])
    return study(from_frames(frame, pd.DataFrame({"loss": loss}, ids)), "loss")


def power() -> list[tuple[str, float, float]]:
    """Return words, size and the share of sweeps in which the check fired."""
    found = []
    for share in (0.0, 0.1, 0.25, 0.5, 0.9):
        fired = [stability.check(slope(np.random.default_rng([i, 7]), share)).fires for i in range(TIMES)]
        found.append(("share of the variance that one of 8 parameters explains", share, float(np.mean(fired))))
    for ahead in (2.0, 4.0, 8.0):
        fired = [stability.check(lone(np.random.default_rng([i, 9]), ahead)).fires for i in range(TIMES)]
        found.append(("one of 100 configs ahead, in standard deviations", ahead, float(np.mean(fired))))
    return found
