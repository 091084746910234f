"""
How many of many parameters of no effect are clear by chance: ``python -m benchmarks.many_parameters [SETS]``.

Uniform settings, few of which act on the target beside a little noise; seeds from 100 on (0 to 15 chose the rule).
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from panel.api import from_frames, importance

SWEEPS = (("two", 300, 80), ("two", 150, 60), ("one", 25, 60), ("two", 40, 150), ("one", 60, 300), ("none", 60, 100))
"""Which effects, parameters, runs."""

FIRST_SEED = 100


def once(effects: str, parameters: int, runs: int, seed: int) -> tuple[float, float, float]:
    """Return the share of the parameters with an effect that is clear, that of those without one, and R²."""
    rng = np.random.default_rng(seed)
    settings = pd.DataFrame(rng.random((runs, parameters)), columns=[f"x{i}" for i in range(parameters)])
    x, noise = settings.to_numpy(), rng.normal(size=runs)
    target, acting = {
        "two": (x[:, 0] + 0.4 * x[:, 1] + 0.05 * noise, 2),
        "one": (x[:, 0] + 0.3 * noise, 1),
        "none": (noise, 0),
    }[effects]
    record = importance(from_frames(settings, pd.DataFrame({"y": target})), "y", goal="minimize", target_scale="raw")
    clear = record.to_frame().set_index("parameter")["clear"].astype(float).reindex(settings.columns).to_numpy()
    found = float(clear[:acting].mean()) if acting else float("nan")
    return found, float(clear[acting:].mean()), record.surrogate.oob_r2


def main(sets: str = "12") -> None:
    """Print one row a kind of sweep."""
    print("| act | parameters | runs | R² | effects clear | noise clear | worst sweep |")
    print("|---|---|---|---|---|---|---|")
    for effects, parameters, runs in SWEEPS:
        seeds = range(FIRST_SEED, FIRST_SEED + int(sets))
        found, noise, r2 = np.array([once(effects, parameters, runs, seed) for seed in seeds]).T
        shown = "–" if np.isnan(found).all() else f"{found.mean():.2f}"
        cells = (effects, parameters, runs, f"{r2.mean():.2f}", shown, f"{noise.mean():.3f}", f"{noise.max():.3f}")
        print(f"| {' | '.join(map(str, cells))} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
