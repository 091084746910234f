"""The real W&B client against a small server on loopback that holds runs which the real client wrote."""

import json
import math

import pytest

from panel import sources
from panel.data import snapshot
from panel.data.project import Domain
from panel.sources.common.records import Reading, read_records, write_records
from panel.sources.wandb import api as wandb_api
from tests.fixtures.training import configs
from tests.fixtures.wandb_server import KEY, URI

pytestmark = pytest.mark.heavy

IDS = [*(f"digits{i:02}" for i in range(14)), "digits99"]


def frames(project):
    return [f.to_json(date_format="iso") for f in (project.runs, project.config, project.summary)]


# What was logged


def test_config_summary_and_what_describes_a_run_are_as_logged(server):
    project = sources.load(URI)
    assert list(project.runs.index) == IDS
    assert project.name == "digits"
    assert project.runs["state"].value_counts().to_dict() == {"finished": 13, "failed": 1, "running": 1}
    assert project.runs["name"].tolist()[::7] == ["trial 0", "trial 7", "still running"]
    assert project.runs["tags"].tolist()[:2] == ["mlp,sgd", "mlp,adam"]
    assert project.runs["group"].value_counts().to_dict() == {"search": 8, "by hand": 6}
    assert set(project.runs["sweep"].dropna()) == {"sweep001"}
    assert project.runs.loc["digits12", "notes"] == "diverges"
    assert set(project.runs["user"]) == {"tester"}
    assert project.runs.loc["digits00", "created"].isoformat() == server.runs["digits00"]["createdAt"].replace(
        "Z", "+00:00"
    )
    for id, config in zip(IDS, [*configs(), configs()[0]], strict=True):
        row = project.config.loc[id]
        assert row["optimizer.lr"] == config["optimizer"]["lr"]
        assert row["layers"] == json.dumps(config["layers"])
        assert row["shuffle"] is config["shuffle"] or bool(row["shuffle"]) == config["shuffle"]
        assert row["batch_size"] == config["batch_size"]
        momentum = config["optimizer"].get("momentum")
        assert math.isnan(row["optimizer.momentum"]) if momentum is None else row["optimizer.momentum"] == momentum
    assert [c for c in project.config if c.startswith("_")] == []


def test_outcomes_are_the_last_or_what_the_run_declared_and_nan_is_nan(server):
    project = sources.load(URI)
    for id in IDS[:13]:
        rows = [json.loads(line) for line in server.runs[id]["history"]]
        for metric in ("val_loss", "best.loss"):
            found, wanted = project.summary.loc[id, metric], rows[-1]["val_loss"]
            assert math.isnan(found) if math.isnan(wanted) else found == wanted
        assert project.summary.loc[id, "val_acc.max"] == max(row["val_acc"] for row in rows)
        assert project.runs.loc[id, "steps"] == 3
    assert project.logged_nan["val_loss"][lambda c: c].index.tolist() == ["digits12"]
    assert project.summary.loc["digits99", "val_loss"] == math.inf
    assert math.isnan(project.summary.loc["digits13", "val_loss"])
    assert math.isnan(project.runs.loc["digits13", "steps"])
    assert project.runs.loc["digits00", "runtime"] >= 3
    assert not [name for name in project.summary if name.startswith(("_", "image"))]


@pytest.mark.parametrize("spelled", ['"NaN"', "NaN"])
def test_numbers_that_json_has_not_are_numbers_however_they_are_spelled(server, spelled):
    bare = spelled.replace("NaN", "Infinity"), spelled.replace("NaN", "-Infinity")
    server.runs["digits00"]["raw"] = f'{{"a": {spelled}, "b": {bare[0]}, "c": {{"d": {bare[1]}}}, "e": "Nan"}}'
    project = sources.load(URI)
    row = project.summary.loc["digits00"]
    assert project.logged_nan.loc["digits00", "a"]
    assert (row["b"], row["c.d"], row["e"]) == (math.inf, -math.inf, "Nan")


def test_the_space_of_the_only_sweep_is_that_of_the_project(server):
    space = sources.load(URI).space
    assert (space.metric, space.goal, space.method) == ("val_loss", "minimize", "random")
    assert space.parameters["optimizer.lr"] == Domain("real", 1e-4, 1e-1, scale="log")
    assert space.parameters["layers"].choices == ("[16]", "[32]", "[32, 16]")


def test_sweeps_that_differ_share_their_goal_alone(server):
    other = {**server.sweeps["sweep001"], "name": "other"}
    server.sweeps["other"] = {**other, "config": other["config"].replace("random", "bayes")}
    server.runs["digits09"]["sweepName"] = "other"
    project = sources.load(URI)
    assert (project.space.metric, project.space.goal, dict(project.space.parameters)) == ("val_loss", "minimize", {})
    assert "2 sweeps" in project.notes[0] and f"{URI}/sweeps/sweep001" in project.notes[0]
    assert sources.load(f"{URI}/sweeps/other").space.method == "bayes"


@pytest.mark.parametrize(("end", "ids"), [("/sweeps/sweep001", IDS[:8]), ("/groups/by%20hand", IDS[8:14])])
def test_a_sweep_or_a_group_has_its_own_runs(server, end, ids):
    project = sources.load(URI + end)
    assert list(project.runs.index) == ids
    assert project.space is None if "groups" in end else project.space.metric == "val_loss"
    assert project.name.startswith("digits / ")


def test_a_page_in_the_browser_is_an_address_too(server):
    assert len(sources.load(f"{server.url}/tests/digits/sweeps/sweep001?nw=x").runs) == 8
    assert len(sources.load(f"{server.url}/tests/digits/runs/digits00").runs) == 15


# Values per step


def test_the_history_is_complete(server):
    project = sources.load(URI)
    assert set(project.history.metrics) == {"val_loss", "val_acc", "time/epoch", "best.loss"}
    frame = project.history.frame
    for id in IDS:
        of_run = frame[frame["run_id"] == id].set_index(["step", "metric"])["value"]
        rows = [json.loads(line) for line in server.runs[id]["history"]]
        wanted = {(row["_step"], name): row[name] for row in rows for name in ("val_loss", "val_acc") if name in row}
        found = {key: value for key, value in of_run.items() if key[1] in ("val_loss", "val_acc")}
        assert found.keys() == wanted.keys()
        assert all(a == wanted[key] or (math.isnan(a) and math.isnan(wanted[key])) for key, a in found.items())
    assert len(frame) == 13 * 4 * 4 + 2


def test_the_history_is_the_same_in_pages_and_where_the_server_has_exported_it(server, monkeypatch):
    def of(frame):
        return {(r, s, m): repr(v) for r, s, m, v in frame.itertuples(index=False)}

    whole = of(sources.load(URI).history.frame)
    monkeypatch.setattr(wandb_api, "STEPS", 2)
    for id in IDS[:6]:
        server.runs[id]["exported"] = 1 + int(id[-1])
    before = server.count("HistoryPage")
    assert of(sources.load(URI).history.frame) == whole
    assert server.count("HistoryPage") - before > len(IDS)


def test_the_history_outlives_the_process_that_loaded_the_project(server, folder):
    project = snapshot.open_project(snapshot.save(sources.load(URI), folder), folder, sources.read_history)
    assert set(project.history.frame["run_id"]) == set(IDS) - {"digits13"}


# In pages, and only what is new


def test_pages_give_the_same_as_one_request(server, small_pages, monkeypatch):
    paged = sources.load(URI)
    assert [len(ids) for ids in server.asked_for()] == [3] * 5
    monkeypatch.undo()
    monkeypatch.setenv("WANDB_BASE_URL", server.url)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    assert frames(sources.load(URI)) == frames(paged)


def test_runs_that_a_page_repeats_are_read_once_and_those_that_it_left_out_are_found(server, small_pages):
    server.overlap = 2
    assert sorted(sources.load(URI).runs.index) == IDS


def test_only_what_changed_is_read_again(server, tmp_path):
    first = Reading()
    whole = sources.load(URI, first)
    write_records(first.kept, tmp_path / "records")
    server.runs["digits05"] |= {"displayName": "renamed"}
    server.runs["digits99"] |= {"state": "crashed"}
    server.runs["digits07"] |= {"heartbeatAt": "2030-01-01T00:00:00Z", "summaryMetrics": '{"val_loss": 7.5}'}
    del server.runs["digits02"]
    server.asked.clear()
    again = sources.load(URI, Reading(known=read_records(tmp_path / "records")))
    assert sorted(id for ids in server.asked_for() for id in ids) == ["digits05", "digits07", "digits99"]
    assert again.runs.loc["digits05", "name"] == "renamed"
    assert again.runs.loc["digits99", "state"] == "crashed"
    assert again.summary.loc["digits07", "val_loss"] == 7.5
    same = [id for id in IDS if id not in ("digits02", "digits05", "digits07", "digits99")]
    assert again.config.loc[same].equals(whole.config.loc[same])
    assert list(again.runs.index) == [id for id in IDS if id != "digits02"]


def test_the_list_is_not_read_to_its_end_where_nothing_is_new(server, small_pages):
    first = Reading()
    sources.load(URI, first)
    server.runs["digits99"] |= {"heartbeatAt": "2000-01-01T00:00:00Z"}
    sources.load(URI, first := Reading(known=first.kept))
    server.runs["digits99"] |= {"state": "crashed"}
    server.runs["new"] = {**server.runs["digits00"], "name": "new", "heartbeatAt": "2030-01-01T00:00:00Z"}
    server.asked.clear()
    again = sources.load(URI, Reading(known=first.kept))
    assert server.asked_for() == [["new", "digits99"]]  # that one was running, and nothing is known of it since
    assert again.runs.loc["digits99", "state"] == "crashed"
    assert len(again.runs) == 16
    assert server.count("Runs") == 2 + 1 + 2  # of the list, for these, and for the stamp of the history


def test_a_run_deleted_while_another_came_is_gone(server, small_pages):
    first = Reading()
    sources.load(URI, first)
    server.runs["new"] = {**server.runs.pop("digits03"), "name": "new", "heartbeatAt": "2030-01-01T00:00:00Z"}
    again = sources.load(URI, Reading(known=first.kept))
    assert "new" in again.runs.index and "digits03" not in again.runs.index


@pytest.mark.parametrize(
    "change",
    [
        lambda runs: runs.pop("digits03"),
        lambda runs: runs["digits03"].update(heartbeatAt="2030-01-01T00:00:00Z"),
        lambda runs: runs["digits99"].update(state="crashed"),
        lambda runs: runs["digits03"].update(tags=["bad"]),
        lambda runs: runs.update(new={**runs["digits03"], "name": "new"}),
    ],
)
def test_the_stamp_changes_when_the_source_does_and_only_then(server, change):
    before = sources.stamp(URI)
    assert sources.stamp(URI) == before
    change(server.runs)
    assert sources.stamp(URI) != before


def test_a_stamp_is_two_small_requests(server):
    sources.stamp(URI)
    assert [name for name, _ in server.asked] == ["Viewer", "Runs", "Runs"]


def test_reading_reports_progress(server, small_pages):
    seen = []
    sources.load(URI, Reading(progress=lambda done, what: seen.append((done, what))))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] == 1.0
    assert (0.1 + 0.85 * 6 / 15, "reading 6 of 15 runs") in seen
