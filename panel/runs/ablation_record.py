"""The path from a baseline to the best config, as a record; see `ablation`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..data.messages import NOTHING, Message
from ..data.records import Record
from ..question.selection import Goal, check_choice
from .ablation_changes import Change, Setting
from .ablation_walk import How, Predict
from .asked import read_text

Verdict = Literal["better", "worse", "small", "noise", "unknown"]

Baseline = Literal["usual", "first", "run"]


@dataclass(frozen=True)
class Asked:
    """
    What can be asked; all of it may be left open.

    Attributes
    ----------
    baseline
        ``usual``: the config with the usual value of most parameters (see `baseline`); ``first``: the first run that
        finished; ``run``: the config of `run`. If it is left open ``usual``, in an adaptive search ``first``: there
        the usual values are those that the search found to be good.
    run
        Id of a run.
    """

    baseline: Baseline | None = None
    run: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked; `QuestionError` if there is no such baseline."""
        run = read_text(data.get("run"))
        if run:
            return cls("run", run)
        wanted = data.get("baseline")
        return cls(check_choice(wanted, Baseline, "Baseline") if wanted else None)


@dataclass(frozen=True)
class Learned:
    """
    What a model has learned of the configs.

    Attributes
    ----------
    predict
        Predicts configs between the two ends.
    r2
        Share of the variance that it predicts of configs that it has not seen.
    noise
        Standard deviation of a config's mean around what it predicts, as a loss.
    configs
        From how many configs.
    """

    predict: Predict
    r2: float
    noise: float
    configs: int


Learn = Callable[[Sequence[Change], int, int], Learned | None]
"""Learns of the configs between those of two runs; ``None`` if there is nothing to learn from."""


@dataclass(frozen=True)
class End:
    """
    An end of the path.

    Attributes
    ----------
    run, name
        Id and name of a run of the config.
    target
        Mean of the config's finished runs.
    runs
        How many these are.
    """

    run: str
    name: str
    target: float
    runs: int


@dataclass(frozen=True)
class Step(Record):
    """
    One step.

    Attributes
    ----------
    settings
        What changes: the parameters with their values before and after.
    together
        Whether these are several changes of which nothing tells singly.
    how
        Whether it is the difference of runs, or of predictions.
    before, after
        The target before and after it, both of runs or both predicted.
    brought, low, high
        By how much the target gets better, in its units, with an interval; ``None`` if luck is not known.
    share
        Its share of all that the path brought, on the scale on which targets are compared.
    verdict
        ``small`` if the whole interval lies within what does not matter (`matter.find_matter`) and its share is small
        too; ``better`` or ``worse`` if it leaves out none, else ``noise``; ``unknown`` if there is no interval.
    run, name, mean, runs
        Id and name of a run of the config after it, mean of its finished runs, and how many these are; empty, ``None``
        and 0 if it was not run.
    failed
        Whether that config was run, and no run of it finished.
    words
        The step in words.
    """

    settings: tuple[Setting, ...]
    together: bool
    how: How
    before: float | None
    after: float | None
    brought: float | None
    low: float | None
    high: float | None
    share: float | None
    verdict: Verdict
    run: str = ""
    name: str = ""
    mean: float | None = None
    runs: int = 0
    failed: bool = False
    words: Message = NOTHING


@dataclass(frozen=True)
class AblationRecord(Record):
    """
    The path from a baseline to the best config.

    Attributes
    ----------
    target, goal, adaptive
        As of `Runs`: the target's label, its goal, and why the search counts as adaptive.
    log
        Whether targets are compared by their ratios.
    level
        Level of the intervals.
    asked
        Which baseline was taken.
    usual, parameters
        In how many parameters the baseline has the usual value, if that was asked for; and of how many.
    baseline, best
        The two ends.
    best_run
        Id of the best single run, which may be of another config.
    brought
        By how much the best config is better.
    steps
        In their order; none if the baseline is the best config.
    matter
        The smallest difference that matters, in words.
    left, left_share
        What no step explains of it: luck of the two ends, and what the model does not see.
    r2, configs
        Share of the variance that the model predicts of configs that it has not seen, and from how many; ``None`` and 0
        if there is no model.
    believed
        Whether that is enough to predict steps.
    lead, notes
        What brought how much, in one sentence; and what is to be known about it.
    """

    target: str
    goal: Goal
    log: bool
    adaptive: Message
    level: float
    asked: Baseline
    usual: int
    parameters: int
    baseline: End
    best: End
    best_run: str
    brought: float
    steps: tuple[Step, ...]
    matter: Message
    left: float
    left_share: float
    r2: float | None
    configs: int
    believed: bool
    lead: Message = NOTHING
    notes: tuple[Message, ...] = ()
