"""Passwords in addresses: what is shown, what two spellings have in common, and what a process knows."""

import pytest

from panel.sources import locate
from panel.sources.common import passwords
from panel.sources.common.passwords import hide_password, remember_passwords, reveal_password, strip_password


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
        ("runs/a:b@c.csv", "runs/a:b@c.csv"),
    ],
)
def test_addresses_are_alike_without_their_passwords(address, plain):
    assert strip_password(address) == strip_password(hide_password(address)) == plain


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
