"""A proposal as Python code that runs it with Ray Tune."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .base import Excluded, Proposal
from .known import list_known
from .plan import (
    Setting,
    Tree,
    count_grid_configs,
    find_paths,
    list_regions,
    list_settings,
    nest_settings,
    restore_value,
    split_budget,
)
from .prior import Repeat
from .snippets import write_excluded
from .words import join_lines, say_region, write_code, write_comment, write_heading

NAME = "ray"
LABEL = "Ray Tune code"
FILE = "next_sweep_ray.py"

COMMANDS = ("eval", "grid_search")
"""A dict with one of these as its key is a command to Ray, and no setting: ``eval`` even runs code."""

TRAIN = '''

def train(config):
    """Train with a config, a dict, and report its metric."""
    raise NotImplementedError("Put your training here; it ends with tune.report({METRIC: value}).")'''

AT = '''

def at(spec, *path):
    """Return a setting that was drawn; Ray asks again later for one that was not (spec[...] would not tell)."""
    value = spec.config
    for part in path:
        value = getattr(value, part)
    return value'''

DRAW = '''

def draw(spec, name, domain, others):
    """Draw a setting until its config lies in no excluded region, the others being as they are."""
    config = {other: at(spec, *path) for other, path in others.items()}
    for _ in range(1000):
        config[name] = domain.sample()
        if not excluded(config):
            break
    return config[name]'''


SEARCH = ", search_alg=OptunaSearch(points_to_evaluate=KNOWN, evaluated_rewards=REWARDS)"

REPEAT = """    for config, times in REPEATS:
        again = tune.TuneConfig(metric=METRIC, mode=MODE, num_samples=times)
        results.append(tune.Tuner(train, param_space=config, tune_config=again).fit())"""


def write(proposal: Proposal) -> str:
    """
    Return a proposal as Python code for Ray Tune.

    What depends on other settings (a condition, an excluded region) is drawn by ``tune.sample_from``, which Ray's
    Bayesian searches don't take: then the search is random. The exploring runs are a second tuner.
    """
    inside, outside = split_budget(proposal)
    new = list_settings(proposal)
    old = list_settings(proposal, before=True) if outside else []
    found = _group_regions(proposal, new)
    grid = proposal.method == "grid" and count_grid_configs(new) <= proposal.budget
    spaces = _write_space("SPACE", new, found, grid)
    if outside:
        spaces += _write_space("BEFORE", old, _group_regions(proposal, old), False)
    text = "\n".join(spaces)
    depends = "tune.sample_from(" in text
    bayesian = proposal.method == "bayesian" and not any("tune.sample_from(" in line for line in spaces)
    known = _write_known(proposal, new) if bayesian else []
    lines = ['"""The next sweep, for Ray Tune: put your training into train(), and run this file."""', ""]
    lines += write_heading(proposal)
    if proposal.method == "quasi-random":
        lines += write_comment("Note: Ray has no quasi-random search: it is random.")
    if proposal.method == "bayesian" and not bayesian:
        lines += write_comment(
            "Note: Ray's Bayesian searches take no conditions and no excluded regions: it is random."
        )
    if proposal.method == "grid" and inside and not grid:
        count = count_grid_configs(new)
        lines += write_comment(
            f"Note: Ray runs a grid as a whole, and this one has {count} configs: they are drawn at random."
        )
    lines += ["", "from ray import tune"]
    if bayesian:
        lines.append("from ray.tune.search.optuna import OptunaSearch  # needs the package optuna")
    lines += ["", f"METRIC = {write_code(proposal.metric)}", *TRAIN.split("\n")]
    if "draw(spec" in text:
        lines += ["", *write_excluded(proposal.excluded)]
    elif proposal.excluded:
        for region in proposal.excluded:
            lines += write_comment(f"Excluded, and not in this space: {say_region(region)}")
    lines += AT.split("\n") if depends else []
    lines += DRAW.split("\n") if "draw(spec" in text else []
    lines += [
        "",
        *spaces,
        *known,
        *_write_repeats(proposal),
        "",
        "",
        "def main():",
        '    """Run the sweep, and return its results."""',
    ]
    runs = 1 if grid else inside
    search = SEARCH if known else ", search_alg=OptunaSearch()" if bayesian else ""
    if inside:
        lines += _write_tuner("tuner", "SPACE", runs, proposal.goal, search)
    lines.append(f"    results = [{'tuner.fit()' if inside else ''}]")
    if outside:
        lines += write_comment(f"{outside} of the {inside + outside} runs explore the old space", 4)
        lines += [*_write_tuner("explore", "BEFORE", outside, proposal.goal, ""), "    results.append(explore.fit())"]
    if proposal.repeats:
        lines += REPEAT.split("\n")
    lines += ["    return results", "", "", 'if __name__ == "__main__":', "    for result in main():"]
    return join_lines(
        [*lines, "        print(result.get_best_result().metrics[METRIC], result.get_best_result().config)"]
    )


def _write_known(proposal: Proposal, drawn: Sequence[Setting]) -> list[str]:
    """Return the configs that the search is told of: settings by path, and their metric."""
    known = list_known(proposal.prior, drawn)
    if not known:
        return []
    paths = {name: "/".join(path) for name, path in find_paths([setting.name for setting in drawn]).items()}
    configs = [{paths[name]: _restore_unless_dict(value) for name, value in config.items()} for _, config in known]
    lines = ["", "# Configs that were run before, and their METRIC", "KNOWN = ["]
    lines += [*(f"    {write_code(config)}," for config in configs), "]"]
    return [*lines, f"REWARDS = {write_code([one.value for one, _ in known])}"]


def _write_repeats(proposal: Proposal) -> list[str]:
    """Return the configs that the check of noise wants again, and how often each."""
    if not proposal.repeats:
        return []
    lines = ["", *write_comment("What the check of noise asks for: is the best better than those next to it?")]
    lines += [f"MODE = {write_code('min' if proposal.goal == 'minimize' else 'max')}", "REPEATS = ["]
    for one in proposal.repeats:
        said = "" if one.seeds else ", each time with another seed"
        lines += write_comment(f"{one.name}, run again {one.times} times{said}", 4)
        lines += [f"    ({config}, {times})," for config, times in _write_again(one)]
    return [*lines, "]"]


def _write_again(repeat: Repeat) -> Iterator[tuple[str, int]]:
    """Return the code of what to run again, and how often each: one seed is a grid, of several each has its turn."""
    drawn = [Setting(name, "fixed", value=value) for name, value in repeat.config.items()]
    if len(repeat.seeds) == 1 and repeat.times > 1:
        ((name, values),) = repeat.seeds.items()
        yield _write_values([*drawn, Setting(name, "choice", choices=values)]), 1
    elif repeat.seeds:
        for seeds in repeat.list_seeds():
            yield _write_values([*drawn, *(Setting(name, "fixed", value=v) for name, v in seeds.items())]), 1
    else:
        yield _write_values(drawn), repeat.times


def _write_values(drawn: Sequence[Setting]) -> str:
    return _write_tree(nest_settings(drawn, _is_no_command)[0])


def _write_tree(tree: Tree) -> str:
    """Return the code of a nested config of values on one line; what has choices is a grid of them."""
    parts = (
        f"{write_code(key)}: {_write_tree(entry) if isinstance(entry, dict) else _write_draw(entry, True)}"
        for key, entry in tree.items()
    )
    return f"{{{', '.join(parts)}}}"


def _is_no_command(part: str) -> bool:
    return part not in COMMANDS


def _write_tuner(name: str, space: str, runs: int, goal: str, search: str) -> list[str]:
    mode = "min" if goal == "minimize" else "max"
    config = f"tune.TuneConfig(metric=METRIC, mode={write_code(mode)}, num_samples={runs}{search})"
    return [f"    {name} = tune.Tuner(train, param_space={space}, tune_config={config})"]


def _group_regions(proposal: Proposal, drawn: Sequence[Setting]) -> dict[str, list[Excluded]]:
    """Return the regions by the last drawn setting of their conditions, whose draw must avoid them."""
    order = [setting.name for setting in drawn if setting.kind != "fixed"]
    found: dict[str, list[Excluded]] = {}
    for region in list_regions(proposal, drawn):
        named = [name for name in region.list_parameters() if name in order]
        if named:
            found.setdefault(max(named, key=order.index), []).append(region)
    return found


def _write_space(name: str, drawn: list[Setting], found: dict[str, list[Excluded]], grid: bool) -> list[str]:
    """Return the code of a space, as a nested dict."""
    tree, left = nest_settings(drawn, _is_no_command)
    lines = [""]
    for setting in left:
        command = (
            "" if setting.kind == "out" else " Left out, since to Ray this name is a command: set it in your own code."
        )
        lines += write_comment(setting.words + command)
    gone = {setting.name for setting in left}
    place = {key: path for key, path in find_paths([setting.name for setting in drawn]).items() if key not in gone}
    return [*lines, f"{name} = {{", *_write_branch(tree, 4, place, found, grid), "}"]


def _write_branch(
    tree: Tree, indent: int, place: dict[str, tuple[str, ...]], found: dict[str, list[Excluded]], grid: bool
) -> Iterator[str]:
    lead = " " * indent
    for key, entry in tree.items():
        if isinstance(entry, dict):
            yield f"{lead}{write_code(key)}: {{"
            yield from _write_branch(entry, indent + 4, place, found, grid)
            yield f"{lead}}},"
            continue
        said = entry.words if entry.condition is None else f"{entry.words} None elsewhere."
        yield from write_comment(said, indent)
        yield f"{lead}{write_code(key)}: {_write_entry(entry, place, found.get(entry.name, []), grid)},"


def _write_entry(setting: Setting, place: dict[str, tuple[str, ...]], found: list[Excluded], grid: bool) -> str:
    """Return the code of one setting."""
    condition = setting.condition if setting.condition is not None and setting.condition[0] in place else None
    domain = _write_draw(setting, grid and condition is None and not found)
    if condition is None and not found:
        return domain
    value = domain if setting.kind == "fixed" else f"{domain}.sample()"
    if found:
        names = dict.fromkeys(name for region in found for name in region.list_parameters())
        others = {name: list(place[name]) for name in names if name != setting.name and name in place}
        value = f"draw(spec, {write_code(setting.name)}, {domain}, {write_code(others)})"
    if condition is not None:
        parent = ", ".join(map(write_code, place[condition[0]]))
        value += f" if at(spec, {parent}) in {write_code([_restore_unless_dict(v) for v in condition[1]])} else None"
    return f"tune.sample_from(lambda spec: {value})"


def _write_draw(setting: Setting, grid: bool) -> str:
    """Return the code of a value or a distribution; Ray excludes the upper limit of integers."""
    if setting.kind == "fixed":
        return write_code(_restore_unless_dict(setting.value))
    if setting.kind == "choice":
        choices = write_code([_restore_unless_dict(choice) for choice in setting.choices])
        return f"tune.{'grid_search' if grid else 'choice'}({choices})"
    low, high = write_code(setting.low), write_code(setting.high + 1 if setting.kind == "integer" else setting.high)
    if setting.kind == "integer":
        return f"tune.{'lograndint' if setting.log else 'randint'}({low}, {high})"
    return f"tune.{'loguniform' if setting.log else 'uniform'}({low}, {high})"


def _restore_unless_dict(value: Any) -> Any:
    """Return a value as the training code knows it, but a dict as text: to Ray it could be a command."""
    back = restore_value(value)
    return value if _has_dict(back) else back


def _has_dict(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_has_dict, value)))
