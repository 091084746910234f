"""Lightning's CSV logs: known answers from the fixture, then logs that are torn, odd or not there."""

import math
import shutil

import pytest

from panel import sources
from panel.data.plain import flatten
from panel.errors import SourceError
from panel.sources.common.records import Reading
from panel.sources.tensorboard import lightning
from panel.sources.tensorboard import reader as tensorboard
from tests.contract.examples import FIXTURES
from tests.fixtures.training import configs

LOGS = FIXTURES / "lightning" / "logs"
SETTINGS = "alpha: 0.5\n"


@pytest.fixture(scope="module")
def project():
    return sources.load(str(LOGS))


@pytest.fixture
def logs(tmp_path):
    shutil.copytree(LOGS, tmp_path / "logs")
    return tmp_path / "logs"


def write(folder, log, settings=SETTINGS):
    folder.mkdir(parents=True, exist_ok=True)
    if log is not None:
        (folder / "metrics.csv").write_text(log)
    if settings is not None:
        (folder / "hparams.yaml").write_text(settings)
    return folder


def test_runs_stand_in_the_order_of_their_numbers(project):
    assert list(project.runs.index) == [f"lightning_logs/version_{i}" for i in range(15)]


def test_settings_are_nested_and_typed_as_logged(project):
    for i, config in enumerate(configs()):
        wanted = flatten({k: config[k] for k in ("optimizer", "layers", "alpha", "seed")} | {"betas": [0.9, 0.95]})
        found = (
            project.config.loc[f"lightning_logs/version_{i}"].dropna().drop(["batch_size", "shuffle"], errors="ignore")
        )
        assert found.to_dict() == {k: str(v) if isinstance(v, list) else v for k, v in wanted.items()}


def test_the_summary_is_the_last_value_of_each_metric_exactly(project):
    assert project.summary.loc["lightning_logs/version_0"].to_dict() == {
        "epoch": 3.0,
        "train_loss": 2.1196937561035156,
        "val_acc": 0.25,
        "val_loss": 2.119553565979004,
        "steps": 63.0,
    }


def test_a_run_that_was_stopped_before_it_logged_is_a_run(project):
    for version in (13, 14):
        run = f"lightning_logs/version_{version}"
        assert project.summary.loc[run].isna().all()
        assert project.config.loc[run, "optimizer.lr"] > 0
    assert set(project.runs["state"]) == {"unknown"}


def test_nan_was_logged_by_the_run_that_diverged_alone(project):
    for name in ("val_loss", "train_loss"):
        nan = project.logged_nan[name]
        assert list(nan[nan].index) == ["lightning_logs/version_12"]


def test_values_per_step(project):
    frame = project.history.frame
    of_run = frame[(frame["run_id"] == "lightning_logs/version_0") & (frame["metric"] == "val_acc")]
    assert of_run["step"].tolist() == [15, 31, 47, 63]
    assert of_run["value"].tolist() == [0.125, 0.11999999731779099, 0.18000000715255737, 0.25]


def test_infinity_and_nan_in_every_spelling_and_text(tmp_path):
    write(tmp_path / "version_0", "step,a,b,c,d,e\n0,inf,-inf,nan,NaN,best\n1,,,,,\n")
    project = sources.load(str(tmp_path))
    row = project.summary.loc["version_0"]
    assert (row["a"], row["b"], row["e"]) == (math.inf, -math.inf, "best")
    assert math.isnan(row["c"])
    assert project.logged_nan.loc["version_0", ["c", "d"]].all()
    assert set(project.history.frame["metric"]) == {"a", "b", "c", "d"}
    assert project.runs.loc["version_0", "steps"] == 1


def test_without_steps_epochs_count_and_without_epochs_rows(tmp_path):
    write(tmp_path / "version_0", "epoch,loss\n0,2.0\n1,1.0\n5,0.5\n")
    write(tmp_path / "version_1", "loss\n2.0\n1.0\n")
    frame = sources.load(str(tmp_path)).history.frame
    loss = frame[frame["metric"] == "loss"].groupby("run_id")["step"].apply(list)
    assert loss.to_dict() == {"version_0": [0, 1, 5], "version_1": [0, 1]}


def test_a_line_that_is_still_written_is_not_read(tmp_path):
    write(tmp_path / "version_0", "epoch,step,loss\n0,9,0.5\n1,19,0.2")
    write(tmp_path / "version_1", "epoch,st")
    project = sources.load(str(tmp_path))
    assert project.summary["loss"].to_dict() == {"version_0": 0.5, "version_1": pytest.approx(math.nan, nan_ok=True)}
    assert not project.skipped


def test_only_a_log_that_grew_is_read_again(logs):
    first = Reading()
    sources.load(str(logs), first)
    with (logs / "lightning_logs" / "version_3" / "metrics.csv").open("a") as log:
        log.write("4,99,0.0,0.5,0.25\n")
    again = Reading(known=first.kept)
    assert sources.load(str(logs), again).summary.loc["lightning_logs/version_3", "val_loss"] == 0.25
    assert [key for key in again.kept if again.kept[key][0] != first.kept[key][0]] == ["lightning_logs/version_3"]


@pytest.mark.parametrize(
    ("log", "says"),
    [
        (b"epoch,step,loss\n0,1\n1,2,3.0\n", "line 2 has 2 fields"),
        (b"epoch,step,loss\n0,1,\xff\xfe\n", "not UTF-8"),
        (b"epoch,step,loss\n0,1,0.5\x00\n", ""),
        (b'epoch,step,loss\n0,1,"' + b"x" * 200_000 + b'"\n', ""),
    ],
)
def test_a_broken_log_costs_its_own_run_alone(logs, log, says):
    file = logs / "lightning_logs" / "version_3" / "metrics.csv"
    file.write_bytes(log)
    project = sources.load(str(logs))
    if says:
        assert len(project.runs) == 14
        assert [what for what, _ in project.skipped] == ["lightning_logs/version_3"]
        assert says in project.skipped[0][1] and str(file) in project.skipped[0][1]
        assert "\n" not in project.skipped[0][1]
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


def test_broken_settings_cost_their_own_run_alone(logs):
    file = logs / "lightning_logs" / "version_3" / "hparams.yaml"
    file.write_text("- 1\n- 2\n")
    project = sources.load(str(logs))
    assert [what for what, _ in project.skipped] == ["lightning_logs/version_3"]
    assert set(project.history.frame["run_id"]) <= set(project.runs.index)


def test_the_folder_of_a_run_can_be_given_itself(tmp_path):
    folder = write(tmp_path / "version_7", "step,loss\n0,1.0\n")
    project = sources.load(str(folder))
    assert project.runs["name"].to_dict() == {".": "version_7"}
    assert project.history.frame["run_id"].tolist() == ["."]


def test_fabric_writes_no_settings(tmp_path):
    write(tmp_path / "logs" / "version_0", "step,loss\n0,1.0\n", settings=None)
    assert sources.find(str(tmp_path))[1] is lightning
    assert sources.load(str(tmp_path)).summary["loss"].tolist() == [1.0]


def test_what_others_call_by_these_names_is_left_alone(tmp_path):
    write(tmp_path / "run", "step,loss\n0,1.0\n", settings=None)
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.load(str(tmp_path))
    shutil.copytree(FIXTURES / "tensorboard" / "logs" / "lightning_logs", tmp_path / "lightning_logs")
    assert sources.find(str(tmp_path))[1] is tensorboard


def test_runs_of_its_other_logger_are_left_to_the_reader_of_these(logs):
    shutil.copytree(
        FIXTURES / "tensorboard" / "logs" / "lightning_logs" / "version_0", logs / "lightning_logs" / "version_99"
    )
    _, source, others = sources.find(str(logs))
    assert (source, others) == (lightning, [tensorboard])
    assert "lightning_logs/version_99" not in sources.load(str(logs)).runs.index
