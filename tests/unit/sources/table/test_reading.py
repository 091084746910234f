import gzip
import json

import numpy as np
import pandas as pd
import pytest

from panel.errors import SourceError
from panel.sources.table import reading
from panel.sources.table.reading import make_names_unique, read_table


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_the_same_table_in_every_format(tmp_path):
    csv = "lr,name,flag,loss\n0.1,a,true,1.5\n0.2,,false,NaN\n"
    files = [write(tmp_path / "a.csv", csv), write(tmp_path / "b.tsv", csv.replace(",", "\t")), tmp_path / "c.csv.gz"]
    files[2].write_bytes(gzip.compress(csv.encode()))
    rows = [
        {"lr": 0.1, "name": "a", "flag": True, "loss": 1.5},
        {"lr": 0.2, "name": None, "flag": False, "loss": float("nan")},
    ]
    files.append(write(tmp_path / "d.jsonl", "\n".join(json.dumps(row) for row in rows)))
    pd.DataFrame({"lr": [0.1, 0.2], "name": ["a", None], "flag": [True, False], "loss": ["1.5", "NaN"]}).to_parquet(
        tmp_path / "e.parquet"
    )
    files.append(tmp_path / "e.parquet")
    files.append(write(tmp_path / "f.csv", csv, "utf-16"))
    files.append(write(tmp_path / "g.csv", "\ufeff" + csv.replace(",", ";")))
    for file in files:
        frame, notes = read_table(file)
        assert list(frame) == ["lr", "name", "flag", "loss"], file
        assert frame["lr"].tolist() == [0.1, 0.2], file
        assert frame["flag"].tolist() == [True, False], file
        assert frame["loss"].tolist() == [1.5, "NaN"], file
        assert frame["name"].isna().tolist() == [False, True], file
        assert notes == []


def test_the_words_none_and_na_are_values(tmp_path):
    frame, _ = read_table(write(tmp_path / "a.csv", "op,x\nnone,1\nNA,2\nnull,3\n"))
    assert frame["op"].tolist() == ["none", "NA", "null"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("a,b\n", "no rows"),
        ("a,b\n1,2,3\n", "line 2 has 3 fields, the line of column names has 2"),
        ("a,b\n1,2\n1\n", "line 3 has 1 fields"),
        ('a,b\n1,"2\n', "line"),
    ],
)
def test_a_malformed_csv_says_where(tmp_path, text, words):
    with pytest.raises(SourceError, match=words) as error:
        read_table(write(tmp_path / "runs.csv", text))
    assert "runs.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_row_whose_last_cells_are_empty_is_not_ragged(tmp_path):
    frame, _ = read_table(write(tmp_path / "a.csv", "a,b\n1,\n2,\n"))
    assert frame["b"].isna().all()


def test_wrong_encoding_says_which_byte(tmp_path):
    with pytest.raises(SourceError, match="byte 0xe9"):
        read_table(write(tmp_path / "a.csv", "name,loss\ncafé,1\n", "latin-1"))


def test_a_missing_file(tmp_path):
    with pytest.raises(SourceError, match="does not exist"):
        read_table(tmp_path / "nothing.csv")


@pytest.mark.parametrize("name", ["a.csv.gz", "a.parquet"])
def test_a_truncated_file(tmp_path, name):
    pd.DataFrame({"x": range(1000)}).to_parquet(tmp_path / "whole.parquet")
    whole = (tmp_path / "whole.parquet").read_bytes() if name.endswith("parquet") else gzip.compress(b"x\n" * 5000)
    (tmp_path / name).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match=name):
        read_table(tmp_path / name)


@pytest.mark.parametrize(
    ("line", "words"), [("{broken", "line 2, is no JSON"), ("[1, 2]", "line 2, holds no JSON object")]
)
def test_malformed_json_lines_say_where(tmp_path, line, words):
    with pytest.raises(SourceError, match=words):
        read_table(write(tmp_path / "a.jsonl", f'{{"a": 1}}\n{line}\n'))


def test_nested_json_is_flattened(tmp_path):
    frame, _ = read_table(write(tmp_path / "a.jsonl", '{"config": {"opt": {"lr": 1}}, "summary": {"loss": 2}}\n'))
    assert list(frame) == ["config.opt.lr", "summary.loss"]


def test_names_that_repeat_or_lack_are_made_unique_and_said():
    names, notes = make_names_unique(["lr", "", "lr", " lr "])
    assert names == ["lr", "column 2", "lr (2)", "lr (3)"]
    assert notes[0] == "Column name 'lr' stands twice; the second is called 'lr (2)'."


def test_progress_goes_up_to_one(tmp_path):
    seen = []
    read_table(write(tmp_path / "a.csv", "a,b\n" + "1,2\n" * 400_000), lambda done, what: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 1


def test_names_of_every_kind_survive(tmp_path):
    names = ["<script>alert(1)</script>", "=cmd()", "学习率", "lr 😀", 'a"b']
    frame = pd.DataFrame([[1, 2, 3, 4, 5], [2, 3, 4, 5, 6]], columns=names)
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert list(read_table(tmp_path / "a.csv")[0]) == names


@pytest.mark.parametrize(
    ("name", "content", "factor"),
    [("a.csv", b"x" * 1000, 4.0), ("a.csv.gz", b"x" * 1000, 24.0), ("a.jsonl", b"x" * 1000, 12.0)],
)
def test_the_memory_that_a_table_takes_is_known_beforehand(tmp_path, name, content, factor):
    (tmp_path / name).write_bytes(content)
    assert reading.estimate_memory(tmp_path / name) == 1000 * factor


def test_of_parquet_the_numbers_count_not_the_bytes(tmp_path):
    pd.DataFrame(np.zeros((1000, 7))).rename(columns=str).to_parquet(tmp_path / "a.parquet", index=False)
    assert reading.estimate_memory(tmp_path / "a.parquet") == 4 * 8 * 7000


def test_memory_is_said_if_it_is_much_and_refused_if_there_is_less(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("lr,loss\n" + "1,2\n" * 1000)
    assert reading.describe_memory(tmp_path / "a.csv") == "reading a.csv"
    monkeypatch.setattr(reading, "WORTH_SAYING", 1000)
    assert reading.describe_memory(tmp_path / "a.csv") == "reading a.csv: about 0.0 GB of memory"
    monkeypatch.setattr(reading, "MEMORY", {"csv": 1e12})
    with pytest.raises(SourceError, match=r"a\.csv would take about .* GB of memory, and .* GB are free"):
        read_table(tmp_path / "a.csv")
