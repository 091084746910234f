"""What matters, in one sentence: what is read first, on the page, in the report and in the terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..data.messages import NOTHING, Form, Message, Names, Number, join, say
from .record import Importance, ImportanceRow

FAR = 2.0
"""The first parameter matters most by far if its share is so many times the second's, and their intervals are apart."""

HARDLY = 0.1
"""Below this share of the variance predicted the order is a hint at most."""

BY_CHANCE = 0.03
"""So large a share of many parameters of no effect is clear, by `benchmarks.many_parameters`."""

NAMED = 3
"""So many parameters are named after those that lead."""


def say_headline(record: Importance, constant: Collection[str] = ()) -> Message:
    """
    Say which parameters matter most, and how many do not stand out from noise.

    Those that are clear are named, the largest first. Two whose intervals overlap are not told apart. Where nothing is
    ranked it is empty: the trust line says why.

    Parameters
    ----------
    record
        A ranking, the most important first.
    constant
        Parameters of one value: nothing is measured of them, not even noise.
    """
    if record.empty is not None:
        return NOTHING
    ranked = [row for row in record.rows if row.importance]
    if not ranked:
        return say("headline.nothing", "No parameter stands out from noise.")
    if all(row.clear is None for row in ranked):
        return _say_order(ranked)
    clear = [row for row in ranked if row.clear]
    unclear = [row for row in record.rows if row.clear is False and row.parameter not in constant]
    if not clear:
        return _say_none_clear(len(unclear))
    said = say("headline.clear", "{leaders}{rest}.", leaders=_say_leaders(clear), rest=_say_rest(unclear))
    return join([said, _say_caution(record, len(clear) + len(unclear))])


def _say_caution(record: Importance, tried: int) -> Message:
    """Say how many of so many parameters stand out by chance, or that next to nothing is predicted."""
    predicted = record.surrogate.oob_r2 if record.surrogate else None
    if predicted is not None and predicted < HARDLY and not record.exact:
        return say("headline.hint", "Of new configs next to nothing is predicted: take it as a hint.")
    by_chance = round(BY_CHANCE * tried)
    if by_chance < 1:
        return NOTHING
    return say(
        "headline.by_chance",
        "Of {tried} parameters about {n} would stand out by chance alone.",
        tried=Number(tried, style="short"),
        n=Number(by_chance, style="short"),
    )


def limit_headline(headline: Message, step: float | None, notes: Sequence[Message]) -> Message:
    """
    Return the headline with what it is not about, where runs were stopped early: it may be all that is read.

    Parameters
    ----------
    headline
        Of `say_headline`.
    step
        The step at which the target was read, if at one.
    notes
        Those of the design; see `question.stopping`.
    """
    codes = {note.code for note in notes} if headline else set()
    if step is not None and "stopping.at_step" in codes:
        return say(
            "headline.at_step",
            "At step {step}: {headline} That says nothing of the end.",
            step=Number(step, 10, "figures"),
            headline=headline,
        )
    if "stopping.unequal" in codes:
        return say(
            "headline.unequal",
            "{headline} But runs of unequal lengths are compared, so that is not about the end.",
            headline=headline,
        )
    return headline


def _say_none_clear(unclear: int) -> Message:
    if unclear == 1:
        return say("headline.one_unclear", "The one parameter does not stand out from noise.")
    n = Number(unclear, style="short")
    return say("headline.none_clear", "None of the {n} parameters stands out from noise.", n=n)


def _say_order(ranked: Sequence[ImportanceRow]) -> Message:
    """Say which come first by a method that does not tell what is noise."""
    return say(
        "headline.order",
        "{names} {come} first; this method does not tell what is noise.",
        names=Names(tuple(row.parameter for row in ranked[:NAMED])),
        come=Form(min(len(ranked), NAMED), "comes", "come"),
    )


def _say_leaders(clear: Sequence[ImportanceRow]) -> Message:
    first, *others = clear
    if not others:
        return say("headline.one", "Only {first} stands out from noise", first=first.parameter)
    names = tuple(row.parameter for row in others)
    if _is_far(first, others[0]):
        return say(
            "headline.far", "{first} matters most by far, then {others}", first=first.parameter, others=_name(names)
        )
    if _overlaps(first, others[0]):
        leading = Names((first.parameter, names[0]))
        if len(names) == 1:
            return say("headline.both", "{leading} matter", leading=leading)
        return say("headline.two", "{leading} matter most, then {others}", leading=leading, others=_name(names[1:]))
    return say("headline.most", "{first} matters most, then {others}", first=first.parameter, others=_name(names))


def _say_rest(unclear: Sequence[ImportanceRow]) -> Message:
    if not unclear:
        return NOTHING
    if len(unclear) == 1:
        return say("headline.rest_one", "; {name} does not stand out from noise", name=unclear[0].parameter)
    return say("headline.rest", "; the other {n} do not stand out from noise", n=Number(len(unclear), style="short"))


def _name(names: tuple[str, ...]) -> Names:
    return Names(names, NAMED)


def _is_far(first: ImportanceRow, second: ImportanceRow) -> bool:
    return not _overlaps(first, second) and (first.importance or 0.0) >= FAR * (second.importance or 0.0)


def _overlaps(first: ImportanceRow, second: ImportanceRow) -> bool:
    """Say whether the intervals of two parameters overlap; without intervals they are taken as they are."""
    return first.low is not None and second.high is not None and first.low <= second.high
