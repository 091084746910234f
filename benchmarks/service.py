"""
Measure a server for a team: how long people wait who ask at once, and who open a source beside long work.

Each person has a connection that stays, as a browser has, and asks a question whose answer is known every two seconds:
the overview and the ranking; one in ten asks for another tab instead. Questions differ; every answer is compared with
the one that was given before all began, so that none is lost or crossed. *New* questions are asked by all at once, each
another one, until the ranking is there. Requests are made by this process, which shares the machine with the server.
Usage: python -m benchmarks.service [users|new|beside] [--processes N ...] [--scheduler ADDRESS]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import threading
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
from backports import zstd

from benchmarks.soak import Page
from benchmarks.tabs import project
from panel.page import ids
from tests.app.serving import Server, serve

RUNS = 10_000

USERS = (1, 10, 50, 200)

EVERY = 2.0
"""Seconds between two questions of a person."""

SECONDS = 40.0
"""For how long they ask."""

TABS = ("history", "linear", "slices", "best", "interactions")

BEFORE = 20
"""Long questions of a neighbour, asked before somebody opens a source."""

Json = dict[str, Any]


def list_questions(page: Page) -> list[Json]:
    """Return questions that differ in what their answers hold."""
    usual = page.question["selection"]
    scales = [{**usual, "target": {**usual["target"], "scale": scale}} for scale in ("raw", "log", "rank")]
    return [{"selection": one, "method": method} for one in scales for method in ("forest", "permutation")]


def open_page(server: Server) -> Page:
    """Return what a browser sends, of somebody whom the proxy names."""
    return Page(server, X_Forwarded_User="first")


class Person:
    """Somebody who asks, by a connection that stays."""

    def __init__(self, server: Server, name: str):
        self.connection = HTTPConnection("127.0.0.1", server.port, timeout=300)
        self.headers = {
            "Content-Type": "application/json",
            "Accept-Encoding": "zstd",
            "X-Forwarded-User": name,
        }

    def ask(self, body: str) -> tuple[float, Json]:
        """Return how long the answer took, until all of it was here, and the answer."""
        begun = time.perf_counter()
        self.connection.request("POST", "/_dash-update-component", body, self.headers)
        reply = self.connection.getresponse()
        content = reply.read()
        seconds = time.perf_counter() - begun
        if reply.status != 200:
            raise RuntimeError(f"{reply.status}: {content[:200]!r}")
        text = zstd.decompress(content) if reply.headers["Content-Encoding"] == "zstd" else content
        return seconds, next(iter(json.loads(text)["response"].values()))["data"]

    def wait(self, body: str) -> Json:
        """Ask until what is asked is answered."""
        while True:
            _, answer = self.ask(body)
            if answer.get("error") or answer.get("state") in ("failed", "cancelled"):
                raise RuntimeError(str(answer.get("error") or answer)[:300])
            if answer.get("state") not in ("queued", "running"):
                return answer
            time.sleep(0.2)


def digest(answer: Json) -> str:
    """Return what two equal answers share."""
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()


def write_known(page: Page, person: Person) -> list[tuple[list[str], list[str]]]:
    """Have all questions answered; return of each what is sent for its ranking, and for its tabs."""
    bodies = []
    for question in list_questions(page):
        usual = [page.write(ids.OVERVIEW, question=question), page.write(ids.IMPORTANCE, question=question)]
        tabs = [page.write(ids.TAB_ANSWER, question=question, tab_asked={"tab": tab}) for tab in TABS]
        for body in (*usual, *tabs):
            person.wait(body)
        bodies.append((usual, tabs))
    return bodies


def measure_users(server: Server, users: int, bodies: list[tuple[list[str], list[str]]]) -> tuple[list[float], int]:
    """Return how long each answer took, and how many were lost or others than before."""
    right = {body: digest(Person(server, "first").ask(body)[1]) for pair in bodies for part in pair for body in part}
    seconds: list[float] = []
    wrong: list[str] = []
    end = time.monotonic() + SECONDS

    def go_on(number: int) -> None:
        draw, person = random.Random(number), Person(server, f"person-{number}")
        time.sleep(draw.random() * EVERY)
        while time.monotonic() < end:
            begun = time.monotonic()
            usual, tabs = draw.choice(bodies)
            for body in [draw.choice(tabs)] if draw.random() < 0.1 else usual:
                try:
                    took, answer = person.ask(body)
                except Exception as error:
                    wrong.append(repr(error))
                    return
                seconds.append(took)
                if digest(answer) != right[body]:
                    wrong.append("another answer")
            time.sleep(max(0.0, EVERY - (time.monotonic() - begun)))

    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seconds, len(wrong)


def print_users(server: Server, label: str) -> None:
    """Print a line for each number of people."""
    page, first = open_page(server), Person(server, "first")
    bodies = write_known(page, first)
    for users in USERS:
        seconds, wrong = measure_users(server, users, bodies)
        p50, p95, most = np.percentile(seconds, [50, 95, 100])
        print(
            f"| {label} | {users} | {len(seconds):,} | {1000 * p50:.0f} | {1000 * p95:.0f} | {1000 * most:.0f} "
            f"| {wrong} |",
            flush=True,
        )


def print_new(server: Server, label: str) -> None:
    """Print how long people wait for the ranking of a question that nobody asked before."""
    page = open_page(server)
    for users in (1, 10):
        seconds: list[float] = []

        def ask(number: int, users: int = users, seconds: list[float] = seconds) -> None:
            selection = {**page.question["selection"], "seed": 1000 * users + number}
            begun = time.perf_counter()
            body = page.write(ids.IMPORTANCE, question={"selection": selection, "method": "forest"})
            answer = Person(server, f"person-{number}").wait(body)
            if answer.get("state") != "done":
                raise RuntimeError(str(answer)[:200])
            seconds.append(time.perf_counter() - begun)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(users)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(
            f"| {label} | {users} | {min(seconds):.1f} | {statistics.median(seconds):.1f} | {max(seconds):.1f} |",
            flush=True,
        )


def print_beside(server: Server) -> None:
    """Print how long somebody waits for a source, opened beside many long questions of a neighbour."""
    page = open_page(server)
    neighbour = Person(server, "neighbour")
    for number in range(BEFORE):
        selection = {**page.question["selection"], "seed": 5000 + number}
        neighbour.ask(page.write(ids.IMPORTANCE, question={"selection": selection, "method": "permutation"}))
    newcomer, begun = Person(server, "newcomer"), time.perf_counter()
    opened = newcomer.wait(page.write(ids.OPENED, opening={"uri": "sample", "token": "service"}, opening_poll=0))
    read = time.perf_counter() - begun
    newcomer.wait(page.write(ids.OVERVIEW, question=opened["question"]))
    overview = time.perf_counter() - begun
    newcomer.wait(page.write(ids.IMPORTANCE, question=opened["question"]))
    print(
        f"Beside {BEFORE} questions of a neighbour the sample is open after {read:.1f} s, its overview there after "
        f"{overview:.1f} s, its ranking after {time.perf_counter() - begun:.1f} s.",
        flush=True,
    )


@contextmanager
def start(folder: Path, processes: int, *more: str) -> Any:
    """Start a server of so many processes, which a proxy is said to be before."""
    options = ["--processes", processes, "--trust-proxy", "X-Forwarded-User", "--root", folder, *more]
    with serve(folder / f"cache-{processes}", project(folder / str(processes), RUNS), *options) as server:
        yield server


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["users", "new", "beside"])
    parser.add_argument("--processes", nargs="*", type=int, default=[1, 3])
    parser.add_argument("--scheduler", default="")
    given = parser.parse_args()
    more = ["--scheduler", given.scheduler] if given.scheduler else []
    with tempfile.TemporaryDirectory() as name:
        for processes in given.processes:
            (Path(name) / str(processes)).mkdir()
            label = f"{processes}{' and Dask' if more else ''}"
            with start(Path(name), processes, *more) as server:
                if "users" in given.what:
                    print("| processes | users | answers | median, ms | 95th percentile, ms | most, ms | wrong |")
                    print("|---|---|---|---|---|---|---|")
                    print_users(server, label)
                if "new" in given.what:
                    print("\n| processes | users | first new answer, s | median, s | last, s |\n|---|---|---|---|---|")
                    print_new(server, label)
                if "beside" in given.what:
                    print_beside(server)


if __name__ == "__main__":
    main()
