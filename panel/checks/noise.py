"""
Is the winner better than run-to-run noise? Its distance to the middle config, adjusted for the best of n.

The best of n equal configs lies far from the middle by luck alone. So the distance is tested against Student's t at
the level of n configs (Bonferroni), and its interval holds for whichever of the n came out best.

Facts: ``trial_sd``, the standard deviation of one run around its config, on the scale of the loss; ``trial_sd_target``,
what that is at the best config in the target's units; ``replicated_configs``; ``difference``, by how much the best
config is better than the middle one in the target's units, with ``low`` and ``high`` (90 %, adjusted); ``p`` (adjusted;
``None`` on adaptive searches); ``runner_up``, the same difference to the second best, with ``runner_up_low`` and
``runner_up_high``; ``repeat``, a list of ``run`` and ``times``: which runs to repeat how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from ..data.statistics import measured, t_quantile
from ..runs.configs import improvement, is_log, unscaled
from ..runs.replicates import Noise, trial_noise
from .base import Along, Evidence, Finding, Mark, Series, Study, none_of

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
"""How often a config is to be repeated, at least and at most."""

DRAWN = 20
"""The best configs that are drawn."""


@dataclass(frozen=True)
class Apart:
    """A difference of losses, positive if the first is better; half its adjusted interval; the adjusted p-value."""

    difference: float
    half: float
    p: float


def from_middle(loss: np.ndarray, size: np.ndarray, noise: Noise) -> Apart:
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
    return _adjusted(float(np.median(loss) - loss[0]), float(error), noise.freedom, n)


def from_runner_up(loss: np.ndarray, size: np.ndarray, noise: Noise) -> tuple[Apart, bool]:
    """
    Compare the best config with the second best, and say whether it is better than all others beyond noise.

    Whether the best of n is really the best can be tested against the runner-up at the plain two-sided level, however
    many there are: where the others are as good, one of them is as near (Hung & Fithian 2019, "Rank verification for
    exponential families"). With unequal numbers of runs it has to hold for every other config.
    """
    error = noise.sd * np.sqrt(1 / size[0] + 1 / size[1:])
    far = bool((loss[1:] - loss[0] > float(t_quantile((1 + COVERS) / 2, noise.freedom)) * error).all())
    apart = _adjusted(float(loss[1] - loss[0]), float(error[0]), noise.freedom, 1)
    return apart, far


def _adjusted(difference: float, error: float, freedom: int, many: int) -> Apart:
    p = min(1.0, many * float(special.stdtr(freedom, -difference / error)))  # the best is never the worse one
    half = float(t_quantile(1 - (1 - COVERS) / 2 / many, freedom)) * error
    return Apart(difference, half, p)


def check(study: Study) -> Finding:
    """Say whether the best config is better than chance repeats of the middle one; see the module for its facts."""
    configs, label = study.configs, study.runs.label
    n = len(configs)
    facts: dict[str, Any] = dict.fromkeys(("trial_sd", "trial_sd_target", "difference", "low", "high", "p"))
    facts |= dict.fromkeys(("runner_up", "runner_up_low", "runner_up_high"))
    facts |= {"replicated_configs": 0, "repeat": []}
    if n < 2:
        sentence = (
            none_of(len(study.runs), "run", f"has a finite {label}.", f"has no finite {label}.")
            if not n
            else f"There is only one config with a finite {label}: it has nothing to be compared with."
        )
        return Finding(NAME, QUESTION, "can't tell", sentence, "Run at least two configs, twice each.", facts=facts)
    noise = trial_noise(study.loss, study.number, study.runs.feasible)
    if noise is not None:
        facts |= {"trial_sd": noise.sd, "replicated_configs": noise.repeated}
        facts["trial_sd_target"] = abs(improvement(study.runs, float(configs.loss[0]), -noise.sd))
    facts["repeat"] = repeats(study, noise)
    if noise is None or noise.freedom < FREEDOM or not noise.sd:
        return Finding(
            NAME, QUESTION, "can't tell", _missing(study, noise), _repeat(study, facts["repeat"]),
            f"{n} configs, {noise.repeated if noise else 0} of them repeated.", facts=facts,
        )  # fmt: skip
    middle = from_middle(configs.loss, configs.size, noise)
    second, told = from_runner_up(configs.loss, configs.size, noise)
    for prefix, apart, base in (("", middle, float(np.median(configs.loss))), ("runner_up_", second, configs.loss[1])):
        steps = (apart.difference, apart.difference - apart.half, apart.difference + apart.half)
        values = [improvement(study.runs, float(base), step) for step in steps]
        names = (prefix.rstrip("_") or "difference", f"{prefix}low", f"{prefix}high")
        facts |= dict(zip(names, values, strict=True))
    facts["p"] = None if study.adaptive else middle.p
    beyond = middle.p <= LEVEL
    return Finding(
        NAME,
        QUESTION,
        "fine" if beyond else "look",
        _sentence(study, facts, beyond, told),
        "" if beyond and told else _repeat(study, facts["repeat"]),
        _basis(study, noise),
        (_evidence(study, noise),),
        facts,
    )


def repeats(study: Study, noise: Noise | None) -> list[dict[str, Any]]:
    """
    Return which runs to repeat how often, so that the winner is told from those next to it.

    Two configs with a gap d and noise s are told apart at the level of 5 % with a power of 80 % by 2 (2.5 s / d)² runs
    each. Where the noise is not known, it is taken as large as it can be: as if the whole spread of the best quarter
    were noise.
    """
    loss, size = study.configs.loss, study.configs.size
    n = min(len(loss), RIVALS)
    sd = noise.sd if noise and noise.sd else largest_noise(loss)
    gap = float(loss[n - 1] - loss[0])
    wanted = np.inf if gap <= 0 else np.ceil(2 * (2.5 * sd / gap) ** 2)
    total = int(np.clip(wanted, *TIMES))
    return [
        {"run": str(study.runs.ids[run]), "times": more}
        for run, has in zip(study.configs.best[:n], size[:n], strict=True)
        if (more := max(0, total - int(has))) > 0
    ]


def largest_noise(loss: np.ndarray) -> float:
    """Return the noise that would spread equal configs as far as the best quarter is spread; losses ascending."""
    n = len(loss)
    quantiles = -special.ndtri((np.array([1, n // 4 + 1]) - 0.375) / (n + 0.25))
    return float((loss[n // 4] - loss[0]) / max(quantiles[0] - quantiles[1], 0.5))


def _missing(study: Study, noise: Noise | None) -> str:
    n = len(study.configs)
    if noise is not None and not noise.sd:
        return (
            f"All repeats of the {noise.repeated} repeated configs gave exactly the same {study.runs.label}, as if "
            "their seeds were the same too: they do not tell the run-to-run noise."
        )
    if noise is not None:
        return (
            f"Only {noise.repeated} of {n} configs {'was' if noise.repeated == 1 else 'were'} repeated, with "
            f"{noise.freedom} repeat{'s' if noise.freedom > 1 else ''} in all: too few to tell the run-to-run noise."
        )
    return f"None of the {n} configs was run twice with different seeds, so the run-to-run noise is not known."


def _repeat(study: Study, wanted: list[dict[str, Any]]) -> str:
    """Return the advice which runs to repeat."""
    if not wanted:
        return ""
    name = {str(study.runs.ids[i]): str(study.runs.names[i]) for i in study.configs.best[:RIVALS]}
    often = [r["times"] for r in wanted]
    same = len(set(often)) == 1
    parts = [name[r["run"]] if same else f"{name[r['run']]} ({_more(r['times'])})" for r in wanted]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    if same:
        listed += f", {_more(often[0])}"
    return f"Repeat {listed}, each with another seed, and compare the means of these new runs."


def _more(times: int) -> str:
    return "once more" if times == 1 else f"{times} more times"


def _sentence(study: Study, facts: dict[str, Any], beyond: bool, told: bool) -> str:
    runs = study.runs
    name, other = (str(runs.names[i]) for i in study.configs.best[:2])
    d, low, high, sd, second, below, above = (
        measured(facts[key], 3)
        for key in ("difference", "low", "high", "trial_sd_target", "runner_up", "runner_up_low", "runner_up_high")
    )
    start = f"The best config ({name}) is {d} ({low} to {high}) better in {runs.label} than the middle one"
    noise = f"run-to-run noise of {sd}"
    if not beyond:
        return f"{start}, which the best of {len(study.configs)} equal configs would be by luck at a {noise}."
    follow = "also beyond noise" if told else "which noise can explain"
    return f"{start} at a {noise}; it is {second} ({below} to {above}) better than the runner-up ({other}), {follow}."


def _basis(study: Study, noise: Noise) -> str:
    n = len(study.configs)
    test = "no p-value, as the search was adaptive" if study.adaptive else f"adjusted for the best of {n}, level 5 %"
    return (
        f"{n} configs, {noise.repeated} of them repeated; noise pooled over {noise.configs} configs with "
        f"{noise.freedom} degrees of freedom; Student's t, {test}; intervals of 90 % adjusted for {n} configs (the "
        "middle one as baseline), or of the difference to the runner-up."
    )


def _evidence(study: Study, noise: Noise) -> Evidence:
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
        f"The {n} best configs: mean with one standard error, and their runs",
        Along("config, from the best"),
        Along(runs.label, log=is_log(runs)),
        (
            Series("mean", "bars", places.tolist(), mean, low, high, "best", ids),
            Series(
                "run", "points", [place for place, _ in rows], [float(runs.target[row]) for _, row in rows],
                runs=[str(runs.ids[row]) for _, row in rows],
            ),
        ),
        (Mark("y", unscaled(runs, float(np.median(configs.loss))), "middle config"),),
    )  # fmt: skip
