"""Two configs by their repeats: how far apart they are beside run-to-run noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..data.messages import Number, say
from ..data.statistics import t_quantile
from ..errors import QuestionError, nearest
from . import bestof
from .adopt_pair import Pair, Study, tell_difference
from .adopt_words import say_mend, say_repeat
from .base import Runs
from .buckets import Bucket
from .complexity import say_larger
from .configs import Configs, config_numbers, configs_of, scaled_loss, unscaled
from .empty import Empty, tell_no_target
from .groups import Group, Standing, interval_around, keep_possible, make_group
from .matter import find_matter
from .replicates import Noise, trial_noise

REPEATS = (3, 20)
"""How often a config is to be repeated to tell two apart, at least and at most."""

AFFORDED = 4
"""Two configs are repeated by one run for so many runs of the sweep each, at most, but at least `REPEATS` times."""


def compare_configs(runs: Runs, run_a: str, run_b: str) -> Pair | Empty:
    """
    Compare two configs.

    Parameters
    ----------
    runs
        The runs.
    run_a, run_b
        Ids of a run of each; if one is empty, the best config is chosen.

    Raises
    ------
    QuestionError
        If a run is not known, or the two are of the same config.
    """
    known = [str(i) for i in runs.ids]
    for run in (run_a, run_b):
        if run and run not in known:
            raise QuestionError(f"There is no run {run!r} here. {nearest(run, known)}")
    if not runs.feasible.any():
        return tell_no_target(runs)
    number, loss = config_numbers(runs), scaled_loss(runs)
    every = configs_of(runs, np.arange(len(runs)), number, loss)
    first, second = (known.index(run) if run else None for run in (run_a, run_b))
    first = _choose_best(every, number, second) if first is None else first
    second = _choose_best(every, number, first) if second is None else second
    if first is None or second is None:
        return Empty(
            say(
                "adopt.one_config",
                "There is only one config with a finite {target}: nothing to compare it with.",
                target=runs.label,
            )
        )
    if number[first] == number[second]:
        raise QuestionError(f"{known[first]} and {known[second]} are the same config, equal but for seeds.")
    sides = _make_side(runs, first, number, loss), _make_side(runs, second, number, loss)
    noise = trial_noise(loss, number, runs.feasible)
    study = say(
        "adopt.no_study",
        "Not known: the two configs are compared as they are, whatever others might have been tried.",
    )
    pair = Pair(
        kind="configs",
        sides=sides,
        drawn=(_draw_runs(runs, sides[0], loss), _draw_runs(runs, sides[1], loss)),
        standings=(_tell_config(runs, sides[0], noise), _tell_config(runs, sides[1], noise)),
        study=Study(None, study),
    )
    return replace(_compare_repeats(runs, pair, noise, every), complexity=say_larger(runs, pair.rows, pair.words))


def _choose_best(every: Configs, number: np.ndarray, other: int | None) -> int | None:
    """Return the best run of the best config but that of another run; ``None`` if there is none."""
    return next((int(run) for run in every.best if other is None or number[run] != number[other]), None)


def _make_side(runs: Runs, row: int, number: np.ndarray, loss: np.ndarray) -> Group:
    name = str(runs.names[row])
    words = say("adopt.config", "the config of {run}", run=name)
    return make_group(runs, Bucket(name, words, np.flatnonzero(number == number[row])), number, loss)


def _compare_repeats(runs: Runs, pair: Pair, noise: Noise | None, every: Configs) -> Pair:
    """Return two configs with their difference by their repeats."""
    failed = [side.bucket.words for side in pair.sides if not side.n]
    if failed:
        return replace(pair, wanted=say_mend(failed[0], runs.label))
    sizes = [int(side.configs.size[0]) for side in pair.sides]
    means = [float(side.configs.loss[0]) for side in pair.sides]
    better = means[1] - means[0]
    if noise is None or not noise.sd:
        difference = tell_difference(runs, better, np.inf, means[1])
        return replace(pair, difference=difference, wanted=say_repeat(REPEATS[0]))
    best_two = set(every.best[:2].tolist()) == {int(side.configs.best[0]) for side in pair.sides}
    many = 1 if best_two else max(1, len(every) - 1)  # the best against the second needs none, see `checks.noise`
    half = float(t_quantile(1 - (1 - bestof.LEVEL) / 2 / many, noise.freedom))
    half *= noise.sd * float(np.sqrt(sum(1 / size for size in sizes)))
    times = int(np.clip(np.ceil(2 * (2.5 * noise.sd / better) ** 2), *REPEATS)) if better else REPEATS[0]
    note = say(
        "adopt.adjusted",
        "The interval is adjusted for {many} comparisons, as if the two were picked by their runs.",
        many=Number(many, style="short"),
    )
    least = find_matter(runs)
    return replace(
        pair,
        difference=tell_difference(runs, better, half, means[1]),
        beyond=None if runs.adaptive else abs(better) > half,
        alike=not runs.adaptive and least.holds(better - half, better + half),
        hopeless=not runs.adaptive and better + half > 0 and least.holds(0.0, better + half),
        wanted=say_repeat(min(max(REPEATS[0], times - min(sizes)), max(REPEATS[0], len(runs) // AFFORDED))),
        notes=[note] if many > 1 else [],
    )


def _tell_config(runs: Runs, side: Group, noise: Noise | None) -> Standing:
    standing = Standing(
        label=side.bucket.label,
        words=side.bucket.words,
        runs=int(side.configs.size[0]) if side.n else 0,
        configs=side.n,
        infeasible=side.infeasible,
    )
    if not side.n:
        return standing
    mean = float(side.configs.loss[0])
    if noise is None or not noise.sd:
        return replace(standing, expected=unscaled(runs, mean))
    half = float(t_quantile((1 + bestof.LEVEL) / 2, noise.freedom)) * noise.sd / np.sqrt(side.configs.size[0])
    low, high = keep_possible(runs, interval_around(runs, mean, half))
    return replace(standing, expected=unscaled(runs, mean), low=low, high=high)


def _draw_runs(runs: Runs, side: Group, loss: np.ndarray) -> Group:
    """Return a config with each of its runs as one point."""
    rows = side.bucket.rows[runs.feasible[side.bucket.rows]]
    rows = rows[np.argsort(loss[rows], kind="stable")]
    return Group(side.bucket, Configs(loss[rows], rows, np.ones(len(rows), int)), side.infeasible)
