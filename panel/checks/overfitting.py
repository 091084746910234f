"""
Whether the curves show problematic overfitting.

Validation gets worse again while training still improves, in the best runs: looked at is the end of a curve, as the
mean of three blocks of a twentieth of its values, against the minimum of the same running mean.

Facts: ``metric``, ``training``; ``best``: id of the winner's best run; ``of``: runs looked at; ``runs``: one entry for
each that overfits, the best first, with ``run`` (id), ``from_step`` (the smoothed minimum), ``rise`` (in the metric's
unit, or in its logarithm with ``log``), ``sigmas`` (over its standard error), ``share`` (of the curve's range).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.statistics import short
from . import training
from .base import Finding, Mark, Study, Verdict
from .metrics import Metrics, counterpart, missing, too_few
from .progress import Rise, falls_after, rise, typical_noise

NAME = "overfitting"
QUESTION = "Do the curves show problematic overfitting?"

SIGMAS = 4.0
"""A rise is one from so many standard errors: the minimum of about ten means reaches three by chance."""

STILL = 2.0
"""Training still improves if it falls by so many standard errors."""

SMALLEST = 0.01
"""A rise by a smaller share of the curve's range is no problem."""

LARGE = 0.05
"""At a median rise of this share most best runs are clearly past their best step."""

FEWEST = 0.2
"""Share of the best runs from which it is worth a look; of more than one run at least two."""


def check(study: Study) -> Finding:
    """Say in which of the best runs validation gets worse again while training still improves."""
    told = training.curves(study)
    metrics = told.metrics
    if not metrics.watched:
        return Finding(NAME, QUESTION, "can't tell", missing(study, "Overfitting"))
    if not metrics.validation:
        words = f"{metrics.training} is measured on the training data: log the same on validation data at every epoch."
        return Finding(NAME, QUESTION, "can't tell", words)
    rows = [row for row in told.best if (row, metrics.validation) in told.lines]
    if not rows:
        return Finding(NAME, QUESTION, "can't tell", too_few(study, metrics.validation))
    noise = typical_noise(told.lines[row, metrics.validation] for row in rows)
    rises = {row: rise(told.lines[row, metrics.validation], noise) for row in rows}
    worse = [row for row, up in rises.items() if up.sigmas >= SIGMAS and up.share >= SMALLEST]
    both = [row for row in rows if (row, metrics.training) in told.lines]
    if not metrics.training or not both:
        return _alone(study, told, rows, worse)
    found = [
        row for row in worse if row in both and falls_after(told.lines[row, metrics.training], rises[row].step) >= STILL
    ]
    verdict = _verdict(study, both, found, rises)
    step = short(float(np.median([rises[row].step for row in found])), 3) if found else ""
    advice = (
        "Search over stronger regularisation (dropout, weight decay, augmentation), and take the checkpoint with the "
        f"best {metrics.validation}, about step {step}, instead of the last."
    )
    basis = (
        f"{told.basis()}: mean of the last three twentieths against the lowest of the same running means, worse by at "
        f"least {short(SIGMAS)} standard errors and {short(100 * SMALLEST)} % of the curve's range, while "
        f"{metrics.training} improves by at least {short(STILL)} standard errors"
    )
    drawn = training.drawn(
        study,
        told,
        f"{metrics.validation} and {metrics.training} of the best runs",
        (metrics.validation, metrics.training),
        [*found, *(row for row in both if row not in found)][: training.LINES if found else 3],
        found,
        [Mark("x", rises[row].step, f"best step of {study.runs.names[row]}") for row in found[:2]],
    )
    words = _sentence(metrics, len(both), [rises[row] for row in found], len(worse), step)
    facts = _facts(study, told, both, found, rises)
    return Finding(NAME, QUESTION, verdict, words, advice if verdict != "fine" else "", basis, (drawn,), facts)


def _sentence(metrics: Metrics, of: int, found: list[Rise], worse: int, step: str) -> str:
    best = f"of the {of} best runs" if of > 1 else "of 1 run"
    if found:
        up = short(100 * float(np.median([r.share for r in found])), 2)
        return (
            f"{metrics.validation} gets worse again in {len(found)} {best} while {metrics.training} still improves, "
            f"from about step {step} and by {up} % of the curve's range, {_sure(found)} standard errors."
        )
    if worse:
        return (
            f"{metrics.validation} gets worse again in {worse} {best}, but {metrics.training} does not improve there: "
            "that is instability, not overfitting."
        )
    return f"{metrics.validation} gets worse again in 0 {best} while {metrics.training} still improves."


def _sure(found: list[Rise]) -> str:
    sigmas = float(np.median([r.sigmas for r in found]))
    return "more than 100" if sigmas > 100 else short(sigmas, 2)


def _verdict(study: Study, both: list[int], found: list[int], rises: dict[int, Rise]) -> Verdict:
    if len(found) < FEWEST * len(both) or len(found) < min(2, len(both)):
        return "fine"
    large = len(found) * 2 >= len(both) and np.median([rises[row].share for row in found]) >= LARGE
    return "act" if large and not study.adaptive else "look"


def _alone(study: Study, told: training.Training, rows: list[int], worse: list[int]) -> Finding:
    """Say what validation alone tells."""
    name = told.metrics.validation
    best = f"of the {len(rows)} best runs" if len(rows) > 1 else "of 1 run"
    sentence = (
        f"{name} gets worse again in {len(worse)} {best}, but whether training still improves "
        f"cannot be seen: log {counterpart(name)} at every epoch."
    )
    return Finding(NAME, QUESTION, "can't tell", sentence, "", told.basis(), (), {"metric": name, "of": len(rows)})


def _facts(
    study: Study, told: training.Training, both: list[int], found: list[int], rises: dict[int, Rise]
) -> dict[str, Any]:
    ids = study.runs.ids
    return {
        "metric": told.metrics.validation,
        "training": told.metrics.training,
        "log": told.log,
        "best": str(ids[both[0]]),
        "of": len(both),
        "runs": [
            {
                "run": str(ids[row]),
                "from_step": rises[row].step,
                "rise": rises[row].rise,
                "sigmas": rises[row].sigmas,
                "share": rises[row].share,
            }
            for row in found
        ],
    }
