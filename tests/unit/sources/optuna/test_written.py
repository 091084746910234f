"""Studies that Optuna itself writes here: several in one file, constraints, nulls among choices, pruned trials."""

import math
import warnings

import numpy as np
import pytest

from panel import api, sources
from panel.errors import SourceError
from panel.store import loading

optuna = pytest.importorskip("optuna")


@pytest.fixture
def write(tmp_path):
    """Write a study into a journal, and return where that is."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def add(name, objective, n, file="studies.log", seed=0, **more):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / file))
            storage = optuna.storages.JournalStorage(backend)
            sampler = more.pop("sampler", None) or optuna.samplers.RandomSampler(seed=seed)
            study = optuna.create_study(study_name=name, storage=storage, sampler=sampler, **more)
            study.optimize(objective, n_trials=n)
        return tmp_path / file

    return add


def bowl(trial):
    x = trial.suggest_float("x", 0, 1)
    for step in range(2):
        trial.report(x + 1 - step, step)
    return (x - 0.3) ** 2


# ---- several studies in one place ----


def test_studies_that_are_too_small_by_themselves_are_opened_together(write, folder):
    for k in range(3):
        place = write(f"s{k}", bowl, 5 + k, seed=k)
    write("empty", bowl, 0)
    assert sources.load(str(place)).name == "s2"  # where nobody may propose
    project = api.load(str(place))
    assert (project.source, len(project.runs)) == (f"{place}#*", 18)
    assert project.name == "studies.log, all 3"
    assert project.runs["source"].value_counts().to_dict() == {"s2": 7, "s1": 6, "s0": 5}
    assert project.notes[0] == "None of the 3 has 10 runs by itself, so all are read together."
    assert project.parts == tuple(f"{place}#{name}" for name in ("s2", "s1", "s0", "empty"))
    assert project.part_runs == (7, 6, 5, 0)
    assert project.history.frame.groupby("run_id").size().to_dict() == dict.fromkeys(project.runs.index, 2)
    kept = loading.open_project(loading.load_source(loading.Wanted((str(place),)), folder), folder)
    assert (kept.source, kept.part_runs, len(kept.history.frame)) == (project.source, project.part_runs, 36)
    assert len(sources.load(f"{place}#s0").runs) == 5


def test_all_studies_can_be_asked_for(write, folder):
    place = write("first", bowl, 15)
    write("second", bowl, 12, seed=1)
    alone, both = sources.load(str(place)), sources.load(f"{place}#*")
    assert (len(alone.runs), len(both.runs), both.notes) == (15, 27, ())
    assert alone.parts == both.parts
    wanted = loading.Wanted((f"{place}#*",))
    project_id = loading.load_source(wanted, folder)
    assert loading.load_source(wanted, folder) == project_id
    assert loading.find_change(project_id, folder) == ("", "")
    write("third", bowl, 11, seed=2)
    assert loading.find_change(project_id, folder)[0]
    assert len(loading.open_project(loading.load_source(wanted, folder), folder).runs) == 38


def test_studies_with_opposite_goals_are_not_put_together_unasked(write):
    place = write("down", bowl, 6)
    write("up", bowl, 5, direction="maximize")
    assert api.load(str(place)).name == "down"
    with pytest.raises(SourceError, match="open them one by one"):
        sources.load(f"{place}#*")


def test_of_several_files_what_was_not_read_is_said_first(write, folder):
    one, two = write("main", bowl, 12), write("next", bowl, 11, file="next.log", seed=1)
    load = loading.load_source
    assert len(loading.open_project(load(loading.Wanted((str(one), str(two))), folder), folder).runs) == 23
    write("other", bowl, 10, seed=2)
    merged = loading.open_project(load(loading.Wanted((str(one), str(two))), folder), folder)
    assert merged.notes[0] == f"Of studies.log only 'main' was read, one of 2. All of them: {one}#*."
    every = loading.open_project(load(loading.Wanted((f"{one}#*", str(two))), folder), folder)
    assert len(every.runs) == 33 and not every.notes


# ---- what a trial knows ----


def test_trials_that_break_a_constraint_are_infeasible_and_the_proposal_keeps_to_it(write):
    def objective(trial):
        width, depth = trial.suggest_int("width", 16, 1024, log=True), trial.suggest_int("depth", 1, 12)
        noise = np.random.default_rng(trial.number).normal(0, 0.01)
        return 1 / math.log(width) + 0.3 / depth + noise

    def allowed(trial):
        return [float(trial.params["width"] * trial.params["depth"] - 2000)]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = optuna.samplers.NSGAIISampler(seed=1, population_size=150, constraints_func=allowed)
    project = sources.load(str(write("s", objective, 150, sampler=sampler)))
    broken = project.config["width"] * project.config["depth"] > 2000
    assert (project.runs["feasible"] == ~broken).all()
    found = next(f for f in api.findings(project, "value") if f.check == "infeasible")
    assert found.facts.why == {"breaks a constraint": int(broken.sum())}
    (region,) = found.facts.regions
    assert region.quantities == {"depth × width": ("depth", "*", "width")}
    proposed = api.propose(project, "value")
    (excluded,) = proposed.excluded
    assert excluded.conditions[0][2] == pytest.approx(2000, rel=0.05)
    ends = {line.parameter: line.domain.high if line.value is None else line.value for line in proposed.lines}
    low = {line.parameter: line.domain.low if line.value is None else line.value for line in proposed.lines}
    limit = excluded.conditions[0][2]
    assert ends["width"] * low["depth"] <= limit and low["width"] * ends["depth"] <= limit


def test_none_among_choices_is_a_level(write):
    def objective(trial):
        depth = trial.suggest_categorical("depth", [None, 3, 5])
        return 0.0 if depth is None else 1 / depth

    project = sources.load(str(write("s", objective, 30)))
    assert set(project.config["depth"]) == {"None", 3, 5} and project.config["depth"].notna().all()
    assert project.space.parameters["depth"].choices == ("None", 3, 5)


def test_conditional_parameters_of_few_finished_trials_are_no_aliases(write):
    def objective(trial):
        for i in range(trial.suggest_int("layers", 1, 3)):
            trial.suggest_int(f"units_{i}", 4, 128, log=True)
            trial.suggest_float(f"dropout_{i}", 0.2, 0.5)
        if trial.number % 3:
            raise optuna.TrialPruned
        return float(np.random.default_rng(trial.number).random())

    importance = api.importance(sources.load(str(write("s", objective, 60))), "value")
    assert {row.parameter for row in importance.rows} >= {"units_2", "dropout_2"}


@pytest.mark.parametrize("metric", ["values_0", "values_1"])
def test_directions_belong_to_each_objective(write, metric):
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        return x, 1 - x

    project = sources.load(str(write("s", objective, 20, directions=["minimize", "maximize"])))
    assert project.space.goals == {"values_0": "minimize", "values_1": "maximize"}
    assert api.propose(project, metric).goal == project.space.goals[metric]
