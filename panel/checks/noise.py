"""
Is the winner better than run-to-run noise? Its distance to the middle config, adjusted for the best of n.

The best of n equal configs lies far from the middle by luck alone. So the distance is tested against Student's t at
the level of n configs (Bonferroni), and its interval holds for whichever of the n came out best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy  # its parts come when first used

from ..data.messages import NOTHING, Number, say
from ..data.records import Record
from ..data.statistics import t_quantile
from ..runs.configs import improvement, is_log, unscaled
from ..runs.replicates import Noise, trial_noise
from .base import Along, Evidence, Finding, Mark, Series, Study
from .noise_words import say_advice, say_answer, say_basis, say_missing
from .shared_words import say_none_finite

NAME = "noise"
QUESTION = "Is the winner better than run-to-run noise?"

LEVEL = 0.05
"""The winner is better than noise if the adjusted p-value is no larger."""

COVERS = 0.9
"""Level of the intervals."""

FREEDOM = 3
"""With fewer degrees of freedom the noise is not known well enough."""

RIVALS = 3
"""So many of the best configs are to be repeated, at most."""

TIMES = (3, 10)
"""How often a config is to be repeated, at least and at most; all together by no more runs than there are."""

DRAWN = 20
"""The best configs that are drawn."""


@dataclass(frozen=True)
class Repeat:
    """A run to repeat, by its id, and how often."""

    run: str
    times: int


@dataclass(frozen=True)
class Facts(Record):
    """
    What was measured.

    Attributes
    ----------
    trial_sd
        Standard deviation of one run around its config, on the scale of the loss.
    trial_sd_target
        What that is at the best config in the target's units.
    difference, low, high
        By how much the best config is better than the middle one in the target's units, and its interval (90 %,
        adjusted).
    p
        How likely that is by chance, adjusted; ``None`` on an adaptive search.
    runner_up, runner_up_low, runner_up_high
        The same difference to the second best.
    beyond, runner_up_beyond
        Whether the best is better beyond noise, than the middle one and than all others.
    replicated_configs
        How many configs were repeated.
    repeat
        Which runs to repeat how often.
    """

    trial_sd: float | None = None
    trial_sd_target: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    runner_up: float | None = None
    runner_up_low: float | None = None
    runner_up_high: float | None = None
    beyond: bool = False
    runner_up_beyond: bool = False
    replicated_configs: int = 0
    repeat: tuple[Repeat, ...] = ()


@dataclass(frozen=True)
class Apart:
    """A difference of losses, positive if the first is better; half its adjusted interval; the adjusted p-value."""

    difference: float
    half: float
    p: float


def compare_with_middle(loss: np.ndarray, size: np.ndarray, noise: Noise) -> Apart:
    """
    Compare the best config with the middle one.

    Parameters
    ----------
    loss
        Mean of each config, ascending, shape (n,).
    size
        Runs of each.
    noise
        Run-to-run noise, its sd above 0.

    Returns
    -------
    Apart
        Of n equal configs p is below q at most about n times in n/q, however large n is.
    """
    n = len(loss)
    # the median's variance is that of a mean, times at most pi/2
    error = noise.sd * np.sqrt(1 / size[0] + np.pi / 2 * np.mean(1 / size) / n)
    return _adjust(float(np.median(loss) - loss[0]), float(error), noise.freedom, n)


def compare_with_runner_up(loss: np.ndarray, size: np.ndarray, noise: Noise) -> tuple[Apart, bool]:
    """
    Compare the best config with the second best, and say whether it is better than all others beyond noise.

    Whether the best of n is really the best can be tested against the runner-up at the plain two-sided level, however
    many there are: where the others are as good, one of them is as near (Hung & Fithian 2019, "Rank verification for
    exponential families"). With unequal numbers of runs it has to hold for every other config.
    """
    error = noise.sd * np.sqrt(1 / size[0] + 1 / size[1:])
    far = bool((loss[1:] - loss[0] > float(t_quantile((1 + COVERS) / 2, noise.freedom)) * error).all())
    apart = _adjust(float(loss[1] - loss[0]), float(error[0]), noise.freedom, 1)
    return apart, far


def _adjust(difference: float, error: float, freedom: int, many: int) -> Apart:
    p = min(1.0, many * float(scipy.special.stdtr(freedom, -difference / error)))  # the best is never the worse one
    half = float(t_quantile(1 - (1 - COVERS) / 2 / many, freedom)) * error
    return Apart(difference, half, p)


def check(study: Study) -> Finding:
    """Say whether the best config is better than chance repeats of the middle one."""
    return tell(study, measure(study))


def measure(study: Study) -> Facts:
    """Measure the run-to-run noise, and how far the best config is from the middle one and the next."""
    runs, configs = study.runs, study.configs
    if len(configs) < 2:
        return Facts()
    noise = _find_noise(study)
    facts = Facts(repeat=tuple(choose_repeats(study, noise)))
    if noise is not None:
        sd_target = abs(improvement(runs, float(configs.loss[0]), -noise.sd))
        facts = replace(facts, trial_sd=noise.sd, trial_sd_target=sd_target, replicated_configs=noise.repeated)
    if noise is None or not _is_known(noise):
        return facts
    middle = compare_with_middle(configs.loss, configs.size, noise)
    second, is_far = compare_with_runner_up(configs.loss, configs.size, noise)
    difference, low, high = _in_target(study, middle, float(np.median(configs.loss)))
    runner_up, runner_up_low, runner_up_high = _in_target(study, second, float(configs.loss[1]))
    return replace(
        facts,
        difference=difference,
        low=low,
        high=high,
        p=None if study.adaptive else middle.p,
        beyond=middle.p <= LEVEL,
        runner_up=runner_up,
        runner_up_low=runner_up_low,
        runner_up_high=runner_up_high,
        runner_up_beyond=is_far,
    )


def _find_noise(study: Study) -> Noise | None:
    return trial_noise(study.loss, study.number, study.runs.feasible)


def _is_known(noise: Noise) -> bool:
    return noise.freedom >= FREEDOM and bool(noise.sd)


def tell(study: Study, facts: Facts) -> Finding:
    """Say whether the best config is better than chance repeats of the middle one."""
    runs, n = study.runs, len(study.configs)
    if n < 2:
        sentence = (
            say(
                "noise.one_config",
                "There is only one config with a finite {target}: it has nothing to be compared with.",
                target=runs.label,
            )
            if n
            else say_none_finite(study)
        )
        advice = say("noise.run_two", "Run at least two configs, twice each.")
        return Finding(NAME, QUESTION, "can't tell", sentence, advice, facts=facts)
    noise = _find_noise(study)
    if noise is None or not _is_known(noise):
        basis = say(
            "noise.basis_untold",
            "{n} configs, {repeated} of them repeated.",
            n=Number(n, style="short"),
            repeated=Number(facts.replicated_configs, style="short"),
        )
        said = say_missing(study, noise), say_advice(study, facts)
        return Finding(NAME, QUESTION, "can't tell", *said, basis, facts=facts)
    return Finding(
        NAME,
        QUESTION,
        "fine" if facts.beyond else "look",
        say_answer(study, facts, facts.beyond, facts.runner_up_beyond),
        NOTHING if facts.beyond and facts.runner_up_beyond else say_advice(study, facts),
        say_basis(study, noise),
        (_draw(study, noise),),
        facts,
    )


def _in_target(study: Study, apart: Apart, base: float) -> tuple[float, ...]:
    """Return a difference from a loss, and its interval, in the target's units."""
    steps = (apart.difference, apart.difference - apart.half, apart.difference + apart.half)
    return tuple(improvement(study.runs, base, step) for step in steps)


def choose_repeats(study: Study, noise: Noise | None) -> list[Repeat]:
    """
    Return which runs to repeat how often, so that the winner is told from those next to it.

    Two configs with a gap d and noise s are told apart at the level of 5 % with a power of 80 % by 2 (2.5 s / d)² runs
    each. Where the noise is not known, it is taken as large as it can be: as if the whole spread of the best quarter
    were noise.
    """
    loss, size = study.configs.loss, study.configs.size
    n = min(len(loss), RIVALS)
    sd = noise.sd if noise and noise.sd else find_largest_noise(loss)
    gap = float(loss[n - 1] - loss[0])
    wanted = np.inf if gap <= 0 else np.ceil(2 * (2.5 * sd / gap) ** 2)
    least, most = TIMES
    total = int(np.clip(wanted, least, max(least, min(most, len(study.runs) // RIVALS))))
    return [
        Repeat(str(study.runs.ids[run]), more)
        for run, has in zip(study.configs.best[:n], size[:n], strict=True)
        if (more := max(0, total - int(has))) > 0
    ]


def find_largest_noise(loss: np.ndarray) -> float:
    """Return the noise that would spread equal configs as far as the best quarter is spread; losses ascending."""
    n = len(loss)
    quantiles = -scipy.special.ndtri((np.array([1, n // 4 + 1]) - 0.375) / (n + 0.25))
    return float((loss[n // 4] - loss[0]) / max(quantiles[0] - quantiles[1], 0.5))


def _draw(study: Study, noise: Noise) -> Evidence:
    """Draw the best configs, each with one run-to-run standard error around its mean, and the middle config."""
    runs, configs = study.runs, study.configs
    n = min(DRAWN, len(configs))
    error = noise.sd / np.sqrt(configs.size[:n])
    places = np.arange(1.0, n + 1)
    ends = [[unscaled(runs, x + way * e) for x, e in zip(configs.loss[:n], error, strict=True)] for way in (-1, 1)]
    low, high = ends if runs.goal == "minimize" else ends[::-1]
    mean = [unscaled(runs, x) for x in configs.loss[:n]]
    ids = [str(i) for i in runs.ids[configs.best[:n]]]
    member: dict[int, list[int]] = {int(study.number[run]): [] for run in configs.best[:n]}
    for row in np.flatnonzero(runs.feasible & np.isin(study.number, list(member))):
        member[int(study.number[row])].append(int(row))
    rows = [(place, row) for place, many in zip(places, member.values(), strict=True) for row in many[:DRAWN]]
    return Evidence(
        say("noise.title", "The {n} best configs: mean with one standard error, and their runs", n=n),
        Along("config, from the best"),
        Along(runs.label, log=is_log(runs)),
        (
            Series("mean", "points", places.tolist(), mean, low, high, "best", ids),
            Series(
                "run", "points", [place for place, _ in rows], [float(runs.target[row]) for _, row in rows],
                runs=[str(runs.ids[row]) for _, row in rows],
            ),
        ),
        (Mark("y", unscaled(runs, float(np.median(configs.loss))), say("noise.middle", "middle config")),),
    )  # fmt: skip
