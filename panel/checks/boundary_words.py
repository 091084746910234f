"""What the check of limits says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Count, Message, Number, join, say
from .base import Study
from .limits import Limit

if TYPE_CHECKING:
    from .boundary import LimitFact, Near


def say_equal(study: Study) -> Message:
    """Say that it cannot be told which configs are the best."""
    return say(
        "boundary.equal",
        "{target} is equal for too many of the {n} configs to say which are the best: choose a metric that tells them "
        "apart.",
        target=study.runs.label,
        n=len(study.configs),
    )


def say_none_can_move(n: int) -> Message:
    """Say that no limit can move, of so many parameters."""
    if n == 1:
        return say("boundary.only_one_cannot_move", "The only parameter that varies has no limit that can move.")
    return say(
        "boundary.none_can_move",
        "None of the {parameters} that vary has a limit that can move.",
        parameters=Count(n, "parameter"),
    )


def _say_where(limit: Limit, beyond: int) -> Message:
    at = Number(limit.at, 4, "short")
    if beyond and limit.side == "low":
        return say("boundary.lower_end", "the lower end of the feasible configs at {at}", at=at)
    if beyond:
        return say("boundary.upper_end", "the upper end of the feasible configs at {at}", at=at)
    if limit.side == "low":
        return say("boundary.lower_limit", "the lower limit {at}", at=at)
    return say("boundary.upper_limit", "the upper limit {at}", at=at)


def _say_range(near: Near) -> Message:
    """Say from where to where a config counts as near the limit."""
    inner, where = Number(near.inner, 4, "short"), _say_where(near.limit, near.beyond)
    if near.limit.side == "low":
        return say("boundary.from_limit", "from {where} to {inner}", where=where, inner=inner)
    return say("boundary.to_limit", "from {inner} to {where}", where=where, inner=inner)


def _say_count(near: Near, share: Number) -> Message:
    """Say how many of the best are at the limit, or near it."""
    if near.inner == near.limit.at:
        return say(
            "boundary.at_limit",
            "{near} of the {k} best configs lie at {where} of {parameter}, where {share} of all configs lie",
            near=near.best,
            k=near.k,
            where=_say_where(near.limit, near.beyond),
            parameter=near.parameter.name,
            share=share,
        )
    return say(
        "boundary.near_limit",
        "{near} of the {k} best configs have {parameter} {range}, as {share} of all configs do",
        near=near.best,
        k=near.k,
        parameter=near.parameter.name,
        range=_say_range(near),
        share=share,
    )


def say_answer(near: Near, fired: int, tested: int, k: int) -> Message:
    """Say where the best configs lie: at the limit that is clearest, or at none."""
    where, share = _say_where(near.limit, near.beyond), Number(100 * near.share_all, 0, "fixed", "%")
    if not fired and not near.best:
        return say(
            "boundary.none_near",
            "None of the {best} best configs lies near a limit that can move ({tested} tested).",
            best=Number(k, style="short"),
            tested=tested,
        )
    if not fired:
        return say(
            "boundary.none",
            "The {best} best configs do not huddle at a limit that can move ({tested} tested); the nearest to it is "
            "{where} of {parameter}, with {near} of {k} near it ({share} of all).",
            best=Number(k, style="short"),
            tested=tested,
            where=where,
            parameter=near.parameter.name,
            near=near.best,
            k=near.k,
            share=share,
        )
    counted = _say_count(near, share)
    if fired == 1:
        return say("boundary.one", "{counted}.", counted=counted)
    return say(
        "boundary.several",
        "{counted}; so it is with {more} more of the {tested} limits that can move.",
        counted=counted,
        more=fired - 1,
        tested=tested,
    )


def say_advice(nears: Sequence[Near], facts: Sequence[LimitFact]) -> Message:
    """Say whether, and to where, limits are to move: those that can in one sentence, then those that cannot."""
    both = list(zip(nears, facts, strict=True))
    moves = [_say_move(near, fact.move_to) for near, fact in both if not near.blocked and fact.move_to is not None]
    moved = say("boundary.move", "Next sweep: {moves}.", moves=_list_moves(moves)) if moves else NOTHING
    return join([moved, *(_say_blocked(near) for near, fact in both if near.blocked or fact.move_to is None)])


def _list_moves(moves: list[Message]) -> Message:
    return join([join(moves[:-1], ", "), moves[-1]], " and ")


def _say_blocked(near: Near) -> Message:
    name, at = near.parameter.name, Number(near.limit.at, 4, "short")
    if near.beyond:
        return say(
            "boundary.all_beyond_infeasible",
            "The limit of {parameter} cannot simply be moved: all {beyond} configs beyond {at} are infeasible. Make "
            "training stable there first (gradient clipping, warmup).",
            parameter=name,
            beyond=Number(near.beyond, style="short"),
            at=at,
        )
    return say(
        "boundary.many_near_infeasible",
        "The limit of {parameter} cannot simply be moved: {infeasible} of the {there} configs near {at} are "
        "infeasible. Make training stable there first (gradient clipping, warmup).",
        parameter=name,
        infeasible=Number(near.infeasible, style="short"),
        there=Number(near.there, style="short"),
        at=at,
    )


def _say_move(near: Near, move_to: float) -> Message:
    name, at, to = near.parameter.name, Number(near.limit.at, 4, "short"), Number(move_to, 4, "short")
    move = (
        say("boundary.lower", "lower the lower limit of {parameter} from {at} to {to}", parameter=name, at=at, to=to)
        if near.limit.side == "low"
        else say("boundary.raise", "raise the upper limit of {parameter} from {at} to {to}", parameter=name, at=at,
                 to=to)
    )  # fmt: skip
    if not near.infeasible:
        return move
    some = say(
        "boundary.some_infeasible",
        "({infeasible} of the {there} configs near it are infeasible)",
        infeasible=Number(near.infeasible, style="short"),
        there=Number(near.there, style="short"),
    )
    return join([move, some])


def say_basis(study: Study, k: int, tested: int, huddle: float, bands: tuple[float, ...], level: float) -> Message:
    """Say what was counted, and which test was made."""
    n, best, outer = len(study.configs), Number(k, style="short"), Number(100 * bands[0], 0, "fixed")
    if study.adaptive:
        return say(
            "boundary.basis_adaptive",
            "{n} configs, the best {best} against all; at least {huddle} of the best in the outer {outer} % of the "
            "range, and more than of all. The search chose these runs ({why}), so chance is not judged.",
            n=n,
            best=best,
            huddle=Number(100 * huddle, 0, "fixed", "%"),
            outer=outer,
            why=study.adaptive,
        )
    return say(
        "boundary.basis",
        "{n} configs, the best {best} against all; hypergeometric test of the outer {outer} or {wider} % of the range, "
        "or of the edge value, corrected for {tested} limits (Holm), from p = {level}.",
        n=n,
        best=best,
        outer=outer,
        wider=Number(100 * bands[1], 0, "fixed"),
        tested=tested,
        level=level,
    )


def say_title(near: Near) -> Message:
    """Say what is drawn of a limit."""
    name, best, k = near.parameter.name, near.best, near.k
    if near.limit.side == "low":
        return say(
            "boundary.title_lower",
            "{parameter}: {near} of {k} best configs at or near the lower limit",
            parameter=name,
            near=best,
            k=k,
        )
    return say(
        "boundary.title_upper",
        "{parameter}: {near} of {k} best configs at or near the upper limit",
        parameter=name,
        near=best,
        k=k,
    )


def say_mark(near: Near) -> Message:
    """Say what a limit is that is drawn."""
    at = Number(near.limit.at, 4, "short")
    if near.blocked and near.beyond:
        return say("boundary.mark_beyond", "{at}: infeasible beyond", at=at)
    if near.blocked:
        return say("boundary.mark_near", "{at}: infeasible near", at=at)
    if near.limit.declared:
        return say("boundary.mark", "limit {at}", at=at)
    return say("boundary.mark_observed", "limit {at} (observed)", at=at)
