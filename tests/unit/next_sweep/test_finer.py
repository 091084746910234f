"""What comes after a grid of which every config was run."""

import json
import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import yaml

from panel.checks import Finding, ask_all, noise
from panel.next_sweep import WRITERS, Proposal, optuna_code, propose, wandb_yaml
from panel.next_sweep.finer import _find_beyond, _find_middle
from panel.next_sweep.plan import list_settings, split_budget
from panel.question.conditions import name_value

from .checking import run
from .searches import asked, made

REPEATED = Finding(
    noise.NAME, noise.QUESTION, "look", "Something is so.", facts=noise.Facts(repeat=(noise.Repeat("run0", 3),))
)


def grid(loss, **values):
    """A complete grid: the values of each parameter, and the loss of a config."""
    rows = [dict(zip(values, row, strict=True)) for row in product(*values.values())]
    draw = np.random.default_rng(0)
    config = {name: [row[name] for row in rows] for name in values}
    return made(config, np.array([loss(row) + draw.normal(0, 0.01) for row in rows]))


def bowl(row):
    return (np.log10(row["lr"]) + 2.1) ** 2 + 0.2 * (row["dropout"] - 0.2) ** 2 + (row["optimizer"] == "sgd")


def search(**more):
    given = {"lr": [1e-4, 1e-3, 1e-2, 1e-1], "dropout": [0.0, 0.2, 0.4], "optimizer": ["adam", "lamb", "sgd"]}
    return grid(bowl, **given | more)


def line(proposal: Proposal, name: str):
    return next(one for one in proposal.lines if one.parameter == name)


def configs_of(proposal: Proposal):
    """Every config that the proposal's grid has, as texts."""
    drawn = {s.name: s.choices if s.kind == "choice" else (s.value,) for s in list_settings(proposal)}
    return {
        tuple(name_value(value) for _, value in sorted(zip(drawn, row, strict=True)))
        for row in product(*drawn.values())
    }


def run_configs(project):
    names = sorted(project.config)
    return {tuple(name_value(v) for v in row) for row in project.config[names].itertuples(index=False)}


def test_a_finer_grid_lies_around_the_best_and_repeats_nothing():
    project = search()
    proposal = propose(asked(project), [])
    assert line(proposal, "lr").domain.choices == (0.0032, 0.01, 0.032)
    assert line(proposal, "dropout").domain.choices == (0.1, 0.3), "the best value of what matters least is left out"
    assert line(proposal, "optimizer").domain.choices == ("adam", "lamb")
    assert {one.action for one in proposal.lines} == {"narrow"}
    assert proposal.method == "grid" and proposal.budget == 12 and proposal.explore == 0
    assert "Every config of the grid was run already." in proposal.why_method
    assert all("Every config of the grid was run already." in one.why for one in proposal.lines)
    assert len(configs_of(proposal)) == 12 and not configs_of(proposal) & run_configs(project)
    assert Proposal.from_json(json.loads(json.dumps(proposal.to_json()))) == proposal


def test_beyond_a_best_value_at_the_end_one_more_is_tried_and_whole_numbers_stay_whole():
    project = grid(lambda row: row["width"] + abs(row["depth"] - 4), width=[16, 32, 64], depth=[2, 4, 8])
    proposal = propose(asked(project), [])
    assert line(proposal, "width").domain.choices == (8, 16, 24)
    assert (line(proposal, "width").action, line(proposal, "depth").action) == ("widen", "narrow")
    assert line(proposal, "depth").domain.choices == (3, 6)
    assert "24 lies between the best, 16, and the value next to it." in line(proposal, "width").why
    assert "8 lies beyond it, as the best config has the last value that was tried." in line(proposal, "width").why
    assert not any("Nothing is narrowed" in caveat for caveat in proposal.caveats)
    assert not configs_of(proposal) & run_configs(project)


def test_what_somebody_fixed_or_asks_about_stays_as_it_is():
    roles = (("optimizer", "scientific"), ("dropout", "fixed"))
    proposal = propose(asked(search(), roles=roles), [])
    assert line(proposal, "optimizer").action == "keep" and line(proposal, "optimizer").domain.choices[2] == "sgd"
    assert (line(proposal, "dropout").action, line(proposal, "dropout").value) == ("fix", 0.2)


CATEGORIES = {"optimizer": ["adam", "lamb", "sgd"], "layers": [1, 2, 3], "norm": ["batch", "layer", "none"]}


def ranked(row):
    return CATEGORIES["optimizer"].index(row["optimizer"]) + row["layers"] + CATEGORIES["norm"].index(row["norm"])


def test_where_nothing_lies_between_repeats_are_all_that_is_left(tmp_path):
    proposal = propose(asked(grid(ranked, **CATEGORIES)), [REPEATED])
    assert proposal.budget == 0 and split_budget(proposal) == (0, 0)
    assert "Every config of the grid was run already." in proposal.why_budget
    assert "repeat the best with other seeds, beside it" in proposal.why_budget
    assert {one.action for one in proposal.lines} == {"keep"}
    trained = "next_sweep.train = lambda config: 1.0\nprint(json.dumps([main(), len(repeat())]))"
    assert json.loads(run(optuna_code.write(proposal), trained, tmp_path)) == [[], 3]
    only = yaml.safe_load(wandb_yaml.write(proposal))
    assert only["run_cap"] == 3 and only["parameters"]["optimizer"] == {"value": "adam"}
    for writer in WRITERS:
        assert "grid was run already" in " ".join(writer.write(proposal).replace("\n#", " ").split())


def test_without_repeats_it_says_what_else_could_be_run():
    proposal = propose(asked(grid(ranked, **CATEGORIES)), [])
    assert proposal.budget == 0 and "Add values or parameters" in proposal.why_budget
    assert yaml.safe_load(wandb_yaml.write(proposal)) is None


def test_around_what_is_best_by_chance_there_is_no_finer_grid():
    project = search()
    chance = np.random.default_rng(3).normal(size=len(project.runs))
    blind = replace(project, summary=project.summary.assign(m=chance))
    assert propose(asked(blind), [REPEATED]).budget == 0


def test_one_config_that_is_missing_is_run_and_no_grid_is_done():
    project = search()
    some = project.runs.index[1:]
    part = replace(
        project, runs=project.runs.loc[some], config=project.config.loc[some], summary=project.summary.loc[some]
    )
    assert "grid was run already" not in propose(asked(part), []).why_method


@pytest.mark.parametrize(
    ("low", "high", "log", "middle"),
    [
        (1e-3, 1e-2, True, 0.0032),
        (0.0, 0.2, False, 0.1),
        (1, 2, False, None),
        (2, 4, False, 3),
        (16, 64, True, 32),
        (0.123456, 0.123457, False, pytest.approx(0.1234565)),
        (1.0, float("inf"), False, None),
        (1e-4, 1e-2, False, 0.001),
    ],
)
def test_the_middle_of_two_numbers(low, high, log, middle):
    assert _find_middle(low, high, log) == middle


@pytest.mark.parametrize(
    ("best", "neighbour", "values", "beyond"),
    [
        (16, 32, (16, 32, 64), 8),
        (64, 32, (16, 32, 64), 96),
        (0.1, 0.01, (0.001, 0.01, 0.1), 1.0),
        (0.0, 0.2, (0.0, 0.2, 0.4), None),
        (0.9, 0.6, (0.3, 0.6, 0.9), None),
        (1, 2, (1, 2, 3), None),
        (-1.0, 0.0, (-1.0, 0.0, 1.0), -2.0),
    ],
)
def test_what_lies_beyond_the_best(best, neighbour, values, beyond):
    assert _find_beyond(best, neighbour, False, values) == beyond


@pytest.mark.parametrize("first", [(1e-3, 0.4), (1e-1, 0.0)])
def test_among_equal_bests_repeats_and_best_values_are_those_of_the_config_that_ran_first(first):
    rows = sorted(product([1e-3, 1e-2, 1e-1], [0.0, 0.2, 0.4]), key=lambda row: row != first)
    loss = [0.1 if row in ((1e-3, 0.4), (1e-1, 0.0)) else 0.5 + 0.1 * row[1] + row[0] for row in rows]
    asking = asked(made({"lr": [row[0] for row in rows], "dropout": [row[1] for row in rows]}, np.array(loss)))
    proposal = propose(asking, ask_all(asking))
    assert proposal.repeats[0].run == "run0"
    for name, value in zip(("lr", "dropout"), first, strict=True):
        assert re.search(r"between the best, ([\d.]+)", str(line(proposal, name).why))[1] == name_value(value)
