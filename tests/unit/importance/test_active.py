import json

import numpy as np
import pandas as pd
import pytest

from panel.api import importance
from panel.data.project import from_frames
from panel.importance import compute
from panel.question.design import build
from panel.question.selection import Selection, Target


def conditional(rng, n=400, share=0.5):
    use = np.where(rng.random(n) < share, "a", "b")
    child = rng.random(n)
    frame = pd.DataFrame({"use": use, "child": np.where(use == "a", child, np.nan), "other": rng.random(n)})
    return frame, use, child


@pytest.mark.parametrize("method", ["forest", "permutation", "fanova", "gaussian_process", "top"])
def test_a_child_decides_everything_where_it_is_active(method, rng):
    frame, use, child = conditional(rng)
    y = np.where(use == "a", child, 5.0) + 0.02 * rng.normal(size=len(use))
    record = importance(from_frames(frame, pd.DataFrame({"y": y})), "y", method=method, target_scale="raw")
    rows = {row.parameter: row for row in record.rows}
    inside = rows["child"].where_active
    assert inside.runs == int((use == "a").sum())
    assert inside.importance > 0.8
    assert inside.clear
    if method != "top":
        assert rows["child"].importance < 0.3
    assert rows["other"].where_active is None
    assert sum(row.importance for row in record.rows) == pytest.approx(1.0)


def test_an_irrelevant_child_is_not_clear_where_it_is_active_either(rng):
    frame, use, _ = conditional(rng)
    y = (use == "a") + 0.3 * frame["other"] + 0.1 * rng.normal(size=len(use))
    record = importance(from_frames(frame, pd.DataFrame({"y": y})), "y")
    assert not next(row for row in record.rows if row.parameter == "child").where_active.clear


def test_why_there_is_no_second_number_is_said(rng):
    frame, use, _ = conditional(rng)
    y = np.where(use == "a", 1.0, frame["other"])
    record = importance(from_frames(frame, pd.DataFrame({"y": y})), "y", target_scale="raw")
    inside = next(row for row in record.rows if row.parameter == "child").where_active
    assert inside.importance is None
    assert inside.why == "the target does not vary there"
    assert json.loads(json.dumps(record.to_json(), allow_nan=False))["importance"]


def test_progress_goes_on_from_the_first_number_to_the_second(rng):
    frame, use, child = conditional(rng, 120)
    project = from_frames(frame, pd.DataFrame({"y": np.where(use == "a", child, 1.0)}))
    seen = []
    compute(build(project, Selection("p", Target("y"))), "forest", seen.append)
    assert seen == sorted(seen)
    assert len(seen) == 32
    assert seen[-1] == 1.0
