import gzip
import sqlite3

import pytest

import panel as sl
from panel.errors import SourceError
from panel.sources import find, load, stamp
from panel.sources.table.charts import is_line_plot, is_runs_table


def test_a_line_plot_export_is_refused_with_what_to_take_instead(tmp_path):
    file = tmp_path / "chart.csv"
    file.write_text('"Step","run-1 - loss","run-1 - loss__MIN","run-1 - loss__MAX"\n1,2,2,2\n')
    with pytest.raises(SourceError, match=r"line-plot export.*runs table instead"):
        load(str(file))


def test_a_folder_of_line_plot_exports_says_what_to_take_instead(tmp_path):
    for name, metric in (("a", "loss"), ("b", "val/acc")):
        lines = [f"{i},{i / 7},{i / 9}\n" for i in range(20)]
        (tmp_path / f"{name}.csv").write_text(f"Step,run-1 - {metric},run-2 - {metric}\n" + "".join(lines))
    with pytest.raises(SourceError, match=r"no folder of runs by itself\. a\.csv is .*line-plot export.*wandb://"):
        load(str(tmp_path))
    with pytest.raises(SourceError, match=r"b\.csv is .*line-plot export.*runs table instead"):
        load(str(tmp_path / "b.csv"))


def test_a_runs_table_without_settings_says_which_export_is_right(tmp_path):
    rows = "".join(f'"run-{i}","finished","2026-01-0{i}T00:00:00.000Z","{i / 7}"\n' for i in range(1, 10)) * 2
    (tmp_path / "runs.csv").write_text('"Name","State","Created","val_loss"\n' + rows)
    project = load(str(tmp_path / "runs.csv"))
    assert any("has no settings" in note and "wandb://ENTITY/PROJECT" in note for note in project.notes)
    ranking = sl.importance(project)
    assert ranking.empty.words.startswith("No setting was read of these 18 runs.")


def test_columns_named_min_are_no_line_plot():
    assert not is_line_plot(["loss__MIN", "loss__MAX", "loss"])
    assert not is_line_plot(["Step", "a - b", "a - c"]) and not is_line_plot(["lr", "a - b"])
    assert is_line_plot(["Relative Time (Process)", "optimizer: adam - val/loss"])
    assert is_line_plot(["x", "a - b - m", "a - b - m__MIN", "a - b - m__MAX"])


def test_wandbs_runs_table():
    assert is_runs_table(["Name", "State", "Notes"])
    assert not is_runs_table(["lr", "Name", "State"])


@pytest.mark.parametrize("name", ["notes.md", "model.pkl", "x.txt"])
def test_other_files_are_refused(tmp_path, name):
    (tmp_path / name).write_text("hello")
    with pytest.raises(SourceError, match="Give a table"):
        load(str(tmp_path / name))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no folder of runs"):
        load(str(tmp_path))


def test_a_database_that_nobody_knows_is_refused_with_its_tables(tmp_path):
    database = tmp_path / "my.db"
    connection = sqlite3.connect(database)
    connection.execute("create table books (a)")
    connection.commit()
    connection.close()
    with pytest.raises(SourceError, match="SQLite database with the tables books"):
        load(str(database))


def test_nothing_there():
    with pytest.raises(SourceError, match="does not exist"):
        load("/no/such/file.csv")


def test_a_file_called_sample_is_found_as_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "runs.csv").write_text("config.lr,summary.loss\n1,2\n3,4\n")
    assert len(load("./sample").runs) == 2
    assert len(load("sample").runs) > 100
    assert find("./sample")[0].path.resolve() == tmp_path / "sample"


def test_a_change_of_the_file_changes_its_stamp(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("lr,loss\n1,2\n")
    before = stamp(str(file))
    file.write_text("lr,loss\n1,2\n3,4\n")
    assert stamp(str(file)) != before


@pytest.mark.parametrize("size", [1, 100_000])
def test_the_wrong_encoding_is_said_wherever_it_is(tmp_path, size):
    text = "name,loss\n" + "a,1\n" * size + "café\x02,1\n"
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(SourceError, match="is not UTF-8: byte 0xe9"):
        load(str(tmp_path / "a.csv"))


@pytest.mark.parametrize(
    "content", [b"lr,loss\n1,2\n", gzip.compress(b"lr,loss\n1,2\n", mtime=0)[:20], b"\x1f\x8b\x08broken"]
)
def test_a_gzip_that_is_none_or_is_torn_is_said(tmp_path, content):
    (tmp_path / "a.csv.gz").write_bytes(content)
    with pytest.raises(SourceError, match="cannot be read"):
        load(str(tmp_path / "a.csv.gz"))


def test_numbers_with_commas_are_said(tmp_path):
    (tmp_path / "a.csv").write_text("lr,val_loss\n" + "".join(f'0.{i},"{i},{i}5"\n' for i in range(1, 30)))
    assert any("val_loss holds numbers with commas" in note for note in load(str(tmp_path / "a.csv")).notes)


def test_a_folder_that_only_holds_a_table_says_which(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "runs 1.csv").write_text("lr,loss\n1,2\n")
    with pytest.raises(SourceError, match=r"it holds deep/runs 1\.csv: give that"):
        load(str(tmp_path))
