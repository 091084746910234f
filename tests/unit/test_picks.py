"""Large selections of runs, under a fingerprint."""

import pytest

from panel import picks
from panel.errors import QuestionError


def test_the_same_runs_have_the_same_fingerprint_in_any_order(tmp_path):
    key = picks.keep(["b", "a", "b"], tmp_path)
    assert key.startswith("2-")
    assert picks.keep(["a", "b"], tmp_path) == key
    assert picks.runs_of(key, tmp_path) == ("a", "b")
    assert picks.keep(["a"], tmp_path) != key


@pytest.mark.parametrize("key", ["2-" + "0" * 24, "../../etc/passwd", ""])
def test_what_is_not_kept_is_said(tmp_path, key):
    with pytest.raises(QuestionError, match="is not kept here"):
        picks.runs_of(key, tmp_path)


def test_a_torn_file_is_noticed(tmp_path):
    key = picks.keep(["a", "b"], tmp_path)
    (tmp_path / "picks" / f"{key}.json").write_text('["a"]')
    with pytest.raises(QuestionError, match="is not kept here"):
        picks.runs_of(key, tmp_path)


def test_old_ones_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(picks, "MOST_KEPT", 3)
    keys = [picks.keep([str(i)], tmp_path) for i in range(5)]
    assert len(list((tmp_path / "picks").glob("*.json"))) == 3
    assert picks.runs_of(keys[-1], tmp_path) == ("4",)
