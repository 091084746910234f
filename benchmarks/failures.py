"""
Failures logged as a number: how often exactly those runs are taken as failed, and how often sound runs are.

A form is a sweep in which some runs logged a number in place of a result; a control is one in which all values are
results, however odd they look (see `benchmarks.failed_sweeps`). Where lr is high, or by chance, 1 to 20 % of the runs
fail. Last, what a ranking comes to where a number is not far enough off to be taken as a failure, or is kept.

Usage: python -m benchmarks.failures [FIRST_SEED] [SEEDS]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.failed_sweeps import (
    CONTROLS,
    FORMS,
    Made,
    accuracy,
    draw_config,
    fail,
    log_loss,
    loss,
    make_control,
    make_form,
    reward,
    rmse,
)
from panel.data.project import from_frames
from panel.importance import compute
from panel.question.design import build
from panel.question.failures import recognise_failures
from panel.question.selection import Selection, Target

KEPT = (
    (loss, (5.0, 8.0, 25.0)),
    (accuracy, (0.0, 0.1)),
    (reward, (-400.0, -700.0, -2500.0)),
    (rmse, (60.0, 100.0, 300.0)),
    (log_loss, (50.0, 1000.0)),
)
"""Targets, and numbers far off that stay in them."""


def find_taken(config: pd.DataFrame, metric: str, values: np.ndarray) -> np.ndarray:
    """Return which runs do not count as results: taken as failed, or beyond all numbers."""
    project = from_frames(config, pd.DataFrame({metric: values}))
    found = recognise_failures(project, Selection("", Target(metric)))
    taken = ~np.isfinite(project.summary[metric].to_numpy(float))
    for runs in found.values():
        taken |= runs
    return taken


def measure_forms(first: int, seeds: int) -> None:
    """Print how often exactly the failed runs are found."""
    print("| form | exactly those, % | some of them | none | also others | of one or two runs, % |")
    print("|---|---|---|---|---|---|")
    everything, lone = [], []
    for name in FORMS:
        exact, some, none, more, few = [], 0, 0, 0, []
        for seed in range(first, first + seeds):
            config, metric, values, failed, _ = make_form(seed, name)
            taken = find_taken(config, metric, values)
            exact.append(bool((taken == failed).all()))
            none += not (taken & failed).any()
            some += bool((taken & failed).any() and (failed & ~taken).any())
            more += bool((taken & ~failed).any())
            if failed.sum() < 3:
                few.append(exact[-1])
        everything += exact
        lone += few
        print(
            f"| {name} | {100 * np.mean(exact):.0f} | {some} | {none} | {more} | {100 * np.mean(few or [1]):.0f} |",
            flush=True,
        )
    print(f"| **together** | {100 * np.mean(everything):.1f} | | | | {100 * np.mean(lone):.1f} |\n")


def measure_controls(first: int, seeds: int) -> None:
    """Print how often runs of sound sweeps are taken as failed."""
    print("| control | false alarms, % |\n|---|---|")
    everything = []
    for name in CONTROLS:
        alarms = []
        for seed in range(first, first + seeds):
            alarms.append(bool(find_taken(*make_control(seed, name)).any()))
        everything += alarms
        print(f"| {name} | {100 * np.mean(alarms):.1f} |", flush=True)
    print(f"| **together** | {100 * np.mean(everything):.2f} |\n")


def measure_rankings(first: int, seeds: int) -> None:
    """Print how rankings fare in which the numbers stay: lr explains about .7 of what the others come to."""
    print("| target | number | runs | lr first, % | clear, % | its share | scales |\n|---|---|---|---|---|---|---|")
    for make, numbers in KEPT:
        for number in numbers:
            for by_lr in (False, True):
                told = [rank_kept(make, number, by_lr, seed) for seed in range(first, first + seeds)]
                scales = ", ".join(f"{scale} {n}" for scale, n in Counter(scale for scale, *_ in told).most_common())
                leads, clear, share = (np.mean([t[k] for t in told]) for k in (1, 2, 3))
                print(
                    f"| {make.__name__} | {number:g} | {'where lr is high' if by_lr else 'by chance'} "
                    f"| {100 * leads:.0f} | {100 * clear:.0f} | {share:.2f} | {scales} |",
                    flush=True,
                )


def rank_kept(make: Callable[..., Made], number: float, by_lr: bool, seed: int) -> tuple[str, bool, bool, float]:
    """Return the scale of a target in which a number far off is kept, whether lr is first, and clear, and its share."""
    draw = np.random.default_rng([seed, 9])
    config = draw_config(draw, int(draw.integers(60, 300)))
    metric, values = make(draw, config)
    values = values.copy()
    values[fail(draw, config, float(draw.choice([0.01, 0.025, 0.05, 0.1, 0.2])), by_lr)] = number
    project = from_frames(config, pd.DataFrame({metric: values}))
    design = build(project, Selection("", Target(metric, failures="keep")))
    rows = compute(design).to_frame().set_index("parameter")
    return design.scale, rows.index[0] == "lr", bool(rows.clear["lr"]), float(rows.importance["lr"])


def main(first: str = "5000", seeds: str = "300") -> None:
    """Print the tables."""
    measure_forms(int(first), int(seeds))
    measure_controls(int(first), int(seeds))
    measure_rankings(int(first), max(int(seeds) // 15, 1))


if __name__ == "__main__":
    main(*sys.argv[1:])
