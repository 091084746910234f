"""Evidence that several checks draw: the target of configs against one parameter, the best of them marked."""

from __future__ import annotations

import numpy as np

from ..data.messages import Message
from ..runs.base import Axis
from ..runs.configs import is_log
from .base import Along, Evidence, Mark, Series, Study, Tone

MOST = 500
"""Configs that are drawn, at most."""


def targets_of(study: Study, which: np.ndarray) -> np.ndarray:
    """Return the target of some of the feasible configs, as logged; shape of `which`."""
    loss = study.configs.loss[which]
    signed = loss if study.runs.goal == "minimize" else -loss
    return np.exp(signed) if is_log(study.runs) else signed


def thin(n: int, first: int, most: int = MOST) -> np.ndarray:
    """Return places below n in ascending order: the first few, and an even choice of the others, `most` at most."""
    if n <= most:
        return np.arange(n)
    first = min(first, most)
    return np.union1d(np.arange(first), np.linspace(first, n - 1, most - first).astype(int))


def along_axis(axis: Axis, label: str = "") -> Along:
    """Return a parameter's axis as evidence has it; a log scale only if all its values can be drawn on one."""
    known = axis.values[np.isfinite(axis.values)]
    log = axis.scale == "log" and bool((known > 0).all())
    return Along(label or axis.parameter, log, axis.labels)


def draw_target(
    study: Study, axis: Axis, best: int, title: Message, marks: tuple[Mark, ...] = (), most: int = MOST
) -> Evidence:
    """
    Draw the target of the feasible configs against a parameter.

    Parameters
    ----------
    study
        The search.
    axis
        The runs along that parameter.
    best
        How many of the configs are the best.
    title
        What is seen.
    marks
        Lines across it.
    most
        How many configs are drawn, at most; the best are drawn in any case.
    """
    configs = study.configs
    shown = thin(len(configs), best, max(best, most))
    shown = shown[np.isfinite(axis.values[configs.best[shown]])]
    ids = study.runs.ids[configs.best]

    def points(name: str, which: np.ndarray, tone: Tone) -> Series:
        x, y = axis.values[configs.best[which]].tolist(), targets_of(study, which).tolist()
        return Series(name, "points", x, y, tone=tone, runs=[str(i) for i in ids[which]])

    series = (
        points("other configs", shown[shown >= best], "rest"),
        points(f"best {best} configs", shown[shown < best], "best"),
    )
    return Evidence(title, along_axis(axis), Along(study.runs.label, is_log(study.runs)), series, marks)
