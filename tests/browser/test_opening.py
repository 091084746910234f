"""Opening sources from the page, and one that changes while it is looked at."""

from __future__ import annotations

import re

import pytest

from panel.sources import sample_path
from tests.browser.conftest import Server
from tests.browser.panel_page import IN_LIGHT, LONG
from tests.contract.examples import EXAMPLES


@pytest.fixture
def lines():
    """The sample's table: its line of names, and its runs."""
    names, *runs = (sample_path() / "runs.csv").read_text().splitlines(keepends=True)
    return names, runs


@pytest.fixture
def place(tmp_path, lines):
    """A folder with two tables."""
    names, runs = lines
    (tmp_path / "first.csv").write_text(names + "".join(runs[:300]))
    (tmp_path / "second.csv").write_text(names + "".join(runs[300:500]))
    return tmp_path


@pytest.fixture
def server(place, cache):
    """A server that was started with the first table."""
    running = Server([str(place / "first.csv")], cache, "--refresh", "1")
    yield running
    assert "Traceback" not in running.stop()


@pytest.fixture
def looking(open_page, serve, tmp_path_factory):
    """A page that looks every second at whether its source has changed."""
    return open_page(serve("sample", options=("--refresh", "1", "--root", str(tmp_path_factory.getbasetemp()))).url)


WATCH_FOR_A_FLASH = """() => {
    window.blank = 0;
    const look = () => {
        const gone = !document.querySelector('.ag-row .parameter-name') || document.querySelector('#result.stale')
            || !document.querySelector('#bars .main-svg');
        if (gone) window.blank += 1;
        window.looking = requestAnimationFrame(look);
    };
    look();
}"""


def test_a_source_that_grows_is_read_anew_and_the_page_stays_as_it_is(server, open_page, place, lines):
    panel = open_page(server.url)
    panel.eye("model.dropout")
    panel.choose("method", "article's recipe")
    before = panel.address
    panel.page.evaluate(WATCH_FOR_A_FLASH)
    names, runs = lines
    (place / "first.csv").write_text(names + "".join(runs[:312]))
    panel.expect(".flash").to_have_text("12 new runs", timeout=LONG)
    panel.expect("#runs-used").to_contain_text("of 312 runs")
    panel.wait()
    assert panel.page.evaluate("window.blank") == 0
    assert panel.address["project"] != before["project"]
    runs_are = {"project": 0, "content": 0}
    assert {**panel.address, **runs_are} == {**before, **runs_are}
    assert "model.dropout" in panel.listed(False)
    assert "model.dropout" not in panel.bars()
    panel.page.reload()
    assert panel.wait().text("#runs-used").endswith("of 312 runs")


@pytest.fixture
def late(place, cache, lines):
    """A server whose source has had more runs since it was read; it stops after its page is closed."""
    names, runs = lines
    (place / "first.csv").write_text(names + "".join(runs[:3]))
    server = Server([str(place / "first.csv")], cache, "--refresh", "600")
    (place / "first.csv").write_text(names + "".join(runs[:29]))
    yield server
    assert "Traceback" not in server.stop()


def test_what_came_before_the_page_was_opened_is_there_at_once(late, open_page):
    open_page(late.url, wait=False).expect("#runs-used").to_contain_text("of 29 runs", timeout=LONG)


def test_nothing_is_said_of_a_source_that_tells_the_same(looking, place, lines):
    panel = looking.open(place / "first.csv")
    before = panel.address["project"]
    names, runs = lines
    cells = names.rstrip("\n").split(",")
    other = cells.index("summary.runtime") if "summary.runtime" in cells else len(cells) - 1
    first = runs[0].rstrip("\n").split(",")
    first[other] = "0.123456"
    (place / "first.csv").write_text(names + ",".join(first) + "\n" + "".join(runs[1:300]))
    panel.page.wait_for_function(
        "(before) => sweeplens.question.selection.project !== before", arg=before[0], timeout=LONG
    )
    assert panel.page.locator(".flash").count() == 0
    (place / "first.csv").write_text(names + "".join(runs[:299]))
    panel.expect(".flash").to_have_text("1 run gone", timeout=LONG)


def test_a_source_that_turns_bad_says_so_and_leaves_the_last_answer(looking, place, lines):
    panel = looking.open(place / "first.csv")
    names, runs = lines
    (place / "first.csv").write_text(names + "".join(runs[:50]) + "1,2,3" + "," * 60 + "4\n")
    panel.expect("#notice").to_contain_text("could not be read anew", timeout=LONG)
    panel.expect("#notice").to_contain_text("line 52 has 63 fields")
    assert panel.parameters()[0] == "optimizer.lr"
    (place / "first.csv").write_text(names + "".join(runs[:301]))
    panel.expect("#runs-used").to_contain_text("of 301 runs", timeout=LONG)
    panel.expect("#notice").to_be_empty()


def choose_source(panel, name):
    panel.page.locator("#project").click()
    panel.page.get_by_role("option", name=name).click()


@IN_LIGHT
def test_another_source_by_its_path_and_back_from_the_list(panel, place):
    panel.open(place / "first.csv")
    panel.open(place / "second.csv")
    assert panel.text("#runs-used").endswith("of 200 runs")
    panel.expect("#open-uri").not_to_be_visible()
    panel.expect("#project").to_have_value("second")
    with panel.asking():
        panel.page.locator("#project").click()
        panel.page.locator(f'[role=option][value="{place / "first.csv"}"]').click()  # others of its name may be there
    assert panel.text("#runs-used").endswith("of 300 runs")
    panel.page.reload()
    assert panel.wait().text("#runs-used").endswith("of 300 runs")


@IN_LIGHT
@pytest.mark.parametrize(
    ("path", "words"),
    [("/etc/passwd", "--root"), ("{place}/nothing.csv", "does not exist"), ("", "Give the path")],
)
def test_what_cannot_be_opened_says_why_in_the_dialog(panel, place, path, words):
    choose_source(panel, "Open another")
    panel.page.locator("#open-uri").fill(path.replace("{place}", str(place)))
    panel.page.locator("#open-uri").press("Enter")
    panel.expect("#open-error").to_contain_text(words)
    panel.page.keyboard.press("Escape")
    assert panel.parameters()[0] == "optimizer.lr"


@IN_LIGHT
def test_a_table_is_uploaded(panel, tmp_path, lines):
    names, runs = lines
    table = tmp_path / "my runs.csv"
    table.write_text(names + "".join(runs[:100]))
    choose_source(panel, "Open another")
    with panel.asking():
        panel.page.locator("#upload input[type=file]").set_input_files(table)
    assert panel.text("#runs-used").endswith("of 100 runs")
    panel.expect("#project").to_have_value("my runs")


@IN_LIGHT
def test_an_upload_that_is_no_table_says_so(panel, tmp_path):
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n")
    choose_source(panel, "Open another")
    panel.page.locator("#upload input[type=file]").set_input_files(tmp_path / "model.pkl")
    panel.expect("#open-error").to_contain_text("model.pkl is no table")


@IN_LIGHT
def test_replicates_count_as_one_and_too_few_groups_say_so(panel):
    panel.choose("group", "replicates as one")
    panel.expect("#runs-used").to_have_text(re.compile(r"of 800 runs, \d+ groups"))
    assert "each its mean" in panel.text("#trust")
    assert panel.address["group"] == ["replicates"]
    panel.choose("group", "by optimizer.name")
    assert panel.text("#empty-title") == "Too few groups"
    assert "empty because of the grouping" in panel.text("#empty-words")
    with panel.asking():
        panel.page.locator("#ungroup").click()
    assert "group" not in panel.address
    assert panel.parameters()[0] == "optimizer.lr"


HIDE = """() => {
    const get = () => { window.looks += 1; return true };
    window.looks = 0;
    Object.defineProperty(document, 'hidden', { get });
}"""


def test_a_page_that_nobody_sees_does_not_ask(looking):
    page, asked = looking.page, []
    page.on("request", lambda request: asked.append(request.url) if "status" in request.url else None)
    with page.expect_response("**/_sweeplens/status*"):
        pass
    page.evaluate(HIDE)
    asked.clear()
    page.wait_for_function("() => looks > 1")  # it has looked twice whether it is seen
    assert asked == []


def test_the_studies_of_one_database_are_chosen_on_the_page(open_page, serve, tmp_path_factory):
    example = EXAMPLES["optuna"]
    database = example.copy(tmp_path_factory.mktemp("optuna"))
    panel = open_page(serve(database).url)
    first, second = example.parts[:2]
    panel.expect("#project").to_have_value(first)
    with panel.asking():
        choose_source(panel, second)
    panel.expect("#project").to_have_value(second)
    panel.page.reload()
    panel.wait().expect("#project").to_have_value(second)


@IN_LIGHT
def test_what_could_not_be_read_is_named_on_the_page(panel, tmp_path_factory):
    example = EXAMPLES["wandb-folder"]
    folder = example.copy(tmp_path_factory.mktemp("wandb"))
    log = sorted(folder.rglob("*.wandb"))[3]
    log.write_bytes(b"not a log")
    panel.open(folder)
    panel.expect("#notes").to_contain_text("Could not be read:")
    panel.expect("#notes").to_contain_text(log.name)
    assert panel.text("#runs-used").endswith(f"of {example.runs - 1} runs")


@IN_LIGHT
@pytest.mark.parametrize("value", ["best value", "smallest value"])
def test_values_per_step_are_read_when_a_view_needs_them(panel, tmp_path_factory, value):
    example = EXAMPLES["wandb-folder"]
    folder = example.copy(tmp_path_factory.mktemp("curves"))
    panel.open(folder)
    panel.choose("value", value)
    assert panel.page.locator("#result").is_visible()
    assert panel.address["value"] == [{"best value": "best", "smallest value": "min"}[value]]


@IN_LIGHT
def test_an_answer_without_news_does_not_put_back_what_is_being_chosen(panel):
    """Dash tells the same answer again with each look at the progress."""
    puts_back = panel.page.evaluate("""() => {
        const tell = () => dash_clientside.sweeplens.sources_of(structuredClone(sweeplens.received.overview), null);
        tell();
        return tell().map((value) => value !== dash_clientside.no_update);
    }""")
    assert puts_back == [False, False]
