"""What the comparison of two sides recommends, in words: adopt the one, stay with the other, or what to run to tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..data.messages import NOTHING, Message, Number, join, say
from .adopt_pair import Difference
from .isolation_words import say_by_shuffling
from .matter import Matter

AFFORDED = 1.0
"""Asked for is at most another sweep of so many times as many configs: nobody runs twenty times as many."""

Verdict = Literal["adopt", "do not adopt", "not enough to tell"]


@dataclass(frozen=True)
class Advice:
    """The recommendation: as a code, in one sentence, and what to run to tell; nothing if it can be told."""

    verdict: Verdict
    sentence: Message
    wanted: Message = NOTHING


def recommend(
    a: Message,
    b: Message,
    target: str,
    difference: Difference,
    beyond: bool | None,
    alike: bool,
    hopeless: bool,
    matter: Matter,
    wanted: Message,
    p: float | None,
) -> Advice:
    """
    Return the recommendation.

    Parameters
    ----------
    a, b
        How the two sides are called; b is the baseline.
    target
        The target's label.
    difference
        By how much a is better.
    beyond
        Whether chance is ruled out; ``None`` if it cannot be judged.
    alike, hopeless
        See `adopt_pair.Pair`.
    matter
        How large a difference has to be to matter.
    wanted
        What to run to tell.
    p
        How likely as large a difference is by chance, if it was judged by shuffling.
    """
    if difference.size is None:
        text = say("adopt.unknown", "Not enough to tell {a} from {b}: {wanted}.", a=a, b=b, wanted=wanted)
        return Advice("not enough to tell", text, wanted)
    size = _say_size(difference.size, difference.low, difference.high, target)
    if alike:
        text = say(
            "adopt.alike",
            "Do not adopt {a} instead of {b} for its results: it is {size}, and the two hardly differ, at most by "
            "{matter}. The simpler or faster one will do.",
            a=a,
            b=b,
            size=size,
            matter=matter.words,
        )
        return Advice("do not adopt", text)
    if beyond and difference.size > 0:
        return Advice("adopt", say("adopt.adopt", "Adopt {a} instead of {b}: it is {size}.", a=a, b=b, size=size))
    if beyond and difference.size < 0:
        text = say("adopt.worse", "Do not adopt {a} instead of {b}: it is {size}.", a=a, b=b, size=size)
        return Advice("do not adopt", text)
    if hopeless:
        text = say(
            "adopt.not_worth_it",
            "Do not adopt {a} instead of {b}: it is {size}, at best by {matter}.",
            a=a,
            b=b,
            size=size,
            matter=matter.words,
        )
        return Advice("do not adopt", text)
    text = say(
        "adopt.not_told",
        "Not enough to tell {a} from {b}: it is {size}; {wanted}.",
        a=a,
        b=b,
        size=size,
        wanted=wanted,
    )
    if p is not None and (difference.low or 0.0) * (difference.high or 0.0) > 0:
        alone = say("adopt.interval_alone", "This interval, of these two alone, leaves out none.")
        text = join([text, alone, say_by_shuffling(p, 1)])
    return Advice("not enough to tell", text, wanted)


def _say_size(difference: float, low: float | None, high: float | None, target: str) -> Message:
    """Say how much better or worse, with its interval."""
    way = _say_way(difference)
    if low is None or high is None:
        return say("adopt.size", "{difference} in {target}", difference=way, target=target)
    if low * high > 0:
        near, far = sorted((abs(low), abs(high)))
        return say(
            "adopt.size_one_way",
            "{difference} ({low} to {high}) in {target}",
            difference=way,
            low=Number(near, 2),
            high=Number(far, 2),
            target=target,
        )
    return say(
        "adopt.size_both_ways",
        "{difference} ({worst} to {best}) in {target}",
        difference=way,
        worst=_say_way(low),
        best=_say_way(high),
        target=target,
    )


def _say_way(difference: float) -> Message:
    size = Number(abs(difference), 2)
    if difference >= 0:
        return say("adopt.better_by", "{size} better", size=size)
    return say("adopt.worse_by", "{size} worse", size=size)


# ---- what to run to tell


def say_first_configs(least: int, more: int) -> Message:
    """Say how many configs a value needs to be compared, and how many more that are."""
    return say(
        "adopt.first_configs",
        "each value needs {least} configs or more: run {more} more with random settings",
        least=least,
        more=more,
    )


def say_more_configs(more: float, every: int) -> Message:
    """Say how many more configs each of two values needs; or that they cannot be had, where there are `every` now."""
    if 2 * more <= AFFORDED * every:
        return say(
            "adopt.more_configs",
            "run about {many} more configs with each of the two, all other parameters drawn at random",
            many=Number(float(f"{more:.2g}")),
        )
    return say(
        "adopt.cannot_be_had",
        "to tell would take more configs with each than another sweep of this size has, so keep both, or choose by "
        "what else sets them apart",
    )


def say_random_configs() -> Message:
    """Say that an adaptive search does not tell, and what does."""
    return say(
        "adopt.random_configs",
        "run equally many configs with each, all other parameters drawn at random",
    )


def say_repeat(times: int) -> Message:
    """Say how often to repeat each of two configs."""
    return say("adopt.repeat", "run each of the two {times} more times with other seeds", times=times)


def say_mend(config: Message, target: str) -> Message:
    """Say that a config failed."""
    return say(
        "adopt.mend", "{config} has no run with a finite {target}: mend and repeat it", config=config, target=target
    )
