"""Results in a real Redis: shared, checked, bounded; and what is done while it is away."""

import hashlib
import json
import os
import pickle
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from panel.errors import SettingsError
from panel.settings import Settings
from panel.store import cache, contact, places, shared_results
from panel.store.places import Places, look_at_places
from tests.services import Redis

pytestmark = pytest.mark.service("redis-server")

ROOT = Path(__file__).parents[3]
VALUE = {"a": [1, 2.5, None, "学习率"]}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    redis = Redis(tmp_path_factory.mktemp("redis")).start()
    yield redis
    redis.kill()


@pytest.fixture
def redis(running):
    """A Redis that is there, and empty."""
    open_client(running).flushall()
    return running


@pytest.fixture
def mortal(tmp_path):
    """A Redis to be killed, that does not run yet."""
    redis = Redis(tmp_path / "mortal")
    yield redis
    redis.kill()


def open_client(redis):
    return shared_results._make_client(redis.address)


def open_machine(place: Path, address: str) -> cache.Results:
    """Return the results of a machine with a cache folder of its own."""
    folder = cache.prepare(place)[0]
    places.use_places(folder, Places(address))
    return cache.open_results(folder)


def test_what_one_machine_computed_the_other_one_has(redis, tmp_path):
    one, two = (open_machine(tmp_path / name, redis.address) for name in ("one", "two"))
    assert two.get("key") is None
    assert one.set("key", VALUE)
    assert two.get("key") == VALUE
    assert list((tmp_path / "two" / "results").iterdir()) == []
    assert look_at_places(tmp_path / "one") == []


def test_in_redis_is_json_with_its_digest_under_a_name_of_ours_for_a_month(redis, tmp_path):
    open_machine(tmp_path / "one", redis.address).set("key", VALUE)
    client = open_client(redis)
    assert client.keys() == [b"sweeplens:key"]
    content = client.get("sweeplens:key")
    assert json.loads(content[64:]) == VALUE
    assert hashlib.sha256(content[64:]).hexdigest().encode() == content[:64]
    assert 30 * 24 * 3600 - 60 < client.ttl("sweeplens:key") <= 30 * 24 * 3600


class Evil:
    def __reduce__(self):
        return (os.abort, ())


@pytest.mark.parametrize(
    "damage",
    [
        lambda b: b[:-3],
        lambda b: b[:20],
        lambda b: b"",
        lambda b: b.replace(b"2.5", b"9.5"),
        lambda b: b"17",
        lambda b: b"\xff" + b,
        lambda b: b"!" + pickle.dumps(Evil()),
        lambda b: hashlib.sha256(b"{").hexdigest().encode() + b"{",
    ],
)
def test_what_is_damaged_counts_as_missing_and_is_replaced(redis, tmp_path, damage):
    one, two = (open_machine(tmp_path / name, redis.address) for name in ("one", "two"))
    client = open_client(redis)
    one.set("key", VALUE)
    whole = client.get("sweeplens:key")
    client.set("sweeplens:key", damage(whole))
    assert two.get("key") is None
    assert look_at_places(tmp_path / "two") == [], "Redis itself is well"
    assert one.get("key") == VALUE, "its own folder has it"
    assert client.get("sweeplens:key") == whole
    assert two.get("key") == VALUE


def test_what_redis_lost_it_gets_again(redis, tmp_path):
    one, two = (open_machine(tmp_path / name, redis.address) for name in ("one", "two"))
    one.set("key", VALUE)
    open_client(redis).flushall()
    assert two.get("key") is None
    assert one.get("key") == VALUE
    assert two.get("key") == VALUE


def test_it_goes_on_without_redis_and_uses_it_again(mortal, tmp_path, monkeypatch):
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    one, two = (open_machine(tmp_path / name, mortal.address) for name in ("one", "two"))
    assert one.get("early") is None
    assert one.set("early", VALUE)
    assert one.get("early") == VALUE
    [line] = look_at_places(tmp_path / "one")
    assert line.startswith(f"Redis at {mortal.address} cannot be used (ConnectionError: ")
    assert line.endswith("refused): until it can, results are kept in the cache folder alone.")
    mortal.start()
    assert look_at_places(tmp_path / "one") == []
    assert one.get("early") == VALUE
    assert two.get("early") == VALUE, "what was computed meanwhile was put there when it was asked for"
    mortal.kill()
    assert one.get("early") == VALUE
    assert one.set("late", 2)
    assert (one.get("late"), two.get("late")) == (2, None)
    assert len(look_at_places(tmp_path / "one")) == 1
    mortal.start()
    assert (one.get("late"), two.get("late")) == (2, 2)
    assert look_at_places(tmp_path / "one") == look_at_places(tmp_path / "two") == []


def test_one_that_does_not_answer_costs_little_and_not_each_time(tmp_path):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        store = open_machine(tmp_path / "one", f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        begun = time.monotonic()
        store.get("key")
        assert shared_results.ANSWERING <= time.monotonic() - begun < 2 * shared_results.ANSWERING
        begun = time.monotonic()
        for _ in range(20):
            assert store.set("key", VALUE)
            assert store.get("key") == VALUE
        assert time.monotonic() - begun < 1
        assert "Timeout" in store.look()


def test_one_that_is_full_is_said_and_the_folder_has_what_it_has_not(mortal, tmp_path, monkeypatch):
    monkeypatch.setattr(contact, "PAUSE", 0.0)
    store = open_machine(tmp_path / "one", mortal.start().address)
    open_client(mortal).config_set("maxmemory", "1500kb")
    for key in range(20):
        assert store.set(str(key), {"text": str(key) * 100_000})
    assert "OutOfMemoryError" in store._contact.tell()
    for key in range(20):
        assert store.get(str(key)) == {"text": str(key) * 100_000}


def test_a_password_is_used_and_never_shown(tmp_path):
    redis = Redis(tmp_path / "redis", "se/c:r@t").start()
    try:
        right = f"redis://:se%2Fc%3Ar%40t@127.0.0.1:{redis.port}/0"
        one, two = (open_machine(tmp_path / name, right) for name in ("one", "two"))
        one.set("key", VALUE)
        assert two.get("key") == VALUE
        wrong = right.replace("se%2F", "so%2F")
        line = open_machine(tmp_path / "three", wrong).look()
        assert line.startswith(f"Redis at redis://***@127.0.0.1:{redis.port}/0 cannot be used (AuthenticationError")
        assert "%40" not in line
    finally:
        redis.kill()
    assert "%40" not in repr(Places(right)) + repr(Settings(results=right, snapshots=right))


@pytest.mark.parametrize(
    "address", ["redis://", "redis://h:1/2", "rediss://me:p@h/0?ssl_cert_reqs=none", "unix:///run/x.sock?db=3"]
)
def test_addresses_of_a_redis_need_not_be_there(address):
    places.check_places(Places(address))


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("localhost:6379", "localhost:6379"),
        ("http://me:secret@h/0", "http://***@h/0"),
        ("redis:/me:sec/ret@h", "redis:/***@h"),
        ("redis://:secret@h/first", "redis://***@h/first"),
        ("redis://:sec@ret@h:port/0", "redis://***@h:port/0"),
        ("redis://h:99999/0", "redis://h:99999/0"),
        ("redis://h/0?password=secret&nosuch=1", "redis://h/0?password=***&nosuch=1"),
        ("redis://h/0?socket_timeout=long", "redis://h/0?socket_timeout=long"),
        ("rediss://h:6379/0?ssl_cert_reqs=foo", "rediss://h:6379/0?ssl_cert_reqs=foo"),
        ("unix:", "unix:"),
    ],
)
def test_what_is_no_address_of_a_redis_is_refused_with_one_that_would_be(address, shown):
    with pytest.raises(SettingsError) as raised:
        places.check_places(Places(address))
    message = str(raised.value)
    assert message.startswith(f"SWEEPLENS_RESULTS is {shown!r}, which is no address of a Redis; use one such as ")
    assert "secret" not in message and "sec" not in message.partition(";")[0].replace("***", "")


def test_without_the_extra_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingsError, match=r"the extra 'redis': pip install 'sweeplens\[redis\]'"):
        places.check_places(Places("redis://localhost/0"))


@pytest.mark.heavy
@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_killed_in_the_middle_of_writing_it_never_leaves_a_wrong_number(mortal, tmp_path):
    """50 times the writer is killed, and 10 times Redis under it; each time wherever it happens to be."""
    folder = cache.prepare(tmp_path / "one")[0]
    command = [sys.executable, "-m", "tests.unit.store.killing", "results", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["killed"] == {"writer": 50, "redis": 10}
    assert told["wrong"] == {"folder": 0, "redis": 0}
    assert min(told["right"].values()) > 100
