"""The curves of the best runs are drawn as the record says, the best on top."""

from panel.figures.best import curves
from panel.figures.theme import LIGHT


def record(**more):
    lines = [
        {"rank": i + 1, "run": f"r{i}", "name": f"<i>run {i}</i>", "step": [0, 1, 2], "value": [3.0, 2.0, 1.0 + i]}
        for i in range(5)
    ]
    return {"target": "<b>loss</b>", "log": False, "curves": lines, **more}


def test_the_best_is_drawn_last_and_in_blue():
    figure = curves(record())
    assert [t.customdata[0] for t in figure.data] == ["r4", "r3", "r2", "r1", "r0"]
    assert list(figure.data[-1].y) == [3.0, 2.0, 1.0]
    assert [t.line.color for t in figure.data].count(LIGHT["importance"]) == 1
    assert figure.data[-1].line.color == LIGHT["importance"]
    assert sorted(a.text for a in figure.layout.annotations) == ["1", "2", "3"]
    assert "<i>" not in "".join(t.name for t in figure.data)
    assert figure.layout.yaxis.title.text == "&lt;b&gt;loss&lt;/b&gt;"


def test_a_log_target_has_a_log_axis_unless_a_curve_leaves_it():
    figure = curves(record(log=True))
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.annotations[-1].y == 0
    shown = record(log=True)
    shown["curves"][3]["value"][1] = -1.0
    assert curves(shown).layout.yaxis.type is None
