import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from panel.errors import SettingsError
from panel.store import cache


def test_results_come_back_and_files_are_json(folder):
    store = cache.open_results(folder)
    value = {"a": [1, 2.5, None, "学习率"]}
    assert store.set("key", value)
    assert store.get("key") == value
    assert store.get("other") is None
    contents = [f.read_bytes() for f in (folder / "results").iterdir()]
    assert any(b'{"a": [1, 2.5, null' in content for content in contents)


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-3], lambda b: b[:20], lambda b: b.replace(b"2.5", b"9.5"), lambda b: b""]
)
def test_a_torn_file_is_noticed_and_counts_as_nothing(folder, damage):
    store = cache.open_results(folder)
    store.set("key", {"a": 2.5})
    for file in (folder / "results").iterdir():
        if b'"a"' in file.read_bytes():
            file.write_bytes(damage(file.read_bytes()))
    assert store.get("key") is None
    assert store.set("key", {"a": 1})
    assert store.get("key") == {"a": 1}


def test_a_pickle_in_the_folder_is_never_loaded(folder, tmp_path):
    import pickle
    import struct

    store = cache.open_results(folder)
    store.set("key", 1)

    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "evil"), "w"))

    for file in (folder / "results").iterdir():
        file.write_bytes(struct.pack("I", 0) + pickle.dumps(Evil()))
    assert store.get("key") is None
    assert not (tmp_path / "evil").exists()


def test_the_folder_is_the_users_alone(tmp_path):
    folder, warning = cache.prepare(tmp_path / "new")
    assert warning == ""
    for name in ("projects", "sources", "results", "jobs"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_a_folder_that_is_a_file_is_replaced_by_a_temporary_one(tmp_path):
    (tmp_path / "file").write_text("x")
    folder, warning = cache.prepare(tmp_path / "file")
    assert folder != tmp_path / "file"
    assert "cannot be written" in warning
    assert "--cache-dir" in warning
    assert cache.open_results(folder).set("a", 1)


def test_without_any_folder_the_message_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(cache.tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(SettingsError, match="--cache-dir"):
        cache.prepare(tmp_path / "file")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_folder_that_others_can_write_is_not_trusted(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    folder, warning = cache.prepare(tmp_path / "open")
    assert folder != tmp_path / "open"
    assert folder.stat().st_mode & 0o077 == 0
    assert "open is not private: every user of this machine may write into it; results are kept in" in warning
    assert f"chmod o-w {tmp_path / 'open'}, or choose another folder with --cache-dir." in warning
    assert list((tmp_path / "open").iterdir()) == [], "nothing is left there"
    (tmp_path / "open").chmod(0o755)
    assert cache.prepare(tmp_path / "open") == (tmp_path / "open", "")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no such owners")
@pytest.mark.parametrize("name", ["", "projects"])
def test_a_folder_of_another_user_is_not_trusted(tmp_path, monkeypatch, name):
    place = cache.prepare(tmp_path / "theirs")[0] / name
    stat = type(place).stat

    def tell(path, **more):
        found = stat(path, **more)
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:])) if path == place else found

    monkeypatch.setattr(type(place), "stat", tell)
    folder, warning = cache.prepare(tmp_path / "theirs")
    assert folder != tmp_path / "theirs"
    assert f"cannot be used: {place} belongs to another user; results are kept in" in warning
    assert "--cache-dir" in warning


FULL = """
import resource, signal, sys
from pathlib import Path
from panel.store import cache
folder = cache.prepare(Path(sys.argv[1]))[0]
store = cache.open_results(folder)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
assert store.set("big", {"a": "x" * 100_000}) is False
assert store.get("big") is None
print("went on")
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_disk_that_is_full_loses_the_result_and_nothing_else(tmp_path):
    """The limit on the size of files gives the same error as a full disk, from the system itself."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "c")], capture_output=True, text=True)
    assert done.stdout == "went on\n", done.stderr
    assert done.stderr == ""


def test_a_cache_folder_is_known_by_what_is_made_once(tmp_path):
    one, two = (cache.prepare(tmp_path / name)[0] for name in ("one", "two"))
    assert cache.find_identity(one) == ""
    with ThreadPoolExecutor(8) as threads:
        [made] = set(threads.map(cache.make_identity, [one] * 50))
    assert made == cache.find_identity(one) != cache.make_identity(two)
    assert not list(one.glob("*.part"))
