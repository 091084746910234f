"""How often `checks.enough` fires: on searches small for their space, and where one config alone is far ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd

from panel.checks import Study, enough
from panel.data.project import from_frames
from panel.runs import bestof

from ..sweeps import study

TIMES = 100


def bowl(draw: np.random.Generator, n: int, parameters: int = 8) -> Study:
    """Return a random search of n configs in a bowl in which all parameters matter alike."""
    config = draw.uniform(-1, 1, (n, parameters))
    loss = 1 + (config**2).sum(1)
    return _study(config, loss)


def lone(draw: np.random.Generator, ahead: float, n: int = 100) -> Study:
    """Return n configs of Gaussian loss, one of them ahead of the best other by so many standard deviations."""
    loss = draw.standard_normal(n)
    loss[0] = loss[1:].min() - ahead
    return _study(draw.uniform(-1, 1, (n, 3)), loss)


def _study(config: np.ndarray, loss: np.ndarray) -> Study:
    ids = [f"run{i}" for i in range(len(loss))]
    frame = pd.DataFrame(config, index=ids, columns=[f"x{i}" for i in range(config.shape[1])])
    return study(from_frames(frame, pd.DataFrame({"loss": loss}, index=ids)), "loss")


def power() -> list[tuple[str, float, float]]:
    """Return words, size and the share of sweeps in which the check fired."""
    found = []
    for n in (5, 12, 20, 40, 80):
        fired = [enough.check(bowl(np.random.default_rng([i, n]), n)).fires for i in range(TIMES)]
        found.append(("configs in a bowl of 8 parameters", float(n), float(np.mean(fired))))
    for ahead in (0.0, 1.0, 2.0, 4.0, 8.0):
        fired = [enough.check(lone(np.random.default_rng([i, 9]), ahead)).fires for i in range(TIMES)]
        found.append(("one of 100 configs ahead, in standard deviations", ahead, float(np.mean(fired))))
    return found


def coverage(times: int = 1_500) -> list[tuple[str, int, float]]:
    """Return how often the interval of 90 % of `bestof.gain` covers the expected gain, by distribution and size."""
    kinds = {
        "Gaussian": lambda draw, n: draw.standard_normal(n),
        "uniform": lambda draw, n: draw.random(n),
        "bowl of 8 parameters": lambda draw, n: draw.random(n) ** 0.25,
        "heavy lower tail (t with 2)": lambda draw, n: draw.standard_t(2, n),
    }
    found = []
    for words, values in kinds.items():
        for n in (20, 60, 200):
            draw = np.random.default_rng([n, 1])
            gains = np.array([bestof.gain(values(draw, n), n // 2) for _ in range(times)])
            covered = np.abs(gains[:, 0] - gains[:, 0].mean()) <= gains[:, 1]
            found.append((words, n, float(covered.mean())))
    return found
