"""
What comes after an adaptive search? 60 more runs after 60 trials of TPE, four ways.

The proposal's own Optuna code is run; beside it the same study goes on (resumed TPE), random configs are drawn in the
box of the ten best, and in the whole space. Runs have noise; what a run is worth is its value without it.

Usage: python -m benchmarks.after_tpe [SEEDS [FIRST [PROBLEMS]]], PROBLEMS being names of `benchmarks.tpe_problems`,
with commas.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import optuna

from benchmarks.sweeps import study as make_study
from benchmarks.tpe_problems import PROBLEMS, Config, Problem
from panel import load
from panel.checks import ask_all
from panel.importance import find
from panel.next_sweep import optuna_code, propose

RUNS = 60
TEN = 10


@dataclass
class Trainer:
    """Runs configs, and keeps what each was worth."""

    problem: Problem
    rng: np.random.Generator
    worth: list[float]

    def train(self, config: Config) -> float:
        """Return the value with noise."""
        value, worth = self.problem.measure(config, self.rng)
        self.worth.append(worth)
        return value


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
    more.optimize(lambda trial: trainer.train(trainer.problem.suggest(trial)), n_trials=RUNS)


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
            elif isinstance(d, optuna.distributions.IntDistribution):
                config[name] = int(rng.integers(min(own), max(own) + 1))
            elif d.log:
                config[name] = float(np.exp(rng.uniform(np.log(min(own)), np.log(max(own)))))
            else:
                config[name] = float(rng.uniform(min(own), max(own)))
        trainer.train(config)


def by_chance(first: optuna.Study, trainer: Trainer, folder: Path, seed: int) -> None:
    """Draw from the whole space."""
    more = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed + 3))
    more.optimize(lambda trial: trainer.train(trainer.problem.suggest(trial)), n_trials=RUNS)


WAYS: dict[str, Callable[[optuna.Study, Trainer, Path, int], None]] = {
    "the proposal's code": by_proposal,
    "resumed TPE": by_resuming,
    "box of the ten best": by_box,
    "random": by_chance,
}


def try_all(name: str, seed: int) -> dict[str, tuple[float, float]]:
    """Return the best and the median worth of the next runs each way."""
    problem = PROBLEMS[name]()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        first = optuna.create_study(
            storage=f"sqlite:///{folder}/first.db", sampler=optuna.samplers.TPESampler(seed=seed)
        )
        start = Trainer(problem, np.random.default_rng([seed, 0]), [])
        first.optimize(lambda trial: start.train(problem.suggest(trial)), n_trials=RUNS)
        for way, run in WAYS.items():
            trainer = Trainer(problem, np.random.default_rng([seed, 1]), [])
            run(first, trainer, Path(folder), seed)
            found[way] = (min(trainer.worth), float(np.median(trainer.worth)))
    return found


def main(seeds: str = "100", first: str = "0", problems: str = ",".join(PROBLEMS)) -> None:
    """Print a table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    print("| problem | way | best of the next 60 | median |\n|---|---|---|---|")
    for name in problems.split(","):
        tries = [try_all(name, seed) for seed in range(int(first), int(first) + int(seeds))]
        for way in WAYS:
            values = np.array([one[way] for one in tries])
            mean, error = values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))
            cells = " | ".join(f"{m:.3f} ± {e:.3f}" for m, e in zip(mean, error, strict=True))
            print(f"| {name} | {way} | {cells} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
