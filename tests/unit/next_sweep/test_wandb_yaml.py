import json
from dataclasses import replace

import pytest
import yaml

from panel.data.plain import plain_value
from panel.data.project import Domain
from panel.next_sweep import wandb_yaml
from panel.next_sweep.base import Excluded
from panel.next_sweep.branches import split_runs, split_space
from panel.next_sweep.plan import Setting, list_settings
from panel.next_sweep.prior import Prior, Repeat
from panel.sources.wandb.sweep import space_of
from tests.unit.next_sweep.checking import NAMELESS, NEVER, excluded, fault
from tests.unit.next_sweep.proposals import ALL, CODING, HOSTILE, PLAIN, PROMPT, RICH, line

LEFT_OUT = (*NEVER, *NAMELESS)


def both(proposal):
    """Return the sweep, and the one that explores, or None."""
    text = wandb_yaml.write(proposal)
    _, cut, second = text.partition(wandb_yaml.CUT.format(what="Another sweep, explore") + "\n")
    return yaml.safe_load(text), yaml.safe_load("".join(row[2:] + "\n" for row in second.splitlines())) if cut else None


def each():
    return [(which, config) for which, proposal in ALL.items() for config in both(proposal) if config is not None]


def test_every_number_and_word_is_read_as_what_it_is():
    sweep, _ = both(PLAIN)
    assert sweep == {
        "name": "digits: next",
        "program": "train.py",
        "method": "random",
        "metric": {"name": "val_loss", "goal": "minimize"},
        "run_cap": 12,
        "parameters": {
            "lr": {"distribution": "log_uniform_values", "min": 1e-4, "max": 1e-2},
            "layers": {"distribution": "int_uniform", "min": 1, "max": 3},
            "name": {"values": ["adam", "sgd"]},
        },
    }


@pytest.mark.parametrize(
    "value",
    [
        1e-5,
        1e22,
        5e-324,
        2**70,
        True,
        None,
        "yes",
        "n",
        "1e-5",
        "0x10",
        "",
        "a\nb",
        "# no",
        "a: b",
        "\x85",
        "\ud800",
        "😀",
        HOSTILE,
        PROMPT,
        CODING,
        [1, ["a, b]", None], {"k: v": "- x"}],
        "null",
        "~",
        "=",
        "<<",
        "2026-01-01",
        "1:30",
        "._",
    ],
)
def test_a_value_comes_back_as_it_is(value):
    text = wandb_yaml.write_scalar(value)
    assert "\n" not in text
    back = yaml.safe_load(f"k:\n  - {text}")["k"][0]
    assert back == value and type(back) is type(value)


def test_nested_settings_are_blocks_of_their_own():
    parameters = both(RICH)[0]["parameters"]
    assert parameters["optimizer"]["parameters"]["lr"] == {
        "distribution": "log_uniform_values",
        "min": 3e-4,
        "max": 0.01,
    }
    assert parameters["model"]["parameters"]["width"] == {
        "distribution": "q_log_uniform_values",
        "min": 32,
        "max": 512,
        "q": 1,
    }
    assert parameters["model"]["parameters"]["norm"] == {"values": [None, "batch", True, 3]}
    assert parameters["model"]["parameters"]["hidden"] == {"values": [[64, 64], [128], "none"]}
    assert parameters["betas"] == {"value": [0.9, 0.999]}
    assert parameters["depth.stage"]["min"] == 1e-12  # since depth is a setting itself


def test_what_sweeplens_reads_is_what_was_proposed():
    """The reader of sweeps finds the domains again."""
    space = space_of(both(RICH)[0])
    assert (space.metric, space.goal, space.method) == (HOSTILE, "maximize", "random")
    for one in RICH.lines:
        read = space.parameters.get(one.parameter)
        if one.parameter in (*LEFT_OUT, "lion.beta"):
            assert read is None
        elif one.action != "fix" and one.domain.kind != "categorical":
            assert (read.kind, read.low, read.high) == (one.domain.kind, one.domain.low, one.domain.high)
            assert read.scale == ("log" if one.domain.scale == "log" and one.domain.low > 0 else "linear")


def test_what_it_cannot_say_stands_in_comments():
    text = wandb_yaml.write(RICH)
    comments = " ".join(row.strip(" #") for row in text.splitlines() if row.lstrip().startswith("#"))
    assert "Only where optimizer.name is sgd. W&B has no conditions, so that it is drawn for every run." in comments
    said = "Leave out, which W&B cannot: optimizer.lr > 0.005 and dropout <= 0.15: 9 of 9 such runs diverged"
    assert said in comments
    assert "6 of the 40 runs explore the old space" in comments
    assert "Its limits are not known: set it in your own code." in comments
    assert "W&B has no quasi-random search" in wandb_yaml.write(replace(RICH, method="quasi-random"))


def test_the_exploring_runs_are_a_sweep_of_the_old_space():
    first, second = both(RICH)
    assert (first["run_cap"], second["run_cap"]) == (34, 6)
    lr = {"distribution": "log_uniform_values", "min": 1e-5, "max": 0.1}
    assert second["parameters"]["optimizer"]["parameters"]["lr"] == lr
    assert second["parameters"]["batch"]["distribution"] == "q_log_uniform_values"
    assert both(PLAIN)[1] is None


def test_a_log_domain_from_zero_is_linear():
    sweep, _ = both(replace(PLAIN, lines=(line("x", Domain("real", 0, 1, scale="log")),)))
    assert sweep["parameters"]["x"] == {"distribution": "uniform", "min": 0.0, "max": 1.0}


def test_the_schema_of_wandb_finds_no_violation():
    schema = pytest.importorskip("sweeps.config.schema")
    for which, config in each():
        assert not list(schema.validator.iter_errors(config)), which


def test_wandb_draws_from_it():
    sweeps = pytest.importorskip("sweeps")
    for which in ("rich", "plain", "plain grid"):
        proposal, (first, second) = ALL[which], both(ALL[which])
        for before, config in ((False, first), (True, second)):
            if config is None:
                continue
            assert not sweeps.config.schema_violations_from_proposed_config(config)
            runs = []
            for _ in range(20):
                run = sweeps.next_run(config, runs, validate=False)  # which would lose what is nested
                if run is None:  # the grid is done
                    break
                runs.append(run)
                drawn = values(run.config)
                if which != "plain grid":
                    out = LEFT_OUT if before else (*LEFT_OUT, "lion.beta")
                    assert fault(drawn, proposal, before, without=out, unconditional=True) is None
            assert len(runs) == 20


def values(config):
    """Return the nested config of what W&B suggests, in plain values."""
    return json.loads(json.dumps({key: entry["value"] for key, entry in config.items()}, default=plain_value))


def test_wandb_itself_reads_the_parameters():
    """The installed client turns a sweep into Optuna's distributions, for its own scheduler."""
    pytest.importorskip("optuna")
    scheduler = pytest.importorskip("wandb.sdk.sweeps.scheduler.optuna")
    config, _ = both(RICH)
    kinds = {setting.name: setting for setting in list_settings(RICH)}
    for group in (config["parameters"]["optimizer"]["parameters"], config["parameters"]["model"]["parameters"]):
        for entry in group.values():
            if not any(isinstance(v, list) for v in entry.get("values", [])):
                scheduler.sweep_parameter_to_distribution(entry)
    lr = scheduler.sweep_parameter_to_distribution(config["parameters"]["optimizer"]["parameters"]["lr"])
    assert (lr.low, lr.high, lr.log) == (kinds["optimizer.lr"].low, kinds["optimizer.lr"].high, True)
    width = scheduler.sweep_parameter_to_distribution(config["parameters"]["model"]["parameters"]["width"])
    assert type(width).__name__ == "IntDistribution" and (width.low, width.high, width.log) == (32, 512, True)


def test_runs_of_an_export_without_ids_are_not_named_by_their_rows():
    config = {"lr": 1e-3, "layers": 2, "name": "adam"}
    known = replace(PLAIN, method="bayesian", tool="wandb", prior=(Prior("7", config, 0.2), Prior("12", config, 0.3)))
    text = wandb_yaml.write(known)
    assert "--prior_run" not in text and "column ID" in text.replace("\n# ", " ")


def test_a_bayesian_sweep_is_told_of_its_own_runs_and_repeats_are_beside_it():
    config = {"lr": 1e-3, "layers": 2, "name": "adam"}
    known = replace(PLAIN, method="bayesian", prior=(Prior("abc", config, 0.2), Prior("def", config, 0.3)))
    assert "starts anew" in wandb_yaml.write(known)
    text = wandb_yaml.write(replace(known, tool="wandb", repeats=(Repeat("abc", "run 1", config, 3),)))
    assert "wandb sweep --prior_run abc --prior_run def sweep.yaml" in text
    again = text.partition(wandb_yaml.CUT.format(what="Repeats of run 1") + "\n")[2]
    repeated = yaml.safe_load("".join(row[2:] + "\n" for row in again.splitlines()))
    assert repeated["run_cap"] == 3 and repeated["method"] == "random"
    assert repeated["parameters"] == {name: {"value": value} for name, value in config.items()}


def test_repeats_pass_the_next_seeds():
    def again(**seeds):
        repeat = Repeat("abc", "run 1", {"lr": 1e-3}, 2, seeds)
        _, *parts = wandb_yaml.write(replace(PLAIN, repeats=(repeat,))).split(
            wandb_yaml.CUT.format(what="Repeats of run 1")
        )
        return [yaml.safe_load("".join(row[2:] + "\n" for row in part.splitlines())) for part in parts]

    [one] = again(seed=(7, 8))
    assert (one["run_cap"], one["method"]) == (2, "grid")
    assert one["parameters"] == {"lr": {"value": 1e-3}, "seed": {"values": [7, 8]}}
    both = again(seed=(7, 8), data_seed=(3, 4))
    assert [one["run_cap"] for one in both] == [1, 1]
    assert [[one["parameters"][name]["value"] for name in ("seed", "data_seed")] for one in both] == [[7, 3], [8, 4]]


BRANCHED = replace(
    PLAIN,
    budget=60,
    lines=(
        *PLAIN.lines,
        line("momentum", Domain("real", 0.0, 0.99, condition=("name", ("sgd",)))),
    ),
    excluded=(
        Excluded((("lr", ">", 0.005), ("layers", "<=", 1)), "they diverged"),
        Excluded((("layers", ">", 2), ("name", "=", "sgd")), "they ran out of memory"),
    ),
)


def read_all(text: str) -> list[dict]:
    """Return all sweeps of a file."""
    mark = wandb_yaml.CUT.partition("{what}")[0]
    first, *others = text.split(mark)
    below = ["".join(row[2:] + "\n" for row in other.splitlines()[1:]) for other in others]
    return [yaml.safe_load(one) for one in (first, *below)]


def test_conditions_and_regions_are_sweeps_of_their_own():
    sweeps = pytest.importorskip("sweeps")
    found = read_all(wandb_yaml.write(BRANCHED))
    assert sum(config["run_cap"] for config in found) == pytest.approx(60, abs=len(found))
    drawn = []
    for config in found:
        assert not sweeps.config.schema_violations_from_proposed_config(config)
        for _ in range(20):
            drawn.append(values(sweeps.next_run(config, [], validate=False).config))
    assert {fault(config, BRANCHED) for config in drawn} == {None}
    assert not any(excluded(config, BRANCHED) for config in drawn)
    assert {(c["layers"], c["name"]) for c in drawn} == {(1, "adam"), (2, "adam"), (3, "adam"), (1, "sgd"), (2, "sgd")}
    assert max(c["lr"] for c in drawn) > 0.005 and "Left out: lr > 0.005 and layers <= 1" in wandb_yaml.write(BRANCHED)


def test_a_branch_has_the_share_of_the_runs_that_it_has_of_the_space():
    [(adam, most), (sgd, least)] = split_space(
        [
            Setting("name", "choice", choices=("adam", "lion", "sgd")),
            Setting("momentum", "real", 0.0, 1.0, condition=("name", ("sgd",))),
        ],
        [],
    )[::-1]
    assert (most, least) == pytest.approx((2 / 3, 1 / 3))
    assert [s.name for s in adam] == ["name"] and sgd[0].value == "sgd" and sgd[1].condition is None


def test_a_branch_has_no_child_of_another_and_whole_numbers_are_branches_too():
    space = [
        Setting("name", "choice", choices=("adam", "sgd", "lion")),
        Setting("beta", "real", 0.0, 1.0, condition=("name", ("adam",))),
        Setting("momentum", "real", 0.0, 1.0, condition=("name", ("sgd",))),
        Setting("layers", "integer", 1, 2),
        Setting("units", "integer", 8, 64, condition=("layers", (2,))),
    ]
    branches = split_space(space, [])
    found = {tuple(sorted(s.name for s in branch)) for branch, _ in branches}
    base = ("layers", "name")
    kinds = [base, ("beta", *base), ("momentum", *base)]
    assert found == {tuple(sorted((*kind, *more))) for kind in kinds for more in ((), ("units",))}
    assert sum(share for _, share in branches) == pytest.approx(1)
    only = [Prior(str(k), {"name": "adam", "beta": 0.5, "layers": 2, "units": 9}, 0.1) for k in range(90)]
    budgets = split_runs(100, space, branches, only)
    best = next(k for k, (branch, _) in enumerate(branches) if {"beta", "units"} <= {s.name for s in branch})
    assert budgets[best] > 80 and min(budgets) >= 1


def test_names_that_wandb_refuses_are_said_first():
    text = wandb_yaml.write(replace(PLAIN, lines=(*PLAIN.lines, line("use bn", Domain("real", 0, 1)))))
    assert text.splitlines()[2].startswith("# 1 of 4 parameters are NOT in this file")
