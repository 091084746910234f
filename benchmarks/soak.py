"""
Measure what a server that runs for long keeps in memory and on the disk: an hour of a team's requests in a few minutes.

Requests go to the command as a real server: pages are opened, ask every few seconds whether their source has changed,
ask ever other questions of ever other tabs, upload tables that nobody had before and open them; some name projects that
are none. Memory is what the processes have to themselves and share (RSS), after a first round of all of this, which
loads what stays. It should end about where it began. Usage: python -m benchmarks.soak [MINUTES]
"""

from __future__ import annotations

import base64
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from panel.page import ids
from panel.page.views.tabs import TABS
from tests.app.serving import Server, serve

MINUTES = 3.0

POLLS = 60
"""Of a page in ten minutes: one every ten seconds."""

METHODS = ("forest", "permutation", "linear")

ROWS = 300

Json = dict[str, Any]


class Page:
    """What a browser sends to a server; what it has sent is counted by kind."""

    def __init__(self, server: Server, **headers: str):
        self.server, self.headers, self.sent = server, headers, Counter[str]()
        described = json.loads(server.ask("/_dash-dependencies", **headers).text)
        self._inputs = {one["output"]: (one["inputs"], one["state"]) for one in described}
        layout = json.loads(server.ask("/_dash-layout", **headers).text)
        store = next(child for child in layout["props"]["children"] if child["props"].get("id") == ids.DEFAULTS)
        self.question = {"selection": store["props"]["data"]["projects"][0]["question"], "method": "forest"}

    def get(self, path: str) -> int:
        """Ask for an address."""
        self.sent[path.partition("?")[0]] += 1
        return self.server.ask(path, **self.headers).status

    def write(self, output: str, **values: Any) -> str:
        """Return what is sent for an output; inputs and states are given by the ids of their components."""
        inputs, state = self._inputs[f"{output}.data"]
        given = {name.replace("_", "-"): value for name, value in values.items()}
        fill = [[{**one, "value": given.get(one["id"])} for one in part] for part in (inputs, state)]
        body = {
            "output": f"{output}.data",
            "outputs": {"id": output, "property": "data"},
            "inputs": fill[0],
            "state": fill[1],
            "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs if one["id"] in given],
        }
        return json.dumps(body)

    def call(self, output: str, **values: Any) -> Json:
        """Have the server compute an output."""
        self.sent[output] += 1
        headers = {"Content_Type": "application/json", **self.headers}
        reply = self.server.ask("/_dash-update-component", "POST", self.write(output, **values), **headers)
        return json.loads(reply.text)["response"][output]["data"] if reply.status == 200 else {"state": "none"}

    def wait(self, output: str, **values: Any) -> Json:
        """Ask until what is asked is answered."""
        while True:
            answer = self.call(output, **values)
            if answer.get("state") not in ("queued", "running"):
                return answer

    def ask(self, number: int) -> None:
        """Ask a question that nobody asked before, and look at a tab."""
        selection = {**self.question["selection"], "seed": number}
        question = {"selection": selection, "method": METHODS[number % len(METHODS)]}
        self.wait(ids.OVERVIEW, question=question)
        self.wait(ids.IMPORTANCE, question=question)
        self.wait(ids.TAB_ANSWER, question=question, tab_asked={"tab": TABS[number % len(TABS)].NAME})

    def upload(self, number: int) -> None:
        """Upload a table that nobody had before, open it, and ask a question about it."""
        draw = np.random.default_rng(number)
        lines = [f"{a:.5f},{b:.5f},{c:.5f}" for a, b, c in draw.random((ROWS, 3))]
        content = base64.b64encode("\n".join(["config.lr,config.width,summary.loss", *lines]).encode()).decode()
        upload = {"name": "runs.csv", "contents": f"data:text/csv;base64,{content}"}
        kept = self.call(ids.UPLOADED, uploading=upload)
        opened = self.wait(ids.OPENED, opening={"uri": kept["uri"], "token": f"soak-{number}"}, opening_poll=0)
        if "question" not in opened:
            raise RuntimeError(f"The upload was not opened: {opened}")
        self.wait(ids.IMPORTANCE, question=opened["question"])

    def poll(self, number: int) -> None:
        """Ask whether sources have changed: of the page's project, and of one that is none."""
        for n in range(POLLS):
            self.get(f"/_sweeplens/status?project={self.question['selection']['project']}")
            self.get(f"/_sweeplens/status?project={number}x{n}{'z' * 2_000}")


def do_round(page: Page, number: int) -> None:
    """Do what a few people do in ten minutes."""
    page.get("/")
    page.get("/_dash-layout")
    page.poll(number)
    for n in range(3):
        page.ask(3 * number + n)
    page.upload(number)


def measure(server: Server) -> tuple[float, float, int]:
    """Return the megabytes that the server has in memory, those of its workers, and the threads of the server."""
    process = psutil.Process(server.process.pid)
    workers = sum(child.memory_info().rss for child in process.children(recursive=True))
    return process.memory_info().rss / 1e6, workers / 1e6, process.num_threads()


def main(minutes: float | None = None) -> None:
    """Print memory and disk as time goes on."""
    minutes = minutes or (float(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[0].endswith("soak.py") else MINUTES)
    with tempfile.TemporaryDirectory() as name, serve(Path(name), "sample") as server:
        page, number = Page(server), 1
        for _ in range(len(TABS) // 3 + 1):  # every tab once
            do_round(page, number)
            number += 1
        page.sent.clear()
        print("| minutes | requests | rounds | server, MB | workers, MB | threads | cache, MB | files |")
        print("|---|---|---|---|---|---|---|---|")
        begun, first, told = time.monotonic(), number, -1.0
        while True:
            passed = (time.monotonic() - begun) / 60
            if passed >= told or passed >= minutes:
                memory, workers, threads = measure(server)
                sizes = [file.stat().st_size for file in Path(name).rglob("*") if file.is_file()]
                print(
                    f"| {passed:.1f} | {sum(page.sent.values()):,} | {number - first} | {memory:.0f} | {workers:.0f} "
                    f"| {threads} | {sum(sizes) / 1e6:.1f} | {len(sizes):,} |",
                    flush=True,
                )
                told = passed + minutes / 6
            if passed >= minutes:
                break
            do_round(page, number)
            number += 1
        print("\nSent: " + ", ".join(f"{count:,} {what}" for what, count in page.sent.most_common()) + ".")


if __name__ == "__main__":
    main()
