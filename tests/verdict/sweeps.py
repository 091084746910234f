"""Synthetic sweeps of the forms in which two views were seen to disagree: a seed is a form and its size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.sweeps import sound
from panel.data.project import Project, Space, from_frames

Draw = np.random.Generator


def _make(draw: Draw, config: dict, loss: np.ndarray, space: Space | None = None) -> Project:
    ids = [f"run{i:03}" for i in range(len(loss))]
    frame, summary = pd.DataFrame(config, index=ids), pd.DataFrame({"val_loss": loss}, index=ids)
    return from_frames(frame, summary, space=space)


def _settings(draw: Draw, n: int) -> dict[str, np.ndarray]:
    return {
        "lr": 10 ** draw.uniform(-5, -1, n),
        "weight_decay": 10 ** draw.uniform(-6, -2, n),
        "dropout": draw.uniform(0, 0.6, n),
        "optimizer": draw.choice(["adam", "rmsprop", "sgd"], n),
        "layers": draw.integers(1, 7, n),
    }


def make_noise(draw: Draw) -> Project:
    """No setting does anything."""
    n = int(draw.integers(25, 150))
    return _make(draw, _settings(draw, n), draw.normal(1, 0.1, n))


def make_few_configs(draw: Draw) -> Project:
    """A small factorial with many seeds."""
    rate, size = np.meshgrid([0.01, 0.1, 0.3][: int(draw.integers(2, 4))], [16, 32, 64])
    take = np.repeat(np.arange(rate.size), int(draw.integers(5, 11)))
    mean = draw.normal(0, 0.3, rate.size)[take]
    config = {"lr": rate.ravel()[take], "batch_size": size.ravel()[take], "seed": np.arange(len(take))}
    return _make(draw, config, 2 + mean + draw.normal(0, 0.1, len(take)))


def make_unequal(draw: Draw) -> Project:
    """One of three values was tried seldom."""
    n = int(draw.integers(40, 160))
    config = {**_settings(draw, n), "mode": draw.choice(["ms", "rgb", "sar"], n, p=[0.1, 0.5, 0.4])}
    loss = 1 + 0.2 * (np.log10(config["lr"]) + 3) ** 2 + 0.2 * (config["mode"] == "ms") * draw.random()
    return _make(draw, config, loss + draw.normal(0, 0.1, n))


def make_failing(draw: Draw) -> Project:
    """Runs fail in a region of a setting that does nothing else."""
    n = int(draw.integers(60, 200))
    config = {**_settings(draw, n), "pca": draw.integers(2, 100, n)}
    loss = 1 + 0.2 * (np.log10(config["lr"]) + 3) ** 2 + draw.normal(0, 0.1, n)
    return _make(draw, config, np.where(config["pca"] > 75, np.nan, loss))


def make_at_a_limit(draw: Draw) -> Project:
    """The best lie at limits, those of settings that are no choice among them."""
    n = int(draw.integers(60, 200))
    config = {
        **_settings(draw, n),
        "validation_split": draw.uniform(0.1, 0.4, n),
        "num_nodes_total": draw.integers(1, 9, n),
    }
    config |= {"output_dir": [f"/tmp/{i}" for i in range(n)], "epochs": np.full(n, 20)}
    loss = 1 - 0.2 * np.log10(config["lr"]) - config["validation_split"] - 0.1 * config["num_nodes_total"]
    return _make(draw, config, loss - 0.2 * config["layers"] + draw.normal(0, 0.1, n))


def make_adaptive(draw: Draw) -> Project:
    """A search that looks near its best."""
    n = int(draw.integers(40, 120))
    config = _settings(draw, n)
    loss = np.empty(n)
    for i in range(n):
        if i > 15 and draw.random() < 0.8:
            near = int(draw.choice(np.argsort(loss[:i])[:5]))
            config["lr"][i] = np.clip(config["lr"][near] * 10 ** draw.normal(0, 0.3), 1e-5, 0.1)
            config["optimizer"][i] = config["optimizer"][near]
        loss[i] = 1 + 0.3 * (np.log10(config["lr"][i]) + 2) ** 2 + draw.normal(0, 0.1)
    return _make(draw, config, loss, Space("val_loss", "minimize", "tpe"))


def make_curves(draw: Draw) -> Project:
    """Curves that jump up and fall again, or overfit, or were stopped early."""
    n, steps = int(draw.integers(30, 80)), np.arange(1, 61)
    config = _settings(draw, n)
    final = 1 + 0.2 * (np.log10(config["lr"]) + 3) ** 2 + draw.normal(0, 0.05, n)
    form, at = draw.integers(3), int(draw.integers(25, 50))
    late = np.maximum(0, steps - at)
    up = {0: (late > 0) * 0.5 * np.exp(-late / 20), 1: 0.01 * late, 2: 0 * late}[int(form)]
    curve = final[:, None] + np.exp(-steps / (10 if form < 2 else 60)) + up + draw.normal(0, 0.004, (n, 60))
    train = 0.8 * final[:, None] + np.exp(-steps / 20) + draw.normal(0, 0.004, (n, 60))
    ids = [f"run{i:03}" for i in range(n)]
    history = pd.concat(
        pd.DataFrame({"run_id": np.repeat(ids, 60), "step": np.tile(steps, n), "metric": name, "value": values.ravel()})
        for name, values in (("val_loss", curve), ("train_loss", train))
    )
    summary = pd.DataFrame({"val_loss": curve[:, -1]}, index=ids)
    return from_frames(pd.DataFrame(config, index=ids), summary, history)


FORMS: tuple[Callable[[Draw], Project], ...] = (
    make_noise,
    make_few_configs,
    make_unequal,
    make_failing,
    make_at_a_limit,
    make_adaptive,
    make_curves,
    lambda draw: sound(int(draw.integers(1_000, 9_000))),
)


def make_sweep(seed: int) -> Project:
    """Return a sweep; forms take turns."""
    return FORMS[seed % len(FORMS)](np.random.default_rng([seed, 16]))
