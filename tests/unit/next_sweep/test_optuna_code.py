import json
from dataclasses import replace

import pytest

from panel.next_sweep import optuna_code
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
next_sweep.train = train
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
    assert "config['beta'] = trial.suggest_float('beta', 0.0, 1.0)" in text and " if " not in text
    gone = optuna_code.write(replace(PLAIN, lines=(child, replace(parent, value="sgd"))))
    assert "suggest_float" not in gone and "beta" in gone
