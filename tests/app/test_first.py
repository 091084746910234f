"""The first answer as plain HTML: what it shows, when, and that names of a stranger's file are text in it."""

import time
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from panel.answers.base import get
from panel.answers.defaults import choose_default_selection
from panel.answers.ranking import IMPORTANCE, OVERVIEW
from panel.page import first
from panel.page.views import Context
from panel.page.web import create_app
from panel.settings import Settings
from panel.store import loading
from panel.store.jobs import Jobs


class Rows(HTMLParser):
    """Reads the table's rows: name, what stands in them, width of the bar."""

    def __init__(self):
        super().__init__()
        self.rows, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("class", "").split()[:1] == ["first-row"]:
            self.rows.append({"words": [], "width": None, "classes": given["class"]})
        if given.get("class", "") in ("bar", "bar dim"):
            self.rows[-1]["width"] = float(given["style"].removeprefix("width:").rstrip("%"))

    def handle_data(self, data):
        if self.rows:
            self.rows[-1]["words"].append(data)


def read(html):
    reader = Rows()
    reader.feed(html)
    return reader


@pytest.fixture
def make(folder, tmp_path):
    """Make the context of a table's page."""
    made = []

    def build(frame):
        frame.to_csv(tmp_path / "runs.csv", index=False)
        asked = choose_default_selection(
            loading.load_source(loading.Wanted((str(tmp_path / "runs.csv"),)), folder), folder
        )
        made.append(Jobs(folder))
        return Context(folder, made[-1], asked, "forest", Settings(cache_dir=folder))

    yield build
    for jobs in made:
        jobs.close()


def make_runs(n=60, name="lr"):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({f"config.{name}": rng.random(n), "config.other": rng.random(n), "config.same": 1})
    return frame.assign(**{"summary.val_loss": frame[f"config.{name}"] + 0.05 * rng.random(n)})


def test_it_says_what_the_answers_say(make):
    context = make(make_runs())
    overview = get(OVERVIEW.make_request(context.question), context.folder)
    record = get(IMPORTANCE.make_request(context.question, method="forest"), context.folder)
    html = first.draw_known(context)
    assert 'data-state="done"' in html
    assert record["trust"]["words"] in html
    assert "60 of 60 runs" in html
    head, *rows = read(html).rows
    assert "".join(head["words"]) == "ParameterImportanceCorrelationRuns"
    ranked = {row["parameter"]: row for row in record["importance"]}
    own = {row["parameter"]: row for row in overview["correlation"]}
    assert [row["words"][0] for row in rows] == ["lr", "other"]  # not the constant
    scale = max(row["high"] for row in record["importance"])
    for row in rows:
        name, importance, correlation, runs = row["words"][:4]
        assert importance == f"{ranked[name]['importance']:.2f}"
        assert row["width"] == pytest.approx(100 * ranked[name]["importance"] / scale, abs=0.01)
        assert correlation == f"{own[name]['correlation']:+.2f}".replace("-", "−")
        assert runs == "60"
        assert ("unclear" in row["classes"]) == (not ranked[name]["clear"])


def test_before_the_ranking_it_shows_correlations_and_then_all(make):
    context = make(make_runs())
    assert 'data-state="waiting"' in first.draw_known(context)
    html, done = first.draw_when_known(context)
    if not done:
        assert "Computing importance" in html
    end = time.monotonic() + 60
    while not done and time.monotonic() < end:
        html, done = first.draw_when_known(context)
    assert done
    assert read(html).rows[1]["width"] > 50
    assert html in first.draw_known(context)


def test_names_are_text(make):
    name = "<img src=x onerror=alert(1)>"
    context = make(make_runs(name=name))
    get(OVERVIEW.make_request(context.question), context.folder)
    get(IMPORTANCE.make_request(context.question, method="forest"), context.folder)
    reader = read(first.draw_known(context))
    assert name in [row["words"][0] for row in reader.rows]
    assert "img" not in reader.tags


def test_what_cannot_be_ranked_is_left_to_the_page(make):
    context = make(make_runs(6))
    assert first.draw_when_known(context) == ("", True)
    assert first.draw_known(context).endswith("hidden></div>")


@pytest.mark.parametrize("prefix", ["/", "/panel/"])
def test_it_comes_with_the_page_and_from_an_address_of_its_own(make, prefix):
    context = make(make_runs())
    app, _ = create_app(Settings(cache_dir=context.folder, url_prefix=prefix), context.question, "forest", context.jobs)
    client = app.server.test_client()
    end = time.monotonic() + 60
    while (reply := client.get(f"{prefix}_sweeplens/first")).status_code == 202 and time.monotonic() < end:
        assert "no-store" in reply.headers["Cache-Control"]
    assert reply.status_code == 200
    page = client.get(prefix).text
    assert reply.text in page
    script = page.split('<script src="')[1].split('"')[0]
    assert script.startswith(f"{prefix}assets/first.js")
    assert client.get(script).status_code == 200
