"""How often high variance late in training is found, against that variance."""

from __future__ import annotations

import numpy as np

from panel.checks import late_variance

from ..changed_curves import Change, fired

SIZES = (0.0, 0.01, 0.02, 0.04, 0.08, 0.16)


def power() -> list[tuple[str, float, float]]:
    """Return words, standard deviation from step to step added, and how often the check fires."""

    def change(size: float) -> Change:
        def added(metric: str, share: np.ndarray, draw: np.random.Generator) -> np.ndarray:
            return draw.normal(0, size, len(share)) if metric == "val_loss" else np.zeros(len(share))

        return added

    words = "noise from step to step; configs in the basin differ by 0.03, from the others by about 0.3"
    return [(words, size, fired(late_variance, change(size))) for size in SIZES]
