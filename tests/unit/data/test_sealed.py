"""What is read again is what was written, or an error."""

import pytest

from panel.data import sealed

RECORD = {"name": "名前 😀", "numbers": [1, 2.5, 1e-300], "more": {"a": None, "b": True}}


def test_a_record_comes_back():
    assert sealed.unseal(sealed.seal(RECORD)) == RECORD
    assert sealed.unseal(sealed.seal({"pair": (1, 2)})) == {"pair": [1, 2]}


@pytest.mark.parametrize(("old", "new"), [("2.5", "9.5"), ("true", "null"), ("},", ","), ("😀", "😁"), ("{", "[")])
def test_a_damaged_record_is_noticed(old, new):
    text = sealed.seal(RECORD)
    assert old in text
    with pytest.raises(ValueError):
        sealed.unseal(text.replace(old, new))


@pytest.mark.parametrize("text", ["", "[]", "1", "{}", "\0" * 512])
def test_what_is_no_record_is_none(text):
    with pytest.raises(ValueError):
        sealed.unseal(text)


def test_a_content_comes_back_or_is_noticed(tmp_path):
    content = sealed.add_digest(b"abc")
    assert sealed.split_digest(content) == b"abc"
    for damaged in (b"", b"abc", content[:-1], content + b"d", b"0" + content[1:]):
        with pytest.raises(ValueError):
            sealed.split_digest(damaged)
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    sealed.flush(file)
    sealed.flush(tmp_path)
    assert sealed.read_checked(file, sealed.compute_digest(b"abc")) == b"abc"
    with pytest.raises(ValueError, match="a is damaged"):
        sealed.read_checked(file, sealed.compute_digest(b"abd"))
