"""Tables as the tools write them that people search with."""

import numpy as np
import optuna
import pandas as pd
import pytest

from panel.answers.defaults import choose_default_target
from panel.question.goal import choose_goal
from panel.sources import load
from tests.contract.examples import FIXTURES


@pytest.fixture(scope="module")
def study():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(0))

    def objective(trial):
        rate = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
        trial.set_user_attr("val_f1", rate)
        trial.set_user_attr("host", "a")
        if trial.number == 3:
            raise optuna.TrialPruned
        return -((np.log10(rate) + 2) ** 2) + trial.suggest_int("layers", 1, 3)

    study.optimize(objective, n_trials=30)
    return study


def places(project):
    return {c.name: c.place for c in project.columns}


@pytest.mark.parametrize("index", [True, False])
def test_optunas_flat_table(study, tmp_path, index):
    study.trials_dataframe().to_csv(tmp_path / "t.csv", index=index)
    project = load(str(tmp_path / "t.csv"))
    assert list(project.config) == ["layers", "lr"]
    assert list(project.summary) == ["value", "val_f1"]
    found = places(project)
    assert [found[n] for n in ("number", "datetime_start", "duration", "state", "user_attrs_host")] == ["run"] * 5
    assert choose_default_target(project).metric == "value"
    assert (project.runs["state"] == "pruned").sum() == 1


def test_optunas_table_with_two_header_rows(study, tmp_path):
    study.trials_dataframe(multi_index=True).to_csv(tmp_path / "t.csv")
    project = load(str(tmp_path / "t.csv"))
    assert len(project.runs) == 30
    assert list(project.config) == ["layers", "lr"]
    assert choose_default_target(project).metric == "value"


def test_optunas_two_objectives_keep_their_names(tmp_path):
    study = optuna.create_study(directions=["minimize", "maximize"], sampler=optuna.samplers.RandomSampler(0))
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1 - trial.params["x"]), n_trials=20)
    study.trials_dataframe().to_csv(tmp_path / "t.csv")
    project = load(str(tmp_path / "t.csv"))
    assert list(project.summary) == ["values_0", "values_1"]
    assert choose_default_target(project).metric == "values_0"


@pytest.mark.parametrize("scoring", [None, "neg_mean_squared_error"])
def test_scikit_learns_cv_results(tmp_path, scoring):
    from sklearn.datasets import make_classification
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    X, y = make_classification(60, random_state=0)
    grid = {"C": [0.1, 1, 10], "class_weight": [None, "balanced"]}
    search = GridSearchCV(SVC(), grid, cv=3, scoring=scoring).fit(X, y)
    pd.DataFrame(search.cv_results_).to_csv(tmp_path / "cv.csv")
    project = load(str(tmp_path / "cv.csv"))
    assert list(project.config) == ["C", "class_weight"]
    assert set(project.config["class_weight"]) == {"None", "balanced"}
    assert {place for name, place in places(project).items() if name.startswith("params")} == {"ignored"}
    target = choose_default_target(project)
    assert target.metric == "mean_test_score"
    assert choose_goal(project, target.metric).goal == "maximize"
    assert choose_goal(project, target.metric).by == "sweep"


def test_ray_tunes_frame(tmp_path, rng):
    n = 20
    frame = {
        "trial_id": [f"t{i}" for i in range(n)],
        "mean_accuracy": rng.random(n),
        "training_iteration": [10] * n,
        "date": ["2026-01-01_10-00-00"] * n,
        "pid": range(n),
        "config/lr": rng.random(n),
        "config/act": rng.choice(["relu", "tanh"], n),
    }
    pd.DataFrame(frame).to_csv(tmp_path / "ray.csv", index=False)
    project = load(str(tmp_path / "ray.csv"))
    assert list(project.config) == ["lr", "act"]
    assert places(project)["pid"] == "run"
    assert choose_default_target(project).metric == "mean_accuracy"


def test_mlflows_table_as_its_page_saves_it(tmp_path, rng):
    n = 30
    frame = {
        "Start Time": ["2026-01-01 10:00:00"] * n,
        "Duration": ["33.8s"] * n,
        "Run ID": [f"{i:032x}" for i in range(n)],
        "Name": [f"run-{i}" for i in range(n)],
        "Source Type": ["LOCAL"] * n,
        "Source Name": ["train.py"] * n,
        "User": ["me"] * n,
        "Status": ["FINISHED"] * n,
        "depth": rng.integers(1, 9, n),
        "eta": rng.random(n),
        "rmse": rng.random(n),
    }
    pd.DataFrame(frame).to_csv(tmp_path / "runs.csv", index=False)
    project = load(str(tmp_path / "runs.csv"))
    assert list(project.config) == ["depth", "eta"]
    assert list(project.summary) == ["rmse"]


@pytest.mark.parametrize(
    ("columns", "settings", "target"),
    [
        ("trial_index arm_name trial_status generation_node accuracy lr width", ["lr", "width"], "accuracy"),
        ("trialJobId parameterId status reward lr width", ["lr", "width"], "reward"),
        ("tid loss status book_time misc.vals.lr misc.vals.width", ["lr", "width"], "loss"),
        ("config_id cost time status budget seed lr width", ["budget", "seed", "lr", "width"], "cost"),
    ],
)
def test_tables_of_other_tools(tmp_path, rng, columns, settings, target):
    texts = {
        "arm_name": "0_0",
        "trial_status": "COMPLETED",
        "generation_node": "Sobol",
        "status": "ok",
        "trialJobId": "x",
    }
    names = columns.split()
    rows = [
        {c: f"{texts[c]}{i if c == 'trialJobId' else ''}" if c in texts else rng.random() for c in names}
        for i in range(20)
    ]
    frame = pd.DataFrame(rows)
    for count in ("trial_index", "tid", "config_id"):
        if count in frame:
            frame[count] = range(20)
    frame.to_csv(tmp_path / "t.csv", index=False)
    project = load(str(tmp_path / "t.csv"))
    assert list(project.config) == settings
    assert choose_default_target(project).metric == target


@pytest.mark.parametrize("name", ["trials.csv", "trials.json"])
def test_hyperopts_trials_as_people_save_them(name):
    project = load(str(FIXTURES / "hyperopt" / name))
    assert set(project.config) == {"layers", "lr", "momentum", "opt"}
    assert project.config["lr"].dtype.kind == "f"
    assert project.config["momentum"].isna().sum() > 0  # not active with Adam
    assert list(project.summary) == ["loss", "accuracy"]
    assert project.runs["state"].value_counts().to_dict() == {"finished": 19, "failed": 5}
    assert choose_default_target(project).metric == "loss"
    assert choose_goal(project, "loss").goal == "minimize"


@pytest.mark.parametrize("name", ["several.csv", "several.json", "export_data.json", "one.csv", "one.json"])
def test_what_nni_exports(name):
    project = load(str(FIXTURES / "nni" / name))
    assert len(project.runs) == 12
    assert set(project.config) == {"layers", "lr", "opt"}
    metrics = ["reward"] if name.startswith("one") else ["default", "acc"]
    assert list(project.summary) == metrics
    assert project.summary[metrics[0]].dtype.kind == "f"
    assert choose_default_target(project).metric == metrics[0]


def test_axs_summary_of_trials():
    project = load(str(FIXTURES / "ax" / "summary.csv"))
    assert set(project.config) == {"layers", "lr", "opt"}
    assert list(project.summary) == ["val_loss", "accuracy"]
    assert project.runs["state"].value_counts().to_dict() == {"finished": 8, "failed": 1, "killed": 1}
    assert choose_default_target(project).metric == "val_loss"
