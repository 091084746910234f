"""
Whether step-to-step variance is high late in training.

Then each run ends on a lucky or an unlucky step, and luck picks the winner. Looked at is the last quarter of the
curves of the best configs (mean of their replicates): which of them would win if training stopped at another of these
steps, and the spread from step to step, about each one's own straight line, of those that would.

Facts: ``metric``; ``configs``, ``steps``: how many were compared; ``noise``: standard deviation from step to step of
the configs that win at one of the steps, in the metric's unit or in its logarithm with ``log``; ``spread``: standard
deviation of the configs' levels; ``ratio`` of the two; ``other_winner``: share of the steps before the last at which
another config is the winner than at the last, and ``other_winner_clear``: by more than the noise; ``contrast``: from
the best configs' level to the median of the others, ``None`` if there are too few.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..data.statistics import short
from . import training
from .base import Finding, Mark, Study
from .metrics import missing, too_few
from .progress import FEWEST_POINTS, Line

NAME = "late_variance"
QUESTION = "Is there high step-to-step variance late in training?"

LATE = 0.25
"""What counts as late: this share of the steps, and at least `FEWEST` values."""

FEWEST = 4
MOST = 400
"""Steps that are compared at most."""

HALF = 0.5
"""Share of the steps at which another config wins."""

CONFIGS = 3
"""With fewer configs there are no differences to speak of."""

SMALLEST = 0.05
"""Noise below this share of the way from the best to the median config picks among equals: no matter."""

LARGE = 0.1
"""Noise above this share costs."""


@dataclass(frozen=True)
class Late:
    """The last quarter of some curves: steps, values (configs by steps), and what they tell; see the facts."""

    steps: np.ndarray
    values: np.ndarray
    noise: float
    spread: float
    other: float
    clear: float


def check(study: Study) -> Finding:
    """Say whether the step at which training stopped picked the winner."""
    told = training.curves(study)
    name = told.metrics.watched
    if not name:
        return Finding(NAME, QUESTION, "can't tell", missing(study, "Variance late in training"))
    groups = [
        lines
        for group in told.replicates
        if (lines := [told.lines[row, name] for row in group if (row, name) in told.lines])
    ]
    if not groups:
        return Finding(NAME, QUESTION, "can't tell", too_few(study, name))
    if len(groups) < CONFIGS:
        words = (
            f"Only {len(groups)} config{'' if len(groups) == 1 else 's'} trained to the full length with at least "
            f"{FEWEST_POINTS} values of {name}: at least {CONFIGS} are needed, so log it at every epoch."
        )
        return Finding(NAME, QUESTION, "can't tell", words)
    if told.tuned:
        groups = [[replace(line, x=(line.x - line.x[0]) / np.ptp(line.x)) for line in group] for group in groups]
    late = last_quarter(groups)
    if late is None:
        words = f"The last quarter of training holds fewer than {FEWEST} values of {name}: log it more often."
        return Finding(NAME, QUESTION, "can't tell", words)
    contrast = _contrast(told, name, late)
    ratio = late.noise / late.spread if late.spread > 0 else np.inf if late.noise > 0 else 0.0
    facts = {
        "metric": name,
        "log": told.log,
        "configs": len(groups),
        "steps": len(late.steps),
        "noise": late.noise,
        "spread": late.spread,
        "ratio": ratio,
        "other_winner": late.other,
        "other_winner_clear": late.clear,
        "contrast": contrast,
    }
    matters = ratio >= 1 if contrast is None else late.noise >= SMALLEST * contrast
    fires = late.other >= HALF and matters
    costs = contrast is not None and late.noise >= LARGE * contrast
    verdict = ("act" if costs and not study.adaptive else "look") if fires else "fine"
    unit = " in its logarithm" if told.log else ""
    n = len(late.steps)
    sentence = (
        f"Over the last {n} steps logged, {name} of the {len(groups)} best configs varies by "
        f"±{short(late.noise, 3)}{unit} from step to step, {_times(ratio)} as much as they differ from each other: "
        f"at {round(late.other * (n - 1))} of the {n - 1} steps before the last another of them would have won, "
        f"at {round(late.clear * (n - 1))} by more than that."
    )
    if late.other >= HALF and not matters:
        sentence = sentence[:-1] + "; but that is little beside the differences to other configs."
    advice = ""
    if fires:
        advice = (
            f"Compare configs by the mean of {name} over their last {n} steps instead of the last value; against the "
            "cause: let the learning rate decay, average the weights, take a larger batch or more validation data."
        )
    basis = (
        f"{told.basis()}, replicates averaged; spread about the straight line of each config that wins at one of "
        f"the last {n} steps against the spread of the configs' levels there; fires if another config wins at half of "
        f"the steps and the spread is at least {short(100 * SMALLEST)} % of the way from the best to the median config"
    )
    drawn = training.drawn(
        study,
        told,
        f"{name} of the best configs, the last quarter marked",
        (name,),
        told.best[: training.LINES if fires else 3],
        told.best if fires else (),
        [Mark("x", float(late.steps[0]), "last quarter")],
    )
    return Finding(NAME, QUESTION, verdict, sentence, advice, basis, (drawn,), facts)  # type: ignore[arg-type]


def last_quarter(groups: list[list[Line]]) -> Late | None:
    """
    Compare configs over the last quarter of their common steps.

    Parameters
    ----------
    groups
        The runs of each config; a config's value at a step is their mean, each the last one logged up to that step.

    Returns
    -------
    Late or None
        ``None`` if there are fewer than `FEWEST` steps.
    """
    every = [line for group in groups for line in group]
    start, end = max(line.x[0] for line in every), min(line.x[-1] for line in every)
    steps = min(every, key=lambda line: (len(line), line.x[0])).x  # the grid of the one logged most seldom
    steps = steps[(steps >= start) & (steps <= end)]
    if len(steps) < FEWEST_POINTS:
        return None
    late = steps[steps > end - LATE * (end - start)]
    steps = late if len(late) >= FEWEST else steps[-FEWEST:]
    if len(steps) > MOST:
        steps = steps[np.unique(np.linspace(0, len(steps) - 1, MOST).astype(int))]
    values = np.array(
        [np.mean([line.y[np.searchsorted(line.x, steps, "right") - 1] for line in group], axis=0) for group in groups]
    )
    n = len(steps)
    x = (steps - steps.mean()) / max(float(np.ptp(steps)), 1e-300)
    levels = values.mean(axis=1)
    straight = levels[:, None] + np.outer((values - levels[:, None]) @ x / (x @ x), x)
    squares = ((values - straight) ** 2).sum(axis=1) / (n - 2)
    contenders = np.unique([levels.argmin(), *values.argmin(axis=0)])
    noise = float(np.sqrt(squares[contenders].mean()))
    spread = float(np.sqrt(max(0.0, levels.var(ddof=1) - squares.mean() / n)))
    winner = int(values[:, -1].argmin())
    lead = values[winner] - values.min(axis=0)
    return Late(steps, values, noise, spread, *(float((lead[:-1] > least).mean()) for least in (0.0, noise)))


def _contrast(told: training.Training, name: str, late: Late) -> float | None:
    """Return the way from the best configs' level to the median of the others; ``None`` if there are too few."""
    there = [[row for row in group if (row, name) in told.lines] for group in told.others]
    ends = [np.mean([told.lines[row, name].y[-1] for row in group]) for group in there if group]
    if len(ends) < training.BEST:
        return None
    return max(0.0, float(np.median(ends) - late.values.mean()))


def _times(ratio: float) -> str:
    return "far more than" if ratio > 1000 else f"{short(ratio, 2)} times"
