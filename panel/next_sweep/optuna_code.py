"""A proposal as Python code that runs it with Optuna."""

from __future__ import annotations

from .base import Proposal
from .plan import Setting, count_grid_configs, list_settings, restore_value, split_budget
from .snippets import write_excluded, write_exists, write_nested
from .words import join_lines, write_code, write_comment, write_heading

NAME = "optuna"
LABEL = "Optuna code"
FILE = "next_sweep_optuna.py"

SAMPLERS = {
    "random": "RandomSampler(seed=0)",
    "quasi-random": "QMCSampler(scramble=True, seed=0, warn_independent_sampling=False)",
    "bayesian": "TPESampler(seed=0)",
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

def objective(trial, space=suggest):
    """Return METRIC of a config drawn from a space."""
    config = space(trial)
    return train(CONFIG)'''

REDRAWING = '''

def objective(trial, space=suggest):
    """Return METRIC of a config drawn from a space; one that is excluded is not trained, and another is drawn."""
    config = space(trial)
    if excluded(config):
        raise optuna.TrialPruned()
    trial.set_user_attr("trained", True)
    return train(CONFIG)


def enough(runs):
    """Return a callback that stops a study when so many configs were trained."""

    def stop(study, trial):
        if sum("trained" in one.user_attrs for one in study.trials) >= runs:
            study.stop()

    return stop'''


def write(proposal: Proposal) -> str:
    """
    Return a proposal as Python code for Optuna.

    A study has one space, since Optuna refuses other choices of a categorical: the exploring runs are a second study. A
    config in an excluded region is pruned before it is trained, and doesn't count.
    """
    inside, outside = split_budget(proposal)
    new = list_settings(proposal)
    old = list_settings(proposal, before=True) if outside else []
    nesting, excluding = write_nested([*new, *old]), write_excluded(proposal.excluded)
    lines = ['"""The next sweep, for Optuna: put your training into train(), and run this file."""', ""]
    lines += [*write_heading(proposal), "", "import optuna", "", f"METRIC = {write_code(proposal.metric)}"]
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
    lines += [*excluding, *TRAIN.split("\n"), *nesting]
    if any(_has_json_choices(setting) for setting in (*new, *old)):
        lines += PICK.split("\n")
    lines += _write_suggest("suggest", "Return a config of the new space, by name.", new)
    if outside:
        lines += _write_suggest("suggest_before", "Return a config of the old space, by name.", old)
    body = REDRAWING if excluding else OBJECTIVE
    lines += body.replace("CONFIG", "nested(config)" if nesting else "config").split("\n")
    lines += ["", "", "def main():", '    """Run the sweep, and return its studies."""']
    lines += _write_study("study", f"optuna.samplers.{sampler}", proposal.goal, "objective", inside, excluding)
    if outside:
        lines += write_comment(f"{outside} of the {inside + outside} runs explore the old space", 4)
        drawn = "lambda trial: objective(trial, suggest_before)"
        lines += _write_study(
            "explore", "optuna.samplers.RandomSampler(seed=1)", proposal.goal, drawn, outside, excluding
        )
    lines += [f"    return [{'study, explore' if outside else 'study'}]", "", "", 'if __name__ == "__main__":']
    lines += ["    for study in main():", "        print(study.best_value, study.best_params)"]
    return join_lines(lines)


def _write_study(name: str, sampler: str, goal: str, objective: str, runs: int, excluding: list[str]) -> list[str]:
    made = f"    {name} = optuna.create_study(direction={write_code(goal)}, sampler={sampler})"
    if not excluding:
        return [made, f"    {name}.optimize({objective}, n_trials={runs})"]
    return [made, f"    {name}.optimize({objective}, n_trials={20 * runs}, callbacks=[enough({runs})])"]


def _write_grid(drawn: list[Setting]) -> list[str]:
    entries = [
        f"    {write_code(setting.name)}: {write_code(setting.choices)},"
        for setting in drawn
        if setting.kind == "choice"
    ]
    return ["", "GRID = {", *entries, "}"]


def _write_suggest(name: str, doc: str, drawn: list[Setting]) -> list[str]:
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
        lines.append(f"{indent}config[{write_code(setting.name)}] = {_write_draw(setting)}")
    return [*lines, "    return config"]


def _has_json_choices(setting: Setting) -> bool:
    return setting.kind == "choice" and any(restore_value(choice) is not choice for choice in setting.choices)


def _write_draw(setting: Setting) -> str:
    """Return the code that draws a setting."""
    name = write_code(setting.name)
    if setting.kind == "fixed":
        return write_code(restore_value(setting.value))
    if _has_json_choices(setting):
        return f"pick(trial, {name}, {write_code({choice: restore_value(choice) for choice in setting.choices})})"
    if setting.kind == "choice":
        return f"trial.suggest_categorical({name}, {write_code(setting.choices)})"
    suggest = "suggest_float" if setting.kind == "real" else "suggest_int"
    log = ", log=True" if setting.log else ""
    return f"trial.{suggest}({name}, {write_code(setting.low)}, {write_code(setting.high)}{log})"
