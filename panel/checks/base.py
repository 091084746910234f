"""What every check looks at, a `Study`, and what it returns, a `Finding` with its evidence and facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, Protocol, Self, TypeVar, cast

import numpy as np

from ..data.messages import NOTHING, Count, Form, Message, Number, join, say
from ..data.names import names_setting
from ..data.project import Space
from ..data.records import Record
from ..question.design import Design
from ..question.parameters import Parameter
from ..runs import histories
from ..runs.base import Runs
from ..runs.configs import Configs, config_numbers, configs_of, scaled_loss
from ..runs.milestones import REMEMBERED, find_milestone, keep_runs
from .advisable import has_sense

Verdict = Literal["act", "look", "can't tell", "fine"]

FIRES: tuple[Verdict, ...] = ("act", "look")
"""The verdicts that ask for something."""

Tone = Literal["best", "rest", "bad"]
"""``best`` for what a finding is about, ``rest`` for what it is compared with, ``bad`` for what is wrong."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class Along:
    """An axis of evidence: its name, whether it is a log scale, and the values of a category in order."""

    label: str
    log: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """
    Points, bars, a line or a band, drawn together.

    Attributes
    ----------
    name
        What the legend calls it.
    kind
        ``points``; ``line``; ``band`` between `low` and `high`; ``bars``, with an interval from `low` to `high` if
        these are given.
    x, y
        Places. On an axis of categories the place of a label, from 0. As JSON has it, one that is not finite is
        ``None``.
    low, high
        Limits at every place.
    tone
        See `Tone`.
    runs
        The id of the run that each point is, if it is one.
    """

    name: str
    kind: Literal["points", "line", "band", "bars"]
    x: Sequence[float | None]
    y: Sequence[float | None] = ()
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()
    tone: Tone = "rest"
    runs: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """A straight line across evidence at the value `at` of one axis, with a label; such as a limit of the space."""

    axis: Literal["x", "y"]
    at: float | None
    label: Message


@dataclass(frozen=True)
class Evidence(Record):
    """A figure: what was seen, on two axes."""

    title: Message
    x: Along
    y: Along
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Finding(Record):
    """
    The answer to one question about a search.

    Attributes
    ----------
    check
        Name of the check.
    question
        What it asks, in words.
    verdict
        ``fine``; ``look``; ``act``; ``can't tell``, and then the sentence says what is missing.
    sentence
        The answer with its number.
    advice
        What to do; empty where there is nothing to do.
    basis
        What it is based on: how many runs or configs, which test, which level.
    evidence
        Figures, the most telling first.
    facts
        What was measured, for the next sweep and for other programs: the ``Facts`` of the check's module. ``None``
        where nothing could be measured.

    Examples
    --------
    >>> import panel as sl
    >>> finding = sl.findings(sl.load([{"lr": i, "loss": i % 5} for i in range(10)]))[0]
    >>> isinstance(finding, sl.Finding), finding.check, finding.verdict
    (True, 'boundary', "can't tell")
    """

    check: str
    question: str
    verdict: Verdict
    sentence: Message
    advice: Message = NOTHING
    basis: Message = NOTHING
    evidence: tuple[Evidence, ...] = ()
    facts: Record | None = None

    @property
    def fires(self) -> bool:
        """Whether it asks for something."""
        return self.verdict in FIRES

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values, see `Record.to_json`; ``facts`` is empty where there are none."""
        return {**super().to_json(), "facts": self.facts.to_json() if self.facts else {}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """
        Return the finding from what `to_json` returned, with the facts of its check.

        Raises
        ------
        ValueError
            If there is no such check, or something is missing, or of another kind.
        """
        from . import find_check  # every check makes findings, so that they are not known before

        finding, facts = super().from_json({**data, "facts": None}), data.get("facts")
        check = find_check(finding.check)
        return replace(finding, facts=check.Facts.from_json(facts)) if facts else finding


class Check(Protocol):
    """
    A question about a search: a module of this folder.

    Attributes
    ----------
    NAME
        Its name.
    QUESTION
        What it asks, in words.
    """

    NAME: str
    QUESTION: str

    @property
    def Facts(self) -> type[Record]:  # noqa: N802 (a class of the module)
        """What it measures."""

    def measure(self, study: Study) -> Any:
        """Return what was measured, its ``Facts``: numbers, no words; ``None`` where nothing could be."""

    def tell(self, study: Study, facts: Any) -> Finding:
        """Say what these facts mean: the verdict, words and figures, of the same study."""

    def check(self, study: Study) -> Finding:
        """Answer the question: tell what is measured."""


@dataclass(frozen=True)
class Study:
    """
    A search as the checks see it: its runs as columns, and its design.

    What is counted and compared is a config, not a run: runs equal but for seeds are one.

    Attributes
    ----------
    runs
        All runs, infeasible ones among them.
    design
        The design of the same question, for methods that need one.
    """

    runs: Runs
    design: Design

    @property
    def space(self) -> Space | None:
        """The declared search space."""
        return self.runs.project.space

    @property
    def adaptive(self) -> str:
        """Why the search counts as adaptive, in words; empty if it does not."""
        return self.runs.adaptive

    @cached_property
    def tuned(self) -> tuple[Parameter, ...]:
        """The parameters that enter a model and vary, in the order of the source."""
        return tuple(p for p in self.runs.parameters.values() if p.modelled and p.distinct > 1)

    @cached_property
    def fixed(self) -> tuple[Parameter, ...]:
        """The parameters with one value: every conclusion holds for that value only."""
        return tuple(p for p in self.runs.parameters.values() if p.reason == "constant" and p.distinct == 1)

    @cached_property
    def one_sided(self) -> tuple[Parameter, ...]:
        """Those of the fixed ones that failed runs have other values of, as described from these too."""
        return tuple(p for p in self.runs.one_sided.values() if p.modelled)

    @cached_property
    def number(self) -> np.ndarray:
        """Number of the config of every run, shape (n_runs,)."""
        return config_numbers(self.runs)

    @cached_property
    def loss(self) -> np.ndarray:
        """The target on the scale on which it is compared (log where modelled so), so that small is good."""
        return scaled_loss(self.runs)

    @cached_property
    def configs(self) -> Configs:
        """The feasible configs, from the best."""
        return configs_of(self.runs, np.arange(len(self.runs)), self.number, self.loss)

    @cached_property
    def earlier(self) -> Study | None:
        """The search as it was at the last milestone (see `runs.milestones`); ``None`` before the first."""
        kept = find_milestone(self.runs)
        return None if kept is None else replace(self, runs=keep_runs(self.runs, kept))

    def settle(self, judge: Callable[[Study], bool | None]) -> bool:
        """
        Say whether something holds, so that the answer changes when the evidence does, not with every run.

        Parameters
        ----------
        judge
            Says of a search whether it holds; ``None`` where the evidence is near the limit. Then the search at the
            last milestone decides, and so on; where none of `REMEMBERED` does, it does not hold.
        """
        asked: Study | None = self
        for _ in range(REMEMBERED + 1):
            holds = judge(asked) if asked is not None else False
            if holds is not None:
                return holds
            asked = asked.earlier if asked is not None else None
        return False

    @cached_property
    def _made(self) -> dict[Callable[[Study], object], object]:
        return {}

    def compute_once(self, make: Callable[[Study], Made]) -> Made:
        """Return the result of a function of the study, which is called only once for all checks."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast(Made, self._made[make])

    def read_curves(self, metrics: Sequence[str], rows: np.ndarray) -> dict[tuple[str, str], histories.Curve]:
        """
        Return the curves of some runs.

        Parameters
        ----------
        metrics
            Names; those without a history are ignored.
        rows
            Numbers of the runs.

        Returns
        -------
        dict
            Steps (ascending) and values by run id and metric, where there are any.
        """
        known = [m for m in metrics if m in self.runs.project.history.metrics]
        return histories.read(self.runs.project, [str(i) for i in self.runs.ids[rows]], known) if known else {}


NAMED = 4
"""Most fixed settings whose values a conclusion names; the others are counted."""


def say_caveats(study: Study) -> tuple[Message, ...]:
    """
    Return sentences on what limits every conclusion of a study.

    The only values tried of settings (see `names.names_setting`; other constants are no choice), or the only ones that
    did not fail, infeasible runs, a search that chose its runs, and runs that were filtered or grouped.
    """
    said = []
    settings = [p for p in study.fixed if names_setting(p.name) and has_sense(p)]
    only = [p for p in settings if p.name not in study.runs.one_sided]
    if only:
        said.append(_say_only_values(only))
    failing = [p for p in settings if p.name in study.runs.one_sided]
    if failing:
        said.append(
            say(
                "caveats.others_failed",
                "It holds for {settings}: every run with another value failed.",
                settings=join(_name_settings(failing), ", "),
            )
        )
    n, infeasible = len(study.runs), int((~study.runs.feasible).sum())
    if infeasible:
        share = 100 * infeasible / n
        said.append(
            say(
                "caveats.infeasible",
                "{infeasible} of {runs} ({share}) {were} infeasible.",
                infeasible=infeasible,
                runs=Count(n, "run"),
                share=Number(share, 0 if share >= 1 else 1, "fixed", "%"),
                were=Form(infeasible, "was", "were"),
            )
        )
    if study.adaptive:
        said.append(
            say(
                "caveats.adaptive",
                "It holds among the runs that the search chose, not over the space: {why}.",
                why=study.adaptive,
            )
        )
    filtered, picked = map(study.design.count_left_out, ("left_out.filtered", "left_out.not_picked"))
    if filtered:
        said.append(
            say(
                "caveats.filtered",
                "{runs} {are} left out by the filter.",
                runs=Count(filtered, "run"),
                are=Form(filtered, "is", "are"),
            )
        )
    if picked:
        said.append(
            say(
                "caveats.not_picked",
                "{runs} {were} not picked; checks look at them all the same.",
                runs=Count(picked, "run"),
                were=Form(picked, "was", "were"),
            )
        )
    if study.design.grouped:
        said.append(say("caveats.grouped", "runs grouped by {by} are single ones here.", by=study.design.grouped))
    return tuple(said)


def _name_settings(settings: Sequence[Parameter]) -> list[Message]:
    return [
        say("caveats.setting", "{parameter} = {value}", parameter=p.name, value=p.value_range) for p in settings[:NAMED]
    ]


def _say_only_values(settings: Sequence[Parameter]) -> Message:
    """Say in one sentence which values of settings are the only ones tried."""
    named = _name_settings(settings)
    more = len(settings) - len(named)
    if more:
        return say(
            "caveats.only_values_and_more",
            "It holds for {settings}, the only values tried, and for one value of {more}.",
            settings=join(named, ", "),
            more=Count(more, "more setting"),
        )
    return say(
        "caveats.only_values",
        "It holds for {settings}, the only {values} tried.",
        settings=join([join(named[:-1], ", "), named[-1]], " and "),
        values=Form(len(named), "value", "values"),
    )
