"""From records to a Project, and records on disk."""

import math
from pathlib import Path

import pandas as pd
import pytest

from panel.data.project import Domain, Space
from panel.errors import SourceError
from panel.sources.common.building import project_of
from panel.sources.common.given import Given
from panel.sources.common.records import Reading, Run, add_records, read_records, write_records

RUNS = [
    Run(
        "a",
        name="first",
        state="finished",
        created="2026-01-31T12:00:00+01:00",
        runtime=12.5,
        steps=4,
        tags=("x", "y"),
        config={"optimizer": {"lr": 0.1, "name": "adam"}, "layers": [32, 16], "seed": 1},
        summary={"val": {"loss": 0.5}, "acc": True},
        fields={"group": "g"},
    ),
    Run(
        "b", state="failed", created=1_769_857_200, config={"optimizer": {"lr": 1}}, summary={"val": {"loss": math.nan}}
    ),
    Run("b", state="strange", config={"optimizer": {"lr": float("nan")}}, summary={"val": {"loss": math.inf}}),
]


@pytest.fixture
def project(tmp_path):
    return project_of(RUNS, Given(str(tmp_path), tmp_path), Reading(), format="test", history=["val.loss"])


def test_nested_settings_and_metrics_are_flat(project):
    assert list(project.config) == ["optimizer.lr", "optimizer.name", "layers", "seed"]
    assert project.config["layers"].iloc[0] == "[32, 16]"
    assert project.config["optimizer.lr"].tolist()[:2] == [0.1, 1.0]
    assert math.isnan(project.config["optimizer.lr"].iloc[2]), "NaN is no setting"
    assert project.summary["acc"].iloc[0] == 1.0


def test_a_logged_nan_is_told_from_a_missing_value(project):
    assert project.logged_nan["val.loss"].tolist() == [False, True, False]
    assert project.summary["val.loss"].tolist()[::2] == [0.5, math.inf]
    assert "acc" not in project.logged_nan


def test_a_nan_that_was_set_is_told_from_a_setting_that_is_missing(project):
    assert project.nan_settings.columns.tolist() == ["optimizer.lr"]
    assert project.nan_settings["optimizer.lr"].tolist() == [False, False, True]


def test_a_null_that_was_chosen_is_a_level_and_a_key_that_is_not_there_is_missing(tmp_path):
    depths = ({"depth": None, "unset": None}, {"depth": 4}, {}, {"depth": None, "flag": True}, {"flag": None})
    runs = [Run(str(i), config=config) for i, config in enumerate(depths)]
    space = Space(parameters={"depth": Domain("categorical", choices=(None, 4), condition=("flag", (True, None)))})
    project = project_of(runs, Given(str(tmp_path), tmp_path), Reading(), format="test", space=space)
    assert project.config["depth"].tolist() == ["None", 4, None, "None", None]
    assert project.config["flag"].tolist() == [None, None, None, True, "None"]
    assert "unset" not in project.config  # nothing but null
    domain = project.space.parameters["depth"]
    assert (domain.choices, domain.condition) == (("None", 4), ("flag", (True, "None")))


def test_what_describes_the_runs(project):
    assert list(project.runs.index) == ["a", "b", "b (2)"]
    assert project.runs["name"].tolist() == ["first", "b", "b (2)"]
    assert project.runs["state"].tolist() == ["finished", "failed", "unknown"]
    assert project.runs["created"].iloc[0].isoformat() == "2026-01-31T11:00:00+00:00"
    assert project.runs["created"].iloc[1].isoformat() == "2026-01-31T11:00:00+00:00"
    assert project.runs["tags"].iloc[0] == "x,y"
    assert project.runs["group"].iloc[0] == "g"


def test_runtime_and_steps_can_be_studied(project):
    assert {"runtime", "steps"} <= set(project.metrics)
    assert project.summary["steps"].iloc[0] == 4


def test_no_runs_say_what_was_skipped(tmp_path):
    reading = Reading()
    reading.skip("x.log", "it is torn")
    with pytest.raises(
        SourceError, match=r"holds no runs of test\. 1 could not be read, the first: x\.log: it is torn"
    ):
        project_of([], Given(str(tmp_path), tmp_path), reading, format="test")


def test_one_run_that_cannot_be_read_does_not_take_the_others_with_it():
    def fail():
        raise SourceError("torn")

    reading = Reading()
    assert reading.read_run("bad", "1", fail) is None
    assert reading.read_run("good", "1", lambda: RUNS[0]) == RUNS[0]
    assert reading.read_run("none", "1", lambda: None) is None
    assert reading.skipped == [("bad", "torn")]
    assert set(reading.kept) == {"good"}


def test_a_run_that_is_known_is_read_again_only_if_it_changed():
    reading = Reading(known={"a": ("1", RUNS[0])})
    assert reading.read_run("a", "1", lambda: pytest.fail("was read")) == RUNS[0]
    assert reading.read_run("a", "2", lambda: RUNS[1]) == RUNS[1]
    assert reading.kept["a"] == ("2", RUNS[1])


def test_records_come_back_as_they_were_written(tmp_path):
    file = tmp_path / "records.json"
    kept = {run.id + str(i): (str(i), run) for i, run in enumerate(RUNS)}
    write_records(kept, file)
    again = read_records(file)
    assert repr(again) == repr(kept)
    assert [f.name for f in tmp_path.iterdir()] == ["records.json"]


def make_records(n, stamp="1"):
    return {f"r{i}": (stamp, Run(f"r{i}", config={"lr": i})) for i in range(n)}


def test_what_is_new_or_changed_is_added_to_the_records(tmp_path):
    file = tmp_path / "records.json"
    add_records(make_records(20), {}, file)
    before = file.read_bytes()
    known = read_records(file)
    kept = {**known, "r3": ("2", Run("r3", config={"lr": 0.5})), "new": ("1", Run("new"))}
    del kept["r4"]
    add_records(kept, known, file)
    assert file.read_bytes().startswith(before)
    assert file.read_bytes().count(b"\n") == 22
    assert repr(read_records(file)) == repr(
        {**{key: kept.get(key, known.get(key)) for key in known}, "new": kept["new"]}
    )
    unchanged = read_records(file)
    add_records(dict(unchanged), unchanged, file)
    assert file.read_bytes().count(b"\n") == 22


def test_records_are_written_anew_when_half_of_the_file_is_old_or_most_is_new(tmp_path):
    file = tmp_path / "records.json"
    add_records(make_records(20), {}, file)
    sizes = set()
    for stamp in "23456789":
        known = read_records(file)
        kept = {**known, **{key: (stamp, run) for key, (_, run) in list(known.items())[:5]}}
        add_records(kept, known, file)
        assert repr(read_records(file)) == repr(kept)
        sizes.add(file.read_bytes().count(b"\n"))
    assert max(sizes) == 40 and 20 in sizes
    add_records(make_records(20, "x"), read_records(file), file)
    assert file.read_bytes().count(b"\n") == 20


def test_records_that_are_gone_are_written_again(tmp_path):
    file = tmp_path / "records.json"
    add_records(make_records(20), {}, file)
    known = read_records(file)
    file.unlink()
    add_records(known, known, file)
    assert repr(read_records(file)) == repr(known)


@pytest.mark.parametrize("content", ["", "{", '["a", "1"]', '["a", "1", {"strange": 1}]'])
def test_torn_records_are_none(tmp_path, content):
    (tmp_path / "records.json").write_text(content)
    assert read_records(tmp_path / "records.json") == {}
    assert read_records(tmp_path / "nothing.json") == {}


def created(*times):
    runs = [Run(str(i), created=t, summary={"loss": 1.0}) for i, t in enumerate(times)]
    return project_of(runs, Given("runs", Path("runs")), Reading(), format="test").runs["created"].tolist()


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01 01:30:00.5+01:00", "2024-01-01T00:30:00.5Z"),
        ("2024-01-01T05:00:00", "2024-01-01T05:00:00Z"),
        ("Jan 3 2024 10:00", "2024-01-03T10:00:00Z"),
        (1.5, "1970-01-01T00:00:01.5Z"),
        (1_700_000_000, "2023-11-14T22:13:20Z"),
    ],
)
def test_times_in_every_spelling(written, utc):
    assert created("2020-02-02", written)[1] == pd.Timestamp(utc)


@pytest.mark.parametrize("written", ["rubbish", float("nan"), float("inf"), 1e300, "0001-01-01T00:00:00+05:00", None])
def test_what_is_no_time_is_none(written):
    first, second = created("2020-02-02", written)
    assert first == pd.Timestamp("2020-02-02", tz="UTC")
    assert second is pd.NaT


def project_with(*runs):
    reading = Reading()
    given = Given("/there", Path("/there"))
    return project_of(runs, given, reading, format="test")


def test_a_run_whose_reading_goes_wrong_inside_costs_no_other_and_is_told_and_logged(caplog):
    reading = Reading()

    def read():
        raise KeyError("odd")

    assert reading.read_run("runs/7", "stamp", read) is None
    assert reading.read_run("runs/8", "stamp", lambda: RUNS[0]) is RUNS[0]
    assert reading.skipped == [("runs/7", "cannot be read: KeyError: 'odd'. This is a fault of SweepLens")]
    assert [record.exc_info[0] for record in caplog.records] == [KeyError]


def test_a_file_beside_a_run_that_goes_wrong_inside_costs_nothing_else():
    reading = Reading()
    assert reading.read_beside(Path("a.json"), lambda _: 1 // 0) is None
    assert reading.skipped[0][0] == "a.json"


def test_settings_that_are_nested_too_deeply_cost_their_run():
    deep: dict = {}
    inner = deep
    for _ in range(3000):
        inner["a"] = inner = {}
    project = project_with(RUNS[0], Run("deep", config=deep))
    assert list(project.runs.index) == ["a"]
    assert project.skipped == (("deep", "is nested too deeply"),)


def test_records_that_are_nested_too_deeply_are_read_again_the_next_time(tmp_path):
    deep: list = []
    for _ in range(3000):
        deep = [deep]
    write_records({"a": ("1", RUNS[0]), "deep": ("1", Run("deep", config={"x": deep}))}, tmp_path / "records")
    assert list(read_records(tmp_path / "records")) == ["a"]


def test_an_outcome_beyond_any_float_is_infinite_and_one_of_more_than_64_bits_a_float():
    project = project_with(
        *(Run(str(i), summary={"loss": value}) for i, value in enumerate((10**400, -(10**400), 2**70)))
    )
    assert project.summary["loss"].tolist() == [math.inf, -math.inf, 2.0**70]


def test_what_is_of_another_kind_than_a_tracker_writes_is_made_plain():
    odd = Run({"id": 1}, name=["x"], state=["finished"], created={"at": 1}, runtime="long", steps=[2], tags=(None, 1))
    project = project_with(RUNS[0], odd)
    about = project.runs.iloc[1]
    assert (about["name"], about["state"]) == ('["x"]', "unknown")
    assert pd.isna(about["created"]) and pd.isna(about["runtime"]) and pd.isna(about["steps"])


def test_half_a_character_can_be_written():
    project = project_with(Run("\ud800", config={"na\ud800me": "a\ud800b"}))
    assert project.runs.index.tolist() == ["\\ud800"]
    assert project.config["na\\ud800me"].tolist() == ["a\\ud800b"]
