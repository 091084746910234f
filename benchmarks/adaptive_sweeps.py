"""
Sound sweeps that Optuna made: by TPE, and stopped by successive halving (ASHA, Hyperband).

The function is that of `benchmarks.sweeps.sound`: the best lies within the space, nothing is wrong with its curves.
That TPE draws most of its trials near the best, and that few reach the end, is what was asked for. Every
sweep is written to a journal by Optuna, and read from there as anyone's is: what it does not record (the sampler, the
pruner) is not known.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from benchmarks.sweeps import NOISE, SPACE, STEPS, Basin
from panel import load
from panel.data.project import Domain, Project

FAILS = 0.02
"""Share of the trials that fail, whatever their settings."""

STEP_NOISE = 0.004


def suggest(trial: optuna.Trial) -> dict[str, Any]:
    """Return the settings of a trial, drawn from `SPACE`."""
    config: dict[str, Any] = {}
    for name, domain in SPACE.items():
        parent, values = domain.condition or ("", ())
        if not parent or config[parent] in values:
            config[name] = suggest_one(trial, name, domain)
    return config


def suggest_one(trial: optuna.Trial, name: str, domain: Domain) -> Any:
    """Return the value of one setting."""
    if domain.kind == "categorical":
        return trial.suggest_categorical(name, domain.choices)
    if domain.kind == "integer":
        return trial.suggest_int(name, int(domain.low), int(domain.high))
    return trial.suggest_float(name, domain.low, domain.high, log=domain.scale == "log")


def make_objective(draw: np.random.Generator, prunes: bool) -> Callable[[optuna.Trial], float]:
    """Return what is trained: a run of `STEPS` steps with its curve, which fails now and then, and may be pruned."""
    basin, step = Basin.draw(draw), np.arange(1, STEPS + 1)

    def train(trial: optuna.Trial) -> float:
        c = suggest(trial)
        final = basin.find_loss(c["optimizer.lr"], c["dropout"], c["model.layers"], c["model.activation"])
        curve = final + draw.normal(0, NOISE) + 1.5 * np.exp(-step * draw.uniform(9, 11) / STEPS)
        curve += draw.normal(0, STEP_NOISE, STEPS)
        ends = int(draw.integers(2, STEPS)) if draw.random() < FAILS else STEPS
        for at, value in zip(step[:ends].tolist(), curve.tolist(), strict=False):
            trial.report(value, at)
            if prunes and trial.should_prune():
                raise optuna.TrialPruned
        if ends < STEPS:
            raise RuntimeError("out of memory")
        return float(curve[-1])

    return train


def draw_tpe(draw: np.random.Generator) -> optuna.samplers.TPESampler:
    """Return TPE as people set it: as it comes, or multivariate."""
    return optuna.samplers.TPESampler(seed=int(draw.integers(2**31)), multivariate=bool(draw.random() < 0.3))


def draw_pruner(draw: np.random.Generator) -> optuna.pruners.BasePruner:
    """Return ASHA or Hyperband, by factors of 2 to 4."""
    factor = int(draw.choice([2, 3, 4]))
    if draw.random() < 0.5:
        return optuna.pruners.SuccessiveHalvingPruner(int(draw.integers(1, 6)), reduction_factor=factor)
    return optuna.pruners.HyperbandPruner(1, STEPS, factor)


def search(seed: int, prunes: bool) -> optuna.Study:
    """Return a finished study of 60 to 150 trials: by TPE, or pruned, half of the latter at random settings."""
    draw = np.random.default_rng([seed, 2027, prunes])
    n = int(draw.integers(60, 151))
    at_random = prunes and draw.random() < 0.5
    sampler = optuna.samplers.RandomSampler(int(draw.integers(2**31))) if at_random else draw_tpe(draw)
    pruner = draw_pruner(draw) if prunes else optuna.pruners.NopPruner()
    study = optuna.create_study(sampler=sampler, pruner=pruner, study_name="sound")
    study.optimize(make_objective(draw, prunes), n_trials=n, catch=(RuntimeError,))
    return study


def read_back(study: optuna.Study) -> Project:
    """Return a study as it is read from the journal that Optuna writes."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.log"
        storage = JournalStorage(JournalFileBackend(str(file)))
        to = optuna.create_study(storage=storage, study_name=study.study_name, direction=study.direction)
        to.add_trials(study.get_trials(deepcopy=False))
        project = load(str(file))
        _ = project.history.frame  # read before the file is gone
    return project


def make_quietly(seed: int, prunes: bool) -> Project:
    """Return a sweep without what Optuna says about it."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return read_back(search(seed, prunes))


def make_tpe(seed: int) -> Project:
    """Return a sound sweep by TPE."""
    return make_quietly(seed, prunes=False)


def make_asha(seed: int) -> Project:
    """Return a sound sweep whose runs were stopped by successive halving."""
    return make_quietly(seed, prunes=True)
