"""Signing in and being signed out as a person sees it, and what the page's policy has the browser run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from panel.page.views.tabs import TABS
from tests.app.serving import serve
from tests.app.test_access import OUTSIDE, needs_network
from tests.browser.panel_page import IN_LIGHT, Panel
from tests.browser.scripts import EXPOSE

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def guarded(cache):
    """A server that others can reach, with a token."""
    with serve(cache, "sample", "--host", "0.0.0.0", "--refresh", "1") as server:
        yield server


@pytest.fixture
def stranger(browser):
    """A page of a browser that was never here."""
    context = browser.new_context()
    context.add_init_script(EXPOSE)
    yield context.new_page()
    context.close()


def test_the_link_leads_in_and_the_token_leaves_the_address(guarded, stranger):
    stranger.goto(guarded.link)
    assert urlsplit(stranger.url).query == ""
    stranger.wait_for_selector("#table .ag-row")
    assert guarded.token not in stranger.url
    assert stranger.evaluate("document.cookie") == "", "no script can read it"


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param(OUTSIDE, marks=needs_network)])
def test_the_form_leads_to_what_was_asked_for(guarded, stranger, host):
    """Beyond loopback and without HTTPS a browser says less of where a form comes from."""
    stranger.goto(guarded.link)
    Panel(stranger).wait().go("Checks").shows("tab", "checks")
    address = stranger.url.replace("127.0.0.1", host)
    stranger.context.clear_cookies()
    stranger.goto("about:blank")
    stranger.goto(address)
    stranger.get_by_label("Token").fill("wrong")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_have_text("That is not the token of this server.")
    stranger.get_by_label("Token").fill(guarded.token)
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_selector("#rooms a[aria-current][data-room=decide]")
    assert stranger.url == address


def test_who_is_signed_out_is_told_and_nothing_spins(guarded, stranger):
    stranger.goto(guarded.link)
    Panel(stranger).wait()
    other = stranger.context.new_page()
    other.goto(f"http://127.0.0.1:{guarded.port}")
    other.get_by_role("button", name="How to read this").click()
    other.get_by_role("link", name="Sign out").click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_label("Token")).to_be_visible()
    stranger.bring_to_front()
    stranger.locator("#rooms a[data-room=runs]").click()
    expect(stranger.locator("#notice")).to_contain_text("You are signed out. Load the page again to sign in")
    stranger.wait_for_timeout(2500)  # it looks at the server every second
    expect(stranger.locator("#notice")).to_contain_text("You are signed out")
    expect(stranger.locator("#tab-progress-row")).to_be_hidden()
    Panel(stranger).shows("tab", "history")
    stranger.reload()
    stranger.get_by_label("Token").fill(guarded.token)
    stranger.get_by_role("button", name="Sign in").click()
    stranger.wait_for_selector("#rooms a[aria-current][data-room=runs]")


@IN_LIGHT
def test_the_page_runs_no_script_but_its_own(panel, complaints):
    policy = panel.page.request.get(panel.page.url).headers["content-security-policy"]
    scripts = re.findall(r"script-src ([^;]+)", policy)[0].split()
    assert scripts[0] == "'self'"
    assert all(re.fullmatch(r"'sha256-[\w+/]{43}='", script) for script in scripts[1:])
    for part in ("object-src 'none'", "base-uri 'self'", "connect-src 'self'", "frame-ancestors 'self'"):
        assert part in policy
    ran = panel.page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.injected = true";
        document.body.append(script);
        const image = document.createElement("img");
        image.setAttribute("onerror", "window.injected = true");
        image.src = "data:,";
        document.body.append(image);
        return new Promise((done) =>
            setTimeout(() => {
                [script, image].forEach((node) => node.remove());
                done(Boolean(window.injected));
            }, 500),
        );
    }""")
    assert not ran
    assert complaints and all("Content Security Policy" in said for said in complaints)
    complaints.clear()


@IN_LIGHT
def test_every_view_is_drawn_and_saved_within_the_policy(panel, complaints):
    panel.page.evaluate("""() => {
        window.refused = [];
        const note = (e) => refused.push(`${e.violatedDirective} ${e.blockedURI}`);
        document.addEventListener("securitypolicyviolation", note);
    }""")
    for tab in TABS:
        panel.page.evaluate("(tab) => sweeplens.show({ tab })", tab.NAME)
        panel.settle()
    panel.go("Overview").settle()
    for form in ("png", "svg"):
        image = panel.page.evaluate(
            "(format) => Plotly.toImage(document.querySelector('.js-plotly-plot'), {format})", form
        )
        assert image.startswith("data:image/")
    assert panel.page.evaluate("refused") == []
    assert complaints == []


def test_the_documentation_works_within_its_policy(open_page, cache, tmp_path, complaints):
    """As `make docs` builds it, beside a copy of the checkout."""
    copy = tmp_path / "checkout"
    for name in ("panel", "assets", "sample_data", "docs/site"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", copy)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True, timeout=120, env={**os.environ})
    with serve(cache, "sample", cwd=copy, PYTHONPATH=str(copy)) as server:
        page = open_page(f"{server.link}documentation/reading.html", wait=False).page
        page.keyboard.press("/")
        page.keyboard.type("noise floor", delay=20)
        page.get_by_text(re.compile(r"^\d+ results?$")).wait_for(timeout=20_000)
    assert complaints == []
