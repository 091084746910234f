"""The documentation beside the page: where it is found, and how it is served."""

import pytest
from flask import Flask

from panel.page import documents
from panel.settings import Settings


@pytest.fixture
def package(tmp_path):
    (tmp_path / "panel").mkdir()
    return tmp_path / "panel"


def put(folder, name):
    folder.mkdir(parents=True)
    (folder / name).write_text("# Reading")
    return folder


def test_without_pages_there_is_none(package):
    assert documents.find_folder(package) is None


def test_what_was_built_comes_before_what_is_written(package):
    written = put(package.parent / "docs/site", "reading.md")
    assert documents.find_folder(package) == written
    built = put(package.parent / "build/site", "reading.html")
    assert documents.find_folder(package) == built
    assert documents.find_first(built) == "reading.html"


def test_in_a_wheel_the_pages_lie_inside(package):
    inside = put(package / "docs", "reading.md")
    put(package.parent / "docs/site", "reading.md")
    assert documents.find_folder(package) == inside


@pytest.mark.parametrize("prefix", ["/", "/sweeplens/"])
def test_pages_are_served_as_html_and_nothing_else_is(package, monkeypatch, prefix):
    folder = put(package / "docs", "reading.md")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (package / "secret.md").write_text("secret")
    monkeypatch.setattr(documents, "find_folder", lambda: folder)
    server = Flask("test")
    documents.register(server, Settings(url_prefix=prefix))
    client = server.test_client()
    assert documents.write_link() == "documentation/reading.md"
    answer = client.get(f"{prefix}documentation/reading.md")
    assert '<h1 id="reading">Reading<' in answer.text
    assert answer.mimetype == "text/html"
    assert client.get(f"{prefix}documentation/picture.png").mimetype == "image/png"
    for name in ("nosuch.md", "", "../secret.md", "..%2fsecret.md", "a/..%2f..%2fsecret.md"):
        assert client.get(f"{prefix}documentation/{name}").status_code == 404


def test_a_page_runs_the_scripts_that_it_was_built_with_and_no_others(package, monkeypatch):
    folder = put(package / "docs", "reading.html")
    (folder / "reading.html").write_text('<script src="a.js"></script><script>alert(1)</script>')
    monkeypatch.setattr(documents, "find_folder", lambda: folder)
    server = Flask("test")
    documents.register(server, Settings())
    policy = server.test_client().get("/documentation/reading.html").headers["Content-Security-Policy"]
    assert "script-src 'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';" in policy


def test_without_pages_there_is_no_link(monkeypatch):
    monkeypatch.setattr(documents, "find_folder", lambda: None)
    assert documents.write_link() == ""
    server = Flask("test")
    documents.register(server, Settings())
    assert server.test_client().get("/documentation/reading.md").status_code == 404
