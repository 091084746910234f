import pandas as pd

from panel.sources.given import Given
from panel.sources.records import Reading, Run, project_of


def test_times_of_all_spellings_are_read_at_once():
    created = [
        1.5,
        0.0,
        None,
        "2026-01-02T03:04:05+01:00",
        "2026-01-02 03:04:05.25",
        "Jan 2 2026",
        "never",
        float("nan"),
        7,
    ]
    runs = [Run(id=str(i), created=t, summary={"loss": i}) for i, t in enumerate(created)]
    found = project_of(runs, Given("x", None), Reading(), format="x").runs["created"].tolist()
    assert found[0] == pd.Timestamp(1.5, unit="s", tz="UTC")
    assert found[1] == pd.Timestamp(0, tz="UTC")
    assert found[3] == pd.Timestamp("2026-01-02T02:04:05Z")
    assert found[4] == pd.Timestamp("2026-01-02T03:04:05.25Z")
    assert found[5] == pd.Timestamp("2026-01-02T00:00:00Z")
    assert found[8] == pd.Timestamp(7, unit="s", tz="UTC")
    assert [i for i, t in enumerate(found) if t is pd.NaT] == [2, 6, 7]
