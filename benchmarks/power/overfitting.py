"""How often overfitting is found, against how far validation rises again."""

from __future__ import annotations

import numpy as np

from panel.checks import overfitting

from ..changed_curves import FALL, Change, fired

SIZES = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)


def power() -> list[tuple[str, float, float]]:
    """Return words, rise over the last half as a share of the fall before it, and how often the check fires."""

    def change(size: float) -> Change:
        def added(metric: str, share: np.ndarray, draw: np.random.Generator) -> np.ndarray:
            late = np.maximum(0.0, 2 * share - 1)
            return FALL * size * late if metric == "val_loss" else -0.1 * late

        return added

    words = "validation rises over the last half by this share of its fall, training falls on"
    return [(words, size, fired(overfitting, change(size))) for size in SIZES]
