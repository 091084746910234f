"""
Runs that were stopped early: whether it is said, at which step they are compared, and whether that ranking is right.

Truth is the share of the variance that each setting explains alone at a step, without noise, among runs drawn anew. The
sweeps and how they are stopped are those of `benchmarks.stopped_sweeps`. Last, the time of a design with histories.

Usage: python -m benchmarks.stopping [FIRST_SEED] [SEEDS]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.stopped_sweeps import CONTROLS, SCHEDULERS, Draw, Task, make_large, make_sweep
from panel.importance import compute
from panel.question.design import Design, build
from panel.question.selection import Selection, Target
from panel.question.target import put_on_scale

FRESH, BINS = 8_192, 32
"""Runs drawn anew for the truth, and values of a setting among them."""

SURE = 0.15
"""Truth says which of two settings leads if their shares differ by this much."""


def find_truth(task: Task, design: Design, step: float, draw: Draw) -> dict[str, float]:
    """Return the share of the variance that each setting explains alone at a step, on the design's scale."""
    config = task.draw_config(draw, FRESH)
    values = task.find_curves(config, np.array([step / task.per_step]))[:, 0]
    values = put_on_scale(values, design.scale)
    shares = {}
    for name in ("lr", "wd", "drop"):
        bins = np.arange(FRESH)[np.argsort(np.argsort(config[name].to_numpy()))] * BINS // FRESH
        means = np.bincount(bins, values) / np.bincount(bins)
        shares[name] = float(means[bins].var() / values.var())
    return shares


@dataclass(frozen=True)
class Said:
    """What was said of one sweep, beside what is true; ``None`` where truth does not tell."""

    codes: tuple[str, ...]
    used: float
    at: float
    right: bool | None = None
    open: bool | None = None
    changes: bool | None = None

    @property
    def noted(self) -> bool:
        """Whether anything was said of runs that were stopped."""
        return bool(self.codes)


def judge(name: str, seed: int, ranked: bool) -> Said:
    """Return what was said of one sweep, beside what is true."""
    trained, project = make_sweep(name, seed)
    metric = "val_acc" if trained.task.accuracy else "val_loss"
    design = build(project, Selection("", Target(metric)))
    codes, step = tuple(note.code for note in design.notes), design.target.step
    last = trained.task.last * trained.task.per_step
    used, at = len(design.y) / len(project.runs), 1.0 if step is None else float(step) / last
    if not ranked or not codes or step is None:
        return Said(codes, used, at)
    first = compute(design).to_frame()["parameter"].iloc[0]
    then = find_truth(trained.task, design, float(step), trained.draw)
    end = find_truth(trained.task, design, float(last), trained.draw)
    leads, leads_at_end = find_leader(then), find_leader(end)
    return Said(
        codes,
        used,
        at,
        right=first == leads if leads else None,
        open=bool({"stopping.few_at_end", "stopping.order_changes", "stopping.leader_changes"} & set(codes)),
        changes=leads != leads_at_end if leads and leads_at_end else None,
    )


def find_leader(shares: dict[str, float]) -> str:
    """Return the setting that leads; empty if none does for sure."""
    first, second = sorted(shares, key=shares.__getitem__, reverse=True)[:2]
    return first if shares[first] - shares[second] >= SURE else ""


def show(values: Sequence[bool | None]) -> str:
    """Return how many of those that are known are true, in %, and how many those are."""
    known = [v for v in values if v is not None]
    return f"{100 * np.mean(known):.0f} ({len(known)})" if known else "–"


def measure_cost() -> None:
    """Print how long a design takes of 2,000 runs of 200 steps and three metrics, the first time and again."""
    print("\n| 2,000 runs × 200 steps × 3 metrics | first design, ms | again, ms |\n|---|---|---|")
    for stopped in (False, True):
        project = make_large(stopped)
        seconds = []
        for _ in range(3):
            begun = time.perf_counter()
            build(project, Selection("", Target("val_loss")))
            seconds.append(time.perf_counter() - begun)
        print(
            f"| {'stopped early' if stopped else 'full length'} | {1000 * seconds[0]:.0f} | {1000 * min(seconds):.0f} |"
        )


def main(first: str = "5000", seeds: str = "40") -> None:
    """Print the tables."""
    begin, count = int(first), int(seeds)
    print(
        "| stopped by | noted, % | compared at, of the way | runs compared, % | first is right there, % "
        "| another leads at the end: left open, % | the same leads: not left open, % |\n|---|---|---|---|---|---|---|"
    )
    for name in SCHEDULERS:
        told = [judge(name, seed, True) for seed in range(begin, begin + count)]
        changed = show([t.open for t in told if t.changes])
        same = show([not t.open for t in told if t.changes is False])
        at, used = np.median([t.at for t in told]), 100 * np.mean([t.used for t in told])
        print(
            f"| {name} | {show([t.noted for t in told])} | {at:.2f} | {used:.0f} | {show([t.right for t in told])} "
            f"| {changed} | {same} |",
            flush=True,
        )
    print("\n| not stopped | false alarms, % | which |\n|---|---|---|")
    for name in CONTROLS:
        told = [judge(name, seed, False) for seed in range(begin, begin + 3 * count)]
        which = Counter(code for t in told for code in t.codes)
        print(f"| {name} | {show([t.noted for t in told])} | {', '.join(which) or '–'} |", flush=True)
    measure_cost()


if __name__ == "__main__":
    main(*sys.argv[1:])
