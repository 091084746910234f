"""What the check of names with two meanings says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..data.messages import Form, Message, Names, Number, say

if TYPE_CHECKING:
    from .same_name import PairFact

Span = tuple[float, ...]


def say_answer(fact: PairFact, firing: int) -> Message:
    """Say in what a parameter is another one under another value, and how many more do."""
    if fact.differs == "ranges":
        (low, low_span), (high, high_span) = _find_extremes(fact.ranges)
        answer = say(
            "same_name.ranges",
            "{parameter} was searched from {low} with {parent} = {low_value}, but from {high} with {high_value}: it is "
            "two parameters of one name",
            parameter=fact.parameter,
            low=_say_span(low_span),
            parent=fact.parent,
            low_value=low,
            high=_say_span(high_span),
            high_value=high,
        )
    else:
        answer = say(
            "same_name.best",
            "The best {parameter} depends on {parent}: {where}",
            parameter=fact.parameter,
            parent=fact.parent,
            where=_say_where(fact),
        )
    if firing == 1:
        return say("same_name.answer", "{answer}.", answer=answer)
    return say(
        "same_name.answer_and_more",
        "{answer} ({more} more such {pairs}).",
        answer=answer,
        more=firing - 1,
        pairs=Form(firing - 1, "pair", "pairs"),
    )


def say_separate(fact: PairFact, tested: int) -> Message:
    """Say that they are several parameters already."""
    return say(
        "same_name.separate",
        "{columns} are {n} parameters already; {where}; of {tested} pairs tested no other shows a name with two "
        "meanings.",
        columns=_list(fact.columns),
        n=len(fact.columns),
        where=_say_where(fact),
        tested=tested,
    )


def say_no_difference(tested: int) -> Message:
    """Say that no pair differs."""
    if tested == 1:
        return say(
            "same_name.one_pair_alike",
            "The one pair of a number and a category does not show best runs that lie elsewhere with another value, "
            "beyond chance.",
        )
    return say(
        "same_name.alike",
        "None of {tested} pairs of a number and a category shows best runs that lie elsewhere with another value, "
        "beyond chance.",
        tested=tested,
    )


def say_basis(n: int, tested: int, adaptive: str, level: float) -> Message:
    """Say how many configs were compared, and by which test."""
    if adaptive:
        return say(
            "same_name.basis_adaptive",
            "{n} feasible configs, the best quarter of each value; {pairs} pairs; no tests, because the search chose "
            "its runs by their results",
            n=n,
            pairs=tested,
        )
    return say(
        "same_name.basis",
        "{n} feasible configs, the best quarter of each value; {pairs} pairs; Kruskal-Wallis by shuffling, corrected "
        "by Holm, level {level}",
        n=n,
        pairs=tested,
        level=Number(level, 4, "percent"),
    )


def say_advice(fact: PairFact) -> Message:
    """Say to tune the parameter for each value by itself."""
    last = fact.parameter.split(".")[-1]
    return say(
        "same_name.advice",
        "Tune {parameter} for each value of {parent} by itself, as {n} conditional parameters, {names}: the proposed "
        "next sweep has one range for all of them. And read its importance for one value at a time.",
        parameter=fact.parameter,
        parent=fact.parent,
        n=len(fact.ranges),
        names=_list([f"{value}.{last}" for value in fact.ranges]),
    )


def _say_where(fact: PairFact) -> Message:
    (low, low_span), (high, high_span) = _find_extremes(fact.best)
    return say(
        "same_name.where",
        "half of the best configs with {low_value} lie from {low}, with {high_value} from {high}",
        low_value=low,
        low=_say_span(low_span),
        high_value=high,
        high=_say_span(high_span),
    )


def _find_extremes(spans: Mapping[str, Span]) -> tuple[tuple[str, Span], tuple[str, Span]]:
    """Return the value whose span lies lowest, and the one whose lies highest."""

    def middle(value: str) -> float:
        return sum(spans[value][i] for i in ((1,) if len(spans[value]) == 3 else (0, 1)))

    low, high = min(spans, key=middle), max(spans, key=middle)
    return (low, spans[low]), (high, spans[high])


def _say_span(span: Span) -> Message:
    low, high = Number(span[0], 3, "short"), Number(span[-1], 3, "short")
    return say("same_name.span", "{low} to {high}", low=low, high=high)


def _list(names: Sequence[str]) -> Names:
    return Names(tuple(names), 0 if len(names) < 5 else 1)
