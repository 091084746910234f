"""What every check looks at, a `Study`, and what it returns, a `Finding` with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ..data.names import last_words, names_setting
from ..data.project import Space
from ..question.design import Design
from ..question.parameters import Parameter
from ..runs import histories
from ..runs.base import Runs
from ..runs.configs import Configs, config_numbers, configs_of, scaled_loss

Verdict = Literal["act", "look", "can't tell", "fine"]

FIRES: tuple[Verdict, ...] = ("act", "look")
"""The verdicts that ask for something."""


@dataclass(frozen=True)
class Along:
    """An axis of evidence: how it is called, whether it is a log scale, and the values of a category in their order."""

    label: str
    log: bool = False
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Series:
    """
    What is drawn together.

    Attributes
    ----------
    name
        What the legend calls it.
    kind
        ``points``; ``line``; ``band`` between `low` and `high`; ``bars``, with an interval from `low` to `high` if
        these are given.
    x, y
        Places. On an axis of categories the place of a label, from 0.
    low, high
        Limits at every place.
    tone
        ``best`` for what the finding is about, ``rest`` for what it is compared with, ``bad`` for infeasible runs and
        what is wrong.
    runs
        The id of the run that each point is, if it is one.
    """

    name: str
    kind: Literal["points", "line", "band", "bars"]
    x: Sequence[float]
    y: Sequence[float] = ()
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    tone: Literal["best", "rest", "bad"] = "rest"
    runs: Sequence[str] = ()


@dataclass(frozen=True)
class Mark:
    """A straight line across evidence, such as a limit of the search space: at `at` of one axis, with its words."""

    axis: Literal["x", "y"]
    at: float
    label: str


@dataclass(frozen=True)
class Evidence:
    """A figure: what was seen, on two axes."""

    title: str
    x: Along
    y: Along
    series: tuple[Series, ...]
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Finding:
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
        The numbers behind it as plain JSON, for the next sweep and for other programs.
    """

    check: str
    question: str
    verdict: Verdict
    sentence: str
    advice: str = ""
    basis: str = ""
    evidence: tuple[Evidence, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def fires(self) -> bool:
        """Whether it asks for something."""
        return self.verdict in FIRES

    def to_json(self) -> dict[str, Any]:
        """Return the finding as plain JSON values: numbers that are not finite become ``None``."""
        return {key: plain(value) for key, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Finding:
        """Return the finding that `to_json` made such plain values of, without its evidence."""
        return cls(**{**data, "evidence": ()})


def number_of(n: int, what: str) -> str:
    """Return how many there are of something in words: ``1 run``, ``2,000 runs``."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def none_of(n: int, what: str, does: str, does_not: str) -> str:
    """Return ``None of the 12 runs`` and what none of them `does`; of one ``The only run`` and what it `does_not`."""
    return f"The only {what} {does_not}" if n == 1 else f"None of the {n:,} {what}s {does}"


def plain(value: Any) -> Any:
    """Return numbers, arrays and what holds them as plain JSON values; what is not finite becomes ``None``."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


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
    def memo(self) -> dict[str, Any]:
        """What more than one check works out of a study, by name, so that it is worked out once."""
        return {}

    def curves(self, metrics: Sequence[str], rows: np.ndarray) -> dict[tuple[str, str], histories.Curve]:
        """
        Return the curves of some runs.

        Parameters
        ----------
        metrics
            Names; those without a history are passed over.
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
"""Of so many fixed settings a conclusion says the value; the others are counted."""

HOUSEKEEPING = frozenset("path dir file device workers verbose project buffer frequency interval".split())
"""Last words of settings that say how a run was done, not what was trained."""


def caveats(study: Study) -> tuple[str, ...]:
    """
    Return what every conclusion of a study holds for only, as sentences.

    The only values tried of settings (see `names.names_setting`; other constants are no choice), infeasible runs, a
    search that chose its runs, and runs that were filtered or grouped.
    """
    found = []
    settings = [p for p in study.fixed if names_setting(p.name) and not last_words(p.name) & HOUSEKEEPING]
    found += [f"It holds for {p.name} = {p.value_range}, the only value tried." for p in settings[:NAMED]]
    more = len(settings) - NAMED
    if more > 0:
        found.append(f"It holds for the only value tried of {more} more setting{'s' if more > 1 else ''}.")
    n, infeasible = len(study.runs), int((~study.runs.feasible).sum())
    if infeasible:
        share = 100 * infeasible / n
        found.append(
            f"{infeasible:,} of {number_of(n, 'run')} ({share:.{0 if share >= 1 else 1}f} %) "
            f"{'was' if infeasible == 1 else 'were'} infeasible."
        )
    if study.adaptive:
        found.append(f"It holds among the runs that the search chose, not over the space: {study.adaptive}.")
    filtered, picked = map(study.design.count_left_out, ("left_out.filtered", "left_out.not_picked"))
    if filtered:
        found.append(f"{filtered:,} runs are left out by the filter.")
    if picked:
        found.append(f"{picked:,} runs were not picked; checks look at them all the same.")
    if study.design.grouped:
        found.append(f"runs grouped by {study.design.grouped} are single ones here.")
    return tuple(found)
