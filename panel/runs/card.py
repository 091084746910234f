"""The card of one run: what it was, how it did, what sets it apart from the best run, and why it was left out if so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..data.messages import NOTHING, Message, Number, say
from ..data.project import STATES, Project
from ..data.records import Record
from ..errors import QuestionError, nearest
from ..question.another_task import find_unasked
from ..question.conditions import Condition, matches, name_value
from ..question.selection import Goal, Selection, is_step, list_counted_states
from ..question.stopping import find_short_of
from ..question.target import read_target
from .base import NO_VALUE, Runs

MOST_METRICS = 300
"""Metrics of a run that its card lists."""

LARGEST_EXACT = 1e15
"""Whole numbers below this are written in full, as filters write them."""

OWN_PLACE = ("name", "state", "created", "runtime", "tags")
"""What is known of a run that has a place of its own in its card."""


@dataclass(frozen=True)
class OtherRun:
    """The run beside which a run is shown: its id, its name, and which it is."""

    run: str
    name: str
    words: Message


@dataclass(frozen=True)
class Setting:
    """
    One parameter of a run.

    Attributes
    ----------
    parameter
        Its name.
    value, other
        Its value here and in the other run, as text; empty where none is recorded.
    same
        Whether these are the same.
    absent
        What a missing value means.
    """

    parameter: str
    value: str
    other: str
    same: bool
    absent: str


@dataclass(frozen=True)
class Card(Record):
    """
    What is known of a run, whether it counts or not.

    Attributes
    ----------
    run, name, state
        Its id, name and state.
    created, runtime
        When it started (ISO 8601, UTC) and for how many seconds it ran; ``None`` if that is not known.
    tags
        Its tags.
    about
        Pairs of what else is known.
    source
        Where its project was read from.
    label, goal
        Of the target.
    target
        Its target; ``None`` if it has no finite one.
    rank, of
        Its rank from 1 among so many runs with a target; ``None`` for a run that is left out.
    why
        Why it is left out; nothing if it is not.
    other
        The best run, or for that one the next; ``None`` if there is none.
    config
        Its settings beside those of the other run.
    summary
        Its metrics with their values as text, empty where none is recorded.
    metrics
        How many metrics there are.
    before, after
        Ids of the runs next to it by rank.
    page
        The address of its page in its tracker; empty if it is not known.
    """

    run: str
    name: str
    state: str
    created: str | None
    runtime: float | None
    tags: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    source: str
    label: str
    goal: Goal
    target: float | None
    rank: int | None
    of: int
    why: tuple[Message, ...]
    other: OtherRun | None
    config: tuple[Setting, ...]
    summary: tuple[tuple[str, str], ...]
    metrics: int
    before: str | None
    after: str | None
    page: str = ""


def tell_card(runs: Runs, selection: Selection, run: str) -> Card:
    """
    Tell what is known of a run.

    Parameters
    ----------
    runs
        The runs of the question.
    selection
        The question; the runs it picks are ids.
    run
        Id of a run of the project.

    Raises
    ------
    QuestionError
        If there is no such run.
    """
    project = runs.project
    ids = project.runs.index.astype("str")
    if run not in ids:
        raise QuestionError(f"There is no run {run!r}. {nearest(run, list(ids))}")
    row = int(ids.get_loc(run))
    about = project.runs.iloc[row]
    numbers = np.flatnonzero(runs.rows == row)
    number = int(numbers[0]) if len(numbers) else None
    before, after = _find_neighbours(runs, number)
    other = _find_other(runs, run)
    return Card(
        run=run,
        name=str(about["name"]),
        state=str(about["state"]),
        created=_write_time(about.get("created")),
        runtime=_finite_or_none(about.get("runtime")),
        tags=tuple(tag.strip() for tag in name_value(about.get("tags")).split(",") if tag.strip()),
        about=tuple((str(n), write_value(v)) for n, v in about.items() if n not in OWN_PLACE and write_value(v)),
        source=project.source,
        label=runs.label,
        goal=runs.goal,
        target=_find_target(runs, row, number, selection),
        rank=None if number is None or not runs.feasible[number] else 1 + int((runs.loss < runs.loss[number]).sum()),
        of=len(runs.best_first),
        why=tuple(_say_reasons(runs, selection, row, number)),
        other=other[0] if other else None,
        config=_compare_settings(runs, row, other[1] if other else None),
        summary=tuple(_list_metrics(project, row)),
        metrics=len(project.summary.columns),
        before=before,
        after=after,
    )


def write_value(value: object) -> str:
    """Return a value as short text: a whole number exactly, others with six digits, nothing for a missing value."""
    if isinstance(value, pd.Timestamp):
        return _write_time(value) or ""
    if isinstance(value, float | np.floating) and np.isfinite(value):
        exact = float(value).is_integer() and abs(float(value)) < LARGEST_EXACT
        return str(int(value)) if exact else f"{value:.6g}"
    return name_value(value)


def _write_time(value: object) -> str | None:
    return value.isoformat() if isinstance(value, pd.Timestamp) and value is not pd.NaT else None


def _finite_or_none(value: object) -> float | None:
    return float(value) if isinstance(value, int | float | np.number) and np.isfinite(value) else None


def _list_metrics(project: Project, row: int) -> list[tuple[str, str]]:
    """Return the first metrics with the values of a run, as text."""
    logged = project.logged_nan
    names = list(project.summary)[:MOST_METRICS]
    nan = {name for name in names if name in logged and bool(logged[name].iloc[row])}
    words = {name: project.words[name].iloc[row] for name in names if name in project.words}
    values = {name: write_value(project.summary[name].iloc[row]) for name in names}
    values |= {name: word for name, word in words.items() if isinstance(word, str)} | dict.fromkeys(nan, "NaN")
    return [(str(name), values[name]) for name in names]


def _find_target(runs: Runs, row: int, number: int | None, selection: Selection) -> float | None:
    """Return the target of a run, of one that was left out too."""
    if number is not None:
        return _finite_or_none(runs.target[number])
    asked = replace(selection.target, goal=runs.goal)
    return _finite_or_none(read_target(runs.project, asked, runs.goal)[0].iloc[row])


def _find_neighbours(runs: Runs, number: int | None) -> tuple[str | None, str | None]:
    """Return the ids of the runs before and after a run by rank; ``None`` where there is none."""
    ranked = runs.best_first.tolist()
    if number not in ranked:
        return None, None
    at = ranked.index(number)
    before = str(runs.ids[ranked[at - 1]]) if at > 0 else None
    return before, str(runs.ids[ranked[at + 1]]) if at + 1 < len(ranked) else None


def _find_other(runs: Runs, run: str) -> tuple[OtherRun, int] | None:
    """Return the best run, or for that one the next, and its position in the project."""
    words = say("card.best", "best run"), say("card.second_best", "second best run")
    for number, which in zip(runs.best_first[:2], words, strict=False):
        if str(runs.ids[number]) != run:
            return OtherRun(str(runs.ids[number]), str(runs.names[number]), which), int(runs.rows[number])
    return None


def _say_reasons(runs: Runs, selection: Selection, row: int, number: int | None) -> list[Message]:
    """
    Say why a run is not among those that importance is computed from; nothing if it is.

    Parameters
    ----------
    runs, selection
        As in `tell_card`.
    row
        Position of the run in the project.
    number
        Its number among the runs; ``None`` if it is not there.
    """
    project, reasons = runs.project, []
    state = str(project.runs["state"].iloc[row])
    if state not in list_counted_states(selection):
        reasons.append(say("card.state", "Its state is {state}, and {state} runs do not count.", state=state))
    reasons += [
        say("card.filtered", "The filter {filter} leaves it out.", filter=condition.words())
        for condition in selection.filters
        if not _passes(project, condition, row)
    ]
    unasked = number is None and find_unasked(project, runs.metric)[row]
    if unasked:
        reasons.append(
            say("card.unasked", "It was never asked for {target}: it is of another task.", target=runs.label)
        )
    step = selection.target.step
    if number is None and is_step(step) and find_short_of(project, selection.target.metric, step)[row]:
        reasons.append(say("card.short", "It does not reach step {step}.", step=Number(step, 10, "figures")))
    without = number is None and _find_target(runs, row, number, selection) is None
    cause = runs.cause[number] if number is not None else NO_VALUE if without and not reasons else ""
    infeasible = _say_infeasible(cause, runs.label)
    if infeasible:
        reasons.append(infeasible)
    elif reasons and _find_target(runs, row, number, selection) is None:
        reasons.append(say("card.no_target_either", "It has no finite value of {target} either.", target=runs.label))
    if selection.picked is not None and str(project.runs.index[row]) not in set(selection.picked):
        reasons.append(
            say(
                "card.not_selected",
                "It is not among the selected runs, and importance is computed on these only.",
            )
        )
    return reasons


def _say_infeasible(cause: str, target: str) -> Message:
    """Say why a run is infeasible although its state counts; nothing if that is not why it is left out."""
    match cause:
        case "nan":
            return say("card.nan", "Its {target} is NaN: it diverged.", target=target)
        case "infinite":
            return say("card.infinite", "Its {target} is infinite: it diverged.", target=target)
        case "no_value":
            return say("card.no_value", "It has no value of {target}.", target=target)
        case "constraint":
            return say("card.constraint", "It breaks a constraint, whatever its {target}.", target=target)
    if cause and cause not in STATES:
        return say("card.word", "Its {target} is '{word}', and no number.", target=target, word=cause)
    return NOTHING


def _passes(project: Project, condition: Condition, row: int) -> bool:
    return bool(matches(project.column(condition.column).iloc[[row]], condition)[0])


def _compare_settings(runs: Runs, row: int, other: int | None) -> tuple[Setting, ...]:
    """Return every parameter with its value here and in the other run, and whether these are the same."""
    settings = []
    for name, parameter in runs.parameters.items():
        column = runs.project.config[name]
        mine, theirs = column.iloc[row], None if other is None else column.iloc[other]
        same = other is not None and name_value(mine) == name_value(theirs)
        alike = other is not None and not same and write_value(mine) == write_value(theirs)
        write = name_value if alike else write_value  # in full where six digits do not tell them apart
        settings.append(
            Setting(
                parameter=name,
                value=write(mine),
                other="" if other is None else write(theirs),
                same=same,
                absent="inactive" if parameter.condition else "not recorded",
            )
        )
    return tuple(settings)
