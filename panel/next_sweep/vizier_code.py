"""A proposal as the study configuration of Google Vizier, in Python."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .base import Proposal
from .known import hash_proposal, list_known
from .plan import Setting, is_same, list_settings, restore_value, split_budget
from .snippets import list_repeated, write_excluded, write_nested, write_repeats
from .words import join_lines, write_code, write_comment, write_heading

NAME = "vizier"
LABEL = "Vizier study config"
FILE = "next_sweep_vizier.py"

ALGORITHMS = {
    "random": "RANDOM_SEARCH",
    "quasi-random": "QUASI_RANDOM_SEARCH",
    "bayesian": "DEFAULT",
    "grid": "GRID_SEARCH",
}

EXACT = 2**53
"""Numbers below it are kept as they are; Vizier's are double."""

CONDITIONAL = """
# Vertex AI Vizier takes conditional spaces: True. The algorithms of the open-source one refuse them: False, and what
# does not apply is drawn all the same, and left out of the config.
CONDITIONAL = False"""

TRAIN = '''

def train(config):
    """Train with a config, a dict, and return METRIC."""
    raise NotImplementedError("Put your training here.")'''

STUDY = '''

def study_config(add, algorithm):
    """Return a study config whose search space a function adds."""
    study = vz.StudyConfig(algorithm=algorithm)
    study.metric_information.append(vz.MetricInformation(METRIC, goal=vz.ObjectiveMetricGoal.GOAL))
    add(study.search_space.root)
    return study


def run(study, config_of, runs):
    """Train so many configs that a study suggests."""
    trained = 0
    for _ in range(20 * runs):
        for trial in study.suggest(count=1):
            config = config_of(trial.parameters)
EXCLUDE            trial.complete(vz.Measurement({METRIC: train(CONFIG)}))
            trained += 1
        if trained == runs:
            break'''

EXCLUDE = """            if excluded(config):
                trial.complete(infeasible_reason="in an excluded region")
                continue
"""

TELL = '''

def tell(study):
    """Tell a new study of what was run before, as trials that are complete; one that goes on knows them."""
    if next(iter(study.trials()), None) is not None:
        return
    for parameters, value in KNOWN:
        study.add_trial(vz.Trial(parameters=parameters).complete(vz.Measurement({METRIC: value})))'''


def write(proposal: Proposal) -> str:
    """
    Return a proposal as a study configuration of Google Vizier, in Python, with the loop that runs it.

    Vizier's categories are texts; the code turns them back into values. The exploring runs are a second study. A config
    in an excluded region is reported as infeasible before it is trained, and doesn't count. A study that learns is told
    of the configs so far; Vizier's client refuses that for conditional spaces.
    """
    inside, outside = split_budget(proposal)
    new = list_settings(proposal)
    old = list_settings(proposal, before=True) if outside else []
    nesting = write_nested([*new, *old, *list_repeated(proposal.repeats)])
    excluding = write_excluded(proposal.excluded)
    lines = ['"""The next sweep, for Vizier: put your training into train(), and run this file."""', ""]
    lines += write_heading(proposal)
    lines += write_comment("Needs: pip install 'google-vizier[jax]'. Only study_config() does without its jax.")
    lines += ["", "from vizier.service import pyvizier as vz", ""]
    lines.append(f"METRIC = {write_code(proposal.metric)}")
    if any(setting.condition is not None for setting in (*new, *old)):
        lines += CONDITIONAL.split("\n")
    lines += [*excluding, *TRAIN.split("\n"), *nesting, *_write_space("", "new", new)]
    if outside:
        lines += _write_space("_before", "old", old)
    study = STUDY.replace("GOAL", proposal.goal.upper()).replace("EXCLUDE", EXCLUDE if excluding else "")
    lines += study.replace("CONFIG", "nested(config)" if nesting else "config").split("\n")
    known = _write_known(proposal, new)
    lines += [*known, *(TELL.split("\n") if known else [])]
    lines += write_repeats(proposal.repeats, bool(nesting))
    lines += ["", "", f"STUDY_CONFIG = study_config(add_space, {write_code(ALGORITHMS[proposal.method])})"]
    if outside:
        lines.append("EXPLORE_CONFIG = study_config(add_space_before, 'RANDOM_SEARCH')")
    lines += ["", "", "def main():", '    """Run the sweep, and return its studies."""']
    lines += ["    from vizier.service import clients", ""]
    lines += write_comment("Vizier keeps its studies: run again, this one goes on. Another proposal has another id.", 4)
    study_id = f"next-sweep-{hash_proposal(proposal)}"
    conditional = any(setting.condition is not None for setting in new)
    told = ["    if not CONDITIONAL:", "        tell(study)"] if conditional else ["    tell(study)"]
    if inside:
        lines += _write_run("study", "STUDY_CONFIG", study_id, "config_of", inside, told if known else [])
    if outside:
        lines += write_comment(f"{outside} of the {inside + outside} runs explore the old space", 4)
        lines += _write_run("explore", "EXPLORE_CONFIG", f"{study_id}-explore", "config_of_before", outside)
    lines += [
        f"    return [{', '.join(['study'] * (inside > 0) + ['explore'] * (outside > 0))}]",
        "",
        "",
        'if __name__ == "__main__":',
    ]
    lines += ["    for study in main():", "        for trial in study.optimal_trials():"]
    lines.append("            print(trial.materialize().final_measurement, trial.parameters)")
    return join_lines([*lines, *(["    print(repeat())"] if proposal.repeats else [])])


def _write_run(name: str, config: str, study_id: str, config_of: str, runs: int, told: Sequence[str] = ()) -> list[str]:
    made = f"clients.Study.from_study_config({config}, owner='sweeplens', study_id={write_code(study_id)})"
    return [f"    {name} = {made}", *told, f"    run({name}, {config_of}, {runs})"]


def _write_known(proposal: Proposal, drawn: Sequence[Setting]) -> list[str]:
    """Return the configs that a study is told of, as Vizier names their values; nothing where it does not learn."""
    known = list_known(proposal.prior, drawn) if proposal.method == "bayesian" else []
    if not known:
        return []
    free = [setting for setting in drawn if setting.kind not in ("fixed", "out")]
    entries = [
        f"    ({write_code({s.name: _name_known(s, config) for s in free})}, {write_code(one.value)}),"
        for one, config in known
    ]
    return ["", "", "# What was run before, in Vizier's words, and its METRIC", "KNOWN = [", *entries, "]"]


def _name_known(setting: Setting, config: Mapping[str, Any]) -> Any:
    """Return a config's value as Vizier knows it; where the setting does not apply one of its own, as Vizier draws."""
    if setting.name not in config:
        return _name_value(setting, setting.choices[0]) if setting.kind == "choice" else setting.low
    value = config[setting.name]
    if setting.kind == "choice":  # 3.0 of a column with gaps is the choice 3
        return _name_value(setting, next(choice for choice in setting.choices if is_same(choice, value)))
    return int(value) if setting.kind == "integer" else float(value)


def _write_space(suffix: str, which: str, drawn: list[Setting]) -> list[str]:
    """Return the code of a space, and of the function that turns a suggestion into a config."""
    lines = ["", "", f"def add_space{suffix}(root):", f'    """Add the parameters of the {which} space."""']
    nodes: dict[str, str] = {}
    by_name = {setting.name: setting for setting in drawn}
    for setting in drawn:
        lines += write_comment(setting.words, 4)
        if setting.kind in ("out", "fixed"):
            continue
        root = "root"
        if setting.condition is not None and by_name[setting.condition[0]].kind != "real":
            parent = by_name[setting.condition[0]]
            values = write_code([_name_value(parent, value) for value in setting.condition[1]])
            root = f"({nodes[parent.name]}.select_values({values}) if CONDITIONAL else root)"
        nodes[setting.name] = f"p{len(nodes)}"
        lines.append(f"    {nodes[setting.name]} = {root}.{_write_add(setting)}")
    if not nodes:
        lines.append("    pass")
    fixed = {s.name: restore_value(s.value) for s in drawn if s.kind == "fixed"}
    texts = {s.name: _name_choices(s) for s in drawn if s.kind == "choice" and _name_choices(s) is not None}
    lines += ["", "", f"def config_of{suffix}(parameters):"]
    lines += [f'    """Return the config, by name, of what was suggested from the {which} space."""']
    lines.append("    config = dict(parameters)")
    whole = [s.name for s in drawn if s.kind == "integer" or (s.kind == "choice" and _has_whole_numbers(s))]
    if whole:  # Vizier gives 3.0 for 3
        lines += [f"    for name in {write_code(whole)}:", "        if name in config:"]
        lines.append("            config[name] = int(config[name])")
    for name, table in texts.items():
        key = write_code(name)
        lines += [f"    if {key} in config:", f"        config[{key}] = {write_code(table)}[config[{key}]]"]
    lines += [f"    config[{write_code(key)}] = {write_code(value)}" for key, value in fixed.items()]
    for setting in drawn:
        if setting.condition is not None and setting.kind != "out":
            parent_name, values = (
                write_code(setting.condition[0]),
                write_code([restore_value(value) for value in setting.condition[1]]),
            )
            lines.append(f"    if {parent_name} not in config or config[{parent_name}] not in {values}:")
            lines.append(f"        config.pop({write_code(setting.name)}, None)")
    return [*lines, "    return config"]


def _write_add(setting: Setting) -> str:
    """Return the code that adds a parameter."""
    name, scale = write_code(setting.name), f"scale_type=vz.ScaleType.{'LOG' if setting.log else 'LINEAR'}"
    if setting.kind == "choice":
        texts = _name_choices(setting)
        if texts is None and not isinstance(setting.choices[0], str):
            return f"add_discrete_param({name}, {write_code(sorted(setting.choices))}, {scale})"
        return f"add_categorical_param({name}, {write_code(list(setting.choices if texts is None else texts))})"
    kind = "float" if setting.kind == "real" else "int"
    return f"add_{kind}_param({name}, {write_code(setting.low)}, {write_code(setting.high)}, {scale})"


def _name_choices(setting: Setting) -> dict[str, Any] | None:
    """Return Vizier's texts for the values of a categorical, and what each is; ``None`` where it takes the values."""
    choices = setting.choices
    if all(isinstance(c, str) and c and restore_value(c) is c for c in choices) or _is_discrete(choices):
        return None
    return {_name_choice(choice): restore_value(choice) for choice in choices}


def _has_whole_numbers(setting: Setting) -> bool:
    return _name_choices(setting) is None and isinstance(setting.choices[0], int)


def _name_choice(choice: Any) -> str:
    return choice if restore_value(choice) is not choice else json.dumps(choice, ensure_ascii=False)


def _name_value(setting: Setting, value: Any) -> Any:
    """Return a value of a setting as Vizier knows it."""
    return value if setting.kind != "choice" or _name_choices(setting) is None else _name_choice(value)


def _is_discrete(choices: tuple[Any, ...]) -> bool:
    """Say whether Vizier takes these as numbers: of one type, and not too close to each other."""
    if len({type(choice) for choice in choices}) > 1 or not isinstance(choices[0], int | float):
        return False
    if isinstance(choices[0], bool) or not all(abs(choice) < EXACT for choice in choices):
        return False
    ordered = sorted(choices)
    return all(b - a > 1e-9 for a, b in itertools.pairwise(ordered))
