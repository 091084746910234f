"""
Whether the curves show problematic overfitting.

Validation gets worse again while training still improves, in the best runs: looked at is the end of a curve, as the
mean of three blocks of a twentieth of its values, against the minimum of the same running mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.messages import NOTHING, Message, Number, say
from ..data.records import Record
from .base import Finding, Mark, Study, Verdict
from .metrics import Metrics, metric_to_log, name_counterpart, say_too_few
from .progress import Rise, find_typical_noise, measure_fall_after, measure_rise
from .training import LINES, RisingRun, Training, curves_of, draw_curves, rising_runs

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


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    metric, training
        The metric on validation data and that on the training data; empty if there is none.
    log
        Whether values are logarithms.
    best
        Id of the winner's best run; empty if training was not seen.
    of
        Runs looked at.
    worse
        How many of them get worse again, whether or not training still improves.
    runs
        Those that overfit, the best first.
    """

    metric: str
    training: str = ""
    log: bool = False
    best: str = ""
    of: int = 0
    worse: int = 0
    runs: tuple[RisingRun, ...] = ()


def gets_worse(rise: Rise) -> bool:
    """Say whether a curve ends clearly above its minimum, by no small part of its range."""
    return rise.sigmas >= SIGMAS and rise.share >= SMALLEST


def check(study: Study) -> Finding:
    """Say in which of the best runs validation gets worse again while training still improves."""
    return tell(study, measure(study))


@dataclass(frozen=True)
class Looked:
    """
    The best runs with a validation curve.

    Attributes
    ----------
    rises
        How each rises.
    worse, both, overfit
        Those that get worse again, those with a training curve as well, and those that overfit.
    """

    rises: dict[int, Rise]
    worse: list[int]
    both: list[int]
    overfit: list[int]


def _look(study: Study) -> Looked:
    training = curves_of(study)
    lines, metrics = training.lines, training.metrics
    rows = [row for row in training.best if (row, metrics.validation) in lines]
    noise = find_typical_noise(lines[row, metrics.validation] for row in rows)
    rises = {row: measure_rise(lines[row, metrics.validation], noise) for row in rows}
    worse = [row for row, up in rises.items() if gets_worse(up)]
    both = [row for row in rows if (row, metrics.training) in lines]
    falls = {row: measure_fall_after(lines[row, metrics.training], rises[row].step) for row in worse if row in both}
    return Looked(rises, worse, both, [row for row, fall in falls.items() if fall >= STILL])


def measure(study: Study) -> Facts | None:
    """Measure which of the best runs overfit; ``None`` if validation was not seen."""
    training, looked = curves_of(study), study.compute_once(_look)
    metrics = training.metrics
    if not metrics.validation or not looked.rises:
        return None
    if not metrics.training or not looked.both:
        return Facts(metric=metrics.validation, of=len(looked.rises), worse=len(looked.worse))
    return Facts(
        metric=metrics.validation,
        training=metrics.training,
        log=training.log,
        best=str(study.runs.ids[looked.both[0]]),
        of=len(looked.both),
        worse=len(looked.worse),
        runs=rising_runs(study, looked.rises, looked.overfit),
    )


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say in which of the best runs validation gets worse again while training still improves."""
    training = curves_of(study)
    metrics = training.metrics
    if facts is None:
        return Finding(NAME, QUESTION, "can't tell", _say_untold(study, training))
    if not facts.training:
        return _tell_without_training(training, facts)
    looked = study.compute_once(_look)
    both, overfit, rises = looked.both, looked.overfit, looked.rises
    verdict = _judge(study, both, overfit, rises)
    step = Number(float(np.median([rises[row].step for row in overfit])) if overfit else 0.0, 3, "short")
    advice = say(
        "overfitting.advice",
        "Search over stronger regularisation (dropout, weight decay, augmentation), and take the checkpoint with the "
        "best {metric}, about step {step}, instead of the last.",
        metric=metrics.validation,
        step=step,
    )
    figure = draw_curves(
        study,
        training,
        say(
            "overfitting.title",
            "{metric} and {training} of the best runs",
            metric=metrics.validation,
            training=metrics.training,
        ),
        (metrics.validation, metrics.training),
        [*overfit, *(row for row in both if row not in overfit)][: LINES if overfit else 3],
        overfit,
        [
            Mark(
                "x", rises[row].step, say("overfitting.best_step", "best step of {run}", run=str(study.runs.names[row]))
            )
            for row in overfit[:2]
        ],
    )
    return Finding(
        NAME,
        QUESTION,
        verdict,
        _say_answer(metrics, len(both), [rises[row] for row in overfit], facts.worse, step),
        advice if verdict != "fine" else NOTHING,
        _say_basis(training),
        (figure,),
        facts,
    )


def _say_untold(study: Study, training: Training) -> Message:
    """Say why validation was not seen."""
    metrics = training.metrics
    if not metrics.watched:
        return say(
            "overfitting.no_curves",
            "Overfitting cannot be seen because no metric has values per step: log {metric} at every epoch.",
            metric=metric_to_log(study),
        )
    if not metrics.validation:
        return say(
            "overfitting.no_validation",
            "{metric} is measured on the training data: log the same on validation data at every epoch.",
            metric=metrics.training,
        )
    return say_too_few(study, metrics.validation)


def _say_of_best(of: int) -> Message:
    if of == 1:
        return say("overfitting.of_one", "of 1 run")
    return say("overfitting.of_best", "of the {n} best runs", n=of)


def _say_answer(metrics: Metrics, of: int, overfit: list[Rise], worse: int, step: Number) -> Message:
    if overfit:
        return say(
            "overfitting.overfit",
            "{metric} gets worse again in {n} {of_best} while {training} still improves, from about step {step} and by "
            "{share} of the curve's range, {sigmas} standard errors.",
            metric=metrics.validation,
            n=len(overfit),
            of_best=_say_of_best(of),
            training=metrics.training,
            step=step,
            share=Number(float(np.median([r.share for r in overfit])), 2, "percent"),
            sigmas=_say_sigmas(overfit),
        )
    if worse:
        return say(
            "overfitting.unstable",
            "{metric} gets worse again in {n} {of_best}, but {training} does not improve there: that is instability, "
            "not overfitting.",
            metric=metrics.validation,
            n=worse,
            of_best=_say_of_best(of),
            training=metrics.training,
        )
    return say(
        "overfitting.none",
        "{metric} gets worse again in 0 {of_best} while {training} still improves.",
        metric=metrics.validation,
        of_best=_say_of_best(of),
        training=metrics.training,
    )


def _say_sigmas(overfit: list[Rise]) -> Message | Number:
    sigmas = float(np.median([r.sigmas for r in overfit]))
    return say("overfitting.many_sigmas", "more than 100") if sigmas > 100 else Number(sigmas, 2, "short")


def _say_basis(training: Training) -> Message:
    return say(
        "overfitting.basis",
        "{curves}: mean of the last three twentieths against the lowest of the same running means, worse by at least "
        "{sigmas} standard errors and {share} of the curve's range, while {training} improves by at least {still} "
        "standard errors",
        curves=training.say_basis(),
        sigmas=SIGMAS,
        share=Number(SMALLEST, 4, "percent"),
        training=training.metrics.training,
        still=STILL,
    )


def _judge(study: Study, both: list[int], overfit: list[int], rises: dict[int, Rise]) -> Verdict:
    if len(overfit) < FEWEST * len(both) or len(overfit) < min(2, len(both)):
        return "fine"
    large = len(overfit) * 2 >= len(both) and np.median([rises[row].share for row in overfit]) >= LARGE
    return "act" if large and not study.adaptive else "look"


def _tell_without_training(training: Training, facts: Facts) -> Finding:
    """Say what validation alone tells."""
    name = training.metrics.validation
    sentence = say(
        "overfitting.training_not_seen",
        "{metric} gets worse again in {n} {of_best}, but whether training still improves cannot be seen: log "
        "{training} at every epoch.",
        metric=name,
        n=facts.worse,
        of_best=_say_of_best(facts.of),
        training=name_counterpart(name),
    )
    return Finding(NAME, QUESTION, "can't tell", sentence, NOTHING, training.say_basis(), facts=facts)
