"""
Whether the best runs were still improving at the end, or were saturated long before.

Still improving: the slope of a straight line over the last tenth of a curve (at least ten of its values) is down by
`SIGMAS` standard errors, in which values that are like their neighbours count less, and a tenth of the steps at that
slope brings `SMALLEST` of the whole improvement; or the mean gain of the best configs, each that of its replicates, is
as much beyond chance, configs being independent of each other. Saturated: the first step from which the mean of a
twentieth of the values stays within 1 % of the whole improvement of the final value. The final value is the mean over
the last tenth, the whole improvement that from the first value logged to it.

Facts: ``metric``; ``of``: runs of the best configs looked at; ``still_improving``: share of them; ``together``:
whether they are by their mean; ``gain``: what another tenth of the steps would bring at the present slope, as a share
of the whole improvement, the median over the runs that improve if these are half of them, else over configs;
``saturated_at``: share of the steps at which the median run is saturated, ``None`` if that cannot be told of half of
them; ``saturated_step``: the same as a step; ``longest``: the longest common length; ``runs``: of each ``run`` (id),
``gain``, ``sigmas``, ``saturated_at``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from ..data.statistics import short
from . import training
from .base import Finding, Mark, Study, Verdict
from .metrics import missing, too_few
from .progress import BLOCKS, Line, share_of_steps, slope_of

NAME = "convergence"
QUESTION = "Are the best runs still improving at the end, or saturated long before?"

LAST = 0.1
"""The end of a curve: this share of its values, and at least `FEWEST`, but never more than a third."""

FEWEST = 10

FEWEST_RUNS = 5
"""From so many runs on their gains are tested together as well."""

FEWEST_AT_END = 5
"""With fewer values at the end a single run tells nothing."""

SIGMAS = 2.33
"""At the 1 % level a run improves still; half of the best runs never do by chance."""

SMALLEST = 0.005
"""Another tenth of the steps has to bring this share of the whole improvement."""

LARGE = 0.02
"""At such a gain runs were clearly stopped too early."""

WITHIN = 0.01
"""Saturated: within this share of the whole improvement."""

EARLY = 1 / 3
"""Saturated long before: at a smaller share of the steps."""

FEW = 0.2
"""If more of the best runs than this still improve, nothing was wasted."""


@dataclass(frozen=True)
class End:
    """
    How a curve ends.

    Attributes
    ----------
    gain
        What another tenth of the steps brings at the slope of the end, as a share of the whole improvement; negative if
        it rises.
    sigmas
        The slope over its standard error, downwards positive, as a normal deviate.
    saturated
        The step at which it is saturated; NaN if its noise is larger than 1 % of the fall.
    left
        By how much the mean of what follows that step up to the last tenth lies above the final value.
    """

    gain: float
    sigmas: float
    saturated: float
    left: float


def check(study: Study) -> Finding:
    """Say whether training was too short or too long for the best runs."""
    told = training.curves(study)
    name = told.metrics.watched
    if not name:
        return Finding(NAME, QUESTION, "can't tell", missing(study, "Whether runs were still improving"))
    lines = {row: told.lines[row, name] for row in told.best if (row, name) in told.lines}
    if not lines:
        return Finding(NAME, QUESTION, "can't tell", too_few(study, name))
    picked = (
        name == study.runs.metric and study.design.target.value == "last"
    )  # its last value made a run one of the best, partly by luck
    ends = {row: ending(line, picked) for row, line in lines.items()}
    n = max(len(line) for line in lines.values())
    if len(lines) < FEWEST_RUNS and _window(n) < FEWEST_AT_END:
        words = f"{n} values of {name} in {len(lines)} runs are too few to see a slope: log it at least 15 times a run."
        return Finding(NAME, QUESTION, "can't tell", words.replace(" 1 runs are", " one run are"))
    facts = _facts(study, told, lines, ends, picked)
    improving = [row for row, end in ends.items() if end.sigmas >= SIGMAS and end.gain >= SMALLEST]
    verdict = _verdict(study, facts, _negligible(lines, ends))
    longer = verdict != "fine" and (facts["still_improving"] >= 0.5 or facts["together"])
    advice = ""
    if longer:
        advice = (
            f"Train the best configs longer, {short(2 * told.longest)} steps instead of {short(told.longest)}, to see "
            "whether their order holds; stretch a learning rate schedule as well."
        )
    elif verdict != "fine":
        advice = (
            f"While exploring stop at about step {short(1.5 * facts['saturated_step'], 3)} and spend the rest on more "
            "configs; train only the last few to the full length."
        )
    basis = (
        f"{told.basis()}; slope over the last {_window(n)} of {n} values, {short(SIGMAS)} standard errors (1 % level) "
        "that heed autocorrelation, and of the configs' means together, for a gain of at least "
        f"{short(100 * SMALLEST)} % of the improvement from the first value to the mean of the last tenth"
        f"{'; the last value, which picked the runs, is left out' if picked else ''}"
    )
    step = facts["saturated_step"]
    drawn = training.drawn(
        study,
        told,
        f"{name} of the best runs",
        (name,),
        [*improving, *(row for row in lines if row not in improving)][: training.LINES if verdict != "fine" else 3],
        (improving or tuple(lines)) if longer else (),
        [Mark("x", step, "within 1 % of the improvement")] if step is not None else [],
    )
    words = _sentence(name, facts, len(improving), longer)
    return Finding(NAME, QUESTION, verdict, words, advice, basis, (drawn,), facts)


def _sentence(name: str, facts: dict[str, Any], improving: int, longer: bool) -> str:
    many = f"{improving} of the {facts['of']} best runs {'is' if improving == 1 else 'are'} still improving at the end"
    one = "the median one"
    if facts["of"] == 1:
        many, one = f"The only run is {'still improving' if improving else 'no longer improving'} at the end", "it"
    if longer:
        more = "" if facts["still_improving"] >= 0.5 else ", all together clearly"
        gain = short(100 * facts["gain"], 2)
        return f"{many}{more}: another tenth of the steps would bring {gain} % of the whole improvement of {name}."
    if facts["saturated_at"] is None:
        return f"{many}; {name} is too uneven to say from which step it is saturated."
    return (
        f"{many}; {one} is within 1 % of its whole improvement of the final {name} from step "
        f"{short(facts['saturated_step'])}, after {short(100 * facts['saturated_at'], 2)} % of the steps."
    )


def _verdict(study: Study, facts: dict[str, Any], negligible: bool) -> Verdict:
    if facts["still_improving"] >= 0.5 or facts["together"]:
        return "act" if facts["gain"] >= LARGE and not study.adaptive else "look"
    early = facts["saturated_at"] is not None and facts["saturated_at"] < EARLY
    return "look" if early and facts["still_improving"] <= FEW and negligible else "fine"


def _negligible(lines: dict[int, Line], ends: dict[int, End]) -> bool:
    """Say whether what is gained after saturation is small beside the differences between the best runs."""
    left = [end.left for end in ends.values() if end.saturated == end.saturated]
    finals = np.array([line.blocks[1][-1] for line in lines.values()])
    return len(finals) > 1 and bool(left) and bool(np.median(left) <= 0.5 * finals.std(ddof=1))


def _facts(
    study: Study, told: training.Training, lines: dict[int, Line], ends: dict[int, End], picked: bool
) -> dict[str, Any]:
    name = told.metrics.watched
    groups = [[told.lines[row, name] for row in group if (row, name) in told.lines] for group in told.replicates]
    means = np.array([np.mean([ending(line, picked).gain for line in group]) for group in groups if group])
    gains = np.array([end.gain for end in ends.values()])
    sure = np.array([end.sigmas >= SIGMAS and end.gain >= SMALLEST for end in ends.values()])
    at = {row: share_of_steps(line, ends[row].saturated) for row, line in lines.items()}
    told_of = [row for row in lines if at[row] == at[row]]
    half = len(told_of) * 2 >= len(lines)
    return {
        "metric": name,
        "log": told.log,
        "of": len(lines),
        "still_improving": float(sure.mean()),
        "together": _together(means),
        "gain": float(np.median(gains[sure] if sure.mean() >= 0.5 else means)),
        "saturated_at": float(np.median([at[row] for row in told_of])) if half else None,
        "saturated_step": float(np.median([ends[row].saturated for row in told_of])) if half else None,
        "longest": told.longest,
        "runs": [
            {"run": str(study.runs.ids[row]), "gain": end.gain, "sigmas": end.sigmas, "saturated_at": at[row]}
            for row, end in ends.items()
        ],
    }


def _together(gains: np.ndarray) -> bool:
    """Say whether the configs' mean gain is beyond chance: they are independent of each other, whatever steps are."""
    n = len(gains)
    if n < FEWEST_RUNS:
        return False
    error = float(gains.std(ddof=1)) / np.sqrt(n)
    mean, middle = float(gains.mean()), float(np.median(gains))
    least = float(special.stdtrit(n - 1, special.ndtr(SIGMAS))) * error
    return bool(min(mean, middle) >= SMALLEST and mean >= least)


def _window(n: int) -> int:
    return max(round(LAST * n), min(FEWEST, n // 3), 3)


def ending(line: Line, picked: bool) -> End:
    """
    Return how a curve ends.

    Parameters
    ----------
    line
        A curve with at least `FEWEST_POINTS` values.
    picked
        Leave the last value out, because it is a reason for which this curve is looked at.
    """
    x, y = (line.x[:-1], line.y[:-1]) if picked else (line.x, line.y)
    n = len(y)
    w = _window(n)
    final = float(y[-max(1, round(LAST * n)) :].mean())
    fall = float(y[0]) - final
    slope, sigmas = slope_of(x[-w:], y[-w:])
    if fall <= 0:
        return End(0.0, sigmas, np.nan, 0.0)
    gain = -slope * LAST * float(x[-1] - x[0]) / fall
    if line.noise > WITHIN * fall:  # a twentieth of the values in the mean: 1 % cannot be seen
        return End(gain, sigmas, np.nan, 0.0)
    wide = max(1, n // BLOCKS)
    sums = np.cumsum(np.concatenate([[0.0], y]))
    smooth = (sums[wide:] - sums[:-wide]) / wide  # of each value and those that follow
    outside = np.flatnonzero(smooth - final > WITHIN * fall)
    at = min(int(outside[-1]) + 1, n - 1) if len(outside) else 0
    first = np.flatnonzero(smooth - final <= WITHIN * fall)
    if line.noise > WITHIN * fall / 3 and len(first):  # noise alone leaves the band now and then
        at = int(first[0])
    rest = y[at : n - max(1, round(LAST * n))]
    return End(gain, sigmas, float(x[at]), float(rest.mean()) - final if len(rest) else 0.0)
