"""
Adopt or not: two values of a parameter after tuning all others, or two configs by their repeats.

Two values are compared by the expected best of equally many configs each, as in `isolation`: how sure that is, is the
study's part (which configs happened to be tried). Two configs are compared by their repeats: how sure that is, is the
trial's part (run-to-run noise). The two are said separately.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ..data.messages import Message, Number, say
from ..data.records import Record
from ..question.selection import Goal
from . import bestof
from .adopt_configs import compare_configs
from .adopt_pair import Pair, Study
from .adopt_values import compare_values
from .adopt_words import Verdict, recommend
from .asked import read_text, read_whole
from .base import Runs
from .buckets import MOST_BUCKETS
from .configs import config_numbers, configs_of, improvement, is_log, scaled_loss
from .empty import Empty, read_record
from .groups import Point, Standing, choose_points, find_middle, finite_or_none
from .matter import find_matter
from .replicates import trial_noise

NAME = "adopt"

Kind = Literal["values", "configs"]


@dataclass(frozen=True)
class Asked:
    """
    What can be asked.

    What is left open is chosen: the parameter that is most likely the question, its two best values; the best config.

    Attributes
    ----------
    kind
        Whether two values of a parameter are compared, or two configs.
    parameter
        The parameter whose values are compared.
    a, b
        Labels of two of its values, as `make_buckets` makes them. b is the baseline.
    buckets
        How many buckets a number has.
    run_a, run_b
        Ids of a run of each config.
    """

    kind: Kind = "values"
    parameter: str = ""
    a: str = ""
    b: str = ""
    buckets: int | None = None
    run_a: str = ""
    run_b: str = ""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked; `QuestionError` if a number cannot be asked for."""
        run_a, run_b = read_text(data.get("run_a")), read_text(data.get("run_b"))
        return cls(
            kind="configs" if data.get("kind") == "configs" or run_a or run_b else "values",
            parameter=read_text(data.get("parameter")),
            a=read_text(data.get("a")),
            b=read_text(data.get("b")),
            buckets=read_whole(data.get("buckets"), "Buckets", 2, MOST_BUCKETS),
            run_a=run_a,
            run_b=run_b,
        )


@dataclass(frozen=True)
class Trial:
    """The standard deviation of run-to-run noise in the target's units, if it is known; from how many configs."""

    sd: float | None
    configs: int
    words: Message


@dataclass(frozen=True)
class AdoptRecord(Record):
    """
    Two sides of a comparison, and which to take.

    Attributes
    ----------
    kind
        What was compared.
    a, b
        How the two sides are called; b is the baseline.
    target, goal, adaptive
        As of `Runs`: the target's label, its goal, and why the search counts as adaptive.
    log
        Whether targets are compared by their ratios.
    level
        Level of the intervals.
    groups
        How each side stands.
    difference, low, high
        By how much a is better in the target's units, with its interval; ``None`` for what is not known.
    ratio
        The same as a factor, where targets are compared by ratios.
    p
        How likely as large a difference is by chance, if it was judged by shuffling.
    beyond
        Whether chance is ruled out; ``None`` if it cannot be judged.
    trial, study
        How sure the difference is: the part of run-to-run noise, and that of the choice of configs.
    complexity
        Which side takes longer, is larger, or needs more parameters.
    verdict, sentence
        The recommendation.
    wanted
        What to run to tell; empty if it can be told.
    notes
        What else is to be known.
    points, drawn, middle
        The configs, or of configs the runs, to draw; how many these are, and the target of the middle one.
    m
        Of how many configs the best is compared; 0 if there are too few, ``None`` for configs.
    parameter, labels
        Of values the parameter, and labels of all its values.
    """

    kind: Kind
    a: Message
    b: Message
    target: str
    goal: Goal
    log: bool
    level: float
    adaptive: Message
    groups: tuple[Standing, Standing]
    difference: float | None
    low: float | None
    high: float | None
    ratio: float | None
    p: float | None
    beyond: bool | None
    trial: Trial
    study: Study
    complexity: tuple[Message, ...]
    verdict: Verdict
    sentence: Message
    wanted: Message
    notes: tuple[Message, ...]
    points: tuple[Point, ...]
    drawn: int
    middle: float | None
    m: int | None
    parameter: str | None
    labels: tuple[str, ...]


def from_json(data: Mapping[str, Any]) -> AdoptRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(AdoptRecord, data)


def asks_roles(asked: Asked) -> bool:
    """Say whether roles decide which parameter is compared."""
    return not asked.parameter


def record(runs: Runs, asked: Asked) -> AdoptRecord | Empty:
    """
    Compare two configs or two values of a parameter.

    Raises
    ------
    QuestionError
        If a run, a parameter or a value is not known, or the two are the same.
    """
    if asked.kind == "configs":
        pair = compare_configs(runs, asked.run_a, asked.run_b)
    else:
        pair = compare_values(runs, asked.parameter, asked.a, asked.b, asked.buckets)
    return pair if isinstance(pair, Empty) else _judge(runs, pair)


def _judge(runs: Runs, pair: Pair) -> AdoptRecord:
    (a, b), found = pair.words, pair.difference
    trial = _tell_trial(runs)
    matter = find_matter(runs)
    advice = recommend(a, b, runs.label, found, pair.beyond, pair.alike, pair.hopeless, matter, pair.wanted, pair.p)
    points = choose_points(runs, pair.drawn)
    return AdoptRecord(
        kind=pair.kind,
        a=a,
        b=b,
        target=runs.label,
        goal=runs.goal,
        log=is_log(runs),
        level=bestof.LEVEL,
        adaptive=runs.adaptive,
        groups=pair.standings,
        difference=found.size,
        low=found.low,
        high=found.high,
        ratio=found.ratio,
        p=pair.p,
        beyond=pair.beyond,
        trial=trial,
        study=pair.study,
        complexity=tuple(pair.complexity),
        verdict=advice.verdict,
        sentence=advice.sentence,
        wanted=advice.wanted,
        notes=(*pair.notes, *_say_adaptive(runs)),
        points=points,
        drawn=len(points),
        middle=find_middle(runs, pair.drawn) if points else None,
        m=pair.m,
        parameter=pair.parameter,
        labels=pair.labels,
    )


def _tell_trial(runs: Runs) -> Trial:
    number, loss = config_numbers(runs), scaled_loss(runs)
    noise = trial_noise(loss, number, runs.feasible)
    if noise is None or not noise.sd:
        return Trial(None, 0, say("adopt.no_trial", "Not known: no config was run twice with another seed."))
    best = configs_of(runs, np.arange(len(runs)), number, loss).loss[0]  # as `checks.noise` says it
    words = say(
        "adopt.trial",
        "One run around the mean of its config, from the repeats of {configs} configs.",
        configs=Number(noise.configs, style="short"),
    )
    return Trial(finite_or_none(abs(improvement(runs, float(best), -noise.sd))), noise.configs, words)


def _say_adaptive(runs: Runs) -> list[Message]:
    if not runs.adaptive:
        return []
    return [
        say(
            "adopt.adaptive",
            "The search chose these runs ({why}), so chance is not judged and the interval is too narrow.",
            why=runs.adaptive,
        )
    ]
