"""What a next sweep can be told of the runs so far: each config with its target, and which runs to repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

import numpy as np
import pandas as pd

from ..checks import Finding, Study, noise
from ..data.levels import find_levels
from .dimensions import make_plain

MOST = 100
"""Of more configs than this the best half as many are told, and others, evenly along the rest."""

LARGEST_SEED = 2**32 - 1
"""NumPy, and so most training code, takes no larger seed."""


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
    """
    A config to repeat with other seeds.

    Attributes
    ----------
    run, name
        Id and name of its first run.
    config
        Its settings by parameter, as plain values; seeds are not among them.
    times
        How often.
    seeds
        For every parameter that is a seed the values to pass, one a time; empty where none is recorded.
    """

    run: str
    name: str
    config: Mapping[str, Any]
    times: int
    seeds: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def list_seeds(self) -> list[dict[str, int]]:
        """Return the seeds to pass each time; nothing to pass where none is recorded."""
        return [{name: values[k] for name, values in self.seeds.items()} for k in range(self.times)]


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
    seeds = find_next_seeds(study, max((one.times for one in asked), default=0))
    return tuple(
        Repeat(
            one.run,
            str(study.runs.names[row_of[one.run]]),
            _config_of(values, row_of[one.run]),
            one.times,
            {name: free[: one.times] for name, free in seeds.items()},
        )
        for one in asked
        if one.run in row_of
    )


def find_next_seeds(study: Study, times: int) -> dict[str, tuple[int, ...]]:
    """
    Return for each parameter that is a seed the next whole numbers that no run of the project has.

    All configs get the same, so that they are compared on equal seeds. A seed that has other values than whole numbers
    from 0 on is left to the training code.
    """
    found = {}
    for parameter in study.runs.parameters.values():
        if parameter.role == "seed" and parameter.name in study.runs.project.config:
            used = make_plain(find_levels(study.runs.project.config[parameter.name]).values)
            if used and all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in used):
                found[parameter.name] = _list_unused(set(used), times)
    return found


def _list_unused(used: Set[int], times: int) -> tuple[int, ...]:
    """Return the numbers after the largest that is used; where they would be too large, the smallest unused ones."""
    first = max(used) + 1
    if first + times - 1 <= LARGEST_SEED:
        return tuple(range(first, first + times))
    return tuple(islice((number for number in count() if number not in used), times))


def _choose_some(best_first: np.ndarray) -> np.ndarray:
    if len(best_first) <= MOST:
        return best_first
    rest = np.linspace(MOST // 2, len(best_first) - 1, MOST - MOST // 2).round().astype(int)
    return np.concatenate([best_first[: MOST // 2], best_first[rest]])


def _read_values(study: Study, name: str) -> list[Any]:
    """Return a parameter's plain value of every run; ``None`` where it has none."""
    coded = find_levels(study.runs.column(name))
    plain = [*make_plain(coded.values), None]  # missing ones have the code -1
    return [plain[code] for code in coded.codes.tolist()]


def _config_of(values: Mapping[str, Sequence[Any]], row: int) -> dict[str, Any]:
    return {name: column[row] for name, column in values.items() if column[row] is not None}
