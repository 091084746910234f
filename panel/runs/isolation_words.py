"""What the isolation plot says in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..data.messages import Count, Form, Message, Number, say
from . import bestof
from .judging import SURELY

if TYPE_CHECKING:
    from .groups import Standing
    from .isolation import IsolationRecord

OF_FIGURE = frozenset({"isolation.axis", "isolation.drawn"})
"""Codes of the notes that are about what is drawn: a text that is without the figure leaves them out."""

SHORT = 16
"""Letters of a baseline that every sentence names."""


def number_of(value: float, like: float | None = None) -> Number:
    """
    Return a number with as many digits as its interval allows; `like` is about half the interval's length.

    One that is not 0 has a digit of its own in any case: nothing is *0.000 above* another.
    """
    if like and math.isfinite(like) and like > 1e-9 * abs(value) and 1e-4 <= max(abs(value), like) < 1e6:
        decimals = min(8, max(0, 1 - math.floor(math.log10(abs(like)))))
        if 0 < abs(value) < 0.5 * 10.0**-decimals:
            decimals = min(8, -math.floor(math.log10(abs(value))))
        return Number(value, decimals, "decimals")
    return Number(value, 4, "figures")


def say_estimate(value: float, low: float | None, high: float | None) -> Message:
    """Say an estimate with its interval: ``0.31 (0.28 to 0.35)``."""
    if low is None or high is None:
        return say("isolation.estimate", "{value}", value=number_of(value))
    half = (high - low) / 2
    return say(
        "isolation.interval",
        "{value} ({low} to {high})",
        value=number_of(value, half),
        low=number_of(low, half),
        high=number_of(high, half),
    )


def say_same_value(parameter: str, value: str) -> Message:
    """Say that a parameter has one value only."""
    return say(
        "isolation.same",
        "All runs have the same {parameter}, {value}: there is nothing to compare.",
        parameter=parameter,
        value=value,
    )


# ---- a sentence for each value


def say_each(record: IsolationRecord) -> tuple[Message, ...]:
    """Say of each value what is expected of it, and how it compares with the baseline; the best first."""
    ranked = sorted(
        (value.rank, place, value.expected)
        for place, value in enumerate(record.buckets)
        if value.rank is not None and value.expected is not None
    )
    return tuple(_say_value(record, record.buckets[place], estimate) for _, place, estimate in ranked)


def _say_value(record: IsolationRecord, standing: Standing, estimate: float) -> Message:
    expected = say(
        "isolation.expected",
        "With {value} the best of {m} configs is expected at {estimate}",
        value=standing.words,
        m=record.m,
        estimate=say_estimate(estimate, standing.low, standing.high),
    )
    if standing.label == record.baseline:
        return say("isolation.is_baseline", "{expected}: the baseline.", expected=expected)
    if standing.difference is None or record.baseline is None:
        return say("isolation.alone", "{expected}.", expected=expected)
    difference = _say_difference(record.log, record.baseline, standing, standing.difference)
    match standing.verdict:
        case "better":
            return say(
                "isolation.better",
                "{expected}, {difference}: better beyond chance.",
                expected=expected,
                difference=difference,
            )
        case "worse":
            return say(
                "isolation.worse",
                "{expected}, {difference}: worse beyond chance.",
                expected=expected,
                difference=difference,
            )
        case "same" if standing.alike:
            return say(
                "isolation.alike",
                "{expected}, {difference}: they hardly differ.",
                expected=expected,
                difference=difference,
            )
        case "same" if standing.excludes and standing.p is not None:
            compared = sum(value.p is not None for value in record.buckets)
            return say(
                "isolation.not_told_by_shuffling",
                "{expected}, {difference}: cannot be told apart, although this interval leaves out none. {why}",
                expected=expected,
                difference=difference,
                why=say_by_shuffling(standing.p, compared),
            )
        case "same":
            return say(
                "isolation.not_told_apart",
                "{expected}, {difference}: cannot be told apart.",
                expected=expected,
                difference=difference,
            )
    return say("isolation.not_judged", "{expected}, {difference}.", expected=expected, difference=difference)


def say_by_shuffling(p: float, compared: int) -> Message:
    """
    Say why two values cannot be told apart though the interval of their difference, of it alone, leaves out none.

    Parameters
    ----------
    p
        How likely as large a difference is by chance, corrected.
    compared
        The number of comparisons for which it is corrected.
    """
    limit = Number(SURELY, style="short")
    if compared == 1:
        return say(
            "isolation.by_shuffling",
            "Where values are shuffled a difference as large comes by chance with p = {p}; it takes {limit}.",
            p=Number(p, 2, "short"),
            limit=limit,
        )
    return say(
        "isolation.by_shuffling_of_many",
        "As one of {compared} comparisons a difference as large comes by chance with p = {p}, where values are "
        "shuffled; it takes {limit}.",
        compared=compared,
        p=Number(p, 2, "short"),
        limit=limit,
    )


def _say_difference(log: bool, baseline: str, standing: Standing, difference: float) -> Message:
    base = (
        say("isolation.named_base", "{value} (the baseline)", value=baseline)
        if len(baseline) <= SHORT
        else say("isolation.base", "the baseline")
    )
    low, high = standing.difference_low, standing.difference_high
    if log:
        ratio = say_estimate(difference, low, high)
        return say("isolation.ratio", "{ratio} times that with {base}", ratio=ratio, base=base)
    if low is None or high is None:
        return say("isolation.away", "{difference} away from {base}", difference=number_of(difference), base=base)
    half = (high - low) / 2
    below = difference < 0
    near, far = (-high, -low) if below else (low, high)
    size, least, most = number_of(abs(difference), half), number_of(abs(near), half), number_of(far, half)
    if near < 0 and below:
        return say(
            "isolation.rather_below",
            "{size} below {base} ({least} above to {most} below)",
            size=size,
            base=base,
            least=least,
            most=most,
        )
    if near < 0:
        return say(
            "isolation.rather_above",
            "{size} above {base} ({least} below to {most} above)",
            size=size,
            base=base,
            least=least,
            most=most,
        )
    if below:
        return say(
            "isolation.below", "{size} ({least} to {most}) below {base}", size=size, least=least, most=most, base=base
        )
    return say(
        "isolation.above", "{size} ({least} to {most}) above {base}", size=size, least=least, most=most, base=base
    )


# ---- the sentence that answers


def say_lead(record: IsolationRecord) -> Message:
    """Say in one sentence what the comparison gave."""
    values, name = record.buckets, record.parameter
    compared = [value for value in values if value.difference is not None]
    if len(values) == 1:
        return say_same_value(name, values[0].label)
    if not record.m or sum(value.expected is not None for value in values) < 2:
        return say(
            "isolation.too_few",
            "The values of {parameter} cannot be compared: that takes two of them with {enough} configs or more.",
            parameter=name,
            enough=record.enough,
        )
    if not compared:
        return say(
            "isolation.small_baseline",
            "{value} has too few configs to be the baseline: choose another one.",
            value=str(record.baseline),
        )
    base = say(
        "isolation.parameter_base", "{parameter} {value} (the baseline)", parameter=name, value=str(record.baseline)
    )
    if record.adaptive:
        return _say_best_of_search(compared, base)
    if len(compared) == 1:
        return _say_the_other(compared[0], base)
    return _say_others(compared, base)


def _say_best_of_search(compared: list[Standing], base: Message) -> Message:
    best = min(compared, key=lambda value: math.inf if value.rank is None else value.rank)
    if best.rank_difference is not None and best.rank_difference < 0:
        return say(
            "isolation.search_better",
            "{value} did better than {base} among the runs that this search chose.",
            value=best.label,
            base=base,
        )
    return say(
        "isolation.search_no_better",
        "{value} did no better than {base} among the runs that this search chose.",
        value=best.label,
        base=base,
    )


def _say_the_other(value: Standing, base: Message) -> Message:
    if value.verdict == "better":
        return say("isolation.one_better", "{value} is better than {base} beyond chance.", value=value.label, base=base)
    if value.verdict == "worse":
        return say("isolation.one_worse", "{value} is worse than {base} beyond chance.", value=value.label, base=base)
    if value.alike:
        return say("isolation.one_alike", "{value} and {base} hardly differ.", value=value.label, base=base)
    return say("isolation.one_same", "The other value cannot be told apart from {base}.", base=base)


def _say_others(compared: list[Standing], base: Message) -> Message:
    better, worse = (_count(compared, verdict) for verdict in ("better", "worse"))
    many, rest = len(compared), len(compared) - better - worse
    alike = sum(bool(value.alike) for value in compared)
    if alike == many:
        return say("isolation.all_alike", "All {many} other values hardly differ from {base}.", many=many, base=base)
    if not better and not worse and not alike:
        return say(
            "isolation.all_same", "None of the {many} other values can be told apart from {base}.", many=many, base=base
        )
    if not better and not worse:
        return say(
            "isolation.some_alike",
            "Of the {many} other values {alike} hardly {differ} from {base}; the rest cannot be told apart from it.",
            many=many,
            base=base,
            alike=alike,
            differ=Form(alike, "differs", "differ"),
        )
    which = _say_counts(better, worse)
    if alike and rest == alike:
        return say(
            "isolation.some_differ_others_alike",
            "Of the {many} other values {which} than {base} beyond chance; {alike} hardly {differ} from it.",
            many=many,
            which=which,
            base=base,
            alike=alike,
            differ=Form(alike, "differs", "differ"),
        )
    if alike:
        return say(
            "isolation.some_differ_some_alike",
            "Of the {many} other values {which} than {base} beyond chance; {alike} hardly {differ} from it, {rest} "
            "cannot be told apart from it.",
            many=many,
            which=which,
            base=base,
            alike=alike,
            differ=Form(alike, "differs", "differ"),
            rest=rest - alike,
        )
    if rest:
        return say(
            "isolation.some_differ",
            "Of the {many} other values {which} than {base} beyond chance; {rest} cannot be told apart from it.",
            many=many,
            which=which,
            base=base,
            rest=rest,
        )
    return say(
        "isolation.all_differ",
        "Of the {many} other values {which} than {base} beyond chance.",
        many=many,
        which=which,
        base=base,
    )


def _count(values: Iterable[Standing], verdict: str) -> int:
    return sum(value.verdict == verdict for value in values)


def _say_counts(better: int, worse: int) -> Message:
    are, were = (Form(n, "is", "are") for n in (better, worse))
    if not worse:
        return say("isolation.counted_better", "{n} {are} better", n=better, are=are)
    if not better:
        return say("isolation.counted_worse", "{n} {are} worse", n=worse, are=were)
    return say(
        "isolation.counted_both",
        "{better} {are} better and {worse} {were} worse",
        better=better,
        are=are,
        worse=worse,
        were=were,
    )


# ---- what is to be known about it


def say_notes(record: IsolationRecord, wanted: str) -> tuple[Message, ...]:
    """Say what is to be known about the comparison; `wanted` is the baseline that was asked for."""
    notes = []
    if wanted and wanted != record.baseline:
        notes.append(_say_missed(record, wanted))
    base = next((value.configs for value in record.buckets if value.label == record.baseline), 0)
    if any(value.p is not None and value.configs + base > bestof.SINGLY for value in record.buckets):
        notes.append(
            say(
                "isolation.blocks",
                "Two values with more than {many} together: for the shuffling test those with nearly the same {target} "
                "count as equal.",
                many=Count(bestof.SINGLY, "config"),
                target=record.target,
            )
        )
    if any(value.alike for value in record.buckets):
        notes.append(
            say(
                "isolation.hardly_differ",
                "Two values hardly differ where the whole interval of their difference lies within {matter}; where it "
                "does not, they cannot be told apart.",
                matter=record.matter,
            )
        )
    notes.append(
        say(
            "isolation.axis",
            "The axis of {target} ends at the middle config, or as far as intervals reach.",
            target=record.target,
        )
    )
    if record.drawn < record.configs:
        notes.append(
            say(
                "isolation.drawn",
                "{drawn} of {configs} drawn: the best of each value, and an even choice of the others.",
                drawn=record.drawn,
                configs=Count(record.configs, "config"),
            )
        )
    if record.configs < record.runs:
        notes.append(
            say(
                "isolation.replicates",
                "{runs} runs are {configs}: runs equal but for seeds count as one, with their mean; the best "
                "run is a single one.",
                runs=record.runs,
                configs=Count(record.configs, "config"),
            )
        )
    if record.scale == "rank":
        notes.append(say("isolation.no_ranks", "Compared in {target} as logged, not in ranks.", target=record.target))
    if record.adaptive:
        notes.append(
            say(
                "isolation.adaptive",
                "The search chose these runs ({why}). It looked more where it had found good ones, so the comparison "
                "leans towards those values, the intervals are too narrow, and chance is not judged.",
                why=record.adaptive,
            )
        )
    return tuple(notes)


def _say_missed(record: IsolationRecord, wanted: str) -> Message:
    if any(value.label == wanted for value in record.buckets):
        return say(
            "isolation.mixed_baseline",
            "The {values} have nothing in common, so they cannot be the baseline.",
            values=wanted,
        )
    return say("isolation.no_baseline", "There is no value {value} here to be the baseline.", value=repr(wanted[:60]))
