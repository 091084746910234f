"""Sweeps whose search was sound, and ways to spoil one, so that what a check should say is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from panel.checks import Study
from panel.data.project import Domain, Project, Space, from_frames
from panel.question.design import build
from panel.question.selection import Goal, Selection, Target
from panel.runs import collect

STEPS = 40

SPACE = {
    "optimizer.lr": Domain("real", 1e-5, 1e-1, scale="log"),
    "optimizer.weight_decay": Domain("real", 1e-6, 1e-2, scale="log"),
    "optimizer.name": Domain("categorical", choices=("adam", "sgd")),
    "optimizer.momentum": Domain("real", 0.0, 0.99, condition=("optimizer.name", ("sgd",))),
    "model.activation": Domain("categorical", choices=("gelu", "relu", "tanh")),
    "model.layers": Domain("integer", 1, 6),
    "model.width": Domain("categorical", choices=(32, 64, 128, 256)),
    "dropout": Domain("real", 0.0, 0.6),
}


NOISE = 0.03
"""Standard deviation of what decides the loss of a config beside its settings."""


@dataclass(frozen=True)
class Basin:
    """Where in `SPACE` the best lies: within every limit, in a basin wide enough to be hit by many runs."""

    lr: float
    dropout: float
    layers: float

    @classmethod
    def draw(cls, draw: np.random.Generator) -> Basin:
        """Return a basin at a place of its own."""
        return cls(draw.uniform(-3.5, -2.5), draw.uniform(0.2, 0.4), draw.uniform(2.5, 4.5))

    def find_loss(self, lr: Any, dropout: Any, layers: Any, activation: Any) -> Any:
        """Return the loss of settings, numbers or arrays of them; the others of `SPACE` do nothing."""
        away = np.sqrt(
            (np.log10(lr) - self.lr) ** 2 + (3 * (dropout - self.dropout)) ** 2 + (0.3 * (layers - self.layers)) ** 2
        )
        return 1 + 0.5 * np.maximum(0, away - 0.8) ** 2 + 0.15 * (activation == "tanh")


def sound(seed: int, runs: int = 0, curves: bool = True) -> Project:
    """
    Return a sweep whose search was sound.

    A random search over `SPACE`, 60 to 200 configs, in a third of the sweeps with three seeds each. The best lies
    within the space, with a basin wide enough to be hit by many runs; the spread between seeds is a hundredth of that
    between configs; a run in fifty crashes, whatever its config; curves fall and level off, training below validation.

    Parameters
    ----------
    seed
        Of every draw.
    runs
        How many configs, if not drawn.
    curves
        Whether there are histories.
    """
    draw = np.random.default_rng([seed, 2026])
    n = runs or int(draw.integers(60, 201))
    seeds = 3 if draw.random() < 1 / 3 else 1
    lr, decay = 10 ** draw.uniform(-5, -1, n), 10 ** draw.uniform(-6, -2, n)
    name, dropout = draw.choice(["adam", "sgd"], n), draw.uniform(0, 0.6, n)
    layers, width = draw.integers(1, 7, n), draw.choice([32, 64, 128, 256], n)
    activation = draw.choice(["gelu", "relu", "tanh"], n)
    momentum = np.where(name == "sgd", draw.uniform(0, 0.99, n), np.nan)
    loss = Basin.draw(draw).find_loss(lr, dropout, layers, activation) + draw.normal(0, NOISE, n)
    take = np.repeat(np.arange(n), seeds)
    config = pd.DataFrame(
        {
            "optimizer.lr": lr,
            "optimizer.weight_decay": decay,
            "optimizer.name": name,
            "optimizer.momentum": momentum,
            "model.activation": activation,
            "model.layers": layers,
            "model.width": width,
            "dropout": dropout,
            "epochs": STEPS,
        }
    ).iloc[take]
    if seeds > 1:
        config["seed"] = np.tile(np.arange(seeds), n)
    config.index = pd.Index([f"run{i}" for i in range(len(config))])
    final = loss[take] + draw.normal(0, 0.005, len(take))
    crashed = draw.random(len(take)) < 0.02
    history = history_of(draw, config.index, final, crashed) if curves else None
    values = np.where(crashed, np.nan, final)
    if history is not None:
        last = history[(history["metric"] == "val_loss") & (history["step"] == STEPS)].set_index("run_id")["value"]
        values = last.reindex(config.index).to_numpy()
    order = draw.permutation(len(config)) if seeds > 1 else np.arange(len(config))
    summary = pd.DataFrame({"val_loss": values}, index=config.index)
    states = pd.DataFrame({"state": np.where(crashed, "crashed", "finished")}, index=config.index)
    space = Space("val_loss", "minimize", "random", SPACE) if draw.random() < 0.5 else None
    ids = config.index[order]
    return from_frames(config.loc[ids], summary.loc[ids], history, states.loc[ids], name=f"sound {seed}", space=space)


def large(runs: int = 10_000, parameters: int = 30, curves: int = 500) -> Project:
    """Return a sound sweep of many runs, parameters that do nothing added, with curves for some of the runs."""
    draw = np.random.default_rng(2026)
    project = sound(0, runs, curves=False)
    useless = {f"none_{i}": draw.random(len(project.config)) for i in range(parameters - len(SPACE))}
    config = project.config.assign(**useless)
    ids = config.index[:curves]
    final = project.summary["val_loss"].to_numpy(float)[:curves]
    history = history_of(draw, ids, np.nan_to_num(final, nan=1.0), np.isnan(final))
    return from_frames(config, project.summary, history, project.runs, name="large")


def history_of(draw: np.random.Generator, ids: pd.Index, final: np.ndarray, crashed: np.ndarray) -> pd.DataFrame:
    """Return curves of validation and training that fall and level off by two thirds of the way; crashed ones stop."""
    step = np.arange(1, STEPS + 1)
    speed = STEPS / draw.uniform(9, 11, len(ids))
    fall = np.exp(-step / speed[:, None])
    val = final[:, None] + 1.5 * fall + draw.normal(0, 0.004, (len(ids), STEPS))
    train = 0.85 * final[:, None] + 1.6 * fall + draw.normal(0, 0.004, (len(ids), STEPS))
    length = np.where(crashed, draw.integers(2, STEPS, len(ids)), STEPS)
    kept = step[None, :] <= length[:, None]
    frames = [
        pd.DataFrame(
            {
                "run_id": np.repeat(ids.to_numpy(object), STEPS)[kept.ravel()],
                "step": np.tile(step, len(ids))[kept.ravel()],
                "metric": metric,
                "value": values.ravel()[kept.ravel()],
            }
        )
        for metric, values in (("val_loss", val), ("train_loss", train))
    ]
    return pd.concat(frames, ignore_index=True)


def study(project: Project, metric: str = "val_loss", goal: Goal | None = None, **more: Any) -> Study:
    """Return a project as the checks see it; further keywords are fields of `Selection`."""
    selection = Selection("p", Target(metric, goal), **more)
    design = build(project, selection)
    return Study(collect(project, selection, design), design)
