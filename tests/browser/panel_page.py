"""The page as a person sees it: what a test reads, and what it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, TimeoutError, expect

LONG = 60_000

expect.set_options(timeout=LONG)  # as long as every click and every wait has: a busy machine takes its time

SETTLED = """async () => {
    const after = (ms) => new Promise((done) => setTimeout(done, ms));
    const frame = () => Promise.race([new Promise(requestAnimationFrame), after(1000)]);
    const idle = () => new Promise((done) => requestIdleCallback(done, { timeout: 1000 }));
    const until = async (done, ms) => {
        const late = performance.now() + ms;
        while (!done() && performance.now() < late) await frame();
    };
    const follows = () => location.hash === '#' + sweeplens.encode(sweeplens.question, sweeplens.display);
    const moves = (a) => a.playState === 'running' && a.effect.getComputedTiming().iterations < Infinity;
    await until(follows, 500);
    for (let i = 0; i < 2; i += 1) { await frame(); await frame(); await after(0); await idle(); }
    await until(() => !document.getAnimations().some(moves), 2000);
}"""
"""Lasts until the address has followed the display, or never will, as after going back; the bars, which are drawn two
frames later, have been drawn; the browser has nothing left to do; and nothing slides or fades any more. A page
that the browser does not paint for a second, as it may where the machine is busy, is not waited for for ever."""

IN_LIGHT = pytest.mark.parametrize("panel", ["light"], indirect=True)
"""For a test of what the page does, not of how it looks: once, in light."""


class Panel:
    """A page with the panel on it."""

    def __init__(self, page: Page):
        self.page = page

    # ---- waiting

    def wait(self) -> Panel:
        """Wait until the present question is answered, whatever the answer."""
        self.page.bring_to_front()  # one behind another is drawn once a second
        self.page.wait_for_function(
            """() => window.sweeplens && sweeplens.question && sweeplens.received &&
                sweeplens.current(sweeplens.received.overview) && (sweeplens.received.overview.error ||
                (sweeplens.current(sweeplens.received.importance) &&
                !["queued", "running"].includes(sweeplens.received.importance.state)))""",
            timeout=LONG,
        )
        self.page.wait_for_function(
            """() => [...document.querySelectorAll("#table .ag-row, .ag-overlay-wrapper, #empty, #tab-place > *")]
                .some((node) => node.checkVisibility())"""
        )
        self.page.wait_for_function(
            """() => { const { shown, display } = sweeplens;
                const bars = shown && display.tab === "importance" && shown.record && shown.record.importance.length &&
                    sweeplens.listVisible(shown.answer, shown.record, display).some((fact) => fact.row);
                return !bars || document.querySelector('#bars .main-svg') }"""
        )
        return self.settle()

    def settle(self) -> Panel:
        """Wait until the page has drawn what was changed in the browser alone."""
        self.page.bring_to_front()
        self.page.evaluate(SETTLED)
        return self

    def shows(self, choice: str, value: object) -> Panel:
        """Wait until a choice of the display has a value, and that is drawn."""
        self.page.wait_for_function(
            "([choice, value]) => sweeplens.isSame(sweeplens.display[choice], value)", arg=[choice, value]
        )
        return self.settle()

    def start_over(self) -> bool:
        """Bring the page back to how it opens, without loading it again; say whether that could be done."""
        if self.page.is_closed() or self.page.url.partition("#")[0].rstrip("/").count("/") > 2:
            return False
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Escape")
        self.page.evaluate(
            """() => {
                localStorage.clear();
                document.querySelectorAll('.flash').forEach((note) => note.remove());
                const top = document.createElement('button');
                document.body.prepend(top);
                top.focus();
                top.remove();
                history.replaceState(null, '', location.pathname);
                dispatchEvent(new PopStateEvent('popstate'));
                history.replaceState(history.state, '', '#' + sweeplens.encode(sweeplens.question, sweeplens.display));
            }"""
        )
        self.page.mouse.move(0, 0)
        self.wait()
        closed = "() => [...document.querySelectorAll('[role=dialog]')].every((node) => !node.checkVisibility())"
        try:
            self.page.wait_for_function(closed, timeout=2_000)
        except TimeoutError:
            return False
        return True

    # ---- reading

    @property
    def address(self) -> dict[str, list[str]]:
        """The fragment of the address."""
        return parse_qs(urlsplit(self.page.url).fragment, keep_blank_values=True)

    def go(self, view: str) -> Panel:
        """Go to a room or a view, by what it is called."""
        rooms, link = self.page.locator("#rooms"), self.page.locator("#tab").get_by_text(view, exact=True)
        if not link.count():
            rooms.get_by_text(view, exact=True).click()
            return self
        rooms.locator(f'[data-room="{link.get_attribute("data-room")}"]').click()
        link.click()
        return self

    def options(self, tab: str) -> dict:
        """What is chosen within a tab, from the address, once that has followed the page."""
        self.page.wait_for_function(
            """() => (new URLSearchParams(location.hash.slice(1)).get("options") || "{}") ===
                JSON.stringify(sweeplens.display.options)"""
        )
        return json.loads(self.address.get("options", ["{}"])[0]).get(tab, {})

    def rows(self) -> list[str]:
        """Names in the table, from the top."""
        return [
            t.strip() for t in self.page.locator(".ag-row .parameter-name").all_inner_texts()
        ] and self.page.evaluate(
            """() => [...document.querySelectorAll('#table .ag-center-cols-container .ag-row')]
                .sort((a, b) => a.getAttribute('row-index') - b.getAttribute('row-index'))
                .map((row) => { const name = row.querySelector('.parameter-name');
                    return name ? JSON.parse(name.dataset.detail)[0]
                        : row.querySelector('.value-name').textContent })"""
        )

    def parameters(self) -> list[str]:
        """Names of the parameters in the table, without opened values."""
        return [name for name in self.rows() if not name.startswith(("= ", "."))]

    def bars(self) -> list[str]:
        """Names in the bar panel, from the top."""
        return self.page.evaluate(
            """() => { const p = document.querySelector('#bars .js-plotly-plot');
                return p && p.data.length ? p.data[0].customdata.map((c) => c[0]) : [] }"""
        )

    def bar(self, trace: str) -> list[float]:
        """Values of a trace of the bar panel."""
        return self.page.evaluate(
            """(name) => document.querySelector('#bars .js-plotly-plot').data.find((t) => t.name === name).x""", trace
        )

    def listed(self, visible: bool) -> list[str]:
        """Names in a group of the manager."""
        return self.page.evaluate(
            """(visible) => [...document.querySelectorAll('#manager li')]
                .filter((li) => li.line.fact && li.line.visible === visible)
                .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map((li) => li.dataset.name)""",
            visible,
        )

    def reason(self, name: str) -> str:
        """Why a parameter is hidden, as the manager says."""
        return self.page.locator(f'#manager li[data-name="{name}"] em').inner_text()

    def cell(self, name: str, column: str) -> str:
        """Text of a parameter's cell."""
        return self.page.locator(f'.ag-row[row-id="parameter:{name}"] [col-id="{column}"]').inner_text()

    def text(self, selector: str) -> str:
        """Text of an element."""
        return self.page.locator(selector).inner_text()

    # ---- doing

    def eye(self, name: str) -> None:
        """Click a parameter's eye."""
        self.page.locator(f'#manager li[data-name="{name}"] .eye').click()
        self.settle()

    def choose(self, select: str, option: str) -> Panel:
        """Choose an option of a select box, and wait for the answer."""
        with self.asking():
            self.page.locator(f"#{select}").click()
            self.page.get_by_role("option", name=option, exact=True).click()
        return self

    def open(self, uri: object) -> Panel:
        """Open another source by its path, and wait for the answer."""
        self.page.locator("#project").click()
        self.page.get_by_role("option", name="Open another").click()
        self.page.locator("#open-uri").fill(str(uri))
        with self.asking():
            self.page.locator("#open").click()
        return self

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Wait until what is done here has changed the question, and that is answered."""
        before = self.page.evaluate("JSON.stringify(sweeplens.question)")
        yield
        self.page.wait_for_function("(before) => JSON.stringify(sweeplens.question) !== before", arg=before)
        self.wait()

    def sort(self, label: str) -> None:
        """Sort by a button of the manager."""
        self.page.locator("#sort").get_by_text(label, exact=True).click()
        self.shows("sort", {"|Corr.|": "correlation"}.get(label, label.lower()))

    def search(self, words: str) -> None:
        """Write into the search of the manager."""
        self.page.locator("#search").fill(words)
        self.shows("search", words)

    def visit(self, fragment: str) -> Panel:
        """Write another fragment into the address, and wait for the answer."""
        with self.asking():
            self.page.evaluate("(fragment) => { location.hash = fragment }", fragment)
        return self

    def expect(self, selector: str):
        """An expectation about an element."""
        return expect(self.page.locator(selector))
