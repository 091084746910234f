"""Which runs share a config, and the one value of the target that it has: what is compared is always a whole config."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .base import Runs


@dataclass(frozen=True)
class Configs:
    """
    The configs of the feasible runs of a group; runs equal but for seeds and what is ignored are one.

    Attributes
    ----------
    loss
        Mean of the config's runs on the target's scale, so that small is good; ascending, shape (n_configs,).
    best
        Number of the best run of each.
    size
        How many runs each has.
    """

    loss: np.ndarray
    best: np.ndarray
    size: np.ndarray

    def __len__(self) -> int:
        return len(self.loss)


def config_numbers(runs: Runs) -> np.ndarray:
    """Return the number of the config of every run, infeasible ones too; shape (n_runs,)."""
    return runs.config


def scaled_loss(runs: Runs) -> np.ndarray:
    """Return the target on the scale of `is_log`, so that small is good; only feasible runs' mean anything."""
    if not is_log(runs):
        return runs.loss
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.log(runs.target)
    return values if runs.goal == "minimize" else -values


def is_log(runs: Runs) -> bool:
    """Say whether targets are compared by their ratios: modelled in log, and all positive."""
    return runs.scale == "log" and bool((runs.target[runs.feasible] > 0).all())


def unscaled(runs: Runs, loss: float) -> float:
    """Return what a loss of `scaled_loss` is as a target."""
    signed = loss if runs.goal == "minimize" else -loss
    return float(np.exp(signed)) if is_log(runs) else float(signed)


def improvement(runs: Runs, loss: float, less: float) -> float:
    """Return by how much the target gets better, in its units, when a loss of `scaled_loss` falls by `less`."""
    before, after = unscaled(runs, loss), unscaled(runs, loss - less)
    return before - after if runs.goal == "minimize" else after - before


def configs_of(runs: Runs, among: np.ndarray, number: np.ndarray, loss: np.ndarray) -> Configs:
    """
    Return the configs of some runs.

    Parameters
    ----------
    runs
        The runs.
    among
        Numbers of those runs; infeasible ones are left out.
    number
        See `config_numbers`.
    loss
        See `scaled_loss`.
    """
    feasible = among[runs.feasible[among]]
    feasible = feasible[np.lexsort((runs.order[feasible], loss[feasible]))]
    grouped = pd.Series(loss[feasible]).groupby(number[feasible], sort=False)
    means, sizes = grouped.mean().to_numpy(float), grouped.size().to_numpy(int)
    best = feasible[~pd.Series(number[feasible]).duplicated().to_numpy()]
    ranked = np.lexsort((runs.order[best], means))
    return Configs(means[ranked], best[ranked], sizes[ranked])
