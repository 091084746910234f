"""Values per step that a tracker wrote row by row, as the long frame of a history."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ...data.project import HISTORY_COLUMNS

Curve = tuple[np.ndarray, list[str], np.ndarray]
"""Steps, names of metrics and values of one run."""


def as_number(value: Any) -> float | None:
    """Return a number or boolean as a float; ``None`` for anything else."""
    if not isinstance(value, bool | int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def curve_of(rows: Iterable[tuple[float, Mapping[str, Any]]]) -> Curve:
    """
    Return the values per step of one run: steps, names of metrics, values.

    Parameters
    ----------
    rows
        Steps, and what was logged at each by its flattened name. What is no number is left out; of two values at one
        step the later counts, as after a restart from a checkpoint.
    """
    values: dict[tuple[str, float], float] = {}
    for step, row in rows:
        for metric, value in row.items():
            logged = as_number(value)
            if logged is not None:
                values[sys.intern(metric), step] = logged
    steps = np.array([step for _, step in values], "float64")
    return steps, [metric for metric, _ in values], np.array(list(values.values()), "float64")


def join_curves(curves: Mapping[str, Curve]) -> pd.DataFrame:
    """Return the history of all runs, given what `curve_of` returned for each by its id."""
    if not curves:
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
    names = np.array([*curves, ""], "object")[:-1]
    columns = {
        "run_id": np.repeat(names, [len(steps) for steps, _, _ in curves.values()]),
        "step": np.concatenate([steps for steps, _, _ in curves.values()]),
        "metric": [name for _, metrics, _ in curves.values() for name in metrics],
        "value": np.concatenate([values for _, _, values in curves.values()]),
    }
    return pd.DataFrame(columns).astype({"run_id": "str", "metric": "str"})
