"""Slow and half-open connections lock nobody out."""

from __future__ import annotations

import socket
import time

import pytest

from panel.access import limits
from tests.app.serving import serve

HALF_OPEN = 300

BEGUN = (b"", b"GET / HT", b"POST /_dash-update-component HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999\r\n\r\n{")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("limits") / "cache", "sample") as server:
        server.ask()  # what the first page needs beside an answer is not what is measured
        yield server


@pytest.mark.parametrize("begun", BEGUN)
def test_a_page_is_answered_beside_many_that_wait_for_nothing(server, begun):
    held = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(HALF_OPEN)]
    try:
        for connection in held:
            connection.sendall(begun)
        start = time.monotonic()
        assert server.ask().status == 200
        assert time.monotonic() - start < 2
    finally:
        for connection in held:
            connection.close()


def test_a_connection_on_which_nothing_comes_is_closed(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as idle:
        idle.sendall(b"GET / HT")
        start = time.monotonic()
        assert idle.recv(1) == b""
        assert limits.PATIENCE - 1 <= time.monotonic() - start <= limits.PATIENCE + 15


def test_a_body_that_is_too_large_is_not_waited_for(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as large:
        large.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000000\r\n\r\n{")
        assert b" 413 " in large.recv(100)


def test_what_the_system_allows_is_a_limit(monkeypatch):
    resource = pytest.importorskip("resource")
    changed = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: changed.append(pair))
    assert limits.make_limits(1)["connection_limit"] == 1024 - limits.KEPT_FREE
    assert changed == [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4096, resource.RLIM_INFINITY))
    assert limits.make_limits(1)["connection_limit"] == limits.MOST_CONNECTIONS
