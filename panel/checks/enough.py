"""Were enough points sampled? By what half as many configs would have missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.messages import NOTHING, Count, Form, Message, Number, say
from ..data.records import Record
from ..runs import bestof
from ..runs.base import Axis
from ..runs.configs import improvement, is_log, unscaled
from ..runs.matter import find_matter
from ..runs.replicates import Noise, trial_noise
from .base import Along, Evidence, Finding, Mark, Series, Study
from .halving import FEWEST, gains_much
from .shared_words import say_none_finite

NAME = "enough"
QUESTION = "Were enough points sampled?"

GOOD = 0.1
"""A config is good if its loss is within this share of the way from the best to the middle config."""

FEW_VALUES = 20
"""A grid has at most so many values of each parameter, and tried at least a quarter of their combinations."""

PLACES = 25
"""Numbers of configs at which the curve is drawn."""


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    configs
        How many configs there are.
    gain, gain_low, gain_high
        By how much the second half of the configs is expected to have made the best better, in the target's units, and
        its interval (90 %).
    of_spread
        That as a share of the spread of the best quarter.
    of_noise
        That as a multiple of the run-to-run noise of the best config's mean; ``None`` where that is not known.
    good
        How many configs are within a tenth of the way from the best to the middle config.
    saturated
        Whether more configs would hardly gain anything: the gain is not much, and with its interval within what does
        not matter (see `matter.find_matter`).
    much
        Whether the second half of the configs gained much.
    more
        How many further configs are suggested.
    """

    configs: int
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    of_spread: float | None = None
    of_noise: float | None = None
    good: int | None = None
    saturated: bool = False
    much: bool = False
    more: int = 0


def check(study: Study) -> Finding:
    """Say whether more configs would have gained much."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Measure what half of the configs would have missed."""
    n = len(study.configs)
    if _say_untold(study):
        return Facts(n)
    if n < FEWEST:
        return Facts(n, more=2 * FEWEST - n)
    loss = study.configs.loss
    m = n // 2
    spread = float(loss[n // 4] - loss[0])
    gain, half = bestof.gain(loss, m) if spread > 0 else (0.0, 0.0)
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    step = noise.of_mean(study.configs.size[0]) if noise else 0.0
    of_spread = gain / spread if spread > 0 else 0.0
    much = gains_much(study)
    saturated = not much and gain + half <= find_matter(study.runs).loss
    start = float(loss[0]) + gain
    return Facts(
        n,
        gain=improvement(study.runs, start, gain),
        gain_low=improvement(study.runs, start, max(0.0, gain - half)),
        gain_high=improvement(study.runs, start, gain + half),
        of_spread=of_spread,
        of_noise=gain / step if step else None,
        good=int((loss <= loss[0] + GOOD * (loss[n // 2] - loss[0])).sum()),
        saturated=saturated,
        much=much,
        more=0 if saturated else n,
    )


def tell(study: Study, facts: Facts) -> Finding:
    """Say whether more configs would have gained much."""
    untold = _say_untold(study)
    if untold:
        return Finding(NAME, QUESTION, "can't tell", *untold, facts=facts)
    if facts.configs < FEWEST:
        return _too_few(study, facts)
    return Finding(
        NAME,
        QUESTION,
        "look" if facts.much else "fine",
        _say_answer(study, facts),
        _say_advice(study, facts),
        _say_basis(facts.configs, trial_noise(study.loss, study.number, study.runs.feasible)),
        (_draw(study),),
        facts,
    )


def _too_few(study: Study, facts: Facts) -> Finding:
    n, label = facts.configs, study.runs.label
    sentence = (
        say(
            "enough.one_config",
            "Only 1 config has a finite {target}: too few to say what more would gain.",
            target=label,
        )
        if n == 1
        else say(
            "enough.few_configs",
            "Only {n} configs have a finite {target}: too few to say what more would gain.",
            n=n,
            target=label,
        )
    )
    return Finding(
        NAME,
        QUESTION,
        "look",
        sentence,
        say("enough.run_more", "Run {more} more configs of the same search.", more=facts.more),
        say("enough.basis_few", "{configs}; at least {fewest} are needed.", configs=Count(n, "config"), fewest=FEWEST),
        facts=facts,
    )


def _say_untold(study: Study) -> tuple[Message, Message] | None:
    """Return why it cannot be told, and what to do; ``None`` if it can."""
    n, label = len(study.configs), study.runs.label
    many = Number(n, style="short")
    if not n:
        return say_none_finite(study), say("enough.loosen", "Loosen the filter, or mend the runs.")
    if study.adaptive:
        return (
            say(
                "enough.adaptive",
                "The search chose its runs by what it had found ({why}), so its {n} configs do not tell what more of "
                "them would gain.",
                why=study.adaptive,
                n=many,
            ),
            say(
                "enough.search_again",
                "Look at the best {target} by order of runs, or repeat the search with another seed and compare the "
                "best.",
                target=label,
            ),
        )
    method = study.space.method if study.space else ""
    if n > 1 and ("grid" in method.lower() or is_grid(study)):
        return (
            say(
                "enough.grid",
                "The {n} configs are a grid, or a large part of one, whose next points would not be like those tried, "
                "so what more would gain cannot be told.",
                n=many,
            ),
            say("enough.search_at_random", "Search at random within the limits of the grid: then it can."),
        )
    if not study.tuned:
        return (
            say(
                "enough.nothing_varies",
                "No parameter varies among {runs}: nothing was searched.",
                runs=Count(len(study.runs), "run"),
            ),
            say("checks.vary", "Vary a parameter."),
        )
    if n > 1 and study.configs.loss[0] == study.configs.loss[-1]:
        return (
            say(
                "enough.equal",
                "All {n} configs have the same {target}, so more of them cannot be seen to gain anything.",
                n=many,
                target=label,
            ),
            say("checks.other_metric", "Choose another metric."),
        )
    return None


def is_grid(study: Study) -> bool:
    """
    Say whether at least a quarter of all combinations of a few values of each parameter were tried.

    A number that is drawn at random has a value of its own in nearly every config, so it makes no grid; if it is the
    only parameter, evenly spaced values do.
    """
    distinct = [p.distinct for p in study.tuned]
    tried = len(np.unique(study.number))
    if not distinct or max(distinct) > FEW_VALUES:
        return False
    if len(distinct) == 1:
        return _is_even(study.runs.axis(study.tuned[0].name))
    return 2 * max(distinct) <= tried and bool(4 * tried >= np.prod(np.array(distinct, float)))


def _is_even(axis: Axis) -> bool:
    """Say whether a parameter's values are equally far apart, or by the same factor; those of a category are."""
    values = np.unique(axis.values[np.isfinite(axis.values)])
    if axis.kind == "category" or len(values) < 3:
        return True
    steps = [np.diff(values), *([np.diff(np.log(values))] if values[0] > 0 else [])]
    return any(bool(np.ptp(step) <= 1e-3 * step.mean()) for step in steps)


def _say_answer(study: Study, facts: Facts) -> Message:
    n, label = facts.configs, study.runs.label
    if facts.of_spread == 0:
        return say(
            "enough.reached_before",
            "The best {target} was reached more than once among {n} configs: half of them gave the same.",
            target=label,
            n=Number(n, style="short"),
        )
    good = facts.good or 0
    gain = say(
        "enough.gain",
        "To go from {half} to {n} configs is expected to have made the best {target} better by {gain} ({low} to "
        "{high}), {share} of the spread of the best quarter",
        half=Number(n // 2, style="short"),
        n=Number(n, style="short"),
        target=label,
        gain=Number(facts.gain or 0.0, 2),
        low=Number(facts.gain_low or 0.0, 2),
        high=Number(facts.gain_high or 0.0, 2),
        share=Number(100 * (facts.of_spread or 0.0), 0, "fixed", "%"),
    )
    if facts.of_noise:
        gain = say(
            "enough.gain_and_noise",
            "{gain} and {times} times the run-to-run noise of its mean",
            gain=gain,
            times=Number(facts.of_noise, 2),
        )
    return say(
        "enough.answer",
        "{gain}; {good} {configs} about as good as the best.",
        gain=gain,
        good=Number(good, style="short"),
        configs=Form(good, "config is", "configs are"),
    )


def _say_advice(study: Study, facts: Facts) -> Message:
    n = Number(facts.configs, style="short")
    if facts.much:
        return say(
            "enough.advice",
            "The best was still moving: run about {n} more configs, around the best if the space is to be narrowed, "
            "and repeat the best run {run} to see that it was no luck.",
            n=n,
            run=str(study.runs.names[study.configs.best[0]]),
        )
    if facts.saturated:
        return NOTHING
    return say(
        "enough.about_as_much",
        "If no doubling gains more than the one before, {n} more configs gain at most about as much again.",
        n=n,
    )


def _say_basis(n: int, noise: Noise | None) -> Message:
    many = Number(n, style="short")
    if noise:
        return say(
            "enough.basis_with_noise",
            "{n} configs; expected best of m without replacement, exact up to {n}; interval of 90 % by the jackknife; "
            "repeats of {repeated} configs for the noise; beyond {n} nothing is claimed.",
            n=many,
            repeated=Number(noise.repeated, style="short"),
        )
    return say(
        "enough.basis",
        "{n} configs; expected best of m without replacement, exact up to {n}; interval of 90 % by the jackknife; "
        "beyond {n} nothing is claimed.",
        n=many,
    )


def _draw(study: Study) -> Evidence:
    """Draw the expected best against the number of configs, with a band where it holds."""
    runs, loss = study.runs, study.configs.loss
    n = len(loss)
    m = np.unique(np.geomspace(1, n, PLACES).round().astype(int))
    best = [bestof.expected_best(loss, int(k)) for k in m]
    sure = [i for i, k in enumerate(m) if bestof.BLOCKS * k <= n]
    half = [bestof.half_width([(bestof.variance(loss, int(m[i])), n)], int(m[i])) for i in sure]
    low, high = (
        [unscaled(runs, best[i] + way * h) for i, h in zip(sure, half, strict=True)]
        for way in ((-1, 1) if runs.goal == "minimize" else (1, -1))
    )
    return Evidence(
        say(
            "enough.title",
            "Expected best of so many configs (interval up to {configs}: beyond, too few independent bests)",
            configs=Number(int(m[sure[-1]]), style="short"),
        ),
        Along("configs", log=True),
        Along(runs.label, log=is_log(runs)),
        (
            Series("90 % interval", "band", [float(m[i]) for i in sure], low=low, high=high),
            Series("expected best", "line", m.astype(float).tolist(), [unscaled(runs, b) for b in best], tone="best"),
        ),
        (Mark("x", float(n // 2), say("enough.half", "half of the configs")),),
    )
