"""What the check of run-to-run noise says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Form, Message, Number, as_message, join, say
from ..runs.replicates import Noise
from .base import Study

if TYPE_CHECKING:
    from .noise import Facts


def say_missing(study: Study, noise: Noise | None) -> Message:
    """Say why the run-to-run noise is not known."""
    n = Number(len(study.configs), style="short")
    if noise is None:
        return say(
            "noise.not_repeated",
            "None of the {n} configs was run twice with different seeds, so the run-to-run noise is not known.",
            n=n,
        )
    if not noise.sd:
        return say(
            "noise.equal_repeats",
            "All repeats of the {repeated} repeated configs gave exactly the same {target}, as if their seeds were the "
            "same too: they do not tell the run-to-run noise.",
            repeated=Number(noise.repeated, style="short"),
            target=study.runs.label,
        )
    return say(
        "noise.few_repeats",
        "Only {repeated} of {n} configs {were} repeated, with {freedom} {repeats} in all: too few to tell the "
        "run-to-run noise.",
        repeated=noise.repeated,
        n=n,
        were=Form(noise.repeated, "was", "were"),
        freedom=noise.freedom,
        repeats=Form(max(noise.freedom, 1), "repeat", "repeats"),
    )


def say_advice(study: Study, facts: Facts) -> Message:
    """Say which runs to repeat how often."""
    if not facts.repeat:
        return NOTHING
    name = {str(study.runs.ids[i]): str(study.runs.names[i]) for i in study.configs.best}
    often = {one.times for one in facts.repeat}
    if len(often) == 1:
        return say(
            "noise.repeat",
            "Repeat {runs}, {times}, each with another seed, and compare the means of these new runs.",
            runs=_list([as_message(name[one.run]) for one in facts.repeat]),
            times=_say_times(often.pop()),
        )
    return say(
        "noise.repeat_each",
        "Repeat {runs}, each with another seed, and compare the means of these new runs.",
        runs=_list(
            [
                say("noise.run_times", "{run} ({times})", run=name[one.run], times=_say_times(one.times))
                for one in facts.repeat
            ]
        ),
    )


def _list(words: list[Message]) -> Message:
    return join([join(words[:-1], ", "), words[-1]], " and ")


def _say_times(times: int) -> Message:
    if times == 1:
        return say("noise.once_more", "once more")
    return say("noise.more_times", "{times} more times", times=times)


def say_answer(study: Study, facts: Facts, beyond: bool, is_far: bool) -> Message:
    """Say how far the best config is from the middle one, and from the second best."""
    runs = study.runs
    name, other = (str(runs.names[i]) for i in study.configs.best[:2])
    start = say(
        "noise.difference",
        "The best config ({run}) is {difference} ({low} to {high}) better in {target} than the middle one",
        run=name,
        difference=_number(facts.difference),
        low=_number(facts.low),
        high=_number(facts.high),
        target=runs.label,
    )
    if not beyond:
        return say(
            "noise.by_luck",
            "{difference}, which the best of {n} equal configs would be by luck at a run-to-run noise of {noise}.",
            difference=start,
            n=Number(len(study.configs), style="short"),
            noise=_number(facts.trial_sd_target),
        )
    follow = (
        say("noise.runner_up_beyond", "also beyond noise")
        if is_far
        else say("noise.runner_up_within", "which noise can explain")
    )
    return say(
        "noise.beyond",
        "{difference} at a run-to-run noise of {noise}; it is {second} ({low} to {high}) better than the runner-up "
        "({run}), {follow}.",
        difference=start,
        noise=_number(facts.trial_sd_target),
        second=_number(facts.runner_up),
        low=_number(facts.runner_up_low),
        high=_number(facts.runner_up_high),
        run=other,
        follow=follow,
    )


def _number(value: float | None) -> Number:
    return Number(float("nan") if value is None else value)


def say_basis(study: Study, noise: Noise) -> Message:
    """Say how many configs were compared, and by which test."""
    n = Number(len(study.configs), style="short")
    test = (
        say("noise.no_test", "no p-value, as the search was adaptive")
        if study.adaptive
        else say("noise.test", "adjusted for the best of {n}, level 5 %", n=n)
    )
    return say(
        "noise.basis",
        "{n} configs, {repeated} of them repeated; noise pooled over {pooled} configs with {freedom} degrees of "
        "freedom; Student's t, {test}; intervals of 90 % adjusted for {n} configs (the middle one as baseline), or of "
        "the difference to the runner-up.",
        n=n,
        repeated=Number(noise.repeated, style="short"),
        pooled=Number(noise.configs, style="short"),
        freedom=Number(noise.freedom, style="short"),
        test=test,
    )
