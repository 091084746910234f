"""What a next sweep can be told of the runs so far: each config with its target, and which runs to repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..checks import Finding, Study, noise
from ..data.levels import find_levels
from .dimensions import make_plain

MOST = 100
"""Of more configs than this the best half as many are told, and others, evenly along the rest."""


@dataclass(frozen=True)
class Prior:
    """
    A config that was run.

    Attributes
    ----------
    run
        Id of its first run.
    config
        Its settings by parameter, as plain values; what it has not is not there.
    value
        Mean target of its feasible runs.
    """

    run: str
    config: Mapping[str, Any]
    value: float


@dataclass(frozen=True)
class Repeat:
    """A config to repeat with other seeds: its run's id and name, its settings, and how often."""

    run: str
    name: str
    config: Mapping[str, Any]
    times: int


def list_prior(study: Study, names: Sequence[str]) -> tuple[Prior, ...]:
    """
    Return the configs so far, from the best.

    Parameters
    ----------
    study
        The search.
    names
        The parameters to tell.
    """
    runs = study.runs
    good = runs.feasible & np.isfinite(runs.target)
    if not good.any():
        return ()
    frame = pd.DataFrame({"number": study.number, "target": runs.target, "loss": study.loss})[good]
    means = frame.groupby("number").mean().sort_values("loss", kind="stable")
    first = frame.reset_index().groupby("number")["index"].min()
    chosen = _choose_some(means.index.to_numpy())
    values = {name: _read_values(study, name) for name in names}
    return tuple(
        Prior(str(runs.ids[row]), _config_of(values, row), float(means.at[number, "target"]))
        for number, row in ((number, int(first[number])) for number in chosen)
    )


def list_repeats(study: Study, findings: Sequence[Finding], names: Sequence[str]) -> tuple[Repeat, ...]:
    """Return the configs that the check of noise asks to repeat."""
    asked = [one for f in findings if isinstance(f.facts, noise.Facts) for one in f.facts.repeat]
    values = {name: _read_values(study, name) for name in names} if asked else {}
    row_of = {str(run): row for row, run in enumerate(study.runs.ids)}
    return tuple(
        Repeat(one.run, str(study.runs.names[row_of[one.run]]), _config_of(values, row_of[one.run]), one.times)
        for one in asked
        if one.run in row_of
    )


def _choose_some(best_first: np.ndarray) -> np.ndarray:
    if len(best_first) <= MOST:
        return best_first
    rest = np.linspace(MOST // 2, len(best_first) - 1, MOST - MOST // 2).round().astype(int)
    return np.concatenate([best_first[: MOST // 2], best_first[rest]])


def _read_values(study: Study, name: str) -> list[Any]:
    """Return a parameter's plain value of every run; ``None`` where it has none."""
    coded = find_levels(study.runs.column(name))
    plain = [*make_plain(coded.values), None]  # missing ones have the code -1
    return [plain[code] for code in coded.codes]


def _config_of(values: Mapping[str, Sequence[Any]], row: int) -> dict[str, Any]:
    return {name: column[row] for name, column in values.items() if column[row] is not None}
