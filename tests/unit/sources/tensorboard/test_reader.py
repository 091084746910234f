"""TensorBoard's log folders: known answers from the fixture, then how folders are joined to runs."""

import shutil
import time

import numpy as np
import pandas as pd
import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2, metadata, plugin_data_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from panel import sources
from panel.data.plain import flatten
from panel.data.project import Domain
from panel.errors import SourceError
from panel.sources.common.records import Reading
from tests.contract.examples import FIXTURES
from tests.fixtures.training import configs

LOGS = FIXTURES / "tensorboard" / "logs"


@pytest.fixture(scope="module")
def project():
    return sources.load(str(LOGS))


def curve(project, run, metric):
    frame = project.history.frame
    return frame[(frame["run_id"] == run) & (frame["metric"] == metric)].set_index("step")["value"]


class Log:
    """Writes an event file with TensorBoard's own writer."""

    def __init__(self, folder, at=1.7e9):
        self.writer, self.at = EventFileWriter(str(folder)), at

    def add(self, **what):
        self.at += 1
        self.writer.add_event(Event(wall_time=self.at, **what))

    def scalar(self, tag, value, step=0):
        self.add(summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]), step=step)

    def hparams(self, **what):
        kept = metadata.create_summary_metadata(plugin_data_pb2.HParamsPluginData(**what))
        self.add(summary=Summary(value=[Summary.Value(tag="_hparams_/x", metadata=kept)]))

    def start(self, **settings):
        info = plugin_data_pb2.SessionStartInfo()
        for name, value in settings.items():
            kind = {bool: "bool_value", str: "string_value"}.get(type(value), "number_value")
            setattr(info.hparams[name], kind, value)
        self.hparams(session_start_info=info)

    def end(self, status, secs=0.0):
        self.hparams(session_end_info=plugin_data_pb2.SessionEndInfo(status=status, end_time_secs=secs))

    def close(self):
        self.writer.close()


def write(folder, values=(), settings=None, at=1.7e9, tag="loss"):
    log = Log(folder, at)
    if settings is not None:
        log.start(**settings)
        log.end(api_pb2.STATUS_SUCCESS)
    for step, value in enumerate(values):
        log.scalar(tag, value, step)
    log.close()


def test_a_run_is_a_folder_with_what_lies_below_it(project):
    sweep = [f"sweep/run_{i:02}" for i in range(14)]
    lightning = [f"lightning_logs/version_{i}" for i in range(4)]
    keras = ["keras/fit_0", "keras/fit_1", "keras/loop_0", "keras/loop_1"]
    assert list(project.runs.index) == [*sweep, "aborted", *lightning, *keras]


def test_settings_are_those_that_were_given_to_add_hparams(project):
    for i, config in enumerate(configs()):
        found = project.config.loc[f"sweep/run_{i:02}"].dropna().to_dict()
        assert found == {k: str(v) if isinstance(v, list) else v for k, v in flatten(config).items()}


def test_settings_in_lightnings_file_are_nested_and_typed(project):
    for i, config in enumerate(configs()[-4:]):
        found = project.config.loc[f"lightning_logs/version_{i}"].dropna().to_dict()
        wanted = {k: config[k] for k in ("optimizer", "alpha", "layers", "seed")}
        assert found == {k: str(v) if isinstance(v, list) else v for k, v in flatten(wanted).items()} | {
            "betas": "[0.9, 0.95]"
        }


def test_the_summary_has_the_last_values_as_32_bits_hold_them(project):
    row = project.summary.loc["sweep/run_00"]
    assert row["val_loss"] == np.float32(row["val_loss"]) == pytest.approx(1.6127521991729736)
    assert row["val_acc"] == np.float32(0.445)
    assert row["hparam/val_loss"] == row["val_loss"]


def test_what_tensorflow_logged_as_tensors_equals_what_torch_logged_as_values(project):
    for i in range(2):
        pd.testing.assert_series_equal(
            curve(project, f"keras/loop_{i}", "val_loss"), curve(project, f"sweep/run_{i:02}", "val_loss")
        )


def test_torchs_tensors_are_read(project):
    assert list(curve(project, "sweep/run_02", "val_loss").index) == [0, 1, 2, 3]
    assert curve(project, "sweep/run_02", "val_acc").iloc[-1] == np.float32(0.37)


def test_nan_was_logged_by_the_run_that_diverged_and_by_no_other_of_the_sweep(project):
    nan = project.logged_nan["val_loss"]
    assert list(nan[nan].index) == ["sweep/run_12", "lightning_logs/version_2"]
    assert curve(project, "sweep/run_12", "val_loss").isna().all()


def test_curves_of_add_scalars_belong_to_the_run(project):
    val, double = (curve(project, "sweep/run_03", f"both/loss/{name}") for name in ("val", "double"))
    assert len(val) == 4
    assert np.allclose(2 * val, double, rtol=1e-6)
    assert project.summary.loc["sweep/run_03", "both/loss/val"] == val.iloc[-1]


def test_what_was_logged_in_vain_before_a_restart_is_left_out(project):
    found = curve(project, "sweep/run_04", "val_loss")
    assert list(found.index) == [0, 1, 2, 3]
    assert found.max() < 99
    assert project.runs.loc["sweep/run_04", "steps"] == 3


def test_states(project):
    state = project.runs["state"]
    assert set(state[[f"sweep/run_{i:02}" for i in range(13)]]) == {"finished"}
    assert state["sweep/run_13"] == "failed"
    assert state["keras/fit_0"] == "finished"
    # Lightning writes a success when a run starts: it says nothing, and version_3 failed.
    assert set(state[[f"lightning_logs/version_{i}" for i in range(4)]]) == {"unknown"}
    assert state["keras/loop_0"] == "unknown"


def test_keras_sets_of_data_are_metrics_of_one_run(project):
    row = project.summary.loc["keras/fit_1"]
    assert row["train/epoch_accuracy"] == np.float32(0.452)
    assert row["validation/epoch_loss"] == pytest.approx(1.9736, abs=1e-4)
    assert list(curve(project, "keras/fit_1", "train/epoch_loss").index) == [0, 1, 2]
    assert project.config.loc["keras/fit_1", ["units", "rate", "activation", "bias"]].tolist() == [
        16,
        0.05,
        "tanh",
        False,
    ]


def test_the_declared_space(project):
    assert dict(project.space.parameters) == {
        "units": Domain("integer", 4, 64),
        "rate": Domain("real", 1e-4, 1.0),
        "activation": Domain("categorical", choices=("relu", "tanh")),
        "bias": Domain("categorical", choices=(False, True)),
        "optimizer.name": Domain("categorical", choices=("adam", "sgd")),
        "batch_size": Domain("categorical", choices=(16, 32, 64)),
    }
    assert project.space.metric == ""  # several were declared


def test_times_groups_and_steps(project):
    runs = project.runs
    assert (runs["created"].dt.year == 2026).all()
    assert runs.loc["sweep/run_00", "runtime"] == pytest.approx(0.476, abs=1e-3)
    assert runs.loc["keras/loop_1", "group"] == "trial-1"
    assert runs.loc["lightning_logs/version_1", "steps"] == 127
    assert pd.isna(runs.loc["aborted", "runtime"])


def test_lightnings_placeholder_is_no_metric(project):
    assert "hp_metric" not in project.summary
    assert "hp_metric" not in project.history.metrics


def test_a_metric_of_that_name_is_one_once_it_is_logged(tmp_path):
    write(tmp_path / "a", [-1.0, 0.25], tag="hp_metric")
    write(tmp_path / "b", [-1.0], tag="hp_metric")
    found = sources.load(str(tmp_path)).summary["hp_metric"]
    assert found["a"] == 0.25
    assert pd.isna(found["b"])


def test_it_finds_what_tensorboards_own_reader_finds(project):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util import tensor_util

    for run in ("sweep/run_00", "sweep/run_02", "sweep/run_04", "lightning_logs/version_1", "keras/loop_0"):
        theirs = EventAccumulator(str(LOGS / run)).Reload()
        tags = {t: [(e.step, e.value) for e in theirs.Scalars(t)] for t in theirs.Tags()["scalars"]}
        for tag in theirs.Tags()["tensors"]:
            if theirs.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
                tags[tag] = [(e.step, tensor_util.make_ndarray(e.tensor_proto).item()) for e in theirs.Tensors(tag)]
        tags.pop("hp_metric", None)
        assert tags
        for tag, points in tags.items():
            assert list(curve(project, run, tag).items()) == list(dict(points).items())


def test_several_sessions_below_a_folder_are_runs_each(tmp_path):
    """PyTorch's own example: one writer, and ``add_hparams`` in a loop."""
    write(tmp_path / "all")
    for i in range(3):
        write(tmp_path / "all" / f"170000000{i}.5", [float(i)], {"lr": 0.1 * i}, tag="hparam/loss")
    project = sources.load(str(tmp_path))
    assert list(project.runs.index) == [f"all/170000000{i}.5" for i in range(3)]
    assert project.config["lr"].tolist() == [0, 0.1, 0.2]


def test_several_sessions_with_the_same_settings_belong_to_one_run(tmp_path):
    write(tmp_path / "all" / "a", [3.0, 2.0])
    for i in range(2):
        write(tmp_path / "all" / "a" / f"170000000{i}.5", [1.0 - i], {"lr": 0.1}, tag="best")
    project = sources.load(str(tmp_path))
    assert list(project.runs.index) == ["all/a"]
    assert project.summary.loc["all/a", ["loss", "best"]].tolist() == [2.0, 0.0]


def test_runs_below_an_experiment_stay_runs(tmp_path):
    log = Log(tmp_path)
    units = api_pb2.HParamInfo(name="units", domain_interval={"min_value": 1, "max_value": 8})
    metric = api_pb2.MetricInfo(name={"tag": "loss"})
    log.hparams(experiment=api_pb2.Experiment(hparam_infos=[units], metric_infos=[metric]))
    log.close()
    write(tmp_path / "run-0", [1.0], {"units": 4})
    project = sources.load(str(tmp_path))
    assert list(project.runs.index) == ["run-0"]
    assert (project.space.metric, dict(project.space.parameters)) == ("loss", {"units": Domain("integer", 1, 8)})


def test_the_folder_itself_can_be_the_run(tmp_path):
    write(tmp_path / "train", [1.0, 0.5])
    write(tmp_path / "validation", [2.0])
    project = sources.load(str(tmp_path))
    assert project.runs["name"].to_dict() == {".": tmp_path.name}
    assert project.summary.loc["."].dropna().to_dict() == {
        "train/loss": 0.5,
        "validation/loss": 2.0,
        "runtime": 1.0 + (1.7e9 + 1 - project.runs["created"].iloc[0].timestamp()),
        "steps": 1.0,
    }
    assert set(project.history.frame["run_id"]) == {"."}


def test_an_evaluation_folder_belongs_to_the_run_above(tmp_path):
    write(tmp_path / "model", [2.0, 1.0])
    write(tmp_path / "model" / "eval", [3.0])
    assert sources.load(str(tmp_path)).summary.loc["model", ["loss", "eval/loss"]].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("status", "secs", "later", "state"),
    [
        (api_pb2.STATUS_SUCCESS, 0.0, 1, "finished"),
        (api_pb2.STATUS_SUCCESS, 0.0, 3, "unknown"),
        (api_pb2.STATUS_SUCCESS, 1.7e9, 3, "finished"),
        (api_pb2.STATUS_FAILURE, 0.0, 3, "failed"),
        (api_pb2.STATUS_RUNNING, 0.0, 3, "running"),
        (api_pb2.STATUS_UNKNOWN, 0.0, 0, "unknown"),
    ],
)
def test_a_success_that_came_before_the_values_says_nothing(tmp_path, status, secs, later, state):
    log = Log(tmp_path / "a")
    log.start(lr=0.1)
    log.end(status, secs)
    for step in range(later):
        log.scalar("loss", 1.0, step)
    log.close()
    assert sources.load(str(tmp_path)).runs.loc["a", "state"] == state


def test_a_success_written_below_before_the_run_went_on_says_nothing(tmp_path):
    write(tmp_path / "a" / "1700000000.5", [], {"lr": 0.1}, at=1.7e9)
    write(tmp_path / "a", [2.0, 1.0], at=1.7e9 + 100)
    assert sources.load(str(tmp_path)).runs["state"].to_dict() == {"a": "unknown"}


def test_values_without_a_step_are_counted(tmp_path):
    log = Log(tmp_path / "a")
    for value in (3.0, 2.0, 1.0):
        log.scalar("loss", value)
    log.close()
    assert curve(sources.load(str(tmp_path)), "a", "loss").to_dict() == {0: 3.0, 1: 2.0, 2: 1.0}


def test_of_several_values_at_a_step_the_last_counts_and_steps_are_in_order(tmp_path):
    log = Log(tmp_path / "a")
    for step, value in ((2, 5.0), (300, 4.0), (2, 3.0), (70_000, 2.0), (2**40, 1.0)):
        log.scalar("loss", value, step)
    log.close()
    found = curve(sources.load(str(tmp_path)), "a", "loss")
    assert list(found.items()) == [(2, 3.0), (300, 4.0), (70_000, 2.0), (2**40, 1.0)]


def test_only_runs_that_changed_are_read_again(tmp_path):
    shutil.copytree(LOGS, tmp_path / "logs")
    first = Reading()
    sources.load(str(tmp_path / "logs"), first)
    write(tmp_path / "logs" / "sweep" / "run_05", [0.125], tag="val_loss", at=time.time())
    again = Reading(known=first.kept)
    project = sources.load(str(tmp_path / "logs"), again)
    assert project.summary.loc["sweep/run_05", "val_loss"] == 0.125
    assert {key for key, kept in again.kept.items() if kept[0] != first.kept[key][0]} == {"sweep/run_05"}


def test_a_folder_without_events_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(SourceError, match="TensorBoard"):
        sources.load(str(tmp_path))


def test_the_real_lightning_runs(shared):
    project = sources.load(str(shared / "tb_lightning_minigpt"))
    assert len(project.runs) == 172
    assert not project.skipped
    assert project.summary["train_loss"].notna().sum() == 172 - 51
    assert set(project.config["betas"].dropna()) == {"[0.9, 0.95]"}
    assert {"n_layer", "n_layers", "hidden_size", "block_size"} <= set(project.config)
    assert project.config["learning_rate"].dtype == "float64"
    frame = project.history.frame
    assert set(frame["run_id"]) <= set(project.runs.index)
    last = frame[frame["metric"] == "train_loss"].groupby("run_id")["value"].last()
    pd.testing.assert_series_equal(
        last, project.summary["train_loss"].dropna().loc[last.index], check_names=False, check_index=False
    )


def test_one_bad_event_costs_neither_the_project_nor_its_run(tmp_path):
    log = Log(tmp_path / "a")
    log.scalar("loss", 1.0)
    kept = metadata.create_summary_metadata(plugin_data_pb2.HParamsPluginData())
    kept.plugin_data.content = b"\xff\xff"
    log.add(summary=Summary(value=[Summary.Value(tag="_hparams_/x", metadata=kept)]))
    log.scalar("loss", 0.5, step=1)
    log.writer.close()
    project = sources.load(str(tmp_path))
    assert project.summary["loss"].tolist() == [0.5]
    assert [why for _, why in project.skipped] == ["holds a value that cannot be read; it was left out"]
