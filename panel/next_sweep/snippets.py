"""Python code that several of the written files share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..checks.regions import Quantity
from ..data.plain import plain_value
from .base import Excluded
from .plan import Setting, find_paths, restore_value
from .prior import Repeat
from .words import say_region, write_code, write_comment

NESTED = """

def nested(config):
    \"\"\"Return the config with a dict for each part of a name with dots.\"\"\"
    tree = {}
    for name, value in config.items():
        *parents, last = PARTS
        branch = tree
        for part in parents:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree"""

MEETS = '''

def excluded(config):
    """Say whether a config lies in a region in which runs were infeasible."""
    return any(all(name in config and meets(config[name], *rest) for name, *rest in region) for region in EXCLUDED)


def meets(setting, sign, value):
    """Say whether a setting meets one condition of a region."""
    if sign == "=":
        return setting == value
    if not isinstance(setting, (int, float)):
        return False
    return setting <= value if sign == "<=" else setting > value'''


COMBINED = '''

def combined(config):
    """Return the products and sums of settings that regions are told by."""
    found = {}'''

REPEAT = '''

def repeat():
    """Train configs again, each with other seeds: return the config and METRIC of every run."""
    again = [CONFIG for config, each in REPEATS for seeds in each]
    return [(config, train(config)) for config in again]'''


def write_repeats(repeats: Sequence[Repeat], nested: bool, report: str = "") -> list[str]:
    """
    Return code of ``REPEATS``, configs by name and what seeds to pass each time, and of ``repeat``.

    Parameters
    ----------
    repeats
        What to repeat.
    nested
        Whether the code has ``nested``.
    report
        Code of what ``train`` takes beside a config; empty if nothing.
    """
    if not repeats:
        return []
    entries = []
    for one in repeats:
        seeds = "" if one.seeds else ", each time with another seed"
        entries += write_comment(f"{one.name}, run again {one.times} times{seeds}", 4)
        config = {name: restore_value(value) for name, value in one.config.items()}
        each = write_code(one.list_seeds()) if one.seeds else f"[{{}}] * {one.times}"
        entries.append(f"    ({write_code(config)}, {each}),")
    asked = write_comment("What the check of noise asks for: is the best better than those next to it?")
    code = REPEAT.replace("CONFIG", "nested({**config, **seeds})" if nested else "{**config, **seeds}")
    code = code.replace("train(config)", f"train(config, {report})") if report else code
    return ["", "", *asked, "REPEATS = [", *entries, "]", *code.split("\n")]


def list_repeated(repeats: Sequence[Repeat]) -> list[Setting]:
    """Return what repeats set, seeds among it, as settings."""
    names = dict.fromkeys(name for one in repeats for name in (*one.config, *one.seeds))
    return [Setting(name, "fixed") for name in names]


def write_nested(drawn: Sequence[Setting]) -> list[str]:
    """Return code of ``nested``, which nests a flat config; nothing if no name has parts."""
    place = find_paths([setting.name for setting in drawn])
    if all(path == (name,) for name, path in place.items()):
        return []
    whole = [name for name, path in place.items() if "." in name and path == (name,)]
    parts = f"[name] if name in {write_code(whole)} else name.split('.')" if whole else "name.split('.')"
    return NESTED.replace("PARTS", parts).split("\n")


def write_excluded(found: Sequence[Excluded]) -> list[str]:
    """Return code of ``EXCLUDED``, the regions to leave out, and of ``excluded``; nothing if there are none."""
    found = [region for region in found if region.conditions]
    if not found:
        return []
    lines = ["", "EXCLUDED = ["]
    for region in found:
        lines += write_comment(say_region(region), 4)
        listed = ", ".join(
            f"({write_code(name)}, {write_code(sign)}, {write_code(restore_value(plain_value(value)))})"
            for name, sign, value in region.conditions
        )
        lines.append(f"    [{listed}],")
    meets, made = MEETS, {name: parts for region in found for name, parts in region.quantities.items()}
    if made:
        meets = meets.replace("    return any(", "    config = {**config, **combined(config)}\n    return any(", 1)
    return [*lines, "]", *meets.split("\n"), *_write_combined(made)]


def _write_combined(made: Mapping[str, Quantity]) -> list[str]:
    """Return code of ``combined``, which computes products and sums of settings; nothing if there are none."""
    if not made:
        return []
    lines = COMBINED.split("\n")
    for name, (first, sign, second) in made.items():
        one, other = write_code(first), write_code(second)
        lines += [
            f"    if isinstance(config.get({one}), (int, float)) and isinstance(config.get({other}), (int, float)):",
            f"        found[{write_code(name)}] = config[{one}] {sign} config[{other}]",
        ]
    return [*lines, "    return found"]


def write_exists(setting: Setting, parents_always: bool) -> str:
    """Return code that asks ``config`` whether a setting exists."""
    if setting.condition is None:
        return "True"
    parent, values = (
        write_code(setting.condition[0]),
        write_code([restore_value(value) for value in setting.condition[1]]),
    )
    met = f"config[{parent}] in {values}"
    return met if parents_always else f"{parent} in config and {met}"
