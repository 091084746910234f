"""Which hyperparameters matter: the ranking, with intervals, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

from ..answers.printing import say_runs, say_target, say_trust
from ..answers.ranking import answer_ranking
from ..data.messages import Count
from ..data.records import Json
from ..errors import SettingsError
from ..importance import find as find_method
from .desk import Question, Tell
from .links import write_address, write_link
from .pictures import draw_ranking
from .told import Told
from .words import keep_said, list_names, say_project

CLEAR = {True: "clear", False: "not clear of noise", None: "no noise floor by this method"}

MOST_PAIRS = 3


def rank_parameters(question: Question, method: str, image: bool, tell: Tell) -> Told:
    """
    Tell which parameters matter.

    Parameters
    ----------
    question
        The question.
    method
        Of importance.
    image
        Whether the ranking is drawn, too.
    tell
        Called with the share that is done.

    Raises
    ------
    QuestionError
        If there is no such method, or the question does not fit the project.
    """
    words = find_method(method).WORDS
    answer = answer_ranking(question.selection, method, question.folder, tell)
    own = {row["parameter"]: row for row in answer["correlation"] if not row["value"]}
    address = write_address(question.selection, answer["project"], method)
    told = Told(
        head=keep_said(
            [
                say_project(question, answer),
                f"Target: {say_target(answer['target'])}.",
                (answer["empty"] or {}).get("words", ""),
                answer["trust"]["headline"],
            ]
        ),
        rows=[
            *(_say_row(i, row, own.get(row["parameter"], {})) for i, row in enumerate(answer["importance"], 1)),
            *map(_say_pair, answer["pairs"][:MOST_PAIRS]),
        ],
        notes=keep_said(
            [
                (answer["failures"] or {}).get("words", ""),
                (answer["adaptive"] or {}).get("words", ""),
                *map(_say_group, answer["groups"]),
                *answer["notes"],
            ]
        ),
        end=(
            f"Trust: {say_trust(answer)}",
            f"Rests on {say_runs(answer['runs'])}. Method: {words} ({method}), seed {answer['seed']}, "
            f"intervals of {answer['level']:.0%}.",
        ),
        link=write_link(question, address),
        names=list_names(answer),
        record=answer,
    )
    return _add_image(told, answer) if image else told


def _add_image(told: Told, answer: Json) -> Told:
    """Return the same with the ranking drawn, or with why it cannot be."""
    try:
        return replace(told, image=draw_ranking(answer))
    except SettingsError as error:
        return replace(told, end=(str(error), *told.end))


def _say_row(place: int, row: Json, correlation: Json) -> str:
    interval = f" ({row['low']:.2f} to {row['high']:.2f})" if row["low"] is not None else ""
    share = "not known" if row["importance"] is None else f"{row['importance']:.2f}"
    return (
        f"{place}. {row['parameter']}: importance {share}{interval}, {CLEAR[row['clear']]}"
        f"{_say_correlation(correlation)}, {Count(row['active'], 'run').to_words()}"
    )


def _say_correlation(row: Json) -> str:
    if row.get("eta") is not None:
        return f", correlation ratio {row['eta']:.2f}"
    return f", correlation {row['correlation']:+.2f}" if row.get("correlation") is not None else ""


def _say_pair(pair: Json) -> str:
    return f"Pair {' × '.join(pair['parameters'])}: {pair['raw'] or 0:.1%} of the variance together"


def _say_group(group: Json) -> str:
    return f"These runs do not tell {' and '.join(group['parameters'])} apart: they share their importance."
