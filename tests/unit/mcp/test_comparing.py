"""What a comparison tells an assistant are sentences: each line says of something what it is."""

import re

import pytest

from panel.mcp.comparing import compare_sides
from panel.mcp.desk import Asked, Desk
from panel.settings import Settings

VERBS = "is|are|was|were|has|have|needs|take|do not|cannot|hardly|adopt|keep|rests|holds|count"
VERB = re.compile(rf"\b({VERBS})\b", re.IGNORECASE)


@pytest.fixture
def question(tmp_path, folder, rng):
    rows = [(i, "abc"[i % 3] if i < 90 else "d", i, rng.random()) for i in range(92)]
    lines = [f"{y + (o == 'b') if i != 4 else 'nan'},{o},{x}" for i, o, x, y in rows]
    (tmp_path / "runs.csv").write_text("loss,opt,size\n" + "\n".join(lines))
    return Desk(Settings(sources=(str(tmp_path / "runs.csv"),), cache_dir=folder)).ask(
        Asked(metric="loss"), lambda *said: None
    )


@pytest.mark.parametrize(
    "asked",
    [("opt", "", "", ("", "")), ("opt", "b", "a", ("", "")), ("opt", "d", "a", ("", "")), ("", "", "", ("1", "2"))],
)
def test_every_line_is_a_sentence(question, asked):
    told = compare_sides(question, *asked)
    lines = [*told.head[2:], *told.rows, *map(str, told.notes), *told.end]
    assert len(told.rows) >= 2
    for line in lines:
        assert VERB.search(line) and line.endswith("."), line
        assert not line[0].islower() or line.startswith("opt"), line


def test_what_is_not_compared_says_why(question):
    told = compare_sides(question, "opt", "", "", ("", ""))
    [few] = [row for row in told.rows if row.startswith("opt = d")]
    assert few.startswith(
        "opt = d is not compared (too few configs): it has 2 configs, 0 runs of which were infeasible"
    )
    assert any(", 1 run of which was infeasible, and its best run is" in row for row in told.rows)
