"""Two values of a parameter after tuning all others: by the expected best of equally many configs each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..data.messages import say
from ..errors import QuestionError, nearest
from . import bestof
from .adopt_pair import Difference, Pair, Study, tell_difference
from .adopt_words import say_first_configs, say_more_configs, say_random_configs
from .base import Runs
from .buckets import make_buckets
from .complexity import say_conditional, say_larger
from .configs import config_numbers, improvement, scaled_loss
from .empty import Empty, tell_no_parameter, tell_no_target
from .groups import (
    FEWEST,
    Group,
    choose_m,
    choose_parameter,
    finite_or_none,
    make_group,
    tell_standing,
)
from .isolation_words import say_same_value
from .judging import compare_with_baseline


def compare_values(runs: Runs, wanted: str, a: str, b: str, buckets: int | None) -> Pair | Empty:
    """
    Compare two values of a parameter.

    Parameters
    ----------
    runs
        The runs.
    wanted
        The parameter; if it is empty, one whose effect is most likely the question.
    a, b
        Labels of the two values; one that is empty is chosen: the best of those that were recorded.
    buckets
        How many buckets a number has.

    Raises
    ------
    QuestionError
        If the parameter or a value is not known, or the two are the same.
    """
    parameter = choose_parameter(runs, wanted)
    if not runs.feasible.any():
        return tell_no_target(runs)
    if parameter is None:
        return tell_no_parameter()
    axis = runs.axis(parameter)
    number, loss = config_numbers(runs), scaled_loss(runs)
    groups = [make_group(runs, bucket, number, loss) for bucket in make_buckets(axis, buckets) if not bucket.mixed]
    missing = [bool(np.isnan(axis.values[group.bucket.rows]).any()) for group in groups]
    chosen = _choose_two(groups, missing, parameter, a, b)
    if chosen is None:
        return Empty(say_same_value(parameter, groups[0].bucket.label))
    sides, labels = (groups[chosen[0]], groups[chosen[1]]), [group.bucket.label for group in groups]
    return _compare(runs, parameter, sides, labels, len(np.unique(number[runs.feasible])))


def _choose_two(
    groups: Sequence[Group], missing: Sequence[bool], parameter: str, a: str, b: str
) -> tuple[int, int] | None:
    """Return the places of the two values, of missing ones if they are asked for; ``None`` if there is only one."""
    labels = [group.bucket.label for group in groups]
    for wanted in (a, b):
        if wanted and wanted not in labels:
            raise QuestionError(f"{parameter} has no value {wanted!r} here. {nearest(wanted, labels)}")
    if len(groups) < 2:
        return None
    m, _ = choose_m(groups, None)

    def rank(i: int) -> tuple[bool, bool, float, int]:
        n = groups[i].n
        known = bool(m) and n >= max(FEWEST, m)
        best = groups[i].configs.loss[0] if n else np.inf
        return missing[i], not known, bestof.expected_best(groups[i].configs.loss, m) if known else float(best), i

    order = sorted(range(len(groups)), key=rank)
    first = labels.index(a) if a else None
    second = labels.index(b) if b else None
    if first is None:
        first = next(i for i in order if i != second)
    if second is None:
        second = next(i for i in order if i != first)
    if first == second:
        raise QuestionError(f"{labels[first]} cannot be compared with itself. Choose another value of {parameter}.")
    return first, second


def _compare(runs: Runs, parameter: str, sides: tuple[Group, Group], labels: Sequence[str], every: int) -> Pair:
    n = min(side.n for side in sides)
    m, enough = choose_m(sides, None) if n >= FEWEST else (0, FEWEST)
    alone = [tell_standing(runs, side, m, min(enough, n) if m else enough) for side in sides]
    first, second = compare_with_baseline(runs, sides, alone, m, 1)
    study = say("adopt.study", "The difference, by which configs of each side happened to be tried.")
    wanted = say_first_configs(FEWEST, max(1, FEWEST - n))
    difference, sd, beyond = Difference(), None, None
    if first.difference is not None and first.rank_difference is not None and second.rank is not None:
        variance = [bestof.variance(side.configs.loss, m) for side in sides]
        half = bestof.half_width([(v, side.n) for v, side in zip(variance, sides, strict=True)], m)
        better = -first.rank_difference
        difference = tell_difference(runs, better, half, second.rank)
        sd = finite_or_none(abs(improvement(runs, second.rank, float(np.sqrt(sum(variance))))))
        beyond = None if runs.adaptive else first.verdict != "same"
        wanted = say_more_configs(_count_configs(half, better, n), every)
    if runs.adaptive and difference.size is not None:
        wanted = say_random_configs()
    words = sides[0].bucket.words, sides[1].bucket.words
    rows = sides[0].bucket.rows, sides[1].bucket.rows
    return Pair(
        kind="values",
        sides=sides,
        drawn=sides,
        standings=(first, second),
        study=Study(sd, study),
        wanted=wanted,
        difference=difference,
        beyond=beyond,
        alike=bool(first.alike),
        hopeless=bool(first.hopeless),
        p=first.p,
        m=m,
        complexity=[
            *say_conditional(runs, parameter, (first.label, second.label)),
            *say_larger(runs, rows, words),
        ],
        parameter=parameter,
        labels=tuple(labels),
    )


def _count_configs(half: float, difference: float, n: int) -> float:
    """Return how many more configs make the interval leave out none, as it shrinks with the root of their number."""
    if not np.isfinite(half) or difference == 0:
        return np.inf
    return max(float(np.ceil(n * ((half / difference) ** 2 - 1))), n // 2 + 1)
