"""Runs along many axes at once, for parallel coordinates: the value of every run on each, and the target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import QuestionError
from ..question.selection import value_text
from .base import Axis, Runs, pack

MOST_VALUES = 1_600_000
"""Values that are sent at once, at most: about 6 MB compressed if all differ."""

MOST_AXES = 160
"""Parameters that are sent at once, at most: those that the page draws, and some that may take their place."""

LARGEST = float(np.finfo(np.float32).max)
SMALLEST = float(np.finfo(np.float32).tiny)


def record(runs: Runs, asked: dict[str, Any]) -> dict[str, Any]:
    """
    Tell the value of every run along parameters, and its target.

    Parameters
    ----------
    runs
        The runs; infeasible ones are told of too.
    asked
        ``parameters``: names of the wanted parameters, those that matter most first; all modelled ones that vary if
        they are not named.

    Returns
    -------
    dict
        ``ids`` and ``names`` of the runs, in the order of the source; ``feasible``, how many of them count; ``best``,
        the place of the best among them; ``target`` and one of ``axes`` a parameter. An axis has its packed ``values``
        (32-bit floats, of a category the place among its ``labels``; NaN where a run has none, ±infinity as recorded),
        ``low`` and ``high`` among the finite ones (None if there are none), its ``scale``, in ``absent`` what a missing
        value means, in ``unrecorded`` the places of runs that miss it though it was active, and in ``nan`` those of
        runs that logged NaN. The target has in ``why`` the reasons of infeasible runs, and packed in ``code`` the place
        of each run's reason among them, -1 for feasible runs. ``without`` names the parameters that no run has,
        ``left_out`` those that did not fit. Without a feasible run the axes are there all the same.

    Raises
    ------
    QuestionError
        If a name is no parameter, or names are not asked for as a list of text.
    """
    if not len(runs):
        return {"empty": "No run is left by the filter and the states that count. Change them above."}
    wanted = _wanted(runs, asked)
    known = runs.known(wanted)
    fits = min(MOST_AXES, max(1, MOST_VALUES // len(runs)))
    names = [str(name) for name in runs.names]
    ids = [str(id) for id in runs.ids]
    return {
        "runs": len(runs),
        "feasible": int(runs.feasible.sum()),
        "best": int(runs.best_first[0]) if runs.feasible.any() else None,
        "ids": ids,
        "names": names if names != ids else None,
        "target": _target(runs),
        "axes": [_axis(runs, runs.axis(name)) for name in known[:fits]],
        "left_out": known[fits:],
        "without": sorted(set(wanted) - set(known)),
    }


def _wanted(runs: Runs, asked: dict[str, Any]) -> list[str]:
    names = asked.get("parameters")
    if names is None:
        return [p.name for p in runs.parameters.values() if p.modelled and p.distinct > 1]
    if not isinstance(names, Sequence) or isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise QuestionError(f"'parameters' must be a list of names, not {names!r}.")
    return list(dict.fromkeys(names))


def _target(runs: Runs) -> dict[str, Any]:
    reasons = sorted({str(why) for why in runs.why if why})
    places = {why: i for i, why in enumerate(reasons)}
    code = np.array([places.get(str(why), -1) for why in runs.why], float)
    return {
        "label": runs.label,
        "goal": runs.goal,
        "scale": runs.scale,
        "values": pack(_within(runs.target)),
        "why": reasons,
        "code": pack(code),
        **_limits(runs.target[runs.feasible]),
    }


def _axis(runs: Runs, axis: Axis) -> dict[str, Any]:
    return {
        "parameter": axis.parameter,
        "kind": axis.kind,
        "whole": runs.parameters[axis.parameter].kind == "integer",
        "scale": axis.scale,
        "labels": list(axis.labels),
        "values": pack(_within(axis.values)),
        "absent": axis.absent,
        "unrecorded": _unrecorded(runs, axis),
        "nan": np.flatnonzero(runs.is_nan(axis.parameter)).tolist(),
        **_limits(axis.values),
    }


def _unrecorded(runs: Runs, axis: Axis) -> list[int]:
    """Return which runs have no value though what it depends on is there."""
    condition = runs.parameters[axis.parameter].condition
    if condition is None or condition[0] not in runs.parameters:
        return []
    above = runs.column(condition[0]).map(value_text, na_action="ignore")
    active = above.isin(condition[1]).to_numpy(bool)
    return np.flatnonzero(active & np.isnan(axis.values)).tolist()


def _within(values: np.ndarray) -> np.ndarray:
    """Return numbers that stay finite, and other than 0, as 32-bit floats: those beyond are at the edge."""
    inside = np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), values)
    tiny = (inside != 0) & (np.abs(inside) < SMALLEST)
    return np.where(tiny, np.copysign(SMALLEST, inside), inside)


def _limits(values: np.ndarray) -> dict[str, float | None]:
    """Return the smallest and the largest finite value as the page reads them."""
    finite = _within(values[np.isfinite(values)]).astype(np.float32)
    if not len(finite):
        return {"low": None, "high": None}
    return {"low": float(finite.min()), "high": float(finite.max())}
