"""What is at hand as an object is read as the same from a file is."""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import panel as sl
from panel.sources.objects import KINDS
from tests.fixtures.wandb_server import ENTITY, PROJECT, URI


def same(a, b):
    """Say whether two projects hold the same runs."""
    return a.config.equals(b.config) and a.summary.equals(b.summary) and a.runs.equals(b.runs) and a.space == b.space


@pytest.fixture
def table():
    draw = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "lr": draw.random(20),
            "layers": draw.integers(1, 5, 20),
            "act": ["relu", "tanh"] * 10,
            "loss": draw.random(20),
        }
    )


def polars(table):
    return pytest.importorskip("polars").from_pandas(table)


@pytest.mark.parametrize(
    "made",
    [
        lambda table: table,
        pa.Table.from_pandas,
        polars,
        lambda table: polars(table).lazy(),
        lambda table: table.to_dict("records"),
    ],
    ids=["pandas", "pyarrow", "polars", "lazy", "rows"],
)
def test_a_table_is_read_as_its_file_is(table, made, tmp_path):
    table.to_csv(tmp_path / "runs.csv", index=False)
    assert same(sl.load(made(table)), sl.load(tmp_path / "runs.csv"))


def test_columns_can_be_placed_and_names_that_stand_twice_are_told_apart(table):
    project = sl.load(table, config=["loss"], metric_columns=["lr"])
    assert "loss" in project.config
    assert project.metrics == ["lr"]
    twice = sl.load(pd.DataFrame(np.arange(8.0).reshape(4, 2), columns=["lr", "lr"]).assign(loss=range(4)))
    assert twice.config.shape == (4, 2)


def test_nested_rows_missing_keys_and_an_index_of_names(table):
    rows = [{"model": {"depth": 3}, "loss": 1.0}, {"loss": 2.0, "model": {"depth": 4, "width": 8}}]
    assert sl.load(rows).config["model.depth"].tolist() == [3, 4]
    named = table.set_axis([f"trial-{i}" for i in range(20)], axis=0).rename_axis("run_id")
    assert sl.load(named).runs.index[0] == "trial-0"


def test_nothing_of_what_was_given_is_changed(table):
    before = table.copy(deep=True)
    sl.load(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.fixture
def study(tmp_path):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        lr = trial.suggest_float("lr", 1e-4, 1, log=True)
        trial.suggest_categorical("kind", ["a", None, 3])
        trial.set_user_attr("accuracy", 1 - lr)
        for step in range(3):
            trial.report(lr * step, step)
        if trial.number % 5 == 4:
            raise optuna.TrialPruned
        return lr

    storage = f"sqlite:///{tmp_path}/study.db"
    made = optuna.create_study(
        storage=storage, study_name="s", direction="maximize", sampler=optuna.samplers.TPESampler(seed=0)
    )
    made.optimize(objective, n_trials=25)
    return made


def test_a_study_is_read_as_its_storage_is(study, tmp_path):
    import optuna

    stored = sl.load(tmp_path / "study.db")
    copied = optuna.create_study(study_name="s", direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
    copied.add_trials(study.trials)
    for project in (sl.load(study), sl.load(copied)):
        assert same(project, stored)
        pd.testing.assert_frame_equal(project.history.frame, stored.history.frame)
        assert project.source == ""


def test_several_objectives_and_a_study_without_trials():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(sl.SweepLensError, match="holds no runs"):
        sl.load(study)
    study.set_metric_names(["loss", "accuracy"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 1.0), n_trials=3)
    assert sl.load(study).metrics[:2] == ["loss", "accuracy"]


def test_a_search_of_scikit_learn_has_a_run_a_candidate():
    from sklearn.datasets import load_iris
    from sklearn.model_selection import GridSearchCV
    from sklearn.svm import SVC

    search = GridSearchCV(SVC(), {"C": [0.01, 1.0, 100.0], "kernel": ["rbf", "linear"]}, cv=3)
    with pytest.raises(sl.SweepLensError, match="call its fit first"):
        sl.load(search)
    project = sl.load(search.fit(*load_iris(return_X_y=True)))
    assert project.config["C"].tolist() == [0.01, 0.01, 1, 1, 100, 100]
    assert project.summary["mean_test_score"].tolist() == search.cv_results_["mean_test_score"].tolist()
    assert (project.space.metric, project.space.goal, project.space.method) == ("mean_test_score", "maximize", "grid")
    assert (project.runs["runtime"] > 0).all()


@pytest.mark.heavy
def test_what_mlflow_finds_is_read_as_its_store_is(tmp_path):
    mlflow = pytest.importorskip("mlflow")
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/mlflow.db")
    for i in range(4):
        with mlflow.start_run(run_name=f"run {i}"):
            mlflow.log_params({"lr": 0.1 * i, "act": "relu" if i % 2 else None})
            mlflow.log_metric("loss", float("nan") if i == 3 else 1.0 / (i + 1))
    stored = sl.load(tmp_path / "mlflow.db")
    runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
    for found in (mlflow.search_runs(search_all_experiments=True), runs):
        project = sl.load(found)
        assert project.config[list(stored.config)].equals(stored.config)
        assert project.summary["loss"].equals(stored.summary["loss"])
        assert project.runs["name"].tolist() == stored.runs["name"].tolist()
        assert project.runs["state"].tolist() == ["finished"] * 4


@pytest.fixture
def api(server):
    """W&B's client, which leaves no process behind."""
    import wandb

    yield wandb.Api()
    wandb.teardown()


@pytest.mark.heavy
def test_what_the_client_of_wandb_found_is_read_as_its_address_is(api):
    stored = sl.load(URI)
    runs = api.runs(f"{ENTITY}/{PROJECT}", lazy=False)
    for found in (runs, list(runs)):
        project = sl.load(found)
        assert project.config.equals(stored.config)
        assert project.summary.equals(stored.summary)
        assert project.runs["state"].tolist() == stored.runs["state"].tolist()
    assert len(sl.load(runs[0]).runs) == 1
    swept = sl.load(api.sweep(f"{ENTITY}/{PROJECT}/sweep001"))
    assert set(swept.runs.index) <= set(stored.runs.index)
    assert swept.space.parameters
    assert swept.source.endswith("sweeps/sweep001")


@pytest.mark.parametrize(("value", "kind"), [(3, "int"), (None, "NoneType"), ({"a": 1}, "dict")])
def test_what_cannot_be_read_is_named_with_what_can(value, kind):
    with pytest.raises(sl.SweepLensError, match=f"type {kind} cannot be read; give a path or an address, a table"):
        sl.load(value)


def test_of_a_list_the_entry_that_is_wrong_is_named():
    with pytest.raises(sl.SweepLensError, match="Entry 1 of the list is of type int"):
        sl.load([{"a": 1}, 3])
    with pytest.raises(sl.SweepLensError, match="format is 'csv', and says how a path is read"):
        sl.load([{"a": 1.5, "loss": 2.0}], format="csv")


def test_columns_of_several_levels_and_an_index_that_is_a_column_too(table):
    levels = table.set_axis(pd.MultiIndex.from_tuples([("p", "lr"), ("p", "n"), ("p", "act"), ("loss", "")]), axis=1)
    assert {"p.lr", "p.n", "p.act"} <= set(sl.load(levels).config)
    assert "lr" in sl.load(table.set_index("lr", drop=False)).config
    named = table.set_axis([f"exp-{i}" for i in range(20)])
    assert sl.load(named).runs.index[0] == "exp-0"


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "rows"])
def test_nan_of_a_table_at_hand_is_of_runs_that_diverged(kind):
    opt = np.resize(["adam", "sgd", "lion"], 90)
    rows = pd.DataFrame({"opt": opt, "lr": np.random.default_rng(0).random(90)})
    rows["loss"] = np.where(opt == "lion", np.nan, rows["lr"])
    made = {
        "pandas": lambda: rows,
        "polars": lambda: pytest.importorskip("polars").DataFrame({c: rows[c].to_list() for c in rows}),
        "pyarrow": lambda: pa.table({c: pa.array(rows[c].tolist()) for c in rows}),
        "rows": lambda: rows.to_dict("records"),
    }[kind]()
    found = sl.findings(sl.load(made), "loss").get("infeasible")
    assert found.verdict == "act"
    assert "opt = lion: 30 of 30" in str(found.sentence)


def test_whole_numbers_that_arrow_has_not(table):
    pl = pytest.importorskip("polars")
    wide = pl.from_pandas(table).with_columns(pl.col("layers").cast(pl.Int128))
    assert sl.load(wide).config["layers"].tolist() == table["layers"].tolist()


@pytest.mark.filterwarnings("ignore:Choices for a categorical")
def test_choices_that_json_has_not_are_told_by_their_names():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: float(trial.suggest_categorical("kind", [int, float])(1)), n_trials=20)
    assert set(sl.load(study).config["kind"]) == {"int", "float"}


def test_constraints_of_a_study_in_memory_make_runs_infeasible():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(constraints_func=lambda trial: (trial.params["x"] - 0.3,), seed=0)
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=30)
    assert sl.load(study).runs["feasible"].tolist() == [trial.params["x"] <= 0.3 for trial in study.trials]


def test_nothing_is_imported_that_is_not_there_already():
    before = set(sys.modules)
    for recognises, _ in KINDS:
        recognises(object())
    assert not {m.partition(".")[0] for m in set(sys.modules) - before} & {"optuna", "wandb", "ray", "polars", "mlflow"}


def test_a_setting_that_counts_the_rows_is_a_setting_all_the_same():
    project = sl.load([{"width": width, "loss": (width * 7 % 20) / 20} for width in range(20)])
    assert list(project.config) == ["width"]
    assert list(sl.load([{"trial": i, "lr": i * 7 % 20, "loss": i / 20} for i in range(20)]).config) == ["lr"]
