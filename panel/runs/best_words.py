"""In what the best runs agree, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..data.messages import NOTHING, Count, Form, Message, Number, say
from .histories import fewer_points

if TYPE_CHECKING:
    from .best import BestRecord, Row

AGREE = 0.8
"""The best agree in a value if at least this share of them has it."""

MANY = 20
"""Of so many best runs or more the range is that of their middle 90 %, as for the rest."""


def say_row(row: Row, k: int, rest: int) -> Message:
    """Say in which value, or range, the k best agree; nothing if they do not, or no more than the rest."""
    if not rest:
        return NOTHING
    return _say_value(row, k) if row.kind == "category" else _say_range(row, k)


def _say_value(row: Row, k: int) -> Message:
    if row.beyond and row.telling == "avoided" and row.avoided is not None and row.avoided_others is not None:
        return say(
            "best.avoided",
            "None of the {k} best has {parameter} = {value} ({others} of the rest do).",
            k=k,
            parameter=row.parameter,
            value=row.avoided,
            others=_percent(row.avoided_others),
        )
    if row.usual is None or row.share < AGREE or row.others is None or row.share <= row.others:
        return NOTHING
    agree = _say_agreement(row.parameter, row.usual, round(row.share * k), k, row.others)
    if row.corrected is not None and not row.beyond:
        return say("best.may_be_chance", "{agree}, which may be chance.", agree=agree)
    return say("best.agree", "{agree}.", agree=agree)


def _say_agreement(parameter: str, value: str, count: int, k: int, others: float) -> Message:
    if count == k:
        return say(
            "best.all_have",
            "All {k} best have {parameter} = {value} ({others} of the rest do)",
            k=k,
            parameter=parameter,
            value=value,
            others=_percent(others),
        )
    return say(
        "best.some_have",
        "{count} of the {k} best have {parameter} = {value} ({others} of the rest do)",
        count=count,
        k=k,
        parameter=parameter,
        value=value,
        others=_percent(others),
    )


def _percent(share: float) -> Number:
    return Number(100 * share, 0, "fixed", "%")


def _say_range(row: Row, k: int) -> Message:
    ends = [end for end in (row.low, row.high, row.rest_low, row.rest_high) if end is not None]
    if not row.beyond or row.n != k or len(ends) < 4:
        return NOTHING
    low, high, rest_low, rest_high = (Number(end, 3, "short") for end in ends)
    if k < MANY:
        return say(
            "best.range",
            "The {k} best have {parameter} from {low} to {high} (the middle 90 % of the rest from {rest_low} to "
            "{rest_high}).",
            k=k,
            parameter=row.parameter,
            low=low,
            high=high,
            rest_low=rest_low,
            rest_high=rest_high,
        )
    return say(
        "best.middle_range",
        "Nine in ten of the {k} best have {parameter} from {low} to {high} (the middle 90 % of the rest from "
        "{rest_low} to {rest_high}).",
        k=k,
        parameter=row.parameter,
        low=low,
        high=high,
        rest_low=rest_low,
        rest_high=rest_high,
    )


def say_notes(record: BestRecord) -> tuple[Message, ...]:
    """Say what is to be known about the comparison of the best with the rest."""
    notes = []
    if record.best_configs < record.k:
        notes.append(
            say(
                "best.replicates",
                "The {k} best runs are {configs}: those with the same number below their rank are equal but "
                "for seeds. Tests count configs.",
                k=record.k,
                configs=Count(record.best_configs, "config"),
            )
        )
    if record.k < record.asked:
        notes.append(
            say(
                "best.fewer",
                "There {are} only {runs} with a finite {target}.",
                are=Form(record.k, "is", "are"),
                runs=Count(record.k, "run"),
                target=record.target,
            )
        )
    if record.rest <= 0:
        notes.append(say("best.no_rest", "No other configs are left to compare them with."))
    elif record.adaptive:
        notes.append(
            say(
                "best.adaptive",
                "The search chose these runs ({why}). It looked more where it had found good ones, so good runs agree "
                "by its choice too, and chance is not judged.",
                why=record.adaptive,
            )
        )
    thin = sum(curve.mean_x is not None for curve in record.curves)
    if thin:
        notes.append(fewer_points(thin))
    return tuple(notes)
