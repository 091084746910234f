"""
Measure what answering costs the server: each view of 10,000 runs of 30 parameters, first and again, and its bytes.

A view is asked as the page asks it, through the application but without a socket or a browser. *First* is until its
answer is there, in wall seconds: work of a worker process counts. *Again* is one request for what is known, in CPU
seconds of the server's process, the median of several. Bytes are those of the answer as compressed on its way.
Usage: python -m benchmarks.answering [RUNS]
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from backports import zstd

from benchmarks.tabs import PARAMETERS, project
from panel.answers.defaults import choose_default_selection
from panel.page.views.tabs import TABS
from panel.page.web import create_app
from panel.settings import Settings
from panel.store import cache, loading

RUNS = 10_000

AGAIN = 5

LEFT_OUT = ("methods",)
"""It is known when all methods are, which takes minutes."""

NAMES = [f"config.group.parameter_{k}".removeprefix("config.") for k in range(PARAMETERS)]

ASKED: dict[str, dict[str, Any]] = {
    "parallel": {"parameters": sorted(NAMES)},
    "slices": {"parameters": sorted(NAMES)},
    "targets": {"targets": ["val_loss", "runtime"]},
}
"""What the page asks of a view, beside the question."""

Json = dict[str, Any]


class Asker:
    """Asks the application for its views."""

    def __init__(self, client: Any, question: Json):
        self.client, self.question = client, question

    def ask(self, view: str) -> tuple[Json, float, int]:
        """Return the answer of a view, the CPU seconds of this process that it took, and its bytes."""
        component, values = self._say(view)
        body = {
            "output": f"{component}.data",
            "outputs": {"id": component, "property": "data"},
            "inputs": [{"id": i, "property": p, "value": v} for i, p, v in values],
            "state": [],
            "changedPropIds": [f"{values[0][0]}.data"],
        }
        headers = {"Host": "localhost", "Accept-Encoding": "gzip, deflate, br, zstd"}  # as Chromium does
        begun = time.process_time()
        reply = self.client.post("/_dash-update-component", json=body, headers=headers)
        seconds = time.process_time() - begun
        text = zstd.decompress(reply.data) if reply.headers.get("Content-Encoding") == "zstd" else reply.data
        return json.loads(text)["response"][component]["data"], seconds, len(reply.data)

    def _say(self, view: str) -> tuple[str, list[tuple[str, str, Any]]]:
        """Return the component that a view's answer is for, and what the page sends for it."""
        question = ("question", "data", self.question)
        if view == "importance":
            return "importance", [question, ("poll", "n_intervals", 0), ("retry", "n_clicks", None)]
        if view == "cards":
            return "cards-answer", [("cards-asked", "data", self.question), ("cards-poll", "data", 0)]
        asked = ("tab-asked", "data", {"tab": view, **ASKED.get(view, {})})
        return "tab-answer", [question, asked, ("tab-poll", "data", 0), ("tab-retry", "n_clicks", None)]

    def ask_until_done(self, view: str) -> tuple[float, float]:
        """Ask until the answer is there; return the wall seconds until anything was, and until all was."""
        begun, first = time.perf_counter(), 0.0
        while True:
            answer, _, _ = self.ask(view)
            first = first or time.perf_counter() - begun
            if "error" in answer or answer["state"] not in ("queued", "running"):
                return first, time.perf_counter() - begun
            time.sleep(0.05)


def main(runs: str = str(RUNS)) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="sweeplens-bench-") as name:
        folder = cache.prepare(Path(name) / "cache")[0]
        project_id = loading.load_source(loading.Wanted((project(Path(name), int(runs)),)), folder)
        asked = choose_default_selection(project_id, folder)
        app, jobs = create_app(Settings(cache_dir=folder), asked)
        try:
            asker = Asker(app.server.test_client(), {"selection": asked.to_json(), "method": "forest"})
            asker.ask_until_done("linear")  # the design of the question, and what imports cost
            views = {
                "importance": "Ranking",
                "cards": "Cards",
                **{tab.NAME: tab.LABEL for tab in TABS if tab.NAME not in LEFT_OUT},
            }
            print(f"| {int(runs):,} x {PARAMETERS} | first answer, s | known after, s | again, CPU s | kB |")
            print("|---|---|---|---|---|")
            for view, label in views.items():
                first, done = asker.ask_until_done(view)
                again = [asker.ask(view) for _ in range(AGAIN)]
                seconds = statistics.median(cpu for _, cpu, _ in again)
                print(f"| {label} | {first:.2f} | {done:.2f} | {seconds:.3f} | {again[0][2] / 1000:,.0f} |")
                sys.stdout.flush()
        finally:
            jobs.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
