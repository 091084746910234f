"""What the check of leaks says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..data.messages import Count, Form, Message, Number, join, say
from .base import Study
from .shared_words import say_too_few

if TYPE_CHECKING:
    from .leaks import Facts, Follower, Guarded, Identifier, SameMetric


def say_missing(study: Study, fewest: int) -> Message:
    """Say why nothing could be told, as a part of a sentence."""
    n = len(study.configs)
    if n < fewest:
        return say_too_few(n, fewest)
    return say(
        "leaks.equal",
        "{target} is the same in all {n} configs, so that nothing can predict it: choose another metric",
        target=study.runs.label,
        n=n,
    )


def say_answer(study: Study, facts: Facts, missing: Message | None) -> Message:
    """Say what gives the target away; `missing` says why nothing could be told."""
    parts = []
    if facts.followers:
        parts.append(_say_follower(facts.followers))
    if facts.identifiers:
        parts.append(_say_identifier(study, facts.identifiers[0]))
    if facts.guarded:
        parts.append(_say_guarded(facts.guarded))
    if not parts:
        parts.append(missing or _say_nothing(study))
    if facts.same_metrics:
        parts.append(_say_same(study, facts.same_metrics))
    return say("leaks.answer", "{parts}.", parts=join(parts, "; "))


def _say_follower(followers: Sequence[Follower]) -> Message:
    first = followers[0]
    follows = say(
        "leaks.follower",
        "{parameter} counts as a parameter but follows {metric} with rank correlation {correlation} over {n} configs, "
        "as no setting does",
        parameter=first.parameter,
        metric=first.metric,
        correlation=_say_signed(first.correlation),
        n=first.n,
    )
    if len(followers) == 1:
        return follows
    return say("leaks.followers", "{follows}, and {more} more do", follows=follows, more=len(followers) - 1)


def _say_identifier(study: Study, identifier: Identifier) -> Message:
    return say(
        "leaks.identifier",
        "{parameter} is an identifier, yet its order predicts {target} (rank correlation {correlation}, {n} configs)",
        parameter=identifier.parameter,
        target=study.runs.label,
        correlation=_say_signed(identifier.correlation),
        n=identifier.n,
    )


def _say_guarded(guarded: Sequence[Guarded]) -> Message:
    return say(
        "leaks.guarded",
        "{columns} among the parameters ({names}) {are} and left out of every model",
        columns=Count(len(guarded), "column"),
        names=_list([one.parameter for one in guarded]),
        are=Form(len(guarded), "is an outcome", "are outcomes"),
    )


def _say_nothing(study: Study) -> Message:
    n, label = len(study.tuned), study.runs.label
    if n == 1:
        return say("leaks.only_one_not", "The only parameter that varies does not give {target} away", target=label)
    return say(
        "leaks.none",
        "None of the {parameters} that vary gives {target} away",
        parameters=Count(n, "parameter"),
        target=label,
    )


def _say_same(study: Study, same: Sequence[SameMetric]) -> Message:
    return say(
        "leaks.same",
        "{names} {order} the runs exactly as {target} does, which matters for trade-offs only",
        names=_list([one.metric for one in same]),
        order=Form(len(same), "orders", "order"),
        target=study.runs.label,
    )


def _list(names: Sequence[str]) -> Message:
    listed = join(names[:3], ", ")
    return say("leaks.and_others", "{names}…", names=listed) if len(names) > 3 else listed


def _say_signed(r: float) -> Message:
    number = Number(r, 3, "short")
    return say("leaks.positive", "+{r}", r=number) if r > 0 else say("leaks.negative", "{r}", r=number)


def say_advice(facts: Facts) -> Message:
    """Say what to do."""
    parts = []
    if facts.followers:
        parts.append(
            say(
                "leaks.make_metric",
                "If it is known only after a run, make {names} a metric, or give it the role ignored.",
                names=join((one.parameter for one in facts.followers[:5]), ", "),
            )
        )
    if facts.identifiers:
        parts.append(
            say(
                "leaks.find_change",
                "Find out what changed with it while the search ran (code, data, machine), and repeat the best config "
                "now.",
            )
        )
    if facts.guarded:
        parts.append(
            say(
                "leaks.guarded_advice",
                "Make {names} a metric; if it is a setting after all, give it a role.",
                names=join((one.parameter for one in facts.guarded[:5]), ", "),
            )
        )
    return join(parts)


def say_basis(study: Study, nearly: float, identifier_from: float, level: float) -> Message:
    """Say from which correlations on something is suspect."""
    configs = Count(len(study.configs), "config")
    if study.adaptive:
        return say(
            "leaks.basis_adaptive",
            "{configs}; a parameter is suspect from a rank correlation of {nearly} with a metric, an identifier from "
            "{telling}. The search chose these runs ({why}): what counts them follows the target by itself.",
            configs=configs,
            nearly=nearly,
            telling=identifier_from,
            why=study.adaptive,
        )
    return say(
        "leaks.basis",
        "{configs}; a parameter is suspect from a rank correlation of {nearly} with a metric, an identifier from "
        "{telling} and p ≤ {level}, corrected for their number.",
        configs=configs,
        nearly=nearly,
        telling=identifier_from,
        level=level,
    )
