"""
What comes after an adaptive search? 60 more runs after 60 trials of TPE, four ways.

The proposal's own Optuna code is run; beside it the same study goes on (resumed TPE), random configs are drawn in the
box of the ten best, and in the whole space. Each function has noise; what a run is worth is its value without it.

Usage: python -m benchmarks.after_tpe [SEEDS [FIRST]]
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna

from benchmarks.sweeps import study as make_study
from panel import load
from panel.checks import ask_all
from panel.importance import find
from panel.next_sweep import optuna_code, propose

RUNS = 60
TEN = 10

Config = dict[str, Any]


def bowl(c: Config) -> float:
    """Return a bowl in the logarithm of the learning rate, its place moved by the optimizer; dropout does nothing."""
    centre = {"adam": -3.0, "sgd": -1.5, "rmsprop": -3.2}[c["optimizer"]]
    return (np.log10(c["lr"]) - centre) ** 2 + 0.3 * (np.log2(c["width"]) - 7) ** 2 + 0.5 * (c["optimizer"] == "sgd")


def valley(c: Config) -> float:
    """Return what learning rate and weight decay decide only together: a narrow valley across both."""
    a, b = np.log10(c["lr"]) + 2.5, np.log10(c["decay"]) + 4
    return 2 * (a + 0.6 * b) ** 2 + 0.1 * a**2 + 4 * (c["dropout"] - 0.2) ** 2


def steps(c: Config) -> float:
    """Return steps: what is bad beyond a limit, and a plateau in the width."""
    worse = 3.0 * (c["lr"] > 0.05) + 0.5 * (c["width"] < 64) + 0.8 * (c["optimizer"] != "adam")
    return worse + abs(np.log10(c["lr"]) + 2)


FUNCTIONS: dict[str, tuple[Callable[[Config], float], float]] = {
    "bowl": (bowl, 0.1),
    "valley": (valley, 0.1),
    "steps": (steps, 0.1),
}
"""Each with the standard deviation of its noise."""


def suggest(trial: optuna.Trial) -> Config:
    """Draw a config from the whole space."""
    return {
        "lr": trial.suggest_float("lr", 1e-5, 1.0, log=True),
        "decay": trial.suggest_float("decay", 1e-7, 1e-1, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.7),
        "width": trial.suggest_int("width", 8, 512, log=True),
        "optimizer": trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"]),
    }


@dataclass
class Trainer:
    """A function with noise, which keeps what each run was worth."""

    function: Callable[[Config], float]
    noise: float
    rng: np.random.Generator
    worth: list[float]

    def train(self, config: Config) -> float:
        """Return the value with noise."""
        self.worth.append(float(self.function(config)))
        return self.worth[-1] + float(self.rng.normal(0, self.noise))


def by_proposal(first: optuna.Study, trainer: Trainer, folder: Path, seed: int) -> None:
    """Run what is proposed, by the code that is written."""
    asked = make_study(load(str(folder / "first.db")), "value")
    proposal = propose(asked, ask_all(asked), find("forest").compute(asked.design, lambda done: None))
    text = optuna_code.write(replace(proposal, budget=RUNS))
    text = text.replace('"sqlite:///next_sweep.db"', "None").replace("seed=done", f"seed={seed}")
    scope: Config = {"__name__": "next_sweep"}
    exec(compile(text, "next_sweep_optuna.py", "exec"), scope)
    scope["train"] = trainer.train
    scope["main"]()


def by_resuming(first: optuna.Study, trainer: Trainer, folder: Path, seed: int) -> None:
    """Let the search go on."""
    more = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed + 1))
    more.add_trials(first.trials)
    more.optimize(lambda trial: trainer.train(suggest(trial)), n_trials=RUNS)


def by_box(first: optuna.Study, trainer: Trainer, folder: Path, seed: int) -> None:
    """Draw from the box of the ten best."""
    best = sorted(first.trials, key=lambda trial: trial.value)[:TEN]
    rng = np.random.default_rng([seed, 2])
    for _ in range(RUNS):
        config: Config = {}
        for name, d in best[0].distributions.items():
            own = [trial.params[name] for trial in best]
            if isinstance(d, optuna.distributions.CategoricalDistribution):
                config[name] = str(rng.choice(sorted(set(own))))
            elif d.log:
                config[name] = float(np.exp(rng.uniform(np.log(min(own)), np.log(max(own)))))
            else:
                config[name] = float(rng.uniform(min(own), max(own)))
        trainer.train(config)


def by_chance(first: optuna.Study, trainer: Trainer, folder: Path, seed: int) -> None:
    """Draw from the whole space."""
    more = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed + 3))
    more.optimize(lambda trial: trainer.train(suggest(trial)), n_trials=RUNS)


WAYS: dict[str, Callable[[optuna.Study, Trainer, Path, int], None]] = {
    "the proposal's code": by_proposal,
    "resumed TPE": by_resuming,
    "box of the ten best": by_box,
    "random": by_chance,
}


def try_all(name: str, seed: int) -> dict[str, tuple[float, float]]:
    """Return the best and the median worth of the next runs each way."""
    function, noise = FUNCTIONS[name]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        first = optuna.create_study(
            storage=f"sqlite:///{folder}/first.db", sampler=optuna.samplers.TPESampler(seed=seed)
        )
        start = Trainer(function, noise, np.random.default_rng([seed, 0]), [])
        first.optimize(lambda trial: start.train(suggest(trial)), n_trials=RUNS)
        for way, run in WAYS.items():
            trainer = Trainer(function, noise, np.random.default_rng([seed, 1]), [])
            run(first, trainer, Path(folder), seed)
            found[way] = (min(trainer.worth), float(np.median(trainer.worth)))
    return found


def main(seeds: str = "100", first: str = "0") -> None:
    """Print a table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    print("| function | way | best of the next 60 | median |\n|---|---|---|---|")
    for name in FUNCTIONS:
        tries = [try_all(name, seed) for seed in range(int(first), int(first) + int(seeds))]
        for way in WAYS:
            values = np.array([one[way] for one in tries])
            mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))
            cells = " | ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
            print(f"| {name} | {way} | {cells} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
