"""
Hold rankings against true total effects, on smooth functions that engineers test with and on some that are not smooth.

Fresh sets of runs of each function, and samples of complete grids of other people's runs (`grids`), if they are beside
the checkout: the L1 error of the shares (the sum of the absolute errors of all parameters; true
are the total effects over their sum), how often the truly largest parameter is first, and CPU seconds of all threads.
No space is declared. Usage: python -m benchmarks.smooth [REPETITIONS [METHODS [FOLDER [RUNS ...]]]], with commas
between methods.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import grids
from panel.api import importance
from panel.data.project import from_frames

RUNS = (60, 100, 200)
GRID_RUNS = (200, 1_000)
METHODS = "forest,fanova,gaussian_process"
DRAWS = 1 << 18
FIRST_SEED = 70_000
"""Settings were chosen on other seeds."""


@dataclass(frozen=True)
class Smooth:
    """A function of values between 0 and 1, shape (n, d), and the standard deviation of its noise."""

    d: int
    f: Callable[[np.ndarray], np.ndarray]
    noise: float = 0.0


def _scaled(u: np.ndarray, low: list[float], high: list[float]) -> np.ndarray:
    return (np.array(low) + (np.array(high) - np.array(low)) * u).T


def piston(u: np.ndarray) -> np.ndarray:
    """Cycle time of a piston (Kenett and Zacks 1998)."""
    low, high = [30, 0.005, 0.002, 1_000, 90_000, 290, 340], [60, 0.02, 0.01, 5_000, 110_000, 296, 360]
    mass, area, volume, spring, pressure, around, gas = _scaled(u, low, high)
    force = pressure * area + 19.62 * mass - spring * volume / area
    work = pressure * volume / gas * around
    filled = area / (2 * spring) * (np.sqrt(force**2 + 4 * spring * work) - force)
    return 2 * np.pi * np.sqrt(mass / (spring + area**2 * work / filled**2))


def borehole(u: np.ndarray) -> np.ndarray:
    """Flow of water through a borehole (Harper and Gupta 1983)."""
    low, high = (
        [0.05, 100, 63_070, 990, 63.1, 700, 1_120, 9_855],
        [0.15, 50_000, 115_600, 1_110, 116, 820, 1_680, 12_045],
    )
    well, far, upper, upper_head, lower, lower_head, length, conducts = _scaled(u, low, high)
    log = np.log(far / well)
    below = log * (1 + 2 * length * upper / (log * well**2 * conducts) + upper / lower)
    return 2 * np.pi * upper * (upper_head - lower_head) / below


def wing_weight(u: np.ndarray) -> np.ndarray:
    """Weight of a light aircraft's wing (Forrester, Sobester and Keane 2008)."""
    low, high = [150, 220, 6, -10, 16, 0.5, 0.08, 2.5, 1_700, 0.025], [200, 300, 10, 10, 45, 1, 0.18, 6, 2_500, 0.08]
    area, fuel, aspect, sweep, pressure, taper, thick, load, gross, paint = _scaled(u, low, high)
    cos = np.cos(np.deg2rad(sweep))
    form = (aspect / cos**2) ** 0.6 * pressure**0.006 * taper**0.04 * (100 * thick / cos) ** -0.3
    return 0.036 * area**0.758 * fuel**0.0035 * form * (load * gross) ** 0.49 + area * paint


def circuit(u: np.ndarray) -> np.ndarray:
    """Voltage of an output transformerless circuit (Ben-Ari and Steinberg 2007)."""
    low, high = [50, 25, 0.5, 1.2, 0.25, 50], [150, 70, 3, 2.5, 1.2, 300]
    b1, b2, f, c1, c2, gain = _scaled(u, low, high)
    loop = gain * (c2 + 9)
    return (
        (12 * b2 / (b1 + b2) + 0.74) * loop / (loop + f) + 11.35 * f / (loop + f) + 0.74 * f * loop / ((loop + f) * c1)
    )


def ishigami(u: np.ndarray) -> np.ndarray:
    """Three waves and an interaction (Ishigami and Homma 1990)."""
    x = (2 * u.T - 1) * np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def sobol_g(u: np.ndarray) -> np.ndarray:
    """Sobol's G: every curve has a corner."""
    a = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=1)


def friedman(u: np.ndarray) -> np.ndarray:
    """Friedman's first function (1991), without its noise."""
    return 10 * np.sin(np.pi * u[:, 0] * u[:, 1]) + 20 * (u[:, 2] - 0.5) ** 2 + 10 * u[:, 3] + 5 * u[:, 4]


def steps(u: np.ndarray) -> np.ndarray:
    """Three steps, two of which wait for the first."""
    return 2.0 * (u[:, 0] > 0.6) + (u[:, 0] > 0.6) * (u[:, 1] > 0.4) + 0.7 * (u[:, 2] > 0.5) * (u[:, 0] < 0.6)


FUNCTIONS = {
    "piston": Smooth(7, piston),
    "borehole": Smooth(8, borehole),
    "wing weight": Smooth(10, wing_weight),
    "circuit": Smooth(6, circuit),
    "Ishigami": Smooth(3, ishigami),
    "Sobol G": Smooth(8, sobol_g),
    "Friedman, noise": Smooth(10, friedman, 1.0),
    "steps, noise": Smooth(6, steps, 0.3),
}


@cache
def find_truth(name: str) -> np.ndarray:
    """Return the total effects as shares of their sum, from many draws (Jansen 1999)."""
    case, rng = FUNCTIONS[name], np.random.default_rng(1)
    here, there = rng.random((2, DRAWS, case.d))
    value, totals = case.f(here), []
    for k in range(case.d):
        moved = here.copy()
        moved[:, k] = there[:, k]
        totals.append(np.mean((case.f(moved) - value) ** 2))
    return np.array(totals) / np.sum(totals)


def once(job: tuple[str, int, int, str]) -> tuple[float, bool, float]:
    """Return L1 error, whether the first is right, and CPU seconds for one set of runs."""
    name, n, repetition, method = job
    case, rng = FUNCTIONS[name], np.random.default_rng([FIRST_SEED + repetition, n, list(FUNCTIONS).index(name)])
    u = rng.random((n, case.d))
    X = pd.DataFrame(u, columns=[f"x{i}" for i in range(case.d)])
    y = case.f(u) + case.noise * rng.normal(size=n)
    return compare(X, y, "raw", method, repetition, find_truth(name))


def once_on_grid(job: tuple[str, str, int, int, str]) -> tuple[float, bool, float]:
    """Return the same for one sample of a grid."""
    folder, name, n, repetition, method = job
    grid = grids.read(name, folder)
    rows = np.random.default_rng([FIRST_SEED + repetition, n]).choice(len(grid.y), n, replace=False)
    truth = (grid.total / grid.total.sum()).to_numpy()
    return compare(grid.X.iloc[rows].reset_index(drop=True), grid.y[rows], grid.scale, method, repetition, truth)


def compare(
    X: pd.DataFrame, y: np.ndarray, scale: str, method: str, seed: int, truth: np.ndarray
) -> tuple[float, bool, float]:
    """Return how far a ranking is from the truth, whether its first is the true one, and what it cost."""
    project = from_frames(X, pd.DataFrame({"y": y}, index=X.index))
    start = time.process_time()
    record = importance(project, "y", target_scale=scale, method=method, seed=seed)
    taken = time.process_time() - start
    share = record.to_frame().set_index("parameter").importance[list(X)].to_numpy(float)
    return float(np.abs(share - truth).sum()), bool(share.argmax() == truth.argmax()), taken


def main(repetitions: str = "20", methods: str = METHODS, folder: str = str(grids.FOLDER), *runs: str) -> None:
    """Print the table."""
    asked, sizes = methods.split(","), tuple(map(int, runs)) or RUNS
    print(f"{repetitions} sets of runs each: L1 error of the shares / first place / CPU s")
    print(f"| function | runs | {' | '.join(asked)} |")
    print("|---|---|" + "---|" * len(asked))
    with ProcessPoolExecutor() as pool:

        def write(name: str, n: int, job: Callable, *before: str) -> None:
            cells = []
            for method in asked:
                jobs = [(*before, name, n, r, method) for r in range(int(repetitions))]
                error, first, taken = np.mean(list(pool.map(job, jobs)), axis=0)
                cells.append(f"{error:.3f} / {first:.2f} / {taken:.2f}")
            print(f"| {name} | {n} | {' | '.join(cells)} |", flush=True)

        for name in FUNCTIONS:
            for n in sizes:
                write(name, n, once)
        for name in grids.GRIDS if Path(folder).is_dir() else ():
            for n in GRID_RUNS:
                write(name, n, once_on_grid, folder)


if __name__ == "__main__":
    main(*sys.argv[1:])
