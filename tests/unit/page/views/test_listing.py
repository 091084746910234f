"""The addresses that give rows, sets of runs and CSV, as the page asks them."""

from dataclasses import replace

import pytest

from panel.answers.defaults import choose_default_selection
from panel.answers.listing import get_listing
from panel.page.views import listing as views
from panel.page.web import create_app
from panel.question.selection import Target
from panel.settings import Settings
from panel.store import loading, picks


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("listing")


@pytest.fixture(scope="module")
def ask(folder):
    selection = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    app, jobs = create_app(Settings(cache_dir=folder), selection)
    client = app.server.test_client()

    def post(name, **asked):
        reply = client.post(f"/_sweeplens/runs/{name}", json={"selection": selection.to_json(), **asked})
        assert reply.status_code == 200
        return reply.get_json() if reply.is_json else reply.get_data(as_text=True)

    yield post
    jobs.close()


LOW = {"config.optimizer.lr": {"filterType": "number", "type": "lessThan", "filter": 0.01}}


def test_blocks_follow_one_another_and_carry_only_what_was_asked(ask):
    columns = ["run.name", "target"]
    both = ask("rows", columns=columns, start=0, end=20)
    parts = [ask("rows", columns=columns, start=i, end=i + 10) for i in (0, 10)]
    assert both["count"] == 800
    assert both["rows"] == parts[0]["rows"] + parts[1]["rows"]
    assert len(both["rows"][0]) == len(["id", "selected", "out", *columns])
    assert ask("rows", columns=columns, start=795, end=900)["rows"][-1]["out"], "left out runs come last"


def test_sets_of_runs_come_as_ids_or_under_a_fingerprint(ask, folder):
    best = [row["id"] for row in ask("rows", start=0, end=3)["rows"]]
    everything = ask("select", rows={"filters": LOW})["runs"]
    assert isinstance(everything, str)
    known = set(picks.read_runs(everything, folder))
    assert len(known) == ask("rows", filters=LOW)["count"]
    more = ask("select", selected=everything, change={"add": best, "remove": []})["runs"]
    assert set(picks.read_runs(more, folder)) == known | set(best)
    assert ask("select", selected=best, change={"add": [], "remove": best[:1]})["runs"] == sorted(best[1:])
    only = ask("rows", selected=best[1:], only=True, columns=[])
    assert [row["id"] for row in only["rows"]] == best[1:]
    assert all(row["selected"] for row in only["rows"])


def test_without_more_the_runs_that_pass_the_question_are_meant(ask, folder):
    assert ask("select")["runs"].startswith("764-"), "all that finished, also without a finite target"


def test_csv_has_all_that_match(ask):
    text = ask("csv", columns=["target"], filters=LOW)
    assert text.startswith("\ufeffid,val_loss\r\n")
    assert text.count("\r\n") == ask("rows", filters=LOW)["count"] + 1


def test_a_wrong_question_is_answered_in_words(ask):
    assert "no column 'config.x'" in ask("rows", columns=["config.x"])["error"]
    assert "no column" in ask("csv", columns=["config.x"])["error"]
    assert "cannot be read" in ask("rows", filters={"run.name": {"type": "?"}})["error"]
    lost = ask("rows", start=0, end=2, selected=f"3-{'0' * 24}")
    assert "not kept here" in lost["note"]
    assert len(lost["rows"]) == 2
    outline = {"xs": [float("1e3"), 1, 1], "ys": [1, 2], "asked": {}}
    assert ask("select", outline=outline)["runs"] == []


def test_the_columns_of_a_project_are_the_same_for_all_questions(folder):
    asked = choose_default_selection(loading.load_source(loading.Wanted(("sample",)), folder), folder)
    other = replace(asked, target=Target("val_accuracy"), states=("finished", "failed"))
    first, second = (get_listing(one, folder) for one in (asked, other))
    shared = [name for name, column in first.columns.items() if second.columns.get(name) is column]
    assert set(first.columns) - set(shared) == {"target", "left out", "summary.val_accuracy"}
    assert first.columns["target"].label != second.columns["target"].label
    assert (first.goal, second.goal) == ("minimize", "maximize")


@pytest.mark.parametrize(
    ("limits", "n"), [((0, -1), 0), ((5, 3), 0), ((-5, 3), 3), ((900, 990), 0), ((10**30, None), 0)]
)
def test_limits_of_a_block_that_make_no_sense_give_no_more_rows(ask, limits, n):
    start, end = limits
    assert len(ask("rows", start=start, **({} if end is None else {"end": end}))["rows"]) == n


@pytest.mark.parametrize("wrong", [{"start": "x"}, {"start": 0, "end": 1.5}, {"start": True}, {"columns": "target"}])
def test_limits_and_columns_that_cannot_be_read_are_refused_in_words(ask, wrong):
    assert "cannot be read; load the page again" in ask("rows", **wrong)["error"]


def test_a_block_is_bounded_and_a_column_comes_once(ask, monkeypatch):
    monkeypatch.setattr(views, "MOST_ROWS", 7)
    assert len(ask("rows", start=3, end=10**9)["rows"]) == 7
    assert ask("csv", columns=["target"] * 50).startswith("\ufeffid,val_loss\r\n")
    assert len(ask("rows", columns=["target"] * 50, end=1)["rows"][0]) == len(["id", "selected", "out", "target"])


def test_a_request_that_is_far_too_large_is_refused(ask, monkeypatch):
    monkeypatch.setattr(views, "LARGEST_BODY", 100)
    with pytest.raises(AssertionError, match="413"):
        ask("select", change={"add": ["x" * 100], "remove": []})
