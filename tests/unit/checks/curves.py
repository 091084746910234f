"""Studies with curves that are known exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.sweeps import study
from panel.checks import Study
from panel.data.project import Space, from_frames


def study_of(
    curves: Mapping[str, Mapping[str, Any]],
    target: str = "val_loss",
    steps: Any = None,
    values: Mapping[str, float] | None = None,
    config: Mapping[str, list[Any]] | None = None,
    space: Space | None = None,
    **more: Any,
) -> Study:
    """
    Return a study of runs with these curves, by run and metric; the target is the last value, or as given.

    Parameters
    ----------
    curves
        Values by run and metric.
    steps
        Of all runs, from 1 by default; those of shorter curves are the first ones.
    config
        By default a parameter ``x`` that tells every run from the others.
    """
    lines = [
        (run, (steps[i] if steps is not None else i + 1), metric, value)
        for run, metrics in curves.items()
        for metric, found in metrics.items()
        for i, value in enumerate(found)
    ]
    history = pd.DataFrame(lines, columns=["run_id", "step", "metric", "value"])
    last = {run: (values or {}).get(run, list(metrics.get(target, [np.nan]))[-1]) for run, metrics in curves.items()}
    index = pd.Index(list(curves))
    settings = pd.DataFrame(dict(config or {"x": np.arange(len(index)) * 1.0}), index=index)
    summary = pd.DataFrame({target: [last[run] for run in index]}, index=index)
    return study(from_frames(settings, summary, history, space=space), target, **more)


def falling(n: int = 100, final: float = 1.0, speed: float = 10.0) -> np.ndarray:
    """Return a curve that falls from about 2 to `final`, `speed` time constants long."""
    return final + np.exp(-speed * np.arange(1, n + 1) / n)


ODD = {
    "no history of the target": {"a": {"other": [1.0, 2.0]}, "b": {"other": [2.0, 1.0]}},
    "a single point": {"a": {"val_loss": [1.0], "train_loss": [1.0]}, "b": {"val_loss": [2.0], "train_loss": [1.0]}},
    "NaN and infinite values": {
        f"r{i}": {
            "val_loss": [*np.where(np.arange(30) % 4 == 1, [np.nan, np.inf, -np.inf][i % 3], falling(30)), 1.0 + i],
            "train_loss": np.full(31, np.nan),
        }
        for i in range(6)
    },
    "constant curves": {f"r{i}": {"val_loss": np.ones(40), "train_loss": np.zeros(40)} for i in range(6)},
    "different lengths": {
        f"r{i}": {"val_loss": falling(7 + 13 * i), "train_loss": falling(9 + 11 * i)} for i in range(8)
    },
    "one run": {"a": {"val_loss": falling(), "train_loss": falling()}},
    "huge and tiny values": {
        f"r{i}": {"val_loss": falling() * 10.0 ** (280 * (i % 2) - 140), "train_loss": falling() * 1e-300}
        for i in range(6)
    },
}
"""Curves on which every check has to answer in words."""
