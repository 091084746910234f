"""
Is a proposal worth something? Tried on three complete grids of other people's runs, beside the checkout.

60 random runs; from them a proposal; 60 runs inside it, without those done, of which the proposal's share to explore
comes from the old space; against 60 more runs from the old space. A row of the grid is a run, its target the mean over
the grid's seeds (or one of them, to see what noise does). All methods share the first 60 runs and their rivals. A
method wins if the best of all its 120 runs is better than that of the rival's 120, with the same first 60 in both.

Usage: python -m benchmarks.next_sweep [SEEDS [FIRST [TPE_SEEDS [FOLDER [TARGETS]]]]], TARGETS being ``mean``, ``one``
(of the grid's seeds) or ``mean,one``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.grids import FOLDER, GRIDS
from benchmarks.sweeps import study
from panel.checks import CHECKS, ask_all
from panel.data.project import from_frames
from panel.next_sweep import Excluded, Proposal, propose

RUNS = 60
BOX = 0.1
"""The bounding box is that of this share of the runs, the best."""

EXPLORE = 0.1
"""The share of the box's runs that is drawn from the old space."""


@dataclass(frozen=True)
class Grid:
    """All configs of a grid with their settings, metric, loss (small is good) for every seed, and their mean loss."""

    X: pd.DataFrame
    metric: str
    sign: int
    seeds: np.ndarray
    mean: np.ndarray


@dataclass(frozen=True)
class Trial:
    """
    One first sweep: its rows, the loss of all rows, those of its rival's second sweep, and the source of draws.

    Beside them the roles that somebody gave to parameters.
    """

    grid: Grid
    loss: np.ndarray
    first: np.ndarray
    rival: np.ndarray
    seed: int
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Second:
    """A second sweep: the rows it ran, those among them inside the proposed region, and the share of rows inside."""

    rows: np.ndarray
    inside: np.ndarray
    size: float


@cache
def read(name: str, folder: str) -> Grid:
    """Read a grid."""
    file, parameters, metric, _, _ = GRIDS[name]
    table = pd.read_csv(Path(folder) / name / file, keep_default_na=False, na_values={f"{metric}_seed2": [""]})
    values = table.filter(regex=f"^{metric}_seed").astype(float)
    sign = 1 if "loss" in metric else -1
    complete = values.columns[values.notna().all()]
    mean = sign * values.mean(axis=1).to_numpy()
    return Grid(table.iloc[:, :parameters], metric, sign, sign * values[complete].to_numpy(), mean)


def trial(grid: Grid, seed: int, target: str = "mean") -> Trial:
    """Return a first sweep and its rival's second."""
    rng = np.random.default_rng([seed, 60])
    loss = grid.mean if target == "mean" else grid.seeds[:, seed % grid.seeds.shape[1]]
    order = rng.permutation(len(loss))
    return Trial(grid, loss, order[:RUNS], order[RUNS : 2 * RUNS], seed)


def proposed(made: Trial) -> Proposal:
    """Return what is proposed after the first sweep, through the functions that the panel uses."""
    grid, rows = made.grid, made.first
    index = pd.Index([f"run{i}" for i in range(len(rows))])
    config = grid.X.iloc[rows].set_axis(index)
    summary = pd.DataFrame({grid.metric: grid.sign * made.loss[rows]}, index=index)
    asked = study(from_frames(config, summary), grid.metric, roles=made.roles)
    return propose(asked, ask_all(asked) if CHECKS else [])


def within(proposal: Proposal, X: pd.DataFrame) -> np.ndarray:
    """Return which configs a proposal allows, as booleans."""
    inside = np.ones(len(X), bool)
    for line in proposal.lines:
        column = X[line.parameter]
        if line.action == "fix":
            inside &= (column == line.value).to_numpy()
        elif line.domain.choices:
            inside &= column.isin(line.domain.choices).to_numpy()
        else:
            inside &= column.between(line.domain.low, line.domain.high).to_numpy()
    for region in proposal.excluded:
        inside &= ~excluded(region, X)
    return inside


def excluded(region: Excluded, X: pd.DataFrame) -> np.ndarray:
    """Return which configs lie in a region to leave out, as booleans."""
    meets = np.ones(len(X), bool)
    for name, relation, value in region.conditions:
        column = X[name]
        meets &= column <= value if relation == "<=" else column > value if relation == ">" else column == value
    return meets


def drawn(made: Trial, inside: np.ndarray, explore: float) -> Second:
    """Draw a second sweep from a region, without the runs done; where it has too few, from the old space."""
    rng = np.random.default_rng([made.seed, 61])
    left = np.ones(len(made.loss), bool)
    left[made.first] = False
    own = rng.permutation(np.flatnonzero(inside & left))[: RUNS - round(explore * RUNS)]
    left[own] = False
    others = rng.permutation(np.flatnonzero(left))[: RUNS - len(own)]
    return Second(np.concatenate([own, others]), own, float(inside.mean()))


def by_box(made: Trial) -> Second:
    """Return a second sweep in the bounding box of the best tenth."""
    best = made.first[np.argsort(made.loss[made.first], kind="stable")[: round(BOX * RUNS)]]
    inside = np.ones(len(made.loss), bool)
    for name in made.grid.X:
        column, own = made.grid.X[name], made.grid.X[name].iloc[best]
        number = column.dtype.kind in "if"
        inside &= (column.between(own.min(), own.max()) if number else column.isin(own.unique())).to_numpy()
    return drawn(made, inside, EXPLORE)


def by_proposal(made: Trial) -> Second:
    """Return a second sweep as proposed."""
    proposal = proposed(made)
    return drawn(made, within(proposal, made.grid.X), proposal.explore)


def by_tpe(made: Trial) -> Second:
    """Return 60 more trials of Optuna's TPE; numbers are its integers, the place among the grid's values."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    X = made.grid.X
    levels = {name: np.unique(X[name].to_numpy(), return_inverse=True) for name in X}
    row_of = {tuple(codes): row for row, codes in enumerate(np.column_stack([c for _, c in levels.values()]).tolist())}
    space = {
        name: optuna.distributions.IntDistribution(0, len(values) - 1)
        if X[name].dtype.kind in "if"
        else optuna.distributions.CategoricalDistribution(list(range(len(values))))
        for name, (values, _) in levels.items()
    }
    search = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=made.seed))
    for row in made.first:
        params = {name: int(codes[row]) for name, (_, codes) in levels.items()}
        value = float(made.loss[row])
        search.add_trial(optuna.trial.create_trial(params=params, distributions=space, value=value))
    rows = []
    for _ in range(RUNS):
        asked = search.ask(space)
        rows.append(row_of[tuple(asked.params[name] for name in levels)])
        search.tell(asked, float(made.loss[rows[-1]]))
    return Second(np.array(rows), np.array(rows), np.nan)


METHODS: dict[str, Callable[[Trial], Second]] = {
    "bounding box of the best tenth": by_box,
    "level sets (the proposal)": by_proposal,
    "60 more trials of Optuna's TPE": by_tpe,
}


def judged(made: Trial, second: Second) -> list[float]:
    """Return win, win or tie, win of the second 60 alone, how the median run inside and the best do, and the size."""
    loss = made.loss
    first = loss[made.first].min()
    own, rival = loss[second.rows].min(), loss[made.rival].min()
    ordered = np.sort(loss)

    def better_than(value: float) -> float:
        return 1 - float(np.searchsorted(ordered, value, "right")) / len(ordered)

    return [
        min(own, first) < min(rival, first),
        min(own, first) <= min(rival, first),
        own < rival,
        better_than(float(np.median(loss[second.inside]))),
        better_than(own),
        second.size,
    ]


def main(
    seeds: str = "500", first: str = "0", tpe_seeds: str = "50", folder: str = str(FOLDER), targets: str = "mean,one"
) -> None:
    """Print the tables."""
    if not Path(folder).is_dir():
        print(f"The grids are not here: {folder} does not exist.")
        return
    for target in targets.split(","):
        value = "mean over the grid's seeds" if target == "mean" else "one of the grid's seeds"
        print(f"Second sweeps of {RUNS} runs after {RUNS} random ones, against {RUNS} more of these; value: {value}\n")
        print("| grid | method | seeds | wins | wins or ties | wins of the second alone | ", end="")
        print("median run inside better than | best of the second better than | space left |\n" + "|---" * 9 + "|")
        for name in GRIDS:
            grid = read(name, folder)
            for words, method in METHODS.items():
                n = int(tpe_seeds) if method is by_tpe else int(seeds)
                if n:
                    numbers = range(int(first), int(first) + n)
                    print(f"| {name} | {words} | {n} | {row(grid, method, numbers, target)} |", flush=True)
        print()


def row(grid: Grid, method: Callable[[Trial], Second], numbers: range, target: str) -> str:
    """Return a row of the table: shares of seeds, then medians over seeds."""
    tries = (trial(grid, seed, target) for seed in numbers)
    every = 100 * np.array([judged(made, method(made)) for made in tries])
    cells = [*every[:, :3].mean(axis=0), *np.median(every[:, 3:], axis=0)]
    return " | ".join("–" if np.isnan(c) else f"{c:.{1 if i < 4 else 2}f} %" for i, c in enumerate(cells))


if __name__ == "__main__":
    main(*sys.argv[1:])
