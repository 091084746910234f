"""A proposal as Python code that runs it with Optuna."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..data.levels import is_number
from . import optuna_pruning
from .base import Proposal
from .known import hash_proposal, list_known
from .optuna_pruning import FOLLOW, PRUNER, REPORT, SILENT, write_storage
from .plan import Setting, count_grid_configs, list_settings, restore_value, split_budget
from .prior import Prior
from .snippets import list_repeated, write_excluded, write_exists, write_nested, write_repeats
from .words import join_lines, write_code, write_comment, write_heading

NAME = "optuna"
LABEL = "Optuna code"
FILE = "next_sweep_optuna.py"

SAMPLERS = {
    "random": "RandomSampler(seed=done)",
    "quasi-random": "QMCSampler(scramble=True, seed=0, warn_independent_sampling=False)",
    "bayesian": "TPESampler(seed=done)",
    "grid": "GridSampler(GRID, seed=0)",
}

LARGEST = 100_000
"""Configs of a grid that Optuna, which lists them all, is asked to list."""

TRAIN = '''

def train(config):
    """Train with a config, a dict, and return METRIC."""
    raise NotImplementedError("Put your training here.")'''

PICK = '''

def pick(trial, name, choices):
    """Pick one of the values that Optuna knows by a text: it takes no lists."""
    return choices[trial.suggest_categorical(name, list(choices))]'''

OBJECTIVE = '''

def objective(trial, space):
    """Return METRIC of a config drawn from a space.EXCLUDED"""
    config = space(trial)
EXCLUDEREPORT    value = train(CONFIG)
    trial.set_user_attr("trained", True)
    return value


def run(name, space, sampler, runs):
    """Return a study of a space after so many runs. It is kept in STORAGE, and goes on where it was interrupted."""
    study = optuna.create_study(study_name=name, storage=STORAGE, load_if_exists=True, direction=DIRECTIONPRUNED)
    study.sampler = sampler(len(study.trials))  # one that goes on must not draw what it drew before

    def done():
        return sum("trained" in trial.user_attrs for trial in study.trials)

    def stop(study, trial):
        if done() >= runs:
            study.stop()

REMEMBER    if done() < runs:
        study.optimize(lambda trial: objective(trial, space), n_trials=20 * runs, callbacks=[stop])
    return study'''

EXCLUDED = " One that is excluded is not trained, and another is drawn."
EXCLUDE = """    if excluded(config):
        raise optuna.TrialPruned()
"""

REMEMBER = """    if not study.trials and space is suggest:  # a new study is told what was run before
        for config, value in KNOWN:
            fixed = optuna.trial.FixedTrial(config)
            suggest(fixed)
            known = optuna.trial.create_trial(params=fixed.params, distributions=fixed.distributions, value=value)
            study.add_trial(known)
"""


def write(proposal: Proposal) -> str:
    """
    Return a proposal as Python code for Optuna.

    A study has one space, since Optuna refuses other choices of a categorical: the exploring runs are a second study. A
    config in an excluded region is pruned before it is trained, and doesn't count. A study that samples by what it
    knows is told of the configs so far. Where runs were stopped early it has a pruner, and is told of the runs in the
    storage that they came from, if that is Optuna's: a study of its own, since a study takes no other kind of values.
    """
    inside, outside = split_budget(proposal)
    new = list_settings(proposal)
    old = list_settings(proposal, before=True) if outside else []
    nesting = write_nested([*new, *old, *list_repeated(proposal.repeats)])
    excluding = write_excluded(proposal.excluded)
    follows = proposal.stopped and bool(proposal.storage)
    known = list_known(proposal.prior, new) if proposal.method == "bayesian" and not follows else []
    lines = ['"""The next sweep, for Optuna: put your training into train(), and run this file."""', ""]
    lines += [*write_heading(proposal), "", "import optuna", "", f"METRIC = {write_code(proposal.metric)}"]
    lines += [f"DIRECTION = {write_code(proposal.goal)}"]
    own = ['STORAGE = "sqlite:///next_sweep.db"  # where the studies are kept: run again, they go on']
    lines += write_storage(proposal) if follows else own
    lines += PRUNER.split("\n") if proposal.stopped else []
    sampler = SAMPLERS[proposal.method]
    if proposal.method == "grid" and count_grid_configs(new) > LARGEST:
        sampler = SAMPLERS["random"]
        lines += [
            "",
            *write_comment(
                f"The grid has {count_grid_configs(new)} configs, more than Optuna lists: they are drawn at random."
            ),
        ]
    elif proposal.method == "grid":
        lines += _write_grid(new)
    lines += [*excluding, *(optuna_pruning.TRAIN if proposal.stopped else TRAIN).split("\n"), *nesting]
    if any(_has_json_choices(setting) for setting in (*new, *old)):
        lines += PICK.split("\n")
    lines += _write_suggest("suggest", "Return a config of the new space, by name.", new, proposal.method == "grid")
    if outside:
        lines += _write_suggest("suggest_before", "Return a config of the old space, by name.", old)
    body = OBJECTIVE.replace("EXCLUDED", EXCLUDED if excluding else "").replace("EXCLUDE", EXCLUDE if excluding else "")
    body = body.replace("REMEMBER", FOLLOW if follows else REMEMBER if known else "")
    body = body.replace("REPORT", REPORT if proposal.stopped else "")
    body = body.replace("PRUNED)", ", pruner=PRUNER)" if proposal.stopped else ")", 1)
    config = "nested(config)" if nesting else "config"
    lines += body.replace("CONFIG", f"{config}, report" if proposal.stopped else config).split("\n")
    lines += [*_write_known(known), *write_repeats(proposal.repeats, bool(nesting), SILENT if proposal.stopped else "")]
    lines += ["", "", "def main():", '    """Run the sweep, and return its studies."""']
    name = f"next-sweep-{hash_proposal(proposal)}"
    if inside:
        lines.append(f"    study = run({write_code(name)}, suggest, lambda done: optuna.samplers.{sampler}, {inside})")
    if outside:
        lines += write_comment(f"{outside} of the {inside + outside} runs explore the old space", 4)
        sampler = "lambda done: optuna.samplers.RandomSampler(seed=done + 1)"
        lines.append(f"    explore = run({write_code(f'{name}-explore')}, suggest_before, {sampler}, {outside})")
    lines += [
        f"    return [{', '.join(['study'] * (inside > 0) + ['explore'] * (outside > 0))}]",
        "",
        "",
        'if __name__ == "__main__":',
    ]
    lines += ["    for study in main():", "        print(study.best_value, study.best_params)"]
    if proposal.repeats:
        lines.append("    print(repeat())")
    return join_lines(lines)


def _write_known(known: list[tuple[Prior, dict[str, Any]]]) -> list[str]:
    if not known:
        return []
    entries = [f"    ({write_code(config)}, {write_code(one.value)})," for one, config in known]
    return ["", "", "# Configs that were run before, and their METRIC", "KNOWN = [", *entries, "]"]


def _write_grid(drawn: list[Setting]) -> list[str]:
    entries = [
        f"    {write_code(setting.name)}: {write_code(setting.choices)},"
        for setting in drawn
        if setting.kind == "choice"
    ]
    return ["", "GRID = {", *entries, "}"]


def _write_suggest(name: str, doc: str, drawn: list[Setting], grid: bool = False) -> list[str]:
    always = {setting.name for setting in drawn if setting.condition is None}
    lines = ["", "", f"def {name}(trial):", f'    """{doc}"""', "    config = {}"]
    for setting in drawn:
        lines += write_comment(setting.words, 4)
        if setting.kind == "out":
            continue
        indent = "    "
        if setting.condition is not None:
            lines.append(f"    if {write_exists(setting, setting.condition[0] in always)}:")
            indent += "    "
        lines.append(f"{indent}config[{write_code(setting.name)}] = {_write_draw(setting, grid)}")
    return [*lines, "    return config"]


def _has_json_choices(setting: Setting) -> bool:
    return setting.kind == "choice" and any(restore_value(choice) is not choice for choice in setting.choices)


def find_step(choices: Sequence[Any]) -> float | None:
    """
    Return the step of fractions that are evenly spaced, which Optuna then knows as a number; ``None`` for other values.

    Examples
    --------
    >>> find_step((0.0, 0.05, 0.1)), find_step((0.1, 0.2, 0.4)), find_step((1, 2, 3))
    (0.05, None, None)
    """
    if len(choices) < 3 or not all(is_number(choice) for choice in choices):
        return None
    values = sorted(float(choice) for choice in choices)
    step = (values[-1] - values[0]) / (len(values) - 1)
    even = all(abs(value - values[0] - i * step) < 1e-9 * max(1.0, abs(value)) for i, value in enumerate(values))
    return float(f"{step:.12g}") if even and step > 0 and any(value % 1 for value in values) else None


def _write_draw(setting: Setting, grid: bool) -> str:
    """Return the code that draws a setting; a grid needs the values as they are listed."""
    name = write_code(setting.name)
    if setting.kind == "fixed":
        return write_code(restore_value(setting.value))
    if _has_json_choices(setting):
        return f"pick(trial, {name}, {write_code({choice: restore_value(choice) for choice in setting.choices})})"
    step = find_step(setting.choices) if setting.kind == "choice" and not grid else None
    if step is not None:
        low, high = (write_code(end) for end in (min(setting.choices), max(setting.choices)))
        return f"trial.suggest_float({name}, {low}, {high}, step={write_code(step)})"
    if setting.kind == "choice":
        return f"trial.suggest_categorical({name}, {write_code(setting.choices)})"
    suggest = "suggest_float" if setting.kind == "real" else "suggest_int"
    log = ", log=True" if setting.log else ""
    return f"trial.{suggest}({name}, {write_code(setting.low)}, {write_code(setting.high)}{log})"
