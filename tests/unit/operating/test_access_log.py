"""What the access log says of a request, and what it never says."""

from __future__ import annotations

import io
import json
import os

from flask import Flask, g

from panel.access.visitor import Visitor
from panel.operating import access_log
from panel.settings import Settings


def make_client(form, tmp_path, user="", out=None):
    server, out = Flask("one"), out or io.StringIO()
    access_log.register(server, Settings(access_log=form), out)

    @server.get("/page")
    def page():
        g.visitor = Visitor(tmp_path, user)
        return "12345"

    return server.test_client(), out


def test_json_has_all_of_it_and_no_token(tmp_path):
    client, out = make_client("json", tmp_path, "ann")
    client.get("/page?token=secret-1")
    about = json.loads(out.getvalue())
    assert "secret" not in out.getvalue()
    assert about.pop("time").endswith("+00:00")
    assert 0 <= about.pop("seconds") < 60
    assert about == {
        "address": "127.0.0.1",
        "user": "ann",
        "method": "GET",
        "path": "/page",
        "status": 200,
        "bytes": 5,
    }


def test_a_line_holds_whatever_a_name_or_a_path_holds(tmp_path):
    client, out = make_client("lines", tmp_path, "Ann Lee")
    client.get("/page")
    client.get("/no%0Asuch page")
    first, second = out.getvalue().splitlines()
    assert first.split(" ", 1)[1].startswith('127.0.0.1 "Ann Lee" GET "/page" 200 5 0.')
    assert second.split(" ", 1)[1].startswith('127.0.0.1 - GET "/no\\nsuch page" 404 ')


def test_it_is_not_written_unasked(tmp_path):
    client, out = make_client("", tmp_path)
    client.get("/page")
    assert out.getvalue() == ""


def test_a_reader_that_has_left_fails_no_request(tmp_path):
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as out:
        client, _ = make_client("lines", tmp_path, out=out)
        os.close(reading)
        assert [client.get("/page").status_code for _ in range(3)] == [200] * 3
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)
