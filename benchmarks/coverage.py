"""
See whether the intervals cover, and whether `clear` tells parameters that matter from those that do not.

For each function and number of runs: 200 fresh sets of runs. The interval should cover the expected importance (the
mean over all sets) in 90 % of them.
Usage: python -m benchmarks.coverage [REPETITIONS [METHOD [RUNS ...]]]
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from benchmarks.functions import FUNCTIONS
from panel.api import importance

RUNS = (200, 300, 1000)


def once(job: tuple[str, int, int, str]) -> tuple[np.ndarray, np.ndarray, float]:
    """Return importance, limits and clear of one set of runs, in the order of the parameters; and the out-of-bag R²."""
    name, n, repetition, method = job
    rng = np.random.default_rng([repetition, n, list(FUNCTIONS).index(name)])
    case = FUNCTIONS[name](rng, n)
    record = importance(case.project(), "y", goal="minimize", target_scale="raw", method=method, seed=repetition)
    frame = record.to_frame().set_index("parameter").loc[list(case.X)]
    return (
        frame[["importance", "low", "high", "clear"]].to_numpy(float),
        case.share,
        record.surrogate.oob_r2 or np.nan,
    )


def study(name: str, n: int, repetitions: int, method: str, pool: ProcessPoolExecutor) -> dict[str, float]:
    """All repetitions of one function at one number of runs, summed up."""
    results = list(pool.map(once, [(name, n, r, method) for r in range(repetitions)], chunksize=4))
    table = np.array([r[0] for r in results])
    share, expected = results[0][1], table[:, :, 0].mean(axis=0)
    covered = ((table[:, :, 1] <= expected) & (expected <= table[:, :, 2])).mean(axis=0)
    kept = table[:, :, 3].mean(axis=0)

    def mean(values: np.ndarray) -> float:
        return float(values.mean()) if len(values) else float("nan")

    return {
        "oob_r2": float(np.mean([r[2] for r in results])),
        "coverage": float(covered.mean()),
        "worst": float(covered.min()),
        "width": float((table[:, :, 2] - table[:, :, 1]).mean()),
        "noise kept": mean(kept[share < 1e-3]),
        "5 % kept": mean(kept[share >= 0.05]),
        "8 % kept": mean(kept[share >= 0.08]),
    }


def main(repetitions: str = "200", method: str = "forest", *runs: str) -> None:
    """Print the table."""
    print(f"{method}, {repetitions} sets of runs each; coverage of 90 % intervals, mean and worst parameter")
    print("| function | runs | R² | coverage | worst | mean width | noise kept | ≥ 5 % kept | ≥ 8 % kept |")
    print("|---|---|---|---|---|---|---|---|---|")
    with ProcessPoolExecutor() as pool:
        for name in FUNCTIONS:
            for n in map(int, runs or RUNS):
                r = study(name, n, int(repetitions), method, pool)
                cells = [r["coverage"], r["worst"], r["width"], r["noise kept"], r["5 % kept"], r["8 % kept"]]
                shown = " | ".join("" if c != c else f"{c:.3f}" for c in cells)
                print(f"| {name} | {n} | {r['oob_r2']:.2f} | {shown} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
