"""
Whether the best runs were still improving at the end, or were saturated long before.

Still improving: the slope of a straight line over the last tenth of a curve (at least ten of its values) is down by
`SIGMAS` standard errors, in which values that are like their neighbours count less, and a tenth of the steps at that
slope brings `SMALLEST` of the whole improvement; or the mean gain of the best configs, each that of its replicates, is
as much beyond chance, configs being independent of each other. Saturated: the first step from which the mean of a
twentieth of the values stays within 1 % of the whole improvement of the final value. The final value is the mean over
the last tenth, the whole improvement that from the first value logged to it. A curve that got worse again, and is still
above its own minimum (see `overfitting`), does not count as improving: training longer does not show anything better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts come when first used

from ..data.messages import NOTHING, say
from ..data.records import Record
from .base import Evidence, Finding, Mark, Study, Verdict
from .convergence_words import say_advice, say_answer, say_basis, say_too_short
from .metrics import metric_to_log, say_too_few
from .overfitting import gets_worse
from .progress import BLOCKS, Line, find_typical_noise, fit_slope, measure_rise, share_of_steps
from .training import LINES, Training, curves_of, draw_curves

NAME = "convergence"
QUESTION = "Are the best runs still improving at the end, or saturated long before?"

LAST = 0.1
"""The end of a curve: this share of its values, and at least `FEWEST`, but never more than a third."""

FEWEST = 10

HALF = 0.5
"""So large a share of the best runs is many."""

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


@dataclass(frozen=True)
class RunEnd:
    """
    How the curve of a run ends.

    Attributes
    ----------
    run
        Its id.
    gain, sigmas
        See `End`.
    saturated_at
        Share of the steps at which it is saturated; ``None`` if that cannot be told.
    """

    run: str
    gain: float | None
    sigmas: float | None
    saturated_at: float | None


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    metric
        Of which metric.
    log
        Whether values are logarithms.
    of
        Runs of the best configs looked at.
    still_improving
        Share of them that are.
    together
        Whether they are by their mean.
    gain
        What another tenth of the steps would bring at the present slope, as a share of the whole improvement: the
        median over the runs that improve if these are half of them, else over configs.
    saturated_at, saturated_step
        Share of the steps at which the median run is saturated, and the same as a step; ``None`` if that cannot be told
        of half of them.
    longest
        The longest common length.
    runs
        How each of them ends.
    """

    metric: str
    log: bool
    of: int
    still_improving: float
    together: bool
    gain: float
    saturated_at: float | None
    saturated_step: float | None
    longest: float
    runs: tuple[RunEnd, ...]

    @property
    def improves(self) -> bool:
        """Whether the best runs are still improving, each by itself or all together."""
        return self.still_improving >= HALF or self.together


def check(study: Study) -> Finding:
    """Say whether training was too short or too long for the best runs."""
    return tell(study, measure(study))


def _lines(study: Study) -> dict[int, Line]:
    """Return the curves of the best runs that have one."""
    training = curves_of(study)
    name = training.metrics.watched
    return {row: training.lines[row, name] for row in training.best if (row, name) in training.lines}


def _is_picked(study: Study) -> bool:
    """Say whether the last value made a run one of the best, partly by luck."""
    return curves_of(study).metrics.watched == study.runs.metric and study.design.target.value == "last"


def _ends(study: Study) -> dict[int, End]:
    """Return how the curves of the best runs end."""
    lines, picked = study.compute_once(_lines), _is_picked(study)
    noise = find_typical_noise(lines.values())
    return {row: _measure_gain(line, picked, noise) for row, line in lines.items()}


def _are_short(lines: dict[int, Line]) -> bool:
    n = max(map(len, lines.values()), default=0)
    return len(lines) < FEWEST_RUNS and _window(n) < FEWEST_AT_END


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say whether training was too short or too long for the best runs."""
    training, lines = curves_of(study), study.compute_once(_lines)
    name, n = training.metrics.watched, max(map(len, lines.values()), default=0)
    if not name:
        sentence = say(
            "convergence.no_curves",
            "Whether runs were still improving cannot be seen because no metric has values per step: log {metric} at "
            "every epoch.",
            metric=metric_to_log(study),
        )
        return Finding(NAME, QUESTION, "can't tell", sentence)
    if not lines:
        return Finding(NAME, QUESTION, "can't tell", say_too_few(study, name))
    if facts is None:
        return Finding(NAME, QUESTION, "can't tell", say_too_short(name, n, len(lines)))
    ends = study.compute_once(_ends)
    improving = [row for row, end in ends.items() if _still_improves(end)]
    verdict = _judge(facts, _is_negligible(lines, ends), study.adaptive)
    longer = verdict != "fine" and facts.improves
    shown = [*improving, *(row for row in lines if row not in improving)][: LINES if verdict != "fine" else 3]
    return Finding(
        NAME,
        QUESTION,
        verdict,
        say_answer(facts, len(improving), longer, HALF),
        NOTHING if verdict == "fine" else say_advice(facts, longer),
        say_basis(training, n, _window(n), _is_picked(study), SIGMAS, SMALLEST),
        (_draw(study, training, facts, shown, (improving or list(lines)) if longer else []),),
        facts,
    )


def _still_improves(end: End) -> bool:
    return end.sigmas >= SIGMAS and end.gain >= SMALLEST


def _draw(study: Study, training: Training, facts: Facts, rows: list[int], bad: list[int]) -> Evidence:
    name, step = facts.metric, facts.saturated_step
    title = say("convergence.title", "{metric} of the best runs", metric=name)
    mark = say("convergence.mark", "within 1 % of the improvement")
    marks = [Mark("x", step, mark)] if step is not None else []
    return draw_curves(study, training, title, (name,), rows, bad, marks)


def _judge(facts: Facts, negligible: bool, adaptive: str) -> Verdict:
    if facts.improves:
        return "act" if facts.gain >= LARGE and not adaptive else "look"
    early = facts.saturated_at is not None and facts.saturated_at < EARLY
    return "look" if early and facts.still_improving <= FEW and negligible else "fine"


def _is_negligible(lines: dict[int, Line], ends: dict[int, End]) -> bool:
    """Say whether what is gained after saturation is small beside the differences between the best runs."""
    left = [end.left for end in ends.values() if end.saturated == end.saturated]
    finals = np.array([line.blocks[1][-1] for line in lines.values()])
    return len(finals) > 1 and bool(left) and bool(np.median(left) <= 0.5 * finals.std(ddof=1))


def measure(study: Study) -> Facts | None:
    """Measure how the curves of the best runs end; ``None`` if there is none that is long enough."""
    training, lines = curves_of(study), study.compute_once(_lines)
    name, picked = training.metrics.watched, _is_picked(study)
    if not lines or _are_short(lines):
        return None
    ends, noise = study.compute_once(_ends), find_typical_noise(lines.values())
    groups = [[training.lines[row, name] for row in g if (row, name) in training.lines] for g in training.replicates]
    means = np.array(
        [np.mean([_measure_gain(line, picked, noise).gain for line in group]) for group in groups if group]
    )
    gains = np.array([end.gain for end in ends.values()])
    sure = np.array([_still_improves(end) for end in ends.values()])
    at = {row: share_of_steps(line, ends[row].saturated) for row, line in lines.items()}
    saturated = [row for row in lines if at[row] == at[row]]
    half = len(saturated) * 2 >= len(lines)
    return Facts(
        metric=name,
        log=training.log,
        of=len(lines),
        still_improving=float(sure.mean()),
        together=_improve_together(means),
        gain=float(np.median(gains[sure] if sure.mean() >= HALF else means)),
        saturated_at=float(np.median([at[row] for row in saturated])) if half else None,
        saturated_step=float(np.median([ends[row].saturated for row in saturated])) if half else None,
        longest=training.longest,
        runs=tuple(
            RunEnd(str(study.runs.ids[row]), end.gain, end.sigmas, at[row] if at[row] == at[row] else None)
            for row, end in ends.items()
        ),
    )


def _improve_together(gains: np.ndarray) -> bool:
    """Say whether the configs' mean gain is beyond chance: they are independent of each other, whatever steps are."""
    n = len(gains)
    if n < FEWEST_RUNS:
        return False
    error = float(gains.std(ddof=1)) / np.sqrt(n)
    mean, middle = float(gains.mean()), float(np.median(gains))
    least = float(scipy.special.stdtrit(n - 1, scipy.special.ndtr(SIGMAS))) * error
    return bool(min(mean, middle) >= SMALLEST and mean >= least)


def _measure_gain(line: Line, picked: bool, noise: float) -> End:
    """Return how a curve ends; one that has got worse again gains nothing as long as it is above its own minimum."""
    end = measure_end(line, picked)
    return replace(end, gain=min(0.0, end.gain)) if gets_worse(measure_rise(line, noise)) else end


def _window(n: int) -> int:
    return max(round(LAST * n), min(FEWEST, n // 3), 3)


def measure_end(line: Line, picked: bool) -> End:
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
    slope, sigmas = fit_slope(x[-w:], y[-w:])
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
