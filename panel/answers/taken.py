"""What a source was read as: which columns were taken for what, and who says what the target and its goal are."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..data.messages import NOTHING, Count, Message, Names, say
from ..data.project import Column, Project, Sureness
from ..data.records import Json, Record
from ..question.goal import GoalChoice, Teller, choose_goal
from ..question.selection import Place, Target
from .defaults import find_default_metric

MOST_NAMED = 3
"""Guessed columns that are named in a sentence."""

TELLERS = {
    "you": say("taken.by_you", "as you chose"),
    "sweep": say("taken.by_sweep", "as its source says"),
    "name": say("taken.by_name", "by its name"),
    "guess": say("taken.by_guess", "a guess"),
}
"""Who said it, in words."""


@dataclass(frozen=True)
class Taken(Record):
    """
    What a source was read as.

    Attributes
    ----------
    settings, metrics
        How many columns were taken as such.
    guesses
        The columns among them whose place is a guess.
    target_by, goal_by
        Who says what the target and its goal are: ``you``, the ``sweep`` or whatever wrote the source, the ``name``,
        or nobody (a ``guess``).
    goal_reason
        What a guess of the goal rests on.
    words
        All of it in one line.
    """

    settings: int
    metrics: int
    guesses: tuple[str, ...]
    target_by: Teller
    goal_by: Teller
    goal_reason: Message
    words: Message


@dataclass(frozen=True)
class ColumnFacts(Record):
    """
    A column of the source, and what it was taken for.

    Attributes
    ----------
    column
        Its name in the source.
    label
        What it is called in its place.
    place
        What it was taken for.
    sure
        How sure that is.
    why
        Why, in words.
    by_user
        Whether the user said so.
    """

    column: str
    label: str
    place: Place
    sure: Sureness
    why: str
    by_user: bool


def describe_taken(project: Project, asked: Target, label: str) -> Taken:
    """
    Describe what a source was read as.

    Parameters
    ----------
    project
        The project, its columns in their places.
    asked
        The target that was asked for: without a goal if the user chose none.
    label
        What the target is called.
    """
    columns = list_all_columns(project)
    guesses = tuple(c.name for c in columns if c.sure == "guess" and c.place in ("config", "metric"))
    metric, by = find_default_metric(project)
    target_by: Teller = by if asked.metric == metric else "you"
    goal = _find_goal(project, asked)
    settings, metrics = (sum(c.place == place for c in columns) for place in ("config", "metric"))
    return Taken(
        settings,
        metrics,
        guesses,
        target_by,
        goal.by,
        goal.reason,
        _say(asked, label, settings, metrics, target_by, goal, guesses),
    )


def _find_goal(project: Project, asked: Target) -> GoalChoice:
    if asked.goal is not None:
        return GoalChoice(asked.goal, "you")
    if asked.value == "failing" or asked.metric not in project.metrics:
        return GoalChoice("minimize", "sweep")
    return choose_goal(project, asked.metric)


def _say(
    asked: Target, label: str, settings: int, metrics: int, by: Teller, goal: GoalChoice, guesses: tuple[str, ...]
) -> Message:
    counts = {"settings": Count(settings, "setting"), "metrics": Count(metrics, "metric")}
    guessed = (
        say("taken.guesses", " Guessed: {names}.", names=Names(guesses, MOST_NAMED, "and")) if guesses else NOTHING
    )
    if not asked.metric:
        return say("taken.no_target", "Read as {settings} and {metrics}.{guessed}", **counts, guessed=guessed)
    if asked.value == "failing":
        return say(
            "taken.failing",
            "Read as {settings} and {metrics}; explained: whether a run fails, or has no finite {metric}.{guessed}",
            **counts,
            metric=asked.metric,
            guessed=guessed,
        )
    better = (
        say("taken.smaller", "smaller is better")
        if goal.goal == "minimize"
        else say("taken.larger", "larger is better")
    )
    told = TELLERS[goal.by]
    if goal.by == "guess" and goal.reason:
        told = say("taken.goal_guessed", "a guess: {reason}", reason=goal.reason)
    return say(
        "taken.words",
        "Read as {settings} and {metrics}; explained: {target} ({by}), {better} ({told}).{guessed}",
        **counts,
        target=label,
        by=TELLERS[by],
        better=better,
        told=told,
        guessed=guessed,
    )


def list_all_columns(project: Project) -> list[Column]:
    """Return the columns of a source in their places; of a source that is no table, what it put in place itself."""
    listed = list(project.columns)
    if project.table is not None:
        return listed
    known = {(c.place, c.label) for c in listed} | {(c.place, c.name) for c in listed}
    frames: tuple[tuple[Place, pd.DataFrame], ...] = (
        ("run", project.runs),
        ("config", project.config),
        ("metric", project.summary),
    )
    for place, frame in frames:
        listed += [Column(str(n), place, str(n)) for n in frame if (place, str(n)) not in known]
    return listed


def tell_columns(project: Project) -> list[Json]:
    """Return what is known of every column of a source, as plain JSON."""
    return [
        ColumnFacts(c.name, c.label, c.place, c.sure, str(c.reason), c.by_user).to_json()
        for c in list_all_columns(project)
    ]
