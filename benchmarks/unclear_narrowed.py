"""
How often does the next sweep narrow a parameter that does nothing? Random searches whose truth is known.

Three metrics, each of which three of ten parameters decide, with no noise, some and much; of 40, 80 and 160 configs. A
row says of those that do nothing, and of those that do something, how many the proposal narrows or fixes: as it asks
for `EVIDENCE` alone, and as it asks for more of what the ranking does not tell from noise.

Usage: python -m benchmarks.unclear_narrowed [SEEDS [FIRST]]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.sweeps import study
from panel.data.project import from_frames
from panel.importance import compute
from panel.next_sweep.region import find_region

SIZES, NOISES = (40, 80, 160), (0.0, 0.15, 0.5)
EFFECTIVE = (("lr", "dropout", "activation"), ("lr", "dropout", "layers"), ("lr", "dropout", "weight_decay"))


@dataclass(frozen=True)
class Told:
    """Of one parameter: whether it does anything, and whether it is narrowed without and with the ranking's word."""

    matters: bool
    alone: bool
    ranked: bool


def draw_settings(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw the settings of configs: five that one of the metrics reads, and five that none reads."""
    return {
        "lr": 10 ** rng.uniform(-5, -1, n),
        "weight_decay": 10 ** rng.uniform(-6, -2, n),
        "dropout": rng.uniform(0, 0.6, n),
        "layers": rng.integers(1, 7, n),
        "activation": rng.choice(["relu", "gelu", "tanh"], n),
        "nothing_real": rng.random(n),
        "nothing_log": 10 ** rng.uniform(-4, 0, n),
        "nothing_whole": rng.integers(1, 9, n),
        "nothing_named": rng.choice(["a", "b", "c", "d"], n),
        "nothing_level": rng.choice([16, 32, 64, 128], n),
    }


def compute_loss(settings: dict[str, np.ndarray], kind: int) -> np.ndarray:
    """Return the loss of settings: a bowl, a ridge with steps, or two that multiply."""
    lr, dropout, layers = np.log10(settings["lr"]), settings["dropout"], settings["layers"]
    if kind == 0:
        return 0.3 * (lr + 3) ** 2 + 4.5 * (dropout - 0.2) ** 2 + 0.1 * (settings["activation"] == "tanh")
    if kind == 1:
        late = 0.3 * (lr > -2) * (dropout < 0.3)
        return np.maximum(0, np.abs(lr + 2.5) - 0.5) + 0.15 * np.abs(layers - 4) + late
    return np.abs(lr + 3) * (0.3 + dropout) + 0.1 * (np.log10(settings["weight_decay"]) + 4) ** 2


def ask(seed: int, n: int, noise: float) -> list[Told]:
    """Return what the next sweep does with the parameters of one search."""
    rng = np.random.default_rng([seed, n, int(100 * noise)])
    settings, kind = draw_settings(n, rng), seed % 3
    loss = compute_loss(settings, kind)
    loss = loss + noise * loss.std() * rng.normal(size=n)
    ids = pd.Index([f"run{i}" for i in range(n)])
    frames = pd.DataFrame(settings, index=ids), pd.DataFrame({"val_loss": loss}, index=ids)
    asked = study(from_frames(*frames), "val_loss")
    unclear = {row.parameter for row in compute(asked.design).rows if row.clear is False}
    alone, ranked = find_region(asked), find_region(asked, unclear=unclear)
    return [
        Told(one.name in EFFECTIVE[kind], one.narrowed, other.narrowed)
        for one, other in zip(alone.parts, ranked.parts, strict=True)
    ]


def main(seeds: str = "24", first: str = "0") -> None:
    """Print the table."""
    numbers = range(int(first), int(first) + int(seeds))
    print("| configs | noise | parameters that do nothing | narrowed: alone | ranked | that do something | ", end="")
    print("narrowed: alone | ranked |\n" + "|---" * 8 + "|")
    for n in SIZES:
        for noise in NOISES:
            told = [one for seed in numbers for one in ask(seed, n, noise)]
            cells = []
            for matters in (False, True):
                some = [one for one in told if one.matters is matters]
                cells += [len(some), sum(one.alone for one in some), sum(one.ranked for one in some)]
            print(f"| {n} | {noise} | " + " | ".join(map(str, cells)) + " |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
