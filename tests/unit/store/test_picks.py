"""Large selections of runs, under a fingerprint."""

import os

import pytest

from panel.errors import QuestionError
from panel.store import picks


def test_the_same_runs_have_the_same_fingerprint_in_any_order(tmp_path):
    key = picks.keep(["b", "a", "b"], tmp_path)
    assert key.startswith("2-")
    assert picks.keep(["a", "b"], tmp_path) == key
    assert picks.read_runs(key, tmp_path) == ("a", "b")
    assert picks.keep(["a"], tmp_path) != key


@pytest.mark.parametrize("key", ["2-" + "0" * 24, "../../etc/passwd", ""])
def test_what_is_not_kept_is_said(tmp_path, key):
    with pytest.raises(QuestionError, match="is not kept here"):
        picks.read_runs(key, tmp_path)


def test_a_torn_file_is_noticed(tmp_path):
    key = picks.keep(["a", "b"], tmp_path)
    (tmp_path / "picks" / f"{key}.json").write_text('["a"]')
    with pytest.raises(QuestionError, match="is not kept here"):
        picks.read_runs(key, tmp_path)


def test_old_ones_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(picks, "MOST_KEPT", 3)
    keys = [picks.keep([str(i)], tmp_path) for i in range(5)]
    assert len(list((tmp_path / "picks").glob("*.json"))) == 3
    assert picks.read_runs(keys[-1], tmp_path) == ("4",)


def aged(folder, key, seconds):
    os.utime(folder / "picks" / f"{key}.json", (1e9 - seconds, 1e9 - seconds))


def test_large_ones_are_removed_sooner_and_the_newest_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(picks, "MOST_BYTES", 3_000)
    keys = []
    for i in range(3):
        keys.append(picks.keep([f"{i}-{k:095d}" for k in range(12)], tmp_path))
        aged(tmp_path, keys[-1], 10 - i)
    assert {file.stem for file in (tmp_path / "picks").glob("*.json")} == set(keys[1:])
    huge = picks.keep([f"{k:095d}" for k in range(100)], tmp_path)
    assert [file.stem for file in (tmp_path / "picks").glob("*.json")] == [huge]


def test_what_is_in_use_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(picks, "MOST_KEPT", 3)
    read, again, unused = keys = [picks.keep([name], tmp_path) for name in "abc"]
    for age, key in enumerate(reversed(keys)):
        aged(tmp_path, key, age)
    picks.read_runs(read, tmp_path)
    picks.keep(["b"], tmp_path)
    picks.keep(["d"], tmp_path)
    kept = {file.stem for file in (tmp_path / "picks").glob("*.json")}
    assert {read, again} < kept
    assert unused not in kept
