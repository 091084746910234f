"""Sweeps in which some runs logged a number in place of a result, and sweeps in which all values are results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

Draw = np.random.Generator
Made = tuple[str, np.ndarray]
"""The metric's name, and a value a run."""


def draw_config(draw: Draw, n: int) -> pd.DataFrame:
    """Return the settings of n runs: lr matters, the others hardly."""
    return pd.DataFrame(
        {
            "lr": 10 ** draw.uniform(-5, -1, n),
            "wd": 10 ** draw.uniform(-6, -2, n),
            "drop": draw.random(n),
            "act": draw.choice(["relu", "gelu", "tanh"], n),
        }
    )


def find_bowl(draw: Draw, config: pd.DataFrame, noise: float = 0.3) -> np.ndarray:
    """Return how far each run is from the best settings, 0 to about 7, with noise."""
    return (np.log10(config["lr"].to_numpy()) + 3) ** 2 + 0.5 * config["drop"] + noise * draw.normal(size=len(config))


# What sound targets look like.


def loss(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", 1 + 0.3 * find_bowl(draw, config).to_numpy()


def log_loss(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", np.exp(-3 + 1.2 * find_bowl(draw, config).to_numpy())


def mse(draw: Draw, config: pd.DataFrame) -> Made:
    return "test/mse", np.exp(draw.uniform(-7, -4) + 0.3 * find_bowl(draw, config).to_numpy())


def rmse(draw: Draw, config: pd.DataFrame) -> Made:
    return "rmse", 20 + 3 * find_bowl(draw, config).to_numpy()


def accuracy(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_acc", np.clip(0.95 - 0.03 * find_bowl(draw, config).to_numpy(), 0.1, 0.999)


def percent(draw: Draw, config: pd.DataFrame) -> Made:
    return "test_accuracy", np.clip(94 - 4 * find_bowl(draw, config).to_numpy(), 10, 99.9).round(2)


def auc(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_auc", np.clip(0.9 - 0.04 * find_bowl(draw, config).to_numpy(), 0.5, 1)


def reward(draw: Draw, config: pd.DataFrame) -> Made:
    return "reward", 250 - 60 * find_bowl(draw, config).to_numpy() + 30 * draw.normal(size=len(config))


def perplexity(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_perplexity", np.exp(3.2 + 0.25 * find_bowl(draw, config).to_numpy())


def r_squared(draw: Draw, config: pd.DataFrame) -> Made:
    return "r2", 0.9 - 0.1 * find_bowl(draw, config).to_numpy()


def seconds(draw: Draw, config: pd.DataFrame) -> Made:
    return "solve_time", np.exp(2 + 0.4 * find_bowl(draw, config).to_numpy() + 0.3 * draw.normal(size=len(config)))


def reading(draw: Draw, config: pd.DataFrame) -> Made:
    return "reading", 1 + 0.3 * find_bowl(draw, config).to_numpy()


def error_rate(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_error", np.clip(0.08 + 0.05 * find_bowl(draw, config).to_numpy(), 0.001, 0.9)


def likelihood(draw: Draw, config: pd.DataFrame) -> Made:
    return "log_likelihood", -120 - 8 * find_bowl(draw, config).to_numpy()


def scattered(draw: Draw, config: pd.DataFrame) -> Made:
    return "train_mae", 0.4 + 0.1 * find_bowl(draw, config).to_numpy()


def few_losses(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", 0.3 + 0.4 * draw.integers(0, 7, len(config))


def errors_made(draw: Draw, config: pd.DataFrame) -> Made:
    return "n_mistakes", draw.poisson(np.exp(3 + 0.2 * find_bowl(draw, config))).astype(float)


def points(draw: Draw, config: pd.DataFrame) -> Made:
    return "game_score", np.round(40 - 5 * find_bowl(draw, config).to_numpy())


def rounded_loss(draw: Draw, config: pd.DataFrame) -> Made:
    return "eval/loss", loss(draw, config)[1].round(2)


FORMS: dict[str, tuple[Callable[[Draw, pd.DataFrame], Made], tuple[float, ...]]] = {
    "loss 999": (loss, (999.0,)),
    "loss 1e10": (loss, (1e10,)),
    "loss 100": (loss, (100.0,)),
    "loss over three decades, 1e6": (log_loss, (1e6,)),
    "loss over three decades, 9999": (log_loss, (9999.0,)),
    "small squared error, 10": (mse, (10.0,)),
    "small squared error, 1": (mse, (1.0,)),
    "RMSE 1e5": (rmse, (1e5,)),
    "RMSE 9999 or 1e6": (rmse, (9999.0, 1e6)),
    "RMSE -1": (rmse, (-1.0,)),
    "accuracy 0": (accuracy, (0.0,)),
    "accuracy -1": (accuracy, (-1.0,)),
    "accuracy 0 of 100": (percent, (0.0,)),
    "area under the curve 0": (auc, (0.0,)),
    "area under the curve 2.2e-308": (auc, (2.2250738585072014e-308,)),
    "reward -1e4": (reward, (-1e4,)),
    "reward -99999": (reward, (-99999.0,)),
    "reward -5000": (reward, (-5000.0,)),
    "perplexity 1e8": (perplexity, (1e8,)),
    "perplexity, largest 32-bit float": (perplexity, (3.4028234663852886e38,)),
    "loss, largest 64-bit float": (loss, (1.7976931348623157e308,)),
    "R² -1000": (r_squared, (-1000.0,)),
    "R² -10": (r_squared, (-10.0,)),
    "seconds, at a limit of 3600": (seconds, (3600.0,)),
    "goal unknown, 999999": (reading, (999999.0,)),
    "error rate 1": (error_rate, (1.0,)),
    "log-likelihood -1e8": (likelihood, (-1e8,)),
    "log-likelihood -9999": (likelihood, (-9999.0,)),
    "loss 50": (loss, (50.0,)),
    "loss 999, 9999 or 1e6": (loss, (999.0, 9999.0, 1e6)),
    "loss, largest 32-bit integer": (loss, (2147483647.0,)),
    "loss of seven levels, 999": (few_losses, (999.0,)),
    "mistakes 1e6": (errors_made, (1e6,)),
    "points -1e4": (points, (-1e4,)),
    "points -999": (points, (-999.0,)),
    "rounded loss, 500": (rounded_loss, (500.0,)),
    "diverged, anywhere from 1e4 to 1e12": (scattered, ()),
}
"""What runs log that failed, beside what sound ones do."""


def fail(draw: Draw, config: pd.DataFrame, share: float, by_lr: bool) -> np.ndarray:
    """Return which runs fail: a share of them by chance, or mostly where lr is high."""
    n = len(config)
    order = np.log10(config["lr"].to_numpy()) + 0.15 * draw.normal(size=n) if by_lr else draw.random(n)
    failed = np.zeros(n, bool)
    failed[np.argsort(-order)[: max(1, round(share * n))]] = True
    return failed


def make_form(seed: int, name: str) -> tuple[pd.DataFrame, str, np.ndarray, np.ndarray, float]:
    """Return a sweep with failures: settings, metric, values, which runs failed, and their share as it was drawn."""
    draw = np.random.default_rng([seed, sorted(FORMS).index(name)])
    config = draw_config(draw, int(np.exp(draw.uniform(np.log(30), np.log(400)))))
    make, codes = FORMS[name]
    metric, values = make(draw, config)
    share = float(draw.choice([0.01, 0.025, 0.05, 0.1, 0.2]))
    failed = fail(draw, config, share, bool(draw.random() < 0.5))
    values = values.copy()
    n = int(failed.sum())
    values[failed] = draw.choice(codes, n) if codes else 10 ** draw.uniform(4, 12, n)
    return config, metric, values, failed, share


# Sweeps in which no run failed.


def chance_where_lr_is_high(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = accuracy(draw, config)
    classes = draw.choice([2, 3, 5, 10, 100])
    values = np.maximum(values, 1 / classes)
    values[fail(draw, config, 0.2, True)] = 1 / classes
    return metric, values


def chance_in_percent(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = percent(draw, config)
    values[fail(draw, config, draw.uniform(0.02, 0.2), True)] = draw.choice([10.0, 1.0, 20.0, 50.0])
    return metric, values


def about_chance(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = accuracy(draw, config)
    guessing = fail(draw, config, draw.uniform(0.02, 0.2), True)
    values[guessing] = 0.1 + 0.005 * draw.normal(size=guessing.sum())
    return metric, values


def collapsed_loss(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = loss(draw, config)
    values = 0.2 * values
    values[fail(draw, config, draw.uniform(0.05, 0.2), True)] = np.log(draw.choice([2, 10, 100])).round(
        draw.choice([3, 7])
    )
    return metric, values


def unit_variance(draw: Draw, config: pd.DataFrame) -> Made:
    values = 0.1 + 0.05 * find_bowl(draw, config).to_numpy()
    values[fail(draw, config, draw.uniform(0.05, 0.2), True)] = 1.0
    return "val_mse", np.clip(values, 0.01, 1)


def ties_at_the_good_end(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", np.maximum(loss(draw, config)[1] - draw.uniform(1.1, 1.6), 0)


def saturated(draw: Draw, config: pd.DataFrame) -> Made:
    return "test_acc", np.minimum(1, 1.02 - 0.01 * find_bowl(draw, config).to_numpy()).round(draw.choice([2, 3, 6]))


def lognormal(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", np.exp(draw.uniform(0.5, 2.5) * draw.normal(size=len(config)) + draw.uniform(-3, 6))


def pareto(draw: Draw, config: pd.DataFrame) -> Made:
    return "val_loss", 1 + draw.pareto(draw.uniform(0.8, 3), len(config))


def cauchy(draw: Draw, config: pd.DataFrame) -> Made:
    return "reward", 100 + 20 * draw.standard_cauchy(len(config))


def diverging_loss(draw: Draw, config: pd.DataFrame) -> Made:
    above = np.maximum(np.log10(config["lr"].to_numpy()) + 2, 0)
    return "val_loss", loss(draw, config)[1] * 10 ** (draw.uniform(0.5, 2.5) * above)


def counts(draw: Draw, config: pd.DataFrame) -> Made:
    mean = np.exp(draw.uniform(0, 5) + 0.4 * find_bowl(draw, config).to_numpy())
    return "errors", draw.poisson(mean).astype(float)


def episodes_to_solve(draw: Draw, config: pd.DataFrame) -> Made:
    needed = np.exp(4 + 0.5 * find_bowl(draw, config).to_numpy())
    return "episodes_to_solve", np.minimum(np.ceil(needed), draw.choice([500, 1000, 10000]))


def sparse_reward(draw: Draw, config: pd.DataFrame) -> Made:
    values = np.clip(1 - 0.1 * find_bowl(draw, config).to_numpy(), 0.3, 1)
    values[draw.random(len(config)) < draw.uniform(0.05, 0.6)] = 0
    return "reward", values * draw.choice([1, 10, 100])


def solved_or_not(draw: Draw, config: pd.DataFrame) -> Made:
    """Return rewards of a maze: a run that finds the way gets nearly 1, another 0."""
    values = np.clip(0.96 - 0.01 * find_bowl(draw, config).to_numpy(), 0, 1)
    values[fail(draw, config, draw.uniform(0.02, 0.2), bool(draw.random() < 0.5))] = 0
    return draw.choice(["reward", "eval/episode_reward_mean", "success_rate", "return"]), values


def success_rate(draw: Draw, config: pd.DataFrame) -> Made:
    values = draw.binomial(20, np.clip(0.95 - 0.1 * find_bowl(draw, config), 0, 1)) / 20
    values[fail(draw, config, draw.uniform(0.02, 0.2), True)] = 0
    return "success_rate", values


def f_score(draw: Draw, config: pd.DataFrame) -> Made:
    values = np.clip(0.8 - 0.08 * find_bowl(draw, config).to_numpy(), 0, 1)
    values[fail(draw, config, draw.uniform(0.02, 0.2), True)] = 0
    return "f1", values


def collapsed_score(draw: Draw, config: pd.DataFrame) -> Made:
    """Return scores that are 0 where a model says the same of everything."""
    values = np.clip(0.85 - 0.01 * find_bowl(draw, config).to_numpy(), 0, 1)
    values[fail(draw, config, draw.uniform(0.02, 0.2), True)] = 0
    return draw.choice(["f1", "val_iou", "dice", "recall", "mAP", "mcc", "r2"]), values


def lunar_lander(draw: Draw, config: pd.DataFrame) -> Made:
    values = 250 - 40 * find_bowl(draw, config).to_numpy() + 20 * draw.normal(size=len(config))
    crashed = draw.random(len(config)) < draw.uniform(0.05, 0.3)
    return "episode_reward", np.where(crashed, -100 - 200 * draw.gamma(1, 1, len(config)), values)


def time_penalty(draw: Draw, config: pd.DataFrame) -> Made:
    """Return rewards of the mountain car: -200 is what an episode without success comes to."""
    values = -90 - 10 * find_bowl(draw, config).to_numpy() - 5 * draw.random(len(config))
    values[draw.random(len(config)) < draw.uniform(0.05, 0.25)] = -200
    return "mean_reward", np.maximum(values, -200)


def bimodal(draw: Draw, config: pd.DataFrame) -> Made:
    high = draw.random(len(config)) < draw.uniform(0.05, 0.5)
    return "val_loss", np.where(high, draw.uniform(2, 30), 0.5) * np.exp(0.1 * draw.normal(size=len(config)))


def integer_scores(draw: Draw, config: pd.DataFrame) -> Made:
    return "score", np.round(draw.uniform(2, 30) - find_bowl(draw, config).to_numpy() * draw.uniform(0.3, 3))


def grid_of_few_levels(draw: Draw, config: pd.DataFrame) -> Made:
    level = draw.integers(0, draw.integers(3, 9), len(config))
    return "val_loss", 0.3 + 0.4 * level.astype(float) ** draw.choice([1, 2, 3])


def rounded(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = (loss, accuracy, rmse, perplexity)[draw.integers(4)](draw, config)
    return metric, values.round(int(draw.integers(0, 3)) if metric != "val_acc" else 2)


def censored_time(draw: Draw, config: pd.DataFrame) -> Made:
    """Return times up to a limit that many runs come near to: one at the limit did not fail but is slow."""
    values = seconds(draw, config)[1]
    return "train_time", np.minimum(values * 20, draw.choice([300, 600, 3600]))


def far_but_real(draw: Draw, config: pd.DataFrame) -> Made:
    metric, values = loss(draw, config)
    values[draw.integers(len(config))] *= draw.uniform(3, 30)
    return metric, values


CONTROLS: dict[str, Callable[[Draw, pd.DataFrame], Made]] = {
    "accuracy at chance where lr is high, exactly": chance_where_lr_is_high,
    "per cent at chance": chance_in_percent,
    "accuracy about chance": about_chance,
    "loss of a collapsed model": collapsed_loss,
    "error 1 of the mean, where lr is high": unit_variance,
    "ties at the good end": ties_at_the_good_end,
    "saturated accuracies": saturated,
    "lognormal": lognormal,
    "Pareto": pareto,
    "Cauchy": cauchy,
    "losses that grow with lr": diverging_loss,
    "counts": counts,
    "episodes up to a limit": episodes_to_solve,
    "sparse reward": sparse_reward,
    "success rate 0": success_rate,
    "F1 0": f_score,
    "solved or not": solved_or_not,
    "scores of a collapsed model": collapsed_score,
    "crashed landings": lunar_lander,
    "reward of an episode without success": time_penalty,
    "two modes": bimodal,
    "integer scores": integer_scores,
    "few levels": grid_of_few_levels,
    "rounded": rounded,
    "times up to a limit": censored_time,
    "one run far off": far_but_real,
}
"""Sweeps in which every value is a result."""


def make_control(seed: int, name: str) -> tuple[pd.DataFrame, str, np.ndarray]:
    """Return a sound sweep: settings, metric, values."""
    draw = np.random.default_rng([seed, 1_000 + sorted(CONTROLS).index(name)])
    config = draw_config(draw, int(np.exp(draw.uniform(np.log(30), np.log(400)))))
    return config, *CONTROLS[name](draw, config)
