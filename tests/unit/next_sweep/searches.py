"""Searches of which it is known where the good runs are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from panel.checks import Study
from panel.data.project import Project, Space, from_frames
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect


def made(
    config: dict[str, object], loss: np.ndarray, space: Space | None = None, states: list[str] | None = None
) -> Project:
    index = pd.Index([f"run{i}" for i in range(len(loss))])
    runs = None if states is None else pd.DataFrame({"state": states}, index=index)
    return from_frames(
        pd.DataFrame(config, index=index), pd.DataFrame({"m": loss}, index=index), runs=runs, space=space
    )


def asked(project: Project, goal: str = "minimize", **more: object) -> Study:
    selection = Selection("p", Target("m", goal=goal), **more)
    design = build(project, selection)
    return Study(collect(project, selection, design), design)


def basin(n: int = 80, seed: int = 0) -> tuple[dict[str, object], np.ndarray]:
    """A loss with its minimum at lr = 0.01, width = 64 and adam; dropout does nothing."""
    draw = np.random.default_rng(seed)
    lr, dropout = 10 ** draw.uniform(-5, 0, n), draw.uniform(0, 0.6, n)
    width, optimizer = draw.choice([16, 32, 64, 128, 256], n), draw.choice(["adam", "sgd", "rmsprop"], n)
    loss = (np.log10(lr) + 2) ** 2 + 0.5 * (np.log2(width) - 6) ** 2 + 1.5 * (optimizer != "adam")
    return {"lr": lr, "width": width, "optimizer": optimizer, "dropout": dropout}, loss + draw.normal(0, 0.02, n)
