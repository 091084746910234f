"""Pickles are read as data: what Python's own writer wrote comes back, and nothing of it is ever called."""

import argparse
import collections
import io
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest

from panel.errors import SourceError
from panel.sources.common import pickles
from panel.sources.common.pickles import Thing, read_pickle
from panel.sources.ray.space import domains_of, goal_of

SHARED = [1.5]
VALUES = {
    "numbers": [0, 255, 65_536, -3, 2**80, 1.5, float("inf")],
    "plain": (None, True, False, "text", "ünï", b"bytes", ""),
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "nested": {"a": {"b": [{"c": SHARED}, SHARED]}},
    "long": list(range(300)),
}


@dataclass
class Point:
    x: float
    y: list


@pytest.fixture
def stored(tmp_path):
    def store(value, protocol=pickle.HIGHEST_PROTOCOL):
        file = tmp_path / "some.pkl"
        file.write_bytes(value if isinstance(value, bytes) else pickle.dumps(value, protocol))
        return file

    return store


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_values_come_back_from_every_protocol(stored, protocol):
    wanted = dict(VALUES)
    if protocol < 3:  # these write bytes as a call
        wanted["plain"] = tuple(v for v in VALUES["plain"] if not isinstance(v, bytes))
    found = read_pickle(stored(wanted, protocol))
    assert found == wanted
    assert found["nested"]["a"]["b"][0]["c"] is found["nested"]["a"]["b"][1], "what was one list is one again"


def test_the_writer_in_plain_python_is_read_too(stored):
    out = io.BytesIO()
    pickle._Pickler(out, 2).dump(VALUES["nested"])
    assert read_pickle(stored(out.getvalue())) == VALUES["nested"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_object_is_its_class_name_and_its_state(stored, protocol):
    [found, space, kind] = read_pickle(stored([Point(1.5, [2]), argparse.Namespace(lr=0.1), Point], protocol))
    assert found.name in (f"{__name__}.Point", "copy_reg._reconstructor", "copyreg._reconstructor")
    assert found.state == {"x": 1.5, "y": [2]}
    assert space.state == {"lr": 0.1}
    assert isinstance(kind, Thing)


def test_containers_that_are_called_and_filled_do_not_end_it(stored):
    value = [collections.OrderedDict(a=1), collections.deque([1, 2]), {3}, frozenset({4}), bytearray(b"x"), complex(1)]
    found = read_pickle(stored([*value, "end"]))
    assert found[0].name == "collections.OrderedDict"
    assert found[2] == [3]
    assert found[3] == [4]
    assert found[-1] == "end"


def test_nothing_is_called(stored, tmp_path):
    class Hostile:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "touched",))

    file = stored(Hostile())
    assert isinstance(read_pickle(file), Thing)
    assert not (tmp_path / "touched").exists()
    pickle.loads(file.read_bytes())
    assert (tmp_path / "touched").exists(), "it would have shown"


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_pickle_cut_off_anywhere_is_said(stored, cut):
    file = stored(pickle.dumps(VALUES)[:cut])
    with pytest.raises(SourceError, match=r"some\.pkl is no pickle that can be read"):
        read_pickle(file)


def test_a_large_one_and_none_are_said(stored, monkeypatch, tmp_path):
    monkeypatch.setattr(pickles, "LARGEST", 100)
    with pytest.raises(SourceError, match="larger than"):
        read_pickle(stored(VALUES))
    with pytest.raises(SourceError, match="cannot be opened"):
        read_pickle(tmp_path / "none.pkl")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "content",
    [
        b"X\x01\x00\x00\x00a" + b"2\x93" * 1000 + b".",
        b"]" + b"2\x86" * 1000 + b"X\x01\x00\x00\x00x\x93.",
        b"]" + b"\x85" * 2_000_000 + b".",
        b"}" * 600_000 + b".",
    ],
)
def test_what_would_grow_without_end_is_refused(stored, content):
    with pytest.raises(SourceError, match="no pickle that can be read"):
        read_pickle(stored(content))


def test_of_a_dict_only_texts_are_keys(stored):
    numbers = {k * (2**61 - 1): k for k in range(2_000)}  # all of one hash: to make the dict itself takes k² steps
    assert read_pickle(stored({**numbers, "a": 1, (1, 2): 3})) == {"a": 1}


@pytest.mark.timeout(20)
def test_values_that_no_setting_has_are_left_out(stored):
    deep = ()
    for _ in range(60):
        deep = (deep, deep)
    huge = 10**5000
    for mode in (deep, huge, [1], None, {"a": 1}):
        assert goal_of(read_pickle(stored({"_tune_config": {"mode": mode}}))) is None
    endless = {f"k{i}": {"grid_search": [i]} for i in range(2000)}
    endless |= {"a" * 400: endless, "b": endless}
    endless["a" * 400] = endless["b"] = endless
    found = domains_of(read_pickle(stored({"_iterators": [{"unresolved_spec": {"config": endless}}]})))
    assert 2000 <= len(found) <= 10_000
    for choices in ([huge], [[huge]], [deep], []):
        config = {"x": {"grid_search": choices}}
        assert domains_of(read_pickle(stored({"_iterators": [{"unresolved_spec": {"config": config}}]}))) == {}
    kind = "ray.tune.search.sample.Float"
    for limits, wanted in (((huge, 1), (None, 1.0)), ((5, 1), None), ((0, 1), (0.0, 1.0))):
        thing = Thing(kind, (), {"lower": limits[0], "upper": limits[1]})
        found = domains_of({"_iterators": [{"unresolved_spec": {"config": {"x": thing}}}]})
        assert (found and (found["x"].low, found["x"].high)) == (wanted or {})


def test_a_space_that_holds_itself_ends(stored):
    config = {"lr": {"grid_search": [1, 2]}}
    config["again"] = config
    laughs = [1]
    for _ in range(40):
        laughs = [laughs] * 10
        config = {f"{i}": config for i in range(10)} | {"lr": {"grid_search": [1, 2]}}
    config["laughs"] = {"grid_search": laughs}
    found = domains_of(read_pickle(stored({"_iterators": [{"unresolved_spec": {"config": config}}]})))
    assert found["lr"].choices == (1, 2)
    assert "laughs" not in found


@pytest.mark.parametrize("value", [None, [], {"_iterators": 3}, {"_iterators": [{"unresolved_spec": [1]}]}, Thing("x")])
def test_something_else_declares_nothing(value):
    assert domains_of(value) == {}
