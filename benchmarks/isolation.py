"""
See whether the intervals of the isolation plot cover, and how often it finds differences where there are none.

Each repetition draws fresh configs. The interval of the expected best of m should cover the true one in 90 %, that of
a difference likewise; and of groups that do not differ, at most 10 % of the plots may call any better or worse.
Usage: python -m benchmarks.isolation [REPETITIONS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from panel.runs.bestof import BLOCKS, chance, expected_best, half_width, holm, variance

Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]

LOSSES: dict[str, Draw] = {
    "bowl in 2": lambda r, s: (r.uniform(-1, 1, (*s, 2)) ** 2).sum(-1) + 0.05 * r.standard_normal(s),
    "bowl in 5": lambda r, s: (r.uniform(-1, 1, (*s, 5)) ** 2).sum(-1) + 0.05 * r.standard_normal(s),
    "normal": lambda r, s: r.standard_normal(s),
    "lognormal": lambda r, s: np.exp(r.standard_normal(s)),
    "one parameter": lambda r, s: r.uniform(-1, 1, s) ** 2,
    "error rate": lambda r, s: 1 - r.beta(8, 2, s),
}
"""Losses of the configs of a group: bounded below, long and short tails."""

SIZES = ((6, 6), (10, 30), (20, 20), (60, 60), (20, 500), (200, 200))
MOST = 50


def coverage(draw: Draw, sizes: tuple[int, int], repetitions: int) -> tuple[float, float]:
    """Return how often the interval of the smaller group and that of the difference cover."""
    rng = np.random.default_rng(sizes)
    m = min(MOST, min(sizes) // BLOCKS)
    true = float(draw(rng, (40_000, m)).min(1).mean())
    one = both = 0
    for _ in range(repetitions):
        a, b = (draw(rng, (n,)) for n in sizes)
        first, second = ((variance(x, m), len(x)) for x in (a, b))
        one += abs(expected_best(a, m) - true) <= half_width([first], m)
        both += abs(expected_best(a, m) - expected_best(b, m)) <= half_width([first, second], m)
    return one / repetitions, both / repetitions


def false_alarms(draw: Draw, sizes: tuple[int, ...], repetitions: int) -> tuple[float, float, float]:
    """Return how often any group differs: by corrected p, by p, and how often the best run is in the largest group."""
    rng = np.random.default_rng(sizes)
    m = min(MOST, min(sizes) // BLOCKS)
    corrected = alone = lucky = 0
    for _ in range(repetitions):
        groups = [draw(rng, (n,)) for n in sizes]
        p = [chance(groups[0], other, m) for other in groups[1:]]
        corrected += min(holm(p)) <= 0.1
        alone += float(np.mean(np.array(p) <= 0.1))
        lucky += int(np.argmin([g.min() for g in groups])) == int(np.argmax(sizes))
    return corrected / repetitions, alone / repetitions, lucky / repetitions


def main(repetitions: str = "1000") -> None:
    """Print both tables."""
    times = int(repetitions)
    print("| configs | m | coverage of the expected best, by loss | of a difference |")
    print("|---|---|---|---|")
    for sizes in SIZES:
        found = np.array([coverage(draw, sizes, times) for draw in LOSSES.values()])
        cells = [f"{column.mean():.3f} ({column.min():.3f} to {column.max():.3f})" for column in found.T]
        print(f"| {sizes[0]}, {sizes[1]} | {min(MOST, min(sizes) // BLOCKS)} | {' | '.join(cells)} |", flush=True)
    print("\n| configs of equal groups | any called different | each, uncorrected | best run in the largest group |")
    print("|---|---|---|---|")
    for sizes in ((10, 10, 10), (20, 20, 20, 20, 20), (20, 20, 20, 400), (60, 60, 60, 60, 60), (800, 800, 800)):
        found = np.array([false_alarms(draw, sizes, times // 4) for draw in LOSSES.values()])
        cells = [f"{column.mean():.3f} (most {column.max():.3f})" for column in found.T]
        print(f"| {', '.join(map(str, sizes))} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
