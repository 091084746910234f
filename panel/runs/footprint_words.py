"""How a search covered its space, and where the best configs lie, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Count, Form, Message, Names, Number, join, say

if TYPE_CHECKING:
    from .footprint import AlongAxis, FootprintRecord

AS_MANY = (0.7, 1.4)
"""Within these ratios configs cover the space as well as as many drawn at random would: so far chance alone leads."""

BEYOND = 0.05
"""The best lie nearer to each other than by chance if the p-value is no larger."""

HARDLY_CLOSER, AS_FAR = 0.9, 0.97
"""The best that are on average so far apart, as a share of all, are a little closer together, or as far apart."""

NAMED = 3


def say_lead(record: FootprintRecord) -> Message:
    """Say how well the configs cover the space, and whether the best lie together."""
    return join([_say_coverage(record), _say_best(record)])


def _say_coverage(record: FootprintRecord) -> Message:
    share, who = record.random / record.compared, _name_compared(record)
    if share < AS_MANY[0]:
        return say(
            "footprint.worse",
            "{who} cover the space no better than {random} drawn evenly at random on the parameters' scales would.",
            who=who,
            random=record.random,
        )
    if share <= AS_MANY[1]:
        return say(
            "footprint.as_many",
            "{who} cover the space about as well as {n} drawn at random would.",
            who=who,
            n=record.compared,
        )
    return say(
        "footprint.better",
        "{who} cover the space better than {n} drawn at random would: they are spread evenly.",
        who=who,
        n=record.compared,
    )


def _name_compared(record: FootprintRecord) -> Message:
    if record.compared == record.configs:
        return say("footprint.all", "The {configs}", configs=Count(record.configs, "config"))
    return say(
        "footprint.some",
        "Of {configs} any {compared}",
        configs=Count(record.configs, "config"),
        compared=record.compared,
    )


def _say_best(record: FootprintRecord) -> Message:
    if not record.best:
        return NOTHING
    apart = Number(record.apart, 2, "percent")
    if record.p is None:
        return say(
            "footprint.best_adaptive",
            "Over all settings the {k} best are on average {apart} as far apart as {k} drawn from all.",
            k=record.best,
            apart=apart,
        )
    if record.p <= BEYOND and record.apart > AS_FAR:
        return say(
            "footprint.best_as_far",
            "Over all settings the {k} best lie about as far apart as {k} drawn from all.",
            k=record.best,
        )
    if record.p <= BEYOND and record.apart > HARDLY_CLOSER:
        return say(
            "footprint.best_slightly",
            "Over all settings the {k} best lie a little closer together than {k} drawn from all would by chance: on "
            "average they are {apart} as far apart.",
            k=record.best,
            apart=apart,
        )
    if record.p <= BEYOND:
        return say(
            "footprint.best_together",
            "Over all settings the {k} best lie closer together than {k} drawn from all would by chance: on average "
            "they are {apart} as far apart.",
            k=record.best,
            apart=apart,
        )
    return say(
        "footprint.best_spread",
        "Over all settings the {k} best lie no closer together than {k} drawn from all may by chance.",
        k=record.best,
    )


def say_too_few(configs: int, enough: int) -> Message:
    """Say that there are too few configs for a map."""
    return say(
        "footprint.too_few",
        "{configs} are too few for a map: it takes {enough}.",
        configs=Count(configs, "config"),
        enough=enough,
    )


def say_axes(record: FootprintRecord) -> Message:
    """Say what goes along with the axes of the map, and how much of the distances it keeps."""
    kept = say(
        "footprint.kept",
        "The map keeps {kept} of the squared distances between configs; the rest is lost, so that configs that look "
        "near may be apart.",
        kept=Number(record.kept, 2, "percent"),
    )
    return join([kept, _say_axis(record.across, True), _say_axis(record.up, False)])


def _say_axis(found: Sequence[AlongAxis], across: bool) -> Message:
    if not found:
        return NOTHING
    names, differ = Names(tuple(one.parameter for one in found), NAMED), Form(len(found), "differs", "differ")
    if across:
        return say("footprint.across", "From left to right {names} {differ} most.", names=names, differ=differ)
    return say("footprint.up", "From bottom to top {names} {differ} most.", names=names, differ=differ)


def say_notes(record: FootprintRecord) -> tuple[Message, ...]:
    """Say what is to be known about the map."""
    drawn = len(record.points.run)
    notes = [
        say(
            "footprint.distance",
            "Two configs are as far apart as their settings differ on average: numbers along their range on their own "
            "scale, categories by being equal or not; each parameter counts as much, whether it matters or not.",
        )
    ]
    if drawn < record.configs:
        notes.append(
            say(
                "footprint.drawn",
                "{drawn} of {configs} drawn: the best, and others at random.",
                drawn=drawn,
                configs=Count(record.configs, "config"),
            )
        )
    if record.compared < record.configs:
        notes.append(
            say("footprint.compared", "Coverage is told from {compared} configs at random.", compared=record.compared)
        )
    if record.adaptive:
        notes.append(
            say(
                "footprint.adaptive",
                "The search chose these runs ({why}): it looked more where it had found good ones, so chance is not "
                "judged.",
                why=record.adaptive,
            )
        )
    return tuple(notes)
