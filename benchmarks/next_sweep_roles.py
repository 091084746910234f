"""
Is a proposal worth something where a parameter is scientific? Tried on the complete grids, beside random search.

One parameter of few values is made scientific, so that the proposal keeps all of its values. The rival, and the first
60 runs, sample these values equally; the proposal's runs are drawn from its space as it is. A method wins if the best
of all its 120 runs is better than that of the rival's; and, since the question is how the values compare, value by
value: if the best of its runs with a value is better than the rival's best with the same value.

Usage: python -m benchmarks.next_sweep_roles [SEEDS [FIRST [FOLDER]]]
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks.grids import FOLDER
from benchmarks.next_sweep import RUNS, Grid, Trial, by_proposal, read

SCIENTIFIC = {
    "fcnet_hpolib": ("activation_fn_1", "lr_schedule"),
    "hpobench_mlp": ("depth",),
    "nasbench201": ("Op0", "Op3"),
}
"""Parameters that are made scientific, each by itself; hpobench_mlp has no categories: its depth has three values."""


def trial(grid: Grid, seed: int, name: str) -> Trial:
    """Return a first sweep and its rival's second, both with as many runs of each value of a parameter."""
    rng = np.random.default_rng([seed, 62])
    order = balanced(rng, coded(grid, name), 2 * RUNS)
    return Trial(grid, grid.mean, order[:RUNS], order[RUNS:], seed, ((name, "scientific"),))


def coded(grid: Grid, name: str) -> np.ndarray:
    """Return a parameter's values as codes."""
    return np.unique(grid.X[name].to_numpy(), return_inverse=True)[1]


def balanced(rng: np.random.Generator, codes: np.ndarray, runs: int) -> np.ndarray:
    """Return random rows, no row twice, of which each value, known by its code, has as many, in turns."""
    order = rng.permutation(len(codes))
    turn = np.empty(len(codes), int)
    for code in range(codes.max() + 1):
        own = np.flatnonzero(codes[order] == code)
        turn[own] = np.arange(len(own))
    return order[np.lexsort((rng.random(len(order)), turn))][:runs]


def judged(made: Trial, rows: np.ndarray, codes: np.ndarray) -> list[float]:
    """Return win and win or tie of the best of all, then the same value by value, as their share."""
    own, rival = np.concatenate([made.first, rows]), np.concatenate([made.first, made.rival])
    every = [np.ones(len(codes), bool), *(codes == code for code in range(codes.max() + 1))]
    bests = np.array([[made.loss[rows[among[rows]]].min(initial=np.inf) for rows in (own, rival)] for among in every])
    wins, ties = bests[:, 0] < bests[:, 1], bests[:, 0] <= bests[:, 1]
    return [wins[0], ties[0], wins[1:].mean(), ties[1:].mean()]


def main(seeds: str = "100", first: str = "0", folder: str = str(FOLDER)) -> None:
    """Print the table."""
    if not Path(folder).is_dir():
        print(f"The grids are not here: {folder} does not exist.")
        return
    print("| grid | scientific | values | wins | wins or ties | value by value: wins | wins or ties |")
    print("|---" * 7 + "|")
    for grid_name, names in SCIENTIFIC.items():
        grid = read(grid_name, folder)
        for name in names:
            codes = coded(grid, name)
            tries = (trial(grid, seed, name) for seed in range(int(first), int(first) + int(seeds)))
            every = 100 * np.array([judged(made, by_proposal(made).rows, codes) for made in tries])
            means, errors = every.mean(axis=0), every.std(axis=0, ddof=1) / np.sqrt(len(every))
            cells = " | ".join(f"{m:.1f} ± {e:.1f} %" for m, e in zip(means, errors, strict=True))
            print(f"| {grid_name} | {name} | {codes.max() + 1} | {cells} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
