"""A real server, a real Chromium.

Every page fails its test on a console error, a failed request, or a request that leaves the host.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.panel_page import LONG, Panel
from tests.browser.scripts import EXPOSE
from tests.chromium import present

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # one process draws all pages: what it has compiled once serves the next
    # the address bar's pop-up is a page of its own, made anew for every page; the others are what Playwright disables
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,MediaRouter,OptimizationHints,PaintHolding",
]

PARTS = ("dropout_probability", "learning_rate_multiplier", "weight_decay_coefficient", "initialisation_scale")
NAMES = [f"model.encoder.layers.attention.heads_{i:02d}.{part}" for i in range(75) for part in PARTS]
"""Names of 300 parameters that begin alike."""

FORGET = "() => { if (window.sweeplens) clearTimeout(sweeplens.writing); localStorage.clear() }"
"""Empties the storage, into which the page would write once more a moment later."""


class Server:
    """`sweeplens` as a process of its own."""

    def __init__(self, sources: list[str], cache: Path, *options: str):
        environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(cache), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "panel", *sources, "--no-browser", "--port", "0", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        line = self.process.stdout.readline()
        assert "http" in line, self.process.stderr.read()
        self.url = line.split()[3]

    def stop(self) -> str:
        """Stop it and return what it said on standard error."""
        self.process.terminate()
        return self.process.communicate(timeout=30)[1]


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("browser") / "cache"


@pytest.fixture(scope="session")
def serve(cache) -> Iterator[Callable[..., Server]]:
    """Start servers; each source has one for the whole session. No server may have complained when all is over."""
    running: dict[tuple[str, ...], Server] = {}

    def start(*sources: object, options: tuple[str, ...] = ()) -> Server:
        key = (*map(str, sources), *options)
        if key not in running:
            running[key] = Server([str(s) for s in sources], cache, *options)
        return running[key]

    yield start
    said = [server.stop() for server in running.values() if server.process.poll() is None]
    assert not any("Traceback" in text for text in said), "\n".join(said)


@pytest.fixture(scope="session")
def sample(serve, tmp_path_factory) -> str:
    """The sample project's address, from whose page what tests write can be opened."""
    return serve("sample", options=("--root", str(tmp_path_factory.getbasetemp()))).url


@pytest.fixture(scope="session")
def long_names(serve, tmp_path_factory) -> str:
    """The address of a project with 300 parameters of long names, the first of which counts most."""
    path = tmp_path_factory.mktemp("long") / "long.csv"
    values = np.random.default_rng(0).random((60, len(NAMES)))
    table = pd.DataFrame(values, columns=NAMES)
    table["accuracy"] = values[:, 0] + 0.3 * values[:, 1]
    table.to_csv(path, index=False)
    return serve(path).url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=present() or None, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def heard() -> list[str]:
    """What the browser complained about since the last test."""
    return []


@pytest.fixture
def complaints(heard: list[str]) -> Iterator[list[str]]:
    """What the browser complained about; a test that provokes something clears it."""
    heard.clear()
    yield heard
    assert heard == []


@pytest.fixture(scope="session")
def new_page(browser: Browser) -> Callable[[bool, tuple[int, int]], Page]:
    """Open empty pages of a theme and a size, all of one context: what a browser has compiled once it keeps."""
    context = browser.new_context(accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(EXPOSE)
    context.set_default_timeout(LONG)

    def new(dark: bool = False, size: tuple[int, int] = (1440, 900)) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        return page

    return new


def listen(page: Page, url: str, heard: list[str]) -> None:
    """Write down whatever is wrong with a page."""
    own = urlsplit(url).netloc
    page.on("console", lambda m: heard.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: heard.append(f"page error: {e}"))
    page.on(
        "requestfailed",
        lambda r: heard.append(f"request failed: {r.url}") if "abort" not in str(r.failure).lower() else None,
    )
    page.on("response", lambda r: heard.append(f"HTTP {r.status}: {r.url}") if r.status >= 400 else None)
    page.on(
        "request",
        lambda r: (
            heard.append(f"left the host: {r.url}")
            if urlsplit(r.url).scheme.startswith("http") and urlsplit(r.url).netloc != own
            else None
        ),
    )
    page.on("dialog", lambda d: (heard.append(f"dialog: {d.message}"), d.dismiss()))


@pytest.fixture
def open_page(new_page, complaints: list[str]) -> Iterator[Callable[..., Panel]]:
    """Open pages, which share one storage with `panel`; it is empty when a test begins."""
    pages: list[Page] = []

    def open_it(url: str, *, size: tuple[int, int] = (1440, 900), wait: bool = True) -> Panel:
        page = new_page(size=size)
        pages.append(page)
        listen(page, url, complaints)
        page.goto(url)
        panel = Panel(page)
        if wait:
            panel.wait()
        return panel

    yield open_it
    for page in pages:
        page.evaluate(FORGET)
        page.close()


@pytest.fixture(scope="session")
def kept() -> dict[bool, Panel]:
    """The sample project's pages, light and dark, that tests hand on as they found them."""
    return {}


@pytest.fixture(params=["light", "dark"])
def panel(request, sample: str, new_page, complaints: list[str], kept: dict[bool, Panel]) -> Iterator[Panel]:
    """The sample project as it opens, in light and in dark: a page that the last test left, or a new one."""
    dark = request.param == "dark"
    found = kept.pop(dark, None)
    if found and not found.start_over():
        found.page.close()
        found = None
    if not found:
        page = new_page(dark)
        listen(page, sample, complaints)
        page.goto(sample)
        found = Panel(page).wait()
    failed = request.session.testsfailed
    yield found
    if found.page.is_closed():
        return
    found.page.evaluate(FORGET)
    if request.session.testsfailed == failed:
        kept[dark] = found
    else:
        found.page.close()


@pytest.fixture(scope="session")
def answer(cache: Path) -> dict:
    """What `--json` gives for the sample."""
    environment = {**os.environ, "SWEEPLENS_CACHE_DIR": str(cache)}
    done = subprocess.run(
        [sys.executable, "-m", "panel", "sample", "--json"], capture_output=True, text=True, env=environment
    )
    return json.loads(done.stdout)
