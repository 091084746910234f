"""Runs of small projects, made as a source makes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from panel.data.project import Project, from_frames
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import Runs, collect


@pytest.fixture
def collected() -> Callable[..., Runs]:
    """Collect the runs of a project; keywords are fields of the target, or ``states`` and ``filters``."""

    def collected(project: Project, metric: str = "loss", **more) -> Runs:
        about = {key: more.pop(key) for key in ("states", "filters") if key in more}
        selection = Selection("p", Target(metric, **more), **about)
        return collect(project, selection, build(project, selection))

    return collected


@pytest.fixture
def project() -> Project:
    """
    120 runs: ``lr`` from 1e-4 to 1e-1 and best near 1e-2, ``momentum`` with sgd only, ``layers`` 1 to 3.

    Every tenth run failed and has no loss; run 3 logged NaN, run 4 infinity.
    """
    draw = np.random.default_rng(0)
    lr = 10 ** draw.uniform(-4, -1, 120)
    optimizer = np.where(draw.random(120) < 0.5, "sgd", "adam")
    momentum = np.where(optimizer == "sgd", draw.uniform(0, 0.9, 120), np.nan)
    layers = draw.integers(1, 4, 120)
    loss = (np.log10(lr) + 2) ** 2 + 0.3 * (optimizer == "sgd") + 0.05 * draw.standard_normal(120) + 1
    accuracy = 1 - loss / 10
    failed = np.arange(120) % 10 == 9
    loss[failed] = accuracy[failed] = np.nan
    loss[3], loss[4] = np.nan, np.inf
    ids = [f"run{i}" for i in range(120)]
    config = pd.DataFrame({"lr": lr, "optimizer": optimizer, "momentum": momentum, "layers": layers}, index=ids)
    summary = pd.DataFrame({"loss": loss, "accuracy": accuracy}, index=ids)
    runs = pd.DataFrame({"state": np.where(failed, "failed", "finished")}, index=ids)
    return from_frames(config, summary, runs=runs)
