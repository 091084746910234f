"""
How often checks alarm where nothing is wrong, and how often where something is.

False alarms: 500 seeded sweeps whose search was sound (see `benchmarks.sweeps`), the same for all checks. Power: each
check's own constructed trouble at several sizes (`benchmarks.power`). Cost: 10,000 runs of 30
parameters.

Usage: python -m benchmarks.checks [SWEEPS]
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks import power
from benchmarks.sweeps import large, sound, study
from panel.checks import CHECKS, ask_all

VERDICTS = ("act", "look", "can't tell", "fine")


def once(seed: int) -> tuple[list[str], list[float]]:
    """Return the verdict of every check on one sound sweep, and how long each took in seconds."""
    searched, verdicts, seconds = study(sound(seed)), [], []
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


def main(sweeps: str = "500") -> None:
    """Print the tables."""
    with ProcessPoolExecutor() as pool:
        told = list(pool.map(once, range(int(sweeps)), chunksize=10))
    verdicts, seconds = np.array([v for v, _ in told]), np.array([s for _, s in told])
    print(f"{sweeps} sound sweeps of 60 to 200 configs, shares in %\n")
    print("| check | " + " | ".join(VERDICTS) + " | ms, median |")
    print("|---|" + "---|" * (len(VERDICTS) + 1))
    for j, module in enumerate(CHECKS):
        shares = " | ".join(f"{100 * (verdicts[:, j] == v).mean():.1f}" for v in VERDICTS)
        print(f"| {module.NAME} | {shares} | {1000 * np.median(seconds[:, j]):.0f} |")
    any_ = np.isin(verdicts, ("act", "look")).any(axis=1).mean()
    print(f"| **any alarm** | | | | {100 * any_:.1f} | |\n")
    cost()
    print("| check | trouble | size | alarms, % |\n|---|---|---|---|")
    for name in sorted(module.name for module in pkgutil.iter_modules(power.__path__)):
        for trouble, size, share in importlib.import_module(f"benchmarks.power.{name}").power():
            print(f"| {name} | {trouble} | {size} | {100 * share:.0f} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
