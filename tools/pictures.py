"""
Take the pictures of the documents: the page on the sample project, in a real Chromium, in light.

``python -m tools.pictures`` writes them anew. They are kept with 256 colours, so that they stay small.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.chromium import present

FOLDER = Path(__file__).parent.parent / "docs" / "site" / "pictures"

SIZE = (1440, 900)
COLOURS = 256
"""Of a PNG with a palette: so it takes a third of the bytes, and no eye sees the difference."""

LONG = 120_000

VIEWS = {
    "interactions": ("Parameters", "Interactions"),
    "values": ("Values", ""),
    "checks": ("Decide", "Checks"),
    "next": ("Decide", "Next sweep"),
}
"""Pictures of views: the room of each, and its name where the room has several."""

SETTLED = """() => new Promise((done) => setTimeout(() => requestIdleCallback(done, { timeout: 2000 }), 1500))"""
"""Lasts until what is drawn has been drawn: bars and plots follow the answer by some frames."""


@contextmanager
def serve_sample() -> Iterator[str]:
    """Serve the page on the sample project; give its address."""
    command = [sys.executable, "-m", "panel", "sample", "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own command)
    try:
        said = process.stdout.readline() if process.stdout else ""
        yield said.split()[3]
    finally:
        process.terminate()
        process.wait(timeout=30)


def save(page: Page, name: str) -> None:
    """Save what a page shows."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def open_view(page: Page, room: str, view: str) -> None:
    """Go to a view, and wait for its answer."""
    page.locator("#rooms").get_by_text(room, exact=True).click()
    if view:
        page.locator("#tab").get_by_text(view, exact=True).click()
    page.locator("#tab-place .lead").first.wait_for(timeout=LONG)
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)


def take_page(page: Page, url: str) -> None:
    """Take the overview and the views."""
    page.goto(url)
    page.locator("#bars .main-svg").first.wait_for(timeout=LONG)
    page.wait_for_load_state("networkidle")
    page.evaluate(SETTLED)
    save(page, "overview")
    for name, (room, view) in VIEWS.items():
        open_view(page, room, view)
        save(page, name)


def take_notebook(page: Page) -> None:
    """Take a ranking as a notebook's cell shows it."""
    import panel

    ranking = panel.importance(panel.load("sample"), "val_loss")
    page.set_viewport_size({"width": 900, "height": 516})
    page.set_content(f"<body style='font: 14px sans-serif; margin: 16px'>{ranking._repr_html_()}</body>")
    save(page, "notebook")


def main() -> None:
    """Take all pictures."""
    with serve_sample() as url, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=present() or None, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
        take_page(page, url)
        take_notebook(page)
        chromium.close()


if __name__ == "__main__":
    main()
