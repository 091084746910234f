"""SQLite files are read, and nothing beside them appears."""

import itertools
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from panel.errors import SourceError
from panel.sources.common import databases
from panel.sources.common.databases import columns_of, open_sqlite, tables_of


def make(path, *, wal=False, keep_open=False):
    database = sqlite3.connect(path)
    if wal:
        database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE runs (id, name)")
    database.executemany("INSERT INTO runs VALUES (?, ?)", [(i, f"run {i}") for i in range(10)])
    database.commit()
    if keep_open:
        return database
    database.close()
    return None


def rows(path):
    with open_sqlite(path) as database:
        return database.execute("SELECT count(*) FROM runs").fetchone()[0]


def names(folder):
    return sorted(f.name for f in folder.iterdir())


@pytest.mark.parametrize("wal", [False, True])
def test_a_closed_database_leaves_no_trace(tmp_path, wal):
    make(tmp_path / "a #1?.db", wal=wal)
    before = names(tmp_path)
    assert rows(tmp_path / "a #1?.db") == 10
    assert tables_of(tmp_path / "a #1?.db") == {"runs"}
    assert names(tmp_path) == before


def test_what_another_program_is_writing_is_read(tmp_path):
    writer = make(tmp_path / "a.db", wal=True, keep_open=True)
    assert rows(tmp_path / "a.db") == 10
    writer.execute("INSERT INTO runs VALUES (99, 'new')")
    writer.commit()
    assert rows(tmp_path / "a.db") == 11
    writer.close()


def describe(folder):
    return {f.name: (f.stat().st_size, f.stat().st_mtime_ns, f.read_bytes()) for f in folder.iterdir()}


def test_reading_changes_nothing_beside_what_another_program_is_writing(tmp_path):
    writer = make(tmp_path / "a.db", wal=True, keep_open=True)
    before = describe(tmp_path)
    assert {"a.db", "a.db-wal", "a.db-shm"} == set(before)
    assert rows(tmp_path / "a.db") == 10
    assert tables_of(tmp_path / "a.db") == {"runs"}
    assert describe(tmp_path) == before
    writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = describe(tmp_path)
    assert before["a.db-wal"][0] == 0
    assert rows(tmp_path / "a.db") == 10
    assert describe(tmp_path) == before
    writer.close()


WRITER = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("PRAGMA wal_autocheckpoint=100")
print("ready", flush=True)
for n in range(10**9):
    database.execute("BEGIN")
    database.execute("INSERT INTO runs VALUES (?, ?)", (n, "x" * 3000))
    database.execute("INSERT INTO runs VALUES (?, ?)", (n, "x" * 3000))
    database.execute("COMMIT")
    time.sleep(0.002)
"""


def test_what_moves_from_the_log_while_it_is_copied_is_seen(tmp_path):
    """Of a writer of two rows at a time that moves its log often: never half of a transaction, never a torn page."""
    make(tmp_path / "a.db", wal=True)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "a.db")], stdout=subprocess.PIPE)
    try:
        assert writer.stdout.readline() == b"ready\n"
        counts, end = [], time.monotonic() + 60
        while (len(counts) < 15 or len(set(counts)) < 6) and time.monotonic() < end:
            with open_sqlite(tmp_path / "a.db") as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                counts.append(database.execute("SELECT count(*) FROM runs").fetchone()[0])
    finally:
        writer.kill()
        writer.wait()
    assert counts == sorted(counts)
    assert len(set(counts)) > 5
    assert all(count % 2 == 0 for count in counts)


def test_what_is_written_without_a_pause_says_so(tmp_path, monkeypatch):
    writer = make(tmp_path / "a.db", wal=True, keep_open=True)
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    times = itertools.count()
    monkeypatch.setattr(databases, "_tell_moved", lambda path, log: next(times))
    with pytest.raises(SourceError, match=r"a\.db cannot be read: it is written without a pause"):
        rows(tmp_path / "a.db")
    writer.close()


def test_a_copy_of_a_database_with_its_log_is_read_whole(tmp_path):
    """As after a crash, or of a sweep that was copied while it ran: the log's rows count, and nothing is created."""
    writer = make(tmp_path / "a.db", wal=True, keep_open=True)
    copy = tmp_path / "copy"
    copy.mkdir()
    for end in ("", "-wal"):
        (copy / f"a.db{end}").write_bytes((tmp_path / f"a.db{end}").read_bytes())
    writer.close()
    before = {n: (copy / n).read_bytes() for n in names(copy)}
    assert rows(copy / "a.db") == 10
    assert {n: (copy / n).read_bytes() for n in names(copy)} == before


def test_a_locked_database_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "PATIENCE", 0.1)
    make(tmp_path / "a.db")
    writer = sqlite3.connect(tmp_path / "a.db")
    writer.execute("BEGIN EXCLUSIVE")
    with pytest.raises(SourceError, match=r"a\.db cannot be read: another program has locked it"):
        rows(tmp_path / "a.db")
    writer.close()


def test_a_torn_database_says_so(tmp_path):
    make(tmp_path / "a.db")
    content = (tmp_path / "a.db").read_bytes()
    (tmp_path / "a.db").write_bytes(content[:5000])
    with pytest.raises(SourceError, match=r"a\.db is cut off"):
        rows(tmp_path / "a.db")


def test_other_files_have_no_tables(tmp_path):
    (tmp_path / "a.db").write_text("hello")
    assert tables_of(tmp_path / "a.db") == frozenset()
    assert tables_of(tmp_path / "nothing.db") == frozenset()
    assert names(tmp_path) == ["a.db"], "what is missing is not created"


def test_columns(tmp_path):
    make(tmp_path / "a.db")
    with open_sqlite(tmp_path / "a.db") as database:
        assert columns_of(database, "runs") == ["id", "name"]
        assert columns_of(database, "nothing") == []


def test_text_that_is_no_utf_8_is_read_all_the_same(tmp_path):
    make(tmp_path / "a.db")
    database = sqlite3.connect(tmp_path / "a.db")
    database.execute("INSERT INTO runs VALUES (1, CAST(x'ff41' AS TEXT))")
    database.commit()
    database.close()
    with open_sqlite(tmp_path / "a.db") as opened:
        assert opened.execute("SELECT name FROM runs ORDER BY rowid DESC").fetchone()[0] == "\ufffdA"


def test_a_schema_that_is_no_text_is_damaged(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.execute("CREATE TABLE a (x)")
        database.execute("CREATE INDEX i ON a (x)")
        database.commit()
    content = (tmp_path / "a.db").read_bytes()
    (tmp_path / "a.db").write_bytes(content.replace(b"CREATE INDEX i ON a", b"CREATE INDEX i ON \xad"))
    with pytest.raises(SourceError, match=r"a\.db cannot be read"), open_sqlite(tmp_path / "a.db") as database:
        database.execute("SELECT * FROM a").fetchall()
