import gzip
import json
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import panel as sl
from panel.errors import SourceError
from panel.sources.common.cells import as_metric
from panel.sources.table import reading
from panel.sources.table.columns import make_names_unique
from panel.sources.table.reading import holds_table, read_table


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def test_the_same_table_in_every_format(tmp_path):
    csv = "lr,name,flag,loss\n0.1,a,true,1.5\n0.2,,false,NaN\n"
    files = [write(tmp_path / "a.csv", csv), write(tmp_path / "b.tsv", csv.replace(",", "\t")), tmp_path / "c.csv.gz"]
    files[2].write_bytes(gzip.compress(csv.encode()))
    rows = [
        {"lr": 0.1, "name": "a", "flag": True, "loss": 1.5},
        {"lr": 0.2, "flag": False, "loss": float("nan")},
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
        ("a,b,c\n1,2,3\n4\n1,2,3,4\n", "line 4 has 4 fields, the line of column names has 3"),
        ("a,b,c\n1,2\n3,4\n", "line 2 has 2 fields, the line of column names has 3"),
        ("a,b,c\n1,2,3\nstopped here: no power\n1,2,3\n", "line 3 has 1 fields"),
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


@pytest.mark.parametrize("ending", ["csv", "tsv", "txt"])
def test_lines_that_end_early_lack_their_last_cells(tmp_path, ending):
    text = "lr,epochs,val_loss,f1\n0.1,5,0.4,.8\n0.2,5\n0.3,5,0.6\n0.4,5,0.7,.6\n"
    file = write(tmp_path / f"a.{ending}", text.replace(",", "," if ending == "csv" else "\t"))
    frame, notes = read_table(file)
    assert frame["lr"].tolist() == [0.1, 0.2, 0.3, 0.4]
    assert frame["val_loss"].isna().tolist() == [False, True, False, False]
    assert frame["f1"].isna().tolist() == [False, True, True, False]
    [said] = [note for note in notes if note.code == "table.short_lines"]
    assert said == (
        "2 lines with fewer fields than there are names, the first of them line 3: "
        "what lacks at the end is read as empty."
    )


def test_a_cell_of_a_lines_break_does_not_move_the_line_that_is_named(tmp_path):
    text = '# made by hand\nlr,note,loss\n0.1,"two\nlines",0.4\n0.2,no\n0.3,no,0.2\n'
    _, notes = read_table(write(tmp_path / "a.csv", text))
    assert any("the first of them line 5" in note for note in notes)


def test_blanks_between_fields_leave_open_which_cell_lacks(tmp_path):
    rows = "".join(f"{i} 0.1 0.{i}\n" for i in range(1, 61))
    with pytest.raises(SourceError, match="line 62 has 2 fields"):
        read_table(write(tmp_path / "a.txt", f"epochs lr loss\n{rows}6 0.1\n"))


@pytest.mark.parametrize("size", [1, 100_000])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.md", "a.csv.gz"])
def test_a_text_that_is_not_utf_8_is_read_as_windows_1252(tmp_path, name, size):
    rows = [["Größe", "Präzision €"], *[["klein", "0,5"]] * size, ["groß–é", "0,7"]]
    between = {"a.csv": ";", "a.tsv": "\t", "a.md": " | ", "a.csv.gz": ";"}[name]
    lines = [between.join(row) for row in rows]
    if name == "a.md":
        lines = [f"| {line} |" for line in [lines[0], "--- | ---", *lines[1:]]]
    text = "\n".join(lines).encode("cp1252")
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    frame, notes = read_table(tmp_path / name)
    assert list(frame) == ["Größe", "Präzision €"]
    assert frame["Größe"].iloc[-1] == "groß–é"
    assert frame["Präzision €"].iloc[-1] == 0.7
    assert [note for note in notes if note.code == "table.windows"] == [
        "The text is not UTF-8; its letters are read as Windows-1252."
    ]


def test_a_letter_far_from_the_beginning_tells_the_encoding(tmp_path):
    text = "name,loss\n" + "a,1\n" * 100_000 + "café,2\n"
    frame, notes = read_table(write(tmp_path / "a.csv", text, "latin-1"))
    assert frame["name"].iloc[-1] == "café"
    assert [note.code for note in notes] == ["table.windows"]


@pytest.mark.parametrize(
    "content",
    [
        b"name,loss\ncaf\xe9\x02,1\n",  # a control character
        b"name,loss\ncaf\xe9,1\nx\x81,2\n",  # stands for nothing in Windows-1252
        "name,loss\ncafé,1\n".encode() + b"caf\xe9,2\n",  # UTF-8 that is damaged
        b"\xef\xbb\xbfname,loss\ncaf\xe9,2\n",  # the same, with its mark at the beginning
    ],
)
def test_what_is_no_text_says_which_byte(tmp_path, content):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(SourceError, match=r"is not UTF-8: byte 0x(e9|81)"):
        read_table(tmp_path / "a.csv")


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


PLAIN = [[0.1, 32, 0.9], [0.2, 64, 0.8], [0.3, 16, 0.7]]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "lr;bs;acc\n0,1;32;0,9\n0,2;64;0,8\n0,3;16;0,7\n"),
        ("a.csv", "lr;bs;acc\n0.1;32;0.9\n0.2;64;0.8\n0.3;16;0.7\n"),
        ("a.csv", "lr|bs|acc\n0.1|32|0.9\n0.2|64|0.8\n0.3|16|0.7\n"),
        (
            "a.csv",
            "| lr | bs | acc |\n|---|:--:|---:|\n| 0.1 | 32 | **0.9** |\n| 0.2 | 64 | 0.8 |\n| 0.3 | 16 | 0.7 |\n",
        ),
        ("a.md", "# Runs\n\nlr | bs | acc\n--- | --- | ---\n0.1 | 32 | 0.9\n0.2 | 64 | 0.8\n0.3 | 16 | 0.7\n\nDone.\n"),
        (
            "a.txt",
            "+---+---+---+\n|lr|bs|acc|\n+===+===+===+\n|0.1|32|0.9|\n|0.2|64|0.8|\n|0.3|16|0.7|\n+---+---+---+\n",
        ),
        ("a.txt", "  lr  bs  acc\n 0.1  32  0.9\n 0.2  64  0.8\n 0.3  16  0.7\n"),
        ("a.dat", "# lr bs acc\n0.1 32 0.9\n0.2 64 0.8\n0.3 16 0.7\n"),
        ("a.txt", "lr\tbs\tacc\n0.1\t32\t0.9\n0.2\t64\t0.8\n0.3\t16\t0.7\n"),
        ("a.csv", "# made by me\n# twice\nlr,bs,acc\n0.1,32,0.9\n0.2,64,0.8\n0.3,16,0.7\n# best: lr 0.1, 0.9\n"),
        ("a.csv", "lr,bs,acc\n0.1,32,0.9\n0.2,64,0.8\n0.3,16,0.7\n\nTotal: 40 runs, on two machines\n"),
        ("a.csv", "sep=,\nlr,bs,acc,\n0.1,32,0.9,\n0.2,64,0.8,\n0.3,16,0.7,\n"),
        ("a.csv", "Results\n\nlr,bs,acc\n0.1,32,0.9\n0.2,64,0.8\n0.3,16,0.7\n"),
        ("a.csv", "lr,bs,acc\n0.1,32,0.9\nlr,bs,acc\n0.2,64,0.8\n0.3,16,0.7\n"),
        ("a.json", json.dumps([{"lr": a, "bs": b, "acc": c} for a, b, c in PLAIN])),
        ("a.json", json.dumps({"lr": [0.1, 0.2, 0.3], "bs": [32, 64, 16], "acc": [0.9, 0.8, 0.7]})),
        ("a.json", json.dumps({"made": "today", "out": {"runs": [{"lr": a, "bs": b, "acc": c} for a, b, c in PLAIN]}})),
        ("a.json", json.dumps({"columns": ["lr", "bs", "acc"], "index": [0, 1, 2], "data": PLAIN})),
        ("a.json", json.dumps([["lr", "bs", "acc"], *PLAIN])),
        (
            "a.json",
            json.dumps({n: {str(i): row[j] for i, row in enumerate(PLAIN)} for j, n in enumerate(["lr", "bs", "acc"])}),
        ),
        (
            "a.json",
            json.dumps({str(i): dict(zip(["lr", "bs", "acc"], row, strict=True)) for i, row in enumerate(PLAIN)}),
        ),
    ],
)
def test_one_table_in_many_forms(tmp_path, name, text):
    file = write(tmp_path / name, text)
    assert holds_table(file)
    frame, _ = read_table(file)
    names = [n for n in frame if n != "column 4" or frame[n].notna().any()]
    assert [n.strip() for n in names] == ["lr", "bs", "acc"]
    assert frame[names].to_numpy().tolist() == PLAIN


def test_tables_as_programs_print_them(tmp_path):
    frame = pd.DataFrame({"lr": [0.1, 0.2], "opt": ["adam", "sgd"], "val acc": [0.9, 0.8]})
    for text in (
        frame.to_string(),
        '"lr" "opt" "val acc"\n"1" 0.1 "adam" 0.9\n"2" 0.2 "sgd" 0.8\n',
        "lr   opt   val acc\n---  ----  -------\n0.1  adam  0.9\n0.2  sgd   0.8\n",
    ):
        found, _ = read_table(write(tmp_path / "a.txt", text))
        assert found[["lr", "opt", "val acc"]].to_numpy().tolist() == frame.to_numpy().tolist()


def test_lists_of_objects_by_name_are_one_table(tmp_path):
    data = {"adam": [{"lr": 1, "acc": 2}, {"lr": 2, "acc": 3}], "sgd": [{"lr": 1, "acc": 4}]}
    frame, _ = read_table(write(tmp_path / "a.json", json.dumps(data)))
    assert frame["key"].tolist() == ["adam", "adam", "sgd"]
    assert frame["acc"].tolist() == [2, 3, 4]


def test_cells_with_commas_between_semicolons_are_no_separators(tmp_path):
    frame, _ = read_table(write(tmp_path / "a.csv", "hidden;acc\n64,32;0.5\n128,64;0.6\n"))
    assert frame["hidden"].tolist() == ["64,32", "128,64"]


def test_objects_by_the_name_of_their_run(tmp_path):
    runs = {f"run {i}": {"opt": "adam", "acc": 0.5 + i / 10} for i in range(3)}
    frame, _ = read_table(write(tmp_path / "a.json", json.dumps(runs)))
    assert frame["name"].tolist() == ["run 0", "run 1", "run 2"]
    assert frame["acc"].tolist() == [0.5, 0.6, 0.7]


def test_of_json_it_is_said_what_stands_beside_the_table(tmp_path):
    data = {"seed": 1, "results": [{"lr": 1, "acc": 2}, {"lr": 2, "acc": 3}], "host": "a"}
    notes = read_table(write(tmp_path / "a.json", json.dumps(data)))[1]
    assert notes == ["The table is what stands under 'results'; seed and host left out."]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"lr": 0.1, "acc": 2}, r"one object of 2 single values \(lr, acc\)"),
        ([1, 2], "a list of numbers"),
        (1, "a single value"),
    ],
)
def test_json_without_a_table_says_what_it_holds(tmp_path, data, words):
    file = write(tmp_path / "a.json", json.dumps(data))
    assert not holds_table(file)
    with pytest.raises(SourceError, match=words):
        read_table(file)


def test_lines_beside_a_table_are_said(tmp_path):
    notes = read_table(write(tmp_path / "a.csv", "# x\nlr,acc\n1,2\n2,3\n# best: 3\n"))[1]
    assert notes == ["2 lines beside the table left out: '# x'."]


def test_a_row_that_was_cut_off_is_no_comment(tmp_path):
    frame, notes = read_table(write(tmp_path / "a.csv", "lr,acc\n1,2\n2,3\n3"))
    assert frame["lr"].tolist() == [1, 2, 3]
    assert [note.code for note in notes] == ["table.short_lines"]


@pytest.mark.parametrize(
    "text",
    [
        ",number,value,params,params,state\n,,,lr,bs,\n0,0,0.5,0.1,32,COMPLETE\n1,1,0.4,0.2,64,COMPLETE\n",
        ",number,value,params,,state\n,,,lr,bs,\n0,0,0.5,0.1,32,COMPLETE\n1,1,0.4,0.2,64,COMPLETE\n",
    ],
)
def test_two_rows_of_names_become_one(tmp_path, text):
    frame, _ = read_table(write(tmp_path / "a.csv", text))
    assert list(frame) == ["column 1", "number", "value", "params_lr", "params_bs", "state"]
    assert frame["params_lr"].tolist() == [0.1, 0.2]


def test_a_third_row_names_the_index(tmp_path):
    index = pd.MultiIndex.from_product([["adam", "sgd"], [1, 2]], names=["opt", "lr"])
    columns = pd.MultiIndex.from_product([["acc", "loss"], ["mean", "std"]])
    pd.DataFrame([[0.5, 0.1, 1, 2]] * 4, index=index, columns=columns).to_csv(tmp_path / "a.csv")
    frame, _ = read_table(tmp_path / "a.csv")
    assert list(frame) == ["opt", "lr", "acc_mean", "acc_std", "loss_mean", "loss_std"]
    assert len(frame) == 4


def test_a_first_run_of_words_is_no_second_row_of_names(tmp_path):
    frame, _ = read_table(write(tmp_path / "a.csv", "name,acc,loss\nfailed run,,\nb,1,2\nc,2,3\n"))
    assert frame["name"].tolist() == ["failed run", "b", "c"]


def test_a_null_that_is_there_is_a_level_and_a_key_that_is_not_is_missing(tmp_path):
    rows = [{"w": None, "acc": 1, "x": None}, {"w": "balanced", "acc": 2, "x": None}, {"acc": None, "x": None}]
    frame, _ = read_table(write(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert frame["w"].where(frame["w"].notna(), "missing").tolist() == ["None", "balanced", "missing"]
    assert frame["x"].isna().all()
    assert as_metric(frame["acc"])[0].isna().tolist() == [False, False, True]


def test_an_excel_file(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        pd.DataFrame({"read": ["me"]}).to_excel(book, sheet_name="about", index=False)
        pd.DataFrame({"lr": [0.1, 0.2], "opt": ["a", None], "acc": ["89%", "80%"]}).to_excel(
            book, sheet_name="runs", index=False, startrow=2
        )
        pd.DataFrame({"a": [1, 2], "b": [3, 4]}).to_excel(book, sheet_name="more", index=False)
    frame, notes = read_table(tmp_path / "a.xlsx")
    assert list(frame) == ["lr", "opt", "acc"]
    assert frame["acc"].tolist() == [89, 80]
    assert notes[0] == "Of its sheets 'runs' is read, the first that holds a table; not 'about' and 'more'."


def test_without_openpyxl_it_is_said_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(SourceError, match=r"pip install 'sweeplens\[excel\]'"):
        read_table(write(tmp_path / "a.xlsx", "x"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK no zip"),
        ("a.json", b"[" * 3000 + b"]" * 3000),
        ("a.jsonl", b'{"a":' * 3000 + b"1" + b"}" * 3000),
        ("a.jsonl", b'{"a": ' + b"9" * 5000 + b"}"),
        ("a.json", b"{"),
        ("a.md", b"hello"),
        ("a.csv", b"\0\0\0\0"),
        ("a.csv", b"#\n"),
    ],
)
def test_odd_files_are_refused_in_one_line(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=name) as error:
        read_table(tmp_path / name)
    assert "\n" not in str(error.value)


def test_odd_cells_are_read(tmp_path):
    big = "x" * 200_000
    rows = "".join(f'{2**70 + i},"[1, 2",{"9" * 400},"{big}",<function f at 0x7f{i}a>\n' for i in range(3))
    frame, _ = read_table(write(tmp_path / "a.csv", "id,features,huge,text,act\n" + rows))
    assert frame["id"].nunique() == 3
    assert frame["features"].tolist() == ["[1, 2"] * 3
    assert np.isinf(frame["huge"]).all()
    assert frame["act"].tolist() == ["<function f>"] * 3


def test_odd_columns_of_parquet_are_read(tmp_path):
    far = pa.array([2**50, 0, None], pa.int64()).cast(pa.timestamp("ms"))
    halves = pa.array(np.array([0.5, 1.5, 2.5], "float16"))
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2]), halves)
    columns = [far, halves, coded, pa.array([10**8, 1, 2], pa.int32()).cast(pa.date32())]
    table = pa.table([*columns, pa.array([1, 2, 3]), pa.array([4, 5, 6])], ["t", "half", "coded", "day", "x", "x"])
    pq.write_table(table, tmp_path / "a.parquet")
    frame, _ = read_table(tmp_path / "a.parquet")
    assert list(frame) == ["t", "half", "coded", "day", "x", "x (2)"]
    assert frame["half"].tolist() == frame["coded"].tolist() == [0.5, 1.5, 2.5]


def test_the_index_that_pandas_wrote_is_a_column(tmp_path):
    pd.DataFrame({"x": [1, 2]}, index=pd.Index(["a", "b"], name="run")).to_parquet(tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet")[0]["run"].tolist() == ["a", "b"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_texts_in_other_encodings_of_unicode_are_read(tmp_path, encoding):
    frame, _ = read_table(write(tmp_path / "a.csv", "lr,acc\n1,2\n2,3\n", encoding))
    assert frame["acc"].tolist() == [2, 3]


def test_the_nulls_that_scikit_learn_chose_are_levels(tmp_path):
    results = {
        "param_w": [None, "balanced", None],
        "param_depth": [5.0, None, None],
        "params": [{"w": None, "depth": 5}, {"w": "balanced", "depth": None}, {"w": None}],
        "mean_test_score": [0.5, 0.6, 0.7],
    }
    pd.DataFrame(results).to_csv(tmp_path / "a.csv")
    frame, _ = read_table(tmp_path / "a.csv")
    assert frame["param_w"].tolist() == ["None", "balanced", "None"]
    assert frame["param_depth"].tolist() == [5, "None", None]


def test_in_parquet_a_nan_is_logged_and_a_null_is_a_gap_as_in_a_csv(tmp_path):
    nan = float("nan")
    loss = [0.5, nan, None, *np.linspace(1, 2, 17).tolist()]
    columns = {"lr": pa.array([nan, *np.linspace(0.1, 1, 19)]), "loss": pa.array(loss), "flat": pa.array([None] * 20)}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    rows = [
        f"{lr!r},{'' if value is None else value},\n" for lr, value in zip(columns["lr"].to_pylist(), loss, strict=True)
    ]
    (tmp_path / "a.csv").write_text("lr,loss,flat\n" + "".join(rows))
    project, same = sl.load(tmp_path / "a.parquet"), sl.load(tmp_path / "a.csv")
    assert project.logged_nan["loss"].tolist() == [False, True, *[False] * 18]
    pd.testing.assert_frame_equal(project.logged_nan, same.logged_nan)
    pd.testing.assert_frame_equal(project.nan_settings, same.nan_settings)
    pd.testing.assert_frame_equal(project.summary, same.summary)
    # pandas writes its NaN as null, so there both are gaps
    pq.read_table(tmp_path / "a.parquet").to_pandas().to_parquet(tmp_path / "b.parquet")
    assert "loss" not in sl.load(tmp_path / "b.parquet").logged_nan
