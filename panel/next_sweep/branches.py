"""A space without conditions and excluded regions, as several: one a branch, for a tool that has neither."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..data.levels import is_number
from ..data.plain import plain_value
from .base import Excluded
from .plan import Setting, is_same, meets

MOST = 12
"""A space of more branches is not split."""

Space = list[Setting]


def split_space(drawn: Sequence[Setting], regions: Sequence[Excluded]) -> list[tuple[Space, float]] | None:
    """
    Split a space into branches, in each of which every setting exists and no excluded region is met.

    Parameters
    ----------
    drawn
        The settings, parents before their children.
    regions
        What is to be left out. A region of a product or a sum cannot be, and stays.

    Returns
    -------
    list of (list of Setting, float)
        Each branch, and its share of the space; ``None`` where they would be too many, or nothing is left.
    """
    branches = _split_conditions(list(drawn))
    for region in regions:
        branches = [part for branch in branches for part in _leave_out(branch, region)]
    if not 1 <= len(branches) <= MOST:
        return None
    sizes = [_measure(branch, drawn) for branch in branches]
    return [(branch, size / sum(sizes)) for branch, size in zip(branches, sizes, strict=True)]


def split_runs(runs: int, shares: Iterable[float]) -> list[int]:
    """Return how many of the runs each branch gets: by its share, but at least one."""
    return [max(1, round(runs * share)) for share in shares]


def _split_conditions(space: Space) -> list[Space]:
    by_name = {setting.name: setting for setting in space}
    for setting in space:
        parent = by_name.get(setting.condition[0]) if setting.condition else None
        if setting.condition is None or parent is None or parent.kind != "choice":
            continue
        values = setting.condition[1]
        inside = tuple(c for c in parent.choices if any(is_same(c, value) for value in values))
        outside = tuple(c for c in parent.choices if c not in inside)
        with_it = _put(_put(space, _choose(parent, inside)), replace(setting, condition=None))
        without = [s for s in _put(space, _choose(parent, outside)) if s.name != setting.name] if outside else None
        return [part for half in (with_it, without) if half for part in _split_conditions(half)]
    return [space]


def _put(space: Space, changed: Setting) -> Space:
    return [changed if setting.name == changed.name else setting for setting in space]


def _choose(setting: Setting, choices: tuple[Any, ...]) -> Setting:
    if len(choices) == 1:
        return replace(setting, kind="fixed", value=choices[0], choices=())
    return replace(setting, choices=choices)


def _leave_out(space: Space, region: Excluded) -> list[Space]:
    """Return the parts of a space outside a region: its conditions hold up to one that does not."""
    by_name = {setting.name: setting for setting in space}
    if any(name in region.quantities for name, _, _ in region.conditions):
        return [space]
    if any(name not in by_name or by_name[name].kind == "out" for name, _, _ in region.conditions):
        return [space]  # what does not exist meets nothing
    parts, holding = [], space
    for name, sign, value in region.conditions:
        setting = next(s for s in holding if s.name == name)
        outside, inside = (_restrict(setting, sign, plain_value(value), holds) for holds in (False, True))
        if outside is not None:
            parts.append(_put(holding, outside))
        if inside is None:
            break
        holding = _put(holding, inside)
    return parts


def _restrict(setting: Setting, sign: str, value: Any, holds: bool) -> Setting | None:
    """Return a setting where a condition holds, or where it does not; ``None`` if that is nowhere."""
    if setting.kind == "fixed":
        return setting if meets(setting.value, sign, value) == holds else None
    if setting.kind == "choice":
        kept = tuple(choice for choice in setting.choices if meets(choice, sign, value) == holds)
        return _choose(setting, kept) if kept else None
    if sign == "=" or not is_number(value):
        return None if holds else setting  # one value of a range has no part of it
    below = (sign == "<=") == holds
    whole = setting.kind == "integer"
    low = setting.low if below else max(setting.low, math.floor(value) + 1 if whole else value)
    high = min(setting.high, math.floor(value) if whole else value) if below else setting.high
    if whole and low == high:
        return replace(setting, kind="fixed", value=int(low))
    return replace(setting, low=low, high=high) if low < high else None


def _measure(branch: Space, whole: Sequence[Setting]) -> float:
    """Return the share of a space's configs that a branch has."""
    before = {setting.name: setting for setting in whole}
    return math.prod(_extent(setting) / _extent(before[setting.name]) for setting in branch)


def _extent(setting: Setting) -> float:
    if setting.kind in ("fixed", "out"):
        return 1.0
    if setting.kind == "choice":
        return float(len(setting.choices))
    half = 0.5 if setting.kind == "integer" else 0.0
    low, high = setting.low - half, setting.high + half
    return math.log(high / low) if setting.log and low > 0 else high - low
