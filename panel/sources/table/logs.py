"""Tables that are the log of one run: a row a step, and nothing that tells runs apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...data.messages import say
from ...data.project import Column
from .folding import Folded, as_changing, as_step, could_count_steps, fold_rows

FEWEST_STEPS = 3

WANDB_STEP = "_step"

STILL = 0.3
"""A number that changes at fewer of the steps than this, or keeps its direction at all but so many, is a schedule."""


def fold_log(table: pd.DataFrame, columns: list[Column]) -> Folded | None:
    """
    Fold the log of one run into one row with a history.

    Parameters
    ----------
    table
        The table as read.
    columns
        Its columns in their places.

    Returns
    -------
    Folded or None
        ``None`` if it is no log: no column counts the rows as steps do, or a setting varies otherwise than a schedule.
    """
    step = _find_step(table, columns)
    if step is None:
        return None
    changing = [c for c in columns if c.place == "config" and c.name != step and table[c.name].nunique() > 1]
    if any(c.by_user or not _is_schedule(table[c.name]) for c in changing):
        return None
    if not any(c.place == "metric" and c.name != step for c in columns):
        return None
    names = {c.name for c in changing}
    changed = [
        as_step(c) if c.name == step else as_changing(c, table[c.name]) if c.name in names else c for c in columns
    ]
    steps = table[step].to_numpy(float)
    folded, history = fold_rows(table, np.zeros(len(table), int), steps, changed, step)
    note = say(
        "table.one_log",
        "The rows are the steps of one run ({step} from {first} to {last}): they were read as one run with its curves.",
        step=step,
        first=f"{steps[0]:g}",
        last=f"{steps[-1]:g}",
    )
    return Folded(folded, changed, history, [note])


def _find_step(table: pd.DataFrame, columns: list[Column]) -> str | None:
    """Return the column that counts the rows from step to step, evenly."""
    if len(table) < FEWEST_STEPS:
        return None
    names = [c.name for c in columns if not c.by_user or c.place == "metric"]
    for name in sorted(names, key=lambda n: n != WANDB_STEP):
        if name != WANDB_STEP and not could_count_steps(name, table[name]):
            continue
        if table[name].dtype.kind not in "if" or table[name].isna().any():
            continue
        gaps = np.diff(table[name].to_numpy(float))
        even = float(np.mean(gaps == np.median(gaps)))
        if (gaps > 0).all() and (name == WANDB_STEP or even >= 0.8):
            return name
    return None


def _is_schedule(column: pd.Series) -> bool:
    """Say whether a column changes as a schedule does along the rows: seldom, or in one direction for long."""
    known = column.dropna()
    if known.dtype.kind not in "if":
        return False
    gaps = np.diff(known.to_numpy(float))
    moves = np.sign(gaps[gaps != 0])
    if not len(gaps) or len(moves) < STILL * len(gaps):
        return len(gaps) > 0
    return bool(np.mean(np.diff(moves) != 0) < STILL) if len(moves) > 1 else True
