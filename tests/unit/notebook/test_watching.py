"""What is known of a search while it runs."""

import pandas as pd
import pytest

import panel as sl


def test_optuna_calls_it_and_every_so_many_trials_it_speaks(capsys):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda trial: trial.suggest_float("lr", 0, 1) + 0.1 * trial.suggest_float("decay", 0, 1),
        n_trials=45,
        callbacks=[sl.watch(every=20)],
    )
    said = capsys.readouterr().out
    assert [line.partition(":")[0] for line in said.splitlines() if " runs: " in line] == [
        "20 of 20 runs",
        "40 of 40 runs",
    ]
    assert "lr matters most" in said


def test_what_goes_wrong_in_saying_it_does_not_end_the_search(capsys):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study()
    study.optimize(
        lambda trial: trial.suggest_float("x", 0, 1), n_trials=12, callbacks=[sl.watch(target="loss", every=5)]
    )
    assert len(study.trials) == 12
    assert "SweepLens could not tell" in capsys.readouterr().out


def test_a_source_is_followed_and_said_anew_when_it_has_grown(tmp_path, capsys):
    path = tmp_path / "runs.csv"
    watched = sl.watch(str(path), "loss", every=10)
    watched.follow(seconds=0, rounds=1)
    assert "runs.csv does not exist" in capsys.readouterr().out, "it is not there yet, which is said once"
    for n in (5, 12, 14, 30):
        pd.DataFrame({"lr": [i / 30 for i in range(n)], "loss": [(i * 7 % 30) / 30 for i in range(n)]}).to_csv(path)
        watched.follow(seconds=0, rounds=1)
    said = capsys.readouterr().out
    assert [line.partition(":")[0] for line in said.splitlines() if " runs: " in line] == [
        "12 of 12 runs",
        "30 of 30 runs",
    ]


def test_what_cannot_be_asked_is_said_at_once():
    with pytest.raises(TypeError, match="Did you mean 'goal'"):
        sl.watch(gaol="minimize")
    with pytest.raises(sl.SweepLensError, match="give a number of runs"):
        sl.watch(every="a")
    with pytest.raises(sl.SweepLensError, match="nothing to follow"):
        sl.watch().follow()


def test_a_second_study_is_spoken_of_from_its_beginning(capsys):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    watch = sl.watch(every=10)
    for n in (20, 10):
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=n))
        study.optimize(lambda trial: trial.suggest_float("lr", 0, 1), n_trials=n, callbacks=[watch])
    said = [line.partition(":")[0] for line in capsys.readouterr().out.splitlines() if " runs: " in line]
    assert said == ["10 of 10 runs", "20 of 20 runs", "10 of 10 runs"]
