"""
One parameter alone: the best of all configs for each of its values, whatever the other parameters are.

A value that was tried more often has the better best run by luck alone. So values are compared by the expected best of
equally many configs (see `bestof`), and each with a baseline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ..data.messages import NOTHING, Message
from ..data.records import Record
from ..question.selection import Goal
from ..question.target import ScaleUsed
from . import bestof
from .asked import read_text, read_whole
from .base import Runs
from .baseline import find_usual
from .buckets import MOST_BUCKETS, make_buckets
from .configs import config_numbers, is_log, scaled_loss
from .empty import Empty, read_record, tell_no_parameter, tell_no_target
from .groups import (
    FEWEST,
    Group,
    Point,
    Standing,
    choose_m,
    choose_parameter,
    choose_points,
    find_middle,
    make_group,
    tell_standing,
)
from .isolation_words import say_each, say_lead, say_notes
from .judging import compare_with_baseline
from .matter import find_matter

NAME = "isolation"

OFFERED = (2, 3, 5, 10, 20, 50, 100, 200)
"""Numbers of configs by whose best values can be compared."""

MOST_NAMED = 20_000
"""With more runs than this the record does not name those of each value."""


@dataclass(frozen=True)
class Asked:
    """
    What can be asked; all of it may be left open.

    Attributes
    ----------
    parameter
        The parameter; if it is empty, one whose effect is most likely the question.
    baseline
        Label of the value with which the others are compared; if it is empty, one with about the most configs.
    buckets
        How many buckets a number has.
    m
        Of how many configs the best is compared.
    """

    parameter: str = ""
    baseline: str = ""
    buckets: int | None = None
    m: int | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Asked:
        """Read what was asked; `QuestionError` if a number cannot be asked for."""
        return cls(
            parameter=read_text(data.get("parameter")),
            baseline=read_text(data.get("baseline")),
            buckets=read_whole(data.get("buckets"), "Buckets", 2, MOST_BUCKETS),
            m=read_whole(data.get("m"), "Best of", 2, max(OFFERED)),
        )


@dataclass(frozen=True)
class IsolationRecord(Record):
    """
    The values of a parameter, compared.

    Attributes
    ----------
    parameter
        Its name.
    kind, absent
        As of its `Axis`.
    integer
        Whether it holds whole numbers.
    target, goal, scale, adaptive
        As of `Runs`: the target's label, its goal and scale, and why the search counts as adaptive.
    log
        Whether targets are compared by their ratios.
    level
        Level of the intervals.
    runs, infeasible, configs
        Number of feasible runs, of infeasible ones, and of configs.
    m, enough
        Of how many configs the best is compared, and how many a value needs for that; m is 0 if none has enough.
    offered
        Numbers of configs by whose best at least two values can be compared.
    baseline
        Label of the value with which the others are compared; ``None`` if there is none.
    buckets
        How each value stands, in their order.
    matter
        The smallest difference that matters, in words; see `matter.find_matter`.
    points, drawn, middle
        The configs to draw, how many these are, and the target of the middle config.
    lead, sentences
        What the comparison gave, and what each value gave, the best first.
    notes
        What is to be known about it.
    """

    parameter: str
    kind: Literal["number", "category"]
    integer: bool
    absent: str
    target: str
    goal: Goal
    log: bool
    scale: ScaleUsed
    level: float
    adaptive: Message
    runs: int
    infeasible: int
    configs: int
    m: int
    enough: int
    offered: tuple[int, ...]
    baseline: str | None
    buckets: tuple[Standing, ...]
    points: tuple[Point, ...]
    drawn: int
    middle: float | None
    matter: Message
    lead: Message = NOTHING
    sentences: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()


def from_json(data: Mapping[str, Any]) -> IsolationRecord | Empty:
    """Return the record that such JSON was made of."""
    return read_record(IsolationRecord, data)


def asks_roles(asked: Asked) -> bool:
    """Say whether roles decide which parameter is compared."""
    return not asked.parameter


def record(runs: Runs, asked: Asked) -> IsolationRecord | Empty:
    """
    Compare the values of a parameter.

    Raises
    ------
    QuestionError
        If a parameter is not known.
    """
    parameter = choose_parameter(runs, asked.parameter)
    if parameter is None:
        return tell_no_parameter()
    if not runs.feasible.any():
        return tell_no_target(runs)
    axis = runs.axis(parameter)
    number, loss = config_numbers(runs), scaled_loss(runs)
    groups = [make_group(runs, bucket, number, loss) for bucket in make_buckets(axis, asked.buckets)]
    m, enough = choose_m(groups, asked.m)
    baseline = _choose_baseline(runs, groups, number, asked.baseline, enough)
    alone = [_name_runs(runs, group, tell_standing(runs, group, m, enough)) for group in groups]
    points = choose_points(runs, groups)
    compared = IsolationRecord(
        parameter=parameter,
        kind=axis.kind,
        integer=runs.parameters[parameter].kind == "integer",
        absent=axis.absent,
        target=runs.label,
        goal=runs.goal,
        log=is_log(runs),
        scale=runs.scale,
        level=bestof.LEVEL,
        adaptive=runs.adaptive,
        runs=int(runs.feasible.sum()),
        infeasible=int((~runs.feasible).sum()),
        configs=sum(len(group.configs) for group in groups),
        m=m,
        enough=enough,
        offered=_offer_numbers(groups),
        baseline=None if baseline is None else alone[baseline].label,
        buckets=compare_with_baseline(runs, groups, alone, m, baseline),
        points=points,
        drawn=len(points),
        middle=find_middle(runs, groups),
        matter=find_matter(runs).words,
    )
    return replace(
        compared,
        lead=say_lead(compared),
        sentences=say_each(compared),
        notes=say_notes(compared, asked.baseline),
    )


def _name_runs(runs: Runs, group: Group, standing: Standing) -> Standing:
    if len(runs) > MOST_NAMED:
        return standing
    return replace(standing, ids=tuple(str(run) for run in runs.ids[group.bucket.rows]))


def _offer_numbers(groups: Sequence[Group]) -> tuple[int, ...]:
    second = sorted((group.n for group in groups), reverse=True)[1:2]
    return tuple(m for m in OFFERED if second and second[0] >= max(FEWEST, bestof.BLOCKS * m))


def _choose_baseline(runs: Runs, groups: Sequence[Group], number: np.ndarray, wanted: str, enough: int) -> int | None:
    """Return the number of the baseline, if it has enough configs: the value asked for, else the usual one."""
    labels = {group.bucket.label: i for i, group in enumerate(groups) if not group.bucket.mixed}
    if wanted in labels:
        return labels[wanted]
    chosen = find_usual(runs, [group.bucket for group in groups], number)
    return chosen if groups[chosen].n >= enough else None
