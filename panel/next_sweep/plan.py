"""What all writers share: a proposal as settings, in the order in which they are drawn."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from ..data.plain import plain_value
from ..data.project import Domain
from .base import Excluded, Line, Proposal
from .words import say_domain, say_line

GRID_POINTS = 5
"""Values of a number in a grid, where its domain doesn't name them."""


@dataclass(frozen=True)
class Setting:
    """
    What a writer writes for one parameter.

    Attributes
    ----------
    name
        Of the parameter.
    kind
        ``fixed`` at `value`; ``real`` or ``integer``, from `low` to `high`, both included; ``choice``, one of `choices`
        (lists as JSON text: see `restore_value`); or ``out``: there is nothing to write but `words`.
    low, high
        Limits of a number.
    log
        Whether it is drawn in log.
    choices
        At least two values.
    value
        Of a fixed one.
    condition
        The parameter, and those of its values for which this one exists. It stands before this one, and is not fixed.
    words
        What to say about it: what was done, why, and what this sweep did before.
    """

    name: str
    kind: Literal["fixed", "real", "integer", "choice", "out"]
    low: float = 0
    high: float = 0
    log: bool = False
    choices: tuple[Any, ...] = ()
    value: Any = None
    condition: tuple[str, tuple[Any, ...]] | None = None
    words: str = ""


Tree = dict[str, "Setting | Tree"]
"""Settings as a nested config."""


def list_settings(proposal: Proposal, before: bool = False) -> list[Setting]:
    """
    Return the settings of the next sweep, or of the old space, parents before their children.

    Parameters
    ----------
    proposal
        The next sweep.
    before
        Whether the settings are those of the old space, which the exploring runs are drawn from.
    """
    lines = {line.parameter: line for line in proposal.lines}
    done: dict[str, Setting] = {}
    for name in lines:
        _add(name, lines, before, proposal.method == "grid", done, ())
    return list(done.values())


def split_budget(proposal: Proposal) -> tuple[int, int]:
    """Return how many runs are drawn from the new space, and how many from the old one; none where none is left."""
    budget = proposal.budget
    if budget < 1:
        return 0, 0
    outside = round(budget * proposal.explore)
    if proposal.explore > 0:
        outside = max(1, outside)
    outside = min(outside, budget - 1)
    return budget - outside, outside


def count_grid_configs(drawn: Sequence[Setting]) -> int:
    """Return how many configs a grid has, if all its settings are drawn for every run."""
    return math.prod(len(setting.choices) for setting in drawn if setting.kind == "choice")


def restore_value(value: Any) -> Any:
    """
    Return a value as the training code knows it: text that is a JSON list or object is parsed, ``None`` is no text.

    Examples
    --------
    >>> restore_value("[64, 32]"), restore_value("adam"), restore_value("[adam")
    ([64, 32], 'adam', '[adam')
    """
    if value == "None":
        return None
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
    return value


def is_same(one: Any, other: Any) -> bool:
    """Say whether two plain values are the same; unlike in Python, ``True`` is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def find_paths(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """
    Return where each setting lies in a nested config: its name, split at the dots.

    A name stays whole where it has an empty part, or where a setting of a shorter name lies where its dict would be.

    Examples
    --------
    >>> find_paths(["optimizer.lr", "model", "model.width", "a..b"])
    {'optimizer.lr': ('optimizer', 'lr'), 'model': ('model',), 'model.width': ('model.width',), 'a..b': ('a..b',)}
    """
    parted = {name: tuple(name.split(".")) if all(name.split(".")) else (name,) for name in names}
    taken = set(parted.values())
    return {
        name: (name,) if any(path[:k] in taken for k in range(1, len(path))) else path for name, path in parted.items()
    }


def nest_settings(drawn: Sequence[Setting], allows: Callable[[str], bool]) -> tuple[Tree, list[Setting]]:
    """
    Return the settings as a nested config, and those that are not in it.

    Parameters
    ----------
    drawn
        The settings.
    allows
        Whether a part of a name can stand in it.
    """
    place = find_paths([setting.name for setting in drawn])
    tree: Tree = {}
    left = []
    for setting in drawn:
        *parents, last = place[setting.name]
        if setting.kind == "out" or not all(map(allows, (*parents, last))):
            left.append(setting)
            continue
        branch = tree
        for part in parents:
            branch = cast(Tree, branch.setdefault(part, {}))  # no setting has the name of a part, see `find_paths`
        branch[last] = setting
    return tree, left


def meets(setting: Any, sign: str, value: Any) -> bool:
    """Say whether a setting meets one condition of an excluded region."""
    if sign == "=":
        return is_same(setting, value)
    if not isinstance(setting, int | float) or not isinstance(value, int | float):
        return False
    return setting <= value if sign == "<=" else setting > value


def list_regions(proposal: Proposal, drawn: Sequence[Setting]) -> list[Excluded]:
    """Return the regions that can be drawn, without conditions that are always met."""
    by_name = {setting.name: setting for setting in drawn if setting.kind != "out"}
    drawable = []
    for region in proposal.excluded:
        left = []
        for condition in region.conditions:
            always, never = _is_met(_find_setting(condition[0], region, by_name), condition[1], condition[2])
            if never:
                break
            if not always:
                left.append(condition)
        else:
            if left:
                drawable.append(Excluded(tuple(left), region.why, region.quantities))
    return drawable


def combine(one: float, sign: str, other: float) -> float:
    """Return the product or the sum of two numbers."""
    return one * other if sign == "*" else one + other


def _find_setting(name: str, region: Excluded, by_name: Mapping[str, Setting]) -> Setting | None:
    """Return a setting, or the product or sum of two as one; ``None`` if they are not drawn."""
    if name not in region.quantities:
        return by_name.get(name)
    first, sign, second = region.quantities[name]
    one, other = by_name.get(first), by_name.get(second)
    if one is None or other is None:
        return None
    values = [combine(a, sign, b) for a in _list_ends(one) for b in _list_ends(other)]
    if not values:
        return None
    return Setting(name, "real", min(values), max(values), condition=one.condition or other.condition)


def _list_ends(setting: Setting) -> list[float]:
    options = {"fixed": (setting.value,), "choice": setting.choices}.get(setting.kind, (setting.low, setting.high))
    return [option for option in options if isinstance(option, int | float) and not isinstance(option, bool)]


def _is_met(setting: Setting | None, sign: str, value: Any) -> tuple[bool, bool]:
    """Return whether a condition is met by all values that can be drawn, and whether by none."""
    if setting is None:
        return False, True
    options = {"fixed": (setting.value,), "choice": setting.choices}.get(setting.kind, (setting.low, setting.high))
    met = [meets(option, sign, plain_value(value)) for option in options]
    never = not any(met) and not (sign == "=" and setting.kind in ("real", "integer"))
    return all(met) and setting.condition is None and (sign != "=" or len(met) == 1), never


def _refuse(text: str) -> Any:
    raise ValueError(text)


def _add(
    name: str, lines: dict[str, Line], before: bool, grid: bool, done: dict[str, Setting], above: tuple[str, ...]
) -> None:
    """Add a setting, after the one that it depends on."""
    if name in done:
        return
    line = lines[name]
    domain = line.before if before else line.domain
    parent = None if domain.condition is None else domain.condition[0]
    if parent in lines and parent not in (*above, name):
        _add(parent, lines, before, grid, done, (*above, name))
    fixed, omitted = (line.action == action and not before for action in ("fix", "omit"))
    words = f"{name}: {say_domain(domain)}." if before else say_line(line)
    setting = (
        Setting(name, "fixed", value=plain_value(line.value), words=words)
        if fixed
        else _make_setting(name, domain, words)
    )
    if omitted:
        done[name] = Setting(name, "out", words=words)
        return
    if grid:
        setting = _put_on_grid(setting)
    done[name] = _add_condition(setting, domain.condition, done)


def _make_setting(name: str, domain: Domain, words: str) -> Setting:
    """Return the setting that draws from a domain."""
    if domain.kind == "categorical":
        choices: list[Any] = []
        for choice in map(plain_value, domain.choices):
            if not any(is_same(choice, other) for other in choices):
                choices.append(choice)
        if len(choices) > 1:
            return Setting(name, "choice", choices=tuple(choices), log=_is_log(domain, choices), words=words)
        if choices:
            return Setting(name, "fixed", value=choices[0], words=f"{words} There is one value only.")
        return Setting(name, "out", words=f"{words} No value is known: set it in your own code.")
    limits = [plain_value(limit) for limit in (domain.low, domain.high)]
    if not all(isinstance(limit, int | float) and math.isfinite(limit) for limit in limits):
        return Setting(name, "out", words=f"{words} Its limits are not known: set it in your own code.")
    low, high = limits
    if domain.kind == "integer":
        low, high = math.ceil(low), math.floor(high)
    else:
        low, high = float(low), float(high)
    if low > high:
        return Setting(name, "out", words=f"{words} There is nothing between its limits: set it in your own code.")
    if low == high:
        return Setting(name, "fixed", value=low, words=f"{words} There is one value only.")
    return Setting(name, domain.kind, low, high, _is_log(domain, [low, high]), words=words)


def _is_log(domain: Domain, values: Sequence[Any]) -> bool:
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return domain.scale == "log" and len(numbers) == len(values) and min(numbers) > 0


def _put_on_grid(setting: Setting) -> Setting:
    """Return the setting for a grid: a range becomes a few of its values."""
    if setting.kind not in ("real", "integer"):
        return setting
    low, high = setting.low, setting.high
    if setting.kind == "integer" and high - low < 2 * GRID_POINTS:
        return replace(setting, kind="choice", choices=tuple(range(int(low), int(high) + 1)))
    shares_ = [k / (GRID_POINTS - 1) for k in range(1, GRID_POINTS - 1)]
    inner = [low * (high / low) ** s if setting.log else low + s * (high - low) for s in shares_]
    values = (low, *inner, high)
    if setting.kind == "integer":
        values = tuple(dict.fromkeys(round(value) for value in values))
    words = f"{setting.words} A grid has {len(values)} values of it."
    return replace(setting, kind="choice", choices=tuple(values), words=words)


def _add_condition(
    setting: Setting, condition: tuple[str, tuple[Any, ...]] | None, done: dict[str, Setting]
) -> Setting:
    """Return the setting with its condition, unless fixed settings already decide it."""
    if condition is None:
        return setting
    name, values = condition[0], tuple(map(plain_value, condition[1]))
    said = f"{setting.words} Only where {name} is {' or '.join(map(str, values))}"
    parent = done.get(name)
    if parent is None or setting.kind == "out":
        return replace(setting, words=f"{said}.")
    if parent.kind == "out":
        return replace(setting, words=f"{said}, which is not written here.")
    options = {"fixed": (parent.value,), "choice": parent.choices}.get(parent.kind)
    if options is None:
        low, high = parent.low, parent.high
        values = tuple(v for v in values if isinstance(v, int | float) and low <= v <= high)
    else:
        values = tuple(option for option in options if any(is_same(option, value) for value in values))
    if not values:
        return replace(setting, kind="out", words=f"{said}, which the next sweep leaves out.")
    if options is not None and len(values) == len(options):
        return replace(setting, condition=parent.condition, words=f"{said}, as it is in every run.")
    return replace(setting, condition=(name, values), words=f"{said}.")
