"""
Measure how the cost of a ranking grows with the number of runs, step by step: from frames to a project to a ranking.

CPU seconds of all threads; both sizes in turn, each round in a fresh process, medians. Usage:
``OMP_NUM_THREADS=1 python -m benchmarks.flat [ROWS [ROUNDS]]``, by default 1,000,000 beside 100,000, three rounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from panel.data.project import from_frames
from panel.importance import compute
from panel.importance.correlation import correlate
from panel.question import design
from panel.question.parameters import describe
from panel.question.selection import Selection, Target

BASE = 100_000
ASKED = Selection("benchmark", Target("loss", "minimize"))

STEPS = ("frames to project", "project to design", "of it describing parameters", "design to ranking", "correlation")
TOLD = {"project to ranking": ("project to design", "design to ranking")}


def make_frames(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return n runs of 50 parameters: 32 reals, 12 of them in log, 6 integers, 9 categories, 2 constants, an id."""
    rng = np.random.default_rng(0)
    config = {f"real{i}": rng.random(n) for i in range(20)}
    config |= {f"log{i}": 10 ** rng.uniform(-6, -1, n) for i in range(12)}
    config |= {f"whole{i}": rng.integers(1, top, n) for i, top in enumerate((4, 9, 33, 257, 4_097, 100_001))}
    config |= {f"kind{i}": rng.choice([f"level{k}" for k in range(i + 2)], n) for i in range(6)}
    config["kind6"] = rng.choice([f"level{k}" for k in range(20)], n)
    config |= {f"switch{i}": rng.random(n) < 0.5 for i in range(2)}
    config |= {"epochs": np.full(n, 90), "dataset": np.full(n, "digits"), "tag": [f"job-{i:07d}" for i in range(n)]}
    loss = np.abs(np.log10(config["log0"]) + 3) + config["real0"] * config["real1"] + 0.3 * config["switch0"]
    loss += 0.1 * (config["kind2"] == "level1") + rng.normal(0, 0.3, n)
    return pd.DataFrame(config), pd.DataFrame({"loss": np.exp(loss / 4), "accuracy": 1 / (1 + np.exp(loss))})


def measure_steps(n: int) -> dict[str, float]:
    """Return the CPU seconds that every step of `STEPS` takes with n runs."""
    spent = {}

    def take(step: str, work: Callable[[], object]) -> object:
        start = time.process_time()
        made = work()
        spent[step] = time.process_time() - start
        return made

    small = from_frames(*make_frames(400))  # everything imported and used once
    correlate(made := design.build(small, ASKED)), compute(made)
    frames = make_frames(n)
    project = take(STEPS[0], lambda: from_frames(*frames))
    made = take(STEPS[1], lambda: design.build(project, ASKED))
    take(STEPS[2], lambda: describe(project.config, summary=project.summary))
    take(STEPS[3], lambda: compute(made))
    take(STEPS[4], lambda: correlate(made))
    return spent


def main(rows: int = 1_000_000, rounds: int = 3) -> None:
    """Print the table."""
    costs: dict[int, list[dict[str, float]]] = {BASE: [], rows: []}
    for _ in range(rounds):
        for n, found in costs.items():
            command = [sys.executable, "-m", "benchmarks.flat", "once", str(n)]
            found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    print(f"| CPU seconds | {BASE:,} × 50 | {rows:,} × 50 | ratio |\n|---|---|---|---|")
    for step, parts in [*((s, (s,)) for s in STEPS), *TOLD.items()]:
        few, many = (float(np.median([sum(one[p] for p in parts) for one in costs[n]])) for n in (BASE, rows))
        print(f"| {step} | {few:.2f} | {many:.2f} | {many / few:.2f} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        print(json.dumps(measure_steps(int(sys.argv[2]))))
    else:
        main(*map(int, sys.argv[1:]))
