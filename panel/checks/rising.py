"""
Whether the training loss is rising, which is a bug in the pipeline, usually.

Looked at is the end of the curve of the training loss, as the mean of three blocks of a twentieth of its values,
against the minimum of the same running mean; in the best configs and in a random sample of the others. Losses that are
measured against something that moves (of a policy, a critic, a discriminator) do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.messages import NOTHING, Message, Number, say
from ..data.names import split_words
from ..data.records import Record
from .base import Evidence, Finding, Mark, Study, Verdict
from .metrics import LOSSES, REWARDS, metric_to_log, name_counterpart, say_too_few
from .progress import Rise, find_typical_noise, measure_rise
from .training import LINES, RisingRun, Training, curves_of, draw_curves, rising_runs

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


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    metric
        The training loss.
    best, best_rising
        Runs of the best configs looked at, and those of them that rise.
    of, rising
        Runs looked at in all, and those of them that rise.
    runs
        The rising ones among the best.
    """

    metric: str
    best: int
    best_rising: int
    of: int
    rising: int
    runs: tuple[RisingRun, ...]


def check(study: Study) -> Finding:
    """Say in which runs the training loss ends clearly above its own minimum."""
    return tell(study, measure(study))


@dataclass(frozen=True)
class Looked:
    """The runs looked at, those of the best configs first in `best`; how each rises, and which do so clearly."""

    best: list[int]
    rises: dict[int, Rise]
    up: list[int]


def _look(study: Study) -> Looked:
    training = curves_of(study)
    name = training.metrics.loss
    best = [row for row in training.best if (row, name) in training.lines]
    rows = [*best, *(group[0] for group in training.others if (group[0], name) in training.lines)]
    noise = find_typical_noise(training.lines[row, name] for row in rows)
    rises = {row: measure_rise(training.lines[row, name], noise) for row in rows}
    up = [row for row in rows if rises[row].sigmas >= SIGMAS and rises[row].share >= SMALLEST]
    return Looked(best, rises, up)


def measure(study: Study) -> Facts | None:
    """Measure in which runs the training loss ends above its minimum; ``None`` if no curve of one is there."""
    name, looked = curves_of(study).metrics.loss, study.compute_once(_look)
    if not name or not looked.rises:
        return None
    top = [row for row in looked.best if row in looked.up]
    return Facts(
        metric=name,
        best=len(looked.best),
        best_rising=len(top),
        of=len(looked.rises),
        rising=len(looked.up),
        runs=rising_runs(study, looked.rises, top),
    )


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say in which runs the training loss ends clearly above its own minimum."""
    training = curves_of(study)
    if not training.metrics.loss:
        return Finding(NAME, QUESTION, "can't tell", _say_missing(study, training))
    if facts is None:
        return Finding(NAME, QUESTION, "can't tell", say_too_few(study, training.metrics.loss))
    looked = study.compute_once(_look)
    best, rises, up = looked.best, looked.rises, looked.up
    verdict = _judge(facts, study.adaptive)
    return Finding(
        NAME,
        QUESTION,
        verdict,
        _say_answer(facts, float(np.median([rises[row].share for row in up])) if up else 0.0),
        NOTHING if verdict == "fine" else _say_advice(facts),
        _say_basis(facts),
        (_draw(study, training, best, up, rises),),
        facts,
    )


def _draw(study: Study, training: Training, best: list[int], up: list[int], rises: dict[int, Rise]) -> Evidence:
    name = training.metrics.loss
    rising_first = [*(row for row in best if row in up), *(row for row in up if row not in best)]
    title = (
        say("rising.title_rising", "{metric} of runs in which it rises", metric=name)
        if up
        else say("rising.title", "{metric} of the best runs", metric=name)
    )
    marks = [
        Mark("x", rises[row].step, say("rising.minimum", "minimum of {run}", run=str(study.runs.names[row])))
        for row in up[:1]
    ]
    rows = [*rising_first, *(row for row in best if row not in up)]
    return draw_curves(study, training, title, (name,), rows[: LINES if up else 3], up, marks)


def _say_basis(facts: Facts) -> Message:
    return say(
        "rising.basis",
        "{metric} of {runs} runs, one a config, {best} of them the best: mean of the last three twentieths against the "
        "lowest of the same running means, higher by at least {sigmas} standard errors and {share} of the curve's "
        "range",
        metric=facts.metric,
        runs=facts.of,
        best=facts.best,
        sigmas=SIGMAS,
        share=Number(SMALLEST, 4, "percent"),
    )


def _say_answer(facts: Facts, share: float) -> Message:
    if facts.rising:
        return say(
            "rising.rising",
            "{metric} ends above its own minimum in {best_rising} of the {best} best runs and in {rising} of {of} runs "
            "looked at, by {share} of the curve's range in the median.",
            metric=facts.metric,
            best_rising=facts.best_rising,
            best=facts.best,
            rising=facts.rising,
            of=facts.of,
            share=Number(share, 2, "percent"),
        )
    if facts.of == 1:
        return say(
            "rising.only_run_not",
            "{metric} of the only run ends at its minimum, but for noise.",
            metric=facts.metric,
        )
    return say(
        "rising.none",
        "{metric} ends at its minimum in all of {of} runs looked at, but for noise.",
        metric=facts.metric,
        of=facts.of,
    )


def _say_advice(facts: Facts) -> Message:
    if facts.best_rising < FEW * max(1, facts.best):
        return say(
            "rising.not_the_best",
            "The best runs are not concerned: find what the rising runs share (often a high learning rate) and leave "
            "it out of the next sweep.",
        )
    return say(
        "rising.look_for_bug",
        "Look for a bug in the pipeline first (sign of the loss, gradients not reset, order of the data, a schedule "
        "that raises the learning rate); then try a lower learning rate, warm-up or gradient clipping.",
    )


def _judge(facts: Facts, adaptive: str) -> Verdict:
    best, top, of, up = facts.best, facts.best_rising, facts.of, facts.rising
    among_best = top >= max(2, FEW * best) or (top == best == 1)
    if among_best or up >= max(2, MANY * of):
        return "act" if top >= max(1, MANY * best) and not adaptive else "look"
    return "look" if up >= max(3, FEW * of) else "fine"


def _say_missing(study: Study, training: Training) -> Message:
    watched = training.metrics.watched
    if REWARDS & {word for name in (study.runs.metric, watched) for word in split_words(name)}:
        return say(
            "rising.reward",
            "The target {target} is a reward, and the losses that go with it are measured against something that moves "
            "and need not fall: a training loss on fixed data would have to be logged.",
            target=study.runs.label,
        )
    if not watched:
        counterpart = name_counterpart(metric_to_log(study))
        return say(
            "rising.no_curves",
            "The course of training cannot be seen because no metric has values per step: log a training loss such as "
            "{metric} at every epoch.",
            metric=counterpart if LOSSES & set(split_words(counterpart)) else "train_loss",
        )
    return say(
        "rising.no_training_loss",
        "No training loss has values per step: log train_loss at every epoch, beside {metric}.",
        metric=watched,
    )
