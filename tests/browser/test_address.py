"""The address: short however many parameters are hidden, and read as it was written before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from .conftest import FORGET, NAMES, Server
from .panel_page import Panel


@pytest.fixture(scope="module")
def project(long_names, new_page):
    """What addresses call the project with long names."""
    page = new_page()
    page.goto(long_names)
    found = Panel(page).wait().address["project"][0]
    page.evaluate(FORGET)
    page.close()
    return found


def test_the_address_is_short_however_much_is_hidden_and_says_it_all(open_page, long_names):
    panel = open_page(long_names)
    panel.page.locator("#wand").click()
    panel.expect("#wand").to_have_text("Undo wand")
    panel.settle()
    shown, link = panel.text("#manager-count"), panel.page.url
    assert shown != "300 of 300"
    assert len(link) < 2000
    panel.page.get_by_role("button", name="hide all").click()
    panel.settle()
    assert len(panel.page.url) < 2000
    panel.page.evaluate("localStorage.clear()")
    other = open_page(link)
    assert other.text("#manager-count") == shown
    assert other.page.url == link
    other.page.locator("#wand").click()
    other.settle()
    assert other.text("#manager-count") == "300 of 300", "what the wand hid is in the address too"


def test_an_address_with_every_name_is_still_read_and_becomes_short(open_page, long_names, project):
    names = "".join(f"&hide={quote(name)}" for name in NAMES[2:])
    panel = open_page(f"{long_names}#v=1&project={project}&metric=accuracy{names}")
    assert panel.text("#manager-count") == "2 of 300"
    assert len(panel.page.url) < 2000


@pytest.mark.parametrize("packed", ["other.AAAA", "no-dot", "1.%%%"])
def test_an_address_of_other_parameters_opens_with_the_usual_ones(open_page, long_names, project, packed):
    panel = open_page(f"{long_names}#v=1&project={project}&metric=accuracy&sort=name&hides={quote(packed)}")
    assert panel.text("#manager-count") == "300 of 300"
    assert panel.address["sort"] == ["name"]
    assert "hides" not in panel.address
    panel.expect(".flash").to_contain_text("not those of this link")


@pytest.fixture
def servers(tmp_path):
    """Servers with caches of their own: the second has the runs of the first elsewhere, the third has one more."""
    rows = "\n".join(f"{i / 40},{i * 7 % 40 / 80},{(i * 13 % 40) / 40 + i / 40}" for i in range(40))
    written = []
    for name, more in (("mine", ""), ("colleague", ""), ("stranger", "\n1,1,1")):
        table = tmp_path / name / "runs.csv"
        table.parent.mkdir()
        table.write_text(f"lr,dropout,val_loss\n{rows}{more}\n")
        written.append(table)
    with ThreadPoolExecutor() as at_once:
        started = list(at_once.map(lambda table: Server([str(table)], table.parent / "cache"), written))
    yield started
    said = [server.stop() for server in started]
    assert not any("Traceback" in text for text in said)


def test_a_link_opens_where_the_same_runs_are_and_says_what_it_is_about_where_they_are_not(servers, open_page):
    mine, colleague, stranger = servers
    panel = open_page(mine.url)
    panel.choose("scale", "rank scale")
    panel.page.wait_for_function("() => location.hash.includes('scale=rank')")
    fragment = panel.page.url.partition("#")[2]
    there = open_page(f"{colleague.url}#{fragment}")
    assert there.text("#runs-used") == "40 of 40 runs"
    assert there.page.locator("#scale").input_value() == "rank scale"
    lost = open_page(f"{stranger.url}#{fragment}")
    lost.expect("#empty-title").to_have_text("The runs of this link are not here")
    lost.expect("#empty-words").to_contain_text("It is about “runs”")
    lost.page.get_by_role("button", name="Start over").click()
    lost.wait().expect("#runs-used").to_have_text("41 of 41 runs")
