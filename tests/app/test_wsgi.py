"""The page for a WSGI host, from the package and from the checkout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from panel import wsgi

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def unmade(folder, monkeypatch):
    """Forget an application that was made before; what is made here keeps its results in a folder of the test."""
    monkeypatch.setenv("SWEEPLENS_CACHE_DIR", str(folder))
    vars(wsgi).pop("server", None)
    yield
    vars(wsgi).pop("server", None)


def test_it_is_made_once_when_it_is_asked_for(unmade):
    assert "server" not in vars(wsgi)
    server = wsgi.server
    assert server is wsgi.server
    page = server.test_client().get("/", headers={"Host": "localhost"})
    assert page.status_code == 200
    assert "<title>SweepLens</title>" in page.text
    with pytest.raises(AttributeError, match="application"):
        _ = wsgi.application


@pytest.mark.parametrize("name", ["panel.wsgi", "app"])
def test_a_host_finds_it_in_the_package_and_in_the_checkout(tmp_path, name):
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    code = f"from pkgutil import resolve_name; print(type(resolve_name('{name}:server')).__name__)"  # as waitress does
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "Flask\n", done.stderr
