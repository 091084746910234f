"""Passwords in addresses: what is shown, what two spellings have in common, and what a process knows."""

import pytest

from panel.errors import SourceError
from panel.sources import load, locate
from panel.sources.common import passwords
from panel.sources.common.passwords import (
    has_password,
    hide_password,
    remember_passwords,
    reveal_password,
    strip_password,
)


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(passwords, "_KNOWN", {})


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("postgresql://me:secret@host:5432/db#a", "postgresql://me@host:5432/db#a"),
        ("postgresql://me:***@host/db", "postgresql://me@host/db"),
        ("postgresql://me:se@cr/et@host/db", "postgresql://me@host/db"),
        ("postgresql://host/db", "postgresql://host/db"),
        ("mysql://host/db?user=me&password=secret", "mysql://host/db?user=me&password=***"),
        ("wandb://team/project", "wandb://team/project"),
        ("postgresql://host:5432/db#study@2", "postgresql://host:5432/db#study@2"),
        ("postgresql://me:secret@host:5432/db#ada@corp", "postgresql://me@host:5432/db#ada@corp"),
        ("postgresql://me@[::1]:5432/db#a:b@c", "postgresql://me@[::1]:5432/db#a:b@c"),
        ("postgresql://one:5432,two:5433/db#a@b", "postgresql://one:5432,two:5433/db#a@b"),
        ("postgresql:///db#a@b", "postgresql:///db#a@b"),
        ("http://host:5000#a@b", "http://host:5000#a@b"),
        ("runs/a:b@c.csv", "runs/a:b@c.csv"),
    ],
)
def test_addresses_are_alike_without_their_passwords(address, plain):
    assert strip_password(address) == strip_password(hide_password(address)) == plain


def test_a_part_has_no_password_whatever_its_name():
    for uri in ("postgresql://host:5432/db#study@2", "http://host:5000/#a:b@c", "mysql://me@host:3306/db#x@y&key=z"):
        assert not has_password(uri)
        given = locate(uri)
        assert (given.part, given.address) == (uri.partition("#")[2], uri.partition("#")[0])
    assert hide_password("postgresql://me:secret@host/db#ada@corp") == "postgresql://me:***@host/db#ada@corp"
    remember_passwords(["postgresql://me:secret@host/db#ada@corp"])
    for uri in ("postgresql://me@host/db#ada@corp", "postgresql://me:***@host/db#ada@corp"):
        assert reveal_password(uri) == "postgresql://me:secret@host/db#ada@corp"
    assert locate("postgresql://me@host/other").address == "postgresql://me:secret@host/other"
    remember_passwords(["mysql://other/db?password=hidden#ada@corp"])
    assert reveal_password("mysql://other/db?password=***#x@y") == "mysql://other/db?password=hidden#x@y"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:/me:s3cr3t@host/db",
        "postgresql:/me:s3cr3t/s3cr3t#s3cr3t@host/db",
        "postgresql//me:s3cr3t@host/db",
        "postgresql:///me:s3cr3t@host/db",
        "postgres:me:s3cr3t@host/db",
        "me:s3cr3t@host/db",
        " postgresql://me:s3cr3t@host/db",
        "'postgresql:/me:s3cr3t@host/db'",
        "postgresql://me:a/s3cr3t#s3cr3t@host/db",
        "postgresql://me:s3cr3t#x@host/db",
        "postgresql://me:a/s3cr3t?s3cr3t=#s3cr3t@host/db",
        "postgresql://me:a@s3cr3t#s3cr3t@host/db",
        "postgresql://me:a@s3cr3t@host/db",
        "redis:/s3cr3t@host/0",
        "redis://s3cr3t@host/0",
        "redis://:123#s3cr3t@host/0",
        "postgresql://me@host/db\nmysql://me:s3cr3t@host/db",
    ],
)
def test_a_slip_of_the_pen_shows_no_password(address):
    assert "s3cr3t" not in hide_password(address)
    assert "***@host" in hide_password(address)
    assert has_password(address)
    with pytest.raises(SourceError) as refused:
        load(address)
    assert "s3cr3t" not in str(refused.value)


def test_what_is_said_of_an_address_shows_no_password():
    said = "http://host/#a leads to redis://:s3cr3t@host/0"
    assert hide_password(said) == said.replace("s3cr3t", "***")


@pytest.mark.parametrize("address", ["postgresql://me:a/b#c@host/db", "postgresql://me:a#b@host/db"])
def test_what_a_password_must_not_have_is_said(address):
    with pytest.raises(SourceError) as refused:
        locate(address)
    assert str(refused.value) == "postgresql://me:***@host/db has a # in its password; write %23 for it."


def test_what_is_located_has_its_password_and_does_not_show_it():
    given = locate("postgresql+psycopg2://me:se@cr/et@host:5432/db?sslmode=require#a#b")
    assert (given.uri, given.part) == ("postgresql+psycopg2://me:***@host:5432/db?sslmode=require", "a#b")
    assert given.where == given.uri and given.name == "db?sslmode=require"
    assert given.address == "postgresql+psycopg2://me:se@cr/et@host:5432/db?sslmode=require"
    assert given.located == f"{given.uri}#a#b" and given.reachable == f"{given.address}#a#b"
    assert given.with_part("c").address == given.address
    assert "cr/et" not in repr(given)
    assert locate("postgresql://me@host/db").address == "postgresql://me@host/db"


def test_a_password_is_known_only_once_it_was_remembered():
    locate("postgresql://me:secret@host/db")
    assert locate("postgresql://me:***@host/db").address == "postgresql://me:***@host/db"


def test_a_password_that_is_known_holds_for_the_same_user_of_the_same_host():
    remember_passwords(["postgresql://me:secret@host:5432", "mysql://other/db?user=me&password=hidden", "runs.csv"])
    for uri in ("postgresql://me@host:5432/a", "postgresql://me:***@host:5432/a"):
        assert reveal_password(uri) == "postgresql://me:secret@host:5432/a"
    assert reveal_password("postgresql://me@host:5432/a?x=1#b") == "postgresql://me:secret@host:5432/a?x=1#b"
    assert reveal_password("mysql://other/db?user=me&password=***").endswith("password=hidden")
    for uri in (
        "postgresql://me:mine@host:5432/a",
        "postgresql://you@host:5432/a",
        "postgresql://me@host:54321/a",
        "postgresql://me@host/a",
        "postgresql://me@host:5432.evil.org/a",
        "postgresql+psycopg2://me@host:5432/a",
        "runs.csv",
    ):
        assert reveal_password(uri) == uri
