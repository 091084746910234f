"""Ray Tune's search space and goal, which it keeps in pickles only: read as data, never unpickled."""

from __future__ import annotations

import math
from typing import Any, Literal

from ...data.plain import plain_value
from ...data.project import Domain
from ..common.pickles import Thing

SAMPLES = "ray.tune.search.sample."
DEEPEST, MOST, LONGEST = 20, 10_000, 500
"""Levels, settings, and letters of a name that are looked at: a pickle can hold a dict that holds itself."""


def goal_of(tuner: Any) -> Literal["minimize", "maximize"] | None:
    """Return the goal in what ``tuner.pkl`` holds, a `pickles.Thing` wherever an object was."""
    mode = _entry(_entry(tuner, "_tune_config"), "mode")
    goals: dict[str, Literal["minimize", "maximize"]] = {"min": "minimize", "max": "maximize"}
    return goals.get(mode) if isinstance(mode, str) else None


def domains_of(variants: Any) -> dict[str, Domain]:
    """Return what a ``basic-variant-state`` file declares of the parameters; what Ray cannot say is left out."""
    iterators = _entry(variants, "_iterators")
    for iterator in iterators if isinstance(iterators, list | tuple) else ():
        config = _entry(_entry(iterator, "unresolved_spec"), "config")
        found = {name: domain for name, sample in _named(config) if (domain := _domain(sample)) is not None}
        if found:
            return found
    return {}


def _entry(holder: Any, key: str) -> Any:
    """Return an entry of a dict, or of an object's state."""
    inside = holder.state if isinstance(holder, Thing) else holder
    return inside.get(key) if isinstance(inside, dict) else None


def _named(config: Any) -> list[tuple[str, Any]]:
    """Return every setting by its name, as `plain.flatten` would."""
    found: list[tuple[str, Any]] = []
    left = [("", config, 0)]
    for prefix, nested, depth in left:
        for key, value in nested.items() if isinstance(nested, dict) else ():
            if len(found) == MOST:
                return found
            if len(prefix) + len(key) > LONGEST:
                continue
            if not isinstance(value, dict) or "grid_search" in value:
                found.append((f"{prefix}{key}", value))
            elif depth < DEEPEST and len(left) < MOST:
                left.append((f"{prefix}{key}.", value, depth + 1))
    return found


def _domain(sample: Any) -> Domain | None:
    """Return the domain of a setting: a distribution of Ray's, a grid, or ``None`` for one value or a function."""
    choices = _entry(sample, "grid_search") if isinstance(sample, dict) else None
    if isinstance(sample, Thing) and sample.name == f"{SAMPLES}Categorical":
        choices = _entry(sample, "categories")
    if isinstance(choices, list | tuple):
        plain = tuple(dict.fromkeys(plain_value(choice) for choice in choices if _is_plain(choice)))
        return Domain("categorical", choices=plain) if len(plain) == len(choices) > 0 else None
    if not isinstance(sample, Thing) or sample.name not in (f"{SAMPLES}Float", f"{SAMPLES}Integer"):
        return None
    integer = sample.name.endswith("Integer")
    low, high = (_limit(_entry(sample, key)) for key in ("lower", "upper"))
    sampler = _entry(sample, "sampler")
    rounded = _entry(sampler, "q") is not None
    names = [part.name for part in (sampler, _entry(sampler, "sampler")) if isinstance(part, Thing)]
    if high is not None and integer and not rounded:
        high -= 1  # Ray leaves the upper limit out, but for a quantized one
    if low is not None and high is not None and low > high:
        return None
    log = any(name.endswith("LogUniform") for name in names)
    normal = any(name.endswith("Normal") for name in names)
    return Domain("integer" if integer else "real", low, high, (), None if normal else "log" if log else "linear")


def _limit(value: Any) -> float | None:
    """Return a limit; Ray writes an infinite one where there is none."""
    return float(value) if _is_number(value) and math.isfinite(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and (isinstance(value, float) or abs(value) < 2**63)


def _is_plain(choice: Any) -> bool:
    """Say whether it is a plain value or a list of such."""
    parts = choice if isinstance(choice, list | tuple) else (choice,)
    return all(part is None or isinstance(part, str) or _is_number(part) for part in parts)
