"""
Whether step-to-step variance is high late in training.

Then each run ends on a lucky or an unlucky step, and luck picks the winner. Looked at is the last quarter of the
curves of the best configs (mean of their replicates): which of them would win if training stopped at another of these
steps, and the spread from step to step, about each one's own straight line, of those that would.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..data.messages import NOTHING, Count, Message, Number, say
from ..data.records import Record
from .base import Evidence, Finding, Mark, Study, Verdict
from .metrics import metric_to_log, say_too_few
from .progress import FEWEST_POINTS, Line
from .training import BEST, LINES, Training, curves_of, draw_curves

NAME = "late_variance"
QUESTION = "Is there high step-to-step variance late in training?"

LATE = 0.25
"""What counts as late: this share of the steps, and at least `FEWEST` values."""

FEWEST = 4
MOST = 400
"""Steps that are compared at most."""

HALF = 0.5
"""Share of the steps at which another config wins."""

CONFIGS = 3
"""With fewer configs there are no differences to speak of."""

SMALLEST = 0.05
"""Noise below this share of the way from the best to the median config picks among equals: no matter."""

LARGE = 0.1
"""Noise above this share costs."""


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
    configs, steps
        How many were compared.
    noise
        Standard deviation from step to step of the configs that win at one of the steps, in the metric's unit or in its
        logarithm.
    spread
        Standard deviation of the configs' levels.
    ratio
        Of the two; ``None`` if the levels are equal.
    other_winner, other_winner_clear
        Share of the steps before the last at which another config is the winner than at the last; and is it by more
        than the noise.
    contrast
        From the best configs' level to the median of the others; ``None`` if there are too few, or if those that
        trained to the end were chosen by their results: then they are near the best, however much is at stake.
    """

    metric: str
    log: bool
    configs: int
    steps: int
    noise: float
    spread: float
    ratio: float | None
    other_winner: float
    other_winner_clear: float
    contrast: float | None

    @property
    def matters(self) -> bool:
        """Whether the noise is not little beside the differences between configs."""
        if self.contrast is None:
            return self.ratio is None or self.ratio >= 1
        return self.noise >= SMALLEST * self.contrast


@dataclass(frozen=True)
class Late:
    """The last quarter of some curves: steps, values (configs by steps), and what they tell; see the facts."""

    steps: np.ndarray
    values: np.ndarray
    noise: float
    spread: float
    other: float
    clear: float


def check(study: Study) -> Finding:
    """Say whether the step at which training stopped picked the winner."""
    return tell(study, measure(study))


def _group_lines(study: Study) -> list[list[Line]]:
    """Return the curves of the best configs, a list of those of its runs each."""
    training = curves_of(study)
    name = training.metrics.watched
    known = [[row for row in group if (row, name) in training.lines] for group in training.replicates]
    return [[training.lines[row, name] for row in rows] for rows in known if rows]


def _look(study: Study) -> Late | None:
    """Return the last quarter of the curves; ``None`` if they are too few or too short."""
    groups = study.compute_once(_group_lines)
    if len(groups) < CONFIGS:
        return None
    if curves_of(study).tuned:
        groups = [[replace(line, x=(line.x - line.x[0]) / np.ptp(line.x)) for line in group] for group in groups]
    return compare_last_quarter(groups)


def measure(study: Study) -> Facts | None:
    """Measure how the curves of the best configs vary late; ``None`` if there are too few, or too few values."""
    training, late = curves_of(study), study.compute_once(_look)
    name = training.metrics.watched
    if late is None:
        return None
    return Facts(
        metric=name,
        log=training.log,
        configs=len(study.compute_once(_group_lines)),
        steps=len(late.steps),
        noise=late.noise,
        spread=late.spread,
        ratio=late.noise / late.spread if late.spread > 0 else None if late.noise > 0 else 0.0,
        other_winner=late.other,
        other_winner_clear=late.clear,
        contrast=None if _were_chosen(study) else _measure_contrast(training, name, late),
    )


def _were_chosen(study: Study) -> bool:
    """Say whether results decided which configs trained to the end: by an adaptive search, or by stopping others."""
    return bool(study.adaptive or study.design.steps)


def tell(study: Study, facts: Facts | None) -> Finding:
    """Say whether the step at which training stopped picked the winner."""
    training, late = curves_of(study), study.compute_once(_look)
    if facts is None or late is None:
        return Finding(NAME, QUESTION, "can't tell", _say_untold(study, training.metrics.watched))
    fires = facts.other_winner >= HALF and facts.matters
    costs = facts.contrast is not None and facts.noise >= LARGE * facts.contrast
    verdict: Verdict = "fine" if not fires else "act" if costs and not study.adaptive else "look"
    return Finding(
        NAME,
        QUESTION,
        verdict,
        _say_answer(facts),
        _say_advice(facts) if fires else NOTHING,
        _say_basis(training, facts),
        (_draw(study, training, late, fires),),
        facts,
    )


def _say_untold(study: Study, name: str) -> Message:
    """Say why nothing could be measured."""
    if not name:
        return say(
            "late_variance.no_curves",
            "Variance late in training cannot be seen because no metric has values per step: log {metric} at every "
            "epoch.",
            metric=metric_to_log(study),
        )
    configs = len(study.compute_once(_group_lines))
    if not configs:
        return say_too_few(study, name)
    if configs < CONFIGS:
        return say(
            "late_variance.few_configs",
            "Only {configs} trained to the full length with at least {points} values of {metric}: at least {fewest} "
            "are needed, so log it at every epoch.",
            configs=Count(configs, "config"),
            points=FEWEST_POINTS,
            metric=name,
            fewest=CONFIGS,
        )
    return say(
        "late_variance.few_steps",
        "The last quarter of training holds fewer than {fewest} values of {metric}: log it more often.",
        fewest=FEWEST,
        metric=name,
    )


def _say_answer(facts: Facts) -> Message:
    n, noise = facts.steps, Number(facts.noise, 3, "short")
    varies = (
        say("late_variance.noise_log", "±{noise} in its logarithm", noise=noise)
        if facts.log
        else say("late_variance.noise", "±{noise}", noise=noise)
    )
    answer = say(
        "late_variance.varies",
        "Over the last {n} steps logged, {metric} of the {configs} best configs varies by {noise} from step to step, "
        "{times} they differ from each other: at {others} of the {before} steps before the last another of "
        "them would have won, at {clearly} by more than that",
        n=n,
        metric=facts.metric,
        configs=facts.configs,
        noise=varies,
        times=_say_times(facts.ratio),
        others=round(facts.other_winner * (n - 1)),
        before=n - 1,
        clearly=round(facts.other_winner_clear * (n - 1)),
    )
    if facts.other_winner >= HALF and not facts.matters and facts.contrast is None:
        return say(
            "late_variance.less_than_they_differ",
            "{answer}; but that is less than they differ from each other.",
            answer=answer,
        )
    if facts.other_winner >= HALF and not facts.matters:
        return say(
            "late_variance.little",
            "{answer}; but that is little beside the differences to other configs.",
            answer=answer,
        )
    return say("late_variance.answer", "{answer}.", answer=answer)


def _say_times(ratio: float | None) -> Message:
    if ratio is None or ratio > 1000:
        return say("late_variance.far_more", "far more than")
    return say("late_variance.times", "{ratio} times as much as", ratio=Number(ratio, 2, "short"))


def _say_advice(facts: Facts) -> Message:
    return say(
        "late_variance.advice",
        "Compare configs by the mean of {metric} over their last {n} steps instead of the last value; against the "
        "cause: let the learning rate decay, average the weights, take a larger batch or more validation data.",
        metric=facts.metric,
        n=facts.steps,
    )


def _say_basis(training: Training, facts: Facts) -> Message:
    if facts.contrast is None:
        return say(
            "late_variance.basis_alone",
            "{curves}, replicates averaged; spread about the straight line of each config that wins at one of the last "
            "{n} steps against the spread of the configs' levels there; fires if another config wins at half of the "
            "steps and the first spread is at least the second",
            curves=training.say_basis(),
            n=facts.steps,
        )
    return say(
        "late_variance.basis",
        "{curves}, replicates averaged; spread about the straight line of each config that wins at one of the last {n} "
        "steps against the spread of the configs' levels there; fires if another config wins at half of the steps and "
        "the spread is at least {share} of the way from the best to the median config",
        curves=training.say_basis(),
        n=facts.steps,
        share=Number(SMALLEST, 4, "percent"),
    )


def _draw(study: Study, training: Training, late: Late, fires: bool) -> Evidence:
    name = training.metrics.watched
    return draw_curves(
        study,
        training,
        say("late_variance.title", "{metric} of the best configs, the last quarter marked", metric=name),
        (name,),
        training.best[: LINES if fires else 3],
        training.best if fires else (),
        [Mark("x", float(late.steps[0]), say("late_variance.mark", "last quarter"))],
    )


def compare_last_quarter(groups: list[list[Line]]) -> Late | None:
    """
    Compare configs over the last quarter of their common steps.

    Parameters
    ----------
    groups
        The runs of each config; a config's value at a step is their mean, each the last one logged up to that step.

    Returns
    -------
    Late or None
        ``None`` if there are fewer than `FEWEST` steps.
    """
    every = [line for group in groups for line in group]
    start, end = max(line.x[0] for line in every), min(line.x[-1] for line in every)
    steps = min(every, key=lambda line: (len(line), line.x[0])).x  # the grid of the one logged most seldom
    steps = steps[(steps >= start) & (steps <= end)]
    if len(steps) < FEWEST_POINTS:
        return None
    late = steps[steps > end - LATE * (end - start)]
    steps = late if len(late) >= FEWEST else steps[-FEWEST:]
    if len(steps) > MOST:
        steps = steps[np.unique(np.linspace(0, len(steps) - 1, MOST).astype(int))]
    values = np.array(
        [np.mean([line.y[np.searchsorted(line.x, steps, "right") - 1] for line in group], axis=0) for group in groups]
    )
    n = len(steps)
    x = (steps - steps.mean()) / max(float(np.ptp(steps)), 1e-300)
    levels = values.mean(axis=1)
    straight = levels[:, None] + np.outer((values - levels[:, None]) @ x / (x @ x), x)
    squares = ((values - straight) ** 2).sum(axis=1) / (n - 2)
    contenders = np.unique([np.argmin(levels), *values.argmin(axis=0)])
    noise = float(np.sqrt(squares[contenders].mean()))
    spread = float(np.sqrt(max(0.0, levels.var(ddof=1) - squares.mean() / n)))
    winner = int(np.argmin(values[:, -1]))
    lead = values[winner] - values.min(axis=0)
    return Late(steps, values, noise, spread, *(float((lead[:-1] > least).mean()) for least in (0.0, noise)))


def _measure_contrast(training: Training, name: str, late: Late) -> float | None:
    """Return the way from the best configs' level to the median of the others; ``None`` if there are too few."""
    there = [[row for row in group if (row, name) in training.lines] for group in training.others]
    ends = [np.mean([training.lines[row, name].y[-1] for row in group]) for group in there if group]
    if len(ends) < BEST:
        return None
    return max(0.0, float(np.median(ends) - late.values.mean()))
