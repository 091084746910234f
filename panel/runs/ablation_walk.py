"""
From one config to another, one change at a time: always the one that improves the target most.

That is ablation analysis (Fawcett and Hoos 2016, "Analysing differences between algorithm configurations through
ablation", Journal of Heuristics 22). What was not run is predicted by a model of the runs instead of being run
(Biedenkapp, Lindauer, Eggensperger and Hutter 2017, "Efficient parameter importance analysis via ablation with
surrogates", AAAI).

Here a difference is never one of a mean of runs and a prediction: a step whose two configs were run is their exact
difference, every other one is that of two predictions. So the luck of the ends is in no step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .ablation_changes import Taken

How = Literal["run", "predicted"]
"""Whether a step is the difference of runs, or of predictions."""


@dataclass(frozen=True)
class Measured:
    """A config that was run: the mean loss of its finished runs, NaN if there are none, and how many these are."""

    loss: float
    size: int


@dataclass(frozen=True)
class Predictions:
    """
    What a model says of some configs.

    Attributes
    ----------
    loss
        Expected loss of each, shape (n,).
    covariance
        How sure that is, and what it has in common; shape (n, n).
    """

    loss: np.ndarray
    covariance: np.ndarray

    def subtract(self, a: int, b: int) -> tuple[float, float]:
        """Return by how much the loss of one exceeds that of another, and the standard deviation of that."""
        spread = self.covariance[a, a] + self.covariance[b, b] - 2 * self.covariance[a, b]
        return float(self.loss[a] - self.loss[b]), float(np.sqrt(max(spread, 0.0)))


Predict = Callable[[np.ndarray], Predictions]
"""Predicts configs between two, given as booleans: which changes each has; shape (n, n_changes)."""


@dataclass(frozen=True)
class Stride:
    """
    One step of the path.

    Attributes
    ----------
    changes
        Numbers of the changes that are made at once: several only where nothing tells of them singly.
    taken
        The config after it.
    how
        Whether `before` and `after` are means of runs, or predictions.
    before, after
        Loss before and after it; NaN if it is not known.
    spread
        Standard deviation of the difference of two predictions; of two configs that were run 0.
    """

    changes: tuple[int, ...]
    taken: Taken
    how: How
    before: float
    after: float
    spread: float = 0.0

    @property
    def gain(self) -> float:
        """By how much the loss falls."""
        return self.before - self.after


def walk(measured: Mapping[Taken, Measured], changes: int, predict: Predict | None) -> tuple[Stride, ...]:
    """
    Return the steps from the config with none of the changes to the one with all of them.

    Parameters
    ----------
    measured
        The configs between the two that were run; both ends are among them.
    changes
        How many changes there are.
    predict
        What a model says of configs; ``None`` if none is to be believed. Then changes of which no run tells are one
        step.

    Returns
    -------
    tuple of Stride
        A config that failed whenever it was run is gone through last.
    """
    taken: Taken = (False,) * changes
    path: list[Stride] = []
    while not all(taken):
        found = _list_strides(measured, taken, predict)
        if not found:
            path.append(_stride_to_end(measured, taken))
            break
        path.append(max(found, key=lambda stride: (not _failed(measured, stride.taken), stride.gain)))
        taken = path[-1].taken
    return tuple(path)


def _list_strides(measured: Mapping[Taken, Measured], taken: Taken, predict: Predict | None) -> list[Stride]:
    """Return the strides by one change of which anything is known, in the order of the changes."""
    left = [k for k, done in enumerate(taken) if not done]
    after = [tuple(done or k == change for k, done in enumerate(taken)) for change in left]
    told = predict(np.array([taken, *after], bool)) if predict else None
    strides = []
    for place, (change, config) in enumerate(zip(left, after, strict=True), start=1):
        before, then = _find_loss(measured, taken), _find_loss(measured, config)
        if not np.isnan(before - then):
            strides.append(Stride((change,), config, "run", before, then))
        elif told is not None:
            _, spread = told.subtract(0, place)
            strides.append(Stride((change,), config, "predicted", float(told.loss[0]), float(told.loss[place]), spread))
    return strides


def _stride_to_end(measured: Mapping[Taken, Measured], taken: Taken) -> Stride:
    left, end = tuple(k for k, done in enumerate(taken) if not done), (True,) * len(taken)
    return Stride(left, end, "run", _find_loss(measured, taken), _find_loss(measured, end))


def _find_loss(measured: Mapping[Taken, Measured], taken: Taken) -> float:
    return measured[taken].loss if taken in measured else float("nan")


def _failed(measured: Mapping[Taken, Measured], taken: Taken) -> bool:
    return taken in measured and not measured[taken].size
