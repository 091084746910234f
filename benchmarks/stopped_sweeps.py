"""
Sweeps of curves that schedulers stop, and sweeps whose runs end as runs do that nobody stopped.

Curves fall from a start to an end. In half of the sweeps what decides their speed (lr) does not decide their end, so
that the leading setting changes; in the others lr leads throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from panel.data.project import Project, from_frames

Draw = np.random.Generator


@dataclass(frozen=True)
class Task:
    """What is trained: how the curve of a run follows from its settings."""

    last: int
    per_step: float
    flips: bool
    lr_at_end: float
    accuracy: bool
    noise: float

    def draw_config(self, draw: Draw, n: int) -> pd.DataFrame:
        """Return the settings of n runs."""
        return pd.DataFrame(
            {"lr": 10 ** draw.uniform(-4, -1, n), "wd": 10 ** draw.uniform(-5, -1, n), "drop": draw.random(n)},
            index=[f"r{i}" for i in range(n)],
        )

    def find_curves(self, config: pd.DataFrame, steps: np.ndarray) -> np.ndarray:
        """Return the noise-free value of every run at steps, shape (n_runs, n_steps)."""
        lr, wd = np.log10(config["lr"].to_numpy()), np.log10(config["wd"].to_numpy())
        end = 0.5 + self.lr_at_end * (lr + 2) ** 2 + 0.075 * (wd + 3) ** 2 * (1.0 if self.flips else 0.2)
        speed = 6 * 10 ** (0.25 * (lr + 2)) / (self.last / 2)
        curves = end[:, None] + 2 * np.exp(-speed[:, None] * steps)
        return 1 - curves / 3 if self.accuracy else curves


@dataclass
class Trained:
    """A sweep that ran to the end: settings, steps, curves."""

    task: Task
    config: pd.DataFrame
    steps: np.ndarray
    curves: np.ndarray
    draw: Draw
    states: list[str] = field(default_factory=list)
    other: np.ndarray | None = None
    logged: np.ndarray | None = None

    @property
    def loss(self) -> np.ndarray:
        """Curves of which small values are good."""
        return -self.curves if self.task.accuracy else self.curves


def train(seed: int, kind: int) -> Trained:
    """Return a sweep, every run trained to the end."""
    draw = np.random.default_rng([seed, kind])
    flips = bool(draw.random() < 0.5)
    task = Task(
        last=int(draw.choice([27, 50, 81, 100])),
        per_step=float(draw.choice([1, 1, 10, 250])),
        flips=flips,
        lr_at_end=0.0 if flips else float(draw.uniform(0.1, 0.3)),
        accuracy=bool(draw.random() < 0.4),
        noise=float(draw.choice([0.005, 0.02])),
    )
    n = int(draw.integers(60, 240))
    config = task.draw_config(draw, n)
    steps = np.arange(1, task.last + 1)
    own = (0.3 if flips else 0.5) * 0.1 * draw.normal(size=n)
    sign = -1 / 3 if task.accuracy else 1
    curves = task.find_curves(config, steps) + sign * own[:, None] + task.noise * draw.normal(size=(n, task.last))
    return Trained(task, config, steps, curves, draw)


# How runs end. Each returns how many steps every run made.


def halve(trained: Trained) -> np.ndarray:
    """Stop by successive halving, all runs of a rung together."""
    loss, factor = trained.loss, int(trained.draw.choice([2, 3, 4]))
    rungs = find_rungs(trained, factor)
    stop, alive = np.full(len(loss), rungs[0]), np.arange(len(loss))
    for rung, longer in zip(rungs, [*rungs[1:], trained.task.last], strict=True):
        alive = alive[np.argsort(loss[alive, rung - 1])[: max(1, len(alive) // factor)]]
        stop[alive] = longer
    return stop


def find_rungs(trained: Trained, factor: int) -> list[int]:
    """Return the steps at which runs are compared: at least a tenth of the way apart in the beginning."""
    rungs = [max(1, int(trained.draw.integers(1, 6)))]
    while rungs[-1] * factor < trained.task.last:
        rungs.append(rungs[-1] * factor)
    return rungs


def halve_asynchronously(trained: Trained) -> np.ndarray:
    """Stop by ASHA: a run goes on if it is among the best of those that came to the rung before it."""
    loss, factor = trained.loss, int(trained.draw.choice([2, 3, 4]))
    rungs, seen = find_rungs(trained, factor), {}
    stop = np.full(len(loss), trained.task.last)
    for i in range(len(loss)):
        for rung in rungs:
            there = seen.setdefault(rung, [])
            there.append(loss[i, rung - 1])
            if loss[i, rung - 1] > np.quantile(there, 1 / factor):
                stop[i] = rung
                break
    return stop


def hyperband(trained: Trained) -> np.ndarray:
    """Stop in brackets of successive halving that begin later and later."""
    loss, last = trained.loss, trained.task.last
    depth = int(np.log(last) / np.log(3))
    bracket = trained.draw.choice(
        depth + 1, len(loss), p=(w := 3.0 ** np.arange(depth, -1, -1) / np.arange(1, depth + 2)) / w.sum()
    )
    stop = np.full(len(loss), last)
    for s in range(depth + 1):
        alive = np.flatnonzero(bracket == s)
        rungs = [max(1, round(last / 3**k)) for k in range(depth - s, 0, -1)]
        for rung in rungs:
            stop[alive] = rung
            alive = alive[np.argsort(loss[alive, rung - 1])[: max(1, len(alive) // 3)]]
        stop[alive] = last
    return stop


def prune_by_median(trained: Trained) -> np.ndarray:
    """Prune as Optuna's median pruner does: runs worse at a step than the median of those that finished."""
    loss, warm = trained.loss, int(trained.draw.choice([0, 5, 10]))
    every, best, stop = (
        int(trained.draw.choice([1, 1, 5])),
        np.minimum.accumulate(loss, axis=1),
        np.full(len(loss), trained.task.last),
    )
    trained.states = ["finished"] * len(loss)
    done: list[int] = []
    for i in range(len(loss)):
        for step in range(max(warm, 1), trained.task.last, every):
            if len(done) >= 5 and best[i, step - 1] > np.median(loss[done, step - 1]):
                stop[i], trained.states[i] = step, "pruned"
                break
        else:
            done.append(i)
    return stop


def terminate_early(trained: Trained) -> np.ndarray:
    """Kill as early_terminate of Weights & Biases does: at each band all but the best third of those before."""
    loss, first = trained.loss, int(trained.draw.choice([3, 5, 9]))
    bands, seen = [b for b in (first * 3**k for k in range(4)) if b < trained.task.last], {}
    stop = np.full(len(loss), trained.task.last)
    killed = str(trained.draw.choice(["finished", "killed", "unknown"]))
    trained.states = ["finished"] * len(loss)
    for i in range(len(loss)):
        for band in bands:
            there = seen.setdefault(band, [])
            there.append(loss[i, band - 1])
            if len(there) > 3 and loss[i, band - 1] > np.quantile(there, 1 / 3):
                stop[i], trained.states[i] = band, killed
                break
    return stop


def prune_few(trained: Trained) -> np.ndarray:
    """Stop an eighth to a third of the runs, the worst on the way; the others go on to the end."""
    loss, share = trained.loss, trained.draw.uniform(0.12, 0.3)
    rung = max(2, trained.task.last // int(trained.draw.choice([3, 5, 10])))
    stop = np.full(len(loss), trained.task.last)
    stop[np.argsort(-loss[:, rung - 1])[: int(share * len(loss))]] = rung
    return stop


def prune_half(trained: Trained) -> np.ndarray:
    """Stop between a third and a half of the runs on the way, the worst; the others go on to the end."""
    loss, share = trained.loss, trained.draw.uniform(0.36, 0.5)
    rung = max(2, trained.task.last // int(trained.draw.choice([2, 3, 5, 10])))
    stop = np.full(len(loss), trained.task.last)
    stop[np.argsort(-loss[:, rung - 1])[: int(share * len(loss))]] = rung
    return stop


def complete(trained: Trained) -> np.ndarray:
    """Stop no run."""
    return np.full(len(trained.curves), trained.task.last)


def crash(trained: Trained) -> np.ndarray:
    """Break off a few runs somewhere, whatever they are; some say so."""
    stop = complete(trained)
    broken = trained.draw.random(len(stop)) < trained.draw.uniform(0.01, 0.05)
    stop[broken] = trained.draw.integers(1, trained.task.last, int(broken.sum()))
    trained.states = list(np.where(broken & (trained.draw.random() < 0.5), "crashed", "finished"))
    return stop


def wait(trained: Trained, epochs: np.ndarray, patience: int, apart: float = 0.0) -> np.ndarray:
    """Return where runs end that stop when they got no better for a while."""
    stop = np.full(len(epochs), epochs.shape[1])
    for i, loss in enumerate(epochs):
        best, since = np.inf, 0
        for k, value in enumerate(loss, 1):
            since = 0 if value < best - apart else since + 1
            best = best if since else value
            if since >= patience:
                stop[i] = k
                break
    return stop


def overfit(trained: Trained) -> np.ndarray:
    """Return curves that rise again after a best epoch of each run's own, noise with them."""
    n, last, draw = len(trained.curves), trained.task.last, trained.draw
    turn = np.clip(last * (0.35 + 0.15 * draw.normal(size=n)), 3, 1.2 * last)
    rise = 0.6 * np.maximum(trained.steps - turn[:, None], 0) / last
    shape = np.exp(-3 * trained.steps / turn[:, None])
    return trained.loss[:, -1:] + 1.5 * shape + rise + trained.task.noise * draw.normal(size=(n, last))


def be_patient(trained: Trained, apart: float = 0.0, patience: int = 0) -> np.ndarray:
    """End every run when its own loss got no better for some epochs."""
    loss = overfit(trained)
    trained.curves = -loss if trained.task.accuracy else loss
    return wait(trained, loss, patience or int(trained.draw.integers(3, 16)), apart)


def be_patient_with_gain(trained: Trained) -> np.ndarray:
    """Do the same, but only a gain of some size counts as getting better."""
    return be_patient(trained, float(trained.draw.choice([0.002, 0.01])))


def be_patient_of_other(trained: Trained) -> np.ndarray:
    """End every run by a loss that is logged beside the target."""
    watched = overfit(trained)
    trained.other = watched
    return wait(trained, watched, int(trained.draw.integers(3, 16)))


def be_patient_seldom(trained: Trained) -> np.ndarray:
    """Count patience in validations, one every few epochs."""
    loss, every = overfit(trained), int(trained.draw.choice([2, 5])) if trained.task.last >= 50 else 2
    trained.steps, loss = trained.steps[every - 1 :: every], loss[:, every - 1 :: every]
    trained.curves = -loss if trained.task.accuracy else loss
    return wait(trained, loss, int(trained.draw.integers(2, 5)))


def plan(trained: Trained) -> np.ndarray:
    """Take lengths that are a setting: epochs, drawn from a few or at will, or epochs by batch size."""
    n, last, draw = len(trained.curves), trained.task.last, trained.draw
    how = draw.integers(4)
    few = draw.choice([last // 5, last // 2, last], n)
    epochs = few if how == 0 else draw.integers(last // 5, last + 1, n)
    trained.config[str(draw.choice(["epochs", "num_train_epochs", "train.max_steps", "n_estimators"]))] = epochs
    if how == 2:
        batch = draw.choice([1, 2, 4], n)
        trained.config["batch_size"] = batch * 32
        return np.maximum(epochs // batch, 1)
    return np.maximum(epochs - (draw.integers(0, 2, n) if how == 3 else 0), 1)


def log_seldom(trained: Trained) -> np.ndarray:
    """Log at intervals of each run's own, up to a third of the way."""
    return complete(trained)


SCHEDULERS: dict[str, Callable[[Trained], np.ndarray]] = {
    "successive halving": halve,
    "ASHA": halve_asynchronously,
    "Hyperband": hyperband,
    "median pruning": prune_by_median,
    "early_terminate": terminate_early,
    "the worse half stopped": prune_half,
    "the worst fifth stopped": prune_few,
}
CONTROLS: dict[str, Callable[[Trained], np.ndarray]] = {
    "full length": complete,
    "a few crashed": crash,
    "patience": be_patient,
    "patience with a least gain": be_patient_with_gain,
    "patience by another metric": be_patient_of_other,
    "patience every few epochs": be_patient_seldom,
    "lengths are a setting": plan,
    "logged at intervals of their own": log_seldom,
}


def record(trained: Trained, stop: np.ndarray) -> Project:
    """Return a project of runs that ended after so many steps."""
    metric = "val_acc" if trained.task.accuracy else "val_loss"
    n, m = trained.curves.shape
    shown = np.arange(m)[None, :] < stop[:, None]
    frames = []
    for name, curves in (
        (metric, trained.curves),
        ("train_loss", trained.loss * 0.9 if trained.other is None else trained.other),
    ):
        seen = shown if trained.logged is None else shown & trained.logged
        frames.append(
            pd.DataFrame(
                {
                    "run_id": np.repeat(trained.config.index.to_numpy(object), m)[seen.ravel()],
                    "step": np.tile(trained.steps * trained.task.per_step, n)[seen.ravel()],
                    "metric": name,
                    "value": curves.ravel()[seen.ravel()],
                }
            )
        )
    last = (
        pd.concat(frames)
        .drop_duplicates(["run_id", "metric"], keep="last")
        .pivot(index="run_id", columns="metric", values="value")
    )
    runs = pd.DataFrame({"state": trained.states}, index=trained.config.index) if trained.states else None
    return from_frames(trained.config, last.reindex(trained.config.index), pd.concat(frames), runs)


def make_sweep(name: str, seed: int) -> tuple[Trained, Project]:
    """Return a sweep whose runs ended as `name` says."""
    names = [*SCHEDULERS, *CONTROLS]
    trained = train(seed, names.index(name))
    stop = {**SCHEDULERS, **CONTROLS}[name](trained)
    if name == "logged at intervals of their own":
        n, m = trained.curves.shape
        every = trained.draw.choice([1, 2, max(3, m // 10), trained.draw.integers(m // 5, m // 3 + 2)], n)
        trained.logged = (np.arange(1, m + 1)[None, :] % every[:, None]) == 0
    return trained, record(trained, stop)


def make_large(stopped: bool) -> Project:
    """Return 2,000 runs of 200 steps and three metrics; of those that are stopped most end at one of two rungs."""
    draw = np.random.default_rng(2026)
    task = Task(last=200, per_step=1, flips=True, lr_at_end=0.0, accuracy=False, noise=0.01)
    config = task.draw_config(draw, 2_000)
    curves = task.find_curves(config, np.arange(1, 201)) + 0.01 * draw.normal(size=(2_000, 200))
    stop = draw.choice([20, 60, 200], 2_000, p=[0.6, 0.25, 0.15]) if stopped else np.full(2_000, 200)
    one = record(Trained(task, config, np.arange(1, 201), curves, draw), stop)
    third = one.history.frame[one.history.frame["metric"] == "val_loss"].assign(metric="val_error")
    history = pd.concat([one.history.frame, third])
    return from_frames(config, one.summary.assign(val_error=one.summary["val_loss"]), history)
