"""
Kill -9, a hundred times, in the middle of writing: whatever computes, answers or keeps; and compare every answer.

Each round asks a question that nobody asked before, kills something within a second and a half, starts again what does
not come back by itself, and waits for the answer. It must be the one that a server gives which nobody disturbs. In the
end a new server is asked for all of them again, from the cache folder that the others left. Killed are, in turn: a
worker, a process that answers, the first process (and with it the server), and with --redis and --scheduler those.
Usage: python -m benchmarks.kills [--rounds 100] [--redis] [--scheduler]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import psutil

from benchmarks.service import Person, digest
from benchmarks.soak import Page
from panel.page import ids
from panel.settings import find_free_port
from tests.app.serving import Server, serve

RUNS = 3_000

Json = dict[str, Any]


def write_table(folder: Path) -> str:
    """Write runs of eight parameters; return the path."""
    draw = np.random.default_rng(3)
    frame = pd.DataFrame(draw.random((RUNS, 8)), columns=[f"config.x{k}" for k in range(8)])
    frame["summary.loss"] = frame["config.x0"] + frame["config.x1"] * frame["config.x2"] + 0.1 * draw.random(RUNS)
    frame.to_csv(folder / "runs.csv", index=False)
    return str(folder / "runs.csv")


class Beside:
    """A program beside the server, on a port of its own, that can be killed and started again."""

    def __init__(self, port: int, *command: str):
        self.port, self.command = port, command
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """Kill it and start it again."""
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def stop(self) -> None:
        """Kill it for good."""
        self.process.kill()
        self.process.wait()


class Service:
    """A server that is started again when it was killed."""

    def __init__(self, cache: Path, source: str, options: list[str], variables: dict[str, str]):
        self.cache, self.source, self.options, self.variables = cache, source, options, variables
        self._stack = contextlib.ExitStack()
        self.server = self._start()
        self.page = Page(self.server)

    def _start(self) -> Server:
        return self._stack.enter_context(serve(self.cache, self.source, *self.options, **self.variables))

    def _find(self, answering: bool) -> list[psutil.Process]:
        found = []
        for process in psutil.Process(self.server.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                listens = any(c.status == psutil.CONN_LISTEN for c in process.net_connections("tcp"))
                tracks = "resource_tracker" in " ".join(process.cmdline())
                if listens == answering and not tracks:
                    found.append(process)
        return found

    def kill(self, what: str, draw: random.Random) -> None:
        """Kill a ``worker``, one that is ``answering``, or the ``first`` process; start the server again if it must."""
        if what == "first":
            os.kill(self.server.process.pid, signal.SIGKILL)
            self.server.process.wait()
            self._stack.close()
            self.server = self._start()
            return
        victims = self._find(what == "answering")
        if victims:
            with contextlib.suppress(psutil.Error):
                draw.choice(victims).kill()

    def wait(self, body: str, seconds: float = 180) -> Json:
        """Ask until the answer is there, whatever happens to the server."""
        end, answer = time.monotonic() + seconds, {}
        while time.monotonic() < end:
            try:
                answer = Person(self.server, "one").ask(body)[1]
                if answer.get("state") == "done":
                    return answer
                if answer.get("state") in ("queued", "running"):
                    time.sleep(0.1)
                    continue
                body = json.dumps({**json.loads(body), "changedPropIds": [f"{ids.RETRY}.n_clicks"]})  # "Compute again"
            except (OSError, HTTPException):
                time.sleep(0.1)
        raise RuntimeError(f"no answer within {seconds:g} s, but {str(answer)[-300:]}")

    def stop(self) -> None:
        """Stop it."""
        self._stack.close()


def make_body(page: Page, seed: int) -> str:
    """Return what is sent for the ranking of a question of its own."""
    question = {"selection": {**page.question["selection"], "seed": seed}, "method": "forest"}
    return page.write(ids.IMPORTANCE, question=question, poll=0)


def begin_asking(service: Service, body: str) -> None:
    """Ask, and do not wait for the answer."""
    with contextlib.suppress(OSError, HTTPException, RuntimeError):
        Person(service.server, "one").ask(body)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--redis", action="store_true")
    parser.add_argument("--scheduler", action="store_true")
    given = parser.parse_args()
    draw, wrong = random.Random(1), 0
    seconds: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        source, cache = write_table(folder), folder / "cache"
        options, variables = ["--processes", "2"], {}
        beside: dict[str, Beside] = {}
        if given.redis:
            port = find_free_port("127.0.0.1", 16_379)
            found = shutil.which("redis-server") or "redis-server"
            beside["redis"] = Beside(port, found, "--port", str(port), "--save", "", "--dir", name)
            variables["SWEEPLENS_RESULTS"] = f"redis://127.0.0.1:{port}/0"
        if given.scheduler:
            port = find_free_port("127.0.0.1", 18_786)
            dask = [sys.executable, "-m", "dask"]
            address = f"tcp://127.0.0.1:{port}"
            beside["scheduler"] = Beside(port, *dask, "scheduler", "--port", str(port), "--no-dashboard")
            beside["dask worker"] = Beside(port, *dask, "worker", address, "--no-dashboard", "--no-nanny")
            options += ["--scheduler", address]
        for one in beside.values():
            stack.callback(one.stop)
        service = Service(cache, source, options, variables)
        stack.callback(lambda: service.stop())
        victims = ["worker", "answering", "first", *beside]
        answers: dict[str, str] = {}
        for number in range(given.rounds):
            what, body = victims[number % len(victims)], make_body(service.page, number + 1)
            begin_asking(service, body)
            time.sleep(1.5 * draw.random())
            begun = time.perf_counter()
            if what in beside:
                beside[what].kill()
            else:
                service.kill(what, draw)
            answers[body] = digest(service.wait(body)["record"])
            seconds[what].append(time.perf_counter() - begun)
        service.stop()
        right = Service(folder / "undisturbed", source, [], {})
        again = Service(cache, source, [], {})
        for body, answer in answers.items():
            expected = digest(right.wait(body)["record"])
            wrong += (answer != expected) + (digest(again.wait(body)["record"]) != expected)
        right.stop()
        again.stop()
    print("| killed | times | until the right answer, median, s | most, s |\n|---|---|---|---|")
    for what, values in seconds.items():
        print(f"| {what} | {len(values)} | {statistics.median(values):.1f} | {max(values):.1f} |")
    print(f"\nWrong answers: {wrong} of {2 * len(answers)}.")


if __name__ == "__main__":
    main()
