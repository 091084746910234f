"""What `benchmarks.after_tpe` searches: three functions with noise, and three complete grids of other people's runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna

from benchmarks.grids import FOLDER, GRIDS
from benchmarks.next_sweep import read

Config = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """
    Something to search.

    Attributes
    ----------
    suggest
        Draws a config from the whole space.
    measure
        Returns what a run of a config gives, with noise, and what it is worth, without; small is good.
    """

    suggest: Callable[[optuna.Trial], Config]
    measure: Callable[[Config, np.random.Generator], tuple[float, float]]


def bowl(c: Config) -> float:
    """Return a bowl in the logarithm of the learning rate, its place moved by the optimizer; dropout does nothing."""
    centre = {"adam": -3.0, "sgd": -1.5, "rmsprop": -3.2}[c["optimizer"]]
    return (np.log10(c["lr"]) - centre) ** 2 + 0.3 * (np.log2(c["width"]) - 7) ** 2 + 0.5 * (c["optimizer"] == "sgd")


def valley(c: Config) -> float:
    """Return what learning rate and weight decay decide only together: a narrow valley across both."""
    a, b = np.log10(c["lr"]) + 2.5, np.log10(c["decay"]) + 4
    return 2 * (a + 0.6 * b) ** 2 + 0.1 * a**2 + 4 * (c["dropout"] - 0.2) ** 2


def steps(c: Config) -> float:
    """Return steps: what is bad beyond a limit, and a plateau in the width."""
    worse = 3.0 * (c["lr"] > 0.05) + 0.5 * (c["width"] < 64) + 0.8 * (c["optimizer"] != "adam")
    return worse + abs(np.log10(c["lr"]) + 2)


def suggest(trial: optuna.Trial) -> Config:
    """Draw a config from the functions' space."""
    return {
        "lr": trial.suggest_float("lr", 1e-5, 1.0, log=True),
        "decay": trial.suggest_float("decay", 1e-7, 1e-1, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.7),
        "width": trial.suggest_int("width", 8, 512, log=True),
        "optimizer": trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"]),
    }


NOISE = 0.1
"""Standard deviation of a run of a function."""


def make_function(function: Callable[[Config], float]) -> Problem:
    """Return a function with noise."""

    def measure(config: Config, rng: np.random.Generator) -> tuple[float, float]:
        worth = float(function(config))
        return worth + float(rng.normal(0, NOISE)), worth

    return Problem(suggest, measure)


def make_grid(name: str) -> Problem:
    """
    Return a complete grid. A number is searched as its place among the grid's values.

    A run is one of the grid's seeds; it is worth the mean over them. Both as the share of the way from the best config
    to the median one, in percent.
    """
    grid = read(name, str(FOLDER))
    levels = {column: np.unique(grid.X[column].to_numpy(), return_inverse=True) for column in grid.X}
    codes = np.column_stack([own for _, own in levels.values()])
    row_of = {tuple(row): i for i, row in enumerate(codes.tolist())}
    best, middle = grid.mean.min(), np.median(grid.mean)

    def suggest_places(trial: optuna.Trial) -> Config:
        return {
            column: trial.suggest_int(column, 0, len(values) - 1)
            if grid.X[column].dtype.kind in "if"
            else trial.suggest_categorical(column, [str(value) for value in values])
            for column, (values, _) in levels.items()
        }

    def measure(config: Config, rng: np.random.Generator) -> tuple[float, float]:
        row = row_of[tuple(find_code(levels[column][0], config[column]) for column in levels)]
        values = 100 * (np.append(grid.seeds[row], grid.mean[row]) - best) / (middle - best)
        return float(rng.choice(values[:-1])), float(values[-1])

    return Problem(suggest_places, measure)


def find_code(values: np.ndarray, given: int | str) -> int:
    """Return the place of a value, given as a number or as its text; beyond the grid, where a limit moved, its last."""
    return min(max(given, 0), len(values) - 1) if isinstance(given, int) else [str(v) for v in values].index(given)


PROBLEMS: dict[str, Callable[[], Problem]] = {
    "bowl": lambda: make_function(bowl),
    "valley": lambda: make_function(valley),
    "steps": lambda: make_function(steps),
    **{name: lambda name=name: make_grid(name) for name in GRIDS},
}
