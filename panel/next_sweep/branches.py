"""A space without conditions and excluded regions, as several: one a branch, for a tool that has neither."""

from __future__ import annotations

import math
from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Any

from ..data.levels import is_number
from ..data.plain import plain_value
from .base import Excluded
from .known import restrict
from .plan import Setting, is_same, meets
from .prior import Prior

MOST = 12
"""A space of more branches is not split."""

EVEN = 10
"""So many configs count as much as the branches' shares of the space."""

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


def split_runs(
    runs: int, drawn: Sequence[Setting], branches: Sequence[tuple[Space, float]], prior: Sequence[Prior]
) -> list[int]:
    """
    Return how many of the runs each branch gets, at least one.

    Shares of the space count as much as a few configs; where there are many so far, a branch gets what it had of them:
    an adaptive search knows what it left.
    """
    free = {setting.name for setting in drawn if setting.kind != "fixed"}
    weights = [EVEN * share + sum(_lies_in(one, branch, free) for one in prior) for branch, share in branches]
    return [max(1, round(runs * weight / sum(weights))) for weight in weights]


def _lies_in(prior: Prior, branch: Space, free: Set[str]) -> bool:
    """Say whether a config lies in a branch, whatever its values of settings that are fixed in all branches."""
    own = (setting for setting in branch if setting.kind == "fixed" and setting.name in free)
    same = all(is_same(plain_value(prior.config.get(setting.name)), setting.value) for setting in own)
    return same and restrict(prior.config, branch) is not None


def _split_conditions(space: Space) -> list[Space]:
    by_name = {setting.name: setting for setting in space}
    for setting in space:
        if setting.condition is None:
            continue
        parent, values = by_name.get(setting.condition[0]), setting.condition[1]
        options = _list_options(parent)
        if not options or parent is None:  # a parent that is not there, or a range
            if parent is None or parent.kind == "out":
                return _split_conditions([s for s in space if s.name != setting.name])
            continue
        inside = tuple(option for option in options if any(is_same(option, value) for value in values))
        outside = tuple(option for option in options if option not in inside)
        halves = []
        if inside:
            halves.append(_put(_put(space, _choose(parent, inside)), replace(setting, condition=None)))
        if outside:
            halves.append([s for s in _put(space, _choose(parent, outside)) if s.name != setting.name])
        return [part for half in halves for part in _split_conditions(half)]
    return [space]


def _list_options(parent: Setting | None) -> tuple[Any, ...]:
    """Return the values of a setting that can be told apart by a condition; none of a range."""
    if parent is None or parent.kind in ("real", "out"):
        return ()
    if parent.kind == "integer":
        return tuple(range(int(parent.low), int(parent.high) + 1)) if parent.high - parent.low < MOST else ()
    return (parent.value,) if parent.kind == "fixed" else parent.choices


def _put(space: Space, changed: Setting) -> Space:
    return [changed if setting.name == changed.name else setting for setting in space]


def _choose(setting: Setting, choices: tuple[Any, ...]) -> Setting:
    if len(choices) == 1:
        return replace(setting, kind="fixed", value=choices[0], choices=())
    return replace(setting, kind="choice", choices=choices)


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
