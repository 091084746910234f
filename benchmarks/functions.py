"""Test functions with known shares: what each parameter explains of the target's variance on its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from panel.data.project import Project, from_frames


@dataclass(frozen=True)
class Case:
    """Parameters, target, and every parameter's exact first-order share of the target's variance (noise included)."""

    X: pd.DataFrame
    y: np.ndarray
    share: np.ndarray

    def project(self) -> Project:
        """Return the case as a project with the metric ``y``."""
        return from_frames(self.X, pd.DataFrame({"y": self.y}))


def _frame(X: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])


def sobol_g(rng: np.random.Generator, n: int, a: tuple[float, ...] = (0, 1, 4.5, 9, 99, 99, 99, 99)) -> Case:
    """Sobol's G function (Saltelli & Sobol 1995): the smaller a, the more a parameter matters."""
    X = rng.random((n, len(a)))
    y = np.prod((np.abs(4 * X - 2) + a) / (1 + np.array(a)), axis=1)
    own = 1 / 3 / (1 + np.array(a)) ** 2
    return Case(_frame(X), y, own / (np.prod(1 + own) - 1))


def friedman(rng: np.random.Generator, n: int, parameters: int = 10) -> Case:
    """Friedman's first function (1991): five parameters that matter, the others noise."""
    X = rng.random((n, parameters))
    y = 10 * np.sin(np.pi * X[:, 0] * X[:, 1]) + 20 * (X[:, 2] - 0.5) ** 2 + 10 * X[:, 3] + 5 * X[:, 4]
    u = (np.arange(1000) + 0.5) / 1000
    g = 10 * np.sin(np.pi * np.outer(u, u))
    own = np.array([g.mean(axis=1).var()] * 2 + [(20 * (u - 0.5) ** 2).var(), 100 / 12, 25 / 12])
    share = np.zeros(parameters)
    share[:5] = own / (g.var() + own[2:].sum() + 1)
    return Case(_frame(X), y + rng.normal(size=n), share)


def log_rate(rng: np.random.Generator, n: int) -> Case:
    """Return a loss as a sweep sees it: two decimal ranges in log, a categorical, an integer, six that do nothing."""
    lr, decay = 10 ** rng.uniform(-5, 0, n), 10 ** rng.uniform(-6, -1, n)
    kind, layers, momentum = rng.integers(0, 4, n), rng.integers(1, 7, n), rng.random(n)
    effect = np.array([0, 0.45, 0.9, 0.18])
    y = 0.35 * (np.log10(lr) + 2.5) ** 2 + 0.25 * (np.log10(decay) + 4) + effect[kind] + 0.1 * layers + 0.5 * momentum
    u = np.linspace(-5, 0, 100_001)
    own = np.array([0.35**2 * ((u + 2.5) ** 2).var(), 0.25**2 * 25 / 12, effect.var(), 0.01 * 35 / 12, 0.25 / 12])
    X = pd.DataFrame(
        {
            "lr": lr,
            "decay": decay,
            "kind": np.array(list("abcd"))[kind],
            "layers": layers,
            "momentum": momentum,
            "none_real": rng.random(n),
            "none_log": 10 ** rng.uniform(-3, 0, n),
            "none_flag": rng.integers(0, 2, n).astype(bool),
            "none_integer": rng.integers(0, 8, n),
            "none_kind": np.array(list("pqrst"))[rng.integers(0, 5, n)],
            "none_normal": rng.normal(size=n),
        }
    )
    share = np.zeros(X.shape[1])
    share[:5] = own / (own.sum() + 0.3**2)
    return Case(X, y + 0.3 * rng.normal(size=n), share)


def pure_noise(rng: np.random.Generator, n: int) -> Case:
    """Ten parameters, none of which does anything."""
    return Case(_frame(rng.random((n, 10))), rng.normal(size=n), np.zeros(10))


FUNCTIONS = {"Sobol G": sobol_g, "Friedman": friedman, "log rate": log_rate, "noise": pure_noise}
