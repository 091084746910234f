"""
What decides where the best values are many, and near ties? Complete grids made by code, with a wide plateau.

Each grid has six parameters and 10,800 configs; a config is worth as much as any other on the plateau, or nearly, and
less the further it is away. Three seeds add noise, so that what is compared, their mean, differs on the plateau too.
The protocol is that of `next_sweep`, beside the bounding box and a search that knows the plateau and draws from it.

If all that can be known is the plateau, each run on it is as likely to be the best of all: with a, b and c of them in
the first 60 runs, the second 60 and the rival's, the second wins in b / (a + b + c), and wins or ties in
(a + b) / (a + b + c). That is printed as what the numbers of runs alone would give.

Usage: python -m benchmarks.next_sweep_ties [SEEDS [FIRST]]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from benchmarks.next_sweep import EXPLORE, Grid, Second, Trial, by_box, by_proposal, drawn, trial

LEVELS: dict[str, tuple[float | str, ...]] = {
    "lr": tuple(10 ** (-5 + k / 2) for k in range(8)),
    "decay": (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1),
    "dropout": (0.0, 0.1, 0.2, 0.3, 0.5),
    "width": (32.0, 64.0, 128.0, 256.0, 512.0),
    "optimizer": ("adam", "lamb", "sgd"),
    "schedule": ("constant", "cosine", "step"),
}

NOISE, SEEDS = 0.05, 3
"""Standard deviation of one seed's loss, whose spread over configs is near 1, and how many seeds a config has."""

TILT = 0.03
"""How much worse, at most, the far end of a plateau that leans is."""

Places = dict[str, np.ndarray]


@dataclass(frozen=True)
class Plateau:
    """A grid, what each config is worth without noise, and which lie on the plateau."""

    grid: Grid
    worth: np.ndarray
    on: np.ndarray


def bowl(at: Places) -> np.ndarray:
    """Return the distance from a place, all numbers in it and the optimizer."""
    near = (2 * (at["lr"] - 0.6)) ** 2 + (at["decay"] - 0.4) ** 2 + (at["dropout"] - 0.3) ** 2
    return np.sqrt(near + 0.3 * (at["width"] - 0.7) ** 2) + 0.25 * (at["optimizer"] == 1.0)


def one(at: Places) -> np.ndarray:
    """Return the distance along the learning rate, beside which hardly anything matters."""
    return np.abs(at["lr"] - 0.55) + 0.05 * at["dropout"]


def valley(at: Places) -> np.ndarray:
    """Return the distance from a line across learning rate and width: no box of them is all good."""
    return np.abs(at["lr"] + at["width"] - 1.0) + 0.2 * np.abs(at["decay"] - 0.5)


def two(at: Places) -> np.ndarray:
    """Return the distance from the nearer of two places: each optimizer has its own learning rate."""
    centre = np.where(at["optimizer"] == 0.0, 0.3, 0.8)
    return np.abs(at["lr"] - centre) + 0.3 * np.abs(at["dropout"] - 0.2) + 0.2 * (at["optimizer"] == 1.0)


def corners(at: Places) -> np.ndarray:
    """Return how far a config lies in one of three corners, each of two parameters: all else is good."""
    pairs = (("lr", "dropout"), ("decay", "width"), ("lr", "schedule"))
    return np.max([np.minimum(at[a], at[b]) + 0.2 * at[a] * at[b] for a, b in pairs], axis=0)


FORMS: dict[str, Callable[[Places], np.ndarray]] = {
    "bowl": bowl,
    "one parameter": one,
    "valley": valley,
    "two places": two,
    "corners": corners,
}
SHARES = (0.1, 0.4, 0.7)
"""Shares of the grid that lie on the plateau."""


def make(form: str, share: float, leans: bool = False) -> Plateau:
    """Make a grid: the distance beyond that of a share of the configs, with noise."""
    X = pd.DataFrame(list(product(*LEVELS.values())), columns=list(LEVELS))
    at = {name: np.unique(X[name], return_inverse=True)[1] / (len(levels) - 1) for name, levels in LEVELS.items()}
    away = FORMS[form](at)
    beyond = np.maximum(0.0, away - np.quantile(away, share, method="higher"))
    worth = 1 + beyond / beyond.std() + (TILT * away / away.max() if leans else 0.0)
    rng = np.random.default_rng([list(FORMS).index(form), round(100 * share), 63])
    seeds = worth[:, None] + rng.normal(0, NOISE, (len(X), SEEDS))
    return Plateau(Grid(X, "loss", 1, seeds, seeds.mean(axis=1)), worth, beyond == 0)


def judged(made: Trial, second: Second, plateau: Plateau) -> list[float]:
    """
    Return win and win or tie, the same as the runs' numbers alone would give, and what is new.

    That is win or tie by the worth without noise of what measured best, and the share of the second 60 on the plateau.
    """
    runs = [np.concatenate([made.first, rows]) for rows in (second.rows, made.rival)]
    own, rival = (rows[made.loss[rows].argmin()] for rows in runs)
    a, b, c = (plateau.on[rows].sum() for rows in (made.first, second.rows, made.rival))
    return [
        made.loss[own] < made.loss[rival],
        made.loss[own] <= made.loss[rival],
        b / (a + b + c),
        (a + b) / (a + b + c),
        plateau.worth[own] <= plateau.worth[rival],
        b / len(second.rows),
    ]


def main(seeds: str = "60", first: str = "0") -> None:
    """Print the table."""
    print("| plateau | share of the grid | way | wins | wins or ties | by the numbers of runs alone | ", end="")
    print("wins or ties without noise | runs on the plateau |\n" + "|---" * 8 + "|")
    ways: dict[str, Callable[[Trial, Plateau], Second]] = {
        "bounding box": lambda made, _: by_box(made),
        "proposal": lambda made, _: by_proposal(made),
        "knows the plateau": lambda made, plateau: drawn(made, plateau.on, EXPLORE),
    }
    cases = [*product(FORMS, SHARES, (False,)), ("bowl", 0.4, True), ("two places", 0.4, True)]
    for form, share, leans in cases:
        plateau = make(form, share, leans)
        numbers = range(int(first), int(first) + int(seeds))
        for words, way in ways.items():
            tries = (trial(plateau.grid, seed) for seed in numbers)
            m = 100 * np.mean([judged(made, way(made, plateau), plateau) for made in tries], axis=0)
            named = f"{form}{', leaning' if leans else ''} | {plateau.on.mean():.0%} | {words}"
            shown = f"{m[0]:.0f} | {m[1]:.0f} | {m[2]:.0f} / {m[3]:.0f} | {m[4]:.0f} | {m[5]:.0f} %"
            print(f"| {named} | {shown} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
