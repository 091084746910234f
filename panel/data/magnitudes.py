"""Numbers so large or so small that nothing can be computed with them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from .messages import Message, Names, Number, say
from .project import Project

LARGEST = 1e100
"""Beyond this a number counts as infinite: what is computed with it, such as its cube, would be."""

SMALLEST = 1e-290
"""Closer to 0 than this a number counts as 0: to divide by it would give no number."""


def limit_magnitudes(project: Project) -> Project:
    """
    Return a project without numbers beyond `LARGEST` and `SMALLEST`, and with a note if it had some.

    A loss of 1e308 is that of a run that diverged, and counts as such.
    """
    config, changed = _limit_columns(project.config)
    summary, of_metrics = _limit_columns(project.summary)
    if not (changed or of_metrics):
        return project
    return replace(project, config=config, summary=summary, notes=(*project.notes, _tell([*changed, *of_metrics])))


def _limit_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return a frame with limited numbers, and the names of the columns that had others."""
    limited: dict[str, Any] = {}
    for name, column in frame.items():
        if column.dtype == np.float64:
            values = column.to_numpy()
            size = np.abs(values)
            large, small = (size > LARGEST) & np.isfinite(values), (size < SMALLEST) & (size > 0)
            if large.any() or small.any():
                limited[str(name)] = np.where(large, np.copysign(np.inf, values), np.where(small, 0.0, values))
        elif column.dtype == object and any(map(_is_large, column)):
            limited[str(name)] = [np.copysign(np.inf, cell) if _is_large(cell) else cell for cell in column]
    return (frame.assign(**limited) if limited else frame), [str(name) for name in limited]


def _is_large(cell: object) -> bool:
    return isinstance(cell, int | float) and LARGEST < abs(cell) < np.inf


def _tell(names: list[str]) -> Message:
    return say(
        "project.magnitudes",
        "Numbers beyond {largest} count as infinite, and those closer to 0 than {smallest} as 0: {names}.",
        largest=Number(LARGEST, 3, "short"),
        smallest=Number(SMALLEST, 3, "short"),
        names=Names(tuple(names), most=5, last=""),
    )
