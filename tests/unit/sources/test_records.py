"""Times of runs, as trackers write them."""

import time
from pathlib import Path

import pandas as pd
import pytest

from panel.sources.given import Given
from panel.sources.records import Reading, Run, project_of


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


def test_many_times_take_no_time():
    start = time.perf_counter()
    created(*(f"2024-01-01T00:{i // 60:02}:{i % 60:02}+00:00" for i in range(3000)))
    assert time.perf_counter() - start < 3, "one at a time, pandas takes 2 ms for each"
