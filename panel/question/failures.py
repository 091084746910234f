"""
Failures logged as a number: 999, 1e10, accuracy 0, reward -10,000.

A group of runs at the bad end is taken as failed by how far it lies beyond the rest, in units of the rest's own reach,
and by what stands there: a number that people write for "no result" (a power of ten, nines, the largest float), a round
number that several runs share, or the edge of a score's range. What a model can score by guessing stays: a value inside
a score's range, such as accuracy .1 with ten classes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ..data.messages import Message, Number, join, say
from ..data.names import split_words
from ..data.project import Project
from .another_task import find_unasked
from .constraints import find_breaking
from .goal import choose_goal
from .selection import Goal, Selection, filter_runs
from .target import read_target, read_weights, resolve_goal

FEWEST_RUNS, FEWEST_LEVELS = 20, 5
"""With fewer runs, or fewer different values in the rest, nothing tells a failure from a result."""

MOST, MOST_UNMISTAKABLE = 0.25, 0.5
"""Larger shares of the runs are no failures but what runs come to; of numbers that nothing measures more may be."""

TOGETHER = 3
"""So many runs at exactly one value are no chance."""

FAR, FARTHER, ROUND, VERY_FAR, BEYOND_ALL = 2.0, 20.0, 10.0, 100.0, 1_000.0
"""
How far off, in units of the reach of the rest from its median: several runs at a number that stands for no result; one
or two; several at a round number (two, where others are fractions); several at any number; runs that share nothing.
"""

BEYOND_ANY = 1e6
"""The same where nobody said which end is the bad one."""

GROWTH = 1.5
"""Runs that share nothing lie beyond the rest by this power of the growth of its own tail, or they are its end."""

SCORES = frozenset("acc accuracy bacc auc auroc auprc top1 top5".split())
ERRORS = frozenset("err error errors".split())
NO_RATES = frozenset("mean square squared absolute abs relative rel std standard l1 l2 mse rmse mae".split())
"""Words of scores that are not 0, and of error rates that are not 1, of a model that answers at all."""

OFTEN_ZERO = frozenset(
    "reward rewards return returns success successes solved win wins f1 fscore score iou miou dice jaccard map ap"
    " precision recall sensitivity specificity mcc kappa r2 corr correlation bleu rouge"
    " em ndcg mrr hits coverage".split()
)
"""Words of scores that are 0 of a run which learned nothing, or says the same of everything: that is a result."""

TIMES = frozenset("time times seconds secs sec s duration runtime walltime latency elapsed minutes hours".split())
"""Words of times: several runs at a whole number of minutes reached a limit."""

NO_PER_CENT = TIMES | frozenset(
    "loss mse rmse mae nll perplexity ppl bpb bpc likelihood elbo kl fid regret cost".split()
)
"""Words of what is never per cent."""

EDGE_OF_SCORE, EDGE_OF_OTHER, TOP_OF_OTHER, EDGE_GAP = 1.02, 4.0, 10.0, 0.05
"""How far off the edge of a range must be: 0 of a score or 1 of an error rate; 0, or 1 or 100, of anything else."""

MACHINE = (3.4028e38, 1.17549e-38, 2147483647.0, 9.2233720368547758e18)
"""Largest and smallest of the 32-bit floats, largest of the integers."""

MOST_NAMED = 3
"""Of more values only the nearest is named."""


def recognise_failures(project: Project, selection: Selection) -> dict[Message, np.ndarray]:
    """
    Return why runs of a project are taken as failed, and which of them, as booleans of shape (n_runs,).

    Judged are the runs that pass the filter and whose state counts, picked or not; of a weighted target each metric;
    and of one that asks which runs fail the last values.
    """
    target = selection.target
    judged, _ = filter_runs(project, replace(selection, picked=None))
    judged &= ~find_breaking(project) & ~find_unasked(project, target.metric)
    found: dict[Message, np.ndarray] = {}
    weights = read_weights(target.metric, project)
    for metric in weights or [target.metric]:
        one = replace(target, metric=metric, value="last" if target.value == "failing" else target.value)
        one = replace(one, goal=None) if weights else one
        goal = resolve_goal(project, one)
        values = read_target(project, one, goal)[0].to_numpy(float)
        guessed = one.goal is None and choose_goal(project, metric).by == "guess"
        failed = np.zeros(len(values), bool)
        failed[judged] = find_failures(values[judged], goal, metric, guessed)
        if failed.any():
            found |= name_failures(values, failed, metric)
            judged &= ~failed
    return found


def count_as_failing(values: pd.Series, failures: dict[Message, np.ndarray]) -> pd.Series:
    """Return whether each run fails, those that are taken as failed among them: 1 or 0."""
    for runs in failures.values():
        values = values.mask(runs, 1.0)
    return values


def find_failures(values: np.ndarray, goal: Goal, metric: str = "", guessed: bool = False) -> np.ndarray:
    """
    Return which runs logged a number that stands for a failure, as booleans.

    Parameters
    ----------
    values
        Target values, shape (n_runs,); those that are not finite are put aside.
    goal
        Decides which end is the bad one.
    metric
        Name of the metric: of a score such as accuracy 0 is no result.
    guessed
        Whether nobody said what the goal is. Then both ends are looked at, but only for numbers that nothing measures,
        far off, and for what lies beyond all measure.

    Examples
    --------
    >>> values = np.append(np.linspace(1, 3, 37), [999.0] * 3)
    >>> int(find_failures(values, "minimize").sum()), int(find_failures(values, "maximize").sum())
    (3, 0)
    """
    failed = np.zeros(len(values), bool)
    at = np.flatnonzero(np.isfinite(values))
    if len(at) < FEWEST_RUNS:
        return failed
    known = values[at]
    machine = _is_of_machine(known)
    if machine.any() and machine.mean() <= MOST_UNMISTAKABLE and len(np.unique(known[~machine])) >= FEWEST_LEVELS:
        failed[at[machine]] = True
        at, known = at[~machine], known[~machine]
    negative = _find_negative_codes(known)
    failed[at[negative]] = True
    at, known = at[~negative], known[~negative]
    name = _read_name(metric)
    ends = (1.0, -1.0) if guessed else (1.0,) if goal == "minimize" else (-1.0,)
    for sign in ends:
        failed[at[_find_beyond(sign * known, sign, name, guessed)]] = True
    return failed


def name_failures(values: np.ndarray, failed: np.ndarray, metric: str) -> dict[Message, np.ndarray]:
    """Return the reason why runs are taken as failed, and which runs it holds for, by value where these are few."""
    distinct = np.unique(values[failed])
    if len(distinct) <= MOST_NAMED:
        return {
            say("left_out.number", "{metric} = {value}: taken as failed", metric=metric, value=_number(v)): failed
            & (values == v)
            for v in distinct
        }
    rest = values[~failed & np.isfinite(values)]
    sides = {"≥": failed & (values > np.median(rest)), "≤": failed & (values < np.median(rest))}
    return {
        say(
            "left_out.numbers",
            "{metric} {relation} {value}: taken as failed",
            metric=metric,
            relation=relation,
            value=_number(float(values[runs].min() if relation == "≥" else values[runs].max())),
        ): runs
        for relation, runs in sides.items()
        if runs.any()
    }


def say_failures(reasons: dict[Message, np.ndarray]) -> Message:
    """Return the reasons in one line, each with the number of its runs."""
    each = (
        say("failures.reason", "{n} of {reason}", n=int(runs.sum()), reason=str(reason).rpartition(":")[0])
        for reason, runs in reasons.items()
    )
    return join(each, ", ")


def _number(value: float) -> Number:
    return Number(value, 3, "figures")


@dataclass(frozen=True)
class _Name:
    """What the words of a metric's name tell: see `SCORES`, `ERRORS`, `OFTEN_ZERO`, `TIMES`, `NO_PER_CENT`."""

    score: bool
    error: bool
    often_zero: bool
    time: bool
    no_per_cent: bool


def _read_name(metric: str) -> _Name:
    words = set(split_words(metric))
    return _Name(
        score=bool(SCORES & words),
        error=bool(ERRORS & words) and not NO_RATES & words,
        often_zero=bool(OFTEN_ZERO & words) and not SCORES & words,
        time=bool(TIMES & words),
        no_per_cent=bool(NO_PER_CENT & words),
    )


def _find_beyond(bad: np.ndarray, sign: float, name: _Name, guessed: bool) -> np.ndarray:
    """Return which of the values, large ones bad, are failures at that end: the largest group that is one."""
    n, taken = len(bad), np.zeros(len(bad), bool)
    if n < FEWEST_RUNS:
        return taken
    order = np.argsort(bad, kind="stable")
    u = bad[order]
    cuts = np.arange(max(n - int(MOST_UNMISTAKABLE * n), 4), n)
    cuts = cuts[u[cuts] > u[cuts - 1]]
    middle, quarter = u[cuts // 2], u[np.minimum(3 * cuts // 4, cuts - 1)]
    reach = np.maximum(u[cuts - 1] - middle, (u[cuts - 1] - u[0]) / 2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        far = (u[cuts] - middle) / reach
        growth = reach / (quarter - middle)
    for cut, distance, grown in zip(cuts, far, growth, strict=True):
        if not distance >= EDGE_OF_SCORE or len(np.unique(u[:cut])) < FEWEST_LEVELS:
            continue
        if _is_failed(u[:cut] * sign, u[cut:] * sign, float(distance), float(grown), name, guessed):
            taken[order[cut:]] = True
            break
    return taken


def _is_failed(rest: np.ndarray, group: np.ndarray, far: float, growth: float, name: _Name, guessed: bool) -> bool:
    """Say whether a group beyond the rest is one of failures: `far` in units of the reach of the rest."""
    share = len(group) / (len(rest) + len(group))
    values, counts = np.unique(group, return_counts=True)
    codes = all(_is_code(v) for v in values)
    if codes and far >= VERY_FAR:
        return True
    if share > MOST:
        return False
    alone = math.log(far) >= GROWTH * math.log(max(growth, 1.0))
    if guessed:
        return (codes and far >= FARTHER) or (far >= BEYOND_ANY and alone)
    top = _find_top(rest, group, name)
    if top and rest.min() >= 0 and group.min() >= 0:
        return _is_at_edge(rest, group, top, far, name)
    if codes or (name.time and all(_is_limit(v) for v in values)):
        return far >= (FAR if counts.min() >= TOGETHER else FARTHER)
    if len(values) <= MOST_NAMED and all(map(_is_round, values)):
        fractions = bool((rest != np.round(rest)).mean() > 0.5)
        several = counts.min() >= (TOGETHER - 1 if fractions else TOGETHER)  # one alone may be an odd run
        return several and far >= ROUND
    if len(values) <= MOST_NAMED and counts.min() >= TOGETHER:
        return far >= VERY_FAR
    return far >= BEYOND_ALL and alone


def _is_at_edge(rest: np.ndarray, group: np.ndarray, top: float, far: float, name: _Name) -> bool:
    """Say whether a group is one of failures at the edge of the range that a score's values lie in, 0 to `top`."""
    lower = bool(group.max() < rest.min())
    edge = 0.0 if lower else top
    gap = abs(float(rest.min() if lower else rest.max()) - edge) / top
    if (group != edge).any() or gap < EDGE_GAP or (lower and name.often_zero):
        return False
    of_other = TOP_OF_OTHER if edge == 1 else EDGE_OF_OTHER
    wanted = EDGE_OF_SCORE if (name.score if lower else name.error) else of_other
    return far >= (wanted if len(group) >= TOGETHER else max(wanted, FAR))


def _find_top(rest: np.ndarray, group: np.ndarray, name: _Name) -> float:
    """Return the top of the range that a score's values lie in, 1 or 100; 0 if they are no such score."""
    largest = float(max(rest.max(), group.max()))
    if largest <= 1:
        return 1.0
    return 100.0 if largest <= 100 and not name.no_per_cent and _is_percent(rest, group) else 0.0


def _is_percent(rest: np.ndarray, group: np.ndarray) -> bool:
    """Say whether values up to 100 look like per cent: the group stands where a guess among some classes would."""
    if group.max() < rest.min():  # a score: what a guess reaches lies inside its range
        return True
    wrong = np.unique(group) / 100
    return bool(np.all(np.abs(1 / np.maximum(1 - wrong, 1e-9) - np.round(1 / np.maximum(1 - wrong, 1e-9))) < 1e-6))


def _find_negative_codes(values: np.ndarray) -> np.ndarray:
    """Return where -1, or a negative number that stands for no result, is among values that are never negative."""
    none = np.zeros(len(values), bool)
    negative = values < 0
    if not negative.any() or negative.mean() > MOST or not all(map(_is_sign_code, np.unique(values[negative]))):
        return none
    rest = values[~negative]
    measured = len(np.unique(rest)) >= FEWEST_LEVELS and not (rest == np.round(rest)).all()
    return negative if measured else none


def _is_sign_code(value: float) -> bool:
    return value == -1 or _is_code(value) or value in (-99.0, -100.0)


def _is_of_machine(values: np.ndarray) -> np.ndarray:
    """Return where a value is a limit of the machine's numbers."""
    size = np.abs(values)
    limit = (size >= 1e300) | ((size > 0) & (size <= 2.3e-308))
    for number in MACHINE:
        limit |= np.abs(size - number) <= 1e-5 * number
    return limit


def _is_code(value: float) -> bool:
    """Say whether people write this number for no result: a power of ten from 100 on (-1,000 if negative), or nines."""
    size = abs(value)
    if size < (100 if value > 0 else 999):
        return False
    digits = f"{size:.9e}".split("e")[0].replace(".", "").rstrip("0")
    return digits == "1" or (set(digits) == {"9"} and size >= 999)


def _is_limit(value: float) -> bool:
    """Say whether a time is a whole number of minutes, as limits are."""
    return value >= 60 and value % 60 == 0


def _is_round(value: float) -> bool:
    """Say whether a number has one significant digit and is at least 10."""
    return abs(value) >= 10 and len(f"{abs(value):.9e}".split("e")[0].replace(".", "").rstrip("0")) == 1
