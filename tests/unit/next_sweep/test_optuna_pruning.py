"""What follows a study whose trials were pruned."""

import json
from dataclasses import replace

import numpy as np
import pytest

from panel import load
from panel.checks import Study
from panel.next_sweep import Proposal, optuna_code, propose
from panel.next_sweep.prior import Repeat
from panel.question.design import build
from panel.question.selection import Selection, Target
from panel.runs import collect
from tests.unit.next_sweep.checking import run
from tests.unit.next_sweep.proposals import PLAIN

pytestmark = pytest.mark.heavy

optuna = pytest.importorskip("optuna")

TRIALS = 90


def train(trial):
    lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
    trial.suggest_categorical("net", ["cnn", "mlp"])
    for step in range(1, 28):
        trial.report((np.log10(lr) + 2) ** 2 + 2 / step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    return (np.log10(lr) + 2) ** 2 + 2 / 27


def search(name, objective):
    """Search with a pruner, in memory: a database writes each of 2,000 reports by itself, which takes half a minute."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    memory = optuna.storages.InMemoryStorage()
    study = optuna.create_study(
        study_name=name,
        storage=memory,
        sampler=optuna.samplers.TPESampler(seed=0, n_startup_trials=20),
        pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=3),
    )
    study.optimize(objective, n_trials=TRIALS)
    return memory


def keep(name, memory, storage):
    """Have Optuna write a study that is in memory into a file, trial by trial, as they are."""
    optuna.copy_study(from_study_name=name, from_storage=memory, to_storage=storage, to_study_name=name)


@pytest.fixture(scope="module")
def searched():
    return search("first", train)


@pytest.fixture(scope="module", params=["sqlite", "journal"])
def kept(request, searched, tmp_path_factory):
    """The file of a study of which most trials were pruned."""
    path = tmp_path_factory.mktemp("kept") / ("study.db" if request.param == "sqlite" else "study.log")
    backend = optuna.storages.journal.JournalFileBackend(str(path))
    storage = f"sqlite:///{path}" if request.param == "sqlite" else optuna.storages.JournalStorage(backend)
    keep("first", searched, storage)
    return path


RUN = """
import optuna, warnings
optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("error")
warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
def train(config, report):
    for step in range(1, 28):
        report(step, 100.0 + step)
    return 1.0
next_sweep.train = train
old = optuna.load_study(study_name=FOLLOWS, storage=STORAGE)
main()
*_, study = [main()[0] for _ in range(2)]
told = study.trials[: len(old.trials)]
print(json.dumps([
    [[one.state.name, one.value, one.params, len(one.intermediate_values)] for one in told]
    == [[one.state.name, one.value, one.params, len(one.intermediate_values)] for one in old.trials],
    len(old.trials), [one.state.name for one in study.trials[len(told):]], type(study.pruner).__name__,
]))
"""


def test_it_goes_on_in_its_storage_with_what_pruned_trials_reported(kept, tmp_path):
    project = load(str(kept))
    kind = "sqlite" if kept.suffix == ".db" else "journal"
    assert project.storage == (f"{kind}:///{kept}", "first")
    proposal = propose(ask(project), [])
    assert proposal.stopped and (proposal.storage, proposal.study) == project.storage
    assert not proposal.prior and proposal.method == "bayesian"
    assert "Optuna is told of the runs so far" in proposal.why_method
    assert any("the Optuna code has a pruner" in caveat for caveat in proposal.caveats)
    assert Proposal.from_json(json.loads(json.dumps(proposal.to_json()))) == proposal
    text = optuna_code.write(replace(proposal, budget=6))
    assert "# FILL IN the pruner" in text and "next_sweep.db" not in text
    same, old, states, pruner = json.loads(run(text, RUN, tmp_path).splitlines()[-1])
    assert same and old == TRIALS, "every trial is told as it was, pruned ones with what they reported"
    assert states == ["PRUNED"] * 6 and pruner == "MedianPruner"


def ask(project):
    selection = Selection("p", Target(next(iter(project.space.goals)), goal="minimize"))
    design = build(project, selection)
    return Study(collect(project, selection, design), design)


def test_trials_outside_the_new_space_are_not_told(kept, tmp_path):
    proposal = propose(ask(load(str(kept))), [])
    lines = tuple(
        replace(line, action="narrow", domain=replace(line.domain, low=1e-3, high=1e-1))
        if line.parameter == "lr"
        else line
        for line in proposal.lines
    )
    text = optuna_code.write(replace(proposal, lines=lines, budget=1))
    more = RUN.replace('warnings.simplefilter("error")', 'warnings.simplefilter("ignore")').replace(
        "print(", "print(json.dumps([one.params['lr'] for one in study.trials])); (", 1
    )
    told = json.loads(run(text, more, tmp_path).splitlines()[-1])
    assert 1 < len(told) < TRIALS and all(1e-3 <= lr <= 1e-1 for lr in told)


def test_trials_with_no_value_and_with_steps_are_told_too(tmp_path):
    def train_oddly(trial):
        lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
        trial.suggest_float("dropout", 0.0, 0.5, step=0.05)
        trial.suggest_categorical("schedule", ["cosine", None])
        for step in range(1, 28):
            trial.report((np.log10(lr) + 2) ** 2 + 2 / step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return (np.log10(lr) + 2) ** 2 + 2 / 27

    keep("odd", search("odd", train_oddly), f"sqlite:///{tmp_path / 'odd.db'}")
    text = optuna_code.write(replace(propose(ask(load(str(tmp_path / "odd.db"))), []), budget=1))
    assert "trial.suggest_float('dropout', 0.0, 0.5, step=0.05)" in text
    code = "import optuna\nnext_sweep.train = lambda config, report: 1.0\nmain()"
    assert f"The study is told of {TRIALS} runs; 0 do not lie in its space." in run(text, code, tmp_path)


REPEATED = """
next_sweep.train = lambda config, report: report(1, 2.0) or 1.0
print(json.dumps(repeat()))
"""


def test_runs_of_another_tool_that_were_stopped_get_a_pruner_too(tmp_path):
    stopped = replace(PLAIN, stopped=True, repeats=(Repeat("a", "run a", {"lr": 1e-3}, 1, {"seed": (7,)}),))
    text = optuna_code.write(stopped)
    assert "PRUNER = " in text and "pruner=PRUNER" in text and "FOLLOWS" not in text and "next_sweep.db" in text
    assert json.loads(run(text, REPEATED, tmp_path)) == [[{"lr": 1e-3, "seed": 7}, 1.0]]
    assert "PRUNER" not in optuna_code.write(PLAIN)


def test_a_server_may_want_a_password():
    text = optuna_code.write(replace(PLAIN, stopped=True, storage="postgresql://me@host/runs", study="first"))
    assert "STORAGE = 'postgresql://me@host/runs'\n# If it needs a password" in text
    compile(text, "next_sweep", "exec")
