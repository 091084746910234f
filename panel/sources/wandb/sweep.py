"""The search space that a W&B sweep declares, from the sweep's configuration as it stands in YAML or in the API."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...data.project import Domain, Space
from ..common.cells import parse_number


def space_of(config: Mapping[str, Any]) -> Space:
    """
    Return the search space that a sweep configuration declares.

    Parameters
    ----------
    config
        With ``parameters``, and as far as given ``method``, ``metric`` and ``early_terminate``. Nested parameters get
        their keys joined by ``.``. What is malformed is left out.
    """
    metric = config.get("metric")
    metric = metric if isinstance(metric, Mapping) else {}
    goal, stopping = metric.get("goal"), config.get("early_terminate")
    return Space(
        metric=str(metric.get("name") or ""),
        goal=goal if goal in ("minimize", "maximize") else None,
        method=str(config.get("method") or ""),
        parameters=dict(_domains(config.get("parameters"), "")),
        stops=str(stopping.get("type") or "") if isinstance(stopping, Mapping) else "",
    )


def join_goals(spaces: Sequence[Space]) -> Space | None:
    """Return the target that several sweeps share, and the goals that they do not contradict each other in."""
    declared = sorted({(space.metric, space.goal) for space in spaces if space.metric and space.goal is not None})
    metrics = [metric for metric, _ in declared]
    goals = {metric: goal for metric, goal in declared if metrics.count(metric) == 1}
    names = {space.metric for space in spaces}
    metric = names.pop() if len(names) == 1 else ""
    return Space(metric, goals.get(metric), goals=goals) if metric or goals else None


def _domains(parameters: Any, prefix: str) -> Iterator[tuple[str, Domain]]:
    if not isinstance(parameters, Mapping):
        return
    for key, entry in parameters.items():
        if not isinstance(entry, Mapping):
            continue
        if "parameters" in entry:
            yield from _domains(entry["parameters"], f"{prefix}{key}.")
            continue
        domain = domain_of(entry)
        if domain is not None:
            yield f"{prefix}{key}", domain


def domain_of(entry: Mapping[str, Any]) -> Domain | None:
    """
    Return the domain of one parameter of a sweep configuration; ``None`` if the entry declares none.

    Limits are those of the values, whatever the distribution takes: ``log_uniform`` declares exponents of e.
    """
    if isinstance(entry.get("values"), list | tuple):
        return Domain("categorical", choices=tuple(map(_choice, entry["values"])))
    if "value" in entry:
        return Domain("categorical", choices=(_choice(entry["value"]),))
    if not entry.keys() & {"min", "max", "mu", "sigma", "distribution"}:
        return None
    low, high = _limit(entry.get("min")), _limit(entry.get("max"))
    whole = all(isinstance(v, int) for v in (low, high))
    drawn = str(entry.get("distribution") or ("int_uniform" if whole else "uniform"))
    if drawn in ("constant", "categorical", "categorical_w_probabilities"):
        return None
    scale = "log" if "log_" in drawn else "linear"
    if drawn.endswith("log_uniform"):
        exponents = (low, high) if not drawn.startswith("inv_") else (_negated(high), _negated(low))
        low, high = (None if v is None else _power(v) for v in exponents)
    quantum = _number(entry.get("q", 1)) if drawn.startswith("q_") else 0.5
    integer = drawn == "int_uniform" or isinstance(quantum, int)
    return Domain("integer" if integer else "real", low, high, scale=scale)  # type: ignore[arg-type]


def _number(value: Any) -> Any:
    """Return the number that stands there: PyYAML takes ``1e-4``, without a point, for text."""
    if isinstance(value, str) and "e" in value.lower():
        number = parse_number(value.strip())
        return value if number is None else number
    return value


def _choice(value: Any) -> Any:
    return json.dumps(value, default=str) if isinstance(value, list | tuple | Mapping) else _number(value)


def _limit(value: Any) -> float | None:
    number = _number(value)
    return number if isinstance(number, int | float) and not isinstance(number, bool) else None


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def _power(exponent: float) -> float:
    try:
        return math.exp(exponent)
    except OverflowError:
        return math.inf
