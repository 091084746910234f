"""
How often checks alarm where nothing is wrong, and how often where something is.

False alarms: 500 seeded sweeps at random whose search was sound (see `benchmarks.sweeps`), and 200 each that Optuna
made by TPE and stopped by successive halving (see `benchmarks.adaptive_sweeps`), the same for all checks. An alarm is a
verdict of a check that asks for something; the note on runs that were stopped early (`Design.notes`, above the ranking)
is true of a sweep that stops runs, and is none. Power: each check's own constructed trouble at several sizes
(`benchmarks.power`). Cost: 10,000 runs of 30 parameters.

Usage: python -m benchmarks.checks [SWEEPS [ADAPTIVE [FIRST_SEED]]]
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

from benchmarks import power
from benchmarks.adaptive_sweeps import make_asha, make_tpe
from benchmarks.sweeps import large, sound, study
from panel.checks import CHECKS, FIRES, ask_all
from panel.data.project import Project

VERDICTS = ("act", "look", "can't tell", "fine")

KINDS: dict[str, tuple[Callable[[int], Project], str]] = {
    "at random, of 60 to 200 configs": (sound, "val_loss"),
    "by TPE, of 60 to 150 trials": (make_tpe, "value"),
    "stopped by ASHA or Hyperband, of 60 to 150 trials": (make_asha, "value"),
}
"""How sound sweeps are made, each with its target."""


def judge(make: Callable[[int], Project], metric: str, seed: int) -> tuple[list[str], list[float]]:
    """Return the verdict of every check on one sound sweep, and how long each took in seconds."""
    searched, verdicts, seconds = study(make(seed), metric), [], []
    for module in CHECKS:
        begun = time.perf_counter()
        verdicts.append(module.check(searched).verdict)
        seconds.append(time.perf_counter() - begun)
    return verdicts, seconds


def cost() -> None:
    """Print how long all checks of a large sweep take, with what they share."""
    searched = study(large())
    begun = time.perf_counter()
    told = ask_all(searched)
    print(f"All checks of {len(searched.runs):,} runs x {len(searched.tuned)} parameters, curves for 500 of them: "
          f"{time.perf_counter() - begun:.1f} s, {len(told)} findings\n")  # fmt: skip


def count_alarms(kind: str, seeds: range) -> None:
    """Print how often each check gave each verdict on sound sweeps of a kind."""
    with ProcessPoolExecutor() as pool:
        told = list(pool.map(partial(judge, *KINDS[kind]), seeds, chunksize=10))
    verdicts, seconds = np.array([v for v, _ in told]), np.array([s for _, s in told])
    print(f"{len(seeds)} sound sweeps {kind}, shares in %\n")
    print("| check | " + " | ".join(VERDICTS) + " | ms, median |")
    print("|---|" + "---|" * (len(VERDICTS) + 1))
    for j, module in enumerate(CHECKS):
        shares = " | ".join(f"{100 * (verdicts[:, j] == v).mean():.1f}" for v in VERDICTS)
        print(f"| {module.NAME} | {shares} | {1000 * np.median(seconds[:, j]):.0f} |")
    any_ = np.isin(verdicts, FIRES).any(axis=1).mean()
    print(f"| **any alarm** | | | | {100 * any_:.1f} | |\n", flush=True)


def main(sweeps: str = "500", adaptive: str = "200", first: str = "0") -> None:
    """Print the tables."""
    for kind in KINDS:
        count = int(sweeps if KINDS[kind][0] is sound else adaptive)
        count_alarms(kind, range(int(first), int(first) + count))
    cost()
    print("| check | trouble | size | alarms, % |\n|---|---|---|---|")
    for name in sorted(module.name for module in pkgutil.iter_modules(power.__path__)):
        for trouble, size, share in importlib.import_module(f"benchmarks.power.{name}").power():
            print(f"| {name} | {trouble} | {size} | {100 * share:.0f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
