"""How far a ranking can be trusted: what its model predicts of runs that it has not seen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from ..data.messages import NOTHING, Count, Message, Number, say
from ..data.records import Record
from .headline import say_headline
from .record import Importance, ModelKind, name_model


@dataclass(frozen=True)
class Trust(Record):
    """
    How far a ranking can be trusted.

    Attributes
    ----------
    level
        ``good`` (an out-of-bag R² of at least .7, or shares that are exact), ``fair`` (.4), ``weak`` (.1, or nothing is
        clear), ``none``, ``unknown`` (not measured) or ``empty``.
    words
        The same for people.
    advice
        What to make of it.
    caution
        That the parameter which leads is a setting by a guess alone; else empty.
    headline
        What matters, in one sentence; see `headline.say_headline`.
    measure
        What the share of the variance that is predicted is called, and of which model it is.
    """

    level: str
    words: Message
    advice: Message
    caution: Message = NOTHING
    measure: Message = NOTHING
    headline: Message = NOTHING


LEVELS = (
    (
        0.7,
        Trust(
            "good",
            say("trust.good", "Predicts well"),
            say(
                "trust.good_advice",
                "The ranking rests on a model that predicts most of what happens in configs that it has not seen.",
            ),
        ),
    ),
    (
        0.4,
        Trust(
            "fair",
            say("trust.fair", "Predicts fairly"),
            say("trust.fair_advice", "The first parameters can be believed; in new configs much is left unpredicted."),
        ),
    ),
    (
        0.1,
        Trust(
            "weak",
            say("trust.weak", "Predicts weakly"),
            say(
                "trust.weak_advice",
                "Only what is clear means anything; in new configs most is left unpredicted.",
            ),
        ),
    ),
)
"""The least out-of-bag R² of each level, the highest first."""

EXPLAINS = 0.3
"""Where the settings explain at least so much of the differences between runs it is not said that they do not."""

FEW = 30
"""From fewer configs a model often predicts nothing though settings matter."""

MEASURES: dict[ModelKind | None, Message] = {
    None: say("trust.out_of_bag", "out-of-bag R²"),
    "process": say("trust.left_out", "Gaussian process, leave-one-out R²"),
}
"""What the share of the variance is called that a model predicts of runs it has not seen."""

OF_A_FOREST = say("trust.of_a_forest", "beside it a forest's out-of-bag R²")
"""The same where shares are exact, and no forest made them."""

UNKNOWN = Trust(
    "unknown",
    say("trust.unknown", "Not checked"),
    say("trust.unknown_advice", "This method does not say how well it predicts."),
)


def judge_trust(record: Importance, guessed: Collection[str] = (), constant: Collection[str] = ()) -> Trust:
    """
    Say how far a ranking can be trusted, by the share of the variance predicted on runs its model has not seen.

    Parameters
    ----------
    record
        The ranking.
    guessed
        The parameters that are settings by a guess alone: an outcome among them would lead.
    constant
        Parameters of one value.
    """
    model = record.surrogate.model if record.surrogate else None
    measure = OF_A_FOREST if record.exact else MEASURES[model]
    trust = replace(_judge_level(record, model), measure=measure, headline=say_headline(record, constant))
    leader = record.rows[0] if record.rows else None
    if leader is None or leader.parameter not in guessed or not leader.importance:
        return trust
    caution = say(
        "trust.guess_leads",
        "That {parameter}, which leads, is a setting is a guess: "
        "if it is known only after a run, put it among the metrics.",
        parameter=leader.parameter,
    )
    return replace(trust, caution=caution)


def _judge_level(record: Importance, model: ModelKind | None) -> Trust:
    if record.empty is not None:
        return Trust("empty", say("trust.empty", "Nothing to rank"), record.empty.words)
    if record.surrogate is None or record.surrogate.oob_r2 is None:
        return UNKNOWN
    predicted, explained = record.surrogate.oob_r2, record.surrogate.explained
    level = next((trust for least, trust in LEVELS if predicted >= least), None)
    explains = level is None and explained is not None and explained >= EXPLAINS
    if record.exact and not explains:  # that new configs cannot be told is not to be left unsaid
        return _say_exact(any(row.clear for row in record.rows))
    known = [row.clear for row in record.rows if row.clear is not None]
    if level is not None:
        return _say_nothing_clear(model) if known and not any(known) else level
    if explained is not None and explained >= EXPLAINS:
        return _say_explained(explained, any(known), model)
    return LEVELS[-1][1] if any(known) else _say_nothing_predicted(model, record.surrogate.configs)


def _say_exact(clear: bool) -> Trust:
    """Say of shares that are exact what they rest on: not on what a model predicts."""
    if clear:
        advice = say(
            "trust.exact_advice",
            "Every combination of the settings was run more than once, so nothing has to be predicted: the intervals "
            "are what the repeats leave open.",
        )
        return Trust("good", say("trust.exact", "Exact"), advice)
    advice = say(
        "trust.exact_unclear_advice",
        "Every combination of the settings was run more than once, and no parameter makes more of a difference than "
        "the repeats do.",
    )
    return Trust("weak", say("trust.nothing_clear", "Nothing is clear"), advice)


def _say_nothing_predicted(model: ModelKind | None, configs: int) -> Trust:
    few = say(
        "trust.none_of_few",
        "{configs} are few: from them the {model} predicts nothing of others. The order of the parameters means "
        "nothing, and none of them is shown not to matter.",
        configs=Count(configs, "config"),
        model=name_model(model),
    )
    many = say(
        "trust.none_advice",
        "Of configs that it has not seen the {model} predicts nothing, so the order of the parameters means nothing.",
        model=name_model(model),
    )
    return Trust("none", say("trust.none", "Predicts nothing"), few if configs < FEW else many)


def _say_nothing_clear(model: ModelKind | None) -> Trust:
    return Trust(
        "weak",
        say("trust.nothing_clear", "Nothing is clear"),
        say(
            "trust.nothing_clear_advice",
            "The {model} predicts something, but of no single parameter can these runs tell that it matters.",
            model=name_model(model),
        ),
    )


def _say_explained(explained: float, clear: bool, model: ModelKind | None) -> Trust:
    return Trust(
        "weak" if clear else "none",
        say("trust.explains", "Explains, does not predict"),
        say(
            "trust.explains_advice",
            "The settings explain {explained} of the differences between these runs, as their repeats tell; of new "
            "configs the {model} predicts nothing.",
            explained=Number(min(explained, 0.999), 3, "percent"),
            model=name_model(model),
        ),
    )
