"""A proposal as the configuration of a W&B sweep, in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from .base import Proposal
from .branches import split_runs, split_space
from .plan import Setting, Tree, list_regions, list_settings, nest_settings, restore_value, split_budget
from .prior import Repeat
from .words import join_lines, put_on_one_line, say_region, write_comment, write_heading

NAME = "wandb"
LABEL = "W&B sweep YAML"
FILE = "sweep.yaml"

METHODS = {"random": "random", "quasi-random": "random", "bayesian": "bayes", "grid": "grid"}

ALLOWED = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""The names that W&B's schema allows."""

PLAIN = re.compile(r"(?![yn]$)[A-Za-z_][A-Za-z0-9_./-]*", re.IGNORECASE)
"""Texts that need no quotes, unless YAML takes them for something else, such as ``yes``; ``y`` and ``n`` not always."""

CUT = "# ---- {what}: take this line and the # below away, and put it in a file of its own. ----"

MOST_PRIOR = 50
"""So many runs are named to `wandb sweep`, from the best."""


def write(proposal: Proposal) -> str:
    """
    Return a proposal as the configuration of a W&B sweep.

    W&B has no quasi-random search, and one space a sweep, without conditions and excluded regions: each branch of the
    space is a sweep, and so are the exploring runs. All but the first are commented out. Of more branches than anybody
    starts the conditions and regions stand in comments.
    """
    inside, outside = split_budget(proposal)
    lines = ["# The next sweep, for W&B: name your training script, then `wandb sweep` with this file.", "#"]
    new = list_settings(proposal)
    nameless = [s.name for s in nest_settings(new, _allows)[1] if s.kind != "out"]
    if nameless:
        said = f"{len(nameless)} of {len(new)} parameters are NOT in this file, since W&B takes no such names: "
        lines += write_comment(f"{said}{', '.join(nameless)}. Set them in your own code.")
    lines += [*write_heading(proposal), *_write_prior(proposal)]
    branches = split_space(new, list_regions(proposal, new))
    for region in proposal.excluded:
        done = branches is not None and not region.quantities
        lines += write_comment(f"{'Left out' if done else 'Leave out, which W&B cannot'}: {say_region(region)}")
    sweeps = _write_branches(proposal, new, inside, proposal.method, "next") if inside else []
    if len(sweeps) > 1:
        said = "W&B has no conditions and no excluded regions, so that the space is"
        lines += write_comment(f"{said} {len(sweeps)} sweeps: the others are below.")
    if outside:
        said = f"{outside} of the {inside + outside} runs explore the old space: see the end."
        lines += write_comment(said)
        old = list_settings(proposal, before=True)
        sweeps += _write_branches(proposal, old, outside, "random", "explore")
    sheets = [(f"Another sweep, {what}", sweep) for what, sweep in sweeps]
    for one in proposal.repeats:
        sheets += [(f"Repeats of {put_on_one_line(one.name)}", again) for again in _write_repeats(proposal, one)]
    for number, (what, sweep) in enumerate(sheets):
        cut = ["", CUT.format(what=what)] if number else []
        lines += [*cut, *(f"# {line}" if number else line for line in sweep)]
    return join_lines(lines)


def _write_branches(
    proposal: Proposal, drawn: list[Setting], runs: int, method: str, what: str
) -> list[tuple[str, list[str]]]:
    """Return what each branch of a space is called, and its sweep."""
    branches = split_space(drawn, list_regions(proposal, drawn)) or [(drawn, 1.0)]
    budgets = split_runs(runs, drawn, branches, proposal.prior)
    names = [what] if len(branches) == 1 else [f"{what}, part {k + 1}" for k in range(len(branches))]
    return [
        (name, _write_sweep(proposal, branch, budget, method, name))
        for name, (branch, _), budget in zip(names, branches, budgets, strict=True)
    ]


def _write_prior(proposal: Proposal) -> list[str]:
    """Return how a Bayesian sweep is told of the runs so far, which W&B knows if they are its own."""
    if proposal.method != "bayesian" or not proposal.prior:
        return []
    if proposal.tool != NAME:
        return write_comment("Note: W&B can be told only of its own runs; these are not, so this sweep starts anew.")
    if all(one.run.isdecimal() for one in proposal.prior):  # counted, as in an export without its column ID
        return write_comment(
            "Note: W&B can be told of the runs so far by their ids, which the source does not have (an export has them "
            "in its column ID), so this sweep starts anew."
        )
    told = " ".join(f"--prior_run {put_on_one_line(one.run)}" for one in proposal.prior[:MOST_PRIOR])
    return write_comment(f"Tell it of the runs so far: wandb sweep {told} {FILE}")


def _write_repeats(proposal: Proposal, repeat: Repeat) -> Iterator[list[str]]:
    """Return the sweeps that repeat a config: one, but several seeds would make a grid, so then one a time."""
    drawn = [Setting(name, "fixed", value=value) for name, value in repeat.config.items()]
    asked = "is it better than those next to it?"
    if len(repeat.seeds) == 1 and repeat.times > 1:
        ((name, values),) = repeat.seeds.items()
        said = f"Repeat {repeat.name} {repeat.times} times, with the next values of {name}: {asked}"
        seeded = [[*drawn, Setting(name, "choice", choices=values)]]
        method, times = "grid", repeat.times
    elif repeat.seeds:
        said = f"Repeat {repeat.name} with the next seeds: {asked}"
        seeded = [[*drawn, *(Setting(k, "fixed", value=v) for k, v in one.items())] for one in repeat.list_seeds()]
        method, times = "random", 1
    else:
        said = f"Repeat {repeat.name} {repeat.times} times, each with another seed: {asked}"
        seeded, method, times = [drawn], "random", repeat.times
    for one in seeded:
        yield [*write_comment(said), *_write_sweep(proposal, one, times, method, f"repeats of {repeat.name}")]


def _allows(part: str) -> bool:
    return bool(ALLOWED.fullmatch(part))


def _write_sweep(proposal: Proposal, drawn: list[Setting], runs: int, method: str, what: str) -> list[str]:
    name = f"{put_on_one_line(proposal.name)}: {what}"
    note = "  # W&B has no quasi-random search" if method == "quasi-random" else ""
    head = [
        f"name: {write_scalar(name)}",
        "program: train.py  # your training script",
        f"method: {METHODS[method]}{note}",
        "metric:",
        f"  name: {write_scalar(proposal.metric)}",
        f"  goal: {proposal.goal}",
        f"run_cap: {runs}",
        "parameters:",
    ]
    tree, left = nest_settings(drawn, _allows)
    for setting in left:
        said = setting.words
        if setting.kind != "out":
            said += (
                f" Left out: W&B's names are of letters, digits, _, - and dots. Set it yourself: {_say_fields(setting)}"
            )
        head[-1:-1] = write_comment(said)
    if not tree:  # W&B refuses a sweep of nothing
        head[-1:-1] = write_comment(
            "Nothing is left to search: W&B needs a parameter, and gets one that means nothing."
        )
        tree["nothing"] = Setting("nothing", "fixed", value=0)
    return head + list(_write_branch(tree, 2))


def _write_branch(tree: Tree, indent: int) -> Iterable[str]:
    lead = " " * indent
    for key, entry in tree.items():
        if isinstance(entry, dict):
            yield f"{lead}{write_scalar(key)}:"
            yield f"{lead}  parameters:"
            yield from _write_branch(entry, indent + 4)
            continue
        said = entry.words
        if entry.condition is not None:
            said += " W&B has no conditions, so that it is drawn for every run."
        yield from write_comment(said, indent) if said else ()
        yield f"{lead}{write_scalar(key)}:"
        yield from (f"{lead}  {field}: {write_scalar(value)}" for field, value in _list_fields(entry).items())


def _list_fields(setting: Setting) -> dict[str, Any]:
    """Return the fields of one parameter."""
    if setting.kind == "fixed":
        return {"value": restore_value(setting.value)}
    if setting.kind == "choice":
        return {"values": [restore_value(choice) for choice in setting.choices]}
    limits = {"min": setting.low, "max": setting.high}
    if setting.kind == "real":
        return {"distribution": "log_uniform_values" if setting.log else "uniform", **limits}
    return (
        {"distribution": "q_log_uniform_values", **limits, "q": 1}
        if setting.log
        else {"distribution": "int_uniform", **limits}
    )


def _say_fields(setting: Setting) -> str:
    return put_on_one_line(
        ", ".join(f"{field} {write_scalar(value)}" for field, value in _list_fields(setting).items())
    )


def write_scalar(value: Any) -> str:
    """Return a plain value, list or dict as YAML on one line that YAML 1.1 and 1.2 read alike."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{write_scalar(key)}: {write_scalar(item)}' for key, item in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_scalar, value))}]"
    quoted = isinstance(value, str) and not PLAIN.fullmatch(value)
    text = yaml.safe_dump(
        value,
        default_style='"' if quoted else None,
        allow_unicode=not quoted or value.isprintable(),
        width=float("inf"),
    )
    return text.removesuffix("\n").removesuffix("\n...")
