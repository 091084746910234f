"""How often a rising training loss is found, against how far it rises."""

from __future__ import annotations

import numpy as np

from panel.checks import rising

from ..changed_curves import FALL, Change, fired

SIZES = (0.01, 0.02, 0.05, 0.1, 0.2)


def power() -> list[tuple[str, float, float]]:
    """Return words, rise of the training loss over the last half as a share of its fall, and how often it is found."""

    def change(size: float) -> Change:
        def added(metric: str, share: np.ndarray, draw: np.random.Generator) -> np.ndarray:
            return FALL * size * np.maximum(0.0, 2 * share - 1) if metric == "train_loss" else np.zeros(len(share))

        return added

    words = "the training loss rises over the last half by this share of its fall"
    return [(words, size, fired(rising, change(size))) for size in SIZES]
