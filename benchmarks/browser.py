"""
Measure the page in a real Chromium: show, hide, sort and search at 500 parameters, and the way to the first bar.

A change counts as painted in the second frame after it: the first then stands on the screen. Requests are counted,
those of the status poll aside. First bar: from starting the command to the first importance bar in the page, cold
(empty cache folder) and warm; alternating with `optuna-dashboard` on the same study.
Usage: python -m benchmarks.browser [bar], ``bar`` for the way to the first bar alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from panel.settings import find_free_port
from tests.browser.conftest import FLAGS, Server
from tests.browser.scripts import EXPOSE
from tests.chromium import present

PAINTED = """async () => {
    const start = performance.now();
    ACTION;
    await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
    return performance.now() - start;
}"""

NOTICED = """(() => {
    const look = () => requestAnimationFrame(() => {
        if (!document.querySelector(SELECTOR)) { look(); return; }
        requestAnimationFrame(() => { window.noticedAt = performance.timeOrigin + performance.now(); });
    });
    look();
})()"""
"""Notes in the page when an element has been painted; asked from outside, a busy page would answer late."""

REPETITIONS = 5

EYE = "#manager li[data-name] .eye"

ACTIONS = {
    "hide": f"document.querySelectorAll('{EYE}')[4].click()",
    "show": "document.querySelector('#manager li.off .eye').click()",
    "sort": "document.querySelectorAll('#sort input')[window.turn = ((window.turn || 0) + 1) % 4].click()",
    "search": "sweeplens.show({ search: (window.found = !window.found) ? 'x4' : '' })",
}
"""`search` sets what a key in the search box sets; the rest are clicks."""


def wide_table(folder: Path) -> str:
    """Write 500 parameters of 300 runs."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.random((300, 500)), columns=[f"config.x{i}" for i in range(500)])
    frame["summary.val_loss"] = frame["config.x0"] + 0.1 * rng.random(300)
    frame.to_csv(folder / "wide.csv", index=False)
    return str(folder / "wide.csv")


def interactions(browser: Browser, folder: Path, repetitions: int = 40) -> None:
    """Print the time to the next painted frame."""
    server = Server([wide_table(folder)], folder / "cache")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(EXPOSE)
    page.goto(server.url)
    page.wait_for_selector(".importance-cell", timeout=120_000)
    page.wait_for_function(
        "() => !document.querySelector('#cards .waiting')", timeout=240_000
    )  # they ask how far they are
    page.wait_for_timeout(3000)
    requests: list[str] = []
    page.on("request", lambda r: requests.append(r.url) if "_sweeplens/status" not in r.url else None)
    page.evaluate("sweeplens.show({ hidden: ['x498', 'x499'] })")
    print("| at 500 parameters | median, ms | 95th percentile, ms |")
    print("|---|---|---|")
    times: dict[str, list[float]] = {name: [] for name in ACTIONS}
    for _ in range(repetitions):
        for name, action in ACTIONS.items():
            if name == "show":
                page.evaluate("document.querySelector('#manager').scrollTop = 1e6")
                page.wait_for_timeout(150)
            times[name].append(page.evaluate(PAINTED.replace("ACTION", action)))
            page.wait_for_timeout(250)
            page.evaluate("document.querySelector('#manager').scrollTop = 0")
            page.wait_for_timeout(100)
    for name, values in times.items():
        print(f"| {name} | {np.median(values):.0f} | {np.percentile(values, 95):.0f} |")
    print(f"\nRequests meanwhile: {len(requests)}", flush=True)
    page.close()
    server.stop()


def seconds_to(page: Page, url: str, selector: str, start: float) -> float:
    """Open an address as soon as it answers; return the seconds since `start` until `selector` has been painted."""
    while True:
        try:
            urlopen(url).read()
            break
        except URLError:
            time.sleep(0.02)
    page.add_init_script(NOTICED.replace("SELECTOR", json.dumps(selector)))
    page.goto(url)
    page.wait_for_function("() => window.noticedAt", timeout=120_000)
    return page.evaluate("window.noticedAt") / 1000 - start


FIRST, TABLE = ".importance-cell .bar", "#table .importance-cell .bar"
"""A bar of the first answer, which is plain HTML, or of the table, which replaces it."""


def first_bar(browser: Browser, source: str, cache: Path, selector: str = FIRST) -> float:
    """Return the seconds from the command to the first importance bar."""
    start = time.time()
    server = Server([source], cache)
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    seconds = seconds_to(page, server.url, selector, start)
    page.close()
    server.stop()
    return seconds


def optuna_study(folder: Path) -> str:
    """Run a study of 200 trials with five parameters; return its address."""
    code = """
import math, sys, optuna
optuna.logging.set_verbosity(optuna.logging.ERROR)
study = optuna.create_study(storage=sys.argv[1], study_name="small", sampler=optuna.samplers.RandomSampler(seed=1))
study.optimize(lambda t: (math.log10(t.suggest_float("lr", 1e-4, 1, log=True)) + 2) ** 2 + t.suggest_int("layers", 1, 5)
    + sum(t.suggest_float(f"x{i}", 0, 1) for i in range(3)), n_trials=200)
"""
    address = f"sqlite:///{folder / 'study.db'}"
    subprocess.run([sys.executable, "-c", code, address], check=True)
    return address


def dashboard_first_bar(browser: Browser, address: str) -> float:
    """Return the seconds from `optuna-dashboard` to its first importance bar."""
    port = find_free_port("127.0.0.1", 18080)
    start = time.time()
    command = [str(Path(sys.executable).parent / "optuna-dashboard"), address, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    url = f"http://127.0.0.1:{port}/dashboard/studies/1"
    seconds = seconds_to(page, url, "#graph-hyperparameter-importances .bars path", start)
    page.close()
    process.terminate()
    process.wait()
    return seconds


def main() -> None:
    """Print both tables."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=present() or None, args=FLAGS)
        if "bar" not in sys.argv[1:]:
            interactions(browser, folder)
        ways: dict[str, Callable[[int], float]] = {
            "200 trials, cold": lambda k: first_bar(browser, address, folder / f"study{k}"),
            "200 trials, warm": lambda k: first_bar(browser, address, folder / f"study{k}"),
            "200 trials, warm, the table itself": lambda k: first_bar(browser, address, folder / f"study{k}", TABLE),
            "200 trials, `optuna-dashboard`": lambda k: dashboard_first_bar(browser, address),
            "the sample, cold": lambda k: first_bar(browser, "sample", folder / f"sample{k}"),
            "the sample, warm": lambda k: first_bar(browser, "sample", folder / f"sample{k}"),
        }
        address = optuna_study(folder)
        seconds: dict[str, list[float]] = {words: [] for words in ways}
        for k in range(REPETITIONS):  # one after the other, so that what the machine does besides meets all
            for words, way in ways.items():
                seconds[words].append(way(k))
        print(f"\n| from the command to the first importance bar | median of {REPETITIONS}, s | least | most |")
        print("|---|---|---|---|")
        for words, values in seconds.items():
            print(f"| {words} | {np.median(values):.1f} | {min(values):.1f} | {max(values):.1f} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
