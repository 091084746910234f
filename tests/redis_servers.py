"""A Redis of their own for tests, which start and kill it: a real one; without the program tests are skipped."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.services import why_absent

SOON = 30.0
"""Seconds after which a service should have started."""


def find_redis_server() -> str:
    """Return the program; skip the test if there is none, and no Redis here either: where one answers, tests run."""
    program = shutil.which("redis-server")
    if program is not None:
        return program
    absent = why_absent("redis")
    if not absent:
        pytest.fail("a Redis answers here, but redis-server, which tests start and kill, is not in PATH")
    pytest.skip(absent)


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """A Redis that keeps what it has in a folder, so that it has it again after it was killed."""

    def __init__(self, folder: Path, password: str = ""):
        program = find_redis_server()
        folder.mkdir(exist_ok=True)
        self.port, self.password = find_free_port(), password
        self._command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        self._command += ["--appendonly", "yes", "--appendfsync", "no", *(["--requirepass", password] * bool(password))]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"redis://{f':{self.password}@' if self.password else ''}127.0.0.1:{self.port}/0"

    def start(self) -> Redis:
        """Start it, and wait until it answers."""
        import redis

        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        client = redis.Redis(port=self.port, password=self.password or None)
        end = time.monotonic() + SOON
        while True:
            try:
                client.ping()
                return self
            except redis.ConnectionError:  # it loads what it has, too
                assert self._process.poll() is None, "Redis has ended"
                assert time.monotonic() < end, "Redis does not answer"
                time.sleep(0.01)

    def kill(self) -> None:
        """End it at once, as by a loss of power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
