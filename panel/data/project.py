"""Project: all that was loaded from one source, as plain pandas frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from ..errors import SourceError
from .messages import NOTHING, Message
from .plain import plain_frame
from .terms import Goal

STATES = ("finished", "failed", "crashed", "killed", "pruned", "running", "unknown")
"""What can have become of a run. The order is that of the page."""

HISTORY_COLUMNS = ("run_id", "step", "metric", "value")

IN_ITS_SOURCE = "in its source"
"""The stamp of a history that was not read yet, until its source gives it a stamp of its own."""

FRAMES = "frames"
"""The format of a project that was given as frames."""


Sureness = Literal["given", "sure", "likely", "guess"]


@dataclass(frozen=True)
class Column:
    """
    One column of a source: where it was put, how sure that is and why, and a few of its values.

    Attributes
    ----------
    name
        As in the source.
    place
        Where it was put.
    label
        What it is called there: without a prefix that says its place.
    sure
        ``given`` by the source or the user, else how sure the guess is.
    reason
        Why it was put there.
    examples
        A few of its values.
    by_user
        Whether the user put it there.
    """

    name: str
    place: Literal["run", "config", "metric", "ignored"]
    label: str
    sure: Sureness = "given"
    reason: Message = NOTHING
    examples: tuple[str, ...] = ()
    by_user: bool = False


@dataclass(frozen=True)
class Domain:
    """
    What a search space declares of one parameter.

    Attributes
    ----------
    kind
        Kind of its values.
    low, high
        Limits of a number, both included.
    choices
        The possible values of a categorical, lists as JSON text.
    scale
        Scale it is drawn on; ``None`` if not declared.
    condition
        The parameter and those of its values for which this one exists; ``None`` if always.
    """

    kind: Literal["real", "integer", "categorical"]
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    scale: Literal["linear", "log"] | None = None
    condition: tuple[str, tuple[Any, ...]] | None = None


@dataclass(frozen=True)
class Space:
    """
    A declared search.

    Attributes
    ----------
    metric, goal
        Its target, of several the first.
    method
        How settings are drawn: ``random``, ``grid``, ``bayes``, ….
    parameters
        Each parameter's domain.
    goals
        The goals of all metrics for which one is declared; `metric` need not be among them.
    stops
        What stops runs early, as declared: ``hyperband``, ….
    """

    metric: str = ""
    goal: Goal | None = None
    method: str = ""
    parameters: Mapping[str, Domain] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)
    stops: str = ""

    def find_goal(self, metric: str) -> Goal | None:
        """Return what is declared of a metric; ``None`` if nothing is."""
        declared = self.goal if metric == self.metric else None
        return declared or self.goals.get(metric)


@dataclass(frozen=True)
class History:
    """
    Values per step, read when they are first asked for.

    Attributes
    ----------
    metrics
        Names of the metrics that have a history.
    read
        Returns a frame with the columns of `HISTORY_COLUMNS`.
    stamp
        For a history that stays where it is: says when it changes, without reading it. Empty for one that is at hand.
    origin
        For a history that stays where it is: the reader, the source, and the prefix of its run ids, for each source.
    """

    metrics: tuple[str, ...] = ()
    read: Callable[[], pd.DataFrame] = field(default=lambda: pd.DataFrame(columns=HISTORY_COLUMNS), compare=False)
    stamp: str = ""
    origin: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The history as a frame with the columns of `HISTORY_COLUMNS`, checked once."""
        frame = self.read()
        missing = [name for name in HISTORY_COLUMNS if name not in frame]
        if missing:
            raise SourceError(f"The history lacks the column {missing[0]!r}; it needs {', '.join(HISTORY_COLUMNS)}.")
        return frame[list(HISTORY_COLUMNS)]


@dataclass(frozen=True)
class Project:
    """
    All that was loaded from one source. Frames are indexed by run id and share one index; they are never changed.

    Attributes
    ----------
    name
        What the page calls it.
    source
        The path or URI it came from; empty for frames.
    format
        The kind of source, in words.
    runs
        One row a run: ``name``, ``state`` (see `STATES`), and as far as known ``created`` (UTC), ``runtime``
        (seconds), ``tags``.
    config
        One column a parameter, nested keys joined by ``.``; lists as JSON text.
    summary
        One column a metric.
    history
        Values per step.
    space
        The declared search space; ``None`` if there is none.
    columns
        The source's columns and where each was put.
    table
        Gives the source's table before its columns were put in their places; ``None`` if there was none.
    logged_nan
        For every metric in which NaN was *logged* (not just missing): which runs did.
    nan_settings
        The same for every parameter: a NaN is no setting and counts as missing, but is shown as what it is.
    words
        For every metric in which a word such as ``diverged`` stood in place of a number: the word of every run, missing
        where there is none.
    notes
        What the reader wants the user to know, such as renamed columns.
    skipped
        What could not be read: what it is (a path, an id), and why.
    parts
        The studies or experiments of the same source, this one among them; empty if it has only one.
    part_runs
        How many runs each of `parts` has; ``None`` where nobody knows before it is read.
    content
        A digest of the runs and the space, wherever they lie and whatever they are called; empty before it is kept.
    storage
        Where its own tool finds the runs again, as that tool is told, and what it calls them there: of an Optuna study
        the storage's address, without a password, and the study's name. ``None`` for others.

    Examples
    --------
    >>> import panel as sl
    >>> project = sl.load([{"lr": 0.1, "loss": 2.0}, {"lr": 0.01, "loss": 1.0}])
    >>> project.config["lr"].tolist(), project.summary["loss"].tolist()
    ([0.1, 0.01], [2.0, 1.0])
    """

    name: str
    source: str
    format: str
    runs: pd.DataFrame
    config: pd.DataFrame
    summary: pd.DataFrame
    history: History = field(default_factory=History)
    space: Space | None = None
    columns: tuple[Column, ...] = ()
    table: Callable[[], pd.DataFrame] | None = None
    logged_nan: pd.DataFrame = field(default_factory=pd.DataFrame)
    nan_settings: pd.DataFrame = field(default_factory=pd.DataFrame)
    words: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[Message, ...] = ()
    skipped: tuple[tuple[str, Message], ...] = ()
    parts: tuple[str, ...] = ()
    part_runs: tuple[int | None, ...] = ()
    content: str = ""
    storage: tuple[str, str] | None = None

    @cached_property
    def kept_curves(self) -> dict[str, Any]:
        """What was found in the history of a metric: see `question.lengths.read_curves`."""
        return {}

    @property
    def metrics(self) -> list[str]:
        """The metrics that can be a target: those with a number in at least one run, in the order of the source."""
        return [
            name for name, column in self.summary.items() if (column.dtype.kind in "ifub") and (column.notna().any())
        ]

    @property
    def has_runtime(self) -> bool:
        """Whether any run tells how long it took."""
        clock = self.runs.get("runtime")
        return clock is not None and clock.dtype.kind in "iuf" and bool(clock.notna().any())

    @property
    def tells_gaps(self) -> bool:
        """Whether what is missing was not recorded; in frames a NaN may also be one that was logged."""
        return self.format != FRAMES

    def filterable(self) -> list[str]:
        """All columns that a run filter can name, with their prefix."""
        frames = {"run": self.runs, "config": self.config, "summary": self.summary}
        return [f"{prefix}.{name}" for prefix, frame in frames.items() for name in frame]

    def column(self, full_name: str) -> pd.Series:
        """Return the column that `filterable` calls `full_name`."""
        prefix, _, name = full_name.partition(".")
        return {"run": self.runs, "config": self.config, "summary": self.summary}[prefix][name]


def tidy_runs(runs: pd.DataFrame | None, index: pd.Index) -> pd.DataFrame:
    """
    Complete the frame of runs: a name and a state for each, times in UTC.

    Parameters
    ----------
    runs
        What is known of the runs; ``None`` for nothing.
    index
        The ids of all runs.

    Raises
    ------
    SourceError
        If a state is none of `STATES`.
    """
    frame = plain_frame(runs).reindex(index) if runs is not None else pd.DataFrame(index=index)
    frame = frame.copy()
    if "name" not in frame:
        frame.insert(0, "name", pd.Series(index, index=index, dtype="str"))
    frame["name"] = frame["name"].astype("str").where(frame["name"].notna(), pd.Series(index, index=index))
    if "state" not in frame:
        frame["state"] = "unknown"
    frame["state"] = frame["state"].astype("str").fillna("unknown")
    wrong = sorted(set(frame["state"]) - set(STATES))
    if wrong:
        raise SourceError(f"State {wrong[0]!r} of a run is not known; use one of {', '.join(STATES)}.")
    if "created" in frame:
        frame["created"] = pd.to_datetime(frame["created"], utc=True, errors="coerce", format="ISO8601")
    return frame


def from_frames(
    config: pd.DataFrame,
    summary: pd.DataFrame,
    history: pd.DataFrame | None = None,
    runs: pd.DataFrame | None = None,
    *,
    name: str = "project",
    space: Space | None = None,
) -> Project:
    """
    Build a project from pandas frames.

    Parameters
    ----------
    config
        One row a run, one column a parameter; cells may be nested mappings (their keys are joined by ``.``) and lists.
    summary
        One row a run, one column a metric, with the index of `config`.
    history
        Values per step, in the columns ``run_id``, ``step``, ``metric``, ``value``.
    runs
        ``name``, ``state``, ``created``, ``runtime``, ``tags`` as far as known, with the index of `config`.
    name
        What the page calls the project.
    space
        The declared search space.

    Returns
    -------
    Project
        Missing values stay missing; nothing of the frames given is changed.

    Raises
    ------
    SourceError
        If run ids repeat, or the frames' indexes differ.
    """
    config, summary = plain_frame(config), plain_frame(summary)
    repeated = config.index[config.index.duplicated()]
    if len(repeated):
        raise SourceError(f"Run id {repeated[0]!r} stands twice in the index of config; ids must be unique.")
    if set(config.index) != set(summary.index) or len(config) != len(summary):
        raise SourceError(
            f"config has {len(config)} runs and summary {len(summary)}, and their indexes differ; "
            "both need the same run ids."
        )
    summary = summary.reindex(config.index)
    lines = History()
    if history is not None:
        text = history["run_id"].astype("str") if "run_id" in history else None
        frame = history if text is None else history.assign(run_id=text)
        lines = History(tuple(dict.fromkeys(frame.get("metric", ()))), lambda: frame)
        _ = lines.frame
    return Project(name, "", FRAMES, tidy_runs(runs, config.index), config, summary, lines, space)
