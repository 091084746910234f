"""What the tests of readers share: a W&B server on loopback, and a user who has its key."""

import pytest

from panel.sources.wandb import api as wandb_api
from panel.sources.wandb import client as wandb_client
from tests.fixtures.wandb_server import KEY, RUNS, Server

FOLDERS = ("WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_SILENT", "WANDB_SERVICE", "WANDB_ERROR_REPORTING")


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A server with the runs that the real client wrote, and a user who has its key and little patience."""
    pytest.importorskip("wandb")
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in FOLDERS:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"MAX": "2", "WAIT_MIN_SECONDS": "1", "WAIT_MAX_SECONDS": "1"}.items():
        monkeypatch.setenv(f"WANDB_X_GRAPHQL_RETRY_{name}", value)
    with Server().read(RUNS) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        monkeypatch.setenv("WANDB_API_KEY", KEY)
        yield server
    assert not server.strangers


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of four runs, three whole ones a request."""
    monkeypatch.setattr(wandb_client, "LISTED", 4)
    monkeypatch.setattr(wandb_api, "LISTED", 4)
    monkeypatch.setattr(wandb_api, "WHOLE", 3)
    monkeypatch.setattr(wandb_client.Client.runs, "__kwdefaults__", {"page": 4})
