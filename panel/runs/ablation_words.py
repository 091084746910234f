"""What brought how much on the path to the best config, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Count, Form, Message, Names, Number, join, say

if TYPE_CHECKING:
    from .ablation_record import AblationRecord, Step

NAMED = 3
"""So many steps are named in the sentence that answers; of settings that change at once as many."""

WORTH_SAYING, ALMOST_ALL = 0.1, 0.9
"""What no step explains is said if it is at least this share of the whole; from the second number it is all."""


def say_step(record: AblationRecord, step: Step) -> Message:
    """Say what one step brought, and how that is known."""
    if step.brought is None:
        return say("ablation.step_failed", "{what}: not known.", what=name_step(step))
    return say(
        "ablation.step",
        "{what} {brought}, {how}{sure}.",
        what=name_step(step),
        brought=_say_brought(step.brought),
        how=_say_how(step),
        sure=_say_sure(record, step),
    )


def name_step(step: Step) -> Message:
    """Return the settings of a step: one with those that it turns on or off, or several at once."""
    names = tuple(setting.parameter for setting in step.settings)
    if len(names) == 1:
        return say("ablation.setting", "{name}", name=names[0])
    if step.together:
        return say("ablation.together", "{names} together", names=Names(names, NAMED))
    return say("ablation.with", "{name} with {others}", name=names[0], others=Names(names[1:], NAMED))


def _say_brought(brought: float) -> Message:
    if brought < 0:
        return say("ablation.lost", "cost {size}", size=Number(-brought))
    return say("ablation.brought", "brought {size}", size=Number(brought))


def _say_how(step: Step) -> Message:
    if step.how == "run":
        return say("ablation.how_run", "as run")
    if step.failed:
        return say("ablation.how_failed", "as predicted: this config was run and failed")
    return say("ablation.how_predicted", "as predicted")


def _say_sure(record: AblationRecord, step: Step) -> Message:
    if step.low is None or step.high is None:
        return say("ablation.luck_unknown", "; how much of it is luck is not known")
    low, high = Number(step.low), Number(step.high)
    if step.verdict == "small":
        return say("ablation.hardly_matters", " ({low} to {high}): hardly matters", low=low, high=high)
    if step.verdict == "noise":
        return say("ablation.within_noise", " ({low} to {high}): within noise", low=low, high=high)
    return say("ablation.interval", " ({low} to {high})", low=low, high=high)


# ---- the sentence that answers


def say_lead(record: AblationRecord) -> Message:
    """Say in one sentence what brought how much; in further ones what is not known of it."""
    if not record.steps:
        return say(
            "ablation.is_best",
            "The baseline, {name}, is the best config already: no other has a better {target} than {value}.",
            name=record.baseline.name,
            target=record.target,
            value=Number(record.baseline.target),
        )
    digits = _tell_apart(record.baseline.target, record.best.target)
    lead = say(
        "ablation.lead",
        "From the baseline ({target} {baseline}) to the best config ({best}): {what}.",
        target=record.target,
        baseline=Number(record.baseline.target, digits),
        best=Number(record.best.target, digits),
        what=_say_what(record),
    )
    return join([lead, _say_luck(record), _say_left(record)])


def _tell_apart(a: float, b: float) -> int:
    """Return with how many digits two numbers can be told apart as text."""
    return next((n for n in range(3, 7) if Number(a, n).to_words() != Number(b, n).to_words()), 7)


def _say_what(record: AblationRecord) -> Message:
    steps = record.steps
    if len(steps) == 1 and not steps[0].together:
        return say("ablation.only", "only {what} changes", what=name_step(steps[0]))
    named = _list_named(record)
    lumped = next((step for step in steps if step.together), None)
    if not named and lumped is not None:
        return say(
            "ablation.cannot_tell",
            "{n} change; which of them brought it cannot be told",
            n=Count(sum(len(step.settings) for step in steps), "setting"),
        )
    if not named and any(step.verdict == "small" for step in steps):
        return say("ablation.none_much", "none of {n} brought much for sure", n=Count(len(steps), "change"))
    if not named:
        return say("ablation.none_clear", "none of {n} stands out from noise", n=Count(len(steps), "change"))
    shares = [_say_share(step, place == 0) for place, step in enumerate(named[:NAMED])]
    said = join([join(shares[:-1], ", "), shares[-1]], " and ")
    return join([said, _say_rest(record, len(named))], "; ")


def _list_named(record: AblationRecord) -> list[Step]:
    """Return the steps that brought something, for sure or as far as is known, the largest first."""
    named = [step for step in record.steps if step.verdict in ("better", "unknown") and not step.together]
    return sorted((step for step in named if (step.share or 0) > 0), key=lambda step: -(step.share or 0.0))


def _say_share(step: Step, first: bool) -> Message:
    share = _percent(step.share or 0.0)
    if first:
        return say("ablation.share_first", "{what} brought {share} of it", what=name_step(step), share=share)
    return say("ablation.share", "{what} {share}", what=name_step(step), share=share)


def _percent(share: float) -> Number:
    return Number(100 * share, 0 if abs(share) >= 0.01 else 1, "fixed", "%")


def _say_rest(record: AblationRecord, named: int) -> Message:
    """Say what the steps are like that are not named; nothing if there are none."""
    single = [step for step in record.steps if not step.together]
    worse = sum(step.verdict == "worse" or (step.verdict == "unknown" and (step.share or 0) < 0) for step in single)
    small, noise = (sum(step.verdict == verdict for step in single) for verdict in ("small", "noise"))
    lumped = [step for step in record.steps if step.together]
    parts = [
        say("ablation.rest_better", "{n} brought less", n=Count(named - NAMED, "further change")),
        say("ablation.rest_worse", "{n} made it worse", n=Count(worse, "change")),
        say(
            "ablation.rest_small",
            "{n} hardly {matter}",
            n=Count(small, "change"),
            matter=Form(small, "matters", "matter"),
        ),
        say("ablation.rest_noise", "{n} cannot be told from noise", n=Count(noise, "change")),
        *(
            say("ablation.rest_together", "{what} {share}", what=name_step(step), share=_percent(step.share or 0.0))
            for step in lumped
        ),
    ]
    there = (named > NAMED, bool(worse), bool(small), bool(noise), *(True for _ in lumped))
    return join([part for part, told in zip(parts, there, strict=True) if told], ", ")


def _say_luck(record: AblationRecord) -> Message:
    if all(step.verdict != "unknown" for step in record.steps):
        return NOTHING
    return say("ablation.unsure", "How much of it is luck is not known: no config was run twice.")


def _say_left(record: AblationRecord) -> Message:
    if record.left_share < WORTH_SAYING:
        return NOTHING
    if record.left_share >= ALMOST_ALL:
        return say(
            "ablation.left_all",
            "No change explains it: by luck, or by settings that act together, the two are further apart than the "
            "model can tell from other configs.",
        )
    return say(
        "ablation.left",
        "{share} of it no change explains: luck of the two, or what the model does not see.",
        share=_percent(record.left_share),
    )


# ---- what is to be known about it


def say_notes(record: AblationRecord) -> tuple[Message, ...]:
    """Say what is to be known about the path."""
    notes = [_say_baseline(record)]
    if record.best_run != record.best.run and record.best.runs > 1:
        notes.append(
            say(
                "ablation.best_mean",
                "The best config is the one with the best mean of its runs ({runs} of {name}).",
                runs=Count(record.best.runs, "run"),
                name=record.best.name,
            )
        )
    if record.steps:
        notes += _say_how_known(record)
    if record.log and record.steps:
        notes.append(
            say("ablation.log", "{target} is compared by ratios, and so are the shares.", target=record.target)
        )
    if record.adaptive:
        notes.append(
            say(
                "ablation.adaptive",
                "The search chose these runs ({why}). It looked less away from good ones, so less is known there, and "
                "the intervals are too narrow.",
                why=record.adaptive,
            )
        )
    return tuple(note for note in notes if note)


def _say_baseline(record: AblationRecord) -> Message:
    if record.asked == "usual":
        return say(
            "ablation.usual",
            "The baseline, {name}, has the usual value (the baseline where values are compared) of {usual} of "
            "{parameters}: more than any other config that finished.",
            name=record.baseline.name,
            usual=record.usual,
            parameters=Count(record.parameters, "parameter"),
        )
    if record.asked == "first":
        return say("ablation.first", "The baseline, {name}, is the first run that finished.", name=record.baseline.name)
    return NOTHING


def _say_how_known(record: AblationRecord) -> list[Message]:
    notes = []
    predicted = sum(step.how == "predicted" for step in record.steps)
    if predicted and record.r2 is not None:
        notes.append(
            say(
                "ablation.predicted",
                "{predicted} of {steps} {are} predicted by a smooth model (a Gaussian process) of {configs}, because "
                "the configs on both sides were not run. Of configs left out one by one it predicts {r2} of the "
                "variance.",
                predicted=predicted,
                steps=Count(len(record.steps), "step"),
                are=Form(predicted, "is", "are"),
                configs=Count(record.configs, "config"),
                r2=Number(min(record.r2, 0.999), 3, "percent"),
            )
        )
    if any(step.verdict == "small" for step in record.steps):
        notes.append(
            say(
                "ablation.small",
                "A change hardly matters if its whole interval lies within {matter}, and its share is under a tenth.",
                matter=record.matter,
            )
        )
    if any(step.together for step in record.steps):
        notes.append(_say_why_together(record))
    if len(record.steps) > 1:
        notes.append(
            say(
                "ablation.order",
                "At each step it is the change that helps most there. Where parameters act together, another order "
                "gives other shares; and this is one way between two configs, while importance is about all of them.",
            )
        )
    if predicted and record.left_share <= -WORTH_SAYING:
        notes.append(
            say(
                "ablation.more",
                "The steps as predicted add up to more than the two ends are apart, by {share}: luck of the two ends, "
                "or what the model does not see.",
                share=_percent(-record.left_share),
            )
        )
    return notes


def _say_why_together(record: AblationRecord) -> Message:
    if record.r2 is None:
        return say(
            "ablation.no_model",
            "No run tells of these changes singly, and there are too few configs to predict what they bring.",
        )
    return say(
        "ablation.not_believed",
        "No run tells of these changes singly, and a smooth model (a Gaussian process) of {configs} predicts next to "
        "nothing of other configs, so it is not asked.",
        configs=Count(record.configs, "config"),
    )
