"""Small files that unpack to large ones: they stop with a sentence, and the process stays within its memory."""

import gzip
import json
import math
import subprocess
import sys
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from panel.errors import SettingsError, SourceError
from panel.page import opening
from panel.settings import Settings
from panel.sources.common import memory
from panel.sources.common.memory import check_growth, check_needed, hold_memory, refuse_what_is_too_large
from panel.sources.table import reading
from panel.sources.table.parquet import read_parquet
from panel.store import loading
from panel.store.jobs import Jobs
from panel.store.loading import Wanted

LIMIT = 400
"""Megabytes."""

on_linux = pytest.mark.skipif(not memory._count_taken(), reason="elsewhere the system keeps no such limit")


def write_repeated_text(path):
    """Write 2,500 rows of one text of 1 MB: 2.5 GB in 60 kB."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 2_500, pa.int32()), pa.array(["z" * 1_000_000]))
    pq.write_table(pa.table({"lr": text, "loss": [float(n) for n in range(2_500)]}), path, store_schema=False)


def write_alike_texts(path):
    """Write long texts of which Parquet keeps what each adds to the one before."""
    for part in range(2):
        rows = [f"{'z' * 200_000}{n}" for n in range(part * 1_000, part * 1_000 + 1_000)]
        table = pa.table({"lr": rows, "loss": [float(n) for n in range(1_000)]})
        if not part:
            writer = pq.ParquetWriter(
                path, table.schema, use_dictionary=False, column_encoding={"lr": "DELTA_BYTE_ARRAY", "loss": "PLAIN"}
            )
        writer.write_table(table)
    writer.close()


def write_numbers(path):
    with gzip.open(path, "wb") as file:
        file.write(b"lr,loss\n")
        for _ in range(300):
            file.write(b"1,1\n" * 1_000_000)


def write_one_line(path):
    with gzip.open(path, "wb") as file:
        for _ in range(300):
            file.write(b"z" * 4_000_000)


def write_objects(path):
    with gzip.open(path, "wb") as file:
        for _ in range(60):
            file.write(b'{"lr": 1, "loss": 2}\n' * 100_000)


def write_nested(path):
    path.write_bytes(b"[" + b",".join([b"[" + b",".join([b"[]"] * 1_000) + b"]"] * 8_000) + b"]")


def write_sheet(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(60):
            part.write(b"<si><t>z</t></si>" * 1_000_000)


BOMBS = {
    "repeated.parquet": write_repeated_text,
    "alike.parquet": write_alike_texts,
    "numbers.csv.gz": write_numbers,
    "line.csv.gz": write_one_line,
    "objects.jsonl.gz": write_objects,
    "nested.json": write_nested,
    "sheet.xlsx": write_sheet,
}

OPEN = """
import resource, sys
from pathlib import Path
from panel.store import cache, loading
from panel.answers import warming
warming.warm_up(Path(sys.argv[2]), None, lambda *_: None)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    loading.load_source(loading.Wanted((sys.argv[1],)), cache.prepare(Path(sys.argv[2]))[0], memory=int(sys.argv[3]))
except Exception as error:
    print(type(error).__name__, error)
print(before / 1e3, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
"""


@on_linux
@pytest.mark.heavy
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_stops_with_a_sentence_and_within_its_memory(tmp_path, name):
    BOMBS[name](tmp_path / name)
    if name != "nested.json":
        assert (tmp_path / name).stat().st_size < 6_000_000
    command = [sys.executable, "-c", OPEN, str(tmp_path / name), str(tmp_path / "cache"), str(LIMIT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said, _, measured = done.stdout.strip().rpartition("\n")
    before, peak = map(float, measured.split())
    assert said.startswith(f"SourceError {tmp_path / name} "), (said, done.stderr)
    assert f"than the {LIMIT} MB that reading may take" in said
    assert said.endswith("or allow more with --memory (SWEEPLENS_MEMORY).")
    assert peak - before < LIMIT + 500


@on_linux
@pytest.mark.heavy
def test_a_worker_goes_on_after_a_bomb(tmp_path, folder, table):
    write_repeated_text(tmp_path / "a.parquet")
    jobs = Jobs(folder)
    try:
        for key, source in (("bomb", tmp_path / "a.parquet"), ("table", table)):
            what = {"wanted": Wanted((str(source),)).to_json(), "own": str(folder), "memory": LIMIT}
            jobs.submit(key, opening.work, what)
        status, _ = jobs.get_status("bomb", wait=60)
        assert (status.state, "a.parquet would take about" in status.message) == ("failed", True)
        assert jobs.get_status("table", wait=60)[1]["project"]
    finally:
        jobs.close()


@pytest.mark.parametrize("encoding", ["", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_what_repeats_is_read_as_it_was_written(tmp_path, encoding):
    texts = ["a", None, "a", "学习率", "b", "a"] * 1_000
    table = pa.table({"text": texts, "again": texts, "large": pa.array(texts, pa.large_string()), "x": range(6_000)})
    table = table.append_column("list", pa.array([["x", "x"]] * 6_000))
    written = {"use_dictionary": ["again"], "column_encoding": {"text": encoding}} if encoding else {}
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2_500, **written)
    again = read_parquet(tmp_path / "a.parquet", 4.0)
    assert again.column_names == table.column_names
    assert again.to_pydict() == table.to_pydict()
    frame, plain = reading.parse_arrow(again)[0], reading.parse_arrow(table)[0]
    pd.testing.assert_frame_equal(frame, plain)


def test_what_is_needed_and_what_was_taken_is_checked(tmp_path):
    check_needed(tmp_path / "a.csv", math.inf)
    check_growth(tmp_path / "a.csv")
    with hold_memory(100):
        check_needed(tmp_path / "a.csv", 99e6)
        with pytest.raises(SourceError, match=r"a\.csv would take about 101 MB of memory, more than the 100 MB that"):
            check_needed(tmp_path / "a.csv", 101e6)
        held = memory._held.set(memory.Held(100e6, -(10**9)))
        with pytest.raises(
            SourceError, match=r"a\.csv has taken [\d,]+ MB of memory so far, more than the 100 MB that"
        ):
            check_growth(tmp_path / "a.csv")
        memory._held.reset(held)
    check_needed(tmp_path / "a.csv", 101e6)


@on_linux
def test_the_systems_limit_ends_with_the_reading(tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_DATA)
    refused = pytest.raises(SourceError, match="b takes more memory than the 100 MB that")
    with refused, hold_memory(100), refuse_what_is_too_large("b"):
        assert resource.getrlimit(resource.RLIMIT_DATA) != before
        with hold_memory(200):  # another reading in the same process
            pass
        bytearray(300_000_000)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    bytearray(300_000_000)


def test_a_table_within_the_limit_is_read_as_without(tmp_path, folder):
    rows = [{"lr": n / 10, "optimizer": "ab"[n % 2], "loss": n * n} for n in range(30)]
    for name, content in {
        "a.csv.gz": gzip.compress(
            ("lr,optimizer,loss\n" + "".join(f"{r['lr']},{r['optimizer']},{r['loss']}\n" for r in rows)).encode()
        ),
        "a.jsonl.gz": gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()),
    }.items():
        (tmp_path / name).write_bytes(content)
        held = loading.load_source(Wanted((str(tmp_path / name),)), folder, memory=100)
        project = loading.open_project(held, folder)
        assert project.config["lr"].tolist() == [row["lr"] for row in rows]


def test_the_setting_is_a_number_that_fits():
    assert Settings.from_environment({"SWEEPLENS_MEMORY": "8000"}).memory == 8000
    with pytest.raises(SettingsError, match="In 10 megabytes of memory nothing can be read; use at least 100"):
        Settings(memory=10)
