import json
from dataclasses import replace

import pytest

from panel.next_sweep import optuna_code
from panel.next_sweep.prior import Prior, Repeat
from tests.unit.next_sweep.checking import NEVER, excluded, fault, run
from tests.unit.next_sweep.proposals import ALL, PLAIN, RICH, line

pytestmark = pytest.mark.heavy

pytest.importorskip("optuna")

TOY = """
import optuna, warnings
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
configs = []
def train(config):
    configs.append(config)
    return float(len(configs))
next_sweep.train, next_sweep.STORAGE = train, None  # in memory: a database takes 20 ms a trial
studies = main()
print(json.dumps([configs, [study.direction.name for study in studies], [len(study.trials) for study in studies]]))
"""


@pytest.mark.parametrize("which", ["rich", "rich quasi-random", "rich bayesian", "rich grid", "empty"])
def test_a_study_draws_from_it(which, tmp_path):
    proposal = ALL[which]
    configs, directions, trials = json.loads(run(optuna_code.write(proposal), TOY, tmp_path).splitlines()[-1])
    outside = round(proposal.budget * proposal.explore)
    assert directions == [proposal.goal.upper()] * (2 if outside else 1)
    assert len(configs) == max(1, proposal.budget) or proposal.method == "grid"
    assert sum(trials) >= len(configs)
    new, old = configs[: len(configs) - outside], configs[len(configs) - outside :]
    assert {fault(config, proposal, without=(*NEVER, "lion.beta")) for config in new} == {None} or "grid" in which
    assert {fault(config, proposal, before=True, without=NEVER) for config in old} <= {None}
    assert not any(excluded(config, proposal) for config in configs)


def test_exploring_runs_leave_the_new_space(tmp_path):
    configs, _, trials = json.loads(run(optuna_code.write(replace(RICH, budget=60, explore=0.2)), TOY, tmp_path))
    assert any(fault(config, RICH, without=(*NEVER, "lion.beta")) for config in configs[-12:])
    assert len(configs) == 60 < sum(trials)  # some were drawn in an excluded region


def test_a_setting_is_drawn_in_log(tmp_path):
    configs, _, _ = json.loads(run(optuna_code.write(replace(PLAIN, budget=400)), TOY, tmp_path))
    below = sum(config["lr"] < 1e-3 for config in configs) / 400
    assert 0.4 < below < 0.6
    assert {config["layers"] for config in configs} == {1, 2, 3}


def test_a_grid_has_every_value(tmp_path):
    grid = replace(PLAIN, method="grid", budget=100)
    configs, _, _ = json.loads(run(optuna_code.write(grid), TOY, tmp_path))
    assert len({json.dumps(config) for config in configs}) == 5 * 3 * 2
    lrs = sorted({config["lr"] for config in configs})
    assert lrs[0] == 1e-4 and lrs[-1] == 1e-2 and lrs[2] == pytest.approx(1e-3)


def test_a_reason_stands_above_its_line():
    text = optuna_code.write(PLAIN)
    reason = "    # lr: kept. It matters: 0.31 of the importance (lr).\n"
    assert f"{reason}    config['lr'] = trial.suggest_float('lr', 0.0001, 0.01, log=True)" in text


def test_a_condition_that_a_fixed_parent_settles_is_gone():
    from panel.data.project import Domain

    child = line("beta", Domain("real", 0, 1, condition=("name", ("adam",))))
    parent = line("name", Domain("categorical", choices=("adam", "sgd")), action="fix", value="adam")
    text = optuna_code.write(replace(PLAIN, lines=(child, parent)))
    space = text[text.index("def suggest(") : text.index("def objective(")]
    assert "config['beta'] = trial.suggest_float('beta', 0.0, 1.0)" in space and " if " not in space
    gone = optuna_code.write(replace(PLAIN, lines=(child, replace(parent, value="sgd"))))
    assert "suggest_float" not in gone and "beta" in gone


RESUMING = replace(
    PLAIN,
    method="bayesian",
    prior=(
        Prior("a", {"lr": 1e-3, "layers": 2, "name": "adam"}, 0.25),
        Prior("b", {"lr": 5e-3, "layers": 3.0, "name": "sgd", "gone": 1}, 0.5),
        Prior("c", {"lr": 1.0, "layers": 2, "name": "adam"}, 0.1),  # beyond the space
        Prior("d", {"lr": 1e-3, "layers": 2}, 0.1),  # not known whole
    ),
    repeats=(Repeat("a", "run a", {"lr": 1e-3, "layers": 2, "name": "adam"}, 3),),
)

TELLING = """
import optuna, warnings
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
next_sweep.train = lambda config: 1.0
main()
[study] = main()
print(json.dumps([[trial.params, trial.value] for trial in study.trials[:2]]), len(study.trials), len(repeat()))
"""


def test_a_new_study_is_told_of_what_was_run_and_one_that_was_interrupted_goes_on(tmp_path):
    said = run(optuna_code.write(RESUMING), TELLING, tmp_path).splitlines()[-1]
    known, trials, repeated = json.loads(said[: said.rindex("]") + 1]), *map(int, said.split()[-2:])
    assert known == [
        [{"lr": 1e-3, "layers": 2, "name": "adam"}, 0.25],
        [{"lr": 5e-3, "layers": 3, "name": "sgd"}, 0.5],
    ]
    assert trials == PLAIN.budget + 2 and repeated == 3
    half = replace(RESUMING, budget=6)
    assert run(optuna_code.write(half), TELLING, tmp_path).split()[-2:] == ["8", "3"]


def test_repeats_pass_the_next_seeds(tmp_path):
    seeds = {"run.seed": (7, 8), "data_seed": (3, 4)}
    repeats = (Repeat("a", "run a", {"lr": 1e-3}, 2, seeds), Repeat("b", "run b", {"lr": 1e-2}, 1))
    again = "next_sweep.train = lambda config: 1.0\nprint(json.dumps([config for config, _ in repeat()]))"
    configs = json.loads(run(optuna_code.write(replace(PLAIN, repeats=repeats)), again, tmp_path))
    assert [config.get("data_seed") for config in configs] == [3, 4, None]
    assert [config.get("run", {}).get("seed") for config in configs] == [7, 8, None]


def test_a_search_that_learns_nothing_is_told_nothing():
    assert "KNOWN" not in optuna_code.write(replace(RESUMING, method="quasi-random"))


AGAIN = """
import optuna, warnings
warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
configs = []
def train(config):
    if len(configs) == 4:
        configs.append(None)
        raise KeyboardInterrupt
    configs.append(config)
    return 1.0
next_sweep.train = train
try:
    main()
except KeyboardInterrupt:
    pass
main()
print(json.dumps([config for config in configs if config]))
"""


@pytest.mark.parametrize("method", ["random", "quasi-random", "bayesian"])
def test_what_was_trained_before_an_interruption_is_not_trained_again(method, tmp_path):
    text = optuna_code.write(replace(PLAIN, method=method))
    configs = json.loads(run(text, AGAIN, tmp_path).splitlines()[-1])
    assert len({json.dumps(config) for config in configs}) == len(configs) == PLAIN.budget
