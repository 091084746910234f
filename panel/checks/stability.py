"""
Would another search have picked another winner? The settings that winners of smaller samples share, what they lose.

Which config wins is no measure: of a bootstrap the same one recurs in 63 % at most, of half-samples in half. So the
winners are compared by their loss and by their settings. How often each config is the best of a sample is known exactly
(`runs.bestof.weights`), so nothing is drawn but for the test of each parameter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..data.messages import NOTHING, Count, Message, Names, Number, say
from ..data.records import Record
from ..data.statistics import ranks
from ..runs import bestof
from ..runs.base import Axis
from ..runs.configs import improvement, is_log, unscaled
from ..runs.matter import find_matter
from ..runs.replicates import trial_noise
from .base import Along, Evidence, Finding, Series, Study, Tone
from .halving import FEWEST, NEARLY, gains_much
from .noise import choose_repeats

NAME = "stability"
QUESTION = "Would another search have picked another winner?"

PART = 4
"""Values are compared among the winners of samples of one in so many configs: they come from about seven configs."""

AGREE = 0.6
"""Winners agree in a parameter if their values are spread less than this share of the spread of all, beyond chance."""

LEVEL = 0.1
"""Beyond chance: shuffled values are spread as little with no larger probability, corrected by Holm's rule."""

SIGNAL = 0.4
"""If no parameter's corrected p-value is below this, the winners' settings look drawn at random."""

SHUFFLES = 200
FEW_ENOUGH = 1_000
LEAST_WEIGHT = 0.005
"""Configs that win a sample more rarely are put aside."""

NAMED = 4
DRAWN = 300


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    gap
        By how much the winner of half of the configs is expected to be worse than that of all, in the target's units.
    gap_of_spread
        The same as a share of the spread of the best quarter.
    gap_of_noise
        The same as a multiple of the run-to-run noise of the winner's mean; ``None`` where that is not known.
    settled, open
        The parameters in whose values the winners agree, and the others.
    spread
        By parameter the spread of the winners' values as a share of the spread of all.
    p
        The smallest corrected p-value of a parameter.
    wide, random
        Whether the gap is large, and whether it is not nothing and the winners' settings look drawn at random.
    """

    gap: float | None = None
    gap_of_spread: float | None = None
    gap_of_noise: float | None = None
    settled: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    spread: dict[str, float] = field(default_factory=dict)
    p: float | None = None
    wide: bool = False
    random: bool = False


@dataclass(frozen=True)
class Agreement:
    """The winners' spread along a parameter as a share of that of all, and how likely so small a one is by chance."""

    share: float
    p: float


def check(study: Study) -> Finding:
    """Say how far the winners of samples lie apart, in loss and in settings."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Measure how far the winners of samples lie apart."""
    configs, n = study.configs, len(study.configs)
    if _say_untold(study):
        return Facts()
    loss = configs.loss
    weight = winning(n, n // 2)
    gap = float(weight @ (loss - loss[0]))
    spread = float(loss[n // 4] - loss[0])
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    of_spread = gap / spread if spread > 0 else 0.0
    of_noise = float(gap / noise.of_mean(configs.size[0])) if noise and noise.sd else None
    agreements = study.compute_once(_measure_agreements)
    corrected = dict(zip(agreements, bestof.holm([a.p for a in agreements.values()]), strict=True))
    settled = [name for name, a in agreements.items() if a.share <= AGREE and corrected[name] <= LEVEL]
    return Facts(
        gap=improvement(study.runs, float(loss[0]) + gap, gap),
        gap_of_spread=of_spread,
        gap_of_noise=of_noise,
        settled=tuple(settled),
        open=tuple(name for name in agreements if name not in settled),
        spread={name: a.share for name, a in agreements.items()},
        p=min(corrected.values(), default=None),
        wide=gains_much(study),
        random=study.settle(_looks_random) and not _is_nothing(study, gap, of_spread),
    )


def tell(study: Study, facts: Facts) -> Finding:
    """Say how far the winners of samples lie apart, in loss and in settings."""
    n, untold = len(study.configs), _say_untold(study)
    if untold:
        basis = say("stability.basis_untold", "{configs}.", configs=Count(n, "config"))
        return Finding(NAME, QUESTION, "can't tell", *untold, basis, facts=facts)
    axes = {p.name: study.runs.axis(p.name) for p in study.tuned}
    agreements = study.compute_once(_measure_agreements)
    return Finding(
        NAME,
        QUESTION,
        "look" if facts.wide or facts.random else "fine",
        _say_answer(facts, study.runs.label, facts.random),
        _say_advice(study, facts.wide, facts.random),
        say(
            "stability.basis",
            "{n} configs; winners of half of them for the loss, of a quarter for the values, each with the probability "
            "to win; values shuffled {shuffles} times, level {level} corrected for {parameters}.",
            n=Number(n, style="short"),
            shuffles=SHUFFLES,
            level=Number(100 * LEVEL, 0, "fixed", "%"),
            parameters=Count(len(agreements), "parameter"),
        ),
        _draw(study, axes, agreements),
        facts,
    )


def _say_untold(study: Study) -> tuple[Message, Message] | None:
    """Return why it cannot be told, and what to do; ``None`` if it can."""
    n, label = len(study.configs), study.runs.label
    if n == 1:
        sentence = say(
            "stability.one_config", "1 config has a finite {target}: too few to be taken apart.", target=label
        )
        return sentence, say("stability.run_more", "Run at least {more} more.", more=FEWEST - n)
    if n < FEWEST:
        sentence = say(
            "stability.few_configs", "{n} configs have a finite {target}: too few to be taken apart.", n=n, target=label
        )
        return sentence, say("stability.run_more", "Run at least {more} more.", more=FEWEST - n)
    many = Number(n, style="short")
    if study.adaptive:
        return (
            say(
                "stability.adaptive",
                "The search chose its runs by what it had found ({why}), so parts of its {n} configs are not smaller "
                "searches.",
                why=study.adaptive,
                n=many,
            ),
            say("stability.search_again", "Repeat the search with another seed, and compare the two winners."),
        )
    if not study.tuned:
        return (
            say(
                "stability.nothing_varies",
                "No parameter varies among the {n} configs: there is no other winner to pick.",
                n=many,
            ),
            say("checks.vary", "Vary a parameter."),
        )
    if study.configs.loss[0] == study.configs.loss[-1]:
        return (
            say(
                "stability.equal",
                "All {n} configs have the same {target}, so none of them is the winner.",
                n=many,
                target=label,
            ),
            say("checks.other_metric", "Choose another metric."),
        )
    return None


def _is_nothing(study: Study, gap: float, of_spread: float) -> bool:
    """Say whether any winner is as good: the gap is 0 % of the spread as it is written, and does not matter."""
    return round(100 * of_spread) == 0 and find_matter(study.runs).holds(0.0, gap)


def _looks_random(study: Study) -> bool | None:
    """Say whether the winners' settings look drawn at random; ``None`` where that is nearly so."""
    agreements = study.compute_once(_measure_agreements)
    if len(study.configs) < FEWEST or not agreements:
        return False
    p = min(bestof.holm([a.p for a in agreements.values()]))
    return True if p > SIGNAL else None if p > NEARLY * SIGNAL else False


def _measure_agreements(study: Study) -> dict[str, Agreement]:
    return measure_agreement(study, {p.name: study.runs.axis(p.name) for p in study.tuned})


def winning(n: int, m: int) -> np.ndarray:
    """Return the probability of each of n configs, from the best, to be the best of m drawn; shape (n,)."""
    return bestof.weights(n, m)


def measure_agreement(study: Study, axes: dict[str, Axis]) -> dict[str, Agreement]:
    """
    Return for each parameter how far winners agree in its values.

    The spread is the expected distance of two different winners: of ranks for numbers, 0 or 1 for categories. A winner
    without a value (of an inactive parameter) is put aside, and a parameter left out if fewer than three winners or
    `FEWEST` configs have one.
    """
    best = study.configs.best
    weight = winning(len(best), max(1, len(best) // PART))
    rng = np.random.default_rng(study.design.seed)
    found, draws = dict[str, Agreement](), dict[tuple[int, int], np.ndarray]()
    for name in sorted(axes):
        values = axes[name].values[best]
        has = ~np.isnan(values)
        w, values = weight[has], values[has]
        top = w >= LEAST_WEIGHT
        if len(values) < FEWEST or top.sum() < 3 or len(np.unique(values)) < 2:
            continue
        category = axes[name].kind == "category"
        values = values if category else ranks(values)
        every = _mean_distance(values[None, :], np.ones(len(values)), category)[0]
        if (len(values), int(top.sum())) not in draws:
            draws[len(values), int(top.sum())] = _draw_numbers(rng, len(values), int(top.sum()))
        chosen = values[draws[len(values), int(top.sum())]]
        shares = _mean_distance(chosen, w[top], category) / every
        share = float(_mean_distance(values[None, top], w[top], category)[0] / every)
        found[name] = Agreement(share, float((1 + (shares <= share + 1e-9).sum()) / (SHUFFLES + 1)))
    return {name: found[name] for name in axes if name in found}


def _draw_numbers(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Return k different numbers below n in each row; where n is large, two may be equal."""
    if n > FEW_ENOUGH:
        return rng.integers(0, n, (SHUFFLES, k))
    return rng.random((SHUFFLES, n)).argsort(axis=1)[:, :k]


def _mean_distance(values: np.ndarray, weight: np.ndarray, category: bool) -> np.ndarray:
    """Return the mean distance of two different entries of each row, drawn by weight; shape (n_rows,)."""
    order = np.argsort(values, axis=1, kind="stable")
    sorted_, w = np.take_along_axis(values, order, 1), weight[order]
    different = weight.sum() ** 2 - (weight**2).sum()
    left = np.cumsum(w, axis=1)[:, :-1]
    steps = np.diff(sorted_, axis=1)
    if not category:  # every gap between neighbours is crossed by all pairs on its two sides
        return 2 * (steps * left * (weight.sum() - left)).sum(1) / different
    ends = np.concatenate([steps > 0, np.ones((len(values), 1), bool)], axis=1)
    total = np.where(ends, np.cumsum(w, axis=1), 0.0)
    before = np.maximum.accumulate(np.concatenate([np.zeros((len(values), 1)), total[:, :-1]], axis=1), axis=1)
    held = np.where(ends, total - before, 0.0)
    return (weight.sum() ** 2 - (held**2).sum(1)) / different


def _say_answer(facts: Facts, label: str, random: bool) -> Message:
    gap, share = Number(facts.gap or 0.0, 2), Number(100 * (facts.gap_of_spread or 0.0), 0, "fixed", "%")
    if facts.gap_of_noise is None:
        size = say(
            "stability.gap",
            "{gap} worse in {target}, {share} of the spread of the best quarter",
            gap=gap,
            target=label,
            share=share,
        )
    else:
        size = say(
            "stability.gap_and_noise",
            "{gap} worse in {target}, {share} of the spread of the best quarter and {times} times the run-to-run noise "
            "of its mean",
            gap=gap,
            target=label,
            share=share,
            times=Number(facts.gap_of_noise, 2),
        )
    return say(
        "stability.answer",
        "The winner of half the configs is expected to be {size}; {agreement}.",
        size=size,
        agreement=_say_agreement(facts, random),
    )


def _say_agreement(facts: Facts, random: bool) -> Message:
    many = Count(len(facts.settled) + len(facts.open), "parameter")
    if not many.n:
        return say("stability.no_values", "no parameter has values for enough configs to say in what the winners agree")
    if random and many.n == 1:
        return say(
            "stability.random_in_one", "the winners agree in the one parameter no more than configs drawn at random"
        )
    if random:
        return say(
            "stability.random",
            "the winners agree in none of {parameters} more than configs drawn at random",
            parameters=many,
        )
    if facts.settled and many.n == 1:
        return say("stability.settled_in_one", "the winners agree in the one parameter, {name}", name=facts.settled[0])
    if facts.settled:
        return say(
            "stability.settled",
            "the winners agree in {settled} ({n} of {parameters})",
            settled=Names(facts.settled, NAMED),
            n=len(facts.settled),
            parameters=many,
        )
    if many.n == 1:
        return say("stability.open_in_one", "the winners do not clearly agree in the one parameter")
    return say("stability.open", "the winners clearly agree in none of {parameters}", parameters=many)


def _say_advice(study: Study, wide: bool, random: bool) -> Message:
    """Say what to run: the same repeats as the check of noise, and more configs only where they would gain."""
    n = Number(len(study.configs), style="short")
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    repeats = {one.run: one.times for one in choose_repeats(study, noise)}
    if wide:
        best = study.configs.best[0]
        name, times = str(study.runs.names[best]), repeats.get(str(study.runs.ids[best]), 0)
        if not times:
            return say(
                "stability.more_around",
                "The winner stands apart from those next to it: run about {n} more configs around {run}.",
                run=name,
                n=n,
            )
        return say(
            "stability.repeat",
            "The winner stands apart from those next to it: repeat {run} with {seeds} to see that it was no luck, then "
            "run about {n} more configs around it.",
            run=name,
            seeds=Count(times, "other seed"),
            n=n,
        )
    if random and repeats:
        return say(
            "stability.do_not_read",
            "Do not read the winner's settings as the best ones: the repeats that the check of run-to-run noise asks "
            "for tell whether anything but luck sets the best apart.",
        )
    return (
        say("stability.do_not_read_alone", "Do not read the winner's settings as the best ones.") if random else NOTHING
    )


def _draw(study: Study, axes: dict[str, Axis], agreements: dict[str, Agreement]) -> tuple[Evidence, ...]:
    """Draw the parameters in which winners agree most: all configs, and those that win samples."""
    chosen = sorted(agreements, key=lambda name: (agreements[name].share, agreements[name].p))[:2]
    return tuple(_draw_winners(study, axes[name]) for name in chosen)


def _draw_winners(study: Study, axis: Axis) -> Evidence:
    runs, configs = study.runs, study.configs
    values = axis.values[configs.best]
    weight = winning(len(configs), max(1, len(configs) // PART))
    usable = np.isfinite(values)
    wins = np.flatnonzero(usable & (weight >= LEAST_WEIGHT))
    rest = np.setdiff1d(np.flatnonzero(usable), wins)
    rest = rest[np.unique(np.linspace(0, len(rest) - 1, min(len(rest), DRAWN)).astype(int))] if len(rest) else rest

    def points(name: str, which: np.ndarray, tone: Tone) -> Series:
        losses = [unscaled(runs, x) for x in configs.loss[which]]
        ids = [str(i) for i in runs.ids[configs.best[which]]]
        return Series(name, "points", values[which].tolist(), losses, tone=tone, runs=ids)

    return Evidence(
        say(
            "stability.title",
            "Winners of samples of a quarter of the configs along {parameter}",
            parameter=axis.parameter,
        ),
        Along(axis.parameter, axis.scale == "log", axis.labels),
        Along(runs.label, log=is_log(runs)),
        (points("other configs", rest, "rest"), points("win a sample", wins, "best")),
    )
