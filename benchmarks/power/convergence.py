"""How often runs that were stopped too early, or trained too long, are found, against how fast they converge."""

from __future__ import annotations

import numpy as np

from panel.checks import convergence

from ..changed_curves import FALL, Change, fired

SIZES = (1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 13.0, 16.0, 20.0, 40.0)


def power() -> list[tuple[str, float, float]]:
    """Return words, how many time constants of the fall a run lasts, and how often the check fires."""

    def change(size: float) -> Change:
        def added(metric: str, share: np.ndarray, draw: np.random.Generator) -> np.ndarray:
            return FALL * (np.exp(-size * share) - np.exp(-10 * share))

        return added

    words = "time constants in a run: few are too short, from 14 on two thirds are wasted, 10 is sound"
    return [(words, size, fired(convergence, change(size))) for size in SIZES]
