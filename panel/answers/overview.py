"""What is known of a question without a model: project, target, runs used, parameters and correlations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..data.messages import Count, Form, Message, Names, as_message, say
from ..data.project import Project
from ..data.records import MESSAGES, Json, Record
from ..importance.correlation import Correlation, correlate
from ..importance.record import LEVEL
from ..question.adaptive import SENTENCE
from ..question.design import Design
from ..question.emptiness import Empty
from ..question.failures import say_failures
from ..question.parameter import Parameter
from ..question.selection import Goal, Selection, Value, is_step
from ..question.spellings import Spellings, find_spellings
from ..question.target import ScaleUsed
from ..sources.common.merging import ALL
from ..store.loading import SCHEMA
from . import choices
from .taken import Taken, describe_taken

MOST_SKIPPED = 100
"""Most entries that are listed of what could not be read."""

MOST_PARTS = 3
"""Most other parts of a source that are named."""


@dataclass(frozen=True)
class ProjectFacts(Record):
    """
    Which project it is.

    Attributes
    ----------
    id
        What the page's links call it: that of what was read, as it is kept.
    name
        How it is called.
    source
        The path or address that it was read from, without passwords.
    format
        Which kind of source that is, in words.
    parts
        The studies or experiments of the same source, this one among them; empty if it has only one.
    part_runs
        How many runs each of these has; ``None`` where that is not known.
    content
        A digest of its runs: equal wherever the same runs are.
    """

    id: str
    name: str
    source: str
    format: str
    parts: tuple[str, ...]
    part_runs: tuple[int | None, ...] = ()
    content: str = ""


@dataclass(frozen=True)
class TargetFacts(Record):
    """
    The target as it was read.

    Attributes
    ----------
    metric, goal, value
        As in `question.selection.Target`; the goal is ``None`` only without a metric.
    label
        How it is called.
    scale
        The scale on which it is modelled.
    scale_reason
        Why that scale; empty without a target.
    step
        The step at which it was read; ``None`` for the value as logged.
    steps
        Steps at which runs of unequal length can be compared; empty if none were stopped early.
    """

    metric: str
    label: str
    goal: Goal | None
    value: Value
    scale: ScaleUsed
    scale_reason: Message
    step: float | None = None
    steps: tuple[float, ...] = ()


@dataclass(frozen=True)
class RunCounts(Record):
    """
    How many runs there are, and how many of them count.

    Attributes
    ----------
    loaded
        How many the project has.
    used
        How many the target comes from.
    groups
        How many groups these make; ``None`` if they are not grouped.
    grouped
        What they are grouped by; empty if they are not.
    configs
        How many different configurations they have, seeds aside.
    left_out
        How many were left out, by reason.
    states
        How many of all have each state.
    """

    loaded: int
    used: int
    groups: int | None
    grouped: Message
    configs: int
    left_out: Mapping[Message, int]
    states: Mapping[str, int]

    def to_json(self) -> Json:
        """Return plain JSON values; ``messages`` also tells what each reason of `left_out` is made of."""
        data = super().to_json()
        if self.left_out:
            reasons = {str(reason): reason.to_json() for reason in self.left_out}
            data[MESSAGES] = {**data.get(MESSAGES, {}), "left_out": reasons}
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RunCounts:
        """Return the counts from what `to_json` returned."""
        messages = dict(data.get(MESSAGES, {}))
        reasons = messages.pop("left_out", {})
        left_out = {Message.from_json(reasons.get(words, words)): n for words, n in data["left_out"].items()}
        return replace(super().from_json({**data, MESSAGES: messages}), left_out=left_out)


@dataclass(frozen=True)
class AdaptiveFacts(Record):
    """That a search is adaptive: the ``reason`` why it counts as one, and in ``words`` what follows from it."""

    reason: Message
    words: Message


@dataclass(frozen=True)
class FailureFacts(Record):
    """
    Runs that logged a number which stands for a failure, such as 999 or a loss of 1e10.

    Attributes
    ----------
    runs
        How many.
    kept
        Whether they count as results all the same, because the user said so.
    words
        What was taken as failed, or is kept.
    """

    runs: int
    kept: bool
    words: Message


@dataclass(frozen=True)
class Choice(Record):
    """An entry of a select box: its ``value``, and its ``label`` for people."""

    value: str
    label: str


@dataclass(frozen=True)
class Skipped(Record):
    """What could not be read, and why; in ``words`` both, what it is only once."""

    what: str
    why: str
    words: str


@dataclass(frozen=True)
class Overview(Record):
    """
    What can be told of a question at once.

    Attributes
    ----------
    schema
        Version of the form of answers.
    project, target, runs
        What it is about.
    taken
        What the source was read as, and who says what the target is.
    level
        Level of every interval.
    spellings
        The settings with values that only differ in their spelling.
    failures
        Runs that logged a number for a failure; ``None`` if there are none.
    adaptive
        That the search is adaptive; ``None`` if it is not.
    empty
        That nothing can be computed; ``None`` if something can.
    correlation
        Of every parameter that enters a model.
    parameters
        All parameters, in the order of the source.
    metrics
        The metrics that can be a target.
    groupable
        The columns that runs can be grouped by.
    has_history
        Whether the target has values per step.
    has_runtime
        Whether the source tells how long its runs took.
    notes
        What the user should know.
    skipped
        What could not be read, at most 100 of it.
    skipped_count
        How much could not be read.
    seed
        Seed of every random draw.
    """

    schema: int
    project: ProjectFacts
    target: TargetFacts
    level: float
    taken: Taken
    spellings: tuple[Spellings, ...]
    runs: RunCounts
    failures: FailureFacts | None
    adaptive: AdaptiveFacts | None
    empty: Empty | None
    correlation: Correlation
    parameters: tuple[Parameter, ...]
    metrics: tuple[str, ...]
    groupable: tuple[Choice, ...]
    has_history: bool
    has_runtime: bool
    notes: tuple[Message, ...]
    skipped: tuple[Skipped, ...]
    skipped_count: int
    seed: int

    def to_json(self) -> Json:
        """Return plain JSON values, the correlation as a list of its rows."""
        return {**super().to_json(), "correlation": self.correlation.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Overview:
        """Return the overview from what `to_json` returned."""
        runs = RunCounts.from_json(data["runs"])
        parameters = tuple(map(Parameter.from_json, data["parameters"]))
        plain_parts = {
            **data,
            "correlation": {"rows": data["correlation"]},
            "runs": {**data["runs"], MESSAGES: {}},
            "parameters": (),
        }
        return replace(super().from_json(plain_parts), runs=runs, parameters=parameters)


def describe(project: Project, design: Design, selection: Selection) -> Overview:
    """
    Describe what is known of a question without a model.

    Parameters
    ----------
    project
        The project, its columns in their places.
    design
        The design of the question.
    selection
        The question.
    """
    return Overview(
        schema=SCHEMA,
        project=ProjectFacts(
            selection.project,
            project.name,
            project.source,
            project.format,
            project.parts,
            project.part_runs,
            project.content,
        ),
        target=TargetFacts(
            design.target.metric,
            design.label,
            design.target.goal,
            design.target.value,
            design.scale,
            design.scale_reason,
            design.target.step if is_step(design.target.step) else None,
            design.steps,
        ),
        taken=describe_taken(project, selection.target, design.label),
        spellings=find_spellings(project.config),
        level=LEVEL,
        runs=RunCounts(
            loaded=design.loaded,
            used=design.runs_used,
            groups=len(design.y) if design.grouped else None,
            grouped=design.grouped,
            configs=design.n_configs,
            left_out=design.left_out,
            states={str(state): int(n) for state, n in project.runs["state"].value_counts().sort_index().items()},
        ),
        failures=_tell_failures(design),
        adaptive=AdaptiveFacts(design.adaptive, SENTENCE) if design.adaptive else None,
        empty=design.empty,
        correlation=correlate(design),
        parameters=design.parameters,
        metrics=tuple(project.metrics),
        groupable=tuple(Choice(**entry) for entry in choices.list_groupable(project)),
        has_history=design.target.metric in project.history.metrics,
        has_runtime=project.has_runtime,
        notes=(
            *(design.notes if design.empty else ()),  # else the ranking has them
            *_tell_other_parts(project),
            *map(as_message, project.notes),
        ),
        skipped=tuple(
            Skipped(what, why, why if what in why else f"{what}: {why}") for what, why in project.skipped[:MOST_SKIPPED]
        ),
        skipped_count=len(project.skipped),
        seed=selection.seed,
    )


def _tell_failures(design: Design) -> FailureFacts | None:
    """Say which runs are taken as failed by their value, or would be."""
    if not design.failures:
        return None
    n = sum(int(runs.sum()) for runs in design.failures.values())
    kept = design.target.failures == "keep"
    runs, values = Count(n, "run"), say_failures(design.failures)
    words = (
        say(
            "overview.failures_kept",
            "{runs} that look like failures count as results ({values}).",
            runs=runs,
            values=values,
        )
        if kept
        else say("overview.failures", "{runs} taken as failed and left out ({values}).", runs=runs, values=values)
    )
    return FailureFacts(n, kept, words)


def _tell_other_parts(project: Project) -> tuple[Message, ...]:
    """Say that there are other studies or experiments in the same source, if there are, or that all are here."""
    counts = dict(zip(project.parts, project.part_runs or [None] * len(project.parts), strict=True))
    others = [
        repr(uri.partition("#")[2]) + ("" if runs is None else f" ({runs:,} {'run' if runs == 1 else 'runs'})")
        for uri, runs in counts.items()
        if uri != project.source
    ]
    if not others:
        return ()
    filled = sum(runs != 0 for runs in counts.values())
    where, _, name = project.source.partition("#")
    names = Names(tuple(others), MOST_PARTS, "" if len(others) <= MOST_PARTS else "and")
    if name == ALL and project.source not in counts:
        return (
            say(
                "overview.together",
                "All {count} in {where} together: {names}.",
                count=filled,
                where=where,
                names=names,
            ),
        )
    one = say(
        "overview.parts",
        "This is {name}, one of {count} in {where}; the {other}: {names}.",
        name=repr(name),
        count=len(project.parts),
        where=where,
        other=Form(len(others), "other", "others"),
        names=names,
    )
    return (one, say("overview.all_parts", "All together: {all}.", all=f"{where}#{ALL}")) if filled > 1 else (one,)
