"""Values per step that a tracker wrote row by row, as the long frame of a history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..project import HISTORY_COLUMNS


def number(value: Any) -> float | None:
    """Return a number or boolean as a float; ``None`` for anything else."""
    if not isinstance(value, bool | int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def curve(rows: Iterable[tuple[float, Mapping[str, Any]]]) -> pd.DataFrame:
    """
    Return the values per step of one run, with the columns ``step``, ``metric``, ``value``.

    Parameters
    ----------
    rows
        Steps, and what was logged at each by its flattened name. What is no number is left out; of two values at one
        step the later counts, as after a restart from a checkpoint.
    """
    found: dict[tuple[str, float], float] = {}
    for step, row in rows:
        for metric, value in row.items():
            logged = number(value)
            if logged is not None:
                found[metric, step] = logged
    return pd.DataFrame(
        {
            "step": np.array([step for _, step in found], "float64"),
            "metric": pd.Series([metric for metric, _ in found], dtype="str"),
            "value": np.array(list(found.values()), "float64"),
        }
    )


def join(curves: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the history of all runs, given what `curve` returned for each by its id."""
    parts = [frame.assign(run_id=name) for name, frame in curves.items() if len(frame)]
    if not parts:
        return pd.DataFrame(columns=list(HISTORY_COLUMNS))
    return pd.concat(parts, ignore_index=True).astype({"run_id": "str"})[list(HISTORY_COLUMNS)]
