"""What the check of fair comparisons says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import Count, Message, Number, say
from .spreads import Spread, Table, name_place

if TYPE_CHECKING:
    from .fairness import ParameterFact


def say_unequal(fact: ParameterFact, adaptive: str) -> Message:
    """Say that a value got fewer configs than another."""
    few, many = Count(fact.few, "config"), fact.many
    if adaptive:
        return say(
            "fairness.unequal_adaptive",
            "The search itself tried {parameter} = {smallest} with only {few}, but {largest} with {many}, so its best "
            "had fewer chances.",
            parameter=fact.parameter,
            smallest=fact.smallest,
            few=few,
            largest=fact.largest,
            many=many,
        )
    return say(
        "fairness.unequal",
        "The search tried {parameter} = {smallest} with only {few}, but {largest} with {many}, so its best had fewer "
        "chances.",
        parameter=fact.parameter,
        smallest=fact.smallest,
        few=few,
        largest=fact.largest,
        many=many,
    )


def say_left(fact: ParameterFact) -> tuple[Message, Message]:
    """Say that an adaptive search left a value, for its results if that is known, and how it could be compared."""
    return (
        _say_left_for_results(fact) if fact.explained else _say_left_untold(fact),
        say(
            "fairness.search_alike",
            "If {parameter} is the question, search all its values alike, the other settings drawn at random.",
            parameter=fact.parameter,
        ),
    )


def _say_left_for_results(fact: ParameterFact) -> Message:
    return say(
        "fairness.left",
        "The search itself tried {parameter} = {smallest} with only {few}, but {largest} with {many}, after worse "
        "results: whether it would have been as good, tuned as long, cannot be told.",
        parameter=fact.parameter,
        smallest=fact.smallest,
        few=Count(fact.few, "config"),
        largest=fact.largest,
        many=fact.many,
    )


def _say_left_untold(fact: ParameterFact) -> Message:
    return say(
        "fairness.left_untold",
        "The search itself tried {parameter} = {smallest} with only {few}, but {largest} with {many}, by results at "
        "other steps than are compared here: whether it would have been as good, tuned as long, cannot be told.",
        parameter=fact.parameter,
        smallest=fact.smallest,
        few=Count(fact.few, "config"),
        largest=fact.largest,
        many=fact.many,
    )


def say_more_of_value(fact: ParameterFact, adaptive: str) -> Message:
    """Say how many more configs with a value to run."""
    if adaptive:
        return say(
            "fairness.more_of_value_adaptive",
            "Run {more} more with {parameter} = {value}, over the ranges of all nuisance parameters, drawn at random.",
            more=fact.many - fact.few,
            parameter=fact.parameter,
            value=fact.smallest,
        )
    return say(
        "fairness.more_of_value",
        "Run {more} more with {parameter} = {value}, over the ranges of all nuisance parameters.",
        more=fact.many - fact.few,
        parameter=fact.parameter,
        value=fact.smallest,
    )


def _say_where(table: Table, test: Spread) -> Message:
    axis = table.axes[test.nuisance]
    low, high = (name_place(axis, place, 3) for place in test.lacks)
    if low == high:
        return say("fairness.at", "{nuisance} = {value}", nuisance=test.nuisance, value=low)
    if axis.kind == "category":
        return say(
            "fairness.between_categories",
            "{nuisance} from {low} to {high} in its order",
            nuisance=test.nuisance,
            low=low,
            high=high,
        )
    return say("fairness.between", "{nuisance} from {low} to {high}", nuisance=test.nuisance, low=low, high=high)


def say_uneven(table: Table, test: Spread) -> Message:
    """Say where the configs with a value are few."""
    where, fair = _say_where(table, test), test.have + test.more
    if not test.have:
        return say(
            "fairness.none_there",
            "None of the {n} configs with {parameter} = {value} has {where}, where {fair} would be its share as for "
            "the other values.",
            n=test.n,
            parameter=test.of,
            value=test.value,
            where=where,
            fair=fair,
        )
    if test.have == 1:
        return say(
            "fairness.one_there",
            "Only 1 of the {n} configs with {parameter} = {value} has {where}, where {fair} would be its share as for "
            "the other values.",
            n=test.n,
            parameter=test.of,
            value=test.value,
            where=where,
            fair=fair,
        )
    return say(
        "fairness.few_there",
        "Only {have} of the {n} configs with {parameter} = {value} have {where}, where {fair} would be its share as "
        "for the other values.",
        have=test.have,
        n=test.n,
        parameter=test.of,
        value=test.value,
        where=where,
        fair=fair,
    )


def say_more_there(table: Table, test: Spread) -> Message:
    """Say how many more configs to run where a value has few."""
    return say(
        "fairness.more_there",
        "Run about {more} more with {parameter} = {value} and {where}, unless {nuisance} means something else there.",
        more=test.more,
        parameter=test.of,
        value=test.value,
        where=_say_where(table, test),
        nuisance=test.nuisance,
    )


def say_too_few_configs(n: int, fact: ParameterFact) -> Message:
    """Say that there are too few configs to compare numbers."""
    return say(
        "fairness.too_few",
        "{n} configs over the {k} values of {parameter} are too few to tell unequal numbers from chance.",
        n=Number(n, style="short"),
        k=len(fact.counts),
        parameter=fact.parameter,
    )


def say_fair(fact: ParameterFact, adaptive: str, limit: float) -> Message:
    """
    Say that the values of the most unequal parameter were compared fairly.

    Of an adaptive search it is said what was looked at, and below which share of the most configs (`limit`) it asks.
    """
    number = (
        Count(fact.few)
        if fact.few == fact.many
        else say("fairness.from_to", "{few} to {many}", few=fact.few, many=fact.many)
    )
    if adaptive and fact.few < fact.many:
        return say(
            "fairness.nearly_equal_adaptive",
            "Each value of {parameter} was tried with {number} configs. A search that goes by results never tries all "
            "alike: this check asks where one has less than {limit} of the configs of another, and here the fewest "
            "are {share} of the most. How each value's configs are spread over other settings it does not ask.",
            parameter=fact.parameter,
            number=number,
            limit=Number(limit, 2, "percent"),
            share=Number(fact.ratio, 2, "percent"),
        )
    if adaptive or not fact.overlap:
        return say(
            "fairness.equal",
            "Each value of {parameter} was tried with {number} configs.",
            parameter=fact.parameter,
            number=number,
        )
    return say(
        "fairness.fair",
        "Each value of {parameter} was tried with {number} configs, and no value lacks a part of the range of another "
        "parameter beyond chance.",
        parameter=fact.parameter,
        number=number,
    )


def say_basis(n: int, parameters: int, tests: int, adaptive: str, level: float, less: float) -> Message:
    """Say how many configs were counted, which tests were made, and what share of the most is too few."""
    if adaptive:
        return say(
            "fairness.basis_adaptive",
            "{n} configs, infeasible ones among them; no tests, because the search chose its runs by their results: "
            "too few is less than {less} of the configs of another value",
            n=n,
            less=Number(less, 2, "percent"),
        )
    return say(
        "fairness.basis",
        "{n} configs, infeasible ones among them; χ² of equal numbers for {parameters} and Kuiper's two-sample test "
        "for {tests} spreads, each corrected by Holm, level {level}; too few is also less than {less} of the configs "
        "of another value",
        n=n,
        less=Number(less, 2, "percent"),
        parameters=parameters,
        tests=Number(tests, style="short"),
        level=Number(level, 4, "percent"),
    )
