import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from panel import sources
from panel.errors import SourceError
from panel.sources.common.corrections import Corrections
from panel.sources.common.records import Reading
from tests.fixtures.training import configs

FIXTURE = Path(__file__).parent.parent.parent / "fixtures" / "hiplot"


def csv(tmp_path: Path, text: str) -> str:
    file = tmp_path / "x.csv"
    file.write_text(text)
    return str(file)


def experiment(tmp_path: Path, points: list, **more: object) -> str:
    file = tmp_path / "x.json"
    file.write_text(json.dumps({"parameters_definition": {}, "datapoints": points, **more}))
    return str(file)


@pytest.mark.parametrize("name", ["sweep.csv", "sweep.json"])
def test_a_chain_of_rows_is_one_run(name):
    project = sources.load(str(FIXTURE / name))
    assert (project.name, project.format) == ("sweep", "HiPlot")
    assert project.runs.index.tolist() == [f"{n}_0" for n in range(14)] + ["0b_2"]
    for number, given in enumerate(configs()):
        row = project.config.loc[f"{number}_0"]
        assert row["optimizer.lr"] == given["optimizer"]["lr"]
        assert row["layers"] == json.dumps(given["layers"])
        assert bool(row["shuffle"]) == given["shuffle"]
    assert set(project.config) == {
        "optimizer.name", "optimizer.lr", "optimizer.momentum", "layers", "alpha", "shuffle", "batch_size", "seed",
    }  # fmt: skip
    assert project.summary.loc["11_0", "val_loss"] == 0.6275085550575981
    assert project.summary.loc["11_0", "epoch"] == 3
    assert project.logged_nan["val_loss"].to_dict()["12_0"]
    assert project.logged_nan["val_loss"].sum() == 1
    frame = project.history.frame
    curve = frame[(frame["run_id"] == "0_0") & (frame["metric"] == "val_acc")]
    assert curve["value"].tolist() == [0.225, 0.285, 0.36, 0.445]
    assert curve["step"].tolist() == [0, 1, 2, 3]


def test_a_row_with_other_settings_begins_a_run_of_its_own():
    project = sources.load(str(FIXTURE / "sweep.csv"))
    assert project.runs["parent"].dropna().to_dict() == {"0b_2": "0_0"}
    assert project.config.loc["0b_2", "optimizer.lr"] == configs()[0]["optimizer"]["lr"] / 10
    frame = project.history.frame
    assert frame[(frame["run_id"] == "0b_2") & (frame["metric"] == "val_acc")]["step"].tolist() == [2, 3]


def test_a_declared_logarithmic_scale():
    space = sources.load(str(FIXTURE / "sweep.json")).space
    assert {name: domain.scale for name, domain in space.parameters.items()} == {"optimizer.lr": "log"}


def test_replicates_with_equal_settings_stay_apart(tmp_path):
    rows = [f"{c}{k},{f'{c}{k - 1}' if k else ''},0.1,{k},{ord(c) + k / 7}" for c in "ab" for k in range(3)]
    project = sources.load(csv(tmp_path, "uid,from_uid,lr,epoch,loss\n" + "\n".join(rows) + "\n"))
    assert project.runs.index.tolist() == ["a0", "b0"]
    assert project.summary["loss"].tolist() == [97 + 2 / 7, 98 + 2 / 7]


def test_rows_without_a_counter_are_counted_themselves_in_any_order(tmp_path):
    rows = ["3,2,0.5,0.7", "2,1,0.5,0.8", "1,,0.5,0.9", "4,,0.1,0.6"]
    project = sources.load(csv(tmp_path, "uid,from_uid,lr,loss\n" + "\n".join(rows) + "\n"))
    assert project.runs.index.tolist() == ["1", "4"]
    assert project.summary["loss"].tolist() == [0.7, 0.6]
    frame = project.history.frame
    assert frame[frame["run_id"] == "1"]["step"].tolist() == [0, 1, 2]


def test_an_evolution_is_a_run_a_row(tmp_path):
    rows = [f"g{k},{f'g{k - 1}' if k else ''},{0.5 / (k + 1)},{1.0 / (k + 3):.9f}" for k in range(6)]
    project = sources.load(csv(tmp_path, "uid,from_uid,learning_rate,loss\n" + "\n".join(rows) + "\n"))
    assert len(project.runs) == 6
    assert project.config["learning_rate"].nunique() == 6
    assert project.runs["parent"].tolist()[1:] == [f"g{k}" for k in range(5)]
    assert project.history.metrics == ()


def test_the_user_decides_what_a_setting_is(tmp_path):
    rows = [f"g{k},{f'g{k - 1}' if k else ''},0.1,{k % 2},{1.0 / (k + 3):.9f}" for k in range(6)]
    file = csv(tmp_path, "uid,from_uid,lr,phase,loss\n" + "\n".join(rows) + "\n")
    assert "phase" in sources.load(file).summary
    project = sources.load(file, Reading(corrections=Corrections(config=("phase",))))
    assert "phase" in project.config
    assert len(project.runs) == 6


@pytest.mark.parametrize(
    "rows",
    [["a,a,0.1,1", "b,,0.2,2"], ["a,b,0.1,1", "b,a,0.1,2"], ["a,gone,0.1,1", "b,,0.2,2"], ["a,,0.1,1", "a,,0.2,2"]],
)
def test_circles_missing_parents_and_repeated_ids(tmp_path, rows):
    project = sources.load(csv(tmp_path, "uid,from_uid,lr,loss\n" + "\n".join(rows) + "\n"))
    assert 1 <= len(project.runs) <= 2
    assert project.runs.index.is_unique


def test_two_children_with_equal_settings_are_two_runs(tmp_path):
    rows = ["a,,0.1,1.5", "b,a,0.1,1.25", "c,a,0.1,1.125", "d,c,0.1,1.0625"]
    project = sources.load(csv(tmp_path, "uid,from_uid,lr,loss\n" + "\n".join(rows) + "\n"))
    assert project.runs.index.tolist() == ["a", "c"]
    assert project.runs["parent"].to_dict()["c"] == "a"
    assert project.summary["loss"].tolist() == [1.25, 1.0625]


def test_json_of_all_kinds(tmp_path):
    points = [
        {"uid": "a", "from_uid": None, "values": {"lr": "0.1", "on": True, "loss": float("nan")}},
        {"uid": "b", "from_uid": None, "values": {"lr": "0.2", "on": False, "loss": float("inf")}},
        {"uid": "c", "from_uid": None, "values": {"lr": "1e-3", "on": False}},
    ]
    project = sources.load(experiment(tmp_path, points))
    assert project.config["lr"].tolist() == [0.1, 0.2, 0.001]
    assert project.config["on"].dtype == bool
    assert project.logged_nan["loss"].tolist() == [True, False, False]
    assert project.summary["loss"].tolist()[1] == float("inf")
    (tmp_path / "packed").mkdir()
    packed = {"columns": ["lr", "loss"], "rows": [["a", None, 0.1, 2.5], ["b", None, 0.2, 3.5]]}
    file = tmp_path / "packed" / "x.json"
    file.write_text(json.dumps({"parameters_definition": {}, "datapoints_compressed": packed}))
    assert sources.load(str(file)).summary["loss"].tolist() == [2.5, 3.5]
    file.write_text(json.dumps([{"uid": 1, "from_uid": "", "lr": 0.1, "loss": 2}, {"uid": 2, "lr": 0.1, "loss": 3}]))
    assert sources.load(str(file)).summary["loss"].tolist() == [2, 3]


@pytest.mark.parametrize(
    "content",
    ['{"parameters_definition": {}, "datapoints": [', '{"datapoints": []}', '{"datapoints": [1]}', '{"datapoints": 3}',
     '{"parameters_definition": {}}', '[{"from_uid": 1}, 2]', '{"datapoints": ' + "[" * 100_000,
     '{"datapoints_compressed": {"columns": [], "rows": [[1]]}}'],
)  # fmt: skip
def test_a_file_that_is_no_experiment_is_named(tmp_path, content):
    file = tmp_path / "x.json"
    file.write_text(content)
    with pytest.raises(SourceError, match=r"x\.json") as said:
        sources.load(str(file))
    assert "\n" not in str(said.value)


def test_other_json_and_csv_are_not_hiplots(tmp_path):
    file = tmp_path / "other.json"
    for content in ('{"data": [], "configs": {}}', "[1, 2]", "", "\x00"):
        file.write_text(content)
        with pytest.raises(SourceError, match="no file of runs"):
            sources.load(str(file))
    file.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(SourceError):
        sources.load(str(file))
    assert sources.find(csv(tmp_path, "uid,lr,loss\n1,0.1,2\n2,0.2,3\n"))[1].NAME == "table"


def test_a_pickle_in_a_cell_is_not_opened(tmp_path):
    mark = tmp_path / "executed"
    hostile = f"__import__('os').system('touch {mark}')"
    points = [{"uid": str(i), "from_uid": None, "values": {"lr": i / 10, "x": hostile, "loss": i}} for i in range(3)]
    project = sources.load(experiment(tmp_path, points))
    assert project.config["x"].tolist() == [hostile] * 3
    assert not mark.exists()


def test_the_curves_of_a_table_without_lineage_end_with_the_nan_that_was_logged(tmp_path):
    rows = [
        f"{lr},{epoch},{'nan' if lr == 0.3 and epoch == 2 else lr + epoch / 7}"
        for lr in (0.1, 0.3)
        for epoch in range(3)
    ]
    project = sources.load(csv(tmp_path, "lr,epoch,loss\n" + "\n".join(rows) + "\n"))
    assert project.logged_nan["loss"].tolist() == [False, True]
    assert project.summary["loss"].tolist()[0] == 0.1 + 2 / 7


def test_it_stays_right_when_columns_are_placed_again(tmp_path):
    file = shutil.copy(FIXTURE / "sweep.csv", tmp_path)
    project = sources.load(str(file))
    assert project.table is not None
    moved = sources.load(str(file), Reading(corrections=Corrections(ignored=("alpha",))))
    assert len(moved.runs) == 15
    assert "alpha" not in moved.config
    pd.testing.assert_frame_equal(moved.summary, project.summary)


def test_the_shared_demo_of_hiplot(shared):
    project = sources.load(str(shared / "misc_csv" / "hiplot_ml1.csv"))
    assert len(project.runs) == 356
    assert set(project.config) == {"dropout", "embedding_size", "lr"}
    assert {"train f1", "valid ppl", "epoch"} <= set(project.metrics)
    frame = project.history.frame
    assert len(frame) == 2 * 6968
    assert frame.groupby(["run_id", "metric"]).size().max() == 50
    first = frame[(frame["run_id"] == "19751736_1") & (frame["metric"] == "train f1")]
    assert first["value"].tolist()[:4] == [0.49396, 0.49452, 0.50076, 0.51296]
    assert project.summary.loc["19751736_1", "train f1"] == first["value"].iloc[-1]
