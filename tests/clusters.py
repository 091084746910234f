"""Schedulers and workers of Dask, each in a process of its own; none outlives its test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.services import find_free_port

ROOT = Path(__file__).parent.parent

FEW_DEATHS = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
"""Variables of a scheduler that gives a task up when its second worker has died."""


class Cluster:
    """
    A scheduler's address, and what was started there.

    Parameters
    ----------
    folder
        Where what they write goes.
    """

    def __init__(self, folder: Path):
        self.folder, self.port = folder, find_free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self._started = ExitStack()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *error: object) -> None:
        self._started.close()

    def start_scheduler(self, **variables: str) -> subprocess.Popen[bytes]:
        """Start the scheduler, again at the same port if it was killed."""
        command = ["scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--dashboard-address", "127.0.0.1:0"]
        return self._start(command, ROOT, variables)

    def start_worker(self, *options: str, root: Path = ROOT, offers: bool = True) -> subprocess.Popen[bytes]:
        """Start a worker from a checkout; it waits for the scheduler, and ends with it."""
        preload = ("--preload", "panel.store.worker") if offers else ()
        command = ["worker", self.address, "--no-nanny", "--nthreads", "2", "--no-dashboard", *preload, *options]
        command += ["--local-directory", str(self.folder)]
        return self._start(command, root, {"SWEEPLENS_CACHE_DIR": str(self.folder / "own")})

    def _start(self, command: list[str], root: Path, variables: dict[str, str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", **variables}
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"{command[0]}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], stdout=log, stderr=log, env=environment, cwd=self.folder
            )
        self._started.callback(kill, process)
        return process


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process as a power failure would, and wait until it is gone."""
    process.send_signal(signal.SIGKILL)
    process.wait()
