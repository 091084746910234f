"""
How often the band of a partial dependence holds the true curve, and how far the curve is off.

    python -m benchmarks.response [SETS]

``y = 2 a + sin(6 b) c + noise`` of eight parameters, all uniform, so that the true curves are known: a main effect, an
effect that comes with an interaction, and none.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from panel.data.project import from_frames
from panel.importance import response
from panel.question.design import build
from panel.question.selection import Selection, Target

CURVES = {
    "a": lambda x, mean: 2 * x + mean / 2,
    "b": lambda x, mean: 1 + np.sin(6 * x) / 2,
    "d": lambda x, mean: 1 + mean / 2 + 0 * x,
}
WORDS = {"a": "main effect", "b": "effect with an interaction", "d": "no effect"}


def main(sets: int = 20) -> None:
    print("| runs | curve | held by the band | root mean square error | width of the band |")
    print("|---|---|---|---|---|")
    for n in (100, 400, 1600):
        found = {name: [] for name in CURVES}
        for seed in range(sets):
            rng = np.random.default_rng(seed)
            X = pd.DataFrame(rng.random((n, 8)), columns=list("abcdefgh"))
            mean = np.mean(np.sin(6 * X["b"]))
            y = 2 * X["a"] + np.sin(6 * X["b"]) * X["c"] + 0.2 * rng.normal(size=n)
            project = from_frames(X, pd.DataFrame({"y": y}))
            forest = response.grow(build(project, Selection("x", Target("y", scale="raw"))))
            for name, curve in CURVES.items():
                axis = response.respond(forest, (name,)).axes[0]
                truth = curve(np.array(axis.x), mean)
                inside = (np.array(axis.low) <= truth) & (truth <= np.array(axis.high))
                off = np.sqrt(np.mean((truth - axis.mean) ** 2))
                found[name].append((inside.mean(), off, np.mean(np.array(axis.high) - axis.low)))
        for name, values in found.items():
            held, off, width = np.mean(values, axis=0)
            print(f"| {n:,} | {WORDS[name]} | {held:.2f} | {off:.3f} | {width:.2f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
