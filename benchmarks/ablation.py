"""
See how well the steps of a path are predicted: on functions that are known, searched at random.

Each repetition draws fresh configs, and takes the path from the first run to the best config. The interval of a
predicted step should hold the true difference in 90 %; parameters that do nothing should seldom be said to bring
anything; and the step that brings most should be the true one.
Usage: python -m benchmarks.ablation [REPETITIONS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from panel.checks import Study
from panel.data.project import from_frames
from panel.next_sweep.between import learn_between
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import ablation, collect
from panel.runs.ablation_record import AblationRecord, Asked

Loss = Callable[[pd.DataFrame], np.ndarray]

NOTHING = ("nothing", "nothing_either")


def smooth(at: pd.DataFrame) -> np.ndarray:
    """Return a bowl in lr and width; x matters with sgd only."""
    sgd = at["optimizer"] == "sgd"
    bowl = (np.log10(at["lr"]) + 2.5) ** 2 + np.abs(np.log2(at["width"]) - 6) / 4
    return (bowl + 0.6 * sgd + 0.8 * sgd * (at["x"] - 0.5)).to_numpy(float)


def stepped(at: pd.DataFrame) -> np.ndarray:
    """Return steps, which a smooth model knows least of; width matters with adam only."""
    wide = (at["width"] > 64) & (at["optimizer"] == "adam")
    return (2.0 * (at["lr"] > 1e-2) + wide + 0.5 * (at["x"] > 0.7)).to_numpy(float)


def draw_configs(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw configs of a random search."""
    return pd.DataFrame(
        {
            "lr": 10 ** rng.uniform(-5, -1, n),
            "optimizer": rng.choice(["sgd", "adam", "lion"], n),
            "width": 2.0 ** rng.integers(4, 9, n),
            "x": rng.random(n),
            "nothing": rng.random(n),
            "nothing_either": rng.choice([1, 2, 4], n),
        },
        index=[f"r{i}" for i in range(n)],
    )


def take_path(config: pd.DataFrame, loss: np.ndarray) -> AblationRecord:
    project = from_frames(config, pd.DataFrame({"loss": loss}, index=config.index))
    selection = Selection("p", Target("loss", goal="minimize", scale="raw"))
    design = build(project, selection)
    study = Study(collect(project, selection, design), design)
    found = ablation.record(study.runs, Asked("first"), partial(learn_between, study))
    assert isinstance(found, AblationRecord)
    return found


def try_one(loss: Loss, n: int, noise: float, seed: int) -> tuple[list[bool], list[bool], bool | None]:
    """Return which intervals hold, which steps of nothing bring something as said, and whether the first is right."""
    rng = np.random.default_rng(seed)
    config = draw_configs(n, rng)
    found = take_path(config, loss(config) + noise * rng.standard_normal(n))
    at, holds, alarms, gains = config.loc[[found.baseline.run]].copy(), [], [], []
    for step in found.steps:
        before = float(loss(at)[0])
        for setting in step.settings:
            at[setting.parameter] = config.loc[found.best.run, setting.parameter]
        true = before - float(loss(at)[0])
        if step.together or step.low is None or step.high is None:
            continue
        gains.append((true, step.brought or 0.0))
        if step.how == "predicted":
            holds.append(step.low - 1e-9 <= true <= step.high + 1e-9)
        if step.settings[0].parameter in NOTHING:
            alarms.append(step.verdict in ("better", "worse"))
    if not gains:
        return holds, alarms, None
    trues, said = zip(*gains, strict=True)
    return holds, alarms, int(np.argmax(trues)) == int(np.argmax(said))


def main(repetitions: int = 40) -> None:
    print("| function | configs | noise | intervals that hold | nothing said to bring something | first is right |")
    print("| --- | --- | --- | --- | --- | --- |")
    for loss in (smooth, stepped):
        for n in (30, 60, 200):
            for noise in (0.0, 0.3):
                tried = [try_one(loss, n, noise, seed) for seed in range(repetitions)]
                holds, alarms = (np.mean([one for part in tried for one in part[k]]) for k in (0, 1))
                right = np.mean([part[2] for part in tried if part[2] is not None])
                print(f"| {loss.__name__} | {n} | {noise} | {holds:.2f} | {alarms:.2f} | {right:.2f} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
