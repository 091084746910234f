"""Folders of runs with settings and results in files: the forms that people leave, and what can be wrong with them."""

import json
from pathlib import Path

import pytest

from panel import sources
from panel.answers.defaults import choose_default_selection
from panel.data import snapshot
from panel.errors import SourceError
from panel.sources.folders import reader as folders
from panel.sources.tensorboard import reader as tensorboard
from tests.unit.sources.folders.ultralytics_files import write_ultralytics, write_yolov5

FIXTURE = Path(__file__).parents[3] / "fixtures" / "folders" / "runs"


def run(folder: Path, **files: object) -> Path:
    """Write files into a folder: ``config__json={…}``; a text as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def test_one_folder_a_run_with_settings_and_results(tmp_path):
    for i in range(12):
        run(tmp_path / f"run_{i}", config__json={"lr": 0.1 * i, "model": {"width": 16}}, metrics__json={"val_loss": i})
    found = sources.find(str(tmp_path))
    assert (found.source, found.others) == (folders, [])
    project = sources.load(found)
    assert project.format == "folder a run"
    assert project.runs.index.tolist() == [f"run_{i}" for i in range(12)]
    assert project.runs["state"].eq("unknown").all()
    assert list(project.config) == ["lr", "model.width"]
    assert project.summary["val_loss"].tolist() == list(range(12))


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ("config.json", '{"lr": 0.1, "opt": {"name": "adam"}}'),
        ("args.yaml", "lr: 0.1\nopt:\n  name: adam\n"),
        ("params.yml", "lr: 0.1\nopt: {name: adam}\n"),
        ("hparams.toml", 'lr = 0.1\n[opt]\nname = "adam"\n'),
        ("opt.json", '{"lr": 0.1, "opt.name": "adam"}'),
        ("train_config.json", '{"lr": 0.1, "opt.name": "adam"}'),
    ],
)
@pytest.mark.parametrize(
    ("results", "table"),
    [
        ("results.csv", "epoch,loss\n1,3\n2,2.5\n"),
        ("log.csv", "loss\n3\n2.5\n"),
        ("metrics.jsonl", '{"epoch": 1, "loss": 3}\n{"epoch": 2, "loss": 2.5}\n'),
        ("history.json", '{"loss": [3, 2.5]}'),
        ("progress.csv", "training_iteration,loss\n1,3\n2,2.5\n"),
        ("points.csv", "step,loss\n1,3\n2,2.5\n"),
        ("logs/metrics.csv", "step,loss\n1,3\n2,2.5\n"),
    ],
)
def test_settings_and_curves_in_every_form_at_any_depth(tmp_path, settings, text, results, table):
    for name in ("a/b/1", "a/2"):
        file = tmp_path / name / results
        file.parent.mkdir(parents=True)
        file.write_text(table)
        (tmp_path / name / settings).write_text(text)
    project = sources.load(str(tmp_path))
    assert project.runs.index.tolist() == ["a/2", "a/b/1"]
    assert project.config.iloc[0].to_dict() == {"lr": 0.1, "opt.name": "adam"}
    assert project.summary["loss"].tolist() == [2.5, 2.5]
    assert project.runs["steps"].tolist() == [2, 2]
    lines = project.history.frame
    assert lines[lines.run_id == "a/2"][["step", "value"]].to_numpy().tolist() == [[1, 3], [2, 2.5]]


def test_a_run_without_results_is_one_without_values(tmp_path):
    run(tmp_path / "1", config__json={"lr": 1}, result__json={"loss": 1})
    run(tmp_path / "2", config__json={"lr": 2})
    run(tmp_path / "elsewhere" / "model", config__json={"layers": 2})
    project = sources.load(str(tmp_path))
    assert project.runs.index.tolist() == ["1", "2"]
    assert project.summary["loss"].isna().tolist() == [False, True]


def test_damaged_files_cost_their_run_a_note(tmp_path):
    for i in range(3):
        run(tmp_path / str(i), args__json={"lr": i}, results__csv="epoch,loss\n1,3\n2,2\n", final__json={"acc": 0.5})
    run(tmp_path / "1", results__csv="epoch,loss\n1,3\n2\n3,1\n")
    run(tmp_path / "2", args__json='{"lr": ')
    project = sources.load(str(tmp_path))
    assert project.runs.index.tolist() == ["0", "1"]
    assert project.summary["acc"].tolist() == [0.5, 0.5]
    assert project.summary["loss"].isna().tolist() == [False, True]
    assert [(Path(what).name, "line 3, has 1 cells" in str(why)) for what, why in project.skipped] == [
        ("results.csv", True),
        ("2", False),
    ]


def test_settings_above_runs_that_share_them(tmp_path):
    for model in ("a", "b"):
        run(tmp_path / model, config__yaml=f"model: {model}\n")
        for seed in range(3):
            run(tmp_path / model / f"seed={seed}", metrics__json={"acc": 0.1 * seed})
    project = sources.load(str(tmp_path))
    assert project.config["model"].tolist() == ["a"] * 3 + ["b"] * 3
    assert project.config["seed"].tolist() == [0, 1, 2] * 2


def test_settings_of_a_whole_project_are_none_of_its_runs(tmp_path):
    """As where a repository has ``params.yaml`` at its top, and each result holds settings of its own."""
    run(tmp_path, params__yaml="seed: 1\n")
    for i in range(4):
        run(tmp_path / "results" / f"run_{i}", result__json={"lr": 0.1 * i, "val_acc": 0.5 + 0.1 * i})
    project = sources.load(str(tmp_path))
    assert project.format == "tables of one kind"
    assert list(project.config) == ["lr"]


def test_folders_that_spell_their_settings_need_no_file_of_them(tmp_path):
    for lr in (0.1, 0.01):
        for seed in (1, 2):
            run(tmp_path / "out" / f"lr={lr},opt=adam" / f"seed={seed}" / "logs", results__csv=f"epoch,loss\n1,{lr}\n")
    project = sources.load(str(tmp_path))
    assert list(project.config) == ["lr", "opt", "seed"]
    assert sorted(project.config["lr"]) == [0.01, 0.01, 0.1, 0.1]
    assert project.summary["loss"].tolist() == project.config["lr"].tolist()


def test_settings_repeated_among_the_results_are_no_metrics(tmp_path):
    for i in range(2):
        run(tmp_path / str(i), config__json={"lr": i}, result__json={"lr": i, "config": {"lr": i}, "loss": 1.5, "n": 2})
    project = sources.load(str(tmp_path))
    assert list(project.summary) == ["loss", "n"]


def test_ultralytics_is_about_its_score(tmp_path, folder):
    for i in range(12):
        write_ultralytics(tmp_path / "detect" / f"train{i or ''}", 0.001 * (i + 1), 0.1 + 0.02 * i)
    project = sources.load(str(tmp_path / "detect"))
    assert project.format == "Ultralytics"
    assert (project.space.metric, project.space.goal) == ("metrics/mAP50-95(B)", "maximize")
    assert project.config["lr0"].tolist() == [pytest.approx(0.001 * (i + 1)) for i in range(12)]
    assert project.summary["metrics/mAP50-95(B)"].iloc[1] == pytest.approx(0.06)
    asked = choose_default_selection(snapshot.save(project, folder), folder)
    assert asked.target.metric == "metrics/mAP50-95(B)"
    assert "lr/pg0" in project.history.metrics and not {"epoch"} & set(project.summary)


def test_yolov5_leaves_two_files_of_settings_and_events_beside_them(tmp_path):
    for i in range(3):
        write_yolov5(tmp_path / f"exp{i}", 0.01 * (i + 1), 0.5)
    found = sources.find(str(tmp_path))
    assert found.source is folders
    assert found.others == [tensorboard]
    project = sources.load(found)
    assert (project.space.metric, project.space.goal) == ("metrics/mAP_0.5:0.95", "maximize")
    assert "hyp.lr0" not in project.config
    assert {"lr0", "momentum", "batch_size"} <= set(project.config)


def test_events_that_hold_settings_are_tensorboards(tmp_path):
    run(tmp_path / "a", config__json={"lr": 1}, results__json={"loss": 1})
    (tmp_path / "a" / "events.out.tfevents.1.host").write_bytes(b"...._hparams_/session_start_info....")
    assert sources.find(str(tmp_path)).source is tensorboard
    (tmp_path / "a" / "events.out.tfevents.1.host").write_bytes(b"....")
    assert sources.find(str(tmp_path)).source is folders
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "events.out.tfevents.1.host").write_bytes(b"....")
    assert sources.find(str(tmp_path)).source is tensorboard


def test_sacred_says_what_became_of_its_runs():
    project = sources.load(str(FIXTURE / "sacred"))
    assert project.format == "Sacred"
    assert project.runs["state"].tolist() == ["finished"] * 13 + ["failed"]
    assert project.runs.loc["14", "error"].startswith("ValueError: hidden_layer_sizes")
    assert project.runs["created"].is_monotonic_increasing
    assert (project.runs["runtime"] > 0).all()
    assert project.summary["result"].tolist()[:12] == project.summary["val_loss"].tolist()[:12]
    assert project.summary["test.acc"].tolist()[:12] == project.summary["val_acc"].tolist()[:12]
    assert not {"val_loss.steps", "info", "heartbeat"} & set(project.summary)


def test_sacreds_settings_without_what_jsonpickle_adds(tmp_path):
    settings = {"layers": {"py/tuple": [16, 8]}, "lr": {"py/object": "numpy.float64", "dtype": "f", "value": 0.5}}
    record = {"status": "COMPLETED", "result": {"loss": {"py/object": "numpy.float32", "value": 0.25}}}
    run(tmp_path / "1", config__json=settings, run__json=record, metrics__json={})
    project = sources.load(str(tmp_path))
    assert project.config.iloc[0].to_dict() == {"layers": "[16, 8]", "lr": 0.5}
    assert project.summary["loss"].tolist() == [0.25]


@pytest.mark.parametrize(
    "files",
    [
        {"config__json": {"layers": 2}, "tokenizer__json": {"version": 1}, "vocab__json": {"a": 1}},
        {"config__json": {"layers": 2}, "notes__json": {"text": "hello"}},
        {"config__yaml": "a: 1\n", "results__csv": "lr,loss\n0.1,2\n0.2,3\n"},
        {"config__json": {"layers": 2}},
    ],
)
def test_what_holds_no_results_is_no_run(tmp_path, files):
    run(tmp_path / "model", **files)
    with pytest.raises(SourceError, match="no folder of runs"):
        sources.load(str(tmp_path))


def test_a_table_of_runs_beside_settings_is_pointed_to(tmp_path):
    run(tmp_path, config__yaml="a: 1\n", results__csv="lr,loss\n" + "".join(f"0.{i},{i}\n" for i in range(1, 9)))
    with pytest.raises(SourceError, match=r"\(in it: 1 \.csv, 1 \.yaml\), but it holds results\.csv: give that"):
        sources.load(str(tmp_path))
