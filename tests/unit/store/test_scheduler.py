"""The connection to a Dask scheduler that is not there; with one that is, `test_cluster` tries it."""

import socketserver
import threading
from contextlib import contextmanager

import psutil
import pytest

from panel.store import scheduler
from panel.store.scheduler import Scheduler
from tests.services import find_free_port
from tests.unit.store.test_jobs import until


@contextmanager
def be_away():
    """Give a port that nothing listens on."""
    yield find_free_port()


@contextmanager
def hang_up():
    """Give a port at which something answers that is no scheduler."""
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.mark.skipif(not hasattr(psutil.Process, "num_fds"), reason="Windows has no such files to count")
@pytest.mark.parametrize("begin", [be_away, hang_up])
def test_one_that_is_not_there_costs_the_same_however_often_it_is_tried(monkeypatch, begin):
    monkeypatch.setattr(scheduler, "ANSWERED_WITHIN", 0.05)
    monkeypatch.setattr(scheduler, "LOOKED_EVERY", 0.0)
    Client, tried = scheduler._import_client(), []

    def make_client(*arguments, **options):
        tried.append((threading.active_count(), psutil.Process().num_fds()))
        return Client(*arguments, **options)

    monkeypatch.setattr(scheduler, "_import_client", lambda: make_client)
    with begin() as port:
        before = threading.active_count()
        one = Scheduler(f"tcp://127.0.0.1:{port}", lambda *said: None)
        one.begin()
        assert until(lambda: len(tried) > 25, 30)
        one.close()
        assert one.answers is False
        for now, then in zip(tried[-1], tried[5], strict=True):
            assert now < then + 5, "a leak would have left 20"
        assert until(lambda: threading.active_count() <= before, 10)
