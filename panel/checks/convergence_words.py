"""What the check of the ends of curves says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import Form, Message, Number, say
from .training import Training

if TYPE_CHECKING:
    from .convergence import Facts


def say_too_short(name: str, n: int, runs: int) -> Message:
    """Say that curves are too short to see a slope."""
    values = Number(n, style="short")
    if runs == 1:
        return say(
            "convergence.one_run_too_short",
            "{n} values of {metric} in one run are too few to see a slope: log it at least 15 times a run.",
            n=values,
            metric=name,
        )
    return say(
        "convergence.too_short",
        "{n} values of {metric} in {runs} runs are too few to see a slope: log it at least 15 times a run.",
        n=values,
        metric=name,
        runs=runs,
    )


def say_advice(facts: Facts, longer: bool) -> Message:
    """Say how long to train."""
    if longer or facts.saturated_step is None:
        return say(
            "convergence.longer",
            "Train the best configs longer, {more} steps instead of {steps}, to see whether their order holds; stretch "
            "a learning rate schedule as well.",
            more=Number(2 * facts.longest, 4, "short"),
            steps=Number(facts.longest, 4, "short"),
        )
    return say(
        "convergence.shorter",
        "While exploring stop at about step {step} and spend the rest on more configs; train only the last few to the "
        "full length.",
        step=Number(1.5 * facts.saturated_step, 3, "short"),
    )


def say_basis(training: Training, n: int, window: int, picked: bool, sigmas: float, least: float) -> Message:
    """Say what was measured on how many values."""
    basis = say(
        "convergence.basis",
        "{curves}; slope over the last {window} of {n} values, {sigmas} standard errors (1 % level) that heed "
        "autocorrelation, and of the configs' means together, for a gain of at least {least} of the improvement from "
        "the first value to the mean of the last tenth",
        curves=training.say_basis(),
        window=Number(window, style="short"),
        n=Number(n, style="short"),
        sigmas=sigmas,
        least=Number(least, 4, "percent"),
    )
    if not picked:
        return basis
    return say(
        "convergence.basis_without_last",
        "{basis}; the last value, which picked the runs, is left out",
        basis=basis,
    )


def say_answer(facts: Facts, improving: int, longer: bool, half: float) -> Message:
    """Say how many of the best runs still improve, or from where they are saturated."""
    many = _say_how_many(facts.of, improving)
    if longer:
        if facts.still_improving < half:
            many = say("convergence.together", "{runs}, all together clearly", runs=many)
        return say(
            "convergence.improving",
            "{runs}: another tenth of the steps would bring {gain} of the whole improvement of {metric}.",
            runs=many,
            gain=Number(facts.gain, 2, "percent"),
            metric=facts.metric,
        )
    if facts.saturated_at is None or facts.saturated_step is None:
        return say(
            "convergence.uneven",
            "{runs}; {metric} is too uneven to say from which step it is saturated.",
            runs=many,
            metric=facts.metric,
        )
    if facts.of == 1:
        return say(
            "convergence.it_saturated",
            "{runs}; it is within 1 % of its whole improvement of the final {metric} from step {step}, after {share} "
            "of the steps.",
            runs=many,
            metric=facts.metric,
            step=Number(facts.saturated_step, 4, "short"),
            share=Number(facts.saturated_at, 2, "percent"),
        )
    return say(
        "convergence.saturated",
        "{runs}; the median one is within 1 % of its whole improvement of the final {metric} from step {step}, after "
        "{share} of the steps.",
        runs=many,
        metric=facts.metric,
        step=Number(facts.saturated_step, 4, "short"),
        share=Number(facts.saturated_at, 2, "percent"),
    )


def _say_how_many(of: int, improving: int) -> Message:
    if of == 1 and improving:
        return say("convergence.only_run_improves", "The only run is still improving at the end")
    if of == 1:
        return say("convergence.only_run_does_not", "The only run is no longer improving at the end")
    return say(
        "convergence.still_improving",
        "{n} of the {of} best runs {are} still improving at the end",
        n=improving,
        of=of,
        are=Form(improving, "is", "are"),
    )
