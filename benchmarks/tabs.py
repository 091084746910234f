"""
Measure every tab in a real Chromium: from the click to the painted tab, and the bytes that this took.

Each project is opened anew for each tab, with importance computed before, so that only the tab's own work counts; the
first time a tab is opened nothing of it is in the cache (cold), the second time, in another page, all is (warm).
Painted: what the tab's `DONE` selects is there, and two more frames have passed. Bytes are those of the answers, as
compressed on the way. Usage: python -m benchmarks.tabs [RUNS ...]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page, sync_playwright

from panel.page.views.tabs import TABS
from tests.browser.conftest import FLAGS, Server
from tests.chromium import present

RUNS = (1_000, 10_000)

PARAMETERS = 30

STEPS = 20

DONE = {
    "parallel": "canvas.pc-base[data-painted]",
    "runs": "#tab-runs .ag-row .ag-cell",
    "next": "#tab-place .next-line",
}
"""What is there when a tab is painted; of the others a chart that is drawn, or a table."""

USUAL = "#tab-place [data-drawn='1'], #tab-place tbody tr"

CLICK = """async ([tab, done]) => {
    const start = performance.now();
    [...document.querySelectorAll('#tab a, #rooms a')].find((node) => node.dataset.tab === tab).click();
    const visible = () => [...document.querySelectorAll(done)].some((node) => node.checkVisibility());
    while (!visible()) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (performance.now() - start > 120000) return NaN;
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - start;
}"""


def project(folder: Path, n: int) -> str:
    """Write `n` runs of 30 parameters, a fifth of them categories, with a short history of a loss; return its path."""
    draw = np.random.default_rng(1)
    at = folder / f"runs-{n}"
    at.mkdir()
    ids = [f"run-{i:06d}" for i in range(n)]
    frame = pd.DataFrame({"run.id": ids, "run.state": np.where(draw.random(n) < 0.03, "failed", "finished")})
    for k in range(PARAMETERS):
        name = f"config.group.parameter_{k}"
        if k % 5 == 4:
            frame[name] = draw.choice(["relu", "tanh", "gelu", "silu"], n)
        else:
            frame[name] = 10 ** draw.uniform(-5, -1, n) if k % 5 == 0 else draw.random(n)
    spread = np.log10(frame["config.group.parameter_0"]) + 3
    loss = spread**2 + frame["config.group.parameter_1"] + 0.2 * draw.random(n) + 0.1
    frame["summary.val_loss"] = loss.where(frame["run.state"] == "finished")
    frame["summary.runtime"] = draw.gamma(3, 100, n)
    frame.to_parquet(at / "runs.parquet")
    steps = np.tile(np.arange(STEPS), n)
    values = np.repeat(loss.to_numpy(), STEPS) * (1 + 2 / (1 + steps))
    history = pd.DataFrame({"run_id": np.repeat(ids, STEPS), "step": steps, "metric": "val_loss", "value": values})
    history.to_parquet(at / "history.parquet")
    return str(at)


def opened(browser: Browser, url: str) -> tuple[Page, list[int]]:
    """Open the page and wait until it is at rest; return it, and the list to which the sizes of answers are added."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(url)
    page.wait_for_selector("#bars .main-svg", timeout=240_000)
    page.wait_for_timeout(2000)
    sizes.clear()
    return page, sizes


def measure(browser: Browser, folder: Path, n: int) -> None:
    """Print the times and bytes of every tab."""
    server = Server([project(folder, n)], folder / f"cache-{n}")
    print(f"\n| {n:,} runs x {PARAMETERS} | cold, s | warm, s | kB |\n|---|---|---|---|")
    for tab in TABS:
        seconds, kilobytes = [], 0.0
        for _ in range(2):
            page, sizes = opened(browser, server.url)
            seconds.append(page.evaluate(CLICK, [tab.NAME, DONE.get(tab.NAME, USUAL)]) / 1000)
            page.wait_for_timeout(500)
            kilobytes = sum(sizes) / 1000
            page.close()
        print(f"| {tab.LABEL} | {seconds[0]:.2f} | {seconds[1]:.2f} | {kilobytes:,.0f} |", flush=True)
    server.stop()


def main() -> None:
    """Print one table a number of runs."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=present() or None, args=FLAGS)
        for n in map(int, sys.argv[1:] or RUNS):
            measure(browser, Path(name), n)
        browser.close()


if __name__ == "__main__":
    main()
