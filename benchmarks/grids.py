"""
Hold the ranking against exact answers: three complete grids of other people's runs, beside the checkout.

From samples of 200, 1,000 and 5,000 rows (a row is a configuration, its target the mean over seeds; 20 samples each,
the same for all settings): the share of the three truly largest parameters that the ranking has among its first three.
True are a parameter's main effect, and its total effect (main effect and all interactions), both computed from the
whole grid by functional analysis of variance. Usage: python -m benchmarks.grids [SAMPLES [FOLDER]]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import numpy as np
import pandas as pd

from panel import from_frames, importance
from panel.importance import bags
from panel.question import matrix

FOLDER = Path(__file__).parent.parent.parent / "shared" / "data"
ROWS = (200, 1_000, 5_000)

GRIDS: dict[str, tuple[str, int, str, str, Callable[[dict], dict]]] = {
    "fcnet_hpolib": ("protein_structure.csv.gz", 9, "val_loss", "log", lambda a: a["protein_structure"]["log10"]),
    "hpobench_mlp": ("segment.csv.gz", 5, "val_acc", "raw", lambda a: a["segment"]),
    "nasbench201": ("cifar10.csv.gz", 6, "val_acc", "raw", lambda a: a["cifar10"]),
}

SETTINGS: dict[str, dict[str, float]] = {
    "as it is": {},
    "1/2 of the columns a split": {"MAX_FEATURES": 1 / 2},
    "all columns a split": {"MAX_FEATURES": 1.0},
    "1 row a leaf": {"MIN_SAMPLES_LEAF": 1},
    "5 rows a leaf": {"MIN_SAMPLES_LEAF": 5},
    "categories as codes": {"INDICATORS_UP_TO": 0},
}


@dataclass(frozen=True)
class Grid:
    """All configurations of a grid, the target's mean over seeds, and what is exactly true of it."""

    X: pd.DataFrame
    y: np.ndarray
    scale: str
    main: pd.Series
    total: pd.Series


@cache
def read(name: str, folder: str) -> Grid:
    """Read a grid."""
    file, parameters, metric, scale, answer = GRIDS[name]
    table = pd.read_csv(Path(folder) / name / file, keep_default_na=False, na_values={f"{metric}_seed2": [""]})
    y = table.filter(regex=f"^{metric}_seed").astype(float).mean(axis=1).to_numpy()
    X = table.iloc[:, :parameters]
    main = answer(json.loads((Path(folder) / name / "EXACT_FANOVA.json").read_text()))["main"]
    return Grid(X, y, scale, pd.Series(main)[list(X)], total_effects(X, np.log(y) if scale == "log" else y))


def total_effects(X: pd.DataFrame, y: np.ndarray) -> pd.Series:
    """Return the share of the variance that is left when all other parameters are known (Saltelli et al. 2010)."""
    coded = [np.unique(X[name], return_inverse=True) for name in X]
    cells = np.empty([len(values) for values, _ in coded])
    cells[tuple(codes for _, codes in coded)] = y
    return pd.Series([cells.var(axis=k).mean() / cells.var() for k in range(cells.ndim)], index=list(X))


def once(job: tuple[str, str, str, int, int]) -> tuple[float, float, float]:
    """Return the out-of-bag R² of one sample, and how many of the first three are among the true ones."""
    folder, setting, name, n, sample = job
    grid = read(name, folder)
    rows = np.random.default_rng([n, sample]).choice(len(grid.y), n, replace=False)
    project = from_frames(grid.X.iloc[rows], pd.DataFrame({"y": grid.y[rows]}, index=grid.X.index[rows]))
    with ExitStack() as stack:
        for constant, value in SETTINGS[setting].items():
            stack.enter_context(patch.object(find_owner(constant), constant, value))
        record = importance(project, "y", target_scale=grid.scale, seed=sample)
    first = {row.parameter for row in record.rows[:3]}
    agree = [len(first & set(true.nlargest(3).index)) / 3 for true in (grid.main, grid.total)]
    return record.surrogate.oob_r2, agree[0], agree[1]


def find_owner(constant: str) -> ModuleType:
    """Return the module that has one of the constants of `SETTINGS`."""
    return next(module for module in (bags, matrix) if hasattr(module, constant))


def main(samples: str = "20", folder: str = str(FOLDER)) -> None:
    """Print the table."""
    if not Path(folder).is_dir():
        print(f"The grids are not here: {folder} does not exist.")
        return
    print(f"{samples} samples each: out-of-bag R², share of the top three by main effect / by total effect")
    print("| settings | grid | " + " | ".join(f"{n:,} rows" for n in ROWS) + " |")
    print("|---|---|" + "---|" * len(ROWS))
    with ProcessPoolExecutor() as pool:
        for setting in SETTINGS:
            for name in GRIDS:
                jobs = [[(folder, setting, name, n, k) for k in range(int(samples))] for n in ROWS]
                means = [np.mean(list(pool.map(once, some)), axis=0) for some in jobs]
                cells = " | ".join(f"R² {r2:.2f}, {main:.2f} / {total:.2f}" for r2, main, total in means)
                print(f"| {setting} | {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
