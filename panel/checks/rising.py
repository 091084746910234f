"""
Whether the training loss is rising, which is a bug in the pipeline, usually.

Looked at is the end of the curve of the training loss, as the mean of three blocks of a twentieth of its values,
against the minimum of the same running mean; in the best configs and in a random sample of the others. Losses that are
measured against something that moves (of a policy, a critic, a discriminator) do not count.

Facts: ``metric``; ``best``: runs of the best configs looked at, and ``best_rising`` those of them that rise; ``of``:
runs looked at in all, and ``rising``; ``runs``: the rising ones among the best, each with ``run`` (id), ``from_step``,
``rise``, ``sigmas`` and ``share`` (of the curve's range).
"""

from __future__ import annotations

import numpy as np

from ..data.names import tokens
from ..data.statistics import short
from . import training
from .base import Finding, Mark, Study, Verdict
from .metrics import REWARDS, counterpart, missing, too_few
from .progress import rise, typical_noise

NAME = "rising"
QUESTION = "Is the training loss rising?"

SIGMAS = 4.0
"""See `overfitting.SIGMAS`."""

SMALLEST = 0.05
"""A rise by a smaller share of the curve's range is no rise."""

FEW, MANY = 0.3, 0.5
"""
Share of the best, or of all, from which it is worth a look, and from which something is wrong: a loss that wanders for
long ends above its minimum in some runs.
"""


def check(study: Study) -> Finding:
    """Say in which runs the training loss ends clearly above its own minimum."""
    told = training.curves(study)
    name = told.metrics.loss
    if not name:
        return Finding(NAME, QUESTION, "can't tell", _missing(study, told))
    best = [row for row in told.best if (row, name) in told.lines]
    rows = [*best, *(group[0] for group in told.others if (group[0], name) in told.lines)]
    if not rows:
        return Finding(NAME, QUESTION, "can't tell", too_few(study, name))
    noise = typical_noise(told.lines[row, name] for row in rows)
    rises = {row: rise(told.lines[row, name], noise) for row in rows}
    up = [row for row in rows if rises[row].sigmas >= SIGMAS and rises[row].share >= SMALLEST]
    top = [row for row in best if row in up]
    facts = {
        "metric": name,
        "best": len(best),
        "best_rising": len(top),
        "of": len(rows),
        "rising": len(up),
        "runs": [
            {
                "run": str(study.runs.ids[row]),
                "from_step": rises[row].step,
                "rise": rises[row].rise,
                "sigmas": rises[row].sigmas,
                "share": rises[row].share,
            }
            for row in top
        ],
    }
    verdict = _verdict(study, len(best), len(top), len(rows), len(up))
    shown = [*top, *(row for row in up if row not in top), *(row for row in best if row not in top)]
    drawn = training.drawn(
        study,
        told,
        f"{name} of {'runs in which it rises' if up else 'the best runs'}",
        (name,),
        shown[: training.LINES if up else 3],
        up,
        [Mark("x", rises[row].step, f"minimum of {study.runs.names[row]}") for row in up[:1]],
    )
    basis = (
        f"{name} of {len(rows)} runs, one a config, {len(best)} of them the best: mean of the last three twentieths "
        f"against the lowest of the same running means, higher by at least {short(SIGMAS)} standard errors and "
        f"{short(100 * SMALLEST)} % of the curve's range"
    )
    if not up:
        words = f"{name} ends at its minimum in all of {len(rows):,} runs looked at, but for noise."
        words = words if len(rows) > 1 else f"{name} of the only run ends at its minimum, but for noise."
        return Finding(NAME, QUESTION, "fine", words, "", basis, (drawn,), facts)
    median = float(np.median([rises[row].share for row in up]))
    sentence = (
        f"{name} ends above its own minimum in {len(top)} of the {len(best)} best runs and in {len(up):,} of "
        f"{len(rows):,} runs looked at, by {short(100 * median, 2)} % of the curve's range in the median."
    )
    advice = ""
    if verdict != "fine":
        advice = (
            "Look for a bug in the pipeline first (sign of the loss, gradients not reset, order of the data, a "
            "schedule that raises the learning rate); then try a lower learning rate, warm-up or gradient clipping."
        )
        if len(top) < FEW * max(1, len(best)):
            advice = (
                "The best runs are not concerned: find what the rising runs share (often a high learning rate) and "
                "leave it out of the next sweep."
            )
    return Finding(NAME, QUESTION, verdict, sentence, advice, basis, (drawn,), facts)


def _verdict(study: Study, best: int, top: int, of: int, up: int) -> Verdict:
    among_best = top >= max(2, FEW * best) or (top == best == 1)
    if among_best or up >= max(2, MANY * of):
        return "act" if top >= max(1, MANY * best) and not study.adaptive else "look"
    return "look" if up >= max(3, FEW * of) else "fine"


def _missing(study: Study, told: training.Training) -> str:
    words = {word for name in (study.runs.metric, told.metrics.watched) for word in tokens(name)}
    if words & REWARDS:
        return (
            f"The target {study.runs.label} is a reward, and the losses that go with it are measured against something "
            "that moves and need not fall: a training loss on fixed data would have to be logged."
        )
    if not told.metrics.watched:
        return missing(study, "The course of training").replace(
            f"log {study.runs.metric}", f"log a training loss such as {counterpart(study.runs.metric)}"
        )
    return f"No training loss has values per step: log train_loss at every epoch, beside {told.metrics.watched}."
